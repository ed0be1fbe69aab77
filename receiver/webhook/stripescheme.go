package webhook

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// stripeScheme is Stripe's: the key is the secret's whole text, and what is
// signed is t.body.
func stripeScheme() *scheme {
	return &scheme{
		title: Stripe{}.Title(), variable: Stripe{}.SecretVars()[0], sender: Stripe{}.Title(),
		key:          func(s Secret) []byte { return []byte(s.Reveal()) },
		head:         func(s signedHeaders) []byte { return []byte(s.timestamp + ".") },
		claims:       stripeClaims,
		looks:        stripeLooks,
		content:      "t.body",
		keyForms:     stripeKeyForms,
		contentForms: stripeContentForms,
		keyTitle:     "The secret was not used as it is",
		keyFix:       "Stripe does not sign so; code of your own does: the key is the whole text, whsec_ and all, and nothing is decoded (Clerk's secrets are, Stripe's are not). Sign with generateTestHeaderString of Stripe's library.",
		contentFix:   "Stripe does not sign so; code of your own does. Sign t.body and write t=SECONDS,v1=HEX, or use generateTestHeaderString of Stripe's library.",
	}
}

// stripeClaims takes a signature without its v1= for one, too.
func stripeClaims(s signedHeaders) claims {
	c := claims{hmacs: map[[sha256.Size]byte]string{}}
	for name, value := range stripePairs(s.signature) {
		oddity := ""
		switch name {
		case "v1":
		case "":
			oddity = "without v1= before it"
		default:
			continue
		}
		for _, d := range stripeEncodings {
			if raw, err := d.decode(value); err == nil && len(raw) == sha256.Size {
				mac, form := [sha256.Size]byte(raw), joined(oddity, d.oddity)
				if known, twice := c.hmacs[mac]; !twice || known != "" && form == "" {
					c.hmacs[mac] = form
				}
			}
		}
	}
	return c
}

// stripeEncodings are how the 32 bytes are written down, as they should be and
// not.
var stripeEncodings = []struct {
	oddity string
	decode func(string) ([]byte, error)
}{
	{"", hex.DecodeString},
	{"in base64", base64.StdEncoding.DecodeString},
	{"in base64 without its padding", base64.RawStdEncoding.DecodeString},
	{"in url-safe base64", base64.URLEncoding.DecodeString},
	{"in url-safe base64 without its padding", base64.RawURLEncoding.DecodeString},
}

// stripeSender is in the User-Agent of Stripe's deliveries:
// Stripe/1.0 (+https://stripe.com/docs/webhooks).
const stripeSender = "Stripe/"

// stripeLooks are the hints about who sent it: Stripe's User-Agent.
func stripeLooks(r Request) looks {
	text := r.Header.Get("User-Agent")
	product, _, _ := strings.Cut(text, " ")
	l := looks{done: true, agent: quotedUnlessPlain(product)}
	switch {
	case text == "":
		l.sender = hint("sender", false, "no User-Agent; Stripe sends one")
	case strings.HasPrefix(text, stripeSender):
		l.sender = hint("sender", true, "User-Agent "+l.agent+", as Stripe's")
	default:
		l.sender = hint("sender", false, "User-Agent "+quotedUnlessPlain(text)+", not Stripe's")
	}
	return l
}

var stripeKeyForms = []keyForm{
	{"what base64 decodes after whsec_ as the key, as Clerk's secrets are used", func(s string) []byte { return keyOf(NewSecret(s, Source{})) }},
	{"the text after whsec_ as the key, without the prefix", func(s string) []byte { return []byte(strings.TrimPrefix(s, secretPrefix)) }},
	{"the text after whsec_ decoded as hex", func(s string) []byte { b, _ := hex.DecodeString(strings.TrimPrefix(s, secretPrefix)); return b }},
}

func stripeContentForms(s signedHeaders, body []byte) []contentForm {
	ts, dot := []byte(s.timestamp), []byte(".")
	return []contentForm{
		{"", [][]byte{ts, dot, body}},
		{"the body alone", [][]byte{body}},
		{"t and body without a dot", [][]byte{ts, body}},
		{"body.t, in another order", [][]byte{body, dot, ts}},
	}
}
