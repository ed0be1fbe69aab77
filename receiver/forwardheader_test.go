package receiver

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestParseHeader(t *testing.T) {
	for _, c := range []struct{ text, name, value string }{
		{"X-Tenant: acme", "X-Tenant", "acme"},
		{"x-tenant:acme", "X-Tenant", "acme"},
		{" authorization :  Bearer a:b= ", "Authorization", "Bearer a:b="},
		{"Cookie: a=1; b=2", "Cookie", "a=1; b=2"},
		{"User-Agent: Svix-Webhooks/1.0", "User-Agent", "Svix-Webhooks/1.0"},
		{"X-Name: Ada Lovelace ✓", "X-Name", "Ada Lovelace ✓"},
	} {
		if name, value, err := ParseHeader(c.text); name != c.name || value != c.value || err != nil {
			t.Errorf("%q is %q, %q, %v", c.text, name, value, err)
		}
	}
}

// What is refused is named, says what to do, and shows no value.
func TestParseHeaderRefuses(t *testing.T) {
	const hidden = "s3cret"
	for text, says := range map[string]string{
		"Bearer " + hidden:                    "no colon",
		hidden:                                "no colon",
		"":                                    "no colon",
		": " + hidden:                         "not the name",
		"X Key: " + hidden:                    "X Key",
		":authority: " + hidden:               "not the name",
		"X-Key: " + hidden + "\r\nX-Other: 1": "X-Key has a line break",
		"X-Key: " + hidden + "\x00":           "control character",
		"X-Key:":                              "X-Key has no value",
		"host: " + hidden:                     "Host",
		"content-length: " + hidden:           "Content-Length",
		"Transfer-Encoding: " + hidden:        "Transfer-Encoding",
		"Connection: " + hidden:               "Connection",
		"accept-encoding: " + hidden:          "Accept-Encoding",
		"svix-id: " + hidden:                  "Svix-Id is part of the signature",
		"Svix-Timestamp: " + hidden:           "signature",
		"SVIX-SIGNATURE: " + hidden:           "signature",
		"Webhook-Signature: " + hidden:        "signature",
		"Stripe-Signature: " + hidden:         "signature",
		"Hooktop-Door: " + hidden:             "Hooktop-Door is reserved",
	} {
		_, _, err := ParseHeader(text)
		if err == nil || !strings.Contains(err.Error(), says) || fixOf(err) == "" {
			t.Errorf("%q: %v, fix %q", text, err, fixOf(err))
			continue
		}
		if strings.Contains(err.Error()+fixOf(err), hidden) {
			t.Errorf("%q: the error shows the value: %v", text, err)
		}
	}
}

// The app gets the header with every forward and resend, in place of the sender's own;
// the signature still holds, and what is stored is what was delivered.
func TestTheAppGetsTheHeaderAndTheDeliveryDoesNot(t *testing.T) {
	var got []http.Header
	app := verifying(t, func(req *http.Request) { got = append(got, req.Header) })
	s := &shelf{}
	f := forwarder(t, s, app.URL+clerkPath)
	f.Header = http.Header{"Authorization": {"Bearer s3cret"}, "User-Agent": {"mine"}, "X-Two": {"1", "2"}}
	f.Now = time.Now
	d := captured(t, s, time.Now(), clerkText, func(d *webhook.Delivery) { d.Header.Set("User-Agent", "Svix-Webhooks/1.0") })
	f.Forward(t.Context(), d)
	resent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, app.URL+clerkPath)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("the app got %d requests", len(got))
	}
	for _, h := range got {
		if h.Get("Authorization") != "Bearer s3cret" || h.Get("User-Agent") != "mine" || len(h["X-Two"]) != 2 || h.Get("Svix-Signature") == "" {
			t.Errorf("the app got %v", h)
		}
	}
	for _, kept := range []webhook.Delivery{d, resent} {
		if h := kept.Header; h.Get("Authorization") != "" || h.Get("User-Agent") != "Svix-Webhooks/1.0" || h.Get("X-Two") != "" {
			t.Errorf("#%d is stored with %v", kept.ID, h)
		}
		for _, sent := range kept.Forwards {
			if sent.Status != 200 {
				t.Errorf("#%d: the app answered %d %s", kept.ID, sent.Status, sent.Body)
			}
		}
	}
}
