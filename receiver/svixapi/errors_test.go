package svixapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// calls are every call of a client, by the route that it uses.
func calls(ctx context.Context, c *Client, endpoint, message string) map[string]func() error {
	return map[string]func() error{
		standin.ListEndpoints: func() error { _, err := collect(c.Endpoints(ctx)); return err },
		standin.CreateEndpoint: func() error {
			_, err := c.CreateEndpoint(ctx, NewEndpoint{URL: "https://a.example/", UID: "hooktop-new"})
			return err
		},
		standin.PatchEndpoint: func() error {
			_, err := c.PatchEndpoint(ctx, endpoint, EndpointChange{Enable: true, EventTypes: []string{"user.created"}, URL: "https://b.example/"})
			return err
		},
		standin.DeleteEndpoint: func() error { return c.DeleteEndpoint(ctx, Endpoint{UID: "hooktop-mine"}) },
		standin.Secret:         func() error { _, err := c.Secret(ctx, endpoint); return err },
		standin.Recover:        func() error { _, err := c.Recover(ctx, endpoint, time.Now().Add(-time.Hour)); return err },
		standin.SendExample:    func() error { _, err := c.SendExample(ctx, endpoint, "user.created"); return err },
		standin.ListMessages: func() error {
			_, err := collect(c.MessagesSince(ctx, time.Now().Add(-time.Hour)))
			return err
		},
		standin.GetMessage:   func() error { _, err := c.Message(ctx, message); return err },
		standin.Resend:       func() error { return c.Resend(ctx, message, endpoint) },
		standin.ListAttempts: func() error { _, err := collect(c.Attempts(ctx, endpoint, time.Now().Add(-time.Hour))); return err },
	}
}

func TestEveryCallExplainsEveryUnexpectedAnswer(t *testing.T) {
	r := start(t, standin.Config{NoExamples: true})
	c := r.open()
	c.links = nil // so that a 401 is final
	ctx := t.Context()
	e, err := c.CreateEndpoint(ctx, NewEndpoint{URL: "https://a.example/", UID: "hooktop-mine"})
	if err != nil {
		t.Fatal(err)
	}
	message, _ := r.Send("user.other", []byte(`{}`))
	token := c.session().token
	for _, f := range []struct {
		name    string
		fault   standin.Fault
		status  int
		foreign bool
		waits   int
	}{
		{"401", standin.Refuse(401, "authentication_failed", "Bad token "+token), 401, false, 0},
		{"403", standin.Refuse(403, "insufficient access", "Insufficient access for the given operation."), 403, false, 0},
		{"404", standin.Refuse(404, "not_found", "Entity not found"), 404, false, 0},
		{"422", standin.JSON(`{"surprise":[]}`), 200, true, 0},
		{"429, soon", standin.RateLimit(7 * time.Second), 429, false, 3},
		{"429, too late", standin.RateLimit(time.Hour), 429, false, 0},
		{"500", standin.Refuse(500, "server_error", "Internal Server Error"), 500, false, 3},
		{"502 from a proxy", standin.HTML(502), 502, true, 3},
		{"403 from a proxy", standin.HTML(403), 403, true, 0},
		{"404 from a proxy", standin.HTML(404), 404, true, 0},
		{"a page", standin.HTML(200), 200, true, 0},
		{"an array", standin.JSON(`[` + `"` + token + `"]`), 200, true, 0},
		{"null", standin.JSON(`null`), 200, true, 0},
		{"numbers for texts", standin.JSON(`{"id":7,"data":[{"id":8}],"key":9,"status":1}`), 200, true, 0},
		{"a redirect", standin.Redirect("https://elsewhere.example/"), 307, true, 0},
		{"no answer", standin.Break, 0, false, 1},
	} {
		for route, call := range calls(ctx, c, e.ID, message) {
			t.Run(f.name+" "+route, func(t *testing.T) {
				r.t = t
				r.Heal()
				r.waited()
				r.Fail(route, f.fault, 0)
				err := call()
				if (route == standin.DeleteEndpoint || route == standin.Resend || route == standin.Recover) && f.status == 200 {
					return // whose answers say nothing
				}
				got := r.wantError(err)
				if got.Status != f.status || got.Foreign != f.foreign {
					t.Errorf("%v: status %d, foreign %t", got, got.Status, got.Foreign)
				}
				if n := len(r.waited()); n != f.waits {
					t.Errorf("waited %d times, want %d", n, f.waits)
				}
				if got.Denied() != (f.name == "401" || f.name == "403") {
					t.Errorf("Denied is %t", got.Denied())
				}
				if got.NotFound() != (f.name == "404") {
					t.Errorf("NotFound is %t", got.NotFound())
				}
			})
		}
	}
	r.t = t
}

func TestABusyServerIsAskedAgainAsItAsks(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	r.Fail(standin.CreateEndpoint, standin.RateLimit(7*time.Second), 1)
	r.Fail(standin.CreateEndpoint, standin.Refuse(503, "", "Busy."), 2)
	if _, err := c.CreateEndpoint(t.Context(), NewEndpoint{URL: "https://a.example/", UID: "hooktop-a"}); err != nil {
		t.Fatal(err)
	}
	if waits := r.waited(); !slices.Equal(waits, []time.Duration{7 * time.Second, firstWait, 2 * firstWait}) {
		t.Errorf("waited %v", waits)
	}
	keys := map[string]int{}
	for _, q := range r.Requests() {
		if q.Route == standin.CreateEndpoint {
			keys[q.Header.Get("Idempotency-Key")]++
		}
	}
	if len(keys) != 1 || keys[""] > 0 {
		t.Errorf("four attempts had the idempotency keys %v, want one", keys)
	}

	r.Fail(standin.ListEndpoints, standin.RateLimit(time.Hour), 1)
	_, err := collect(c.Endpoints(t.Context()))
	if e := r.wantError(err); e.Wait() != time.Hour || !e.Temporary() || len(r.waited()) > 0 || !strings.Contains(e.Fix(), "1h") {
		t.Errorf("asked to wait an hour: %v, %q", e, e.Fix())
	}
	impatient, err := Open(t.Context(), r.links, Config{URL: r.URL, Attempts: 1, Wait: r.wait})
	if err != nil {
		t.Fatal(err)
	}
	r.Fail(standin.ListEndpoints, standin.RateLimit(time.Second), 1)
	if _, err := collect(impatient.Endpoints(t.Context())); r.wantError(err).Wait() != time.Second || len(r.waited()) > 0 {
		t.Errorf("one attempt: %v", err)
	}
}

func TestTheExchangeIsNotRepeatedOnceItMayHaveHappened(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault standin.Fault
		asked int
	}{
		{"a rate limit", standin.RateLimit(time.Second), 4},
		{"a broken server", standin.Refuse(500, "server_error", "No."), 1},
		{"no answer", standin.Break, 1},
		{"a page", standin.HTML(200), 1},
		{"a token that no header can hold", standin.JSON(`{"token":"a\r\nb"}`), 1},
		{"no token", standin.JSON(`{"capabilities":[]}`), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := start(t, standin.Config{})
			r.Fail(standin.Exchange, test.fault, 0)
			_, err := Open(t.Context(), r.links, r.config())
			r.wantError(err)
			if n := len(r.routes()); n != test.asked {
				t.Errorf("asked %d times, want %d: %v", n, test.asked, err)
			}
		})
	}
}

func TestAnInterruptedCallReturnsTheInterruption(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	ctx, cancel := context.WithCancel(t.Context())
	r.Fail(standin.ListEndpoints, func(w http.ResponseWriter, q *http.Request) { cancel(); standin.Hang(w, q) }, 0)
	if _, err := collect(c.Endpoints(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if len(r.waited()) > 0 {
		t.Error("waited after the interruption")
	}
}

func TestAServerThatNeverAnswersIsGivenUp(t *testing.T) {
	silent := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	begins := func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: &drip{req.Context()}, Request: req}, nil
	}
	for name, network := range map[string]roundTripper{"nothing": silent, "an answer without an end": begins} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				c, err := Enter(t.Context(), legacyLink(t, "app_1", "eu"), Config{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
					asked++
					return network(req)
				})})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err = collect(c.Endpoints(t.Context()))
				var e *Error
				if !errors.As(err, &e) || e.Status != 0 || !e.Temporary() {
					t.Errorf("%v", err)
				}
				if took := time.Since(began); asked != maxUnanswered || took > time.Minute {
					t.Errorf("asked %d times in %s", asked, took)
				}
			})
		})
	}
}

// drip is a body that yields a space each second, for ever.
type drip struct{ ctx context.Context }

func (d *drip) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func (d *drip) Close() error { return nil }

func TestALargeAnswerIsCutOff(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	r.Fail(standin.Secret, standin.Huge(100<<20), 0)
	_, err := c.Secret(t.Context(), "ep_1")
	if e := r.wantError(err); !e.Foreign || e.Temporary() || !strings.Contains(e.Error(), "16 MiB") {
		t.Errorf("%v", err)
	}
	if len(r.waited()) > 0 {
		t.Error("asked for it again")
	}
}

func TestAListWithoutAnEndEnds(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	r.Fail(standin.ListEndpoints, standin.JSON(`{"data":[],"done":false,"iterator":"ep_1"}`), 0)
	if list, err := collect(c.Endpoints(t.Context())); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	if n := len(r.routes()); n != 3 { // with the exchange
		t.Errorf("asked %d times", n)
	}
}

func TestAPageOfTooManyItemsIsRefused(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	item := `{"id":"ep_1","url":"https://a/"},`
	r.Fail(standin.ListEndpoints, standin.JSON(`{"done":true,"data":[`+strings.Repeat(item, maxItems)+item[:len(item)-1]+`]}`), 0)
	if _, err := collect(c.Endpoints(t.Context())); !r.wantError(err).Foreign {
		t.Errorf("%v", err)
	}
}

func TestIDsCannotLeaveTheirPlaceInTheURL(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	asked := len(r.Requests())
	for _, id := range []string{"", ".", "..", "../../../other", "a/b", "a?b", "a#b", "ep 1", "%2e%2e", "ép", strings.Repeat("a", 300)} {
		for route, call := range calls(t.Context(), c, id, id) {
			if route == standin.ListEndpoints || route == standin.CreateEndpoint || route == standin.ListMessages || route == standin.DeleteEndpoint {
				continue
			}
			r.wantError(call())
		}
		if _, err := c.CreateEndpoint(t.Context(), NewEndpoint{URL: "https://a.example/", UID: id}); err == nil {
			t.Errorf("created with uid %q", id)
		}
		if err := c.DeleteEndpoint(t.Context(), Endpoint{UID: "hooktop-/" + id}); err == nil {
			t.Errorf("deleted uid hooktop-/%s", id)
		}
	}
	if n := len(r.Requests()) - asked; n != 0 {
		t.Errorf("sent %d requests", n)
	}
}

func TestWhatServersSayIsMadePrintableAndShort(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	token := c.session().token
	for _, said := range []string{
		"\x1b[2Jclear", "a\nb\r\nc", "\u202eright to left", strings.Repeat("x", 10_000), strings.Repeat("é", 10_000),
		strings.Repeat("x", 290) + token, "Bearer " + token + " is bad", "use whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "use " + standin.Key,
		strings.ToUpper(token),
	} {
		r.Heal()
		r.Fail(standin.Secret, standin.Refuse(400, said, said), 0)
		_, err := c.Secret(t.Context(), "ep_1")
		e := r.wantError(err)
		if text := e.Error(); len(text) > 800 || strings.ContainsAny(text, "\x1b\r\n\u202e") || strings.Contains(text, "MfKQ9r8G") || strings.Contains(text, standin.Key[:20]) {
			t.Errorf("%q", text)
		}
	}
	r.Heal()
	r.Fail(standin.Secret, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(422)
		_, _ = w.Write([]byte(`{"detail":[{"loc":["body","url"],"msg":"Endpoint URLs must be valid","type":"value_error"},{"loc":["body",3],"msg":"bad"}]}`))
	}, 0)
	if _, err := c.Secret(t.Context(), "ep_1"); !strings.Contains(r.wantError(err).Message, "body.url Endpoint URLs must be valid; body.3 bad") {
		t.Errorf("%v", err)
	}
}

// legacyLink returns a link whose token needs no exchange.
func legacyLink(t *testing.T, app, region string) portal.Link {
	t.Helper()
	link, err := portal.Parse(linkTo(app, `"token":"appsk_0123456789abcdef","region":"`+region+`"`))
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestClerksRefusalsReachTheCaller(t *testing.T) {
	for _, f := range []standin.Fault{
		standin.Refuse(401, "secret_key_invalid", "No."), standin.RateLimit(time.Hour), standin.HTML(200), standin.JSON(`{"svix_url":"https://app.svix.com/login"}`),
		standin.JSON(`{"svix_url":7}`), standin.JSON(`{}`), standin.Refuse(500, "", ""), standin.Break,
	} {
		r := start(t, standin.Config{})
		r.Fail(standin.Link, f, 0)
		_, err := Open(t.Context(), r.links, r.config())
		var e *clerkapi.Error
		if !errors.As(err, &e) || e.Fix() == "" || len(r.routes()) > 0 {
			t.Errorf("%v", err)
		}
	}
}

// Nobody documents what tokens begin with.
func TestATokenOfAnyFormIsNotShown(t *testing.T) {
	const token = "x7ktDk2c3VvMzQ1Njc4OTA"
	for n := range 60 {
		said := strings.Repeat("x", 260+n) + token
		echo := roundTripper(func(req *http.Request) (*http.Response, error) {
			body := io.NopCloser(strings.NewReader(`{"code":"` + said + `","detail":"` + said + `"}`))
			return &http.Response{StatusCode: 400, Header: http.Header{}, Body: body, Request: req}, nil
		})
		for _, kind := range []string{"token", "oneTimeToken"} {
			link, err := portal.Parse(linkTo("app_1", `"region":"eu","`+kind+`":"`+token+`"`))
			if err != nil {
				t.Fatal(err)
			}
			c, err := Enter(t.Context(), link, Config{Transport: echo})
			if err == nil {
				_, err = collect(c.Endpoints(t.Context()))
			}
			if err == nil || strings.Contains(err.Error(), token[:5]) {
				t.Fatalf("%s: %v", kind, err)
			}
		}
	}
}
