package advice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// framework is what an app is built with, and how things are done there.
type framework struct {
	name string
	// raw is how to read the body unchanged.
	raw string
	// csrf is how to exempt the webhook path from the CSRF check, "" if the
	// framework has none by default.
	csrf string
	// hosts is where to allow a host, "" if the framework refuses none.
	hosts string
}

var (
	nextjs    = framework{name: "Next.js", raw: "await req.text() in the app route, not req.json(); in a pages route export const config = { api: { bodyParser: false } } and read the stream"}
	express   = framework{name: "Express", raw: "express.raw({ type: 'application/json' }) on this route, before express.json()"}
	nest      = framework{name: "NestJS", raw: "NestFactory.create(AppModule, { rawBody: true }) and req.rawBody"}
	fastify   = framework{name: "Fastify", raw: "fastify-raw-body and request.rawBody; verifyWebhook of @clerk/fastify re-serializes the parsed body"}
	nuxt      = framework{name: "Nuxt", raw: "await readRawBody(event), not readBody(event)", hosts: "vite.server.allowedHosts in nuxt.config.ts"}
	vite      = framework{name: "Vite", hosts: "server.allowedHosts in vite.config.ts (Nuxt: vite.server.allowedHosts)"}
	webpack   = framework{name: "webpack's dev server", hosts: "devServer.allowedHosts (Create React App: DANGEROUSLY_DISABLE_HOST_CHECK=true in .env)"}
	flask     = framework{name: "Flask", raw: "request.get_data(), before request.json"}
	fastapi   = framework{name: "FastAPI", raw: "await request.body(), with request: Request as the parameter instead of a model"}
	django    = framework{name: "Django", raw: "request.body", csrf: "@csrf_exempt on the view", hosts: "ALLOWED_HOSTS in settings.py"}
	laravel   = framework{name: "Laravel", raw: "$request->getContent()", csrf: "$middleware->validateCsrfTokens(except: ['api/webhooks/*']) in bootstrap/app.php"}
	rails     = framework{name: "Rails", raw: "request.raw_post", csrf: "skip_before_action :verify_authenticity_token in the controller", hosts: "config.hosts in config/environments/development.rb"}
	sveltekit = framework{name: "SvelteKit", raw: "await event.request.text()", csrf: "content-type: application/json on the request (its check is for forms)"}
	aspnet    = framework{name: "ASP.NET", raw: "Request.Body, read before model binding", csrf: "[IgnoreAntiforgeryToken] on the action"}
	goserver  = framework{name: "Go", raw: "io.ReadAll(r.Body), before json.Decode"}
)

// frameworkOf recognizes the framework by what its answers contain by default. It
// returns the zero framework if nothing gives it away.
func frameworkOf(f webhook.Forward) framework {
	powered, server := f.Header.Get("X-Powered-By"), f.Header.Get("Server")
	has := func(s string) bool { return bytes.Contains(f.Body, []byte(s)) }
	switch {
	case has("Blocked request. This host"):
		return vite
	case has("Invalid Host header"):
		return webpack
	case powered == "Next.js" || anyHeader(f.Header, "X-Nextjs-", "X-Middleware-") || has("/_next/static/"):
		return nextjs
	case powered == "Nuxt" || has("__NUXT__"):
		return nuxt
	case isNest(f):
		return nest
	case powered == "Express":
		return express
	case isFastify(f):
		return fastify
	case anyCookie(f, "laravel", "XSRF-TOKEN") || has("Illuminate\\"):
		return laravel
	case has("CSRF verification failed") || has("DisallowedHost") || has("django.") || strings.HasPrefix(server, "WSGIServer"):
		return django
	case has("ActionController") || has("Blocked hosts:") || f.Header.Get("X-Runtime") != "" && f.Header.Get("X-Request-Id") != "":
		return rails
	case strings.HasPrefix(server, "Werkzeug"):
		return flask
	case server == "uvicorn" || server == "hypercorn-h11" || strings.HasPrefix(string(f.Body), `{"detail":`):
		return fastapi
	case strings.HasPrefix(server, "Kestrel"):
		return aspnet
	case anyHeader(f.Header, "X-Sveltekit-") || has("Cross-site POST form submissions are forbidden"):
		return sveltekit
	case string(f.Body) == "404 page not found\n" || string(f.Body) == "Method Not Allowed\n":
		return goserver
	}
	return framework{}
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

func anyCookie(f webhook.Forward, names ...string) bool {
	for _, cookie := range f.Header.Values("Set-Cookie") {
		for _, name := range names {
			if strings.HasPrefix(strings.ToLower(cookie), strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}

// errorObject reads the error object that Fastify and NestJS answer with.
func errorObject(f webhook.Forward) (message, code string, ok bool) {
	var said struct {
		StatusCode *int
		Error      *string
		Code       string
		Message    json.RawMessage // NestJS gives a list where it validated
	}
	if json.Unmarshal(f.Body, &said) != nil || said.StatusCode == nil || len(said.Message) == 0 {
		return "", "", false
	}
	_ = json.Unmarshal(said.Message, &message) // a list leaves it empty
	return message, said.Code, said.Error != nil || said.Code != ""
}

func isFastify(f webhook.Forward) bool {
	_, _, ok := errorObject(f)
	return ok
}

// isNest: NestJS puts the message before the error, Fastify after it.
func isNest(f webhook.Forward) bool {
	message := bytes.Index(f.Body, []byte(`"message"`))
	return isFastify(f) && message >= 0 && message < bytes.Index(f.Body, []byte(`"error"`))
}

// rawBody returns how to get the raw body in this framework. If the framework is
// unknown, it names the ways of the likely ones.
func (s framework) rawBody() string {
	if s.raw == "" {
		return "Give the verifier the raw body: await req.text(), or express.raw({ type: 'application/json' }) before express.json(). JSON.stringify(req.body) makes different bytes."
	}
	return "Give the verifier the raw body. In " + s.name + ": " + s.raw + ". A body that was parsed and re-serialized has different bytes."
}
