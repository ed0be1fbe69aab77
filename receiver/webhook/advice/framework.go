package advice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// frameworkIn recognizes a framework by what its answers contain by default. It
// returns "" if nothing gives it away.
func frameworkIn(f webhook.Forward) Framework {
	if by := frameworkInHeader(f.Header); by != "" && by != Express {
		return by
	}
	if in := frameworkInBody(f); in != "" {
		return in
	}
	return frameworkInHeader(f.Header) // NestJS runs on Express
}

// frameworkInHeader goes by the headers alone.
func frameworkInHeader(h http.Header) Framework {
	powered, server := h.Get("X-Powered-By"), h.Get("Server")
	switch {
	case powered == "Next.js" || anyHeader(h, "X-Nextjs-", "X-Middleware-"):
		return NextJS
	case powered == "Nuxt" || powered == "Nitro":
		return Nuxt
	case strings.HasPrefix(powered, "Express"):
		return Express
	case powered == "Hono":
		return Hono
	case powered == "Koa" || powered == "koa":
		return Koa
	case anyHeader(h, "X-Remix-"):
		return ReactRouter
	case anyHeader(h, "X-Sveltekit-"):
		return SvelteKit
	case anyCookie(h, "laravel"): // others have a cookie XSRF-TOKEN, too
		return Laravel
	case h.Get("X-Runtime") != "" && h.Get("X-Request-Id") != "":
		return Rails
	case strings.HasPrefix(server, "WSGIServer"):
		return Django
	case strings.HasPrefix(server, "Werkzeug"):
		return Flask
	case server == "uvicorn" || server == "hypercorn-h11":
		return FastAPI
	case strings.HasPrefix(server, "Kestrel"):
		return ASPNET
	}
	return ""
}

// bodyMarks are texts that only one framework's answers contain.
var bodyMarks = []struct {
	text string
	of   Framework
}{
	{"Blocked request. This host", Vite},
	{"Invalid Host header", Webpack},
	{"/_next/static/", NextJS},
	{`id="__NEXT_DATA__"`, NextJS},
	{"__NUXT__", Nuxt},
	{"FST_ERR_", Fastify},
	{`id="__bunfallback"`, Bun},
	{"Illuminate\\", Laravel},
	{"CSRF verification failed", Django},
	{"DisallowedHost", Django},
	{"django.", Django},
	{"ActionController", Rails},
	{"ActionDispatch", Rails},
	{"ActiveRecord", Rails},
	{"Blocked hosts:", Rails},
	{"Werkzeug Debugger", Flask},
	{"Cross-site POST form submissions are forbidden", SvelteKit},
	{"No route matches URL", ReactRouter},
	{"did not provide an `action`", ReactRouter},
	{"Cannot find any path matching", H3},
	{"org.springframework.", Spring},
}

// springError has the members of Spring's error object in their order.
var springError = lazyregexp.New(`^\s*\{"timestamp":.+"status":\d+,"error":".*"path":"`)

// frameworkInBody goes by the body: its marks, and the shape of the error objects.
func frameworkInBody(f webhook.Forward) Framework {
	for _, m := range bodyMarks {
		if bytes.Contains(f.Body, []byte(m.text)) {
			return m.of
		}
	}
	text := string(f.Body[:min(len(f.Body), maxText)])
	switch {
	case text == "404 page not found\n" || text == "Method Not Allowed\n":
		return Go
	case text == "404 Not Found" && strings.HasPrefix(f.Header.Get("Content-Type"), "text/plain; charset=UTF-8"):
		return Hono
	case springError.MatchString(text):
		return Spring
	case strings.HasPrefix(text, `{"detail":`) && !strings.HasPrefix(text, `{"detail":"Not found."`) && !strings.Contains(text, "credentials were not provided"): // as Django REST framework says
		return FastAPI
	}
	return frameworkOfError(f)
}

// errorObject is the error that Fastify, NestJS and h3 answer with.
type errorObject struct {
	StatusCode    *int
	Error         json.RawMessage
	Code          string
	StatusMessage string
	Message       json.RawMessage // NestJS gives a list if it validated
	Stack         json.RawMessage
}

// frameworkOfError tells the error objects apart. Fastify puts the message behind
// the error, NestJS before it or leaves the error out; only Fastify names the
// route like this.
func frameworkOfError(f webhook.Forward) Framework {
	var o errorObject
	if json.Unmarshal(f.Body, &o) != nil || o.StatusCode == nil {
		return ""
	}
	if string(o.Error) == "true" {
		return Nuxt
	}
	if o.StatusMessage != "" || len(o.Stack) > 0 && len(o.Error) == 0 {
		return H3
	}
	if len(o.Message) == 0 {
		return ""
	}
	var message string
	_ = json.Unmarshal(o.Message, &message) // a list leaves it empty
	before, after := bytes.Index(f.Body, []byte(`"message"`)), bytes.Index(f.Body, []byte(`"error"`))
	switch {
	case strings.HasPrefix(message, "Route POST:"):
		return Fastify
	case strings.EqualFold(message, http.StatusText(*o.StatusCode)) && after >= 0 && after < before:
		return "" // hapi answers like this, too
	case len(o.Error) == 0 && o.Code == "" || before < after:
		return NestJS
	}
	return Fastify
}

func anyHeader(h http.Header, prefixes ...string) bool {
	for name := range h {
		for _, prefix := range prefixes {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}

func anyCookie(h http.Header, names ...string) bool {
	for _, cookie := range h.Values("Set-Cookie") {
		for _, name := range names {
			if strings.HasPrefix(strings.ToLower(cookie), strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}
