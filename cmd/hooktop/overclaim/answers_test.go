package overclaim

import (
	"encoding/json"
	"fmt"
	stdhtml "html"
	"math/rand/v2"
	"strings"
)

// The true causes of an app's answer. What hooktop calls them is in answerCauses.
const (
	noRoute      = "no route at this path"
	guarded      = "auth in front of the route"
	otherSecretC = "the app verifies with another secret"
	otherBytes   = "the app verifies other bytes"
	secretName   = "the app reads its secret under another name"
	secretUnset  = "the app has no secret"
	readTwice    = "the body was read before"
	handlerSaid  = "the handler refused for a reason of its own"
	crashed      = "the app's own code failed"
	uniqueColumn = "a unique column"
	noPost       = "the route takes no POST"
	bodyLimit    = "the body limit"
	schema       = "the app's schema"
	contentType  = "the content type"
	rateLimit    = "a rate limit"
	csrf         = "a CSRF check"
	hostCheck    = "the dev server's host check"
	gateway      = "a proxy cannot reach the app"
	unavailable  = "the app says it is not available"
	locale       = "a locale redirect"
	slash        = "a trailing slash"
	toHTTPS      = "a redirect to https"
	elsewhere    = "a redirect to another host"
	page         = "a page answered"
	firewall     = "a firewall in front"
	vercelGuard  = "Vercel's deployment protection"
	ngrokOffline = "an ngrok tunnel that is not open"
	refused200   = "a refusal with 200"
	staleTime    = "the app finds the timestamp too old"
	wantsTLS     = "the app speaks TLS"
	compile      = "the app does not compile"
	noEmail      = "the code takes an e-mail address for granted"
	nothing      = "nothing"
)

// answer is what an app says.
type answer struct {
	status  int
	headers map[string]string
	body    string
}

// behaviour is an app with something wrong.
type behaviour struct {
	name string
	// truths are the causes that are true of it; proven is set if the answer, the
	// request and the folder's files prove one of them.
	truths []string
	proven bool
	// survives is set if the request must be the same after JSON.parse and
	// JSON.stringify, changes if it must not.
	survives, changes bool
	answer            func(g *gen) answer
}

// gen makes up what does not matter in an answer.
type gen struct {
	r     *rand.Rand
	path  string
	files map[string]string
}

func (g *gen) with(file, text string) { g.files[file] = text }

func (g *gen) dependencies(names ...string) {
	d := map[string]string{}
	for _, n := range names {
		name, version, _ := strings.Cut(n, " ")
		d[name] = version
	}
	text, _ := json.Marshal(map[string]any{"name": "shop", "dependencies": d})
	g.with("package.json", string(text))
}

func (g *gen) json(status int, headers map[string]string, v any) answer {
	text, _ := json.Marshal(v)
	return answer{status, merge(map[string]string{"content-type": "application/json"}, headers), string(text)}
}

func merge(a, b map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range []map[string]string{a, b} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// next is a Next.js app with Clerk's middleware; through is set if the middleware
// let the request go on to the route.
func (g *gen) next(through bool) map[string]string {
	if g.r.IntN(2) == 0 {
		g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0", "react 19.2.0")
	}
	h := map[string]string{"x-clerk-auth-reason": pick(g.r, []string{"dev-browser-missing", "session-token-and-uat-missing"}), "x-clerk-auth-status": "signed-out"}
	if through {
		h["x-middleware-rewrite"] = g.path
	}
	return h
}

func (g *gen) express() map[string]string {
	if g.r.IntN(2) == 0 {
		g.dependencies("express ^5.3.0", "@clerk/express ^2.1.0", "svix ^2.5.0")
	}
	return map[string]string{"x-powered-by": "Express"}
}

func nextPage(g *gen, title string) string {
	return `<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><script src="/_next/static/chunks/` + token(g.r, "", 8) + `.js" async=""></script><title>` + title + `</title></head><body><main><h1>` + title + `</h1></main></body></html>`
}

func nextError(g *gen, message, stack string) answer {
	data, _ := json.Marshal(map[string]any{"props": map[string]any{"pageProps": map[string]any{"statusCode": 500}}, "page": "/_error", "err": map[string]any{"name": "Error", "source": "server", "message": message, "stack": stack}})
	h := g.next(true)
	h["content-type"], h["x-powered-by"] = "text/html; charset=utf-8", "Next.js"
	return answer{500, h, `<!DOCTYPE html><html><head><script src="/_next/static/chunks/main.js"></script></head><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">` + string(data) + `</script></body></html>`}
}

func expressPage(text string) string {
	return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n<pre>" + strings.ReplaceAll(stdhtml.EscapeString(text), "\n", "<br> &nbsp; &nbsp;") + "</pre>\n</body>\n</html>\n"
}

// refusal is how handlers say that the signature does not hold.
func (g *gen) refusal(status int, h map[string]string) answer {
	return g.refusalIn(status, h, "Invalid webhook signature", "Webhook verification failed", "No matching signature found", "Error verifying webhook", "invalid signature", "Unable to verify webhook")
}

func (g *gen) refusalIn(status int, h map[string]string, texts ...string) answer {
	text := pick(g.r, texts)
	return pick(g.r, []func() answer{
		func() answer { return g.json(status, h, map[string]any{"error": text}) },
		func() answer { return g.json(status, h, map[string]any{"message": text}) },
		func() answer { return g.json(status, h, map[string]any{"success": false, "error": text}) },
		func() answer { return answer{status, merge(h, map[string]string{"content-type": "text/plain"}), text} },
	})()
}

// bare is an answer that says no more than its status.
func (g *gen) bare(status int, text string, h map[string]string) answer {
	return pick(g.r, []func() answer{
		func() answer { return g.json(status, h, map[string]any{"error": text}) },
		func() answer { return g.json(status, h, map[string]any{"message": text}) },
		func() answer { return answer{status, merge(h, map[string]string{"content-type": "text/plain"}), text} },
		func() answer { return answer{status, h, ""} },
	})()
}

// app is some app: of Next.js, of Express, or of which nothing is known.
func (g *gen) app() map[string]string {
	switch g.r.IntN(4) {
	case 0:
		return g.next(true)
	case 1:
		return g.express()
	case 2:
		if g.r.IntN(2) == 0 {
			g.dependencies("hono ^4.13.0", "@clerk/backend ^3.25.0")
		}
	}
	return map[string]string{}
}

// behaviours are the apps. Where several give the same answer for different
// reasons, none is proven.
func behaviours() []behaviour {
	return append(lookalikes(), []behaviour{
		{name: "nothing is wrong", truths: []string{nothing}, answer: func(g *gen) answer {
			return pick(g.r, []func() answer{
				func() answer { return answer{200, g.app(), "ok"} },
				func() answer { return answer{204, g.app(), ""} },
				func() answer { return answer{202, g.app(), ""} },
				func() answer { return g.json(200, g.app(), map[string]any{"success": true}) },
				func() answer { return g.json(200, g.app(), map[string]any{"received": true, "error": nil}) },
				func() answer {
					return g.json(200, g.app(), map[string]any{"message": "User created", "errors": []any{}})
				},
				func() answer {
					return g.json(201, g.app(), map[string]any{"data": map[string]any{"id": 1}, "error": false})
				},
				func() answer {
					return answer{200, merge(g.express(), map[string]string{"content-type": "text/html"}), "Webhook received"}
				},
			})()
		}},
		{name: "next: no route, clerk's middleware let it through", truths: []string{noRoute}, answer: func(g *gen) answer {
			return answer{404, merge(g.next(true), map[string]string{"x-powered-by": "Next.js", "content-type": "text/html; charset=utf-8"}), nextPage(g, "404: This page could not be found.")}
		}},
		{name: "next: no route, no middleware", truths: []string{noRoute}, answer: func(g *gen) answer {
			g.dependencies("next 16.4.0")
			return answer{404, map[string]string{"x-powered-by": "Next.js", "content-type": "text/html; charset=utf-8"}, nextPage(g, "404: This page could not be found.")}
		}},
		{name: "next: the route calls notFound()", truths: []string{handlerSaid}, answer: func(g *gen) answer {
			return answer{404, g.next(true), ""}
		}},
		{name: "next: auth.protect() answers 404", truths: []string{guarded}, proven: true, answer: func(g *gen) answer {
			h := g.next(false)
			h["x-clerk-auth-reason"] = "protect-rewrite, " + h["x-clerk-auth-reason"]
			h["x-middleware-rewrite"] = "/clerk_" + fmt.Sprint(1_764_000_000_000+g.r.Int64N(1_000_000_000))
			return answer{404, merge(h, map[string]string{"content-type": "text/html; charset=utf-8"}), nextPage(g, "404")}
		}},
		{name: "some app: the handler does not know the user", truths: []string{handlerSaid}, answer: func(g *gen) answer {
			return g.bare(404, pick(g.r, []string{"User not found", "Not found", "not found"}), g.app())
		}},
		{name: "some app: no route", truths: []string{noRoute}, answer: func(g *gen) answer {
			return g.bare(404, pick(g.r, []string{"Not Found", "Not found", "not found"}), g.app())
		}},
		{name: "express: no route", truths: []string{noRoute}, proven: true, answer: func(g *gen) answer {
			return answer{404, merge(g.express(), map[string]string{"content-type": "text/html; charset=utf-8"}), expressPage("Cannot POST " + g.path)}
		}},
		{name: "fastify: no route", truths: []string{noRoute}, proven: true, answer: func(g *gen) answer {
			return g.json(404, nil, map[string]any{"message": "Route POST:" + g.path + " not found", "error": "Not Found", "statusCode": 404})
		}},
		{name: "nest: no route", truths: []string{noRoute}, proven: true, answer: func(g *gen) answer {
			return g.json(404, g.express(), map[string]any{"message": "Cannot POST " + g.path, "error": "Not Found", "statusCode": 404})
		}},
		{name: "go: no route", truths: []string{noRoute}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}, "404 page not found\n"}
		}},
		{name: "go: the handler calls http.NotFound", truths: []string{handlerSaid}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}, "404 page not found\n"}
		}},
		{name: "hono: no route", truths: []string{noRoute}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/plain; charset=UTF-8"}, "404 Not Found"}
		}},
		{name: "hono: the handler calls c.notFound()", truths: []string{handlerSaid}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/plain; charset=UTF-8"}, "404 Not Found"}
		}},
		{name: "some app: auth in front says 401", truths: []string{guarded}, answer: func(g *gen) answer { return g.bare(401, "Unauthorized", g.app()) }},
		{name: "next: the middleware says 401", truths: []string{guarded}, answer: func(g *gen) answer { return g.bare(401, "Unauthorized", g.next(false)) }},
		{name: "next: the handler asks for auth", truths: []string{handlerSaid}, answer: func(g *gen) answer { return g.bare(401, "Unauthorized", g.next(true)) }},
		{name: "some app: the catch says 401, another secret", truths: []string{otherSecretC}, answer: func(g *gen) answer { return g.bare(401, "Unauthorized", g.app()) }},
		{name: "some app: the catch says 401, other bytes", truths: []string{otherBytes}, changes: true, answer: func(g *gen) answer { return g.bare(401, "Unauthorized", g.app()) }},
		{name: "some app: the catch says 403, another secret", truths: []string{otherSecretC}, answer: func(g *gen) answer { return g.bare(403, "Forbidden", g.app()) }},
		{name: "some app: auth in front says 403", truths: []string{guarded}, answer: func(g *gen) answer { return g.bare(403, "Forbidden", g.app()) }},
		{name: "some app: a firewall says 403", truths: []string{firewall}, answer: func(g *gen) answer { return g.bare(403, "Forbidden", map[string]string{}) }},
		{name: "nest: a guard", truths: []string{guarded}, proven: true, answer: func(g *gen) answer {
			return g.json(403, g.express(), map[string]any{"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403})
		}},
		{name: "some app: another secret, and it says so", truths: []string{otherSecretC}, answer: func(g *gen) answer { return g.refusal(pick(g.r, []int{400, 401, 403, 500}), g.app()) }},
		{name: "some app: other bytes, and it says so", truths: []string{otherBytes}, changes: true, answer: func(g *gen) answer { return g.refusal(pick(g.r, []int{400, 401, 403, 500}), g.app()) }},
		{name: "express: another secret, and the body survives", truths: []string{otherSecretC}, survives: true, answer: func(g *gen) answer { return g.refusal(400, g.express()) }},
		{name: "next: only CLERK_WEBHOOK_SECRET is set", truths: []string{secretName}, answer: func(g *gen) answer {
			h := g.next(true)
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0")
			g.with(".env.local", "CLERK_WEBHOOK_SECRET="+clerkSecret+"\n")
			return g.refusalIn(400, h, "Invalid webhook signature", "Webhook verification failed", "Error verifying webhook") // verifyWebhook compares nothing
		}},
		{name: "next: svix with CLERK_WEBHOOK_SECRET, and another endpoint's in production", truths: []string{otherSecretC}, answer: func(g *gen) answer {
			h := g.next(true)
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0", "svix 2.5.0")
			g.with(".env.local", "CLERK_WEBHOOK_SECRET="+clerkSecret+"\n")
			return g.refusal(400, h)
		}},
		{name: "some app: no secret, and it says so", truths: []string{secretUnset, secretName}, proven: true, answer: func(g *gen) answer {
			text := "@clerk/backend: Missing webhook signing secret. Set the CLERK_WEBHOOK_SIGNING_SECRET environment variable with the webhook secret from the Clerk Dashboard."
			return pick(g.r, []func() answer{
				func() answer { return g.json(pick(g.r, []int{400, 500}), g.app(), map[string]any{"error": text}) },
				func() answer {
					return answer{500, merge(g.express(), map[string]string{"content-type": "text/html"}), expressPage("Error: " + text + "\nat verifyWebhook (/app/index.js:9:11)")}
				},
			})()
		}},
		{name: "some app: the body was read before, and it says so", truths: []string{readTwice}, proven: true, answer: func(g *gen) answer {
			return g.json(pick(g.r, []int{400, 500}), g.app(), map[string]any{"error": pick(g.r, []string{"Body is unusable: Body has already been read", "Body already used"})})
		}},
		{name: "some app: 400 for a reason of its own", truths: []string{handlerSaid}, answer: func(g *gen) answer {
			return g.bare(400, pick(g.r, []string{"Bad Request", "No email", "missing organization", "error"}), g.app())
		}},
		{name: "some app: another secret, and it says nothing", truths: []string{otherSecretC}, answer: func(g *gen) answer { return g.bare(400, pick(g.r, []string{"Bad Request", "error", "Error"}), g.app()) }},
		{name: "some app: the timestamp is too old for it", truths: []string{staleTime}, proven: true, answer: func(g *gen) answer { return g.json(400, g.app(), map[string]any{"error": "Message timestamp too old"}) }},
		{name: "fastify: the schema", truths: []string{schema}, proven: true, answer: func(g *gen) answer {
			return g.json(400, nil, map[string]any{"statusCode": 400, "code": "FST_ERR_VALIDATION", "error": "Bad Request", "message": "body must have required property 'name'"})
		}},
		{name: "fastapi: the model", truths: []string{schema}, proven: true, answer: func(g *gen) answer {
			return g.json(422, map[string]string{"server": "uvicorn"}, map[string]any{"detail": []any{map[string]any{"type": "missing", "loc": []any{"body", "name"}, "msg": "Field required"}}})
		}},
		{name: "nest: the validation pipe", truths: []string{schema}, proven: true, answer: func(g *gen) answer {
			return g.json(400, g.express(), map[string]any{"message": []any{"email must be an email", "property data should not exist"}, "error": "Bad Request", "statusCode": 400})
		}},
		{name: "some app: 422", truths: []string{schema, handlerSaid}, answer: func(g *gen) answer { return g.bare(422, "Unprocessable Entity", g.app()) }},
		{name: "some app: the method", truths: []string{noPost}, proven: true, answer: func(g *gen) answer {
			return answer{405, merge(g.app(), map[string]string{"allow": pick(g.r, []string{"GET", "GET, HEAD", "PUT"})}), pick(g.r, []string{"", "Method Not Allowed\n"})}
		}},
		{name: "some app: the body limit", truths: []string{bodyLimit}, proven: true, answer: func(g *gen) answer { return g.bare(413, "Payload Too Large", g.app()) }},
		{name: "some app: the content type", truths: []string{contentType}, proven: true, answer: func(g *gen) answer { return g.bare(415, "Unsupported Media Type", g.app()) }},
		{name: "some app: a rate limit", truths: []string{rateLimit}, proven: true, answer: func(g *gen) answer {
			return g.bare(429, "Too Many Requests", merge(g.app(), map[string]string{"retry-after": "30"}))
		}},
		{name: "django: CSRF", truths: []string{csrf}, proven: true, answer: func(g *gen) answer {
			return answer{403, map[string]string{"content-type": "text/html", "server": "WSGIServer/0.2 CPython/3.13.0"}, "<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p></body></html>"}
		}},
		{name: "laravel: CSRF", truths: []string{csrf}, proven: true, answer: func(g *gen) answer { return g.json(419, nil, map[string]any{"message": "CSRF token mismatch."}) }},
		{name: "vite: the host", truths: []string{hostCheck}, proven: true, answer: func(g *gen) answer {
			return answer{403, map[string]string{"content-type": "text/plain"}, "Blocked request. This host (\"app.example\") is not allowed.\nTo allow this host, add \"app.example\" to `server.allowedHosts` in vite.config.js."}
		}},
		{name: "nginx: the app is down", truths: []string{gateway}, answer: func(g *gen) answer {
			return answer{pick(g.r, []int{502, 504}), map[string]string{"server": "nginx/1.27.0", "content-type": "text/html"}, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n"}
		}},
		{name: "some app: it says 503 itself", truths: []string{unavailable}, answer: func(g *gen) answer {
			return g.bare(pick(g.r, []int{502, 503}), pick(g.r, []string{"Service Unavailable", "upstream failed", "maintenance"}), g.app())
		}},
		{name: "some app: 500 without a word", truths: []string{crashed}, answer: func(g *gen) answer { return g.bare(500, "Internal Server Error", g.app()) }},
		{name: "some app: 500, another secret", truths: []string{otherSecretC}, answer: func(g *gen) answer { return g.bare(500, "Internal Server Error", g.app()) }},
		{name: "some app: a unique column", truths: []string{uniqueColumn}, proven: true, answer: func(g *gen) answer {
			return g.json(500, g.app(), map[string]any{"error": pick(g.r, []string{
				"Invalid `prisma.user.create()` invocation: Unique constraint failed on the fields: (`email`)",
				`duplicate key value violates unique constraint "users_email_key"`, "UNIQUE constraint failed: users.email", "E11000 duplicate key error collection: app.users index: email_1 dup key",
			})})
		}},
		{name: "next: the code fails, and the page says where", truths: []string{crashed, noEmail}, proven: true, answer: func(g *gen) answer {
			return nextError(g, "Cannot read properties of undefined (reading 'email_address')", "TypeError: Cannot read properties of undefined (reading 'email_address')\n    at POST (app/api/webhooks/clerk/route.ts:21:40)")
		}},
		{name: "next: the route does not compile", truths: []string{compile, crashed}, answer: func(g *gen) answer {
			return nextError(g, "./app/api/webhooks/clerk/route.ts:12:3\nParsing ecmascript source code failed\nExpected ';', '}' or <eof>", "Error: ./app/api/webhooks/clerk/route.ts:12:3\nParsing ecmascript source code failed")
		}},
		{name: "next: redirect to the sign-in page", truths: []string{guarded}, proven: true, answer: func(g *gen) answer {
			h := g.next(false)
			h["location"] = "https://foo-bar-13.accounts.dev/sign-in?redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fapi%2Fwebhooks%2Fclerk"
			h["x-clerk-redirect-to"] = "true"
			return answer{307, h, ""}
		}},
		{name: "next-auth: redirect to the sign-in page", truths: []string{guarded}, answer: func(g *gen) answer {
			return answer{307, map[string]string{"location": "/api/auth/signin?callbackUrl=" + strings.ReplaceAll(g.path, "/", "%2F")}, ""}
		}},
		{name: "express: requireAuth()", truths: []string{guarded}, answer: func(g *gen) answer {
			return answer{302, merge(g.express(), map[string]string{"location": "/", "x-clerk-auth-reason": "dev-browser-missing", "x-clerk-auth-status": "signed-out"}), "Found. Redirecting to /"}
		}},
		{name: "some app: the handler redirects home", truths: []string{handlerSaid}, answer: func(g *gen) answer { return answer{302, merge(g.app(), map[string]string{"location": "/"}), ""} }},
		{name: "next: a locale", truths: []string{locale}, answer: func(g *gen) answer {
			return answer{307, merge(g.next(false), map[string]string{"location": "/" + pick(g.r, []string{"en", "de", "pt-BR"}) + g.path}), ""}
		}},
		{name: "some app: a trailing slash", truths: []string{slash}, proven: true, answer: func(g *gen) answer {
			return answer{pick(g.r, []int{301, 307, 308}), merge(g.app(), map[string]string{"location": g.path + "/"}), ""}
		}},
		{name: "some app: to https", truths: []string{toHTTPS}, proven: true, answer: func(g *gen) answer {
			return answer{pick(g.r, []int{301, 308}), merge(g.app(), map[string]string{"location": "https://{host}" + g.path}), ""}
		}},
		{name: "some app: to its public host", truths: []string{elsewhere}, proven: true, answer: func(g *gen) answer {
			return answer{pick(g.r, []int{301, 308}), merge(g.app(), map[string]string{"location": "https://www.example.com" + g.path}), ""}
		}},
		{name: "next: the front page", truths: []string{page}, answer: func(g *gen) answer {
			return answer{200, map[string]string{"x-powered-by": "Next.js", "content-type": "text/html; charset=utf-8"}, nextPage(g, "Shop")}
		}},
		{name: "cloudflare: a challenge", truths: []string{firewall}, proven: true, answer: func(g *gen) answer {
			return answer{403, map[string]string{"server": "cloudflare", "cf-mitigated": "challenge", "cf-ray": token(g.r, "", 16) + "-FRA", "content-type": "text/html"}, "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"}
		}},
		{name: "vercel: deployment protection", truths: []string{vercelGuard}, proven: true, answer: func(g *gen) answer {
			return answer{401, map[string]string{"server": "Vercel", "x-vercel-id": "fra1::" + token(g.r, "", 12), "set-cookie": "_vercel_sso_nonce=" + token(g.r, "", 20) + "; Path=/; HttpOnly", "content-type": "text/html"}, "<!doctype html><html><head><title>Authentication Required</title></head><body></body></html>"}
		}},
		{name: "ngrok: the tunnel is not open", truths: []string{ngrokOffline}, proven: true, answer: func(g *gen) answer {
			return answer{404, map[string]string{"ngrok-error-code": "ERR_NGROK_3200", "content-type": "text/html"}, "<!DOCTYPE html><html><body>The endpoint is offline. ERR_NGROK_3200</body></html>"}
		}},
		{name: "some app: it refused the signature with 200", truths: []string{refused200, otherSecretC}, answer: func(g *gen) answer {
			a := g.refusal(200, g.app())
			if !strings.Contains(a.body, "{") { // as words alone it may as well be a log line
				return g.json(200, nil, map[string]any{"error": "Invalid signature"})
			}
			return a
		}},
		{name: "go: it speaks TLS and says so", truths: []string{wantsTLS}, proven: true, answer: func(g *gen) answer {
			return answer{400, map[string]string{}, "Client sent an HTTP request to an HTTPS server.\n"}
		}},
	}...)
}
