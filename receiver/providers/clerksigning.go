package providers

import (
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
)

// clerkSigning is how Clerk's deliveries are signed, by Svix. Clerk's own library
// reads only the first of the variables.
var clerkSigning = &webhook.Signing{
	Scheme: svixScheme,
	Sender: "Svix", Path: "/api/webhooks/clerk", Variables: []string{"CLERK_WEBHOOK_SIGNING_SECRET", "CLERK_WEBHOOK_SECRET"},
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
	Form:       "v1,BASE64, where BASE64 is HMAC-SHA256 over id.timestamp.body; separate several with spaces",
	Content:    "id.timestamp.body",
	KeyTitle:   "The secret was used in the wrong way",
	KeyFix:     "Neither Clerk nor Svix signs like this: other code did, such as your own. The key is what comes after whsec_, base64-decoded. Sign with a Svix or Standard Webhooks library.",
	ContentFix: "Neither Clerk nor Svix signs like this: other code did, such as your own, or something changed the header on its way. Sign id.timestamp.body and write v1,BASE64, or use a Svix or Standard Webhooks library.",
	TestEvent:  "user.created",
}
