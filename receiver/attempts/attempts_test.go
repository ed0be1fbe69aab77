package attempts

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

const (
	here    = "https://here.ngrok-free.dev/api/webhooks/clerk"
	inbox   = "https://webhooks.clerk.com/in/c_abcdefghij/"
	offline = `<html>The endpoint here.ngrok-free.dev is offline. ERR_NGROK_3200</html>`
)

// api answers from memory.
type api struct {
	endpoints []svixapi.Endpoint
	attempts  []svixapi.Attempt
	messages  []svixapi.Message
	unread    error
}

func (a api) Can(svixapi.Capability) bool { return true }

func (a api) Endpoints(context.Context) iter.Seq2[svixapi.Endpoint, error] {
	return each(a.endpoints, nil)
}

func (a api) Attempts(context.Context, string, time.Time) iter.Seq2[svixapi.Attempt, error] {
	return each(a.attempts, nil)
}

func (a api) MessagesSince(context.Context, time.Time) iter.Seq2[svixapi.Message, error] {
	return each(a.messages, a.unread)
}

func each[T any](list []T, end error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
		if end != nil {
			var none T
			yield(none, end)
		}
	}
}

func nothing(context.Context, string, []string) (map[string][]webhook.Delivery, error) {
	return nil, nil
}

func arrived(deliveries ...webhook.Delivery) Arrivals {
	return func(context.Context, string, []string) (map[string][]webhook.Delivery, error) {
		return map[string][]webhook.Delivery{"msg_1": deliveries}, nil
	}
}

// endpoint is in order, and as old as a day.
func endpoint(change func(*svixapi.Endpoint)) svixapi.Endpoint {
	e := svixapi.Endpoint{ID: "ep_1", UID: "hooktop-a", URL: here, EventTypes: []string{"user.created"}, Created: now.Add(-24 * time.Hour), Updated: now.Add(-24 * time.Hour)}
	if change != nil {
		change(&e)
	}
	return e
}

// attempt is one of an hour ago.
func attempt(url string, status int, response string) svixapi.Attempt {
	a := svixapi.Attempt{ID: "atmpt_1", MessageID: "msg_1", EventType: "user.created", URL: url, Status: svixapi.Failed, StatusCode: status, Response: response, At: now.Add(-time.Hour), MessageAt: now.Add(-time.Hour)}
	if status >= 200 && status < 300 {
		a.Status = svixapi.Succeeded
	}
	return a
}

func delivery(change func(*webhook.Delivery)) webhook.Delivery {
	d := webhook.Delivery{ID: 7, At: now.Add(-time.Hour + time.Second), Origin: webhook.Tunnel, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Created}
	if change != nil {
		change(&d)
	}
	return d
}

func TestAnAttemptIsJoinedWithWhatArrived(t *testing.T) {
	rejected := delivery(func(d *webhook.Delivery) {
		d.Verdict, d.Outcome = webhook.Verdict{Code: webhook.WrongSecret}, webhook.Rejected
	})
	for _, c := range []struct {
		name    string
		at      Here
		attempt svixapi.Attempt
		arrived Arrivals
		state   State
		cause   Cause
		certain bool
		fix     string
	}{
		{"it arrived", Here{URL: here}, attempt(here, 200, `{"message":"User created"}`), arrived(delivery(nil)), Arrived, "", false, ""},
		{"it arrived and was rejected", Here{URL: here}, attempt(here, 400, `{"message":"Invalid webhook signature"}`), arrived(rejected), Failed, RejectedHere, true, "hooktop show 7"},
		{"it arrived, and the app refused it", Here{URL: here}, attempt(here, 500, "oops"), arrived(delivery(func(d *webhook.Delivery) { d.AppStatus = 500 })), Failed, RejectedHere, true, "hooktop show 7"},
		{"it arrived, and the answer was late", Here{URL: here}, attempt(here, 0, "timeout"), arrived(delivery(nil)), Failed, SlowAnswer, false, "hooktop show 7"},
		{"another attempt arrived, hours later", Here{URL: here}, attempt(here, 502, "bad gateway"), arrived(delivery(func(d *webhook.Delivery) { d.At = now })), Failed, AnsweredElsewhere, false, "resend msg_1"},
		{"it was pulled, and failed before", Here{URL: here}, attempt(here, 502, "bad gateway"), arrived(delivery(func(d *webhook.Delivery) { d.Origin = webhook.Pull })), Failed, AnsweredElsewhere, false, "resend msg_1"},
		{"the tunnel was offline", Here{URL: here, Kind: "ngrok"}, attempt(here, 404, offline), nothing, Failed, TunnelOffline, true, "hooktop endpoint resend"},
		{"the tunnel was offline, and its URL is another one now", Here{URL: "https://new.ngrok-free.dev/api/webhooks/clerk", Kind: "ngrok"}, attempt(here, 404, offline), nothing, Failed, OtherURL, true, "hooktop endpoint register"},
		{"ngrok refused it", Here{URL: here, Kind: "ngrok"}, attempt(here, 502, "ERR_NGROK_8012"), nothing, Failed, TunnelOffline, false, ""},
		{"another URL", Here{URL: here}, attempt("https://old.example/api/webhooks/clerk", 404, ""), nothing, Failed, OtherURL, true, "hooktop endpoint register"},
		{"another path", Here{URL: here}, attempt("https://here.ngrok-free.dev/hook", 404, ""), nothing, Failed, OtherPath, true, "hooktop endpoint register"},
		{"the same URL but for the case", Here{URL: here}, attempt("https://HERE.ngrok-free.dev/api/webhooks/clerk", 503, ""), nothing, Failed, AnsweredElsewhere, false, ""},
		{"the same URL but for a slash", Here{URL: here}, attempt(here+"/", 404, ""), nothing, Failed, OtherPath, true, "hooktop endpoint register"},
		{"another path, no hooktop is running", Here{Path: "/api/webhooks/clerk"}, attempt("https://here.ngrok-free.dev/hook", 404, ""), nothing, Failed, OtherPath, false, ""},
		{"nothing answered", Here{URL: here}, attempt(here, 0, "connection refused"), nothing, Failed, NoAnswer, false, "hooktop endpoint resend"},
		{"a success that is not here: the relay", Here{URL: inbox, Kind: "relay"}, attempt(inbox, 200, ""), nothing, Missing, NobodyListened, false, "resend msg_1"},
		{"a success that is not here: the relay, before ngrok", Here{URL: here, Kind: "ngrok"}, attempt(inbox, 200, ""), nothing, Missing, NobodyListened, false, "resend msg_1"},
		{"a success that is not here: another's relay", Here{URL: "https://webhooks.clerk.com/in/c_0000000000/", Kind: "relay"}, attempt(inbox, 200, ""), nothing, Missing, OtherURL, true, "hooktop endpoint register"},
		{"a success that is not here: another URL", Here{URL: here}, attempt("https://other.example/hook", 200, "ok"), nothing, Missing, OtherURL, true, "hooktop endpoint register"},
		{"a success that is not here: a hooktop's answer", Here{URL: here}, attempt(here, 200, `{"message":"User created"}`), nothing, Missing, OtherDatabase, false, "resend msg_1"},
		{"a success that is not here: a page", Here{URL: here}, attempt(here, 200, "<html>"), nothing, Missing, AnsweredElsewhere, false, ""},
		{"a success elsewhere that was pulled", Here{URL: here}, attempt(here, 200, "<html>"), arrived(delivery(func(d *webhook.Delivery) { d.Origin = webhook.Pull })), Arrived, "", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			side, err := Compare(t.Context(), api{attempts: []svixapi.Attempt{c.attempt}}, c.arrived, c.at, endpoint(nil), now.Add(-2*time.Hour), now)
			if err != nil || len(side.Messages) != 1 {
				t.Fatalf("%v %+v", err, side.Messages)
			}
			check(t, side.Messages[0], c.state, c.cause, c.certain, c.fix)
		})
	}
}

func check(t *testing.T, m Message, state State, cause Cause, certain bool, fix string) {
	t.Helper()
	var got Reason
	if m.Reason != nil {
		got = *m.Reason
	}
	if m.State != state || got.Cause != cause || got.Certain != certain || !strings.Contains(got.Fix, fix) {
		t.Errorf("%s, %+v", m.State, got)
	}
	if cause != "" && (got.Text == "" || certain != (len(got.Others) == 0)) {
		t.Errorf("what is certain has no alternatives, and what is likely has: %+v", got)
	}
}

func TestAMessageThatWasNeverTriedSaysWhy(t *testing.T) {
	hour := now.Add(-time.Hour)
	for _, c := range []struct {
		name    string
		change  func(*svixapi.Endpoint)
		event   string
		at      time.Time
		state   State
		cause   Cause
		certain bool
	}{
		{"not selected", nil, "session.created", hour, NeverTried, NotSelected, true},
		{"not selected, and the endpoint was changed since", func(e *svixapi.Endpoint) { e.Updated = now }, "session.created", hour, NeverTried, NotSelected, false},
		{"disabled", func(e *svixapi.Endpoint) { e.Disabled = true }, "user.created", hour, NeverTried, Disabled, true},
		{"disabled since", func(e *svixapi.Endpoint) { e.Disabled, e.Updated = true, now }, "user.created", hour, NeverTried, Disabled, false},
		{"disabled until the endpoint was changed", func(e *svixapi.Endpoint) { e.Updated = now }, "user.created", hour, NeverTried, Disabled, false},
		{"older than the endpoint", nil, "user.created", now.Add(-25 * time.Hour), NeverTried, BeforeEndpoint, true},
		{"channels", func(e *svixapi.Endpoint) { e.Channels = []string{"a"} }, "user.created", hour, NeverTried, Channels, false},
		{"for no reason that shows", nil, "user.created", hour, NeverTried, Unknown, false},
		{"just made, and not selected", nil, "session.created", now.Add(-time.Second), NeverTried, NotSelected, true},
		{"just made", nil, "user.created", now.Add(-time.Second), Pending, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := api{messages: []svixapi.Message{{ID: "msg_1", EventType: c.event, At: c.at}}}
			side, err := Compare(t.Context(), from, nothing, Here{URL: here}, endpoint(c.change), now.Add(-30*time.Hour), now)
			if err != nil || len(side.Messages) != 1 {
				t.Fatalf("%v %+v", err, side.Messages)
			}
			check(t, side.Messages[0], c.state, c.cause, c.certain, "")
		})
	}
}

func TestTheEndpointsOwnProblemsAreNamed(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*svixapi.Endpoint)
		at     Here
		want   []Cause
	}{
		{"none", nil, Here{URL: here, Events: []string{"user.created"}}, nil},
		{"none, with all events", func(e *svixapi.Endpoint) { e.EventTypes = nil }, Here{URL: here, Events: []string{"user.created", "user.deleted"}}, nil},
		{"no hooktop is running", func(e *svixapi.Endpoint) { e.URL = "https://old.example/" }, Here{}, nil},
		{"another URL", func(e *svixapi.Endpoint) { e.URL = "https://old.example/api/webhooks/clerk" }, Here{URL: here}, []Cause{OtherURL}},
		{"another path", func(e *svixapi.Endpoint) { e.URL = "https://here.ngrok-free.dev/" }, Here{URL: here}, []Cause{OtherPath}},
		{"a slash too many", func(e *svixapi.Endpoint) { e.URL = here + "/" }, Here{URL: here}, []Cause{OtherPath}},
		{"all at once", func(e *svixapi.Endpoint) { e.Disabled, e.URL, e.Channels = true, inbox, []string{"a"} }, Here{URL: here, Events: []string{"user.deleted"}}, []Cause{Disabled, OtherURL, NotSelected, Channels}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []Cause
			for _, p := range Problems(endpoint(c.change), c.at) {
				got = append(got, p.Cause)
				if p.Text == "" || p.Fix == "" {
					t.Errorf("%+v", p)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheEndpointOfThisPlaceIsChosen(t *testing.T) {
	own := func(uid string) bool { return uid == "hooktop-a" }
	byHand := svixapi.Endpoint{ID: "ep_hand", URL: here + "/"}
	for _, c := range []struct {
		name      string
		endpoints []svixapi.Endpoint
		want      string
		others    int
	}{
		{"none", nil, "", 0},
		{"another's", []svixapi.Endpoint{{ID: "ep_2", UID: "hooktop-b", URL: inbox}}, "", 1},
		{"one made by hand", []svixapi.Endpoint{{ID: "ep_2", UID: "hooktop-b"}, byHand}, "ep_hand", 1},
		{"both", []svixapi.Endpoint{byHand, endpoint(nil)}, "ep_1", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, others, err := Choose(t.Context(), api{endpoints: c.endpoints}, own, here)
			got := ""
			if e != nil {
				got = e.ID
			}
			if err != nil || got != c.want || others != c.others {
				t.Errorf("%q, %d others, %v", got, others, err)
			}
		})
	}
}

func TestSvixsScheduleSaysWhenItTriesAgain(t *testing.T) {
	failed := func(ago time.Duration, manual bool) svixapi.Attempt {
		return svixapi.Attempt{Status: svixapi.Failed, At: now.Add(-ago), Manual: manual}
	}
	var all []svixapi.Attempt
	for i := range 8 {
		all = append(all, failed(time.Duration(i)*time.Hour, false))
	}
	for _, c := range []struct {
		name     string
		attempts []svixapi.Attempt
		want     time.Time
	}{
		{"the first", []svixapi.Attempt{failed(0, false)}, now.Add(5 * time.Second)},
		{"the second", []svixapi.Attempt{failed(0, false), failed(5*time.Second, false)}, now.Add(5 * time.Minute)},
		{"what somebody asked for does not count", []svixapi.Attempt{failed(0, true), failed(time.Minute, false)}, now.Add(-time.Minute + 5*time.Second)},
		{"only what somebody asked for", []svixapi.Attempt{failed(0, true)}, time.Time{}},
		{"all eight", all, time.Time{}},
	} {
		if got := nextTry(c.attempts); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Without the list of messages, the attempts are still of use.
func TestAttemptsAreComparedWithoutTheMessages(t *testing.T) {
	from := api{attempts: []svixapi.Attempt{attempt(here, 200, "")}, unread: errors.New("insufficient access")}
	side, err := Compare(t.Context(), from, arrived(delivery(nil)), Here{URL: here}, endpoint(nil), now.Add(-time.Hour), now)
	if err != nil || side.MessagesUnread == "" || side.Count(Arrived) != 1 {
		t.Errorf("%v %+v", err, side)
	}
}

func TestALongHistoryIsCut(t *testing.T) {
	var from api
	for i := range 3 * MaxMessages {
		a := attempt(here, 0, "")
		a.MessageID, a.MessageAt = "msg_"+string(rune('a'+i%26))+strings.Repeat("x", i/26), now.Add(-time.Duration(i)*time.Minute)
		from.attempts = append(from.attempts, a)
	}
	side, err := Compare(t.Context(), from, nothing, Here{URL: here}, endpoint(nil), now.Add(-300*time.Hour), now)
	if err != nil || len(side.Messages) != MaxMessages || !side.More || !side.Messages[0].At.Equal(now) {
		t.Errorf("%v, %d messages, more %v", err, len(side.Messages), side.More)
	}
}
