package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// Texts that are put together while hooktop runs, as a person reads them.

// verdictExamples make a delivery that is rejected for each cause that the
// signature and its headers have.
var verdictExamples = []struct {
	code webhook.Code // "" verifies
	name string
	edit func(*exampleRequest)
}{
	{"", "nothing is wrong", func(*exampleRequest) {}},
	{webhook.Unsigned, "without the signature's headers", func(r *exampleRequest) { r.header = http.Header{"User-Agent": {"curl/8.5.0"}} }},
	{webhook.MissingHeaders, "without the timestamp", func(r *exampleRequest) { r.header.Del("Svix-Timestamp") }},
	{webhook.BadTimestamp, "the timestamp has a fraction", func(r *exampleRequest) { r.header.Set("Svix-Timestamp", "1614265330.5") }},
	{webhook.TooOld, "seven minutes late", func(r *exampleRequest) { r.at = r.at.Add(7 * time.Minute) }},
	{webhook.TooNew, "an hour early", func(r *exampleRequest) { r.at = r.at.Add(-time.Hour) }},
	{webhook.MalformedSignature, "in capitals", func(r *exampleRequest) { r.header.Set("Svix-Signature", "V"+r.header.Get("Svix-Signature")[1:]) }},
	{webhook.UnsupportedVersion, "another version", func(r *exampleRequest) { r.header.Set("Svix-Signature", "v2,AAAA") }},
	{webhook.WrongProvider, "Stripe's delivery on Clerk's path", func(r *exampleRequest) {
		r.header = http.Header{"Stripe-Signature": {"t=1614265330,v1=" + hex.EncodeToString(make([]byte, 32))}, "User-Agent": {"Stripe/1.0 (+https://stripe.com/docs/webhooks)"}}
	}},
	{webhook.WrongSecret, "an unknown secret", func(r *exampleRequest) { r.sign("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD") }},
	{webhook.OtherKnownSecret, "the secret of .env.production", func(r *exampleRequest) { r.sign(otherSecret) }},
	{webhook.SwappedSecrets, "Stripe's secret", func(r *exampleRequest) { r.sign(exampleStripeSecret) }},
	{webhook.LiteralSecret, "the secret is not decoded", func(r *exampleRequest) { r.signWith([]byte(secret)) }},
	{webhook.BodyReserialized, "JSON.stringify on the way", func(r *exampleRequest) { r.body = `{"type":"user.created","data":{"id":"user_1"}}` }},
	{webhook.BodyNewline, "a line break at the end", func(r *exampleRequest) { r.body += "\n" }},
}

const exampleStripeSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"

// exampleRequest is a delivery from Clerk.
type exampleRequest struct {
	t      *testing.T
	at     time.Time
	header http.Header
	body   string
}

func newExampleRequest(t *testing.T) *exampleRequest {
	r := &exampleRequest{t: t, at: time.Unix(1614265330, 0).UTC(), body: `{"type": "user.created", "data": {"id": "user_1"}}`}
	r.header = http.Header{"User-Agent": {"Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"}}
	r.header.Set("Svix-Id", "msg_p5jXN8AQM9LWM0D4loKWxJekAbc")
	r.header.Set("Svix-Timestamp", fmt.Sprint(r.at.Unix()))
	r.sign(secret)
	return r
}

func (r *exampleRequest) sign(secret string) {
	r.t.Helper()
	w, err := svix.NewWebhook(secret)
	if err != nil {
		r.t.Fatal(err)
	}
	r.signBy(w)
}

func (r *exampleRequest) signWith(key []byte) {
	r.t.Helper()
	w, err := svix.NewWebhookRaw(key)
	if err != nil {
		r.t.Fatal(err)
	}
	r.signBy(w)
}

func (r *exampleRequest) signBy(w *svix.Webhook) {
	r.t.Helper()
	signature, err := w.Sign(r.header.Get("Svix-Id"), r.at, []byte(r.body))
	if err != nil {
		r.t.Fatal(err)
	}
	r.header.Set("Svix-Signature", signature)
}

// saved returns the request as a file that hooktop verify reads.
func (r *exampleRequest) saved() []byte {
	var b bytes.Buffer
	b.WriteString("POST /api/webhooks/clerk HTTP/1.1\r\n")
	if err := r.header.Write(&b); err != nil {
		r.t.Fatal(err)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(r.body), r.body)
	return b.Bytes()
}

func TestTextsOfVerdicts(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(".env.local", "CLERK_WEBHOOK_SECRET="+secret+"\nSTRIPE_WEBHOOK_SECRET="+exampleStripeSecret+"\n")
	write(".env.production", "CLERK_WEBHOOK_SECRET="+otherSecret+"\n")
	var b strings.Builder
	seen := map[webhook.Code]bool{}
	for _, x := range verdictExamples {
		r := newExampleRequest(t)
		x.edit(r)
		write("request.txt", string(r.saved()))
		text, stderr, _ := runHooktop(t, dir, nil, "verify", "--at", r.at.Format(time.RFC3339), "request.txt")
		if stderr != "" || !strings.Contains(text, string(x.code)) {
			t.Errorf("%s: want %q, got:\n%s%s", x.name, x.code, text, stderr)
		}
		fmt.Fprintf(&b, "# %s\n%s\n", x.name, text)
		seen[x.code] = true
	}
	empty := t.TempDir()
	text, _, _ := runHooktop(t, empty, nil, "verify", "--at", "2021-02-25T15:02:10Z", filepath.Join(dir, "request.txt"))
	fmt.Fprintf(&b, "# no secret is known\n%s\n", text)
	seen[webhook.NoSecret] = true

	// The rest are requests that the receiver does not take.
	p, ready := startListening(t, dir, nil, "--max-body", "64KiB")
	to := localURL(t, ready)
	for _, x := range []struct {
		code   webhook.Code
		name   string
		method string
		path   string
		body   io.Reader
	}{
		{webhook.WrongMethod, "a GET", http.MethodGet, "/api/webhooks/clerk", nil},
		{webhook.WrongPath, "another path", http.MethodPost, "/api/webhook", strings.NewReader("{}")},
		{webhook.WrongPath, "a slash at the end", http.MethodPost, "/api/webhooks/clerk/", strings.NewReader("{}")},
		{webhook.TooLarge, "a large body", http.MethodPost, "/api/webhooks/clerk", strings.NewReader(strings.Repeat("x", 65<<10))},
	} {
		req, err := http.NewRequestWithContext(t.Context(), x.method, to+x.path, x.body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = newExampleRequest(t).header
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
		line := p.next("delivery")
		if line["code"] != string(x.code) {
			t.Errorf("%s: got %v", x.name, line)
		}
		text := mustRun(t, dir, nil, "show", fmt.Sprint(line["id"]))
		_, text, _ = strings.Cut(text, "\n\n") // the delivery's own line
		text, _, _ = strings.Cut(text, "\n\n")
		fmt.Fprintf(&b, "# %s\n%s\n\n", x.name, text)
		seen[x.code] = true
	}
	seen[webhook.IncompleteBody] = true // its texts are those of texts.golden
	for _, code := range webhook.Codes() {
		if !seen[code] {
			t.Errorf("there is no example of %s", code)
		}
	}
	requireGolden(t, "verdicts.golden", b.String())
}

func TestTextsOfOutcomes(t *testing.T) {
	var b strings.Builder
	b.WriteString("What became of a delivery that verified.\n")
	for _, o := range webhook.Outcomes() {
		said := ""
		for _, provider := range []string{"clerk", "stripe"} {
			e := advice.ExplainOutcome(&webhook.Delivery{Provider: provider, Outcome: o, UserID: "user_1", Email: "ada@example.com", HeldBy: "user_2", Verdict: webhook.Verdict{Verified: true}})
			text := e.Title + "\n" + e.Why + "\n"
			if e.Fix != "" {
				text += "fix: " + e.Fix + "\n"
			}
			if text != said {
				fmt.Fprintf(&b, "\n# %s (%s)\n%s", o, provider, strings.ReplaceAll(text, "\n\n", "\n"))
			}
			said = text
		}
	}
	requireGolden(t, "outcomes.golden", b.String())
}

func TestTextsOfAdvice(t *testing.T) {
	verified := webhook.Delivery{Provider: "clerk", Outcome: webhook.Created, Verdict: webhook.Verdict{Verified: true, Secret: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local)"}}
	rejected := webhook.Delivery{Provider: "clerk", Outcome: webhook.Rejected, Verdict: webhook.Verdict{Code: webhook.TooOld, Title: "Signed too long ago", Detail: "(what is wrong)", Fix: "(the fix)"}}
	const app = "http://localhost:3000/api/webhooks/clerk"
	var b strings.Builder
	b.WriteString("What an app's answer means.\n")
	for _, x := range []struct {
		name string
		d    webhook.Delivery
		f    webhook.Forward
	}{
		{"200 after 12 s", verified, webhook.Forward{Status: 200, Duration: 12 * time.Second}},
		{"200 with a page", verified, webhook.Forward{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("<!doctype html>")}},
		{"200 to what was rejected", rejected, webhook.Forward{Status: 200}},
		{"307 to a sign-in page", verified, webhook.Forward{Status: 307, Header: http.Header{"Location": {"/sign-in"}}}},
		{"308 to the path with a slash", verified, webhook.Forward{Status: 308, Header: http.Header{"Location": {app + "/"}}}},
		{"400", verified, webhook.Forward{Status: 400}},
		{"400: no matching signature", verified, webhook.Forward{Status: 400, Body: []byte("No matching signature found")}},
		{"400: no secret", verified, webhook.Forward{Status: 400, Body: []byte("Missing webhook signing secret")}},
		{"400 to what was rejected", rejected, webhook.Forward{Status: 400}},
		{"401", verified, webhook.Forward{Status: 401}},
		{"403", verified, webhook.Forward{Status: 403}},
		{"403: host", verified, webhook.Forward{Status: 403, Body: []byte(`Blocked request. This host ("x") is not allowed.`)}},
		{"403: CSRF", verified, webhook.Forward{Status: 403, Body: []byte("CSRF verification failed")}},
		{"404", verified, webhook.Forward{Status: 404}},
		{"404 by Clerk's middleware", verified, webhook.Forward{Status: 404, Header: http.Header{webhook.AuthReason: {"protect-rewrite"}}}},
		{"405", verified, webhook.Forward{Status: 405, Header: http.Header{"Allow": {"GET"}}}},
		{"413", verified, webhook.Forward{Status: 413}},
		{"418", verified, webhook.Forward{Status: 418}},
		{"422", verified, webhook.Forward{Status: 422}},
		{"429", verified, webhook.Forward{Status: 429}},
		{"500", verified, webhook.Forward{Status: 500}},
		{"500: a unique column", verified, webhook.Forward{Status: 500, Body: []byte("Unique constraint failed on the fields: (`email`)")}},
		{"502", verified, webhook.Forward{Status: 502}},
		{"no answer: nothing listens", verified, webhook.Forward{Failure: webhook.NotRunning}},
		{"no answer: too slow", verified, webhook.Forward{Failure: webhook.Timeout, Duration: 15 * time.Second}},
	} {
		x.f.Target = app
		a := advice.On(x.d, x.f, advice.App{})
		says, fix := a.Says, a.Fix
		fmt.Fprintf(&b, "\n# %s\n%s\n", x.name, says)
		if fix != "" {
			fmt.Fprintf(&b, "fix: %s\n", fix)
		}
	}
	requireGolden(t, "advice.golden", b.String())
}
