package providers

import (
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// stripeSigning is how Stripe signs (https://docs.stripe.com/webhooks#verify-manually):
// Stripe-Signature: t=1492774577,v1=5257…,v0=6ffb… The key is the whole text of
// the secret, which is not decoded: unlike Svix's. v0 is what test mode adds; it
// proves nothing.
var stripeSigning = &webhook.Signing{
	Scheme: scheme.Scheme{
		Signature: "Stripe-Signature", ItemSeparator: ",", FieldSeparator: "=",
		Kinds: []scheme.Kind{{Field: "v1", Algorithm: scheme.SHA256, Encoding: scheme.Hex, Keys: []scheme.Key{{Encoding: scheme.Text}}}},
		ID:    scheme.Source{Body: "id"}, Timestamp: scheme.Source{Field: "t"}, Tolerance: 300 * time.Second,
		Content: "{timestamp}.{body}",
	},
	Sender: "Stripe", Path: "/api/webhooks/stripe", Variables: []string{"STRIPE_WEBHOOK_SECRET"},
	MessageIDPrefix: "evt_",
	Misuses: autopsy.Misuses{
		SecretPrefix: webhook.SecretPrefix,
		Keys:         []autopsy.KeyForm{autopsy.BareBase64, autopsy.BareText, autopsy.BareHex},
		Contents:     []string{"{body}", "{timestamp}{body}", "{body}.{timestamp}"},
	},
	Hints: func(r webhook.Request) webhook.Hints {
		// Its User-Agent is Stripe/1.0 (+https://stripe.com/docs/webhooks).
		return agentHints(r.Header, "Stripe", func(agent string) bool { return strings.HasPrefix(agent, "Stripe/") }, "as Stripe's")
	},

	Place:      "Stripe Dashboard → Developers → Webhooks → {endpoint} → Signing secret",
	PlaceNote:  "Each endpoint has a secret of its own, and so has stripe listen, which prints it.",
	Endpoint:   "Stripe's endpoint (or of stripe listen --forward-to)",
	Form:       "t=SECONDS,v1=HEX, where HEX is HMAC-SHA256 over t.body",
	Content:    "t.body",
	KeyTitle:   "The secret was not used as is",
	KeyFix:     "Stripe does not sign like this: other code did, such as your own. The key is the whole text, including whsec_, and is not decoded (Clerk's secrets are decoded, Stripe's are not). Sign with generateTestHeaderString from Stripe's library.",
	ContentFix: "Stripe does not sign like this: other code did, such as your own, or something changed the header on its way. Sign t.body and write t=SECONDS,v1=HEX, or use generateTestHeaderString from Stripe's library.",
	TestEvent:  "customer.subscription.updated",
}
