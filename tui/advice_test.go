package tui

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAdvice(t *testing.T) {
	location := func(to string) http.Header { return http.Header{"Location": {to}} }
	reason := http.Header{"X-Clerk-Auth-Reason": {"protect-rewrite"}}
	for _, c := range []struct {
		name       string
		f          webhook.Forward
		means, fix string
	}{
		{"taken", webhook.Forward{Status: 200, Duration: 40 * time.Millisecond}, "", ""},
		{"taken, but late", webhook.Forward{Status: 200, Duration: 12 * time.Second}, "12s; Svix gives up at 15 s", "Answer 2xx first"},
		{"another body or secret", webhook.Forward{Status: 400}, "other bytes, or with another secret", "whsec_…LaSw"},
		{"no secret", webhook.Forward{Status: 400, Body: []byte("@clerk/backend: Missing webhook signing secret. Set …")}, "no usable signing secret", "CLERK_WEBHOOK_SIGNING_SECRET"},
		{"an API key for a secret", webhook.Forward{Status: 500, Body: []byte("Base64Coder: incorrect characters for decoding")}, "no usable signing secret", "sk_… is the API key"},
		{"middleware says 401", webhook.Forward{Status: 401}, "before its webhook code ran", "auth.protect()"},
		{"middleware says 404", webhook.Forward{Status: 404, Header: reason}, "Clerk's middleware hid the route", "createRouteMatcher"},
		{"no route", webhook.Forward{Status: 404}, "No route answers at this path", "app/api/webhooks/clerk/route.ts"},
		{"to the sign-in page", webhook.Forward{Status: 307, Header: location("/sign-in?redirect_url=x")}, "Senders of webhooks follow no redirects", "auth.protect()"},
		{"a slash too few", webhook.Forward{Status: 308, Header: location("http://localhost:3000/api/webhooks/clerk/")}, "redirects to http://localhost:3000", "--forward-to http://localhost:3000/api/webhooks/clerk/"},
		{"allowed hosts", webhook.Forward{Status: 403, Body: []byte(`Blocked request. This host ("x") is not allowed.`)}, "refuses the request's Host", "server.allowedHosts"},
		{"forbidden", webhook.Forward{Status: 403}, "CSRF", "the signature is what proves the sender"},
		{"no POST", webhook.Forward{Status: 405}, "takes no POST", "export async function POST"},
		{"too large", webhook.Forward{Status: 413}, "body limit", "express.raw"},
		{"a unique column", webhook.Forward{Status: 500, Body: []byte("Unique constraint failed on the fields: (`email`)")}, "unique column", "Upsert"},
		{"a crash", webhook.Forward{Status: 500}, "The bytes are genuine", "press r"},
		{"no answer in time", webhook.Forward{Error: "context deadline exceeded", Duration: 15 * time.Second}, "No answer within 15 s", "Answer 2xx first"},
		{"not running", webhook.Forward{Error: "dial tcp 127.0.0.1:3000: connect: connection refused", Target: appURL}, "Nothing listens at localhost:3000", "Start the app"},
		{"a certificate of its own", webhook.Forward{Error: "x509: certificate signed by unknown authority"}, "not trusted", "--insecure-forward"},
		{"another way", webhook.Forward{Status: 418}, "Forwards tab", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := happened{kind: "user.created", outcome: webhook.Created, id: adaID, email: "ada@example.com"}.delivery(1)
			a := advise(&d, c.f)
			if !strings.Contains(a.means, c.means) || (c.means == "") != (a.means == "") {
				t.Errorf("it means %q, want %q", a.means, c.means)
			}
			if !strings.Contains(a.fix, c.fix) || (c.fix == "") != (a.fix == "") {
				t.Errorf("the fix is %q, want %q", a.fix, c.fix)
			}
		})
	}
}

func TestARefusalOnBothSidesHasOneFix(t *testing.T) {
	d := *story(true).at(1023)
	a := advise(&d, webhook.Forward{Status: 400})
	if !strings.Contains(a.means, "refused here too") || a.fix != "" {
		t.Errorf("it is said %+v", a)
	}
	if fix := fixOf(&d); !strings.HasPrefix(fix, "Clerk Dashboard") {
		t.Errorf("the fix that is copied is %q", fix)
	}
}

// Every sentence is written for people: it begins with a capital letter and
// ends with a full stop.
func TestAdviceIsInSentences(t *testing.T) {
	d := happened{kind: "user.created", outcome: webhook.Created}.delivery(1)
	for status := 0; status < 600; status++ {
		a := advise(&d, webhook.Forward{Status: status, Target: appURL})
		for _, s := range []string{a.means, a.fix} {
			if s != "" && (s[0] < 'A' || s[0] > 'Z' || !strings.HasSuffix(s, ".")) {
				t.Errorf("%d: %q", status, s)
			}
		}
	}
	for _, o := range []webhook.Outcome{webhook.Created, webhook.Duplicate, webhook.Stale, webhook.Unhandled, webhook.Unlinked, webhook.Conflict, webhook.MissingEmail, webhook.Malformed} {
		d.Outcome = o
		got := outcomeOf(&d)
		for _, s := range []string{got.why, got.fix} {
			if s != "" && !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q", o, s)
			}
		}
	}
}
