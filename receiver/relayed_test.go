package receiver

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A relay's requests have no path of their own.
func TestRelayedRequestsGoToTheirProvidersPath(t *testing.T) {
	for _, c := range []struct {
		name, provider, method, target, header, body string
		status                                       int
		code                                         webhook.Code
		path, message                                string
	}{
		{"Clerk's", "clerk", http.MethodPost, "/", signedHeader(t, clerkText, now), clerkText, 200, "", clerkPath, "msg_1"},
		{"Stripe's", "stripe", http.MethodPost, "/", stripeHeader(t, stripeSecret, stripeText), stripeText, 200, "", stripePath, "evt_1"},
		{"Stripe's to Clerk's inbox", "clerk", http.MethodPost, "/", stripeHeader(t, stripeSecret, stripeText), stripeText, 400, webhook.WrongProvider, clerkPath, ""},
		{"with a path and a query", "clerk", http.MethodPost, "/healthz?x=1", signedHeader(t, clerkText, now), clerkText, 200, "", clerkPath, "msg_1"},
		{"with another secret", "clerk", http.MethodPost, "/", signedHeader(t, clerkText+" ", now), clerkText, 400, webhook.WrongSecret, clerkPath, "msg_1"},
		{"caught up with after ten minutes", "clerk", http.MethodPost, "/", signedHeader(t, clerkText, now.Add(-10*time.Minute)), clerkText, 400, webhook.TooOld, clerkPath, "msg_1"},
		{"another method", "clerk", http.MethodPut, "/", signedHeader(t, clerkText, now), clerkText, 405, webhook.WrongMethod, clerkPath, "msg_1"},
		{"by nobody", "clerk", http.MethodGet, "/", "", "", 405, "", "", ""},
		{"of a provider that is not set up", "paddle", http.MethodPost, "/api/webhooks/clerk", "", "{}", 404, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, withStripe, nil)
			req := httptest.NewRequestWithContext(t.Context(), c.method, c.target, strings.NewReader(c.body))
			for line := range strings.SplitSeq(strings.TrimSpace(c.header), "\r\n") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					req.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			g.Relayed(c.provider).ServeHTTP(w, req)
			if w.Code != c.status {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
			if req.URL.String() != c.target {
				t.Errorf("the caller's request became one to %s", req.URL)
			}
			if c.path == "" {
				if n := len(g.shelf.all()); n > 0 {
					t.Errorf("%d deliveries were kept", n)
				}
				return
			}
			d := g.one(t)
			if d.Origin != webhook.Relay || d.URL != c.path || d.Method != c.method || d.MessageID != c.message || d.Verdict.Code != c.code {
				t.Errorf("kept %s %s from %s, message %q, %+v", d.Method, d.URL, d.Origin, d.MessageID, d.Verdict)
			}
		})
	}
}

// Whoever handed on the folder may know the secret that hooktop made for itself: it vouches
// for what is sent on this machine, and for nothing from outside.
func TestHooktopsOwnSecretVouchesForNothingFromOutside(t *testing.T) {
	own := webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Origin: webhook.OwnSecret})
	g := start(t, func(g *rig) { g.Endpoints[0].Secrets = knowing(own) }, nil)
	for _, c := range []struct {
		from    string
		handler http.Handler
		status  int
	}{
		{"here", g.Local(), 200},
		{"the tunnel", g.Public(), 400},
		{"the relay", g.Relayed("clerk"), 400},
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, clerkPath, strings.NewReader(clerkText))
		for line := range strings.SplitSeq(strings.TrimSpace(signedHeader(t, clerkText, now)), "\r\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				req.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, req)
		if w.Code != c.status {
			t.Errorf("from %s: answered %d %s", c.from, w.Code, w.Body)
		}
	}
}
