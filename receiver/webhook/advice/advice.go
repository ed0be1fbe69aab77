// Package advice explains to people what a verified delivery came to, what an
// app's answer to it means, and what to do about it. It sends nothing and verifies
// nothing.
//
// Where to look: advice.go goes by the answer's status and headers, quotedtexts.go
// by the error texts that its body quotes, framework.go by who answered, such as
// Next.js or Rails. outcometext.go says what hooktop made of a delivery.
package advice

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// svixLimit is how long Svix waits for an answer
	// (https://docs.svix.com/retries); slowAnswer is when to warn.
	svixLimit  = 15 * time.Second
	slowAnswer = 10 * time.Second
)

const (
	exemptRoute = "Exempt the webhook path from auth: skip auth.protect() for it in proxy.ts or middleware.ts, with createRouteMatcher(['/api/webhooks(.*)'])."
	answerFirst = "Answer 2xx first, then do the work; recognize repeats by their svix-id."
)

// Advice is what an app's answer to a delivery means. Says and Fix are sentences; all
// is empty if there is nothing to say.
type Advice struct {
	// Cause explains the answer, "" if there is nothing to say.
	Cause Cause
	// Certain is set if the evidence proves the cause. If not, Others are the causes
	// that would look the same, most likely first.
	Certain bool
	Others  []Cause
	// Says is what the answer means, Fix what to do.
	Says, Fix string
}

// Cause is the stable code of what explains an app's answer.
type Cause string

// On returns what an app's answer to a delivery means and how to fix it, in
// sentences; both are "" if the app accepted a delivery that verified here.
// d must be read whole; f is one of its forwards.
//
// Answers that do not depend on the signature, such as a redirect, a missing
// route or no answer, are explained on their own. If the app refused a delivery
// that was rejected here too, the verdict here is the explanation.
func On(d webhook.Delivery, f webhook.Forward, _ App) Advice {
	says, fix := on(d, f)
	return Advice{Says: says, Fix: fix}
}

func on(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	switch {
	case f.Status == 0:
		return noAnswer(f)
	case f.Status < 300:
		return accepted(d, f)
	case f.Status < 400:
		return redirected(f)
	}
	if says, fix, ok := wrongScheme(f); ok {
		return says, fix
	}
	if says, fix, ok := knownResponse(d, f); ok {
		return says, fix
	}
	if says, fix, ok := refusedHost(f); ok {
		return says, fix
	}
	if says, fix, ok := forgeryCheck(f); ok {
		return says, fix
	}
	switch f.Status {
	case http.StatusNotFound:
		return noRoute(f)
	case http.StatusMethodNotAllowed:
		return noPost(f)
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("The app's body limit is below the %d bytes of this event.", len(d.Body)), "Raise the limit for this route: bodyParser.sizeLimit, or express.raw({ limit: '1mb' })."
	}
	if d.Verdict.State() == webhook.VerdictRejected {
		return refusedHereToo(d.Verdict)
	}
	if said := signatureComplaint(f); said != "" {
		return otherBytesSaid(d, f, said)
	}
	switch {
	case f.Status == http.StatusBadRequest:
		_, fix = otherBytes(d, f)
		return "The signature verifies here, so the app probably verifies different bytes or uses another secret. Or it rejects this event for a reason of its own: see its answer.", fix
	case f.Status == http.StatusUnauthorized:
		return unauthorized(f)
	case f.Status == http.StatusForbidden:
		return "The signature verifies here; something in front of the webhook code refused the request: a CSRF check, a firewall or auth.", "Exempt the webhook path from it: the signature proves the sender."
	case f.Status == http.StatusUnprocessableEntity:
		return "The signature verifies here; the app validated the body against a schema and refused it.", "Verify the raw body first, then read only the fields you need: Clerk adds fields, and many are null."
	case f.Status == http.StatusTooManyRequests:
		return "The signature verifies here; a rate limit refused the request.", "Exempt the webhook path from the limit: Svix retries failures, so a burst grows."
	case f.Status == http.StatusBadGateway || f.Status == http.StatusServiceUnavailable || f.Status == http.StatusGatewayTimeout:
		return fmt.Sprintf("A proxy in front of the app answered %d: the app is not running, or did not answer in time.", f.Status), "Start the app, or send to its own port with --forward-to; then resend."
	case f.Status >= 500:
		return crashed(f)
	}
	return "The signature verifies here, but the app refused the event. See its answer.", ""
}

func refusedHereToo(v webhook.Verdict) (says, fix string) {
	says = "It does not verify here either"
	if v.Title != "" {
		says += ": " + strings.ToLower(v.Title[:1]) + v.Title[1:]
	}
	says += "."
	if v.Detail != "" {
		says += " " + v.Detail
	}
	return says, v.Fix
}

// accepted returns nothing if the app was right to accept the delivery, and did
// so in time.
func accepted(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	switch {
	case d.Verdict.State() == webhook.VerdictRejected:
		says, _ = refusedHereToo(d.Verdict)
		says = "The app accepted a request that it should reject. " + strings.Replace(says, " either", "", 1)
		return says, "Make the app check the signature and its time before it acts: anyone can send such a request."
	case f.Duration >= slowAnswer:
		return fmt.Sprintf("It took %d s; Svix gives up after 15 s and retries.", int(f.Duration.Round(time.Second)/time.Second)), answerFirst
	case IsPage(f.Body):
		return fmt.Sprintf("It answered %d with a whole web page: probably a sign-in or front page, not the webhook route.", f.Status), "Compare the target's path with the route's file. If it is right, " + strings.ToLower(exemptRoute[:1]) + exemptRoute[1:]
	}
	return "", ""
}

// IsPage reports whether an answer is a whole web page, which no webhook route
// sends. The content type does not tell: Express sends a bare "ok" as text/html.
func IsPage(body []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 200)]))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

func otherBytes(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	secret := "the endpoint's"
	if fields := strings.Fields(d.Verdict.Secret); len(fields) > 0 {
		secret = fields[0]
	}
	return "The signature verifies here, so the app verifies different bytes or uses another secret.",
		frameworkOf(f).rawBody() + " The app's secret must be " + secret + "; restart the app after editing .env."
}

func unauthorized(f webhook.Forward) (says, fix string) {
	if anyCookie(f, "_vercel_sso") || f.Header.Get("X-Vercel-Id") != "" && bytes.Contains(f.Body, []byte("Authentication Required")) {
		return "Vercel's deployment protection refused it before the app saw it.", "Send to an unprotected deployment, turn Deployment Protection off, or put its bypass token into the endpoint's URL (x-vercel-protection-bypass)."
	}
	return "The signature verifies here; the app refused the request before its webhook code ran. Auth middleware answers 401.", exemptRoute
}

func noPost(f webhook.Forward) (says, fix string) {
	allowed := ""
	if allow := f.Header.Get("Allow"); allow != "" {
		allowed = " (it allows " + quoted(allow) + ")"
	}
	return "The route exists but does not accept POST" + allowed + ".", "Export a POST handler: export async function POST(req: Request) { … }."
}

func noRoute(f webhook.Forward) (says, fix string) {
	exempt := strings.ToLower(exemptRoute[:1]) + exemptRoute[1:]
	if f.Header.Get(webhook.AuthReason) != "" {
		return "Clerk's middleware hid the route: it answers 404 to requests other than page loads.", exemptRoute
	}
	if code := f.Header.Get("Ngrok-Error-Code"); code != "" {
		return "The target is an ngrok tunnel that is not open: " + quoted(code) + ".", "Set --forward-to to the app's own address."
	}
	switch s := frameworkOf(f); s.name {
	case "", nextjs.name:
		return "No route answers at this path, or auth middleware hides it: auth.protect() answers 404 to requests other than page loads.",
			"Compare the target's path with the route's file (app/api/webhooks/clerk/route.ts). If it is right, " + exempt
	default:
		return s.name + " has no route for POST at this path.", "Compare the target's path and method with the route's, including the path it is mounted under (app.use('/api', …))."
	}
}

func redirected(f webhook.Forward) (says, fix string) {
	to := f.Header.Get("Location")
	where := "The app redirects to " + to + "."
	if to == "" {
		where = "The app answers with a redirect that has no Location."
	}
	says = where + " Webhook senders do not follow redirects: they count this as a failure."
	if f.Header.Get(webhook.AuthReason) != "" || strings.Contains(to, "sign-in") || strings.Contains(to, "login") {
		return says, exemptRoute
	}
	if u, err := url.Parse(to); err == nil && u.Path != "" {
		return says, "Start with --forward-to " + resolved(f.Target, u) + " to send there. Check the trailing slash, http or https, and www."
	}
	return says, "Set --forward-to to the address that the app redirects to."
}

// resolved returns where a redirect leads from a target, without the target's
// password.
func resolved(target string, to *url.URL) string {
	if base, err := url.Parse(target); err == nil && base.Host != "" {
		to = base.ResolveReference(to)
	}
	bare := *to
	bare.User = nil
	return bare.String()
}

// refusedHost recognizes how dev servers and frameworks refuse an unknown host.
func refusedHost(f webhook.Forward) (says, fix string, ok bool) {
	for _, text := range []string{"Blocked request. This host", "Invalid Host header", "DisallowedHost", "Invalid HTTP_HOST header", "Blocked host"} {
		if !bytes.Contains(f.Body, []byte(text)) {
			continue
		}
		s := frameworkOf(f)
		if s.hosts == "" {
			s = vite
		}
		return "The dev server refuses the request's Host header before the app sees it.", "Add the host to " + s.hosts + ".", true
	}
	return "", "", false
}

// forgeryCheck recognizes how frameworks refuse a POST without their CSRF token.
func forgeryCheck(f webhook.Forward) (says, fix string, ok bool) {
	s := frameworkOf(f)
	named := f.Status == 419
	for _, text := range []string{"CSRF verification failed", "CSRF token mismatch", "Page Expired", "InvalidAuthenticityToken", "Can't verify CSRF token", "Cross-site POST form submissions are forbidden", "invalid csrf token", "antiforgery"} {
		named = named || bytes.Contains(f.Body, []byte(text))
	}
	if !named {
		return "", "", false
	}
	if f.Status == 419 {
		s = laravel // no other framework answers 419
	}
	fix = "Exempt the webhook path from it: the signature proves the sender."
	if s.csrf != "" {
		fix = "Exempt the webhook path from it; in " + s.name + ": " + s.csrf + ". The signature proves the sender."
	}
	return "The app's CSRF check refused it before the webhook code ran: it wants a token that only the app's own pages have.", fix, true
}

func crashed(f webhook.Forward) (says, fix string) {
	for _, c := range crashes {
		for _, said := range c.texts {
			if bytes.Contains(f.Body, []byte(said)) {
				return c.says + said + ".", c.fix
			}
		}
	}
	return "The signature verifies here, but the app crashed. Common causes: the same event twice, events out of order, an empty email_addresses, a unique column.",
		"Read what the app logged at the time of this delivery, fix the error, then resend: same message, new signature."
}

func noAnswer(f webhook.Forward) (says, fix string) {
	if f.Failure != webhook.NotSent && f.Duration >= svixLimit {
		f.Failure = webhook.Timeout
	}
	if says, fix, ok := unreached(f); ok {
		return says, fix
	}
	switch f.Failure {
	case webhook.NotSent:
		return "It was not sent to the app.", "Resend it; it is re-signed."
	case webhook.Timeout:
		return "No answer within 15 s. Svix counts that as a failure and retries.", answerFirst + " If a debugger paused the app, resend once it runs again."
	case webhook.NotRunning:
		return "Nothing listens at " + host(f.Target) + ".", "Start the app, or set its port with --forward-to; then resend."
	case webhook.UntrustedCertificate:
		return "The app's certificate is not trusted here.", "Start with --insecure-forward, which accepts it for the app only, or make this machine trust it (mkcert -install)."
	case webhook.ConnectionClosed:
		return "The app at " + host(f.Target) + " accepted the connection and closed it without answering: its handler or its process crashed.", "Read what the app logged at the time of this delivery, fix the error, then resend: same message, new signature."
	default:
		return "The app did not answer.", "Check that it runs at " + bare(f.Target) + ", then resend."
	}
}

// host returns a target's host and port.
func host(target string) string {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		return u.Host
	}
	return bare(target)
}

// bare returns a target without its scheme and password.
func bare(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target[strings.LastIndex(target, "@")+1:]
	}
	return strings.TrimSuffix(u.Host+u.EscapedPath(), "/")
}

// quoted returns the beginning of an app's text, quoted and safe to print.
func quoted(s string) string {
	const limit = 60
	if len(s) > limit {
		return strconv.QuoteToASCII(s[:limit]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
