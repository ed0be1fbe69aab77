package providers_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestClerkNamesTheCause(t *testing.T) {
	type request = webhook.Request
	set := func(name, value string) func(*request) {
		return func(r *request) { r.Header.Set(name, value) }
	}
	signature := func(change func(string) string) func(*request) {
		return func(r *request) { r.Header.Set("Svix-Signature", change(r.Header.Get("Svix-Signature"))) }
	}
	later := func(d time.Duration) time.Time { return now.Add(d) }
	for _, c := range []struct {
		name   string
		change func(*request)
		at     time.Time
		want   webhook.Code
		// in are what the title, detail and fix have to hold.
		in []string
	}{
		{"no header at all", func(r *request) { r.Header = nil }, now, webhook.Unsigned, []string{"svix-id", "hooktop trigger user.created"}},
		{"Stripe's header", func(r *request) {
			r.Header = http.Header{"Stripe-Signature": {"t=1,v1=ab"}}
			r.URL = "/api/webhooks/clerk?secret=1"
		}, now, webhook.WrongProvider, []string{"Stripe", `"/api/webhooks/clerk", is Clerk's`}},
		{"Clerk's headers beside Stripe's", set("Stripe-Signature", "t=1,v1=ab"), now, "", nil},
		{"a proxy that drops the id", set("Svix-Id", ""), now, webhook.MissingHeaders, []string{"empty: svix-id. Present: svix-timestamp, svix-signature."}},
		{"a proxy that drops all but the id", func(r *request) {
			r.Header = http.Header{"Webhook-Id": {"msg_1"}}
		}, now, webhook.MissingHeaders, []string{"webhook-timestamp, webhook-signature"}},
		{"a full set of webhook-* beside a part of svix-*", func(r *request) {
			for _, name := range []string{"Id", "Timestamp", "Signature"} {
				r.Header.Set("Webhook-"+name, r.Header.Get("Svix-"+name))
			}
			r.Header.Del("Svix-Id")
		}, now, webhook.MissingHeaders, []string{"svix-id"}},
		{"a timestamp with a fraction", set("Svix-Timestamp", "1716883200.5"), now, webhook.BadTimestamp, []string{`"1716883200.5"`, "whole seconds"}},
		{"a date for a timestamp", set("Svix-Timestamp", "2026-11-22T10:00:00Z"), now, webhook.BadTimestamp, []string{"2026-11-22"}},
		{"a timestamp beyond all numbers", set("Svix-Timestamp", "99999999999999999999"), now, webhook.BadTimestamp, nil},
		{"a hostile timestamp", set("Svix-Timestamp", "\x1b[2J"+strings.Repeat("\u202e", 9000)), now, webhook.BadTimestamp, []string{`\x1b`}},
		{"five minutes and a second old", nil, later(301 * time.Second), webhook.TooOld, []string{"301 s old", "300 s are allowed", "hooktop resend"}},
		{"two days old", nil, later(50 * time.Hour), webhook.TooOld, []string{"2 days old"}},
		{"twenty hours old", nil, later(20*time.Hour + 5*time.Minute), webhook.TooOld, []string{"20 h 5 min old"}},
		{"an hour old", nil, later(time.Hour), webhook.TooOld, []string{"60 min old"}},
		{"a second more than five minutes ahead", nil, later(-301 * time.Second), webhook.TooNew, []string{"301 s ahead", "clock"}},
		{"hex instead of base64", signature(func(s string) string {
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "v1,"))
			return "v1," + hex.EncodeToString(raw)
		}), now, webhook.MalformedSignature, []string{"is hex"}},
		{"no version before the signature", signature(func(s string) string { return strings.TrimPrefix(s, "v1,") }), now, webhook.MalformedSignature, []string{"no version"}},
		{"cut off", signature(func(s string) string { return s[:20] }), now, webhook.MalformedSignature, []string{"cut off"}},
		{"not base64", set("Svix-Signature", "v1,!!!"), now, webhook.MalformedSignature, []string{"cut off or changed", `"v1,!!!"`}},
		{"with quotes around it", signature(func(s string) string { return `"` + s + `"` }), now, webhook.UnsupportedVersion, []string{`\"v1`}},
		{"joined by a tab instead of a blank", signature(func(s string) string { return "v1,AAAA\t" + s }), now, webhook.MalformedSignature, nil},
		{"two malformed ones", set("Svix-Signature", "abc v1,def"), now, webhook.MalformedSignature, nil},
		{"one malformed and one well-formed, made with another secret", set("Svix-Signature", "abc v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="), now, webhook.WrongSecret, nil},
		{"hostile and endless", set("Svix-Signature", "v1,\x1b]0;x\a"+strings.Repeat("x", 30000)), now, webhook.MalformedSignature, []string{`\x1b`}},
		{"of the asymmetric version alone", signature(func(s string) string { return "v1a" + s[2:] }), now, webhook.UnsupportedVersion, []string{`"v1a"`, "ed25519", "public key (whpk_…)", "shared secret (whsec_…)"}},
		{"of a thousand unknown versions", set("Svix-Signature", strings.Repeat("\x01,a ", 1000)), now, webhook.UnsupportedVersion, []string{"and 997 more"}},
		{"made with another secret", set("Svix-Signature", "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="), now, webhook.WrongSecret, []string{"whsec_…b25n", "TEST", `"/api/webhooks/clerk"`, "into TEST where it is set now"}},
		{"the farthest past", func(r *request) {
			must(t, providers.Clerk{}.Signing().SignMessage(r.Header, vectorSecret, "msg_1", time.Unix(-1<<63, 0), r.Body))
		}, now, webhook.TooOld, []string{"more than 100 years old"}},
		{"the farthest future", func(r *request) {
			must(t, providers.Clerk{}.Signing().SignMessage(r.Header, vectorSecret, "msg_1", time.Unix(1<<63-1, 0), r.Body))
		}, now, webhook.TooNew, []string{"in nanoseconds"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := signed(t, providers.Clerk{}, vectorSecret, []byte(`{"type":"user.created"}`))
			if c.change != nil {
				c.change(&r)
			}
			v := providers.Verify(providers.Clerk{}, r, c.at, []webhook.Secret{webhook.NewSecret(vectorSecret.Reveal(), webhook.Source{Variable: "TEST"})})
			if v.Code != c.want || v.Verified != (c.want == "") {
				t.Fatalf("verdict %+v, want code %q", v, c.want)
			}
			if c.want != "" {
				checkRejected(t, v)
			}
			said := v.Title + " " + v.Detail + " " + v.Fix
			for _, in := range c.in {
				if !strings.Contains(said, in) {
					t.Errorf("%q is not in: %s", in, said)
				}
			}
		})
	}
}

func TestClerkSignsUnderTheNamesThatAreThere(t *testing.T) {
	for _, c := range []struct {
		name   string
		header http.Header
		want   []string
	}{
		{"svix-* where there is nothing", http.Header{}, []string{"Svix-Id"}},
		{"svix-* where that is there", http.Header{"Svix-Id": {"msg_0"}}, []string{"Svix-Id"}},
		{"webhook-* where that is there", http.Header{"Webhook-Signature": {"v1,x"}}, []string{"Webhook-Id"}},
		{"both where both are there", http.Header{"Webhook-Id": {"msg_0"}, "Svix-Id": {"msg_0"}}, []string{"Svix-Id", "Webhook-Id"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := c.header
			must(t, providers.Clerk{}.Signing().SignMessage(h, vectorSecret, "msg_1", now, nil))
			if len(h) != 3*len(c.want) {
				t.Errorf("headers %v", h)
			}
			for _, name := range c.want {
				if h.Get(name) != "msg_1" {
					t.Errorf("%s is %q", name, h.Get(name))
				}
			}
			if v := providers.Verify(providers.Clerk{}, webhook.Request{Header: h}, now, []webhook.Secret{vectorSecret}); !v.Verified {
				t.Errorf("verdict %+v", v)
			}
		})
	}
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}
