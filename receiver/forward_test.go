package receiver

import (
	"bufio"
	"bytes"
	"context"
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

	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// app answers every request with the same bytes and returns what it got, byte for
// byte.
func app(t *testing.T, answer string) (url string, got chan string) {
	t.Helper()
	l := listen(t)
	got = make(chan string, 100)
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			got <- readRaw(conn)
			_, _ = io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String(), got
}

func readRaw(conn net.Conn) string {
	var raw bytes.Buffer
	req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
	if err == nil {
		_, err = io.Copy(io.Discard, req.Body)
	}
	if err != nil {
		return err.Error()
	}
	return raw.String()
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

// forwarder returns a forwarder from the shelf to a target.
func forwarder(t *testing.T, s *shelf, target string) *Forwarder {
	t.Helper()
	var routes []Route
	if target != "" {
		routes = []Route{{Target: target}}
	}
	f := NewForwarder(&Forwarder{
		Store:     s,
		Endpoints: []Endpoint{{clerkPath, providers.Clerk{}, knowing(secret)}},
		Now:       func() time.Time { return now },
		Lost:      func(err error) { t.Errorf("lost: %v", err) },
	}, routes...)
	t.Cleanup(f.client.CloseIdleConnections)
	return f
}

// captured puts a verified delivery on the shelf, received at that time.
func captured(t *testing.T, s *shelf, at time.Time, body string, change func(*webhook.Delivery)) webhook.Delivery {
	t.Helper()
	d := webhook.Delivery{
		At: at, Provider: "clerk", Origin: webhook.Tunnel, MessageID: fmt.Sprintf("msg_%d", len(s.all())+1), Bytes: int64(len(body)),
		Request: webhook.Request{Method: "POST", URL: clerkPath, Host: "public.example", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)},
		Outcome: webhook.Created, UserID: "user_1",
	}
	if err := (providers.Clerk{}).Signing().SignMessage(d.Header, secret, d.MessageID, at, d.Body); err != nil {
		t.Fatal(err)
	}
	d.Verdict = providers.Verify(providers.Clerk{}, d.Request, at, []webhook.Secret{secret})
	if change != nil {
		change(&d)
	}
	s.add(&d)
	return d
}

func TestAForwardIsUnchangedExceptForConnectionHeaders(t *testing.T) {
	url, got := app(t, fine)
	host := strings.TrimPrefix(url, "http://")
	s := &shelf{}
	body := "{\"a\": 1.0,\r\n\"b\":\"\\u0026&\"}\n\x00\xff"
	d := captured(t, s, now, body, func(d *webhook.Delivery) {
		maps.Copy(d.Header, http.Header{
			"X-Two": {"one", "two, three"}, "User-Agent": {"Svix-Webhooks/1.84.0 (sender-9YMgn)"}, "Accept-Encoding": {"br"}, "X-Forwarded-For": {"52.215.16.239"},
			// These were between the sender and hooktop.
			"Connection": {"keep-alive, X-Hop", "x-Other-hop"}, "X-Hop": {"1"}, "X-Other-Hop": {"1"}, "Keep-Alive": {"timeout=5"},
			"Content-Length": {"999"}, "Te": {"trailers"}, "Upgrade": {"h2c"}, "Proxy-Authorization": {"Basic eA=="}, "Expect": {"100-continue"}, "Transfer-Encoding": {"chunked"},
		})
	})
	f := forwarder(t, s, url+"/hook?x=1")
	f.Forward(t.Context(), d)
	want := "POST /hook?x=1 HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: Svix-Webhooks/1.84.0 (sender-9YMgn)\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(body)) + "Content-Type: application/json\r\n" +
		"Svix-Id: msg_1\r\nSvix-Signature: " + d.Header.Get("Svix-Signature") + "\r\nSvix-Timestamp: " + d.Header.Get("Svix-Timestamp") + "\r\n" +
		"X-Forwarded-For: 52.215.16.239\r\nX-Two: one\r\nX-Two: two, three\r\n\r\n" + body
	if raw := <-got; raw != want {
		t.Errorf("the app got\n%q, want\n%q", raw, want)
	}
	kept := s.all()[0]
	if len(kept.Forwards) != 1 || kept.AppStatus != 200 || string(kept.Forwards[0].Body) != "ok" || kept.Forwards[0].Target != url+"/hook?x=1" || kept.Forwards[0].Truncated {
		t.Errorf("recorded %+v", kept.Forwards)
	}
	if len(kept.Header["Connection"]) != 2 || kept.Header.Get("X-Hop") != "1" {
		t.Errorf("the stored headers were changed: %v", kept.Header)
	}

	bare := captured(t, s, now, "", nil)
	f.Forward(t.Context(), bare)
	if raw := <-got; strings.Contains(raw, "User-Agent") || !strings.Contains(raw, "Content-Length: 0\r\n") || strings.Contains(raw, "Accept-Encoding") {
		t.Errorf("headers were added: %q", raw)
	}
}

func TestAForwardRecordsTheAppsAnswer(t *testing.T) {
	body := func(n int) string {
		return fmt.Sprintf("HTTP/1.1 500 No\r\nContent-Length: %d\r\nConnection: close\r\nX-A: 1\r\nX-A: 2\r\n\r\n%s", n, strings.Repeat("b", n))
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	for _, c := range []struct {
		name, answer string
		status, kept int
		truncated    bool
		failure      webhook.Failure
	}{
		{"a short answer", body(3), 500, 3, false, ""},
		{"an answer of 256 KiB", body(256 << 10), 500, 256 << 10, false, ""},
		{"an answer of a byte more", body(256<<10 + 1), 500, 256 << 10, true, ""},
		{"an answer of 4 MiB", body(4 << 20), 500, 256 << 10, true, ""},
		{"a redirect, which is not followed", "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + elsewhere.URL + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 307, 0, false, ""},
		{"an incomplete answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf", 200, 4, false, webhook.PartialAnswer},
		{"no answer", "", 0, 0, false, webhook.ConnectionClosed},
		{"an answer that is not HTTP", "hello\r\n\r\n", 0, 0, false, webhook.NotHTTP},
		{"an endless header", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20), 0, 0, false, webhook.UnreadableAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, _ := app(t, c.answer)
			s := &shelf{}
			d := captured(t, s, now, "{}", nil)
			forwarder(t, s, url).Forward(t.Context(), d)
			got := s.all()[0].Forwards
			if len(got) != 1 {
				t.Fatalf("%d forwards were recorded", len(got))
			}
			f := got[0]
			if f.Status != c.status || len(f.Body) != c.kept || f.Truncated != c.truncated || f.Failure != c.failure || (c.failure == "") != (f.Error == "") {
				t.Errorf("status %d, %d bytes, truncated %v, %s: %q", f.Status, len(f.Body), f.Truncated, f.Failure, f.Error)
			}
			if c.status == 500 && !slices.Equal(f.Header["X-A"], []string{"1", "2"}) {
				t.Errorf("headers %v", f.Header)
			}
			if !f.Failed() {
				t.Error("the delivery does not count as failed")
			}
		})
	}
	gone := nowhere(t)
	for target, want := range map[string]string{
		"http://" + gone: "nothing listens at " + gone + ": is the app running?",
		"localhost:3000": "unsupported protocol scheme",
		"http://a b":     "not a URL",
	} {
		s := &shelf{}
		d := captured(t, s, now, "{}", nil)
		forwarder(t, s, target).Forward(t.Context(), d)
		if got := s.all()[0]; got.AppStatus != 0 || !strings.Contains(got.AppError, want) {
			t.Errorf("%s: %d %q", target, got.AppStatus, got.AppError)
		}
	}
	s := &shelf{}
	d := captured(t, s, now, "{}", nil)
	forwarder(t, s, "http://me:hunter2@"+gone).Forward(t.Context(), d)
	if text := fmt.Sprint(s.all()[0].Forwards); strings.Contains(text, "hunter2") {
		t.Errorf("the target's password was stored: %s", text)
	}
}

// The app hangs at each stage; the clock is the bubble's, so the test is quick.
func TestAForwardWaitsFifteenSeconds(t *testing.T) {
	for _, c := range []struct {
		name, says string
		status     int
		want       webhook.Failure
	}{
		{"before it answers", "", 0, webhook.Timeout},
		{"within its headers", "HTTP/1.1 200 OK\r\nX-A: ", 0, webhook.Timeout},
		{"within its body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 200, webhook.Timeout},
	} {
		t.Run("an app that hangs "+c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{}
				d := captured(t, s, now, "{}", nil)
				f := forwarder(t, s, "http://app.example")
				f.Now = time.Now
				f.client = appclient.New(false, func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					go func() {
						_ = readRaw(theirs)
						_, _ = io.WriteString(theirs, c.says)
						_, _ = io.Copy(io.Discard, theirs)
					}()
					return ours, nil
				})
				f.Endpoints = nil // the bubble's clock is not the signature's
				f.Forward(t.Context(), d)
				got := s.all()[0].Forwards[0]
				if got.Failure != c.want || got.Error == "" || got.Status != c.status || got.Duration != 15*time.Second || !got.Failed() {
					t.Errorf("after %v: %d, %s: %q", got.Duration, got.Status, got.Failure, got.Error)
				}
			})
		})
	}
}

// parse parses a request that an app got.
func parse(t *testing.T, raw string) webhook.Request {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	return webhook.Request{Method: req.Method, URL: req.RequestURI, Host: req.Host, Header: req.Header, Body: body}
}
