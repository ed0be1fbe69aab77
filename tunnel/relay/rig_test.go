package relay

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

const token Token = "c_AbCd123456"

// hang is how long a test waits for what should happen at once; only a failing test
// waits that long.
const hang = 2 * time.Minute

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), hang)
	t.Cleanup(cancel)
	return ctx
}

func serve(t *testing.T, o standin.Options) *standin.Server {
	t.Helper()
	s, err := standin.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// got is what a handler saw.
type got struct {
	method, path, host string
	header             http.Header
	body               []byte
}

// app is a handler that remembers what it saw, and answers as reply does.
type app struct {
	reply func(http.ResponseWriter, *http.Request, []byte)

	mu  sync.Mutex
	all []got
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	a.mu.Lock()
	a.all = append(a.all, got{r.Method, r.URL.Path, r.Host, r.Header, body})
	a.mu.Unlock()
	if a.reply != nil {
		a.reply(w, r, body)
	}
}

func (a *app) seen() []got {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]got{}, a.all...)
}

// notes remembers what a relay noted.
type notes struct {
	mu  sync.Mutex
	all []string
}

func (n *notes) add(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, what)
}

func (n *notes) seen() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string{}, n.all...)
}

// open opens a relay to a stand-in.
func open(t *testing.T, s *standin.Server, h http.Handler, change func(*Config)) *Relay {
	t.Helper()
	c := Config{Token: token, Provider: "clerk", Handler: h}
	if s != nil {
		c.URL, c.Inbox = s.URL(), s.Inbox()
	}
	if change != nil {
		change(&c)
	}
	r := Open(context.WithoutCancel(t.Context()), c)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), hang)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return r
}

// until waits for a status and returns it. Only one goroutine may use it.
func until(t *testing.T, r *Relay, what string, is func(tunnel.Status) bool) tunnel.Status {
	t.Helper()
	timer := time.NewTimer(hang)
	defer timer.Stop()
	for {
		s := r.Status()
		if is(s) {
			return s
		}
		select {
		case <-r.Changed():
		case <-timer.C:
			t.Fatalf("never %s: %+v", what, s)
		}
	}
}

func in(state tunnel.State) func(tunnel.Status) bool {
	return func(s tunnel.Status) bool { return s.State == state }
}

func live(t *testing.T, r *Relay) tunnel.Status {
	t.Helper()
	return until(t, r, "live", in(tunnel.Live))
}

// send posts to an inbox as a sender does.
func send(t *testing.T, method, url string, header http.Header, body []byte) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(soon(t), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, text
}
