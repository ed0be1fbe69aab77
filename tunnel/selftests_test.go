package tunnel

import (
	"context"
	"crypto/rand"
	"net/http"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// asHTTP sends to the stand-in's edge, which starts behind the TLS.
type asHTTP struct{ http.RoundTripper }

func (a asHTTP) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme = "http"
	return a.RoundTripper.RoundTrip(out)
}

// tester returns a real self-test that goes through the stand-in's edge. It gives up
// after a second, so that a test which blocks on a frozen link does not take five.
func tester(t *testing.T, s *standin.Server) Test {
	test := selftest.Test{Path: hook, Transport: asHTTP{client(t, s).Transport}, Challenge: func() (http.Header, func(http.Header) bool) {
		nonce := rand.Text()
		return http.Header{"Ask": {nonce}}, func(h http.Header) bool { return h.Get("Proof") == nonce }
	}}
	return func(ctx context.Context, url string) selftest.Result {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		return test.Run(ctx, url)
	}
}

// prove answers self-tests, and echoes all else.
func prove(w http.ResponseWriter, r *http.Request) {
	if ask := r.Header.Get("Ask"); ask != "" {
		w.Header().Set("Proof", ask)
		return
	}
	echo(w, r)
}

// tested starts a tunnel that tests its URL, and answers the tests.
func tested(t *testing.T, s *standin.Server, change func(*Config)) *Tunnel {
	t.Helper()
	c := config(s)
	c.Test = tester(t, s)
	if change != nil {
		change(&c)
	}
	tun := listen(t, c)
	serve(t, tun, prove)
	return tun
}
