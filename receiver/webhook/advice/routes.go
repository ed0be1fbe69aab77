package advice

import (
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// notFound explains a 404.
func (e *evidence) notFound() Advice {
	through, rewritten := e.passedThrough()
	code := e.f.Header.Get("Ngrok-Error-Code")
	switch {
	case e.hidden():
		return certain(AuthMiddleware, "Clerk's middleware hid the route: auth.protect() there answers 404 to requests without a signed-in user (x-clerk-auth-reason: protect-rewrite).", e.exempt())
	case code != "" && code != "ERR_NGROK_3200":
		return likely(ClosedTunnel, []Cause{Unknown}, "ngrok answered in place of the app: "+quotable(code)+". Probably the tunnel is not open, or its rules refuse the request.", "Set --forward-to to the app's own address. ngrok.com/docs/errors says what the code means.")
	case code != "":
		return certain(ClosedTunnel, "The target is an ngrok tunnel that is not open: "+quotable(code)+".", "Set --forward-to to the app's own address.")
	case strings.HasSuffix(rewritten, e.path()):
		return e.rewrittenTo(rewritten)
	case rewritten != "":
		return likely(NoRoute, []Cause{RewrittenPath, HandlerNotFound}, "Probably there is no POST route at "+quotable(e.path())+", or middleware, which rewrote the path to "+quotable(rewritten)+", sent it to the wrong one."+tellHandler, e.noRouteFix()+" If the route is there, leave the path out of that rewrite.")
	case e.namesNoRoute():
		return certain(NoRoute, e.noRouteSays(through), e.noRouteFix())
	case e.name == NextJS && e.f.Header.Get("X-Clerk-Auth-Status") != "" && !through:
		return likely(NoRoute, []Cause{HandlerNotFound, AuthMiddleware}, e.probablyNoRoute(), e.noRouteFix()+tellHandler)
	}
	return likely(NoRoute, []Cause{HandlerNotFound}, e.probablyNoRoute(), e.noRouteFix()+tellHandler)
}

const tellHandler = " To tell which, log a line at the top of the webhook handler: if it does not appear, the handler was never reached."

func (e *evidence) rewrittenTo(path string) Advice {
	says := "Middleware rewrote the path to " + quotable(path) + ", where there is no webhook route."
	if pageNotFound(e.text) {
		return certain(RewrittenPath, says, "Leave the webhook path out of that rewrite in the app's middleware, such as the one for i18n.")
	}
	return likely(RewrittenPath, []Cause{HandlerNotFound}, "Middleware rewrote the path to "+quotable(path)+", where there is probably no webhook route; or the handler there answered 404 itself.",
		"Leave the webhook path out of that rewrite in the app's middleware, such as the one for i18n."+tellHandler)
}

func (e *evidence) noRouteSays(through bool) string {
	who := "The app"
	if e.stack.title != "" {
		who += " (" + e.stack.title + ")"
	}
	says := who + " has no POST route at " + quotable(e.path()) + "."
	if through {
		says += " The middleware let the request through (x-middleware-rewrite is its own path)."
	}
	return says
}

func (e *evidence) probablyNoRoute() string {
	who := "the app"
	if e.stack.title != "" {
		who += " (" + e.stack.title + ")"
	}
	return "Probably " + who + " has no POST route at " + quotable(e.path()) + ". Or the handler itself answered 404, for a user that it did not find."
}

func (e *evidence) noRouteFix() string {
	return "Compare the target's path and method with the route's" + e.placed(": ", "") + "."
}

// placed says where the route is in this framework, between lead and tail.
func (e *evidence) placed(lead, tail string) string {
	if e.stack.place == "" {
		return ""
	}
	place := e.stack.place
	if e.name == NextJS {
		switch e.app.Router {
		case "app":
			place = "app{path}/route.ts"
		case "pages":
			place = "pages{path}.ts"
		}
	}
	return lead + e.inStack(place) + tail
}

// noRoute are the sentences with which routers name a path that they do not know.
// They stand alone: a handler may quote one of a service that it calls.
var noRoute = []*lazyregexp.Regexp{
	lazyregexp.New(`(?m)^(?:<pre>)?Cannot POST /\S*$`),       // Express, NestJS
	lazyregexp.New(`(?m)^Route POST:/\S* not found$`),        // Fastify
	lazyregexp.New(`Cannot find any path matching`),          // h3 1, Nuxt 3
	lazyregexp.New(`No route matches \[POST\]`),              // Rails
	lazyregexp.New(`No route matches URL`),                   // React Router
	lazyregexp.New(`The route \S+ could not be found`),       // Laravel
	lazyregexp.New(`Using the URLconf defined in`),           // Django
	lazyregexp.New(`No static resource \S+`),                 // Spring 6
	lazyregexp.New(`Page not found: /`),                      // Nuxt
	lazyregexp.New(`Cannot find any route matching \[?POST`), // h3 2
}

// namesNoRoute reports whether the answer proves that no route took the request.
func (e *evidence) namesNoRoute() bool {
	for _, r := range noRoute {
		if r.MatchString(e.text) && !strings.Contains(e.text, "Raised by:") { // by a view of Django
			return true
		}
	}
	// A handler that calls notFound() answers without this page, and middleware
	// that hides a path says so in its headers.
	return e.name == NextJS && IsPage(e.f.Body) && pageNotFound(e.text)
}

func pageNotFound(text string) bool {
	return strings.Contains(text, "This page could not be found")
}

// noPost explains a 405.
func (e *evidence) noPost() Advice {
	allowed := ""
	if allow := e.f.Header.Get("Allow"); allow != "" {
		allowed = ` (it allows "` + quotable(allow) + `")`
	}
	fix := "Let the route accept POST."
	switch {
	case e.name == NextJS && e.app.Router == "pages":
		fix = "Let the handler in pages/api accept req.method POST."
	case e.name == NextJS && e.app.Router == "app":
		fix = "Export a POST handler from route.ts: export async function POST(req: Request) { … }."
	case e.stack.post != "":
		fix = e.inStack(e.stack.post)
	}
	takes := strings.Contains(strings.ToUpper(e.f.Header.Get("Allow")), "POST")
	if takes || allowed == "" && e.message != "" && !methodWords.MatchString(e.message) {
		return likely(NoPost, []Cause{AppError}, "Probably whatever answers at "+quotable(e.path())+" does not accept POST"+allowed+"; or its handler refused the event."+e.said(), fix+tellHandler)
	}
	return certain(NoPost, "Whatever answers at "+quotable(e.path())+" does not accept POST"+allowed+".", fix+" If that is not the webhook route, correct the target's path.")
}

// What answers say that are about the method, the size or the type of a request.
var (
	methodWords = lazyregexp.New(`(?i)\bmethod|\bPOST\b|\bGET\b|action`)
	sizeWords   = lazyregexp.New(`(?i)large|\bbig\b|exceed|limit|maximum|\bsize|entity|bytes|\d ?[km]i?b\b`)
	typeWords   = lazyregexp.New(`(?i)media|content.?type|mime|unsupported|json`)
)

// tooLarge explains a 413.
func (e *evidence) tooLarge() Advice {
	fix := "Raise the limit for this route."
	switch {
	case strings.HasPrefix(e.f.Header.Get("Server"), "nginx"):
		fix = "Raise nginx's client_max_body_size."
	case e.stack.limit != "":
		fix = e.inStack(e.stack.limit)
	}
	if e.message != "" && !sizeWords.MatchString(e.message) {
		return likely(BodyLimit, []Cause{AppError}, "Probably the app's body limit, or that of a proxy in front of it, is below the "+e.size()+" bytes of this event; or the handler refused the event."+e.said(), fix)
	}
	return certain(BodyLimit, "The app's body limit, or that of a proxy in front of it, is below the "+e.size()+" bytes of this event.", fix)
}

// mediaType explains a 415.
func (e *evidence) mediaType() Advice {
	contentType := e.d.Header.Get("Content-Type")
	if contentType == "" {
		contentType = "none"
	}
	const fix = "Add a parser for it that leaves the body as it is: the verifier needs the raw body."
	if e.message != "" && !typeWords.MatchString(e.message) {
		return likely(MediaType, []Cause{AppError}, "Probably the app does not accept the content type of this event ("+quotable(contentType)+"); or the handler refused the event."+e.said(), fix)
	}
	return certain(MediaType, "The app does not accept the content type of this event ("+quotable(contentType)+").", fix)
}

// proxyFailed explains 502, 503 and 504.
func (e *evidence) proxyFailed() Advice {
	fix := "Start the app, or send to its own port with --forward-to; then resend. If the app itself answered, read its log."
	status := http.StatusText(e.f.Status)
	if e.f.Status != http.StatusServiceUnavailable && (proxyPage.Match(e.f.Body) || anyHeader(e.f.Header, "Ngrok-")) {
		return certain(Proxy, "A proxy in front of the app answered "+status+": the app is not running at the address that the proxy has, or gave it no proper answer in time.", fix)
	}
	return likely(Proxy, []Cause{AppError}, "Probably a proxy in front of the app answered "+status+": the app is not running, or did not answer in time. Or the app itself sent that answer."+e.said(), fix)
}

// proxyPage is in the pages with which nginx, Apache, HAProxy and Cloudflare say that
// an app does not answer.
var proxyPage = lazyregexp.New(`<center>(?:nginx|openresty)|<center><h1>50[24] |<title>502 Proxy Error</title>|<h1>50[24] (?:Bad Gateway|Gateway Time-out)</h1>\s*The server|id="cf-error-details"`)

// limited explains a 429.
func (e *evidence) limited() Advice {
	fix := "If it is a limit on this path, exempt the path from it: " + e.sender() + " retries failures, so a burst grows. If it is that of a service, call it later, from a queue."
	if e.message != "" && !ownLimit.MatchString(e.message) {
		return likely(RateLimit, []Cause{Unknown}, "Probably a rate limit refused the request; or the handler passes on that of a service which it calls."+e.said(), fix)
	}
	return certain(RateLimit, "A rate limit was reached.", fix)
}

// ownLimit is how limits word their refusal that name no service.
var ownLimit = lazyregexp.New(`(?i)^(?:too many requests|rate limit exceeded|throttlerexception|request was throttled)`)
