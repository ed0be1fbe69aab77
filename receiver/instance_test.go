package receiver

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/proof"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestHooktopsOwnSendersNameTheOrigin(t *testing.T) {
	for _, c := range []struct {
		name   string
		origin webhook.Origin
		parent int64
		want   webhook.Origin
	}{
		{"a trigger", webhook.Trigger, 0, webhook.Trigger},
		{"a resend of #7", webhook.Resend, 7, webhook.Resend},
		{"an unknown origin", "tunnel", 3, webhook.Local},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			h := http.Header{"Content-Type": {"application/json"}, "X-Two": {"a", "b"}}
			if err := (providers.Clerk{}).Signing().SignMessage(h, secret, "msg_1", now, []byte(clerkText)); err != nil {
				t.Fatal(err)
			}
			before := len(h)
			receipt, err := g.Self.Send(t.Context(), clerkPath, h, []byte(clerkText), c.origin, c.parent)
			if err != nil || receipt != (Receipt{DeliveryID: 1, Status: 200, Message: "User created"}) {
				t.Errorf("receipt %+v, %v", receipt, err)
			}
			d := g.one(t)
			if d.Origin != c.want || d.ParentID != c.parent || !d.Verdict.Verified || len(d.Header["X-Two"]) != 2 {
				t.Errorf("captured %+v", d)
			}
			for name, values := range d.Header {
				if strings.HasPrefix(name, "Hooktop") || strings.Contains(strings.Join(values, " "), g.Self.Token) {
					t.Errorf("hooktop's own header %s was stored", name)
				}
			}
			if len(h) != before {
				t.Errorf("the caller's headers were changed: %v", h)
			}
		})
	}
}

func TestOnlyTheTokenLetsASenderNameTheOrigin(t *testing.T) {
	for _, c := range []struct {
		name   string
		token  func(Instance) string
		public bool
		none   bool
	}{
		{"no token", func(Instance) string { return "" }, false, false},
		{"a wrong token", func(d Instance) string { return d.Token + "x" }, false, false},
		{"a token in other case", func(d Instance) string { return strings.ToLower(d.Token) }, false, false},
		{"the right token from outside", func(d Instance) string { return d.Token }, true, false},
		{"an empty token for an instance without one", func(Instance) string { return "" }, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, func(g *rig) {
				if c.none {
					g.Self = Instance{}
				}
			}, nil)
			addr, want := g.local, webhook.Local
			if c.public {
				addr, want = g.public, webhook.Tunnel
			}
			header := tokenHeader + ": " + c.token(g.Self) + "\r\n" + originHeader + ": trigger\r\n" + parentHeader + ": 7\r\n"
			got := exchange(t, addr, post(clerkPath, header+signedHeader(t, clerkText, now), clerkText))
			if got.header.Get(deliveryHeader) != "" {
				t.Error("the sender got the delivery's id, like hooktop's own senders")
			}
			d := g.one(t)
			if d.Origin != want || d.ParentID != 0 {
				t.Errorf("origin %s, parent %d", d.Origin, d.ParentID)
			}
			if d.Header.Get(originHeader) != "trigger" || d.Header.Get(parentHeader) != "7" || d.Header.Get(tokenHeader) != c.token(g.Self) {
				t.Errorf("the sender's own headers were dropped: %v", d.Header)
			}
		})
	}
}

func TestAliveRecognizesItsOwnInstance(t *testing.T) {
	g := start(t, nil, nil)
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer stranger.Close()
	gone := nowhere(t)
	same := g.Self
	for _, c := range []struct {
		name     string
		instance Instance
		want     bool
	}{
		{"its own hooktop", same, true},
		{"its own hooktop, without the token", Instance{URL: same.URL, ID: same.ID}, false},
		{"its own hooktop, with a wrong token", Instance{URL: same.URL, ID: same.ID, Token: same.Token + "x"}, false},
		{"its own hooktop, at another address of this machine", Instance{URL: strings.Replace(same.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), ID: same.ID, Token: same.Token}, false},
		{"a later hooktop on the same port", Instance{URL: same.URL, ID: "before", Token: same.Token}, false},
		{"another program on the port", Instance{URL: stranger.URL, ID: same.ID, Token: same.Token}, false},
		{"nothing listens", Instance{URL: "http://" + gone, ID: same.ID, Token: same.Token}, false},
		{"no URL", Instance{URL: "\x7f"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.instance.Alive(t.Context()); got != c.want {
				t.Errorf("Alive() = %v", got)
			}
		})
	}
	if a, b := NewInstance(), NewInstance(); a.Token == b.Token || a.ID == b.ID || len(a.Token) < 20 || a.Token == a.ID {
		t.Errorf("instances %+v and %+v", a, b)
	}
}

func TestSendReportsWhatWentWrong(t *testing.T) {
	moved := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { moved++ }))
	defer elsewhere.Close()
	for _, c := range []struct {
		name  string
		serve http.HandlerFunc
		want  string
	}{
		{"an answer that is not hooktop's", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "did not store it: 204"},
		{"not captured", func(w http.ResponseWriter, _ *http.Request) { reply(w, webhook.Refusal(500)) }, "did not store it: 500 Not captured"},
		{"a redirect, which is not followed", func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, elsewhere.URL, http.StatusPermanentRedirect)
		}, "did not store it: 308"},
	} {
		t.Run(c.name, func(t *testing.T) {
			self := Instance{ID: "id", Token: "token"}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if req.URL.Path == proof.Path {
					(&Receiver{Self: self}).health(w, req)
					return
				}
				c.serve(w, req)
			}))
			defer s.Close()
			self.URL = s.URL
			_, err := self.Send(t.Context(), clerkPath, http.Header{}, nil, webhook.Trigger, 0)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
	if moved != 0 {
		t.Error("the redirect was followed")
	}
	g := start(t, func(g *rig) { g.Endpoints[0].Secrets = knowing(other) }, nil)
	receipt, err := g.Self.Send(t.Context(), clerkPath, http.Header{}, nil, webhook.Trigger, 0)
	if err != nil || receipt.Status != 400 || receipt.DeliveryID != 1 {
		t.Errorf("a rejected delivery must be captured without an error: %+v, %v", receipt, err)
	}
	if _, err := g.Self.Send(t.Context(), "/elsewhere", http.Header{}, nil, webhook.Trigger, 0); err == nil {
		t.Error("sending to an unknown path is not an error")
	}
}

func TestTheStatusNeedsTheToken(t *testing.T) {
	g := start(t, func(g *rig) { g.Status = func() any { return map[string]string{"tunnel": "live"} } }, nil)
	var got map[string]string
	if err := g.Self.Status(t.Context(), &got); err != nil || got["tunnel"] != "live" {
		t.Errorf("got %v, %v", got, err)
	}
	if got := exchange(t, g.local, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); got.body != "ok\n" {
		t.Errorf("without the token: %q", got.body)
	}
	stranger := g.Self
	stranger.Token += "x"
	if err := stranger.Status(t.Context(), &got); err == nil {
		t.Error("a wrong token got the status")
	}
	another := g.Self
	another.ID = "another"
	if err := another.Status(t.Context(), &got); err == nil {
		t.Error("another instance was taken for this one")
	}
}
