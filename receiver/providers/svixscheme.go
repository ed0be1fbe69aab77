package providers

import (
	"net/http"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// svixScheme is how Svix signs
// (https://docs.svix.com/receiving/verifying-payloads/how-manual): what is signed
// is id.timestamp.body, and the key is the base64 after whsec_. v1a is the
// asymmetric form, whose content is the same; Svix's libraries skip it.
var svixScheme = scheme.Scheme{
	Prefixes: []string{"Svix-", "Webhook-"}, Signature: "Signature", ItemSeparator: " ", FieldSeparator: ",",
	Kinds: []scheme.Kind{
		{Field: "v1", Algorithm: scheme.SHA256, Encoding: scheme.Base64, Keys: []scheme.Key{{Prefix: webhook.SecretPrefix, Bare: true, Encoding: scheme.Base64}}},
		{Field: "v1a", Algorithm: scheme.Ed25519, Encoding: scheme.Base64, Keys: []scheme.Key{{Prefix: webhook.PublicPrefix, Encoding: scheme.Base64}}},
	},
	ID: scheme.Source{Header: "Id"}, Timestamp: scheme.Source{Header: "Timestamp"}, Tolerance: 300 * time.Second,
	Content: "{id}.{timestamp}.{body}",
}

// svixMatch leaves a shared secret to Svix's own library. It skips v1a, which the
// scheme verifies.
func svixMatch(m scheme.Message, secrets []webhook.Secret) int {
	h := http.Header{"Svix-Id": {m.ID}, "Svix-Timestamp": {m.Timestamp}, "Svix-Signature": {m.Signatures}}
	for i, secret := range secrets {
		if secret.Public() {
			if svixScheme.Match(m, []string{secret.Reveal()}) == 0 {
				return i
			}
			continue
		}
		wh, err := svix.NewWebhook(secret.Reveal())
		if err == nil && wh.VerifyIgnoringTimestamp(m.Body, h) == nil {
			return i
		}
	}
	return -1
}
