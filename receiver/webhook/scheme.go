package webhook

// scheme is how a provider signs, and how code of one's own gets that wrong:
// what the search for a cause has to know to try a signature in other ways.
type scheme struct {
	// title is the provider's, variable the first that holds its secret.
	title, variable string
	// sender is who signs and sends for it: Clerk's deliveries are Svix's.
	sender string
	// key makes the HMAC's key of a secret, nil of one that is malformed.
	key func(Secret) []byte
	// head is what is signed before the body.
	head func(signedHeaders) []byte
	// claims are what the signature header says, in whatever form.
	claims func(signedHeaders) claims
	// looks are what the request gives away of its sender.
	looks func(Request) looks

	keyForms         []keyForm
	keyTitle, keyFix string
	// content names what is signed, contentForms what code signs instead.
	content      string
	contentForms func(s signedHeaders, body []byte) []contentForm
	contentFix   string
}

// keyForm is a way in which code turns a secret into a key and should not.
type keyForm struct {
	what string
	key  func(secret string) []byte
}

// contentForm is something that is signed; what is "" for what should be.
type contentForm struct {
	what  string
	parts [][]byte
}

// svixScheme is Svix's: the key is the base64 after whsec_, and what is signed
// is id.timestamp.body.
func svixScheme() *scheme {
	return &scheme{
		title: Clerk{}.Title(), variable: Clerk{}.SecretVars()[0], sender: "Svix",
		key:      keyOf,
		head:     func(s signedHeaders) []byte { return []byte(s.id + "." + s.timestamp + ".") },
		claims:   claimsOf,
		looks:    looksOf,
		keyForms: svixKeyForms, content: "id.timestamp.body", contentForms: svixContentForms,
		keyTitle:   "The secret was not decoded",
		keyFix:     "Neither Clerk nor Svix signs so; code of your own does: the key is what base64 decodes after whsec_. Sign with a Svix or Standard Webhooks library.",
		contentFix: "Neither Clerk nor Svix signs so; code of your own does. Sign id.timestamp.body and write v1, and the base64, or use a Svix or Standard Webhooks library.",
	}
}
