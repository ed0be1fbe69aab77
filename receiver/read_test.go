package receiver

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/intake"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Whoever comes from outside without a provider's headers could be anybody.
func TestLittleIsKeptOfAStrangersBody(t *testing.T) {
	text := `{"type":"user.created","data":{"bio":"` + strings.Repeat("x", 9000) + `"}}`
	signed := signedHeader(t, text, now)
	for _, c := range []struct {
		name, header string
		local        bool
		kept         int
		code         webhook.Code
	}{
		{"from outside, with no header", "", false, keptOfStrangers, webhook.Unsigned},
		{"from outside, signed", signed, false, len(text), ""},
		{"from outside, with one header", "Svix-Id: msg_1\r\n", false, len(text), webhook.MissingHeaders},
		{"from outside, with another provider's", "Stripe-Signature: t=1,v1=00\r\n", false, len(text), webhook.WrongProvider},
		{"from this machine", "", true, len(text), webhook.Unsigned},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, func(g *rig) { g.MaxBody = 16 << 10 }, nil)
			addr := g.public
			if c.local {
				addr = g.local
			}
			exchange(t, addr, post(clerkPath, c.header, text))
			d := g.one(t)
			if string(d.Body) != text[:c.kept] || d.Bytes != int64(len(text)) || d.Verdict.Code != c.code {
				t.Errorf("kept %d of %d, %s", len(d.Body), d.Bytes, d.Verdict.Code)
			}
			cut := c.kept < len(text)
			if d.Cut() != cut || cut != strings.Contains(d.Note, "first 4096 of") || cut != strings.Contains(d.Verdict.Detail, "first 4096 of") {
				t.Errorf("marked %v: %q, %s", d.Cut(), d.Note, d.Verdict.Detail)
			}
			if cut && d.Type != "" {
				t.Errorf("it was read as if whole: %s", d.Type)
			}
			f := Forwarder{Endpoints: g.Endpoints, Now: g.Now}
			if _, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same}, "http://localhost:3000"); cut && (err == nil || fixOf(err) == "") {
				t.Errorf("signed: %v", err)
			}
		})
	}
}

func TestASenderIsToldToComeAgainIfTooMuchIsInFlight(t *testing.T) {
	g := start(t, func(g *rig) {
		g.MaxBody = 256 << 10
		g.Gate = intake.New(intake.Limits{Bytes: 64 << 10})
	}, nil)
	text := strings.Repeat("x", 100<<10)
	got := exchange(t, g.public, post(clerkPath, signedHeader(t, text, now), text))
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || !strings.Contains(got.body, `"message":`) {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	if n := len(g.shelf.all()); n != 0 || g.Gate.Turned().TooMuch != 1 {
		t.Errorf("%d kept, %+v", n, g.Gate.Turned())
	}
	if got := exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, now), clerkText)); got.status != http.StatusOK {
		t.Errorf("a small one: %d %s", got.status, got.body)
	}
}
