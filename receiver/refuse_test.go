package receiver

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Some are captured, and some are not.
func TestEachRefusalHasItsAnswerAndVerdict(t *testing.T) {
	stripe, webhookID, partly := "Stripe-Signature: t=1,v1=ab\r\n", "Webhook-Id: msg_1\r\n", "Svix-Id: msg_1\r\n"
	signed := signedHeader(t, clerkText, now)
	bare := func(method, path, header string) string {
		return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: example.com\r\n%s\r\n", method, path, header)
	}
	large, exact := strings.Repeat("x", 4097), strings.Repeat("x", 4096)
	chunked := func(header, body string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", clerkPath, header, len(body), body)
	}
	for _, c := range []struct {
		name, raw string
		status    int
		code      webhook.Code // "" where it is not captured
		message   string
		fix       string
	}{
		{"a POST to an unknown path", post("/", "", "x"), 404, "", "Not found", ""},
		{"a POST to an unknown path with svix-*", post("/api/webhook/clerk", signed, clerkText), 404, webhook.WrongPath, "No webhook path", "--clerk-path"},
		{"a POST to an unknown path with webhook-*", post("/", webhookID, "x"), 404, webhook.WrongPath, "No webhook path", ""},
		{"a POST to an unknown path with Stripe's header", post("/api/webhooks/stripe", stripe, "x"), 404, webhook.WrongPath, "No webhook path", ""},
		{"a signed POST with a trailing slash", post(clerkPath+"/", signed, clerkText), 404, webhook.WrongPath, "No webhook path", "slash"},
		{"a signed POST to a path in other case", post("/API/webhooks/clerk", signed, clerkText), 404, webhook.WrongPath, "No webhook path", ""},
		{"a signed GET to an unknown path", bare("GET", "/x", signed), 404, webhook.WrongPath, "No webhook path", ""},
		{"a GET to the webhook path", bare("GET", clerkPath, ""), 405, "", "Method not allowed", ""},
		{"a HEAD to the webhook path", bare("HEAD", clerkPath, ""), 405, "", "", ""},
		{"an OPTIONS to the webhook path", bare("OPTIONS", clerkPath, "Origin: https://example.com\r\n"), 405, "", "Method not allowed", ""},
		{"a PUT to the webhook path", bare("PUT", clerkPath, ""), 405, "", "Method not allowed", ""},
		{"a post in small letters", bare("post", clerkPath, ""), 405, "", "Method not allowed", ""},
		{"a signed GET to the webhook path", bare("GET", clerkPath, signed), 405, webhook.WrongMethod, "Method not allowed", "redirect"},
		{"a HEAD with svix-* to the webhook path", bare("HEAD", clerkPath, partly), 405, webhook.WrongMethod, "", ""},
		{"a PUT with svix-* to the webhook path", bare("PUT", clerkPath, partly), 405, webhook.WrongMethod, "Method not allowed", ""},
		{"an OPTIONS of everything", bare("OPTIONS", "*", ""), 404, "", "Not found", ""},
		{"an unsigned POST", post(clerkPath, "", clerkText), 400, webhook.Unsigned, "Invalid webhook signature", "hooktop trigger"},
		{"a POST with some of the headers", post(clerkPath, partly, clerkText), 400, webhook.MissingHeaders, "Invalid webhook signature", ""},
		{"a Stripe delivery on Clerk's path", post(clerkPath, stripe, "{}"), 400, webhook.WrongProvider, "Invalid webhook signature", ""},
		{"a signed POST with another body", post(clerkPath, signed, clerkText+" "), 400, webhook.WrongSecret, "Invalid webhook signature", "Signing Secret"},
		{"a signed POST, six minutes old", post(clerkPath, signedHeader(t, clerkText, now.Add(-6*time.Minute)), clerkText), 400, webhook.TooOld, "Invalid webhook signature", ""},
		{"a body too large by its declared length", post(clerkPath, signedHeader(t, large, now), large), 413, webhook.TooLarge, "Body too large", "--max-body"},
		{"a body too large by chunks", chunked(signedHeader(t, large, now), large), 413, webhook.TooLarge, "Body too large", "--max-body"},
		{"an unsigned body too large", post(clerkPath, "", large), 413, webhook.TooLarge, "Body too large", "--max-body"},
		{"a body too large, to an unknown path", post("/x", partly, large), 404, webhook.WrongPath, "No webhook path", ""},
		{"a body too large, to an unknown path, unsigned", post("/x", "", large), 404, "", "Not found", ""},
		{"a body of exactly the largest size", post(clerkPath, signedHeader(t, exact, now), exact), 400, "malformed", "Malformed event", ""},
		{"a body of exactly the largest size, in chunks", chunked(signedHeader(t, exact, now), exact), 400, "malformed", "Malformed event", ""},
		{"a signed body in chunks", chunked(signed, clerkText), 200, "created", "User created", ""},
		{"a signed POST to the path with a query", post(clerkPath+"?a=b", signed, clerkText), 200, "created", "User created", ""},
		{"a signed POST whose request line is a whole URL", post("http://example.com"+clerkPath, signed, clerkText), 200, "created", "User created", ""},
		{"invalid chunks", fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n%s\r\nzz\r\n", clerkPath, signed), 400, webhook.IncompleteBody, "Incomplete body", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			got := exchange(t, g.public, c.raw)
			if got.status != c.status || !strings.Contains(got.body, `"message":"`+c.message+`"`) && c.message != "" {
				t.Errorf("%d %s, want %d %s", got.status, got.body, c.status, c.message)
			}
			if allow := got.header.Get("Allow"); (c.status == 405) != (allow == "POST") {
				t.Errorf("Allow: %q", allow)
			}
			if c.code == "" {
				if n := len(g.shelf.all()); n != 0 {
					t.Fatalf("%d deliveries were captured", n)
				}
				return
			}
			d := g.one(t)
			if d.Verdict.Verified {
				if d.Outcome != webhook.Outcome(c.code) {
					t.Errorf("outcome %s", d.Outcome)
				}
				return
			}
			v := d.Verdict
			if v.Code != c.code || d.Outcome != webhook.Rejected || v.Title == "" || v.Detail == "" || !strings.Contains(v.Fix, c.fix) || v.Fix == "" {
				t.Errorf("captured as %+v", v)
			}
			if !slices.ContainsFunc(v.Checks, func(c webhook.Check) bool { return !c.OK && c.Name != "" && c.Detail != "" }) {
				t.Errorf("no failed check: %+v", v.Checks)
			}
			if method, _, _ := strings.Cut(c.raw, " "); method != "HEAD" && !strings.Contains(got.body, `"code":"`+string(c.code)+`","delivery":1`) {
				t.Errorf("the answer does not name its delivery and code: %s", got.body)
			}
			if v.Code == webhook.TooLarge && (d.Bytes != 4097 || d.Body != nil) {
				t.Errorf("%d bytes arrived, %d were stored", d.Bytes, len(d.Body))
			}
		})
	}
}

func TestHealthzIsOnlyLocal(t *testing.T) {
	g := start(t, nil, nil)
	for _, c := range []struct {
		name, addr, method string
		status             int
		body               string
	}{
		{"GET on the local address", g.local, "GET", 200, "ok\n"},
		{"HEAD on the local address", g.local, "HEAD", 200, ""},
		{"POST on the local address", g.local, "POST", 405, `{"message":"Method not allowed"}` + "\n"},
		{"GET on the public side", g.public, "GET", 404, `{"message":"Not found"}` + "\n"},
		{"HEAD on the public side", g.public, "HEAD", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := exchange(t, c.addr, c.method+" /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
			if got.status != c.status || got.body != c.body {
				t.Errorf("%d %q", got.status, got.body)
			}
			if told := got.header.Get(instanceHeader); (told == g.Self.ID) != (c.status == 200) {
				t.Errorf("instance %q", told)
			}
		})
	}
	if n := len(g.shelf.all()); n != 0 {
		t.Errorf("%d were captured", n)
	}
}

func TestThePublicSideHasOnlyTheWebhookPaths(t *testing.T) {
	g := start(t, nil, nil)
	for _, path := range []string{"/", "/healthz", "/healthz/", "/metrics", "/debug/pprof/", "/api/webhooks", "/favicon.ico", "//" + clerkPath, "/../healthz", "/%2e%2e/healthz"} {
		got := exchange(t, g.public, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		if got.status != 404 || got.body != `{"message":"Not found"}`+"\n" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		for name := range got.header {
			if strings.HasPrefix(name, "Hooktop") || name == "Server" {
				t.Errorf("%s: the header %s", path, name)
			}
		}
	}
}
