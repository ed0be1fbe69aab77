package advice

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// signatureWords are what hand-written code says about a bad signature; case is
// ignored.
var signatureWords = []string{
	"invalid webhook signature", "invalid signature", "bad signature", "signature verification failed", "webhook verification", "verifying webhook",
	"signature mismatch", "signature does not match", "signatures do not match", "could not verify signature", "signature is invalid", "verification failed",
	"verify webhook", "invalid webhook", "unverified webhook", "webhook signature", "verify signature", "verify incoming webhook", "wrong signature", "signature invalid",
	"webhookverificationerror", "signatureverificationerror", "no signature", "missing signature", "unauthorized webhook",
}

// mentionsSignature reports whether the answer blames the webhook's signature. A
// token's signature is something else.
func (e *evidence) mentionsSignature() bool {
	said := strings.ToLower(e.text[:min(len(e.text), maxText)])
	if strings.Contains(said, "jwt") || strings.Contains(said, "token") {
		return false
	}
	return slices.ContainsFunc(signatureWords, func(words string) bool { return strings.Contains(said, words) })
}

// blamesSignature is mentionsSignature for the statuses that verifiers answer.
func (e *evidence) blamesSignature() bool {
	switch e.f.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotAcceptable, http.StatusUnprocessableEntity, http.StatusInternalServerError:
		return e.mentionsSignature()
	}
	return false
}

// signatureRefused explains that the app's verifier refused the signature. exact is
// set if it said so in the library's words: then it had a secret, so either that or
// the bytes that it verified are different.
func (e *evidence) signatureRefused(exact bool) Advice {
	lead := "The app's own signature check refused it, so the request got that far."
	switch {
	case !exact && e.aboutHeaders():
		return e.headersRefused()
	case !exact && !strongWords.MatchString(e.text):
		lead = weakLead
	case !exact:
		lead = "The app's own signature check refused it."
	}
	lead += e.said()
	kept := e.bodyIsKept()
	switch {
	case exact && kept && e.getsWholeBody() && e.verified():
		return likely(WrongSecret, []Cause{ChangedBody}, lead+" hooktop verified it, and this body stays the same when JavaScript parses and serializes it, so re-serializing is not the cause. Most likely the app uses a different secret. Or it verifies something else, such as a part of the body."+e.tellBytes(), e.secretFix())
	case e.signedByHooktop():
		return likely(WrongSecret, []Cause{ChangedBody, NoRawBody},
			lead+" Probably the app does not have the secret: hooktop signed this with its own, because it found no secret of an endpoint. Or the app verifies a changed body."+e.tellBytes(),
			"Put the secret that the app verifies with into .env.local as "+e.variable()+" and resend, or give the app hooktop's own. If it already has that: "+lowerFirst(e.rawBody()))
	case e.onlyOldName() && !exact:
		return likely(SecretName, []Cause{WrongSecret, ChangedBody, NoRawBody},
			lead+" Probably it has no secret: "+e.oldName()+" Or it uses a different secret, or verifies a changed body."+e.tellBytes(),
			e.renameFix()+" If your own code reads the old name: "+lowerFirst(e.rawBody()))
	case kept:
		others := []Cause{NoRawBody}
		if !exact {
			others = append(others, SecretNotSet)
		}
		return likely(WrongSecret, others,
			lead+" Probably the app uses a different secret: JavaScript parses and serializes this body without changing it. Or the verifier gets no body, or an object instead of text."+e.tellBytes(),
			e.secretFix()+" If the secret is right: "+lowerFirst(e.rawBody()))
	}
	others := []Cause{WrongSecret, NoRawBody}
	if !exact {
		others = append(others, SecretNotSet)
	}
	if e.d.FromAPI {
		lead += " hooktop signed it, because it came without a signature."
	} else {
		lead += " hooktop verified it."
	}
	return likely(ChangedBody, others,
		lead+" Probably the app verifies different bytes or uses a different secret: most likely it parses the body and serializes it again."+e.tellBytes(),
		e.rawBody()+" If it already gets the raw body: "+lowerFirst(e.secretFix()))
}

const weakLead = "Probably the app's own signature check refused it; or the handler refused the event for a reason of its own."

// signatureBlamed explains a refusal that seems to be about the signature.
func (e *evidence) signatureBlamed() Advice {
	a := e.signatureRefused(false)
	if !strongWords.MatchString(e.text) {
		a.Others = append(a.Others, AppError, Schema)
	}
	return a
}

// strongWords are about a signature and nothing else.
var strongWords = lazyregexp.New(`(?i)signature|verif\w* (?:the )?(?:incoming )?webhook|webhook verif|webhookverification`)

// headersWords are what handlers say that find no signature.
var headersWords = lazyregexp.New(`(?i)\b(?:no|missing)\b (?:webhook |svix )?signature`)

// aboutHeaders reports whether the app says that there is no signature.
func (e *evidence) aboutHeaders() bool { return headersWords.MatchString(e.text) }

// headersRefused explains that the app finds no signature where one was sent.
func (e *evidence) headersRefused() Advice {
	return likely(HeadersMissing, []Cause{OtherSender, WrongSecret, ChangedBody},
		"The app found no signature, and one was sent here. Probably it looks for another header, or something in between dropped it; or its signature check failed."+e.said(),
		"Read the headers that the sender has: "+e.signatureHeaders()+". If it does: "+lowerFirst(e.secretFix())+" "+e.orRawBody())
}

// signatureHeaders names the headers of the sender's signature.
func (e *evidence) signatureHeaders() string {
	switch {
	case fromStripe(e.d):
		return "stripe-signature"
	case !anyHeader(e.d.Header, "Svix-") && anyHeader(e.d.Header, "Webhook-"):
		return "webhook-id, webhook-timestamp and webhook-signature"
	}
	return "svix-id, svix-timestamp and svix-signature"
}

// signedByHooktop reports whether the signature was made with hooktop's own secret.
func (e *evidence) signedByHooktop() bool {
	return e.app.LocalSecret && (e.d.Origin == webhook.Trigger || e.d.Origin == webhook.Resend || e.d.FromAPI)
}

// bodyIsKept reports whether the app cannot have changed the body by parsing and
// serializing it. That can only be told for JavaScript.
func (e *evidence) bodyIsKept() bool {
	return e.stack.javascript && survivesJavaScript(e.d.Body)
}

// getsWholeBody reports whether nothing but the text that arrived can have reached
// the verifier, whether or not it was parsed and serialized. In other frameworks a
// body parser that is missing, or that came first, leaves an empty body or "[object
// Object]".
func (e *evidence) getsWholeBody() bool {
	pages := e.name == NextJS && e.app.Router == "pages"
	return e.stack.web && !pages || e.name == Fastify
}

// tellBytes says how to tell a changed body from another secret.
func (e *evidence) tellBytes() string {
	return " To tell which, log how many bytes the app verifies: if it is not " + e.size() + ", the body is the cause; if it is, probably the secret."
}

// onlyOldName reports whether the project's files have Clerk's secret only under a
// name that verifyWebhook does not read.
func (e *evidence) onlyOldName() bool { return e.app.OldNameOnly && !fromStripe(e.d) }

func (e *evidence) oldName() string {
	return "the project sets only " + e.app.SecretFound + ", but verifyWebhook reads " + e.variable() + "."
}

func (e *evidence) renameFix() string {
	return "Rename the variable to " + e.variable() + " (hooktop reads that name, too), and restart the app."
}

// variable is the one that the app's verifier reads.
func (e *evidence) variable() string {
	switch {
	case fromStripe(e.d):
		return "STRIPE_WEBHOOK_SECRET"
	case e.name == Nuxt:
		return "NUXT_CLERK_WEBHOOK_SIGNING_SECRET"
	}
	return "CLERK_WEBHOOK_SIGNING_SECRET"
}

// secretFix says which secret the app needs.
func (e *evidence) secretFix() string {
	secret := "the endpoint's whsec_… secret"
	if e.d.Verdict.Secret != "" {
		secret = "the secret that hooktop verified it with, " + e.d.Verdict.Secret
	}
	reads := ""
	if !fromStripe(e.d) {
		reads = " verifyWebhook reads " + e.variable() + "."
	}
	return "Give the app " + secret + ", and restart it after editing .env." + reads
}

// orRawBody is rawBody in fewer words, as an alternative fix.
func (e *evidence) orRawBody() string {
	if raw := e.raw(); raw != "" {
		return "Or pass the raw body to its verifier: " + raw + "."
	}
	return "Or pass the raw body to its verifier unchanged."
}

// rawBody returns how to get the raw body in this framework. If the framework is
// unknown, it names the ways of the likely ones.
func (e *evidence) rawBody() string {
	if e.stack.raw == "" {
		return "Give the verifier the raw body, such as from await req.text() or express.raw(). JSON that was parsed and serialized again has different bytes."
	}
	return "Give the verifier the raw body. In " + e.stack.title + ": " + e.raw() + "."
}

// raw is how to read the body unchanged in this framework.
func (e *evidence) raw() string {
	switch {
	case e.name == NextJS && e.app.Router == "app":
		return "await req.text(), not req.json()"
	case e.name == NextJS && e.app.Router == "pages":
		return "export const config = { api: { bodyParser: false } }, then read the stream"
	}
	return e.stack.raw
}
