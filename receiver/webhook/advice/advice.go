// Package advice explains what an app's answer to a delivery means, and what to
// do about it: from the answer's status, headers and text, the framework that
// they give away, and the verdict on the delivery here. It sends nothing and
// verifies nothing.
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
	// svixLimit is how long Svix waits for an answer; slowAnswer is when that
	// becomes a near thing. https://docs.svix.com/retries
	svixLimit  = 15 * time.Second
	slowAnswer = 10 * time.Second
)

const (
	excludeRoute = "Exclude the webhook path from auth: leave it out of auth.protect() in proxy.ts or middleware.ts, createRouteMatcher(['/api/webhooks(.*)'])."
	answerFirst  = "Answer 2xx first and do the work after; know a message by its svix-id."
)

// On says in sentences what an app's answer to a delivery means, and what
// to do about it. Both are "" where there is nothing to say: the app took what
// verified here. d is a delivery that was read whole, f one of its forwards.
//
// An answer that another signature would not have changed (a redirect, no
// route, no answer at all) is explained by itself. A refusal is measured
// against the verdict here: where that is one too, it is the explanation.
func On(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	switch {
	case f.Status == 0:
		return noAnswer(f)
	case f.Status < 300:
		return taken(d, f)
	case f.Status < 400:
		return redirected(f)
	}
	if says, fix, ok := knownSaying(d, f); ok {
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
		return fmt.Sprintf("The app's body limit is smaller than this event (%d bytes).", len(d.Body)), "Raise it for this route: bodyParser.sizeLimit, or express.raw({ limit: '1mb' })."
	}
	if d.Verdict.State() == webhook.VerdictRejected {
		return refusedHereToo(d.Verdict)
	}
	if said := saidOfSignature(f); said != "" {
		return otherBytesThere(d, f, said)
	}
	switch {
	case f.Status == http.StatusBadRequest:
		_, fix = otherBytes(d, f)
		return "The bytes verified here, so the app probably verifies other bytes, or with another secret; or it wants no such event, and its answer says why.", fix
	case f.Status == http.StatusUnauthorized:
		return unauthorized(f)
	case f.Status == http.StatusForbidden:
		return "The bytes verified here, and something before the webhook code refused them: a CSRF check, a firewall or auth.", "Exclude the webhook path from it: the signature is what proves the sender."
	case f.Status == http.StatusUnprocessableEntity:
		return "The bytes verified here; the app checked the body against a shape of its own and refused it.", "Verify the raw body first, then read of it what you need: Clerk adds fields, and many are null."
	case f.Status == http.StatusTooManyRequests:
		return "The bytes verified here, and a limit on requests refused them.", "Exclude the webhook path from the limit: Svix sends what failed again, so that a burst grows."
	case f.Status == http.StatusBadGateway || f.Status == http.StatusServiceUnavailable || f.Status == http.StatusGatewayTimeout:
		return fmt.Sprintf("Something before the app answered %d: the app itself does not run, or did not answer it in time.", f.Status), "Start the app, or send to its own port with --forward-to; then resend."
	case f.Status >= 500:
		return crashed(f)
	}
	return "The bytes verified here; the app took them for something that it does not want. Its answer says more.", ""
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

// taken: silent where the app agrees with the verdict here, in good time.
func taken(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	switch {
	case d.Verdict.State() == webhook.VerdictRejected:
		says, _ = refusedHereToo(d.Verdict)
		says = "The app took what it should have refused. " + strings.Replace(says, " either", "", 1)
		return says, "See that the app verifies the signature and its time before it acts: anyone can send such a request."
	case f.Duration >= slowAnswer:
		return fmt.Sprintf("It took %d s; Svix gives up at 15 s and sends it again.", int(f.Duration.Round(time.Second)/time.Second)), answerFirst
	case isPage(f):
		return fmt.Sprintf("It answered %d with a whole web page: probably a sign-in or front page answered, not the webhook route.", f.Status), "Compare the target's path with the route's file; if it is right: " + strings.ToLower(excludeRoute[:1]) + excludeRoute[1:]
	}
	return "", ""
}

// isPage says whether an answer is a web page and not what a webhook route says.
func isPage(f webhook.Forward) bool {
	text := bytes.ToLower(bytes.TrimSpace(f.Body[:min(len(f.Body), 200)]))
	return strings.HasPrefix(strings.ToLower(f.Header.Get("Content-Type")), "text/html") &&
		(bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html")))
}

func otherBytes(d webhook.Delivery, f webhook.Forward) (says, fix string) {
	secret := "the endpoint's"
	if fields := strings.Fields(d.Verdict.Secret); len(fields) > 0 {
		secret = fields[0]
	}
	return "The bytes verified here, so the app verifies other bytes, or with another secret.",
		stackOf(f).rawBody() + " Its secret is to be " + secret + "; restart it after an edit of .env."
}

func unauthorized(f webhook.Forward) (says, fix string) {
	if anyCookie(f, "_vercel_sso") || f.Header.Get("X-Vercel-Id") != "" && bytes.Contains(f.Body, []byte("Authentication Required")) {
		return "Vercel's deployment protection turned it away before the app saw it.", "Send to a deployment that is not protected, or switch Deployment Protection off for it, or use its bypass token in the endpoint's URL (x-vercel-protection-bypass)."
	}
	return "The bytes verified here, and the app turned them away before its webhook code ran: 401 is what auth middleware says.", excludeRoute
}

func noPost(f webhook.Forward) (says, fix string) {
	allowed := ""
	if allow := f.Header.Get("Allow"); allow != "" {
		allowed = " (it allows " + quoted(allow) + ")"
	}
	return "The route is there, but takes no POST" + allowed + ".", "Export a POST handler from it: export async function POST(req: Request) { … }."
}

func noRoute(f webhook.Forward) (says, fix string) {
	exclude := strings.ToLower(excludeRoute[:1]) + excludeRoute[1:]
	if f.Header.Get(webhook.AuthReason) != "" {
		return "Clerk's middleware hid the route: to a request that is no page it says 404.", excludeRoute
	}
	if code := f.Header.Get("Ngrok-Error-Code"); code != "" {
		return "The target is a tunnel of ngrok that is not open: " + quoted(code) + ".", "Give --forward-to the app's own address."
	}
	switch s := stackOf(f); s.name {
	case "", nextjs.name:
		return "No route answers at this path, or auth middleware hides it: auth.protect() answers 404 to a request that is no page.",
			"Compare the target's path with the route's file (app/api/webhooks/clerk/route.ts). If it is right: " + exclude
	default:
		return s.name + " has no route for a POST to this path.", "Compare the target's path with that of the route, also what is mounted before it (app.use('/api', …)), and its method."
	}
}

func redirected(f webhook.Forward) (says, fix string) {
	to := f.Header.Get("Location")
	where := to
	if where == "" {
		where = "nowhere (it gives no Location)"
	}
	says = "The app redirects to " + where + ". Senders of webhooks follow no redirects: to them this is a failure."
	if f.Header.Get(webhook.AuthReason) != "" || strings.Contains(to, "sign-in") || strings.Contains(to, "login") {
		return says, excludeRoute
	}
	if u, err := url.Parse(to); err == nil && u.Path != "" {
		return says, "Start with --forward-to " + resolved(f.Target, u) + " to send there: mind the slash at the end, http or https, and www."
	}
	return says, "Give --forward-to the address that it redirects to."
}

// resolved is where a redirect leads from a target, without the target's
// password.
func resolved(target string, to *url.URL) string {
	if base, err := url.Parse(target); err == nil && base.Host != "" {
		to = base.ResolveReference(to)
	}
	bare := *to
	bare.User = nil
	return bare.String()
}

// refusedHost knows what dev servers and frameworks say to a host that they
// were not told of.
func refusedHost(f webhook.Forward) (says, fix string, ok bool) {
	for _, text := range []string{"Blocked request. This host", "Invalid Host header", "DisallowedHost", "Invalid HTTP_HOST header", "Blocked host"} {
		if !bytes.Contains(f.Body, []byte(text)) {
			continue
		}
		s := stackOf(f)
		if s.hosts == "" {
			s = vite
		}
		return "The dev server refuses the request's Host, before the app sees it.", "Add the host to " + s.hosts + ".", true
	}
	return "", "", false
}

// forgeryCheck knows what frameworks say to a POST without their own token.
func forgeryCheck(f webhook.Forward) (says, fix string, ok bool) {
	s := stackOf(f)
	named := f.Status == 419
	for _, text := range []string{"CSRF verification failed", "CSRF token mismatch", "Page Expired", "InvalidAuthenticityToken", "Can't verify CSRF token", "Cross-site POST form submissions are forbidden", "invalid csrf token", "antiforgery"} {
		named = named || bytes.Contains(f.Body, []byte(text))
	}
	if !named {
		return "", "", false
	}
	if f.Status == 419 {
		s = laravel // nobody else answers so
	}
	fix = "Exclude the webhook path from it: the signature is what proves the sender."
	if s.csrf != "" {
		fix = "Exclude the webhook path from it, in " + s.name + " with " + s.csrf + ": the signature is what proves the sender."
	}
	return "The app's forgery check (CSRF) refused it, before the webhook code ran: it wants a token that only its own pages have.", fix, true
}

func crashed(f webhook.Forward) (says, fix string) {
	for _, c := range crashes {
		for _, said := range c.texts {
			if bytes.Contains(f.Body, []byte(said)) {
				return c.says + said + ".", c.fix
			}
		}
	}
	return "The bytes are genuine; the app failed on them. Often: an event twice or out of order, email_addresses that is empty, a column that is unique.",
		"Read the app's log at this time, fix it, then resend: the same message, signed afresh."
}

func noAnswer(f webhook.Forward) (says, fix string) {
	if f.Failure != webhook.NotSent && f.Duration >= svixLimit {
		f.Failure = webhook.Timeout
	}
	switch f.Failure {
	case webhook.NotSent:
		return "It was not sent to the app.", "Resend it, signed afresh."
	case webhook.Timeout:
		return "No answer within 15 s, which is how long Svix waits before it counts a failure and sends it again.", answerFirst + " If a debugger holds the app, resend when it runs again."
	case webhook.NotRunning:
		return "Nothing listens at " + host(f.Target) + ".", "Start the app, or give its port with --forward-to; then resend."
	case webhook.UntrustedCertificate:
		return "The app's certificate is not trusted here.", "Start with --insecure-forward, which takes it for the app alone; or make this machine trust it (mkcert -install)."
	case webhook.ConnectionClosed:
		return "The app was reached at " + host(f.Target) + " and closed the connection without an answer: its handler died, or its process.", "Read the app's log at this time, fix it, then resend: the same message, signed afresh."
	default:
		return "The app gave no answer.", "See that it runs at " + bare(f.Target) + ", then resend."
	}
}

// host is a target's host and port, for a sentence.
func host(target string) string {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		return u.Host
	}
	return bare(target)
}

// bare is a target for a sentence: without its scheme, and without the
// password that may stand in it.
func bare(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target[strings.LastIndex(target, "@")+1:]
	}
	return strings.TrimSuffix(u.Host+u.EscapedPath(), "/")
}

// quoted quotes the beginning of a text of the app's, with nothing in it that a
// terminal would obey.
func quoted(s string) string {
	const limit = 60
	if len(s) > limit {
		return strconv.QuoteToASCII(s[:limit]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
