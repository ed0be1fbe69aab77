package providers

import (
	"net/http"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
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

// clerkSigning is how Clerk's deliveries are signed, by Svix. Clerk's own library
// reads the second of the variables alone.
var clerkSigning = &webhook.Signing{
	Scheme: svixScheme,
	Sender: "Svix", Path: "/api/webhooks/clerk", Variables: []string{"CLERK_WEBHOOK_SECRET", "CLERK_WEBHOOK_SIGNING_SECRET"},
	Library:         svixMatch,
	MessageIDPrefix: "msg_",
	Misuses: autopsy.Misuses{
		SecretPrefix: webhook.SecretPrefix,
		Keys: []autopsy.KeyForm{
			autopsy.WholeText, autopsy.BareText, autopsy.WholeBase64, autopsy.BareHex, autopsy.BareUnpadded, autopsy.WholeLine,
			autopsy.BareLine, autopsy.Twice, autopsy.HexText, autopsy.UpperHexText, autopsy.URLText, autopsy.URLTextUnpadded,
			autopsy.BareURL, autopsy.CutAtNUL, autopsy.AsUTF8, autopsy.AsLatin1,
		},
		Contents: []string{
			"{timestamp}.{body}", "{body}", "{id}.{body}", "{timestamp}.{id}.{body}", "{body}.{timestamp}.{id}", "{body}.{id}.{timestamp}",
			"{id}{timestamp}{body}", "{timestamp}{body}", "{id}.{timestamp}", "{id}.{timestamp}.",
		},
	},
	Hints: hintsOfSvix,

	Place:      "Clerk Dashboard → Webhooks → {endpoint} → Signing Secret",
	PlaceNote:  "Each endpoint has a secret of its own.",
	Endpoint:   "Clerk's endpoint",
	Form:       "v1, and the base64 of HMAC-SHA256 over id.timestamp.body; several are separated by spaces",
	Content:    "id.timestamp.body",
	KeyTitle:   "The secret was not decoded",
	KeyFix:     "Neither Clerk nor Svix signs so; code of your own does: the key is what base64 decodes after whsec_. Sign with a Svix or Standard Webhooks library.",
	ContentFix: "Neither Clerk nor Svix signs so; code of your own does. Sign id.timestamp.body and write v1, and the base64, or use a Svix or Standard Webhooks library.",
	TestEvent:  "user.created",
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
