package advice

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// What apps really answer: the verifying library, the framework around it, and
// whatever is in front of it.
func TestAdviceOnWhatAppsAnswer(t *testing.T) {
	h := func(pairs ...string) http.Header {
		header := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			header.Add(pairs[i], pairs[i+1])
		}
		return header
	}
	next, express := h("X-Powered-By", "Next.js"), h("X-Powered-By", "Express")
	const clerk = "@clerk/backend: Unable to verify incoming webhook: "
	signed := verifiedHere()
	signed.Header = http.Header{"Svix-Id": {"msg_1"}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {"v1,x"}}
	branded := signed
	branded.Header = http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {"1716883200"}, "Webhook-Signature": {"v1,x"}}
	for _, c := range []struct {
		name      string
		d         webhook.Delivery
		status    int
		header    http.Header
		body      string
		says, fix string
	}{
		// The texts of @clerk/backend's verifyWebhook, as measured.
		{"verifyWebhook without a secret", signed, 400, next, "@clerk/backend: Missing webhook signing secret. Set the CLERK_WEBHOOK_SIGNING_SECRET environment variable with the webhook secret from the Clerk Dashboard.", "no signing secret", "CLERK_WEBHOOK_SIGNING_SECRET"},
		{"verifyWebhook without headers", signed, 400, next, "@clerk/backend: Missing required webhook headers: svix-id, svix-timestamp, svix-signature", "did not reach the app's verifier", "Pass the request itself to verifyWebhook"},
		{"verifyWebhook with webhook-* alone", branded, 400, next, "@clerk/backend: Missing required webhook headers: svix-id, svix-timestamp, svix-signature", "this delivery has webhook-*", "Copy webhook-id"},
		{"verifyWebhook with headers that nobody sent", verifiedHere(), 400, next, "@clerk/backend: Missing required webhook headers: svix-id", "has no signature headers", "hooktop trigger"},
		{"verifyWebhook with other bytes, in Next.js", signed, 400, next, "Error: " + clerk + "No matching signature found", "the request got that far", "In Next.js: await req.text()"},
		{"verifyWebhook with other bytes, in Express", signed, 400, express, clerk + "No matching signature found", "different bytes or uses a different secret", "In Express: express.raw"},
		{"verifyWebhook with other bytes, in Fastify", signed, 400, nil, `{"statusCode":400,"code":"x","error":"Bad Request","message":"` + clerk + `No matching signature found"}`, "the request got that far", "request.rawBody; verifyWebhook of @clerk/fastify re-serializes"},
		{"verifyWebhook with a clock that is behind", signed, 400, next, clerk + "Message timestamp too new", "the app's clock is probably wrong", "container"},
		{"verifyWebhook with a clock that is ahead", signed, 400, next, clerk + "Message timestamp too old", "the app's clock is probably wrong", "then resend"},
		{"verifyWebhook with a changed timestamp", signed, 400, next, clerk + "Invalid Signature Headers", "could not read them", "unchanged"},
		{"an API key for a secret", signed, 500, next, "Base64Coder: incorrect characters for decoding", "no usable signing secret", "sk_… is the API key"},
		{"whsec_ alone for a secret", signed, 500, next, "Secret can't be empty.", "no signing secret", "whsec_"},

		// Other libraries.
		{"svix in Go", signed, 400, nil, "no matching signature found\n", "no matching signature found", "restart it after editing .env"},
		{"svix in Go with a secret that is no base64", signed, 500, nil, "illegal base64 data at input byte 2\n", "no usable signing secret", ""},
		{"svix in Python with a secret that was cut off", signed, 500, nil, "binascii.Error: Incorrect padding", "no usable signing secret", ""},
		{"svix in JavaScript with req.body", signed, 400, express, "Error: Expected payload to be of type string or Buffer. Please refer to https://docs.svix.com/", "given a parsed body", "express.raw"},
		{"Stripe's verifier with no header of its own", signed, 400, express, "Webhook Error: No stripe-signature header value was provided.", "Stripe's verifier checked", "not stripe.webhooks.constructEvent"},
		{"Stripe's verifier with Clerk's header", signed, 400, express, "Webhook Error: Unable to extract timestamp and signatures from header", "Stripe's verifier checked", ""},
		{"req.json() before req.text()", signed, 500, next, "TypeError: Body is unusable: Body has already been read", "read the request's body twice", "Read it once as text"},
		{"express.json() before raw-body", signed, 500, express, "InternalServerError: stream is not readable", "read the request's body twice", ""},
		{"JSON.parse of an object", signed, 500, next, `SyntaxError: "[object Object]" is not valid JSON`, "given a parsed body", "await req.text()"},

		// In front of the webhook code.
		{"clerkMiddleware hides the route", signed, 404, h("X-Powered-By", "Next.js", "X-Clerk-Auth-Reason", "protect-rewrite"), "", "Clerk's middleware hid the route", "await auth.protect() in each page"},
		{"auth says 401", signed, 401, next, `{"error":"Unauthorized"}`, "Probably auth in front of the route", "auth.protect()"},
		{"Vercel's protection", signed, 401, h("Set-Cookie", "_vercel_sso_nonce=x; Path=/"), "<title>Authentication Required</title>", "deployment protection", "x-vercel-protection-bypass"},
		{"Express without the route", signed, 404, express, "<pre>Cannot POST /api/webhooks/clerk</pre>", "The app (Express) has no POST route", "app.use"},
		{"Fastify without the route", signed, 404, nil, `{"message":"Route POST:/api/webhooks/clerk not found","error":"Not Found","statusCode":404}`, "has no POST route", "method"},
		{"Go's mux without the route", signed, 404, nil, "404 page not found\n", "Probably the app (Go) has no POST route", "mux.HandleFunc"},
		{"Next.js without the route", signed, 404, next, "<title>404: This page could not be found.</title>", "Probably the app (Next.js) has no POST route", "app/api/webhooks/clerk/route.ts"},
		{"an ngrok tunnel that is not open", signed, 404, h("Ngrok-Error-Code", "ERR_NGROK_3200"), "Tunnel x not found", "an ngrok tunnel that is not open", "--forward-to"},
		{"a route with GET alone", signed, 405, h("Allow", "GET, HEAD", "X-Powered-By", "Next.js"), "", `it allows "GET, HEAD"`, "export async function POST"},
		{"Vite's allowedHosts", signed, 403, nil, "Blocked request. This host (\"a.ngrok.app\") is not allowed.\nTo allow this host, add \"a.ngrok.app\" to `server.allowedHosts` in vite.config.js.", "refuses the request's Host", "server.allowedHosts in vite.config.ts"},
		{"Create React App's host check", signed, 403, nil, "Invalid Host header", "refuses the request's Host", "DANGEROUSLY_DISABLE_HOST_CHECK"},
		{"Django's ALLOWED_HOSTS", signed, 400, h("Server", "WSGIServer/0.2 CPython/3.12.1"), "DisallowedHost at /api/webhooks/clerk\nInvalid HTTP_HOST header", "refuses the request's Host", "ALLOWED_HOSTS"},
		{"Rails' hosts", signed, 403, nil, "Blocked hosts: a.ngrok.app", "refuses the request's Host", "config.hosts"},
		{"Django's CSRF check", signed, 403, h("Server", "WSGIServer/0.2 CPython/3.12.1"), "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p>", "CSRF check", "@csrf_exempt"},
		{"Laravel's CSRF check", signed, 419, h("Set-Cookie", "laravel_session=x"), "<title>Page Expired</title>", "CSRF check", "validateCsrfTokens"},
		{"Rails' CSRF check", signed, 422, nil, "ActionController::InvalidAuthenticityToken (Can't verify CSRF token authenticity.)", "CSRF check", "skip_before_action"},
		{"a firewall", signed, 403, h("Server", "cloudflare"), "error code: 1020", "in front of the webhook code", "the signature proves the sender"},
		{"a redirect to the sign-in page", signed, 307, h("X-Clerk-Auth-Status", "signed-out", "Location", "https://x.clerk.accounts.dev/sign-in?redirect_url=y"), "", "do not follow redirects", "auth.protect()"},
		{"a redirect to https", signed, 301, h("Location", "https://localhost:3000/api/webhooks/clerk"), "", "redirects to https://", "--forward-to https://"},
		{"a limit on requests", signed, 429, nil, "", "A rate limit", "exempt"},
		{"a proxy without an app", signed, 502, h("Server", "nginx"), "<h1>502 Bad Gateway</h1>", "the app is not running", "--forward-to"},
		{"FastAPI with a model", signed, 422, nil, `{"detail":[{"type":"missing","loc":["body","x"]}]}`, "a schema", "raw body first"},

		// After the verification.
		{"Prisma's unique constraint", signed, 500, next, "PrismaClientKnownRequestError: Unique constraint failed on the fields: (`email`)", "unique column", "Upsert"},
		{"Postgres' unique constraint", signed, 500, nil, `duplicate key value violates unique constraint "users_email_key"`, "unique column", "Upsert"},
		{"MySQL's unique key", signed, 500, nil, "ER_DUP_ENTRY: Duplicate entry 'a@b.c' for key", "unique column", "Upsert"},
		{"Mongo's unique index", signed, 500, nil, "E11000 duplicate key error collection", "unique column", "Upsert"},
		{"an update before the creation", signed, 500, next, "PrismaClientKnownRequestError P2025: An operation failed because it depends on one or more records", "no row to update", "user.updated may come before user.created"},
		{"no e-mail address", signed, 500, next, "TypeError: Cannot read properties of undefined (reading 'email_address')", "expected an e-mail address", "primary_email_address_id"},
		{"no e-mail address, on Express's page", signed, 500, next, "TypeError: Cannot read properties of undefined (reading &#39;email_address&#39;)", "expected an e-mail address", "primary_email_address_id"},
		{"a database that is down", signed, 500, next, "Can't reach database server at `localhost:5432`", "could not reach a service that it needs", "Start it"},
		{"a column that must not be empty", signed, 500, nil, `null value in column "first_name" violates not-null constraint`, "left a required column empty", "Allow null"},
		{"a foreign key", signed, 500, nil, "violates foreign key constraint", "a row that does not exist", "out of order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says, fix := texts(On(c.d, webhook.Forward{Status: c.status, Header: c.header, Body: []byte(c.body)}, App{}))
			if !strings.Contains(says, c.says) || !strings.Contains(fix, c.fix) {
				t.Errorf("it says %q, want %q\nfix %q, want %q", says, c.says, fix, c.fix)
			}
			for _, s := range []string{says, fix} {
				if s == "" || s[0] < 'A' || s[0] > 'Z' || !strings.HasSuffix(s, ".") || strings.HasSuffix(s, "..") {
					t.Errorf("not a sentence: %q", s)
				}
			}
		})
	}
}

// A text about the time or the bytes proves something only if they are right
// here.
func TestAnAppsWordsOnAForgedDeliveryProveNothing(t *testing.T) {
	forged := webhook.Delivery{Verdict: webhook.Verdict{Code: webhook.WrongSecret, Title: "Signed with another secret", Detail: "By somebody.", Fix: "Ask."}}
	for _, said := range []string{"No matching signature found", "Message timestamp too old", "Invalid Signature Headers"} {
		if says, fix := texts(On(forged, webhook.Forward{Status: 400, Body: []byte(said)}, App{})); !strings.HasPrefix(says, "It was rejected by hooktop, too") || fix != "Ask." {
			t.Errorf("%s: %q, %q", said, says, fix)
		}
	}
}

func TestAForwardThatWentLateIsTooOld(t *testing.T) {
	d := verifiedHere()
	d.Header = http.Header{"Svix-Id": {"m"}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {"v1,x"}}
	f := webhook.Forward{Status: 400, Body: []byte("Message timestamp too old"), At: time.Unix(1716883200, 0).Add(20 * time.Minute)}
	if says, fix := texts(On(d, f, App{})); !strings.Contains(says, "20 min after it was signed") || !strings.HasPrefix(fix, "Resend it") {
		t.Errorf("%q, %q", says, fix)
	}
	f.At = time.Unix(1716883200, 0).Add(time.Minute)
	if says, _ := texts(On(d, f, App{})); !strings.Contains(says, "the app's clock differs") {
		t.Errorf("%q", says)
	}
}

func TestFrameworksAreRecognizedByTheirAnswers(t *testing.T) {
	for _, c := range []struct {
		name, want string
		f          webhook.Forward
	}{
		{"Next.js by a header of its own", "Next.js", webhook.Forward{Header: http.Header{"X-Nextjs-Cache": {"HIT"}}}},
		{"Next.js by a page of its own", "Next.js", webhook.Forward{Body: []byte(`<script src="/_next/static/x.js">`)}},
		{"Nuxt", "Nuxt", webhook.Forward{Header: http.Header{"X-Powered-By": {"Nuxt"}}}},
		{"Express", "Express", webhook.Forward{Header: http.Header{"X-Powered-By": {"Express"}}}},
		{"NestJS, on Express", "NestJS", webhook.Forward{Header: http.Header{"X-Powered-By": {"Express"}}, Body: []byte(`{"message":"Cannot POST /x","error":"Not Found","statusCode":404}`)}},
		{"Fastify", "Fastify", webhook.Forward{Body: []byte(`{"statusCode":500,"error":"Internal Server Error","message":"x"}`)}},
		{"Django", "Django", webhook.Forward{Header: http.Header{"Server": {"WSGIServer/0.2 CPython/3.11"}}}},
		{"Flask", "Flask", webhook.Forward{Header: http.Header{"Server": {"Werkzeug/3.0.1 Python/3.12"}}}},
		{"FastAPI", "FastAPI", webhook.Forward{Header: http.Header{"Server": {"uvicorn"}}}},
		{"Laravel", "Laravel", webhook.Forward{Header: http.Header{"Set-Cookie": {"XSRF-TOKEN=x", "laravel_session=y"}}}},
		{"Rails", "Rails", webhook.Forward{Header: http.Header{"X-Runtime": {"0.1"}, "X-Request-Id": {"x"}}}},
		{"ASP.NET", "ASP.NET", webhook.Forward{Header: http.Header{"Server": {"Kestrel"}}}},
		{"Go", "Go", webhook.Forward{Body: []byte("404 page not found\n")}},
		{"nobody in particular", "", webhook.Forward{Header: http.Header{"Server": {"nginx"}}, Body: []byte(`{"message":"x"}`)}},
		{"a body that looks like JSON and is none", "", webhook.Forward{Body: []byte(`{"statusCode":`)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := stacks[frameworkIn(c.f)]; s.title != c.want {
				t.Errorf("%q, want %q", s.title, c.want)
			}
		})
	}
}
