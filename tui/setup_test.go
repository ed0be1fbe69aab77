package tui

import (
	"context"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	inbox   = "https://webhooks.clerk.com/in/c_4fJ9sQ2bXz/"
	pasted  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaSw01"
	hooktop = "ep_2n4Rk8sUqv0c"
)

var userEvents = []string{"user.created", "user.updated", "user.deleted"}

// newcomer makes a dashboard that can do all of the walk-through, and has nothing yet.
// change changes its facts.
func newcomer(s *memory, c Connection, change ...func(*Setup)) Dashboard {
	d := firstStart(dashboard(s))
	d.Connection = func() Connection { return c }
	facts := Setup{
		LocalURL: "http://127.0.0.1:4747/api/webhooks/clerk", Database: ".hooktop/hooktop.db", Local: true,
		Page:   "https://dashboard.clerk.com/last-active?path=webhooks",
		Events: userEvents,
		Tunnels: []TunnelChoice{
			{Kind: Relay, Warning: "Whoever knows the inbox's URL or token can read what passes through it, and Svix's servers see it."},
			{Kind: Ngrok, Why: "there is no ngrok token", Fix: "set NGROK_AUTHTOKEN in .env.local, or run ngrok config add-authtoken …"},
			{Kind: Pull},
			{Kind: OwnTunnel, Why: "hooktop was started without --public-url", Fix: "start it with --public-url URL"},
			{Kind: Off, Chosen: true},
		},
		Steps: []Step{
			{State: StepDone, Name: "receiver", Text: "http://127.0.0.1:4747/api/webhooks/clerk"},
			{State: StepDone, Name: "database", Text: ".hooktop/hooktop.db", Counted: true},
			{State: StepTodo, Name: "secret", Text: "none found; using hooktop's own (whsec_…9fQ=)", Lines: []string{"put CLERK_WEBHOOK_SIGNING_SECRET=whsec_… into .env.local; hooktop reloads it automatically"}},
			{State: StepTodo, Name: "tunnel", Text: "no ngrok token", Lines: []string{"set NGROK_AUTHTOKEN or run ngrok config add-authtoken …"}},
			{State: StepOptional, Name: "app", Text: "--forward-to http://localhost:3000/api/webhooks/clerk forwards each verified delivery"},
			{State: StepOptional, Name: "endpoint", Text: "needs the tunnel: Clerk sends to a public URL"},
		},
	}
	if c.State == Live || c.State == Own {
		facts.Steps[3] = Step{State: StepDone, Name: "tunnel", Text: c.URL}
	}
	for _, f := range change {
		f(&facts)
	}
	d.Setup = func() Setup { return facts }
	d.CheckSecret = func(text string) string {
		switch {
		case strings.HasPrefix(text, "sk_"):
			return "this is a secret API key (sk_…), not a signing secret"
		case !strings.HasPrefix(text, "whsec_"):
			return "a signing secret starts with whsec_"
		case len(text) < 38:
			return "it is too short: copy all of it with the copy button"
		}
		return ""
	}
	d.SaveSecret = func(_ context.Context, _ string, write bool) (string, error) {
		if write {
			return "", hintedError{"cannot write .env.local: permission denied", "chmod u+w .env.local"}
		}
		return "Clerk's secret is now whsec_…Sw01", nil
	}
	d.OpenTunnel = func(context.Context, string) error { return nil }
	d.DeclineRelay = func(context.Context) error { return nil }
	d.Register = func(context.Context) (Registration, error) {
		return Registration{Endpoint: hooktop, URL: c.URL, Was: "https://old.ngrok-free.dev/api/webhooks/clerk", Events: userEvents, Added: []string{"user.deleted"}, Enabled: true, Secret: "whsec_…Sw01, read from Clerk"}, nil
	}
	d.WriteSecret = func(context.Context) (string, error) { return "wrote whsec_…Sw01 to .env.local", nil }
	d.SendExample = func(context.Context, string) error { return nil }
	d.ProviderSide = func(context.Context) (ProviderSide, error) { return clerksSide(c.URL), nil }
	d.ProviderResend = func(context.Context, string) error { return nil }
	return d
}

// The connections of the walk-through.
var (
	local      = Connection{State: Local}
	relayed    = Connection{State: Live, Kind: Relay, URL: inbox, Since: noon.Add(-time.Minute), LastProof: noon.Add(-4 * time.Second), Latency: 38 * time.Millisecond, Proof: ProofPassed, Proven: noon.Add(-time.Minute)}
	tunnelled  = Connection{State: Live, Kind: Ngrok, URL: publicURL, LastProof: noon.Add(-4 * time.Second), Latency: 12 * time.Millisecond, Proof: ProofPassed, Proven: noon.Add(-3 * time.Minute)}
	unproven   = Connection{State: Live, Kind: Ngrok, URL: publicURL, LastProof: noon.Add(-4 * time.Second), Latency: 12 * time.Millisecond, Proof: ProofUnknown, Reason: "cannot look up ada.ngrok-free.dev from here: no such host", Fix: "a delivery that arrives proves it, too"}
	retrying   = Connection{State: Reconnecting, Kind: Ngrok, URL: publicURL, Reason: "no answer for 25 s", NextTry: noon.Add(7500 * time.Millisecond), Lost: "Deliveries of the last 2 min may have been lost: Clerk tries those again by itself."}
	refused    = Connection{State: Failed, Kind: Ngrok, Code: "ERR_NGROK_334", Reason: "the endpoint is already online, in another session", Fix: "stop the other hooktop, choose another domain with --domain, or wait two minutes"}
	pulling    = Connection{State: Live, Kind: Pull, LastProof: noon.Add(-time.Second), Latency: 180 * time.Millisecond}
	ownTunnel  = Connection{State: Own, Kind: OwnTunnel, URL: "https://dev.example.com/api/webhooks/clerk"}
	connecting = Connection{State: Connecting, Kind: Ngrok, Proof: ProofPending}
)

// withSecret says that there is a signing secret, and registered that the endpoint is
// registered.
func withSecret(s *Setup) {
	s.Local, s.Secret = false, "whsec_…LaSw, read from Clerk"
	s.Steps[2] = Step{State: StepDone, Name: "secret", Text: "whsec_…LaSw  read from Clerk"}
	s.Steps[3] = Step{State: StepDone, Name: "tunnel", Text: "relay"}
}

func registered(s *Setup) {
	withSecret(s)
	s.Registered = &Registration{Endpoint: hooktop, URL: inbox, Events: userEvents}
}

func keyless(s *Setup) {
	s.CannotRegister = "there is no CLERK_SECRET_KEY: hooktop cannot register the endpoint"
	s.CannotAskProvider = "Clerk's side needs CLERK_SECRET_KEY in .env.local"
}

func byHand(s *Setup) {
	withSecret(s)
	s.RegisterFailed = Problem{
		Text: "Clerk answered 404 where its webhook portal was expected",
		Fix:  "1. Open https://dashboard.clerk.com/last-active?path=webhooks → Add Endpoint\n2. Endpoint URL: " + inbox + "\n3. Subscribe to user.created, user.updated, user.deleted\n4. Copy its Signing Secret into CLERK_WEBHOOK_SIGNING_SECRET in .env.local",
	}
}

// clerksSide is what Clerk's sender says, with a message of each state.
func clerksSide(url string) ProviderSide {
	return ProviderSide{
		Endpoint: hooktop, URL: url, Events: userEvents,
		Messages: []ProviderMessage{
			{ID: "msg_2n4arrivedNow", Event: "user.created", At: noon.Add(-3 * time.Second), State: MessageArrived, Delivery: 1024, Status: 200, Attempts: 1},
			{ID: "msg_2n4onItsWay", Event: "user.updated", At: noon.Add(-40 * time.Second), State: MessagePending, Attempts: 2, Status: 502, NextTry: noon.Add(260 * time.Second), Reason: "502 from the tunnel: hooktop was not connected"},
			{ID: "msg_2n4failed", Event: "user.created", At: noon.Add(-10 * time.Minute), State: MessageFailed, Status: 400, Attempts: 8, Reason: "400: the signature did not verify here", Fix: "enter opens the delivery with the cause", Delivery: 1020},
			{ID: "msg_2n4missing", Event: "organizationMembership.created", At: noon.Add(-12 * time.Minute), State: MessageMissing, Status: 200, Attempts: 1, Reason: "the relay's inbox answered while hooktop was not connected", Fix: "r has Clerk send it again"},
			{ID: "msg_2n4never", Event: "session.created", At: noon.Add(-26 * time.Hour), State: MessageNeverTried, Reason: "session.created is not selected at this endpoint", Fix: "select it in the Clerk Dashboard"},
		},
		More: true,
	}
}

func nothingSent(d Dashboard) Dashboard {
	d.ProviderSide = func(context.Context) (ProviderSide, error) {
		return ProviderSide{
			Endpoint: hooktop, URL: "https://old.ngrok-free.dev/api/webhooks/clerk", Events: []string{"user.created"},
			Causes: []Problem{{"Clerk sends to https://old.ngrok-free.dev/api/webhooks/clerk, and hooktop is at " + inbox, "E registers the new URL"}},
		}, nil
	}
	return d
}

func noAnswer(d Dashboard) Dashboard {
	d.ProviderSide = func(context.Context) (ProviderSide, error) {
		return ProviderSide{}, hintedError{"Svix answered 401: the portal's token has expired", "it is asked again in a minute"}
	}
	d.SendExample = func(context.Context, string) error {
		return hintedError{"Clerk's key may not send examples (403)", "Clerk Dashboard → Webhooks → your endpoint → Testing → Send Example"}
	}
	return d
}

// refusing cannot register, nor be told why.
func refusing(d Dashboard) Dashboard {
	d.Register = func(context.Context) (Registration, error) {
		return Registration{}, hintedError{"Clerk answered 401: CLERK_SECRET_KEY is not valid", "1. Check CLERK_SECRET_KEY in .env.local\n2. Or create the endpoint by hand: " + inbox}
	}
	return d
}

// delivered is a store with one delivery of Clerk's.
func delivered(d webhook.Delivery) *memory {
	s := &memory{}
	d.Origin, d.Provider, d.At = webhook.Relay, "clerk", noon.Add(-2*time.Second)
	s.add(d)
	return s
}

func verifiedDelivery() *memory {
	return delivered(happened{kind: "user.created", outcome: webhook.Created, id: diID, email: "di@example.com", took: 3 * time.Millisecond}.delivery(1))
}

func rejectedDelivery() *memory {
	d := happened{kind: "user.created", outcome: webhook.Created, id: diID, email: "di@example.com"}.delivery(1)
	d.Outcome, d.Answer.Status = webhook.Rejected, 400
	d.Verdict = webhook.Verdict{Code: webhook.WrongSecret, Title: "Signed with another secret"}
	return delivered(d)
}
