package receiver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// The user's own tunnel ends at the local address.
func TestRequestsThroughTheUsersTunnelArePublic(t *testing.T) {
	const host = "hooks.example.com"
	for _, c := range []struct {
		name   string
		mark   func(*Receiver, *http.Request)
		health int
		origin webhook.Origin
	}{
		{"a program on this machine", func(*Receiver, *http.Request) {}, 200, webhook.Local},
		{"the tunnel's host", func(_ *Receiver, req *http.Request) { req.Host = host }, 404, webhook.Tunnel},
		{"the tunnel's host in capitals", func(_ *Receiver, req *http.Request) { req.Host = "HOOKS.example.com" }, 404, webhook.Tunnel},
		{"the tunnel's host with its port", func(_ *Receiver, req *http.Request) { req.Host = host + ":443" }, 404, webhook.Tunnel},
		{"another host", func(_ *Receiver, req *http.Request) { req.Host = "localhost" }, 404, webhook.Tunnel},
		{"a wrong token", func(_ *Receiver, req *http.Request) { req.Host = host; req.Header.Set(tokenHeader, "1") }, 404, webhook.Tunnel},
		{"a proxy's header", func(_ *Receiver, req *http.Request) { req.Header.Set("X-Forwarded-For", "52.215.16.239") }, 404, webhook.Tunnel},
		{"a resend with the original headers", func(r *Receiver, req *http.Request) {
			req.Header.Set("X-Forwarded-For", "52.215.16.239")
			req.Header.Set(tokenHeader, r.Self.Token)
			req.Header.Set(originHeader, "resend")
		}, 200, webhook.Resend},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			s := httptest.NewServer(g.Shared(host))
			defer s.Close()
			send := func(method, path, body string) int {
				u, err := url.Parse(s.URL + path)
				if err != nil {
					t.Fatal(err)
				}
				req := &http.Request{Method: method, URL: u, Header: http.Header{}}
				if method == http.MethodPost {
					req, err = http.NewRequestWithContext(t.Context(), method, u.String(), strings.NewReader(body))
					if err != nil {
						t.Fatal(err)
					}
					if err := (providers.Clerk{}).Signing().SignMessage(req.Header, secret, "msg_1", now, []byte(body)); err != nil {
						t.Fatal(err)
					}
				}
				c.mark(g.Receiver, req)
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				return res.StatusCode
			}
			if got := send(http.MethodGet, "/healthz", ""); got != c.health {
				t.Errorf("healthz: %d, want %d", got, c.health)
			}
			send(http.MethodPost, clerkPath, clerkText)
			if d := g.one(t); d.Origin != c.origin {
				t.Errorf("origin %s, want %s", d.Origin, c.origin)
			}
		})
	}
}

// bug is a provider with a bug.
type bug struct{ providers.Clerk }

func (bug) Parse([]byte) webhook.Event { panic("index out of range") }

func TestABugIsReportedAndEndsOnlyOneRequest(t *testing.T) {
	g := start(t, func(g *rig) { g.Endpoints[0].Provider = bug{} }, nil)
	if a := exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, now), clerkText)); a.status != 500 {
		t.Errorf("answered %d", a.status)
	}
	if err := <-g.lost; !strings.Contains(err.Error(), "a bug in hooktop") {
		t.Errorf("lost: %v", err)
	}
}
