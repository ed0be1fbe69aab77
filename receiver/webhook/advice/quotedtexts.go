package advice

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// response is a text that an app's answer may quote, and what it proves.
type response struct {
	texts []string
	// always is set if it proves something even for a delivery rejected here.
	always bool
	means  func(d webhook.Delivery, f webhook.Forward, said string) (says, fix string)
}

// responses are the error texts of the verifying libraries (@clerk/backend's
// verifyWebhook, svix, standardwebhooks, stripe) and of common mistakes around
// them. The more specific ones come first.
var responses = []response{
	{[]string{"Missing webhook signing secret", "secret must start with whsec_", "must start with whsec_", "Base64Coder", "illegal base64", "Secret can't be empty", "secret may not be empty", "Incorrect padding"}, true, noUsableSecret},
	{[]string{"Missing required webhook headers", "Missing required headers", "missing required headers", "Error occured -- no svix headers", "Error occurred -- no svix headers"}, true, noHeadersThere},
	{[]string{"Unable to extract timestamp and signatures from header", "No signatures found matching the expected signature for payload", "No stripe-signature header value"}, true, stripesVerifier},
	{[]string{"Expected payload to be of type string or Buffer", "must be provided as a string or a Buffer", "[object Object]"}, true, parsedBody},
	{[]string{"Body is unusable", "body used already", "Body has already been", "body stream already read", "stream is not readable"}, true, readTwice},
	{[]string{"Message timestamp too old", "message timestamp too old", "Message timestamp too new", "message timestamp too new"}, false, clockOff},
	{[]string{"No matching signature found", "no matching signature found"}, false, otherBytesSaid},
	{[]string{"Invalid Signature Headers", "Invalid signature headers", "invalid signature headers"}, false, headersChanged},
}

// knownResponse explains an answer that quotes one of the responses.
func knownResponse(d webhook.Delivery, f webhook.Forward) (says, fix string, ok bool) {
	for _, s := range responses {
		if !s.always && !d.Verdict.Verified {
			continue
		}
		for _, text := range s.texts {
			if bytes.Contains(f.Body, []byte(text)) {
				says, fix = s.means(d, f, text)
				return says, fix, true
			}
		}
	}
	return "", "", false
}

// signatureWords are what hand-written code says about a bad signature; case is
// ignored.
var signatureWords = []string{
	"invalid webhook signature", "invalid signature", "bad signature", "signature verification failed", "webhook verification", "verifying webhook",
	"signature mismatch", "signature does not match", "could not verify signature", "signature is invalid",
}

// signatureComplaint returns the words in an app's refusal that blame the
// webhook's signature, or "". A token's signature is something else.
func signatureComplaint(f webhook.Forward) string {
	body := bytes.ToLower(f.Body)
	inBody := func(text string) bool { return bytes.Contains(body, []byte(text)) }
	if f.Status != http.StatusBadRequest && f.Status != http.StatusUnauthorized && f.Status != http.StatusForbidden ||
		inBody("jwt") || inBody("token") {
		return ""
	}
	for _, words := range signatureWords {
		if inBody(words) {
			return words
		}
	}
	return ""
}

func noUsableSecret(_ webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	return "The app has no usable signing secret. " + itSaid(said),
		"Set CLERK_WEBHOOK_SIGNING_SECRET to the endpoint's whsec_… secret, without quotes, and restart the app. verifyWebhook reads no other variable; sk_… is the API key."
}

func noHeadersThere(d webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	switch {
	case anyHeader(d.Header, "Svix-"):
	case anyHeader(d.Header, "Webhook-"):
		return "The app's verifier reads only svix-* headers, and this delivery has webhook-*. " + itSaid(said),
			"Copy webhook-id, -timestamp and -signature to svix-id, -timestamp and -signature before verifyWebhook, or verify with standardwebhooks."
	default:
		if fromStripe(d) {
			return "A Stripe event went to a route that verifies Clerk's signature. " + itSaid(said),
				"Send it to the Stripe webhook route, which calls stripe.webhooks.constructEvent; --forward-to stripe=URL sends only Stripe events there."
		}
		return "The delivery has no signature headers. " + itSaid(said), "To test with a signed event: hooktop trigger user.created."
	}
	return "The signature headers were sent but did not reach the app's verifier. " + itSaid(said),
		"Pass the request itself to verifyWebhook, or all its headers to the verifier. A proxy or rewrite in between must pass headers that start with svix-."
}

func stripesVerifier(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	if fromStripe(d) { // the right verifier
		switch {
		case !d.Verdict.Verified:
			return refusedHereToo(d.Verdict)
		case strings.HasPrefix(said, "No signatures found"):
			return otherBytesSaid(d, f, said)
		}
		return "The signature header was sent but did not reach the app's verifier. " + itSaid(said),
			"Pass it the stripe-signature header unchanged, with the raw body. A proxy or rewrite in between must pass it."
	}
	return "Stripe's verifier checked a Clerk delivery. " + itSaid(said),
		"Send it to the Clerk webhook route, and make sure that route calls verifyWebhook, not stripe.webhooks.constructEvent."
}

// itSaid quotes the telling part of the app's answer, one of the texts above.
func itSaid(said string) string { return `The app said "` + said + `".` }

// fromStripe reports whether Stripe signed the delivery, going by its header.
func fromStripe(d webhook.Delivery) bool { return len(d.Header.Values("Stripe-Signature")) > 0 }

func parsedBody(_ webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	return "The app's verifier was given a parsed body instead of the raw text. " + itSaid(said), frameworkOf(f).rawBody()
}

func readTwice(_ webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	return "The app read the request's body twice; the second time it was gone. " + itSaid(said),
		"Read it once as text and give that to the verifier and to JSON.parse; verifyWebhook needs a request whose body has not been read."
}

// svixTolerance is how old a signature may be for Svix's own library.
const svixTolerance = 5 * time.Minute

// clockOff explains a refusal for the signature's time, which was in time here.
func clockOff(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	signed := cmp.Or(d.Header.Get("Svix-Timestamp"), d.Header.Get("Webhook-Timestamp"))
	seconds, err := strconv.ParseInt(signed, 10, 64)
	if late := f.At.Sub(time.Unix(seconds, 0)); err == nil && !f.At.IsZero() && late > svixTolerance {
		return fmt.Sprintf("It was in time here but reached the app %s after it was signed. %s", webhook.Age(late.Round(time.Second)), itSaid(said)),
			"Resend it; it is re-signed."
	}
	return "It was in time here, so the app's clock is wrong. " + itSaid(said),
		"Set the clock of the machine, container or VM that the app runs in (it often lags after sleep), then resend."
}

func otherBytesSaid(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	says, fix = otherBytes(d, f)
	return "The request reached the app's verifier, so path and middleware are right. " + itSaid(said) + " " + says, fix
}

func headersChanged(_ webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	return "The signature headers are right here, but the app's verifier could not read them. " + itSaid(said),
		"Pass svix-timestamp and svix-signature on unchanged: as text, in full, the first value if there are several."
}

// crashes are the texts by which an answer of 500 gives its reason away.
var crashes = []struct {
	texts     []string
	says, fix string
}{
	{
		[]string{"Unique constraint", "UNIQUE constraint", "duplicate key", "P2002", "Duplicate entry", "E11000", "UniqueViolation", "RecordNotUnique"},
		"The app verified it, then hit a unique column: ", "Upsert by the user's id: events can come twice or out of order.",
	},
	{
		[]string{"P2025", "RecordNotFound", "DoesNotExist", "No record was found for an update"},
		"The app verified it, then found no row to update or delete: ", "Upsert by the user's id, and ignore deletes of missing rows: user.updated may come before user.created, and events can come twice.",
	},
	{
		[]string{"reading 'email_address'", "reading &#39;email_address&#39;", "reading '0'", "reading &#39;0&#39;", "email_addresses", "IndexError", "index out of range"},
		"The app verified it, then assumed an e-mail address: ", "Use the address that primary_email_address_id names, else the first, and allow for none: user.deleted has none, and some users have none either.",
	},
	{
		[]string{"P1001", "Can't reach database", "ECONNREFUSED", "Connection refused", "could not connect to server"},
		"The app verified it, then could not reach something it needs, perhaps its database: ", "Start it, then resend: same message, new signature.",
	},
	{
		[]string{"null value in column", "NOT NULL constraint", "P2011", "cannot be null"},
		"The app verified it, then left a required column empty: ", "Allow null, or set a default: most fields of a Clerk user may be null.",
	},
	{
		[]string{"foreign key", "FOREIGN KEY", "P2003"},
		"The app verified it, then referenced a row that does not exist: ", "Upsert the referenced row first, or handle the event later: events come out of order.",
	},
}
