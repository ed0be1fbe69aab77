package advice

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// response is a text that an app's answer may quote, and what it means.
type response struct {
	texts []string
	// always is set if it proves something even for a delivery rejected here.
	always bool
	means  func(e *evidence, said string) Advice
}

// responses returns the error texts of the verifying libraries (@clerk/backend's
// verifyWebhook, svix, standardwebhooks, stripe) and of common mistakes around
// them. The more specific ones come first.
func responses() []response {
	return []response{
		{[]string{"Missing webhook signing secret", "Secret can't be empty", "secret may not be empty"}, true, noSecretThere},
		{[]string{"Expected secret to be of type string"}, true, noSecretThere},
		{[]string{"secret must start with whsec_", "must start with whsec_", "Base64Coder"}, true, unusableSecret},
		{[]string{"illegal base64", "Incorrect padding"}, true, perhapsUnusable},
		{[]string{"Missing required webhook headers", "Missing required headers", "missing required headers", "Error occured -- no svix headers", "Error occurred -- no svix headers"}, true, noHeadersThere},
		{[]string{"Unable to extract timestamp and signatures from header", "No signatures found matching the expected signature for payload", "No stripe-signature header value"}, true, stripesVerifier},
		{[]string{"Expected payload to be of type string or Buffer", "must be provided as a string or a Buffer"}, true, parsedBody},
		{[]string{`[object Object]" is not valid JSON`, "Unexpected token o in JSON at position 1"}, true, perhapsParsed},
		{[]string{"Body is unusable", "body used already", "Body already used", "Body has already been", "body stream already read", "stream is not readable"}, true, readTwice},
		{[]string{"Message timestamp too old", "message timestamp too old", "Message timestamp too new", "message timestamp too new"}, false, clockOff},
		{[]string{"No matching signature found", "no matching signature found"}, false, func(e *evidence, _ string) Advice { return e.signatureRefused(true) }},
		{[]string{"Invalid Signature Headers", "Invalid signature headers", "invalid signature headers"}, false, headersChanged},
	}
}

// knownResponse explains an answer that quotes one of the responses.
func (e *evidence) knownResponse() (Advice, bool) {
	for _, r := range responses() {
		if !r.always && e.d.VouchedBy() == "" {
			continue
		}
		if said := e.has(r.texts...); said != "" && !e.otherHeaders(said) {
			return r.means(e, said), true
		}
	}
	if said := unset.FindString(e.text); said != "" && e.f.Status >= http.StatusBadRequest {
		return noSecretThere(e, quotable(said)), true
	}
	if e.typed && strings.Contains(e.text, "reading 'constructor'") && e.has("standardwebhooks", "svix") != "" {
		return certain(NoRawBody, "The app's verifier got no body: nothing read it from the request."+e.said(), e.rawBody()), true
	}
	return Advice{}, false
}

// unset is what handlers and environments say of a secret that is not set: Clerk's
// guide has "Please add".
var unset = lazyregexp.New(`(?i)(?:Please )?(?:add|set|provide) (?:your )?(?:the )?(?:[A-Z]+_)*(?:WEBHOOK|SIGNING)_(?:SIGNING_)?SECRET\b(?: from| in | to )|\b(?:[A-Z]+_)*(?:WEBHOOK|SIGNING)_(?:SIGNING_)?SECRET\b["'\x60]?(?: environment variable)? (?:is |was |has )?(?:not (?:been )?(?:set|defined|configured|found|provided)|missing|undefined|empty|required)|missing (?:environment variable:? )?(?:[A-Z]+_)*(?:WEBHOOK|SIGNING)_(?:SIGNING_)?SECRET\b|webhook (?:signing )?secret (?:is )?(?:not (?:set|configured|defined|found)|missing)|missing webhook secret|KeyError: '(?:[A-Z]+_)*(?:WEBHOOK|SIGNING)_(?:SIGNING_)?SECRET'`)

// otherHeaders reports whether an answer about missing headers names others than a
// signature has.
func (e *evidence) otherHeaders(said string) bool {
	if !strings.HasSuffix(strings.ToLower(said), "required headers") {
		return false
	}
	_, after, _ := strings.Cut(e.text, said)
	names := strings.ToLower(firstLine(after))
	return strings.HasPrefix(names, ":") && !strings.Contains(names, "svix") && !strings.Contains(names, "webhook") && !strings.Contains(names, "signature")
}

func noSecretThere(e *evidence, said string) Advice {
	says := "The app has no signing secret to verify with. " + itSaid(said)
	if e.onlyOldName() {
		return certain(SecretNotSet, says+" "+strings.ToUpper(e.oldName()[:1])+e.oldName()[1:], e.renameFix())
	}
	return certain(SecretNotSet, says, "Set "+e.variable()+" to the endpoint's whsec_… secret, and restart the app."+e.readsOnly())
}

// readsOnly says that Clerk's verifier reads no other variable.
func (e *evidence) readsOnly() string {
	if fromStripe(e.d) {
		return ""
	}
	return " verifyWebhook reads no other variable; sk_… is the API key."
}

func unusableSecret(e *evidence, said string) Advice {
	return certain(UnusableSecret, "The app has no usable signing secret. "+itSaid(said),
		"Set "+e.variable()+" to the endpoint's whsec_… secret, without quotes, and restart the app."+e.readsOnly())
}

func perhapsUnusable(e *evidence, said string) Advice {
	return likely(UnusableSecret, []Cause{AppError}, "The app could not decode base64. Probably it has no usable signing secret: it was cut off or is another kind of key. Or it was decoding something else. "+itSaid(said)+" The stack in its log shows which.",
		"Set "+e.variable()+" to the endpoint's whsec_… secret, without quotes, and restart the app.")
}

func noHeadersThere(e *evidence, said string) Advice {
	switch {
	case anyHeader(e.d.Header, "Svix-"):
	case anyHeader(e.d.Header, "Webhook-"):
		return certain(HeadersMissing, "The app's verifier reads only svix-* headers, and this delivery has webhook-*. "+itSaid(said),
			"Copy webhook-id, -timestamp and -signature to svix-id, -timestamp and -signature before verifyWebhook, or verify with standardwebhooks.")
	case fromStripe(e.d):
		return certain(OtherSender, "A Stripe event went to a route that verifies Clerk's signature. "+itSaid(said),
			"Send it to the Stripe webhook route, which calls stripe.webhooks.constructEvent; --forward-to stripe=URL sends only Stripe events there.")
	default:
		return certain(HeadersMissing, "The delivery has no signature headers. "+itSaid(said), "To test with a signed event: hooktop trigger user.created.")
	}
	return certain(HeadersMissing, "The signature headers were sent but did not reach the app's verifier. "+itSaid(said),
		"Pass the request itself to verifyWebhook, or all its headers to the verifier. A proxy or rewrite in between must pass headers that start with svix-.")
}

func stripesVerifier(e *evidence, said string) Advice {
	if fromStripe(e.d) { // the right verifier
		switch {
		case e.d.Verdict.State() == webhook.VerdictRejected:
			return refusedHereToo(e.d.Verdict)
		case strings.HasPrefix(said, "No signatures found"):
			return e.signatureRefused(true)
		}
		return certain(HeadersMissing, "The signature header was sent but did not reach the app's verifier as it was. "+itSaid(said),
			"Pass it the stripe-signature header unchanged, with the raw body. A proxy or rewrite in between must pass it.")
	}
	return certain(OtherSender, "Stripe's verifier checked a Clerk delivery. "+itSaid(said),
		"Send it to the Clerk webhook route, and make sure that route calls verifyWebhook, not stripe.webhooks.constructEvent.")
}

// itSaid quotes the telling part of the app's answer, one of the texts above.
func itSaid(said string) string { return `The app said "` + said + `".` }

// fromStripe reports whether Stripe signed the delivery, going by its header.
func fromStripe(d webhook.Delivery) bool { return len(d.Header.Values("Stripe-Signature")) > 0 }

func parsedBody(e *evidence, said string) Advice {
	return certain(NoRawBody, "The app was given a parsed body where it needs the raw text. "+itSaid(said), e.rawBody())
}

func perhapsParsed(e *evidence, said string) Advice {
	return likely(NoRawBody, []Cause{AppError}, "Probably the app was given a parsed body where it needs the raw text; or it parsed another object as if it were text, such as metadata. "+itSaid(said)+" The stack in its log tells which.", e.rawBody())
}

func readTwice(_ *evidence, said string) Advice {
	return certain(BodyReadTwice, "The app read the request's body twice; the second time it was gone. "+itSaid(said),
		"Read it once as text and give that to the verifier and to JSON.parse; verifyWebhook needs a request whose body has not been read.")
}

// svixTolerance is how old a signature may be for Svix's own library.
const svixTolerance = 5 * time.Minute

// clockOff explains a refusal for the signature's time, which was in time here.
func clockOff(e *evidence, said string) Advice {
	signed := cmp.Or(e.d.Header.Get("Svix-Timestamp"), e.d.Header.Get("Webhook-Timestamp"))
	seconds, err := strconv.ParseInt(signed, 10, 64)
	late, known := e.f.At.Sub(time.Unix(seconds, 0)), err == nil && !e.f.At.IsZero()
	const resend, setClock = "Resend it; it is re-signed.", "Set the clock of the machine, container or VM that the app runs in (it often lags after sleep), then resend."
	switch {
	case known && late > svixTolerance:
		return certain(ArrivedLate, fmt.Sprintf("It reached hooktop in time, but reached the app %s after it was signed. %s", webhook.Age(late.Round(time.Second)), itSaid(said)), resend)
	case known:
		return certain(AppClock, "It reached hooktop in time, so the app's clock differs from this machine's. "+itSaid(said)+" Compare them: date on both.", "If the app's is wrong: "+lowerFirst(setClock)+" If it is this machine's, set that.")
	}
	return likely(AppClock, []Cause{ArrivedLate}, "It reached hooktop in time, so the app's clock is probably wrong. Or it reached the app late. "+itSaid(said)+" Compare the clocks: run date on both.", setClock)
}

func headersChanged(_ *evidence, said string) Advice {
	return certain(HeadersChanged, "The signature headers are valid, but the app's verifier could not read them. "+itSaid(said),
		"Pass svix-timestamp and svix-signature on unchanged: as text, in full, the first value if there are several.")
}
