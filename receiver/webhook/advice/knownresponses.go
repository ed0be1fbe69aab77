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

// saying is a text that an app's answer may quote, and what it proves.
type saying struct {
	texts []string
	// always says that it proves something whatever the verdict here was.
	always bool
	means  func(d webhook.Delivery, f webhook.Forward, said string) (says, fix string)
}

// sayings are the error texts of the libraries that verify: @clerk/backend's
// verifyWebhook, svix, standardwebhooks, stripe; and of what goes wrong around
// them. The more telling ones come first.
var sayings = []saying{
	{[]string{"Missing webhook signing secret", "secret must start with whsec_", "must start with whsec_", "Base64Coder", "illegal base64", "Secret can't be empty", "secret may not be empty", "Incorrect padding"}, true, noUsableSecret},
	{[]string{"Missing required webhook headers", "Missing required headers", "missing required headers", "Error occured -- no svix headers", "Error occurred -- no svix headers"}, true, noHeadersThere},
	{[]string{"Unable to extract timestamp and signatures from header", "No signatures found matching the expected signature for payload", "No stripe-signature header value"}, true, stripesVerifier},
	{[]string{"Expected payload to be of type string or Buffer", "must be provided as a string or a Buffer", "[object Object]"}, true, parsedBody},
	{[]string{"Body is unusable", "body used already", "Body has already been", "body stream already read", "stream is not readable"}, true, readTwice},
	{[]string{"Message timestamp too old", "message timestamp too old", "Message timestamp too new", "message timestamp too new"}, false, itsClock},
	{[]string{"No matching signature found", "no matching signature found"}, false, otherBytesThere},
	{[]string{"Invalid Signature Headers", "Invalid signature headers", "invalid signature headers"}, false, headersChanged},
}

// knownSaying explains an answer that quotes one of the sayings.
func knownSaying(d webhook.Delivery, f webhook.Forward) (says, fix string, ok bool) {
	for _, s := range sayings {
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

// signatureWords are what code of one's own says of a signature that does not
// hold, in any case of the letters.
var signatureWords = []string{
	"invalid webhook signature", "invalid signature", "bad signature", "signature verification failed", "webhook verification", "verifying webhook",
	"signature mismatch", "signature does not match", "could not verify signature", "signature is invalid",
}

// saidOfSignature is what of an app's refusal speaks of the signature, "" where
// nothing does. That of a token is another's.
func saidOfSignature(f webhook.Forward) string {
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
	return "The app has no usable signing secret: it said " + said + ".",
		"Set CLERK_WEBHOOK_SIGNING_SECRET to the endpoint's whsec_… secret, without quotes (verifyWebhook reads no other name; sk_… is the API key), and restart the app."
}

func noHeadersThere(d webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	switch {
	case anyHeader(d.Header, "Svix-"):
	case anyHeader(d.Header, "Webhook-"):
		return "The app's verifier reads svix-* headers alone, and this delivery bears webhook-*: it said " + said + ".",
			"Copy webhook-id, -timestamp and -signature to svix-id, -timestamp and -signature before verifyWebhook, or verify with standardwebhooks."
	default:
		if fromStripe(d) {
			return "A Stripe event went to a route that verifies Clerk's signature: the app said " + said + ".",
				"Let the target be the route of Stripe's webhook, which calls stripe.webhooks.constructEvent; --forward-to PATTERN=URL sends some events alone."
		}
		return "The delivery has no signature headers, and the app said so: " + said + ".", "For a signed test run: hooktop trigger user.created."
	}
	return "The signature headers were sent, and the app's verifier did not get them: it said " + said + ".",
		"Hand the request itself to verifyWebhook, or all of its headers to the verifier; a proxy or a rewrite between has to pass those that start with svix-."
}

func stripesVerifier(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	if fromStripe(d) { // it is the right verifier
		switch {
		case !d.Verdict.Verified:
			return refusedHereToo(d.Verdict)
		case strings.HasPrefix(said, "No signatures found"):
			return otherBytesThere(d, f, said)
		}
		return "The signature header is right here, and the app's verifier did not get it: it said " + said + ".",
			"Hand it the header stripe-signature as it is, beside the raw body; a proxy or a rewrite between has to pass it."
	}
	return "Stripe's verifier judged a Clerk delivery: the app said " + said + ".",
		"Let the target be the route of Clerk's webhook, and see that this route calls verifyWebhook, not stripe.webhooks.constructEvent."
}

// fromStripe reports whether Stripe signed the delivery, going by its header.
func fromStripe(d webhook.Delivery) bool { return len(d.Header.Values("Stripe-Signature")) > 0 }

func parsedBody(_ webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	return "The app's verifier was given a parsed body, not the text: it said " + said + ".", stackOf(f).rawBody()
}

func readTwice(_ webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	return "The app read the request's body twice, and the second time it was gone: it said " + said + ".",
		"Read it once, as text, and let JSON.parse or verifyWebhook have that; hand verifyWebhook a request whose body nobody has read."
}

// svixTolerance is how old a signature may be for Svix's own library.
const svixTolerance = 5 * time.Minute

// itsClock: the same signature was in time here.
func itsClock(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	signed := cmp.Or(d.Header.Get("Svix-Timestamp"), d.Header.Get("Webhook-Timestamp"))
	seconds, err := strconv.ParseInt(signed, 10, 64)
	if late := f.At.Sub(time.Unix(seconds, 0)); err == nil && !f.At.IsZero() && late > svixTolerance {
		return fmt.Sprintf("It was in time here and went to the app %s after it was signed: the app said %s.", webhook.Age(late.Round(time.Second)), said),
			"Resend it, signed afresh."
	}
	return "It was in time here, so the app's clock is another: it said " + said + ".",
		"Set the clock of the machine, the container or the virtual machine that the app runs in; after sleep it is often behind. Then resend."
}

func otherBytesThere(d webhook.Delivery, f webhook.Forward, said string) (says, fix string) {
	says, fix = otherBytes(d, f)
	return "The app's verifier said " + said + ", so the request reached it: path and middleware are right. " + says, fix
}

func headersChanged(_ webhook.Delivery, _ webhook.Forward, said string) (says, fix string) {
	return "The signature headers are right here, and the app's verifier could not read them: it said " + said + ".",
		"Pass svix-timestamp and svix-signature on as they are: text, all of it, the first value where there are several."
}

// crashes are what an answer of 500 may hold of its reason.
var crashes = []struct {
	texts     []string
	says, fix string
}{
	{
		[]string{"Unique constraint", "UNIQUE constraint", "duplicate key", "P2002", "Duplicate entry", "E11000", "UniqueViolation", "RecordNotUnique"},
		"The app verified it and then hit a unique column: ", "Upsert by the user's id: events come twice and out of order.",
	},
	{
		[]string{"P2025", "RecordNotFound", "DoesNotExist", "No record was found for an update"},
		"The app verified it and then found no row to update or delete: ", "Upsert by the user's id, and delete without an error where nothing is: user.updated may come before user.created, and events come twice.",
	},
	{
		[]string{"reading 'email_address'", "reading &#39;email_address&#39;", "reading '0'", "reading &#39;0&#39;", "email_addresses", "IndexError", "index out of range"},
		"The app verified it and then took an e-mail address for granted: ", "Take the address with primary_email_address_id, else the first, and live without one: user.deleted has none, and a user may have none.",
	},
	{
		[]string{"P1001", "Can't reach database", "ECONNREFUSED", "Connection refused", "could not connect to server"},
		"The app verified it and could not reach something of its own, its database perhaps: ", "Start it, then resend: the same message, signed afresh.",
	},
	{
		[]string{"null value in column", "NOT NULL constraint", "P2011", "cannot be null"},
		"The app verified it and then left a column empty that must not be: ", "Allow null, or give a default: most of a Clerk user's fields may be null.",
	},
	{
		[]string{"foreign key", "FOREIGN KEY", "P2003"},
		"The app verified it and then pointed at a row that is not there: ", "Upsert what it points at first, or put the event off: events come out of order.",
	},
}
