package tunnel

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

const (
	token  = "2abcDEFghiJKLmnoPQRstuVWXyz_4nq9771bPxe8ctg7LKr"
	domain = "ada-dev.ngrok-free.dev"
	public = "https://" + domain
	hook   = "/api/webhooks/clerk"

	// patience ends a test that hangs. It is longer than the SDK's longest back-off
	// of 30 s, which noGoroutinesLeft may have to wait for.
	patience = 2 * time.Minute
)

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// start starts a stand-in for ngrok, and checks at the end of the test that neither
// the stand-in nor a tunnel left anything running.
func start(t *testing.T, o standin.Options) *standin.Server {
	t.Helper()
	t.Cleanup(func() { noGoroutinesLeft(t) })
	return startStandin(t, o)
}

// startStandin is start for tests that run beside others, whose parent checks what is
// left.
func startStandin(t *testing.T, o standin.Options) *standin.Server {
	t.Helper()
	if o.Domain == "" {
		o.Domain = domain
	}
	s, err := standin.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// noGoroutinesLeft polls, because goroutines cannot be waited for from outside. Those
// of the SDK may first sleep through the rest of a back-off.
func noGoroutinesLeft(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		buf := make([]byte, 1<<20)
		left := ""
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			switch {
			case strings.Contains(g, "testing.tRunner("): // this test and its parents
				continue
			case strings.Contains(g, "muxado/v2.(*Heartbeat)"): // ends at its next tick, within 10 s
				continue
			}
			if strings.Contains(g, "hooktop/tunnel") || strings.Contains(g, "golang.ngrok.com") {
				left += g + "\n\n"
			}
		}
		if left == "" {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Errorf("still running:\n%s", left)
			return
		}
	}
}

func config(s *standin.Server) Config {
	return Config{Token: token, ConnectAddr: s.Addr(), CAs: s.CAs(), Paths: []string{hook}, Version: "1.2.3"}
}

// fastHeartbeat makes the tunnel notice a dead link within two seconds. On a machine
// that stalls that long, it drops a good link, too; postUntilAccepted allows for that.
func fastHeartbeat(c Config) Config {
	c.HeartbeatInterval, c.HeartbeatTolerance = 100*time.Millisecond, 1400*time.Millisecond
	return c
}

func listen(t *testing.T, c Config) *Tunnel {
	t.Helper()
	tun := Listen(context.Background(), c)
	t.Cleanup(func() {
		if err := tun.Shutdown(cleanupContext(t)); err != nil {
			t.Error("shutdown:", err)
		}
	})
	return tun
}

func cleanupContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// until waits for a status and returns it.
func until(t *testing.T, tun *Tunnel, what string, met func(Status) bool) Status {
	t.Helper()
	give := time.After(patience)
	for {
		s := tun.Status()
		if met(s) {
			return s
		}
		select {
		case <-tun.Changed():
		case <-give:
			t.Fatalf("never became %s: %+v", what, s)
		}
	}
}

func in(state State) func(Status) bool {
	return func(s Status) bool { return s.State == state }
}

// serve answers with h until the test ends. The channel receives what Serve returned.
func serve(t *testing.T, tun *Tunnel, h http.HandlerFunc) (*http.Server, <-chan error) {
	t.Helper()
	srv := &http.Server{Handler: h}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(tun) }()
	t.Cleanup(func() { _ = srv.Close() })
	return srv, served
}

func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Seen-From", r.RemoteAddr)
	w.Header().Set("Seen-Method", r.Method+" "+r.Host+r.URL.Path)
	w.Header().Set("Seen-Id", strings.Join(r.Header.Values("Svix-Id"), ","))
	_, _ = io.Copy(w, r.Body)
}

func client(t *testing.T, s *standin.Server) *http.Client {
	c := s.Client()
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// post sends a body through the stand-in's edge.
func post(ctx context.Context, c *http.Client, host, body string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+host+hook, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	req.Header["Svix-Id"] = []string{"msg_1", "msg_2"}
	res, err := c.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, "", fmt.Errorf("read answer: %w", err)
	}
	return res, string(got), nil
}

// postUntilAccepted posts until it succeeds, because the link may drop again.
func postUntilAccepted(t *testing.T, s *standin.Server, tun *Tunnel, body string) {
	t.Helper()
	ctx, c := testContext(t), client(t, s)
	for {
		until(t, tun, "live", in(Live))
		if err := s.WaitOnline(ctx, domain); err != nil {
			t.Fatal(err)
		}
		res, got, err := post(ctx, c, domain, body)
		if err == nil && res.StatusCode == http.StatusOK && got == body {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("the request did not get through: %v, %v %q", err, res, got)
		}
	}
}

func mustPost(t *testing.T, c *http.Client, host, body string) *http.Response {
	t.Helper()
	res, got, err := post(testContext(t), c, host, body)
	switch {
	case err != nil:
		t.Fatal(err)
	case res.StatusCode != http.StatusOK || got != body:
		t.Fatalf("got %s with %d bytes, want 200 and the %d bytes sent", res.Status, len(got), len(body))
	}
	return res
}
