package tui

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// advice says what an app's answer means for a delivery that verified here,
// and what to do about it.
type advice struct{ means, fix string }

// svixLimit is how long Svix waits for an answer.
// https://docs.svix.com/retries
const svixLimit = 15 * time.Second

const excludeRoute = "Exclude the webhook path from auth: leave it out of auth.protect() in proxy.ts or middleware.ts, createRouteMatcher(['/api/webhooks(.*)'])."

// advise explains an app's answer. It is silent where the app agrees with the
// verdict here.
func advise(d *webhook.Delivery, f webhook.Forward) advice {
	switch {
	case f.Status == 0:
		return unanswered(f)
	case f.Status < 300:
		return slow(f)
	case !d.Verdict.Verified && d.Outcome != "":
		if f.Status < 500 {
			return advice{means: "It refuses what was refused here too: the fix above is for both."}
		}
	case f.Status < 400:
		return redirected(f)
	}
	switch {
	case f.Status == http.StatusBadRequest:
		return refused(d, f)
	case f.Status == http.StatusUnauthorized:
		return advice{"The bytes verified here, and the app turned them away before its webhook code ran: 401 is what auth middleware says.", excludeRoute}
	case f.Status == http.StatusForbidden:
		return forbidden(f)
	case f.Status == http.StatusNotFound:
		return missing(f)
	case f.Status == http.StatusMethodNotAllowed:
		return advice{"The route is there, but takes no POST.", "Export a POST handler from it: export async function POST(req: Request) { … }."}
	case f.Status == http.StatusRequestEntityTooLarge:
		return advice{"The app's body limit is smaller than this event (" + size(int64(len(d.Body))) + ").", "Raise it for this route: bodyParser.sizeLimit, or express.raw({ limit: '1mb' })."}
	case f.Status >= 500:
		return crashed(f)
	}
	return advice{means: "The bytes verified here; the app took them for something it does not want. Its answer is in the Forwards tab."}
}

func refused(d *webhook.Delivery, f webhook.Forward) advice {
	if a, ok := badSecret(f); ok {
		return a
	}
	secret := "the endpoint's"
	if fields := strings.Fields(d.Verdict.Secret); len(fields) > 0 {
		secret = fields[0]
	}
	return advice{
		"The bytes verified here, so the app verifies other bytes, or with another secret.",
		"Give the verifier the raw body: await req.text(), or express.raw({ type: 'application/json' }) before express.json(); JSON.stringify(req.body) makes other bytes. Its secret is to be " + secret + "; restart it after an edit of .env.",
	}
}

// badSecret knows what the libraries say of a secret that is missing or is no
// webhook secret.
func badSecret(f webhook.Forward) (advice, bool) {
	for _, said := range []string{"Missing webhook signing secret", "Base64Coder", "illegal base64", "Secret can't be empty"} {
		if bytes.Contains(f.Body, []byte(said)) {
			return advice{
				"The app has no usable signing secret: it said " + said + ".",
				"Set CLERK_WEBHOOK_SIGNING_SECRET to the endpoint's whsec_… secret, without quotes (verifyWebhook reads no other name; sk_… is the API key), and restart the app.",
			}, true
		}
	}
	return advice{}, false
}

func missing(f webhook.Forward) advice {
	if f.Header.Get(authHeader) != "" {
		return advice{"Clerk's middleware hid the route: to a request that is no page it says 404.", excludeRoute}
	}
	return advice{
		"No route answers at this path, or auth middleware hides it: auth.protect() answers 404 to a request that is no page.",
		"Compare the target's path with the route's file (app/api/webhooks/clerk/route.ts). If it is right: " + lowerFirst(excludeRoute),
	}
}

func redirected(f webhook.Forward) advice {
	to := f.Header.Get("Location")
	means := "The app redirects to " + orNone(to) + ". Senders of webhooks follow no redirects: to them this is a failure."
	if f.Header.Get(authHeader) != "" || strings.Contains(to, "sign-in") || strings.Contains(to, "login") {
		return advice{means, excludeRoute}
	}
	if u, err := url.Parse(to); err == nil && u.Path != "" {
		return advice{means, "Send to where it redirects to: mind the slash at the end, http or https, and www. Start with --forward-to " + to + "."}
	}
	return advice{means, "Give --forward-to the address that it redirects to."}
}

func forbidden(f webhook.Forward) advice {
	if bytes.Contains(f.Body, []byte("Blocked request")) || bytes.Contains(f.Body, []byte("Invalid Host header")) {
		return advice{"The dev server refuses the request's Host, before the app sees it.", "Add the host to server.allowedHosts in vite.config.ts (Nuxt: vite.server.allowedHosts)."}
	}
	return advice{"The bytes verified here, and something before the webhook code refused them: a CSRF check, a firewall or auth.", "Exclude the webhook path from it: the signature is what proves the sender."}
}

func crashed(f webhook.Forward) advice {
	if a, ok := badSecret(f); ok {
		return a
	}
	for _, said := range []string{"Unique constraint", "UNIQUE constraint", "duplicate key", "P2002"} {
		if bytes.Contains(f.Body, []byte(said)) {
			return advice{"The app verified it and then hit a unique column: " + said + ".", "Upsert by the user's id: events come twice and out of order."}
		}
	}
	return advice{
		"The bytes are genuine; the app failed on them. Often: an event twice or out of order, email_addresses that is empty, a column that is unique.",
		"Read the app's log at this time, fix it, then press r: the same message, signed afresh.",
	}
}

func slow(f webhook.Forward) advice {
	if f.Duration < 10*time.Second {
		return advice{}
	}
	return advice{"It took " + took(f.Duration) + "; Svix gives up at 15 s and sends it again.", "Answer 2xx first and do the work after; know a message by its svix-id."}
}

func unanswered(f webhook.Forward) advice {
	switch {
	case timedOut(f.Error) || f.Duration >= svixLimit:
		return advice{"No answer within 15 s, which is how long Svix waits before it counts a failure and sends it again.", "Answer 2xx first and do the work after; know a message by its svix-id. If a debugger holds the app, press r when it runs again."}
	case strings.Contains(f.Error, "refused"):
		return advice{"Nothing listens at " + shortURL(f.Target) + ".", "Start the app, or give its port with --forward-to; then press r."}
	case strings.Contains(f.Error, "certificate") || strings.Contains(f.Error, "x509"):
		return advice{"The app's certificate is not trusted here.", "Start with --insecure-forward for a certificate of your own."}
	}
	return advice{"The app gave no answer.", "See that it runs at " + shortURL(f.Target) + ", then press r."}
}

// authHeader is where Clerk's middleware says why it turned a request away.
const authHeader = "X-Clerk-Auth-Reason"

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// shortURL is a URL without its scheme.
func shortURL(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	return strings.TrimSuffix(s, "/")
}
