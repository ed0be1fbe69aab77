package overclaim

import (
	"fmt"
	"strings"
)

// More true causes of an app's answer.
const (
	upstreamLimit  = "a rate limit of a service that the handler calls"
	noHeaders      = "the verifier does not see the signature's headers"
	upstreamDown   = "a service that the handler needs is down"
	authInHandlerC = "the handler itself wants a signed-in user"
	foreignKey     = "a foreign key"
	missingRow     = "a row is missing"
)

func html(status int, h map[string]string, title, text string) answer {
	return answer{status, merge(map[string]string{"content-type": "text/html; charset=utf-8"}, h), "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>"}
}

func text(status int, h map[string]string, body string) answer {
	return answer{status, merge(map[string]string{"content-type": "text/plain"}, h), body}
}

// says is an app whose handler answers with an error of these.
func says(name string, truths []string, proven bool, status []int, texts ...string) behaviour {
	return behaviour{name: name, truths: truths, proven: proven, answer: func(g *gen) answer { return g.refusalIn(pick(g.r, status), g.app(), texts...) }}
}

// lookalikes are answers that look like those of another cause: handlers that use
// the words of frameworks, frameworks that answer like others, several frameworks
// in one folder.
func lookalikes() []behaviour {
	own, secret, bytesC := []string{handlerSaid}, []string{otherSecretC}, []string{otherBytes}
	return []behaviour{
		// Successes that are none, and ones that only look like failures.
		{name: "200 that says there is no error", truths: []string{nothing}, answer: func(g *gen) answer {
			return pick(g.r, []func() answer{
				func() answer {
					return g.json(200, g.app(), map[string]any{"error": pick(g.r, []any{"", nil, false, 0, "none", "no error", []any{}, map[string]any{}})})
				},
				func() answer {
					return g.json(200, g.app(), map[string]any{"errors": pick(g.r, []any{[]any{}, nil, 0})})
				},
				func() answer {
					return g.json(200, g.app(), map[string]any{"message": pick(g.r, []string{"no error", "0 errors", "Webhook verified", "signature ok"})})
				},
				func() answer {
					return g.json(200, g.app(), map[string]any{"success": true, "failed": 0, "status": "ok"})
				},
				func() answer {
					return text(200, g.app(), pick(g.r, []string{"0 errors", "no error", "done, 0 failed", "true", "null", "[]", "{}"}))
				},
				func() answer { return g.json(200, g.app(), []any{}) },
				func() answer {
					return g.json(200, g.app(), map[string]any{"error": map[string]any{"code": 0, "message": nil}})
				},
			})()
		}},
		{name: "200 with an error of GraphQL's form", truths: []string{refused200}, proven: true, answer: func(g *gen) answer {
			return g.json(200, g.app(), map[string]any{"data": nil, "errors": []any{map[string]any{"message": "User sync failed"}}})
		}},
		{name: "200 that says success: false", truths: []string{refused200}, proven: true, answer: func(g *gen) answer {
			return g.json(200, g.app(), map[string]any{"success": false, "message": "could not store the user"})
		}},
		// 404
		{name: "some app: the handler says Cannot POST of a service", truths: own, answer: func(g *gen) answer {
			return g.json(404, g.app(), map[string]any{"error": "CRM: Cannot POST /contacts, no such contact"})
		}},
		{name: "some app: the handler says that a page was not found", truths: own, answer: func(g *gen) answer {
			return g.json(404, g.next(true), map[string]any{"error": "This page could not be found."})
		}},
		{name: "fastapi: no route", truths: []string{noRoute}, answer: func(g *gen) answer {
			return g.json(404, map[string]string{"server": "uvicorn"}, map[string]any{"detail": "Not Found"})
		}},
		{name: "django rest framework: no such user", truths: own, answer: func(g *gen) answer {
			return g.json(404, map[string]string{"server": "WSGIServer/0.2 CPython/3.13.0", "allow": "POST, OPTIONS"}, map[string]any{"detail": "Not found."})
		}},
		{name: "flask: no route", truths: []string{noRoute}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/html; charset=utf-8", "server": "Werkzeug/3.1.0 Python/3.13.0"}, "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"}
		}},
		{name: "flask: abort(404)", truths: own, answer: func(g *gen) answer {
			return answer{404, map[string]string{"content-type": "text/html; charset=utf-8", "server": "Werkzeug/3.1.0 Python/3.13.0"}, "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"}
		}},
		{name: "rails: no route", truths: []string{noRoute}, proven: true, answer: func(g *gen) answer {
			return g.json(404, map[string]string{"x-runtime": "0.01", "x-request-id": token(g.r, "", 20)}, map[string]any{"status": 404, "error": "Not Found", "exception": `#<ActionController::RoutingError: No route matches [POST] "` + g.path + `">`})
		}},
		{name: "laravel: no route", truths: []string{noRoute}, proven: true, answer: func(g *gen) answer {
			return g.json(404, nil, map[string]any{"message": "The route " + g.path[1:] + " could not be found."})
		}},
		{name: "nginx: no such file", truths: []string{noRoute}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"server": "nginx", "content-type": "text/html"}, "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"}
		}},
		{name: "ngrok: another fault", truths: []string{"ngrok's policy"}, answer: func(g *gen) answer {
			return answer{404, map[string]string{"ngrok-error-code": pick(g.r, []string{"ERR_NGROK_6030", "ERR_NGROK_5011"})}, "<!DOCTYPE html><html><body>An error</body></html>"}
		}},
		// 405, 413, 415, 429
		{name: "some app: 405 of the handler, which does not take the event", truths: own, answer: func(g *gen) answer {
			return g.json(405, g.app(), map[string]any{"error": pick(g.r, []string{"Event type not allowed", "event user.updated is not handled"})})
		}},
		{name: "some app: 405, and it allows POST", truths: own, answer: func(g *gen) answer {
			return answer{405, merge(g.app(), map[string]string{"allow": "POST, OPTIONS"}), "Method Not Allowed"}
		}},
		{name: "next: a route without POST", truths: []string{noPost}, proven: true, answer: func(g *gen) answer { return answer{405, g.next(true), ""} }},
		{name: "some app: 413 of the handler's own", truths: own, answer: func(g *gen) answer {
			return g.json(413, g.app(), map[string]any{"error": "This organization has more members than its plan has seats"})
		}},
		{name: "express: the body limit", truths: []string{bodyLimit}, proven: true, answer: func(g *gen) answer {
			return answer{413, merge(g.express(), map[string]string{"content-type": "text/html"}), expressPage("PayloadTooLargeError: request entity too large\nat readStream (/app/node_modules/raw-body/index.js:163:17)")}
		}},
		{name: "some app: 415 of the handler's own", truths: own, answer: func(g *gen) answer {
			return g.json(415, g.app(), map[string]any{"error": "cannot handle avatars of webp"})
		}},
		says("some app: the handler passes on another service's 429", []string{upstreamLimit}, false, []int{429}, "Clerk API: too many requests, try again in a bit", "OpenAI quota exceeded", "Resend: rate limit exceeded"),
		// 401 and 403
		{name: "some app: a verifier that answers with WWW-Authenticate", truths: secret, answer: func(g *gen) answer {
			return g.bare(401, pick(g.r, []string{"Unauthorized", "Invalid signature"}), merge(g.app(), map[string]string{"www-authenticate": "Bearer"}))
		}},
		{name: "django rest framework: not signed in", truths: []string{guarded}, answer: func(g *gen) answer {
			return g.json(401, map[string]string{"www-authenticate": "Bearer realm=\"api\"", "server": "WSGIServer/0.2 CPython/3.13.0"}, map[string]any{"detail": "Authentication credentials were not provided."})
		}},
		{name: "nginx: basic auth", truths: []string{guarded}, proven: true, answer: func(g *gen) answer {
			return answer{401, map[string]string{"server": "nginx/1.27.0", "www-authenticate": `Basic realm="staging"`, "content-type": "text/html"}, "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 Authorization Required</h1></center>\r\n<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n"}
		}},
		{name: "monorepo: hono behind next's package.json answers 401 for the signature", truths: secret, answer: func(g *gen) answer {
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0")
			return g.bare(401, "Unauthorized", map[string]string{"x-clerk-auth-reason": "session-token-and-uat-missing", "x-clerk-auth-status": "signed-out"})
		}},
		{name: "next without its header: the handler answers 401 for the signature", truths: secret, answer: func(g *gen) answer {
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0")
			return g.json(401, map[string]string{"x-clerk-auth-reason": "dev-browser-missing", "x-clerk-auth-status": "signed-out", "server": "Vercel"}, map[string]any{"error": "Unauthorized"})
		}},
		{name: "on vercel: the app's own page says Authentication Required", truths: own, answer: func(g *gen) answer {
			return html(401, map[string]string{"x-vercel-id": "fra1::" + token(g.r, "", 12), "server": "Vercel"}, "Shop", "Authentication Required")
		}},
		{name: "express: a handler that says Forbidden resource", truths: own, answer: func(g *gen) answer {
			g.dependencies("@nestjs/core 11.0.0", "express ^5.3.0")
			return g.json(403, map[string]string{"x-powered-by": "Express"}, map[string]any{"error": "Forbidden resource"})
		}},
		{name: "behind cloudflare: a worker cannot be reached by its address", truths: []string{"Cloudflare's direct address"}, answer: func(g *gen) answer {
			return text(403, map[string]string{"server": "cloudflare", "cf-ray": token(g.r, "", 16) + "-FRA"}, "error code: 1003")
		}},
		{name: "behind cloudflare: the app says 403", truths: secret, answer: func(g *gen) answer {
			return g.bare(403, "Forbidden", map[string]string{"server": "cloudflare", "cf-ray": token(g.r, "", 16) + "-FRA"})
		}},
		{name: "sveltekit: a form from elsewhere", truths: []string{csrf}, proven: true, answer: func(g *gen) answer {
			return text(403, nil, "Cross-site POST form submissions are forbidden")
		}},
		{name: "some app: 419 of its own", truths: own, answer: func(g *gen) answer {
			return g.json(419, g.express(), map[string]any{"error": "the session of this user has ended"})
		}},
		// 400 and 422
		says("some app: an address is not verified", own, false, []int{400}, "Email verification failed", "Phone verification failed", "Identity verification failed for user"),
		says("some app: the event is not one of its", own, false, []int{400, 422}, "Invalid webhook event type", "Invalid webhook payload: no user id"),
		says("some app: it looks for another header", []string{noHeaders}, false, []int{400, 401}, "Missing signature", "No signature header", "missing signature header"),
		says("some app: an API key is missing", own, false, []int{400, 401}, "Missing required headers: x-api-key", "Missing required headers: authorization, x-tenant"),
		{name: "nest: a list that is about the signature", truths: secret, answer: func(g *gen) answer {
			return g.json(400, g.express(), map[string]any{"message": []any{"Invalid webhook signature"}, "error": "Bad Request", "statusCode": 400})
		}},
		{name: "nest: a list of the handler's own", truths: own, answer: func(g *gen) answer {
			return g.json(400, g.express(), map[string]any{"message": []any{"user has no organization"}, "error": "Bad Request", "statusCode": 400})
		}},
		{name: "express: it calls a service over http that wants https", truths: own, answer: func(g *gen) answer {
			return g.json(400, g.express(), map[string]any{"error": "billing: 400 Client sent an HTTP request to an HTTPS server."})
		}},
		{name: "some app: it verifies only the data, and the body survives", truths: bytesC, survives: true, answer: func(g *gen) answer {
			h := g.next(true)
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0")
			return g.json(400, h, map[string]any{"error": "No matching signature found"})
		}},
		{name: "some app: another secret, it says so, and the body survives", truths: secret, survives: true, answer: func(g *gen) answer {
			h := g.next(true)
			g.dependencies("next 16.4.0", "@clerk/nextjs 7.9.0")
			return g.json(400, h, map[string]any{"error": "No matching signature found"})
		}},
		{name: "some app: it parses metadata that is an object", truths: []string{crashed}, answer: func(g *gen) answer {
			return g.json(500, g.app(), map[string]any{"error": `SyntaxError: "[object Object]" is not valid JSON`})
		}},
		// 5xx
		says("some app: no secret, in its own words", []string{secretUnset, secretName}, true, []int{500, 400}, "Please add CLERK_WEBHOOK_SIGNING_SECRET from Clerk Dashboard to .env or .env.local", "CLERK_WEBHOOK_SECRET is not set", "Error: Please add WEBHOOK_SECRET from Clerk Dashboard to .env or .env.local", "Webhook secret not configured", "CLERK_WEBHOOK_SIGNING_SECRET is not defined"),
		{name: "flask: no secret in the environment", truths: []string{secretUnset, secretName}, proven: true, answer: func(g *gen) answer {
			return text(500, map[string]string{"server": "Werkzeug/3.1.0 Python/3.13.0"}, "Traceback (most recent call last):\n  File \"app.py\", line 9, in hook\nKeyError: 'CLERK_WEBHOOK_SECRET'\n")
		}},
		{name: "express: an HMAC without a key", truths: []string{secretUnset, secretName}, answer: func(g *gen) answer {
			return answer{500, merge(g.express(), map[string]string{"content-type": "text/html"}), expressPage("TypeError [ERR_INVALID_ARG_TYPE]: The \"key\" argument must be of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey. Received undefined\nat new Hmac (node:internal/crypto/hash:160:11)")}
		}},
		{name: "express: signatures of different lengths are compared", truths: append(secret, otherBytes), answer: func(g *gen) answer {
			return answer{500, merge(g.express(), map[string]string{"content-type": "text/html"}), expressPage("RangeError [ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH]: Input buffers must have the same byte length\nat verify (/app/index.js:9:11)")}
		}},
		{name: "some app: a 502 page of its own", truths: []string{unavailable}, answer: func(g *gen) answer {
			return html(pick(g.r, []int{502, 503, 504}), g.app(), "Sorry", "Our payment provider does not answer. Please come back later.")
		}},
		{name: "vite: the proxy cannot reach the app", truths: []string{gateway}, answer: func(g *gen) answer {
			return text(pick(g.r, []int{500, 502, 504}), nil, pick(g.r, []string{"Error occurred while trying to proxy: localhost:5173" + g.path, "Proxy error: Could not proxy request " + g.path + " from localhost:3000 to http://localhost:5000/ (ECONNREFUSED)."}))
		}},
		{name: "some gateway: connect ECONNREFUSED", truths: []string{gateway}, answer: func(g *gen) answer {
			return text(pick(g.r, []int{502, 503}), nil, "connect ECONNREFUSED 127.0.0.1:3001")
		}},
		{name: "some app: its database is down", truths: []string{upstreamDown}, proven: true, answer: func(g *gen) answer {
			return g.json(500, g.app(), map[string]any{"error": pick(g.r, []string{"Can't reach database server at `localhost:5432`", "connect ECONNREFUSED 127.0.0.1:5432"})})
		}},
		{name: "some app: it deletes a user whom rows refer to", truths: []string{foreignKey}, proven: true, answer: func(g *gen) answer {
			return g.json(500, g.app(), map[string]any{"error": `update or delete on table "users" violates foreign key constraint "posts_user_id_fkey" on table "posts"`})
		}},
		{name: "some app: no such row", truths: []string{missingRow}, proven: true, answer: func(g *gen) answer {
			return g.json(500, g.app(), map[string]any{"error": "Users matching query does not exist."})
		}},
		says("some app: 500 of the handler's own", []string{handlerSaid, crashed}, false, []int{500}, "could not create the customer", "sync failed", "timeout of 5000ms exceeded"),
		// Redirects
		{name: "some app: the handler itself sends to the sign-in page", truths: []string{authInHandlerC}, answer: func(g *gen) answer {
			return answer{pick(g.r, []int{302, 303, 307}), merge(g.app(), map[string]string{"location": pick(g.r, []string{"/sign-in", "/login", "https://foo-bar-13.accounts.dev/sign-in"})}), ""}
		}},
		{name: "some app: single sign-on on another host", truths: []string{guarded}, answer: func(g *gen) answer {
			return answer{302, map[string]string{"location": pick(g.r, []string{"https://login.example.com/authorize?client_id=x&redirect_uri=y", "https://shop.cloudflareaccess.com/cdn-cgi/access/login/app.example.com?kid=1", "https://accounts.google.com/o/oauth2/v2/auth?client_id=1"})}, ""}
		}},
		{name: "vercel: its sign-on", truths: []string{vercelGuard}, proven: true, answer: func(g *gen) answer {
			return answer{302, map[string]string{"server": "Vercel", "location": "https://vercel.com/sso-api?url=https%3A%2F%2Fshop.vercel.app&nonce=1"}, ""}
		}},
		{name: "some app: a tenant's short path", truths: own, answer: func(g *gen) answer {
			return answer{307, merge(g.app(), map[string]string{"location": pick(g.r, []string{"/my", "/io", "/to"}) + g.path}), ""}
		}},
		{name: "some app: 304", truths: own, answer: func(g *gen) answer { return answer{304, g.app(), ""} }},
		// Shapes
		{name: "some app: a long answer", truths: []string{crashed, handlerSaid}, answer: func(g *gen) answer {
			return text(500, g.app(), strings.Repeat("x", 5000)+fmt.Sprint(g.r.IntN(9)))
		}},
		{name: "some app: half an answer of JSON", truths: secret, answer: func(g *gen) answer {
			return answer{400, merge(g.app(), map[string]string{"content-type": "application/json"}), `{"error":"Invalid webh`}
		}},
	}
}
