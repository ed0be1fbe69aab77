package torture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const hookPath = "/api/webhooks/clerk"

func secret() webhook.Secret {
	return webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "TEST", File: "a test"})
}

// runner returns a runner against an app, as fast as it can, with a clock that
// never shows the same millisecond twice.
func runner(url string) Runner {
	var last time.Time
	rising := func() time.Time {
		at := time.Now()
		if !at.After(last.Add(time.Millisecond)) {
			at = last.Add(time.Millisecond)
		}
		last = at
		return at
	}
	return Runner{
		Endpoint: receiver.Endpoint{Path: hookPath, Provider: providers.Clerk{}, Secrets: func() []webhook.Secret { return []webhook.Secret{secret()} }},
		App:      receiver.NewForwarder(&receiver.Forwarder{Now: time.Now}),
		Now:      rising,
		Target:   url + "/hook",
		Pace:     func(ctx context.Context) error { return ctx.Err() },
	}
}

// sweep runs cases and returns the findings and what is inconclusive, by case.
func sweep(t *testing.T, runner Runner, cases []Case, chosen ...string) (findings, looks map[string]Result, sum Summary) {
	t.Helper()
	findings, looks = map[string]Result{}, map[string]Result{}
	sum, err := runner.Run(t.Context(), cases, chosen, func(r Result) error {
		switch r.State {
		case Finding:
			findings[r.Name] = r
		case Inconclusive:
			looks[r.Name] = r
		case OK:
			if r.Detail != "" || r.Advice != "" {
				t.Errorf("%s is ok, but has the detail %q and advice %q", r.Name, r.Detail, r.Advice)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return findings, looks, sum
}

func sorted(m map[string]Result) []string { return slices.Sorted(maps.Keys(m)) }

func TestEachBugCausesItsFindingsAndNoOthers(t *testing.T) {
	for _, c := range []struct {
		bug      string
		findings []string
		says     string // in the first finding's detail
	}{
		{"", nil, ""},
		{"is not idempotent", []string{"at-once", "twice"}, "500"},
		{"lets the stale win", []string{"stale-update"}, "torture+"},
		{"resurrects", []string{"delete-first", "update-after-delete"}, "user_torture"},
		{"wants what it updates", []string{"update-first"}, "404"},
		{"wants what it deletes", []string{"delete-first"}, "500"},
		{"fails on a held address", []string{"exchange"}, "request 3: 500"},
		{"remembers what it did not apply", []string{"exchange"}, "request 6: 409"},
		{"reads no tolerance", []string{"out-of-time"}, "request 1: 200"},
		{"allows a minute", []string{"in-time"}, "400"},
		{"fails on an unknown type", []string{"unknown-type"}, "500"},
		{"refuses an unknown type", []string{"unknown-type"}, "400"},
		{"fails without an e-mail", []string{"no-email"}, "500"},
		{"has a small limit", []string{"large"}, "413"},
		{"compares no signature", []string{"forged"}, "request 1: 200 instead of"},
		{"throws on a bad signature", []string{"forged", "out-of-time", "unsigned"}, "request 1: 500"},
		{"takes the first signature", []string{"rotation"}, "400"},
		{"compares the whole header", []string{"rotation", "versions"}, "400"},
		{"writes the body again", []string{"exact-bytes"}, "request 1: 400"},
		{"fails on a GET", []string{"get"}, "500"},
	} {
		t.Run("an app that "+c.bug, func(t *testing.T) {
			app, url := startApp(t, c.bug)
			run := runner(url)
			run.Probe = url + "/users/{id}"
			findings, looks, sum := sweep(t, run, Synthetic())
			if got := sorted(findings); !slices.Equal(got, c.findings) {
				for name, r := range findings {
					t.Logf("%s: %s", name, r.Detail)
				}
				t.Fatalf("findings %q, want %q", got, c.findings)
			}
			if len(looks) != 0 {
				t.Errorf("inconclusive: %v", sorted(looks))
			}
			if len(c.findings) > 0 {
				r := findings[c.findings[0]]
				if !strings.Contains(r.Detail, c.says) || strings.Contains(r.Detail, "or uses another secret") || r.Advice == "" {
					t.Errorf("detail %q, advice %q", r.Detail, r.Advice)
				}
			}
			if sum.Findings != len(findings) || sum.OK+sum.Findings != len(Synthetic()) || sum.Stopped != "" || sum.Requests > maxRequests {
				t.Errorf("the summary is %+v", sum)
			}
			if len(app.users) != 0 {
				t.Errorf("these users are left: %v", app.users)
			}
		})
	}
}

func TestAnAppThatVerifiesNothingHasAFindingForEachForgery(t *testing.T) {
	_, url := startApp(t, "verifies nothing")
	findings, _, _ := sweep(t, runner(url), Synthetic())
	if got := sorted(findings); !slices.Equal(got, []string{"forged", "out-of-time", "unsigned"}) {
		t.Errorf("findings %q", got)
	}
}

func TestRejectingAForgeryWith404IsInconclusive(t *testing.T) {
	_, url := startApp(t, "hides what is forged")
	findings, looks, _ := sweep(t, runner(url), Synthetic(), "forged", "twice")
	if len(findings) != 0 || !strings.Contains(looks["forged"].Detail, "404") {
		t.Errorf("findings %v, inconclusive %+v", findings, looks)
	}
}

// When several arrive at once, all but one may be deferred.
func TestDeferringARepeatIsWrongUnlessSeveralArriveAtOnce(t *testing.T) {
	_, url := startApp(t, "puts a repeat off")
	findings, looks, _ := sweep(t, runner(url), Synthetic(), "at-once", "twice")
	if !slices.Equal(sorted(findings), []string{"twice"}) || !strings.Contains(looks["at-once"].Detail, "409") {
		t.Errorf("findings %v, inconclusive %+v", sorted(findings), looks)
	}
}

func TestEachRuleJudgesAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   rule
		answer webhook.Forward
		state  State
		says   string
	}{
		{"accepted", accepts, webhook.Forward{Status: 204}, OK, ""},
		{"accepted, with a text that Express calls HTML", accepts, webhook.Forward{Status: 200, Body: []byte("<p>ok"), Header: http.Header{"Content-Type": {"text/html"}}}, OK, ""},
		{"a page", accepts, webhook.Forward{Status: 200, Body: []byte("\n<html lang=en>")}, Finding, "a web page"},
		{"accepted slowly", accepts, webhook.Forward{Status: 200, Duration: 11 * time.Second}, Inconclusive, "11 s"},
		{"half an answer", accepts, webhook.Forward{Status: 200, Failure: webhook.PartialAnswer, Error: "its answer broke off"}, Finding, "broke off"},
		{"a redirect", accepts, webhook.Forward{Status: 308}, Finding, "308"},
		{"a redirect of a forgery", rejects, webhook.Forward{Status: 308}, Finding, "308"},
		{"a schema validator's rejection", rejects, webhook.Forward{Status: 422}, OK, ""},
		{"a conflict", acceptsOrConflict, webhook.Forward{Status: 409}, OK, ""},
		{"a conflict without cause", accepts, webhook.Forward{Status: 409}, Finding, "409"},
		{"a redirect of a GET", rejectsGet, webhook.Forward{Status: 307}, Inconclusive, "GET"},
		{"a GET without a route", rejectsGet, webhook.Forward{Status: 404}, OK, ""},
		{"too many requests", acceptsOrDefers, webhook.Forward{Status: 429}, Inconclusive, "429"},
		{"a failure among several", acceptsOrDefers, webhook.Forward{Status: 503}, Finding, "503"},
	} {
		state, why := c.rule.judge(c.answer)
		if state != c.state || !strings.Contains(why, c.says) || (why == "") != (state == OK) {
			t.Errorf("%s: %s, %q; want %s", c.name, state, why, c.state)
		}
	}
}

func TestWithoutAProbeTheResultHoldsTheQueryToCheckWith(t *testing.T) {
	for _, bug := range []string{"", "lets the stale win", "resurrects"} {
		app, url := startApp(t, bug)
		run := runner(url)
		run.KeepUsers = true
		findings, looks, sum := sweep(t, run, Synthetic())
		want := []string{"at-once", "delete-first", "exchange", "stale-update", "twice", "update-after-delete", "update-first"}
		if got := sorted(looks); len(findings) != 0 || !slices.Equal(got, want) {
			t.Fatalf("findings %v, inconclusive %q", findings, got)
		}
		look := looks["stale-update"].Detail
		if !strings.HasPrefix(look, `check: SELECT * FROM "User" WHERE id = 'user_torture`) || !strings.Contains(look, "one row, with torture+") {
			t.Errorf("the detail is %q", look)
		}
		id := strings.Split(look, "'")[1]
		if right := strings.HasSuffix(look, app.users[id].email); right != (bug != "lets the stale win") {
			t.Errorf("with the bug %q the row has %q, and the query says %s", bug, app.users[id].email, look)
		}
		if gone := looks["update-after-delete"].Detail; !strings.HasSuffix(gone, "no row") {
			t.Errorf("the detail is %q", gone)
		}
		if len(id) != 32 || len(sum.Left) == 0 || !slices.Contains(sum.Left, id) {
			t.Errorf("%q is not among the users left: %v", id, sum.Left)
		}
	}
}

func TestAProbeThatShowsNoUsersEndsTheRun(t *testing.T) {
	app, url := startApp(t, "")
	run := runner(url)
	run.Probe = url + "/nowhere"
	findings, _, sum := sweep(t, run, Synthetic())
	if got := sorted(findings); !slices.Equal(got, []string{"plain"}) || !strings.Contains(sum.Stopped, "user_torture") || !strings.Contains(sum.Advice, "--probe") {
		t.Errorf("findings %q, %+v", got, sum)
	}
	if len(app.gone) != 1 || len(app.users) != 0 {
		t.Errorf("these users are left: %v", app.users)
	}
}

func TestAnAppThatRejectsAPlainEventHasOneFindingWithItsCause(t *testing.T) {
	for bug, says := range map[string][2]string{
		"has another secret":  {"400", "whsec_…LaSw"},
		"redirects":           {"307", "from auth"},
		"answers with a page": {"a web page", ""},
	} {
		t.Run(bug, func(t *testing.T) {
			app, url := startApp(t, bug)
			findings, _, sum := sweep(t, runner(url), Synthetic(), "forged", "twice")
			if got := sorted(findings); !slices.Equal(got, []string{"plain"}) || sum.Requests != 1 || sum.Findings != 1 {
				t.Errorf("findings %q, %+v", got, sum)
			}
			if !strings.Contains(sum.Stopped, says[0]) || !strings.Contains(sum.Advice, says[1]) {
				t.Errorf("stopped by %q, advice %q", sum.Stopped, sum.Advice)
			}
			if len(app.users) != 0 {
				t.Errorf("these users are left: %v", app.users)
			}
		})
	}
}

// inMemory returns a Dial to a handler without a network, for a synctest bubble.
func inMemory(handler http.HandlerFunc) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			req, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			body, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(bytes.NewReader(body))
			w := httptest.NewRecorder()
			handler(w, req)
			res := w.Result()
			res.Close = true
			_ = res.Write(theirs)
		}()
		return ours, nil
	}
}

// The clock is the bubble's: only what hangs takes time.
func TestAnAppThatHangsHasAFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, "hangs on an update")
		run := runner("http://app")
		run.App = receiver.NewForwarder(&receiver.Forwarder{Now: time.Now, Dial: inMemory(app.receive)})
		run.Within = 2 * time.Second
		findings, _, _ := sweep(t, run, Synthetic(), "twice", "stale-update")
		close(app.hang)
		if got := sorted(findings); !slices.Equal(got, []string{"stale-update"}) {
			t.Fatalf("findings %q", got)
		}
		if r := findings["stale-update"]; !strings.Contains(r.Detail, "request 2: ") || !strings.Contains(r.Advice, "Answer 2xx first") {
			t.Errorf("detail %q, advice %q", r.Detail, r.Advice)
		}
	})
}

// The app answers its first message and exits.
func TestTheRunStopsOnceTheAppIsDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
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
	findings, _, sum := sweep(t, runner("http://"+addr), Synthetic())
	<-served
	if got := sorted(findings); !slices.Equal(got, []string{"twice"}) || !strings.Contains(sum.Stopped, "twice") || len(sum.Left) != 2 {
		t.Errorf("findings %q, %+v", got, sum)
	}
}

func TestAnInterruptedRunCleansUp(t *testing.T) {
	app, url := startApp(t, "")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("interrupted")
	sum, err := runner(url).Run(ctx, Synthetic(), nil, func(r Result) error {
		if r.Name == "many-at-once" {
			cancel(ended)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) && !errors.Is(err, ended) {
		t.Errorf("the run returned %v", err)
	}
	if len(app.users) != 0 || len(app.gone) < 13 || len(sum.Left) != 0 {
		t.Errorf("%d users were deleted, %v are left; the summary has %v", len(app.gone), app.users, sum.Left)
	}
}

// Afterwards they are sent once more, oldest first.
func TestCapturedDeliveriesAreSentByteForByte(t *testing.T) {
	app, url := startApp(t, "")
	at := time.Now().Add(-time.Hour)
	given := make([]webhook.Delivery, 3)
	for i, event := range []string{"user.created", "user.updated", "user.updated"} {
		body := fmt.Sprintf("{ \"type\":%q, \"timestamp\":%d,\r\n\"data\":{\"id\":\"user_1\",\"email_addresses\":[{\"email_address\":\"ada%d@example.com\"}]}}\n", event, at.UnixMilli()+int64(i), i)
		given[i] = webhook.Delivery{ID: int64(i + 1), Provider: "clerk", Type: event, Request: webhook.Request{Body: []byte(body)}}
	}
	cases := Captured(given)
	findings, looks, sum := sweep(t, runner(url), cases)
	if len(findings) != 0 || !slices.Equal(sorted(looks), []string{"backwards"}) || len(sum.Left) != 0 {
		t.Errorf("findings %+v, inconclusive %v, %+v", findings, looks, sum)
	}
	if app.users["user_1"].email != "ada2@example.com" || len(app.gone) != 0 {
		t.Errorf("these users are left: %v", app.users)
	}
	newestFirst := []string{"user.updated ada2@example.com", "user.updated ada1@example.com", "user.created ada0@example.com"}
	const before = 1 + 2 + 10 // plain, twice, at-once
	if got := app.requests[before-1 : before+3]; got[0] != newestFirst[0] || !slices.Equal(got[1:], newestFirst) {
		t.Errorf("the case backwards sent %q", got)
	}
	slices.Reverse(newestFirst)
	if got := app.requests[len(app.requests)-3:]; !slices.Equal(got, newestFirst) {
		t.Errorf("the clean-up sent %q", got)
	}
	if Captured(nil) != nil {
		t.Error("no deliveries make cases")
	}
}

func TestCasesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range Synthetic() {
		if c.Name == "" || seen[c.Name] || c.Does == "" || c.Expected == "" || i > 0 && c.Fix == "" || len(c.steps) == 0 {
			t.Errorf("incomplete: %+v", c)
		}
		if i == 0 != (c.Name == "plain") {
			t.Errorf("%s is case %d", c.Name, i)
		}
		if c.hidden && len(c.leaves) == 0 {
			t.Errorf("%s is hidden, but says nothing to look at", c.Name)
		}
		seen[c.Name] = true
	}
}
