package advice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// hostRefused recognizes how dev servers and frameworks refuse an unknown host.
func (e *evidence) hostRefused() (Advice, bool) {
	refusal := e.f.Status == http.StatusBadRequest || e.f.Status == http.StatusForbidden || e.f.Status == http.StatusMisdirectedRequest
	if !refusal || e.has("Blocked request. This host", "Invalid Host header", "DisallowedHost", "Invalid HTTP_HOST header", "Blocked host") == "" {
		return Advice{}, false
	}
	hosts := e.stack.hosts
	if hosts == "" {
		hosts = stacks[Vite].hosts
	}
	return certain(HostCheck, "Something in front of the webhook code, such as the dev server, refuses the request's Host header.", "Add the host to "+hosts+"."), true
}

// tokenMissing recognizes how frameworks refuse a POST without their CSRF token.
func (e *evidence) tokenMissing() (Advice, bool) {
	const expired = 419 // as Laravel answers
	named := e.has("CSRF verification failed", "CSRF token mismatch", "Page Expired", "InvalidAuthenticityToken", "Can't verify CSRF token", crossSite, "invalid csrf token", "antiforgery") != "" && e.f.Status < 500
	ours := e.f.Status == expired && (e.message == "" || e.name == Laravel)
	if !named && !ours {
		return Advice{}, false
	}
	s := e.stack
	if e.f.Status == expired {
		s = stacks[Laravel]
	}
	wants := "it wants a token that only the app's own pages have."
	if e.has(crossSite) != "" {
		wants = "it takes forms only from the app's own pages."
	}
	fix := "Exempt the webhook path from it: the signature proves the sender."
	if s.csrf != "" {
		fix = "Exempt the webhook path from it; in " + s.title + ": " + e.inStack(s.csrf) + ". The signature proves the sender."
	}
	return certain(CSRF, "The app's CSRF check refused it before the webhook code ran: "+wants, fix), true
}

// crossSite is how SvelteKit and Astro refuse forms of another origin.
const crossSite = "Cross-site POST form submissions are forbidden"

// cloudflareRefusals are the errors of Cloudflare's firewall: bans, browser checks
// and rules. Others, such as 1003, are about addresses.
var cloudflareRefusals = lazyregexp.New(`error code: 10(?:0[6-9]|1[0-2]|20)\b`)

const vercelFix = "Send to an unprotected deployment, turn Deployment Protection off, or put its bypass token into the endpoint's URL (x-vercel-protection-bypass)."

// isScheme reports whether an authentication scheme asks for a password of a person
// or a machine, which no check of a signature does.
func isScheme(scheme string) bool {
	return slices.Contains([]string{"basic", "digest", "negotiate", "ntlm"}, strings.ToLower(scheme))
}

// unauthorized explains 401 and 403.
func (e *evidence) unauthorized() Advice {
	through, _ := e.passedThrough()
	asks := e.f.Header.Get("Www-Authenticate")
	scheme, _, _ := strings.Cut(asks, " ")
	switch {
	case anyCookie(e.f.Header, "_vercel_sso"):
		return certain(DeploymentProtection, "Vercel's deployment protection refused it before the app saw it.", vercelFix)
	case e.f.Header.Get("X-Vercel-Id") != "" && IsPage(e.f.Body) && bytes.Contains(e.f.Body, []byte("Authentication Required")):
		return likely(DeploymentProtection, []Cause{AuthMiddleware, AuthInHandler}, "Probably Vercel's deployment protection refused it before the app saw it; or a page of the app's own says so.", vercelFix+" If the page is the app's: "+lowerFirst(e.exempt()))
	case e.message == "Forbidden resource" && nestRefusal(e.f.Body):
		return certain(Guard, e.here()+"A NestJS guard refused it (\"Forbidden resource\").", stacks[NestJS].auth)
	case e.f.Header.Get("Cf-Mitigated") != "" || e.f.Header.Get("Cf-Ray") != "" && cloudflareRefusals.MatchString(e.text):
		return certain(Firewall, "Cloudflare's firewall refused it before the app saw it.", "Add a rule in Cloudflare that skips the firewall for the webhook path: the signature proves the sender.")
	case isScheme(scheme):
		return certain(AuthMiddleware, e.here()+"Auth refused it: it asks for credentials, a user name and a password (WWW-Authenticate: "+quotable(scheme)+").", e.exempt())
	case asks != "" && !e.mentionsSignature():
		return likely(AuthMiddleware, []Cause{AuthInHandler, WrongSecret, ChangedBody}, e.here()+"It asks for credentials (WWW-Authenticate: "+quotable(scheme)+"). Probably auth in front of the route refused it; or the handler did, which may have checked the signature."+e.said()+tellHandler, e.exempt())
	case e.aboutToken():
		return likely(AuthMiddleware, []Cause{AuthInHandler}, e.here()+"It was refused over a token, which webhooks do not have: probably by auth in front of the route, otherwise by the handler itself."+e.said()+tellHandler, e.exempt())
	case through:
		return e.handlerRefused()
	case e.name == NextJS && e.byClerk() && e.f.Header.Get("X-Powered-By") == "": // a page would say so
		return likely(AuthMiddleware, []Cause{WrongSecret, ChangedBody, AuthInHandler}, e.here()+"Probably the middleware answered it: Clerk's middleware leaves x-middleware-rewrite where it passes a request on, and there is none. Or something removed that header, and the handler answered: it may have refused the signature."+tellHandler,
			e.exempt()+" If the handler runs: "+lowerFirst(e.secretFix())+" "+e.orRawBody())
	}
	return e.authOrSignature()
}

// aboutToken reports whether the answer is about a session's or an API's token.
func (e *evidence) aboutToken() bool {
	said := strings.ToLower(e.text[:min(len(e.text), maxText)])
	return !strings.Contains(said, "csrf") && (strings.Contains(said, "jwt") || strings.Contains(said, "token") || strings.Contains(said, "authorization header"))
}

// handlerRefused explains a refusal that did not come from middleware.
func (e *evidence) handlerRefused() Advice {
	first, others := WrongSecret, []Cause{ChangedBody, AuthInHandler, SecretNotSet}
	if !e.bodyIsKept() {
		first, others = ChangedBody, []Cause{WrongSecret, AuthInHandler, SecretNotSet}
	}
	if e.onlyOldName() {
		first, others = SecretName, []Cause{WrongSecret, ChangedBody, AuthInHandler}
	}
	says := e.here() + "The middleware let the request through (x-middleware-rewrite is its own path), so the route's own handler answered " + http.StatusText(e.f.Status) + ". Probably its signature check failed, because of a different secret or a changed body. Or it wants a signed-in user (auth())."
	fix := "Log the error that the handler catches: it names the cause. " + e.secretFix()
	if e.onlyOldName() {
		says += " About the secret: " + e.oldName()
		fix = "Log the error that the handler catches: it names the cause. " + e.renameFix()
	}
	return likely(first, others, says, fix+" "+e.orRawBody()+" If the handler calls auth(), remove that: the signature proves the sender.")
}

// authOrSignature explains a refusal that does not say where it came from.
func (e *evidence) authOrSignature() Advice {
	own := "the app's own signature check failed, because of a different secret or a changed body"
	ifRuns := " If the handler does run: " + lowerFirst(e.secretFix()) + " " + e.orRawBody()
	if e.onlyOldName() {
		ifRuns = " If the handler does run: " + lowerFirst(e.renameFix()) + " " + e.orRawBody()
		own += " (" + strings.TrimSuffix(e.oldName(), ".") + ")"
	}
	signature := []Cause{WrongSecret, ChangedBody}
	if !e.bodyIsKept() {
		signature = []Cause{ChangedBody, WrongSecret}
	}
	if e.f.Status == http.StatusUnauthorized {
		first, who := AuthMiddleware, "auth in front of the route (middleware or a guard) refused it"
		if e.name == NestJS {
			first, who = Guard, "a guard refused it"
		}
		return likely(first, append(signature, AuthInHandler), e.here()+"Probably "+who+". Or "+own+"."+e.said()+tellHandler, e.exempt()+ifRuns)
	}
	return likely(AuthMiddleware, append(signature, CSRF, Firewall),
		e.here()+"Probably something in front of the webhook code refused the request: auth, a guard, a CSRF check or a firewall. Or "+own+"."+e.said()+tellHandler, e.exempt()+ifRuns)
}

// validation matches what schemas say about a body that they refuse.
var validation = lazyregexp.New(`FST_ERR_VALIDATION|ZodError|ValiError|"loc":\s*\["body"|"code":"(invalid_type|unrecognized_keys|too_small)"|HttpMessageNotReadableException|One or more validation errors occurred`)

// validated recognizes that the app validated the body and refused it.
func (e *evidence) validated() (Advice, bool) {
	if e.f.Status != http.StatusBadRequest && e.f.Status != http.StatusUnprocessableEntity {
		return Advice{}, false
	}
	var o errorObject
	nest := json.Unmarshal(e.f.Body, &o) == nil && o.StatusCode != nil && bytes.HasPrefix(o.Message, []byte("["))
	if !nest && !validation.Match(e.f.Body) {
		return Advice{}, false
	}
	if e.mentionsSignature() {
		return Advice{}, false
	}
	what := "body"
	if m := validatedPart.FindStringSubmatch(e.message); m != nil {
		what = m[1]
	}
	says := "The app validated the " + what + " against a schema and refused it; this is not about the signature." + e.said()
	if nest && !validation.Match(e.f.Body) && !classValidator.MatchString(e.message) {
		return likely(Schema, []Cause{AppError}, "Probably the app validated the body against a schema and refused it; or the handler refused the event with these words."+e.said(), schemaFix), true
	}
	return certain(Schema, says, schemaFix), true
}

const schemaFix = "Verify the raw body first, then read only the fields you need: the sender adds fields, and many are null."

var (
	// validatedPart is what Fastify says that it validated.
	validatedPart = lazyregexp.New(`^(headers|querystring|params)(?:[/.]\S*)? must `)
	// classValidator is how NestJS' validation pipe words what it found.
	classValidator = lazyregexp.New(`\b(must|should)\b|has wrong value|unknown value|more than one`)
)

// nestRefusal reports whether an answer has the form of NestJS' 403.
func nestRefusal(body []byte) bool {
	var o errorObject
	return json.Unmarshal(body, &o) == nil && o.StatusCode != nil && *o.StatusCode == http.StatusForbidden
}

// refused explains any other refusal.
func (e *evidence) refused() Advice {
	readIt := "Read the app's answer and its log of this delivery, fix the error, then resend: same message, new signature."
	switch {
	case e.f.Status == http.StatusUnprocessableEntity:
		return likely(Schema, []Cause{AppError}, e.here()+"Probably the app validated the body against a schema and refused it."+e.said()+" Its log says which field.",
			schemaFix)
	case e.f.Status == http.StatusBadRequest && e.plain():
		a := e.signatureRefused(false)
		a.Says = strings.Replace(a.Says, weakLead, "The app does not say why it refused the request. Most likely its signature check failed.", 1)
		a.Others = append(a.Others, Schema)
		return a
	case e.f.Status == http.StatusBadRequest && e.message != "":
		return likely(AppError, []Cause{Schema, ChangedBody, WrongSecret},
			e.here()+"The app refused the event, probably for the reason it gives."+e.said()+" If that is not about the event's content, its signature check may have failed.",
			"Fix what the answer names, then resend: same message, new signature. If the signature check failed: "+lowerFirst(e.secretFix())+" "+e.orRawBody())
	case e.f.Status == http.StatusBadRequest:
		a := e.signatureRefused(false)
		a.Says = strings.Replace(a.Says, weakLead, "The app refused the request. Most likely its signature check failed.", 1)
		a.Others = append(a.Others, Schema)
		return a
	}
	return likely(Unknown, []Cause{AppError}, e.here()+"The app refused the event, probably for a reason of its own."+e.said()+" See its answer and its log.", readIt)
}
