package providers_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

const stripeBody = `{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":{"name":"caf\u00e9 \u0026 <b>","customer":"cus_1"}}}`

var (
	stripeOurs  = webhook.NewSecret("whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0a7be9c0e4bd8a4a3", webhook.Source{Variable: "STRIPE_WEBHOOK_SECRET"})
	stripeCLI   = webhook.NewSecret("whsec_4f1dc0a4bd6e09d7b2a78c92e1f3aa5566778899aabbccdd", webhook.Source{Variable: "STRIPE_CLI_SECRET", File: ".env"})
	stripeClerk = webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "CLERK_WEBHOOK_SECRET"})
)

func macHex(key, content string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(content))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestStripeNamesTheCause(t *testing.T) {
	stamp := fmt.Sprint(now.Unix())
	good := macHex(stripeOurs.Reveal(), stamp+"."+stripeBody)
	raw, err := hex.DecodeString(good)
	must(t, err)
	decoded, err := base64.StdEncoding.DecodeString(stripeOurs.Reveal()[6:])
	must(t, err)
	header := func(v string) string { return "t=" + stamp + "," + v }
	for _, c := range []struct {
		name, header, body string
		at                 time.Duration
		code               webhook.Code
		says               []string
	}{
		{"nothing is wrong", header("v1=" + good), stripeBody, 0, "", []string{"STRIPE_WEBHOOK_SECRET"}},
		{"a rolled secret's signature first", header("v1=" + macHex("whsec_old", stamp+"."+stripeBody) + ",v1=" + good), stripeBody, 0, "", nil},
		{"test mode's v0 beside it", header("v1=" + good + ",v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"), stripeBody, 0, "", nil},
		{"parts in another order, with blanks", "v1=" + good + ", t=" + stamp, stripeBody, 0, "", nil},
		{"no header", "", stripeBody, 0, webhook.Unsigned, []string{"no stripe-signature", "hooktop trigger customer.subscription.updated"}},
		{"a blank header", " ", stripeBody, 0, webhook.MissingHeaders, []string{"nothing in it"}},
		{"no time", "v1=" + good, stripeBody, 0, webhook.MalformedSignature, []string{"has no “t=”"}},
		{"a date for a time", "t=2026-11-22,v1=" + good, stripeBody, 0, webhook.BadTimestamp, []string{`"2026-11-22"`}},
		{"v0 alone", header("v0=" + good), stripeBody, 0, webhook.UnsupportedVersion, []string{`"v0"`}},
		{"no signature", "t=" + stamp, stripeBody, 0, webhook.MalformedSignature, []string{"no “v1=”"}},
		{"a signature without its version", header(good), stripeBody, 0, webhook.MalformedSignature, []string{"The signature is written"}},
		{"base64 for hex", header("v1=" + base64.StdEncoding.EncodeToString(raw)), stripeBody, 0, webhook.MalformedSignature, []string{"The signature is written"}},
		{"a signature that is cut off", header("v1=" + good[:40]), stripeBody, 0, webhook.MalformedSignature, []string{"not the hex of 32 bytes"}},
		{"301 s late", header("v1=" + good), stripeBody, 301 * time.Second, webhook.TooOld, []string{"301 s old"}},
		{"301 s early", header("v1=" + good), stripeBody, -301 * time.Second, webhook.TooNew, []string{"clock"}},
		{"an unknown secret", header("v1=" + macHex("whsec_nobody", stamp+"."+stripeBody)), stripeBody, 0, webhook.WrongSecret, []string{"stripe listen", "Restart the app too"}},
		{"the secret of stripe listen", header("v1=" + macHex(stripeCLI.Reveal(), stamp+"."+stripeBody)), stripeBody, 0, webhook.OtherKnownSecret, []string{"STRIPE_CLI_SECRET in .env", "into STRIPE_WEBHOOK_SECRET"}},
		{"the secret in Clerk's variable", header("v1=" + macHex(stripeClerk.Reveal(), stamp+"."+stripeBody)), stripeBody, 0, webhook.SwappedSecrets, []string{"CLERK_WEBHOOK_SECRET", "into STRIPE_WEBHOOK_SECRET, where Stripe's signing secret belongs"}},
		{"the secret decoded as Clerk's are", header("v1=" + macHex(string(decoded), stamp+"."+stripeBody)), stripeBody, 0, webhook.LiteralSecret, []string{"the base64-decoded text after whsec_", "is not decoded"}},
		{"the secret without its prefix", header("v1=" + macHex(stripeOurs.Reveal()[6:], stamp+"."+stripeBody)), stripeBody, 0, webhook.LiteralSecret, []string{"the text after whsec_ as the key"}},
		{"the body alone is signed", header("v1=" + macHex(stripeOurs.Reveal(), stripeBody)), stripeBody, 0, webhook.MalformedSignature, []string{"the body alone", "Sign t.body"}},
		{"a line break too many", header("v1=" + good), stripeBody + "\n", 0, webhook.BodyNewline, []string{"a line break was added"}},
		{"rewritten by JSON.stringify", header("v1=" + macHex(stripeOurs.Reveal(), stamp+"."+`{"a":"\u003cb\u003e"}`)), `{"a":"<b>"}`, 0, webhook.BodyReserialized, []string{"as Go does"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := webhook.Request{Method: "POST", URL: "/api/webhooks/stripe", Header: http.Header{}, Body: []byte(c.body)}
			if c.header != "" {
				r.Header.Set("Stripe-Signature", c.header)
			}
			ring := webhook.Keyring{Secrets: []webhook.Secret{stripeOurs}, Others: []webhook.Secret{stripeCLI}, Exchanged: []webhook.Secret{stripeClerk}}
			v := providers.Verify(providers.Stripe{}, r, now.Add(c.at), ring.Secrets)
			if !v.Verified {
				checkRejected(t, v)
				v = providers.Explain(providers.Stripe{}, r, now.Add(c.at), v, ring)
			}
			if v.Code != c.code || v.Verified != (c.code == "") {
				t.Fatalf("%+v, want %q", v, c.code)
			}
			for _, want := range c.says {
				if all := v.Title + " " + v.Detail + " " + v.Fix; !strings.Contains(all, want) {
					t.Errorf("%q does not say %q", all, want)
				}
			}
			for _, s := range []webhook.Secret{stripeOurs, stripeCLI, stripeClerk} {
				noSecretIn(t, fmt.Sprintf("%+v", v), s.Reveal())
			}
		})
	}
}

func TestAStripeDeliveryOfAnotherTimeIsSaidToBeStripes(t *testing.T) {
	r := signed(t, providers.Stripe{}, stripeOurs, []byte(stripeBody))
	r.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	received := now.Add(-time.Hour)
	v := providers.Verify(providers.Stripe{}, r, received, []webhook.Secret{stripeOurs})
	if v.Code != webhook.TooNew || !strings.Contains(v.Detail, "It looks like it really comes from Stripe, whose clocks are kept right") {
		t.Errorf("too new: %+v", v)
	}
	before := recent.History{{At: received.Add(-time.Minute), Signed: received.Add(-time.Minute), MessageID: "evt_0"}}
	v = before.Reconsider(recent.Delivery{At: received, Signed: now, MessageID: "evt_1", Tolerance: 300 * time.Second}, v)
	if all := v.Detail + v.Fix; !strings.Contains(v.Fix, "Check the clock of whatever signed this") || strings.Contains(all, "Svix") {
		t.Errorf("too new, where another was in time: %+v", v)
	}
}

func TestAStripeDeliveryMayHaveAWrongTimeAsWell(t *testing.T) {
	r := signed(t, providers.Stripe{}, stripeOurs, []byte(stripeBody))
	const says = "Its timestamp would be rejected too: 60 min old, 300 s allowed."
	for at, want := range map[time.Duration]bool{0: false, time.Hour: true} {
		v := providers.Verify(providers.Stripe{}, r, now.Add(at), []webhook.Secret{stripeCLI})
		if v.Code != webhook.WrongSecret || strings.Contains(v.Detail, says) != want {
			t.Errorf("after %s: %+v", at, v)
		}
	}
}

func TestSvixHeadersOnStripesPathAreAnotherProviders(t *testing.T) {
	clerks := secretOf(providers.Clerk{})
	r := signed(t, providers.Clerk{}, clerks, []byte(`{}`))
	r.URL = "/api/webhooks/stripe?x=1"
	v := providers.Verify(providers.Stripe{}, r, now, []webhook.Secret{stripeOurs})
	if v.Code != webhook.WrongProvider || !strings.Contains(v.Title, "Clerk's signature") || !strings.Contains(v.Fix, `"/api/webhooks/stripe", is Stripe's`) {
		t.Errorf("verdict %+v", v)
	}
	checkRejected(t, v)
	if !strings.Contains(v.Fix, "hooktop's path for Clerk (/api/webhooks/clerk unless you set another)") {
		t.Errorf("it does not name Clerk's path: %s", v.Fix)
	}
	for _, c := range []struct {
		name   string
		at     time.Duration
		secret webhook.Secret
		holds  bool
	}{
		{"with Clerk's secret", 0, clerks, true},
		{"with Clerk's secret, late", time.Hour, clerks, true},
		{"with an unknown secret", 0, webhook.NewSecret("whsec_YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2Rm", webhook.Source{Variable: "nowhere"}), false},
	} {
		keys := webhook.Keyring{Secrets: []webhook.Secret{stripeOurs}, Exchanged: []webhook.Secret{c.secret}}
		got := providers.Explain(providers.Stripe{}, r, now.Add(c.at), v, keys)
		if holds := strings.Contains(got.Detail, "Its signature is right for Clerk"); holds != c.holds || got.Code != webhook.WrongProvider || (got.Secret != "") != c.holds {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
