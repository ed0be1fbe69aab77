package attempts

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// whyNeverTried explains a message without an attempt at the endpoint. What the
// endpoint is like now says what it was like then if it was not changed since.
func whyNeverTried(m Message, e svixapi.Endpoint) Reason {
	again := fmt.Sprintf(sendAgain, m.ID)
	unchanged := !e.Updated.IsZero() && !m.At.Before(e.Updated)
	switch {
	case !e.Created.IsZero() && m.At.Before(e.Created):
		return certain(BeforeEndpoint, "The message is older than the endpoint, which was created at "+clock(e.Created)+".", again)
	case !e.Selects(m.Event) && unchanged:
		return certain(NotSelected, "The endpoint does not select "+m.Event+".", "select it in the Clerk Dashboard; then "+again)
	case !e.Selects(m.Event):
		return likely(NotSelected, []Cause{Disabled, Unknown}, "Probably the endpoint did not select "+m.Event+": it does not now.", "select it in the Clerk Dashboard; then "+again)
	case e.Disabled && unchanged:
		return certain(Disabled, "The endpoint was disabled.", enable+"; then "+again)
	case e.Disabled:
		return likely(Disabled, []Cause{NotSelected, Unknown}, "Probably the endpoint was disabled: it is now.", enable+"; then "+again)
	case len(e.Channels) > 0:
		return likely(Channels, []Cause{Disabled, NotSelected}, "Probably the endpoint's channels kept it out.", "remove them in the Clerk Dashboard; then "+again)
	case !unchanged:
		return likely(Disabled, []Cause{NotSelected, Unknown}, "Probably the endpoint was disabled, or did not select "+m.Event+", before it was changed at "+clock(e.Updated)+".", again)
	}
	return likely(Unknown, []Cause{Disabled, NotSelected}, "Svix lists no attempt at this endpoint, and the endpoint does not show why.", again)
}

// whyMissing explains a message that Svix counts as a success, and that is not here.
func whyMissing(a svixapi.Attempt, at Here) Reason {
	again := fmt.Sprintf(sendAgain, a.MessageID) + " (recover skips what succeeded)"
	said := "Svix got " + status(a) + " from " + a.URL + ", but nothing arrived here"
	switch {
	case isInbox(a.URL, at) && (at.Kind != "relay" || at.URL == "" || leadsHere(a.URL, at)):
		return likely(NobodyListened, []Cause{OtherDatabase}, said+". Probably the relay answered while no hooktop was connected; Svix takes that for a success. Or it was deleted here since.", again)
	case at.URL != "" && !leadsHere(a.URL, at):
		return certain(OtherURL, said+": this hooktop's URL is "+at.URL+".", register+"; then "+again)
	case isOwnAnswer(a.Response):
		return likely(OtherDatabase, []Cause{AnsweredElsewhere}, said+`. The answer reads like hooktop's (`+quoted(a.Response)+`): probably a hooktop with another database got it, or it was deleted here since.`, again)
	}
	return likely(AnsweredElsewhere, []Cause{OtherDatabase}, said+`. Probably something else answers at that URL, such as the app`+answeredWith(a)+`. Or it was deleted here since.`, "check what answers at that URL; then "+again)
}

// whyFailed explains a failed attempt. deliveries are those of its message that a
// sender brought.
func whyFailed(a svixapi.Attempt, deliveries []webhook.Delivery, at Here) Reason {
	if d := arrivedBy(a, deliveries); d != nil {
		return whyRefused(a, *d)
	}
	again := fmt.Sprintf(sendAgain, a.MessageID)
	if code := ngrokCode.FindString(a.Response); code != "" {
		return whyNgrok(a, code, at)
	}
	if at.URL != "" && !leadsHere(a.URL, at) {
		if sameHost(parsed(a.URL), parsed(at.URL)) {
			return certain(OtherPath, "It was sent to the path "+parsed(a.URL).RequestURI()+", and hooktop receives at "+parsed(at.URL).RequestURI()+": "+status(a)+".", register+"; then "+again)
		}
		return certain(OtherURL, "It was sent to "+a.URL+", and this hooktop's URL is "+at.URL+": "+status(a)+".", register+"; then "+again)
	}
	if at.URL == "" && at.Path != "" && !isInbox(a.URL, at) && parsed(a.URL).Path != at.Path {
		return likely(OtherPath, []Cause{AnsweredElsewhere, NoAnswer}, "It was sent to the path "+parsed(a.URL).RequestURI()+", and hooktop receives at "+at.Path+": "+status(a)+".", register+"; then "+again)
	}
	if a.StatusCode == 0 {
		return likely(NoAnswer, []Cause{OtherURL, SlowAnswer}, "Nothing answered at "+a.URL+": "+quoted(a.Response)+". Probably hooktop or its tunnel was not running.", again)
	}
	return likely(AnsweredElsewhere, []Cause{OtherDatabase}, "Something answered "+status(a)+" at "+a.URL+", and nothing arrived here"+answeredWith(a)+".", "check what answers at that URL; then "+again)
}

// arrivedBy returns the delivery that an attempt brought, nil for none: one that was
// received at about that time.
func arrivedBy(a svixapi.Attempt, deliveries []webhook.Delivery) *webhook.Delivery {
	const apart = 5 * time.Minute // two machines' clocks
	var near *webhook.Delivery
	for i := range deliveries {
		if between := deliveries[i].At.Sub(a.At).Abs(); between <= apart && (near == nil || between < near.At.Sub(a.At).Abs()) {
			near = &deliveries[i]
		}
	}
	return near
}

// whyRefused explains a failed attempt that arrived here.
func whyRefused(a svixapi.Attempt, d webhook.Delivery) Reason {
	see := fmt.Sprintf("hooktop show %d says why", d.ID)
	arrived := fmt.Sprintf("It arrived here as #%d", d.ID)
	switch {
	case a.StatusCode == 0:
		return likely(SlowAnswer, []Cause{NoAnswer}, arrived+", but Svix got no answer in time: "+quoted(a.Response)+".", "answer within 15 seconds; "+see)
	case d.Verdict.Rejected():
		return certain(RejectedHere, arrived+" and was rejected ("+string(d.Verdict.Code)+"): "+status(a)+".", see)
	case d.AppFailed():
		return certain(RejectedHere, arrived+", and the app refused it: "+status(a)+".", see)
	}
	return likely(RejectedHere, []Cause{AnsweredElsewhere}, arrived+", and Svix got "+status(a)+answeredWith(a)+".", see)
}

// ngrokCode is how ngrok's edge signs the pages that it answers with itself.
var ngrokCode = lazyregexp.New(`\bERR_NGROK_\d{1,6}\b`)

// whyNgrok explains an answer of ngrok's own.
func whyNgrok(a svixapi.Attempt, code string, at Here) Reason {
	host := parsed(a.URL).Host
	if at.URL != "" && !sameHost(parsed(a.URL), parsed(at.URL)) {
		return certain(OtherURL, "It was sent to "+a.URL+", where ngrok answered "+code+". This hooktop's URL is "+at.URL+".", register+"; then "+fmt.Sprintf(sendAgain, a.MessageID))
	}
	if code == "ERR_NGROK_3200" {
		return certain(TunnelOffline, "ngrok answered that "+host+" was offline ("+code+"): no tunnel was open.", fmt.Sprintf(sendAgain, a.MessageID))
	}
	return likely(TunnelOffline, []Cause{AnsweredElsewhere}, "ngrok answered "+status(a)+" in hooktop's place ("+code+"): https://ngrok.com/docs/errors/"+strings.ToLower(code)+" says why.", fmt.Sprintf(sendAgain, a.MessageID))
}

// isInbox reports whether a URL is an inbox of the relay.
func isInbox(text string, at Here) bool {
	u := parsed(text)
	known := u.Host == "webhooks.clerk.com" || u.Host == "play.svix.com" || at.Inbox != "" && sameHost(u, parsed(at.Inbox))
	return known && strings.Contains(u.Path, "/in/") || known && at.Inbox != "" && strings.HasPrefix(text, at.Inbox)
}

// ownAnswers are the messages that hooktop answers with.
var ownAnswers = lazyregexp.New(`^\s*\{"message":"(User (created|updated|unchanged|deleted)|Subscription synced|No matching user yet|Event type not handled|Already processed|Stale event ignored)"`)

func isOwnAnswer(response string) bool { return ownAnswers.MatchString(response) }

func answeredWith(a svixapi.Attempt) string {
	if strings.TrimSpace(a.Response) == "" {
		return ""
	}
	return " (it said " + quoted(a.Response) + ")"
}

// quoted returns a server's text in quotes, on one line and short.
func quoted(text string) string {
	const most = 80
	text = strings.ReplaceAll(strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " "), `"`, "'")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	if text == "" {
		return "no reason given"
	}
	return `"` + text + `"`
}

func status(a svixapi.Attempt) string {
	if a.StatusCode == 0 {
		return "no answer"
	}
	return fmt.Sprintf("status %d", a.StatusCode)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
