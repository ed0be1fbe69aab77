package receiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// torturing is a torture of an app, at any pace, and quiet about the past: its
// clock never shows the same millisecond twice.
func torturing(url string) Torture {
	var last time.Time
	rising := func() time.Time {
		at := time.Now()
		if !at.After(last.Add(time.Millisecond)) {
			at = last.Add(time.Millisecond)
		}
		last = at
		return at
	}
	return Torture{
		Endpoint:  Endpoint{clerkPath, webhook.Clerk{}, knowing(secret)},
		Forwarder: NewForwarder(&Forwarder{Now: time.Now}),
		Now:       rising,
		Target:    url + "/hook",
		Pace:      func(ctx context.Context) error { return ctx.Err() },
	}
}

// endure runs a torture and gives what was not right, by case.
func endure(t *testing.T, torture Torture, cases []Case, chosen ...string) (findings, looks map[string]Result, o Ordeal) {
	t.Helper()
	findings, looks = map[string]Result{}, map[string]Result{}
	o, err := torture.Run(t.Context(), cases, chosen, func(r Result) error {
		switch r.State {
		case Wrong:
			findings[r.Name] = r
		case Look:
			looks[r.Name] = r
		case Right:
			if r.Detail != "" || r.Advice != "" {
				t.Errorf("%s is right, and says %q %q", r.Name, r.Detail, r.Advice)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return findings, looks, o
}

func sorted(m map[string]Result) []string { return slices.Sorted(maps.Keys(m)) }

func TestEachBugHasItsFindingAndNoOther(t *testing.T) {
	for _, c := range []struct {
		bug      string
		findings []string
		says     string // in the first finding's detail
	}{
		{"", nil, ""},
		{"is not idempotent", []string{"at-once", "twice"}, "500 where 2xx is right"},
		{"lets the stale win", []string{"stale-update"}, "the user has torture+"},
		{"resurrects", []string{"delete-first", "update-after-delete"}, "the user is there again"},
		{"wants what it updates", []string{"update-first"}, "404 where 2xx is right"},
		{"wants what it deletes", []string{"delete-first"}, "500 where 2xx is right"},
		{"fails on a held address", []string{"exchange"}, "request 3: 500 where 2xx or 409 is right"},
		{"remembers what it did not apply", []string{"exchange"}, "request 6: 409 where 2xx is right"},
		{"reads no tolerance", []string{"out-of-time"}, "request 1: 200 where 400, 401 or 403 is right"},
		{"allows a minute", []string{"in-time"}, "400 where 2xx is right"},
		{"fails on an unknown type", []string{"unknown-type"}, "500 where 2xx is right"},
		{"refuses an unknown type", []string{"unknown-type"}, "400 where 2xx is right"},
		{"fails without an e-mail", []string{"no-email"}, "500 where 2xx or 4xx is right"},
		{"has a small limit", []string{"large"}, "413 where 2xx is right"},
		{"compares no signature", []string{"forged"}, "The app took what it should have refused"},
		{"throws on a bad signature", []string{"forged", "out-of-time", "unsigned"}, "500 where 400, 401 or 403 is right. It is to be refused, and the app failed on it."},
		{"takes the first signature", []string{"rotation"}, "400 where 2xx is right"},
		{"compares the whole header", []string{"rotation", "versions"}, "400 where 2xx is right"},
		{"writes the body again", []string{"exact-bytes"}, "request 1: 400 where 2xx is right"},
		{"fails on a GET", []string{"get"}, "500 where 405 is right"},
	} {
		t.Run("an app that "+c.bug, func(t *testing.T) {
			app, url := startTortured(t, c.bug)
			torture := torturing(url)
			torture.Probe = url + "/users/{id}"
			findings, looks, o := endure(t, torture, SyntheticCases())
			if got := sorted(findings); !slices.Equal(got, c.findings) {
				for name, r := range findings {
					t.Logf("%s: %s", name, r.Detail)
				}
				t.Fatalf("findings %q, want %q", got, c.findings)
			}
			if len(looks) != 0 {
				t.Errorf("it leaves to look at: %v", sorted(looks))
			}
			if len(c.findings) > 0 {
				r := findings[c.findings[0]]
				if !strings.Contains(r.Detail, c.says) || strings.Contains(r.Detail, "or with another secret") || r.Advice == "" {
					t.Errorf("it says %q, and advises %q", r.Detail, r.Advice)
				}
			}
			if o.Findings != len(findings) || o.OK+o.Findings != len(SyntheticCases()) || o.Stopped != "" || o.Requests > torturedMost {
				t.Errorf("it came to %+v", o)
			}
			if len(app.users) != 0 {
				t.Errorf("it left %v", app.users)
			}
		})
	}
}

// An app that verifies nothing does several things wrong, and each is said.
func TestAnAppThatVerifiesNothing(t *testing.T) {
	_, url := startTortured(t, "verifies nothing")
	findings, _, _ := endure(t, torturing(url), SyntheticCases())
	if got := sorted(findings); !slices.Equal(got, []string{"forged", "out-of-time", "unsigned"}) {
		t.Errorf("findings %q", got)
	}
}

// Refusing what is forged with 404 is no danger, but a word.
func TestARefusalThatSaysSomethingElse(t *testing.T) {
	_, url := startTortured(t, "hides what is forged")
	findings, looks, _ := endure(t, torturing(url), SyntheticCases(), "forged", "twice")
	if len(findings) != 0 || !strings.Contains(looks["forged"].Detail, "senders take that for a wrong URL") {
		t.Errorf("findings %v, looks %+v", findings, looks)
	}
}

// Of several at once, all but one may be put off: of one after the other, none.
func TestARepeatThatIsPutOff(t *testing.T) {
	_, url := startTortured(t, "puts a repeat off")
	findings, looks, _ := endure(t, torturing(url), SyntheticCases(), "at-once", "twice")
	if !slices.Equal(sorted(findings), []string{"twice"}) || !strings.Contains(looks["at-once"].Detail, "it was put off with 409") {
		t.Errorf("findings %v, looks %+v", sorted(findings), looks)
	}
}

func TestAnswersAreJudged(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   rule
		answer webhook.Forward
		state  State
		says   string
	}{
		{"taken", takes, webhook.Forward{Status: 204}, Right, ""},
		{"taken, in words that Express calls HTML", takes, webhook.Forward{Status: 200, Body: []byte("<p>ok"), Header: http.Header{"Content-Type": {"text/html"}}}, Right, ""},
		{"a page", takes, webhook.Forward{Status: 200, Body: []byte("\n<html lang=en>")}, Wrong, "a web page answered"},
		{"taken late", takes, webhook.Forward{Status: 200, Duration: 11 * time.Second}, Look, "it took 11 s"},
		{"half an answer", takes, webhook.Forward{Status: 200, Error: "its answer broke off"}, Wrong, "broke off"},
		{"a redirect", takes, webhook.Forward{Status: 308}, Wrong, "308 where 2xx is right"},
		{"a redirect of what is forged", refuses, webhook.Forward{Status: 308}, Wrong, "308 where 400, 401 or 403 is right"},
		{"a schema's refusal", refuses, webhook.Forward{Status: 422}, Right, ""},
		{"a conflict", takesOrHolds, webhook.Forward{Status: 409}, Right, ""},
		{"a conflict out of place", takes, webhook.Forward{Status: 409}, Wrong, "409"},
		{"a GET that is redirected", knowsNoGet, webhook.Forward{Status: 307}, Look, "redirects a GET"},
		{"a GET without a route", knowsNoGet, webhook.Forward{Status: 404}, Right, ""},
		{"too many", takesOrDefers, webhook.Forward{Status: 429}, Look, "put off with 429"},
		{"a failure among several", takesOrDefers, webhook.Forward{Status: 503}, Wrong, "503"},
	} {
		state, why := c.rule.judge(c.answer)
		if state != c.state || !strings.Contains(why, c.says) || (why == "") != (state == Right) {
			t.Errorf("%s is %s, %q", c.name, state, why)
		}
	}
}

// Where the app shows no users, what its answers do not tell is left to look
// at, with the query to look with.
func TestWhatAnswersDoNotTellIsLeftToLookAt(t *testing.T) {
	for _, bug := range []string{"", "lets the stale win", "resurrects"} {
		app, url := startTortured(t, bug)
		torture := torturing(url)
		torture.KeepUsers = true
		findings, looks, o := endure(t, torture, SyntheticCases())
		want := []string{"at-once", "delete-first", "exchange", "stale-update", "twice", "update-after-delete", "update-first"}
		if got := sorted(looks); len(findings) != 0 || !slices.Equal(got, want) {
			t.Fatalf("findings %v, to look at %q", findings, got)
		}
		look := looks["stale-update"].Detail
		if !strings.HasPrefix(look, `check: SELECT * FROM "User" WHERE id = 'user_torture`) || !strings.Contains(look, "' is to give one row, with torture+") {
			t.Errorf("it says %q", look)
		}
		id := strings.Split(look, "'")[1]
		if right := strings.HasSuffix(look, app.users[id].email); right != (bug != "lets the stale win") {
			t.Errorf("with the bug %q the query's row has %q: %s", bug, app.users[id].email, look)
		}
		if gone := looks["update-after-delete"].Detail; !strings.HasSuffix(gone, "is to give no row") {
			t.Errorf("it says %q", gone)
		}
		if len(id) != 32 || len(o.Left) == 0 || !slices.Contains(o.Left, id) {
			t.Errorf("the id %q, left %v", id, o.Left)
		}
	}
}

func TestAProbeThatShowsNothing(t *testing.T) {
	app, url := startTortured(t, "")
	torture := torturing(url)
	torture.Probe = url + "/nowhere"
	findings, _, o := endure(t, torture, SyntheticCases())
	if got := sorted(findings); !slices.Equal(got, []string{"plain"}) || !strings.Contains(o.Stopped, "the user is not there") || !strings.Contains(o.Advice, "--probe") {
		t.Errorf("findings %q, %+v", got, o)
	}
	if len(app.gone) != 1 || len(app.users) != 0 {
		t.Errorf("it left %v", app.users)
	}
}

// Where not even a plain event is taken, that is the one finding, with its
// cause.
func TestAnAppThatTakesNoPlainEvent(t *testing.T) {
	for bug, says := range map[string][2]string{
		"has another secret":  {"400 where 2xx is right. The bytes verified here, so the app probably verifies other bytes, or with another secret;", "Its secret is to be whsec_…LaSw"},
		"redirects":           {"307 where 2xx is right. The app redirects to /sign-in.", "Exclude the webhook path from auth"},
		"answers with a page": {"a web page answered", ""},
	} {
		t.Run(bug, func(t *testing.T) {
			app, url := startTortured(t, bug)
			findings, _, o := endure(t, torturing(url), SyntheticCases(), "forged", "twice")
			if got := sorted(findings); !slices.Equal(got, []string{"plain"}) || o.Requests != 1 || o.Findings != 1 {
				t.Errorf("findings %q, %+v", got, o)
			}
			if !strings.HasPrefix(o.Stopped, "the app does not take a plain event: "+says[0]) || !strings.Contains(o.Advice, says[1]) {
				t.Errorf("it says %q, and advises %q", o.Stopped, o.Advice)
			}
			if len(app.users) != 0 {
				t.Errorf("it left %v", app.users)
			}
		})
	}
}

// The clock is the bubble's: only what hangs takes time.
func TestAnAppThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newTortured(t, "hangs on an update")
		torture := torturing("http://app")
		torture.Forwarder = wired(t, &shelf{}, map[string]http.HandlerFunc{"app": app.receive}, "")
		torture.Within = 2 * time.Second
		findings, _, _ := endure(t, torture, SyntheticCases(), "twice", "stale-update")
		close(app.hang)
		if got := sorted(findings); !slices.Equal(got, []string{"stale-update"}) {
			t.Fatalf("findings %q", got)
		}
		if r := findings["stale-update"]; !strings.Contains(r.Detail, "request 2: no whole answer within 2 s") || !strings.Contains(r.Advice, "Answer 2xx first") {
			t.Errorf("it says %q, and advises %q", r.Detail, r.Advice)
		}
	})
}

// An app that ends with the first message, and takes its listener along.
func TestAnAppThatGoesDown(t *testing.T) {
	l := listen(t)
	addr := l.Addr().String()
	served := make(chan struct{})
	go func() {
		defer close(served)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		buffer := make([]byte, 64<<10)
		_, _ = conn.Read(buffer)
		_ = l.Close()
		_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
		_ = conn.Close()
	}()
	findings, _, o := endure(t, torturing("http://"+addr), SyntheticCases())
	<-served
	if got := sorted(findings); !slices.Equal(got, []string{"twice"}) || o.Stopped != "the app went down in the case twice" || len(o.Left) != 2 {
		t.Errorf("findings %q, %+v", got, o)
	}
}

// What ctx ends is cleaned up all the same.
func TestAnInterruptedTortureCleansUp(t *testing.T) {
	app, url := startTortured(t, "")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("interrupted")
	o, err := torturing(url).Run(ctx, SyntheticCases(), nil, func(r Result) error {
		if r.Name == "many-at-once" {
			cancel(ended)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) && !errors.Is(err, ended) {
		t.Errorf("it ended with %v", err)
	}
	if len(app.users) != 0 || len(app.gone) < 13 || len(o.Left) != 0 {
		t.Errorf("of %d users it left %v, %v", len(app.gone), app.users, o.Left)
	}
}

// Captured deliveries go with their bytes, oldest first at the end.
func TestCapturedDeliveriesAreSentByteForByte(t *testing.T) {
	app, url := startTortured(t, "")
	at := time.Now().Add(-time.Hour)
	given := make([]webhook.Delivery, 3)
	for i, event := range []string{"user.created", "user.updated", "user.updated"} {
		body := fmt.Sprintf("{ \"type\":%q, \"timestamp\":%d,\r\n\"data\":{\"id\":\"user_1\",\"email_addresses\":[{\"email_address\":\"ada%d@example.com\"}]}}\n", event, at.UnixMilli()+int64(i), i)
		given[i] = webhook.Delivery{ID: int64(i + 1), Provider: "clerk", Type: event, Request: webhook.Request{Body: []byte(body)}}
	}
	cases := CapturedCases(given)
	findings, looks, o := endure(t, torturing(url), cases)
	if len(findings) != 0 || !slices.Equal(sorted(looks), []string{"backwards"}) || len(o.Left) != 0 {
		t.Errorf("findings %+v, looks %v, %+v", findings, looks, o)
	}
	if app.users["user_1"].email != "ada2@example.com" || len(app.gone) != 0 {
		t.Errorf("it left %v", app.users)
	}
	newestFirst := []string{"user.updated ada2@example.com", "user.updated ada1@example.com", "user.created ada0@example.com"}
	const before = 1 + 2 + 10 // plain, twice, at-once
	if got := app.requests[before-1 : before+3]; got[0] != newestFirst[0] || !slices.Equal(got[1:], newestFirst) {
		t.Errorf("backwards came %q", got)
	}
	slices.Reverse(newestFirst)
	if got := app.requests[len(app.requests)-3:]; !slices.Equal(got, newestFirst) {
		t.Errorf("at its end it sent %q", got)
	}
	if CapturedCases(nil) != nil {
		t.Error("of nothing it makes cases")
	}
}

func TestCasesAreSaidWhole(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range SyntheticCases() {
		if c.Name == "" || seen[c.Name] || c.Does == "" || c.Expected == "" || i > 0 && c.Fix == "" || len(c.steps) == 0 {
			t.Errorf("it is not whole: %+v", c)
		}
		if i == 0 != (c.Name == "plain") {
			t.Errorf("%s is case %d", c.Name, i)
		}
		if c.hidden && len(c.leaves) == 0 {
			t.Errorf("%s leaves nothing to look at", c.Name)
		}
		seen[c.Name] = true
	}
}
