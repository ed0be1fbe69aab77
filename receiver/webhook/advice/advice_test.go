package advice

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const appURL = "http://ada:hunter2@localhost:3000/api/webhooks/clerk"

// verifiedHere is a delivery whose signature holds.
func verifiedHere() webhook.Delivery {
	return webhook.Delivery{Outcome: webhook.Created, Verdict: webhook.Verdict{Verified: true, Secret: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local)"}}
}

// texts returns the sentences of advice.
func texts(a Advice) (says, fix string) { return a.Says, a.Fix }

func TestAdvice(t *testing.T) {
	location := func(to string) http.Header { return http.Header{"Location": {to}} }
	reason := http.Header{"X-Clerk-Auth-Reason": {"protect-rewrite"}}
	for _, c := range []struct {
		name      string
		f         webhook.Forward
		says, fix string
	}{
		{"taken", webhook.Forward{Status: 200, Duration: 40 * time.Millisecond}, "", ""},
		{"taken, but late", webhook.Forward{Status: 200, Duration: 12 * time.Second}, "12 s; Svix gives up after 15 s", "Answer 2xx first"},
		{"another body or secret", webhook.Forward{Status: 400}, "different bytes or uses a different secret", "whsec_…LaSw"},
		{"no secret", webhook.Forward{Status: 400, Body: []byte("@clerk/backend: Missing webhook signing secret. Set …")}, "no signing secret", "CLERK_WEBHOOK_SIGNING_SECRET"},
		{"an API key for a secret", webhook.Forward{Status: 500, Body: []byte("Base64Coder: incorrect characters for decoding")}, "no usable signing secret", "sk_… is the API key"},
		{"a 401 that says no more", webhook.Forward{Status: 401}, "Probably auth in front of the route", "from auth"},
		{"middleware says 404", webhook.Forward{Status: 404, Header: reason}, "Clerk's middleware hid the route", "await auth.protect() in each page"},
		{"no route", webhook.Forward{Status: 404}, "Probably the app has no POST route", "Compare the target's path"},
		{"to the sign-in page", webhook.Forward{Status: 307, Header: location("/sign-in?redirect_url=x")}, "do not follow redirects", "from auth"},
		{"a slash too few", webhook.Forward{Status: 308, Header: location("http://localhost:3000/api/webhooks/clerk/")}, "redirects to http://localhost:3000", "--forward-to http://localhost:3000/api/webhooks/clerk/"},
		{"allowed hosts", webhook.Forward{Status: 403, Body: []byte(`Blocked request. This host ("x") is not allowed.`)}, "refuses the request's Host", "server.allowedHosts"},
		{"forbidden", webhook.Forward{Status: 403}, "CSRF", "the signature proves the sender"},
		{"no POST", webhook.Forward{Status: 405}, "does not accept POST", "Let the route accept POST"},
		{"too large", webhook.Forward{Status: 413}, "body limit", "Raise the limit"},
		{"a unique column", webhook.Forward{Status: 500, Body: []byte("Unique constraint failed on the fields: (`email`)")}, "unique column", "Upsert"},
		{"a crash", webhook.Forward{Status: 500}, "answer does not say why", "then resend"},
		{"no answer in time", webhook.Forward{Failure: webhook.NoAnswer, Duration: 15 * time.Second}, "No answer within 15 s", "Answer 2xx first"},
		{"not running", webhook.Forward{Failure: webhook.NotRunning, Target: appURL}, "Nothing listens at localhost:3000", "Start the app"},
		{"a dev server of Rails", webhook.Forward{Status: 403, Body: []byte("Blocked hosts: ada.ngrok-free.dev")}, "the dev server, refuses", "config.hosts"},
		{"a certificate that nobody knows", webhook.Forward{Failure: webhook.UntrustedCertificate, Target: appURL}, "certificate is not trusted", "--insecure-forward"},
		{"no answer within the time that remained", webhook.Forward{Failure: webhook.Timeout, Duration: 12 * time.Second}, "No answer within 15 s", "Answer 2xx first"},
		{"a name that does not resolve", webhook.Forward{Failure: webhook.NoAnswer, Target: appURL}, "did not answer", "Check that it runs"},
		{"stopped before it was sent", webhook.Forward{Failure: webhook.NotSent, Duration: 20 * time.Second}, "not sent to the app", "Resend it"},
		{"another way", webhook.Forward{Status: 418}, "See its answer", "then resend"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says, fix := texts(On(verifiedHere(), c.f, App{}))
			if !strings.Contains(says, c.says) || (c.says == "") != (says == "") {
				t.Errorf("it says %q, want %q", says, c.says)
			}
			if !strings.Contains(fix, c.fix) || (c.fix == "") != (fix == "") {
				t.Errorf("the fix is %q, want %q", fix, c.fix)
			}
		})
	}
}

// A delivery rejected here too: the verdict here explains the app's refusal, and
// its fix is the fix.
func TestAdviceOnADeliveryRejectedHereToo(t *testing.T) {
	tooOld := webhook.Delivery{Origin: webhook.Resend, Verdict: webhook.Verdict{
		Code: webhook.TooOld, Title: "Signed too long ago", Detail: "The signature is right, but 2 h old.", Fix: "Resend it.",
	}}
	const routeFix = "Compare the target's path"
	for _, c := range []struct {
		name      string
		f         webhook.Forward
		says, fix string
	}{
		{"refused", webhook.Forward{Status: 400}, "It was rejected by hooktop, too: signed too long ago. The signature is right, but 2 h old.", tooOld.Verdict.Fix},
		{"unauthorized", webhook.Forward{Status: 401}, "It was rejected by hooktop, too", tooOld.Verdict.Fix},
		{"forbidden", webhook.Forward{Status: 403}, "It was rejected by hooktop, too", tooOld.Verdict.Fix},
		{"a crash", webhook.Forward{Status: 500}, "It was rejected by hooktop, too", tooOld.Verdict.Fix},
		{"in another way", webhook.Forward{Status: 422}, "It was rejected by hooktop, too", tooOld.Verdict.Fix},
		{"no usable secret", webhook.Forward{Status: 400, Body: []byte("Missing webhook signing secret")}, "no signing secret", "CLERK_WEBHOOK_SIGNING_SECRET"},
		{"no route", webhook.Forward{Status: 404}, "Probably the app has no POST route", routeFix},
		{"redirected", webhook.Forward{Status: 308, Target: appURL, Header: http.Header{"Location": {"/x/"}}}, "do not follow redirects", "--forward-to http://localhost:3000/x/"},
		{"not running", webhook.Forward{Failure: webhook.NotRunning, Target: appURL}, "Nothing listens", "Start the app"},
		{"taken", webhook.Forward{Status: 200}, "The app accepted a request that it should reject. It was rejected by hooktop: signed too long ago.", "check the signature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says, fix := texts(On(tooOld, c.f, App{}))
			if !strings.Contains(says, c.says) || !strings.Contains(fix, c.fix) {
				t.Errorf("it says %q\nfix %q", says, fix)
			}
			if strings.Contains(says+fix, "signature is valid") {
				t.Errorf("it says that the signature verifies: %q", says)
			}
		})
	}
}

// Every sentence begins with a capital letter, ends with a full stop and shows no
// password.
func TestAdviceIsInSentences(t *testing.T) {
	rejected := webhook.Delivery{Verdict: webhook.Verdict{Code: webhook.TooNew, Title: "Signed in the future", Detail: "By a clock.", Fix: "Set the clock."}}
	for status := range 600 {
		for _, d := range []webhook.Delivery{verifiedHere(), rejected, {}} {
			for _, why := range append(webhook.ForwardFailures(), "") {
				says, fix := texts(On(d, webhook.Forward{Status: status, Failure: why, Target: appURL}, App{}))
				for _, s := range []string{says, fix} {
					if s != "" && (s[0] < 'A' || s[0] > 'Z' || !strings.HasSuffix(s, ".")) || strings.Contains(s, "hunter2") {
						t.Errorf("%d: %q", status, s)
					}
				}
			}
		}
	}
}

func TestAnErrorIsQuotedWithoutItsColours(t *testing.T) {
	got := On(verifiedHere(), webhook.Forward{Status: 500, Body: []byte("\x1b[1m\x1b[38;5;9mError:\x1b[0m no such \x1b[4:3mtable\x1b[24m whsec_\x1b[7mMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\x1b[K\n")}, App{})
	if !strings.Contains(got.Says, `"Error: no such table whsec_…"`) {
		t.Error(got.Says)
	}
}
