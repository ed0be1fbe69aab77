package receiver

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// answering returns a receiver whose senders the app answers.
func answering(t *testing.T, targets ...string) (*rig, *Forwarder) {
	t.Helper()
	var f *Forwarder
	g := start(t, func(g *rig) {
		f = forwarder(t, g.shelf, "")
		for _, target := range targets {
			r, err := ParseRoute(target)
			if err != nil {
				t.Fatal(err)
			}
			f.Redirect(append(f.Routes(), r)...)
		}
		g.Answerer = f.Answerer
	}, nil)
	return g, f
}

func TestTheAppAnswersTheSender(t *testing.T) {
	page := strings.Repeat("<p>", 1000)
	for _, c := range []struct {
		name, answer string
		status       int
		header       http.Header // of those that the sender gets
		body         string
		kept         int // the status in the row
	}{
		{
			"with its status, headers and body", "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nRetry-After: 7\r\nWebhook-Delivery: abort-message\r\n" +
				"Set-Cookie: a=b\r\nStrict-Transport-Security: max-age=1\r\nServer: app\r\nHooktop-Delivery: 99\r\nX-Powered-By: y\r\nConnection: close\r\n\r\nhello",
			201,
			http.Header{"Content-Type": {"text/plain"}, "Retry-After": {"7"}, "Webhook-Delivery": {"abort-message"}},
			"hello", 201,
		},
		{"with nothing", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", 204, http.Header{}, "", 204},
		{"with a page and no type", "HTTP/1.1 500 Oh\r\nContent-Length: 3000\r\nConnection: close\r\n\r\n" + page, 500, http.Header{}, page, 500},
		{"with a redirect, which the sender may follow", "HTTP/1.1 307 Temporary Redirect\r\nLocation: /sign-in\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 307, http.Header{"Location": {"/sign-in"}}, "", 307},
		{"in an encoding", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\x0b\x80", 200, http.Header{"Content-Encoding": {"br"}, "Content-Type": {"text/plain"}}, "\x0b\x80", 200},
		{
			"with half an answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf", 502,
			http.Header{"Content-Type": {"application/json"}},
			`{"message":"The app gave no answer","detail":"its answer ended early, after 4 bytes: it closed the connection without a complete answer","delivery":1}` + "\n", 502,
		},
		{
			"with a status that is not final", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", 502,
			http.Header{"Content-Type": {"application/json"}},
			`{"message":"The app gave no answer","detail":"its status 101 is not a final answer","delivery":1}` + "\n", 502,
		},
		{
			"with a status that is none", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 502,
			http.Header{"Content-Type": {"application/json"}},
			`{"message":"The app gave no answer","detail":"its status 99 is not a final answer","delivery":1}` + "\n", 502,
		},
		{
			"with no answer", "", 502,
			http.Header{"Content-Type": {"application/json"}},
			`{"message":"The app gave no answer","detail":"it closed the connection without a complete answer","delivery":1}` + "\n", 502,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, got := app(t, c.answer)
			g, _ := answering(t, url)
			res := exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
			<-got
			res.header.Del("Date")
			res.header.Del("Content-Length")
			if res.status != c.status || fmt.Sprint(res.header) != fmt.Sprint(c.header) || res.body != c.body {
				t.Errorf("the sender got %d %v %q", res.status, res.header, res.body)
			}
			d := g.one(t)
			if d.Answer.Status != c.kept || string(d.Answer.Body) != strings.TrimSuffix(c.body, "\n") || len(d.Forwards) != 1 {
				t.Errorf("the row has %d %q and %d forwards", d.Answer.Status, d.Answer.Body, len(d.Forwards))
			}
		})
	}
}

func TestTheAppIsAskedAfterTheCommit(t *testing.T) {
	var g *rig
	asked := false
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked = true
		if d := g.one(t); d.Outcome != webhook.Created || d.Answer.Status != 0 {
			t.Errorf("when the app is asked the row has %q and %d", d.Outcome, d.Answer.Status)
		}
	}))
	defer app.Close()
	g, _ = answering(t, app.URL)
	if res := exchange(t, g.local, post(clerkPath, signedHeader(t, clerkText, now), clerkText)); res.status != 200 || !asked {
		t.Errorf("%d, asked %v", res.status, asked)
	}

	// Only hooktop answers for a delivery that was not stored.
	asked = false
	broken, _ := answering(t, app.URL)
	broken.shelf.settle = func(context.Context, *webhook.Delivery) error { return io.ErrUnexpectedEOF }
	if res := exchange(t, broken.local, post(clerkPath, signedHeader(t, clerkText, now), clerkText)); res.status != 500 || asked {
		t.Errorf("%d, asked %v", res.status, asked)
	}
}

func TestHooktopAnswersWhenTheAppShouldNot(t *testing.T) {
	url, got := app(t, "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	for _, c := range []struct {
		name, target, raw string
		status            int
		body              string
	}{
		{"a forgery", url, post(clerkPath, "svix-id: msg_1\r\nsvix-timestamp: 1\r\nsvix-signature: v1,AAAA\r\n", clerkText), 400, "Invalid webhook signature"},
		{"a stranger", url, post("/", "", ""), 404, "Not found"},
		{"a type that no route matches", "session.*=" + url, post(clerkPath, signedHeader(t, clerkText, now), clerkText), 200, "User created"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, _ := answering(t, c.target)
			res := exchange(t, g.public, c.raw)
			if res.status != c.status || !strings.Contains(res.body, c.body) || len(got) != 0 {
				t.Errorf("%d %s; the app got %d", res.status, res.body, len(got))
			}
		})
	}
}

// Duplicates are forwarded, too.
func TestTheAppAnswersADuplicate(t *testing.T) {
	url, got := app(t, fine)
	g, _ := answering(t, url)
	g.shelf.settle = func(_ context.Context, d *webhook.Delivery) error { d.Outcome = webhook.Duplicate; return nil }
	res := exchange(t, g.local, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	if res.status != 200 || res.body != "ok" || len(got) != 1 || g.one(t).Outcome != webhook.Duplicate {
		t.Errorf("%d %q; the app got %d", res.status, res.body, len(got))
	}
}

func TestTheFirstRouteAnswersAndTheOthersAreSent(t *testing.T) {
	first, gotFirst := app(t, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	second, gotSecond := app(t, fine)
	g, f := answering(t, "session.*="+second+"/none", "user.*="+first, second)
	stop := running(f)
	res := exchange(t, g.local, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	if res.status != 202 {
		t.Errorf("the sender got %d", res.status)
	}
	<-gotFirst
	if raw := <-gotSecond; !strings.HasPrefix(raw, "POST "+clerkPath+" ") {
		t.Errorf("the second got %q", raw)
	}
	stop()
	if d := g.one(t); len(d.Forwards) != 2 || d.Answer.Status != 202 || len(gotFirst)+len(gotSecond) != 0 {
		t.Errorf("the row has %d, %+v", d.Answer.Status, d.Forwards)
	}
}

func TestHooktopsOwnSendersGetTheirReceiptWithTheAppsAnswer(t *testing.T) {
	url, _ := app(t, "HTTP/1.1 500 No\r\nHooktop-Delivery: 99\r\nContent-Length: 5\r\nConnection: close\r\n\r\noh no")
	g, _ := answering(t, url)
	h := http.Header{}
	if err := (providers.Clerk{}).Signing().SignMessage(h, secret, "msg_1", now, []byte(clerkText)); err != nil {
		t.Fatal(err)
	}
	receipt, err := g.Self.Send(t.Context(), clerkPath, h, []byte(clerkText), webhook.Trigger, 0)
	if err != nil || receipt != (Receipt{DeliveryID: 1, Status: 500, Message: "oh no"}) {
		t.Errorf("%+v, %v", receipt, err)
	}
}

// The sender waits 15 s and the app has a second less, whatever else took time.
func TestTheAppHasFourteenSecondsToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		f := wired(t, s, map[string]http.HandlerFunc{"app": func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }}, "http://app")
		stop := running(f)
		d := captured(t, s, time.Now(), "{}", func(d *webhook.Delivery) { d.AppAnswers = true })
		time.Sleep(2 * time.Second) // the bubble's: what it took to commit
		begun := time.Now()
		sent := f.Answerer(d)(t.Context(), d)
		if took := time.Since(begun); took != 12*time.Second || sent.Answered.Status != 504 || sent.Failure != webhook.Timeout {
			t.Errorf("after %v: %d %q", took, sent.Answered.Status, sent.Error)
		}
		if got := s.all()[0]; got.Answer.Status != 504 || !got.Failed() {
			t.Errorf("the row has %d", got.Answer.Status)
		}
		time.Sleep(time.Minute)
		stop()
	})
}

// If the sender gives up, the app still gets the delivery; if hooktop ends, that is
// recorded.
func TestAnAnswerIsRecordedThoughTheSenderGoesAwayButNotAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		let := make(chan struct{})
		f := wired(t, s, map[string]http.HandlerFunc{"app": func(http.ResponseWriter, *http.Request) { <-let }}, "http://app")
		stop := running(f)
		gone, leave := context.WithCancel(t.Context())
		leave()
		d := captured(t, s, time.Now(), "{}", func(d *webhook.Delivery) { d.AppAnswers = true })
		answers := make(chan webhook.Forward)
		ask := func() { go func() { answers <- f.Answerer(d)(gone, d) }() }
		ask()
		synctest.Wait()
		let <- struct{}{}
		if sent := <-answers; sent.Status != 200 || s.all()[0].Answer.Status != 200 {
			t.Errorf("%+v", sent)
		}
		ask()
		synctest.Wait()
		stopped := make(chan struct{})
		go func() { stop(); close(stopped) }()
		if sent := <-answers; sent.Answered.Status != 502 || sent.Failure != webhook.Interrupted {
			t.Errorf("%+v", sent)
		}
		<-stopped
		if n := len(s.all()[0].Forwards); n != 2 {
			t.Errorf("%d are recorded at the end", n)
		}
		var lost []error
		f.Lost = func(err error) { lost = append(lost, err) }
		if sent := f.Answerer(d)(gone, d); sent.Answered.Status != 502 || len(lost) != 1 {
			t.Errorf("after the end: %+v, lost %v", sent, lost)
		}
		close(let)
	})
}

// A dev server checks the Host before the app does, and answers other hosts with
// 403, as Vite does.
func TestDevServersGetTheirOwnHost(t *testing.T) {
	var seen http.Header
	dev := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.Host)
		if !slices.Contains([]string{"localhost", "127.0.0.1"}, host) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, "Blocked request. This host (%q) is not allowed.", r.Host)
		}
		seen = r.Header
	}))
	defer dev.Close()
	s := &shelf{}
	f := forwarder(t, s, dev.URL)
	// With the headers that ngrok's edge adds, and without.
	through := captured(t, s, now, "{}", func(d *webhook.Delivery) {
		d.Header.Set("X-Forwarded-Host", "ada.ngrok-free.dev")
		d.Header.Set("X-Forwarded-Proto", "https")
	})
	f.Forward(t.Context(), through)
	if d := s.all()[0]; d.AppStatus != 200 || seen.Get("X-Forwarded-Host") != "ada.ngrok-free.dev" || seen.Get("X-Forwarded-Proto") != "https" {
		t.Errorf("%d; the app got %v", d.AppStatus, seen)
	}
	f.Forward(t.Context(), captured(t, s, now, "{}", nil))
	if d := s.all()[1]; d.AppStatus != 200 || seen["X-Forwarded-Host"] != nil || seen["X-Forwarded-Proto"] != nil {
		t.Errorf("%d; the app got %v, which the sender did not send", d.AppStatus, seen)
	}
}

func TestASelfSignedCertificateIsAcceptedOnlyOnRequest(t *testing.T) {
	dev := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	dev.Config.ErrorLog = Server(nil, nil).ErrorLog
	dev.StartTLS()
	defer dev.Close()
	for _, insecure := range []bool{false, true} {
		s := &shelf{}
		d := captured(t, s, now, "{}", nil)
		f := forwarder(t, s, "")
		f = NewForwarder(&Forwarder{Store: s, Endpoints: f.Endpoints, Now: f.Now, Lost: f.Lost, Insecure: insecure}, Route{Target: dev.URL})
		f.Forward(t.Context(), d)
		f.client.CloseIdleConnections()
		got := s.all()[0]
		fix := advice.On(got, got.Forwards[0], advice.App{}).Fix
		if insecure && (got.AppStatus != 200 || got.AppError != "") {
			t.Errorf("with the flag: %d %q", got.AppStatus, got.AppError)
		}
		if !insecure && (got.AppStatus != 0 || !strings.Contains(got.AppError, "certificate") || !strings.Contains(fix, "--insecure-forward")) {
			t.Errorf("without the flag: %d %q, fix: %s", got.AppStatus, got.AppError, fix)
		}
	}
}
