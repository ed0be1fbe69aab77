package providers

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// svixAgent and svixAddress are those of a delivery that Clerk sent.
const (
	svixAgent   = "Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"
	svixAddress = "52.215.16.239"
)

// real is a delivery of Clerk's as it comes through a tunnel.
func real(t testing.TB, by webhook.Secret) webhook.Request {
	return webhook.Request{
		Method: "POST", URL: "/api/webhooks/clerk", RemoteAddr: "127.0.0.1:52000", Body: []byte(clerkBody),
		Header: http.Header{
			"Svix-Id": {autopsyID}, "Svix-Timestamp": {strconv.FormatInt(autopsyAt.Unix(), 10)}, "Svix-Signature": {officially(t, by, clerkBody)},
			"User-Agent": {svixAgent}, "X-Forwarded-For": {svixAddress}, "Content-Type": {"application/json"},
		},
	}
}

// Every code that Verify and Explain give, each as it comes about: what was
// done to a real delivery, and what is said of it.
func TestEveryCode(t *testing.T) {
	ours := decoded(t, autopsyOurs)
	public := webhook.NewSecret("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env.local"})
	signature := func(s string) func(*webhook.Request) {
		return func(r *webhook.Request) { r.Header.Set("Svix-Signature", s) }
	}
	content := func(key []byte, content string) func(*webhook.Request) { return signature(v1(hmacOf(key, content))) }
	stamp := strconv.FormatInt(autopsyAt.Unix(), 10)
	stripes := func(key string) func(*webhook.Request) {
		return func(r *webhook.Request) {
			mac := hex.EncodeToString(hmacOf([]byte(key), stamp+"."+string(r.Body)))
			r.Header = http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + mac + ",v0=ab"}, "User-Agent": {"Stripe/1.0 (+https://stripe.com/docs/webhooks)"}}
		}
	}
	flagged := webhook.NewSecret(autopsyOurs.Reveal(), webhook.Source{Variable: "--clerk-secret", Origin: webhook.FromFlag})
	only := func(secrets ...webhook.Secret) webhook.Keyring { return webhook.Keyring{Secrets: secrets} }
	asText := func(f func([]byte) string) string { return "v1," + f(hmacOf(ours, autopsyStampDot+clerkBody)) }
	// What Node makes of Buffer.from(autopsyOurs, "base64").
	node, err := base64.RawURLEncoding.DecodeString("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		by     webhook.Secret
		change func(*webhook.Request)
		late   time.Duration
		keys   webhook.Keyring
		code   webhook.Code
		says   []string // in the title, detail and fix
	}{
		{"nothing is wrong", autopsyOurs, nil, 0, autopsyKeys, "", []string{"Signed with whsec_…LaSw, CLERK_WEBHOOK_SECRET in .env.local."}},

		{"all headers lost on the way", autopsyOurs, func(r *webhook.Request) {
			r.Header.Del("Svix-Id")
			r.Header.Del("Svix-Timestamp")
			r.Header.Del("Svix-Signature")
		}, 0, autopsyKeys, webhook.Unsigned, []string{"It looks genuine", "drops headers"}},
		{"curl with a body alone", autopsyOurs, func(r *webhook.Request) { r.Header = http.Header{"User-Agent": {"curl/8.5.0"}} }, 0, autopsyKeys, webhook.Unsigned, []string{"either something else sent this or its headers were lost", "hooktop trigger"}},
		{"one header lost on the way", autopsyOurs, func(r *webhook.Request) { r.Header.Del("Svix-Timestamp") }, 0, autopsyKeys, webhook.MissingHeaders, []string{"empty: svix-timestamp."}},
		{"a timestamp with a fraction", autopsyOurs, func(r *webhook.Request) { r.Header.Set("Svix-Timestamp", stamp+".5") }, 0, autopsyKeys, webhook.BadTimestamp, []string{"whole seconds"}},
		{"seven minutes late", autopsyOurs, nil, 7*time.Minute + 2*time.Second, autopsyKeys, webhook.TooOld, []string{"422 s old", "300 s are allowed", "hooktop resend"}},
		{"an hour early", autopsyOurs, nil, -time.Hour, autopsyKeys, webhook.TooNew, []string{"60 min ahead of this machine's clock", "if so, this machine's clock is behind"}},
		{"milliseconds for seconds", autopsyOurs, func(r *webhook.Request) {
			r.Header.Set("Svix-Timestamp", stamp+"000")
			content(ours, autopsyID+"."+stamp+"000."+clerkBody)(r)
		}, 0, autopsyKeys, webhook.TooNew, []string{"in milliseconds; the time has to be whole seconds", "Date.now() / 1000"}},
		{"no secret known", autopsyOurs, nil, 0, webhook.Keyring{}, webhook.NoSecret, []string{"into CLERK_WEBHOOK_SIGNING_SECRET in .env.local: hooktop reloads it automatically"}},
		{"no secret known but that of another file", autopsyRotated, nil, 0, webhook.Keyring{Others: []webhook.Secret{autopsyRotated}}, webhook.OtherKnownSecret, []string{"hooktop has no secret to verify with", ".env.production"}},

		{"another endpoint's secret", autopsyUnknown, nil, 0, autopsyKeys, webhook.WrongSecret, []string{
			"It looks genuine (User-Agent Svix-Webhooks/1.84.0, from an address of Svix), but its signature does not match this body with whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local).",
			"2 other secrets tried", "hooktop reloads it automatically; then run hooktop reverify ID to re-verify this delivery",
		}},
		{"another endpoint's secret, and no other known", autopsyUnknown, nil, 0, only(autopsyOurs), webhook.WrongSecret, []string{"1 secret tried, none matches", "Restart the app too, if it has that secret."}},
		{"another endpoint's secret, where ours is from a flag", autopsyUnknown, nil, 0, only(flagged), webhook.WrongSecret, []string{"restart hooktop: that flag overrides variables and .env files."}},
		{"another endpoint's secret, and two hours late", autopsyUnknown, nil, 2 * time.Hour, autopsyKeys, webhook.WrongSecret, []string{"Its timestamp would be rejected too: 120 min old, 300 s allowed."}},
		{"a forgery", autopsyUnknown, func(r *webhook.Request) {
			r.Header.Set("User-Agent", "curl/8.5.0")
			r.Header.Set("Svix-Id", "msg_1")
			r.Header.Set("X-Forwarded-For", "198.51.100.7")
		}, 0, autopsyKeys, webhook.WrongSecret, []string{"Nothing about it looks like Svix (User-Agent curl/8.5.0), and its signature", "hooktop trigger user.created"}},
		{"an invented body under an old signature", autopsyOurs, func(r *webhook.Request) { r.Body = []byte(`{"type":"user.deleted"}`) }, 0, autopsyKeys, webhook.WrongSecret, nil},

		{"the secret of .env.production", autopsyRotated, nil, 0, autopsyKeys, webhook.OtherKnownSecret, []string{"whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env.production)", "hooktop verifies with whsec_…LaSw", "reloads it automatically"}},
		{"the secret of .env.production, and a day late", autopsyRotated, nil, 24 * time.Hour, autopsyKeys, webhook.OtherKnownSecret, []string{"Its timestamp would be rejected too: 24 h old, 300 s allowed."}},
		{"Stripe's secret", autopsyStripe, nil, 0, autopsyKeys, webhook.SwappedSecrets, []string{"STRIPE_WEBHOOK_SECRET", "swap the two"}},
		{"Stripe's delivery, signed by Stripe", autopsyOurs, stripes(autopsyStripe.Reveal()), 0, autopsyKeys, webhook.WrongProvider, []string{"Stripe's signature on Clerk's path", "right for Stripe, made with whsec_…b7oD (STRIPE_WEBHOOK_SECRET).", "stripe listen --forward-to", `"/api/webhooks/clerk"`}},
		{"what claims to be Stripe's", autopsyOurs, stripes("whsec_other"), 0, autopsyKeys, webhook.WrongProvider, []string{"end in hooktop's path for Stripe (/api/webhooks/stripe unless you set another)"}},

		{"a JSON.stringify on the way", autopsyOurs, func(r *webhook.Request) { r.Body = []byte(strings.Replace(stringified, "1.5}", "1.50}", 1)) }, 0, autopsyKeys, webhook.BodyReserialized, []string{"express.raw"}},
		{"a line break on the way", autopsyOurs, func(r *webhook.Request) { r.Body = append(r.Body, '\n') }, 0, autopsyKeys, webhook.BodyNewline, []string{"--data-binary"}},
		{"a line break on the way, and another secret", autopsyRotated, func(r *webhook.Request) { r.Body = append(r.Body, '\n') }, 0, autopsyKeys, webhook.BodyNewline, []string{".env.production"}},

		{"the secret's text as the key", autopsyOurs, content([]byte(autopsyOurs.Reveal()), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"whole text whsec_… as the key"}},
		{"the text after whsec_ as the key", autopsyOurs, content([]byte(autopsyOurs.Reveal()[6:]), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"not decoded"}},
		{"Buffer.from(secret, 'base64') of the whole text", autopsyOurs, content(node, autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"Buffer.from(secret, 'base64')"}},
		{"atob(secret) as text", autopsyOurs, content(latin1Text(ours), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"atob"}},
		{"the key as hex text", autopsyOurs, content([]byte(hex.EncodeToString(ours)), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"as hex"}},
		{"the key as url-safe text, unpadded", autopsyOurs, content([]byte(base64.RawURLEncoding.EncodeToString(ours)), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"not decoded"}},
		{"the secret's text and a line break as the key", autopsyOurs, content([]byte(autopsyOurs.Reveal()+"\n"), autopsyStampDot+clerkBody), 0, autopsyKeys, webhook.LiteralSecret, []string{"and a line break as the key"}},

		{"no id in what is signed", autopsyOurs, content(ours, stamp+"."+clerkBody), 0, autopsyKeys, webhook.MalformedSignature, []string{"without the message id"}},
		{"no time in what is signed", autopsyOurs, content(ours, autopsyID+"."+clerkBody), 0, autopsyKeys, webhook.MalformedSignature, []string{"without the timestamp"}},
		{"the body alone signed", autopsyOurs, content(ours, clerkBody), 0, autopsyKeys, webhook.MalformedSignature, []string{"the body alone"}},
		{"another order", autopsyOurs, content(ours, stamp+"."+autopsyID+"."+clerkBody), 0, autopsyKeys, webhook.MalformedSignature, []string{"another order"}},
		{"signed before the body was there", autopsyOurs, content(ours, autopsyStampDot), 0, autopsyKeys, webhook.MalformedSignature, []string{"the body was empty when it was signed"}},
		{"hex for base64", autopsyOurs, signature(asText(hex.EncodeToString)), 0, autopsyKeys, webhook.MalformedSignature, []string{"as it should be", "written as hex"}},
		{"url-safe base64", autopsyOurs, signature(asText(base64.URLEncoding.EncodeToString)), 0, autopsyKeys, webhook.MalformedSignature, []string{"url-safe"}},
		{"no padding", autopsyOurs, signature(asText(base64.RawStdEncoding.EncodeToString)), 0, autopsyKeys, webhook.MalformedSignature, []string{"without its padding"}},
		{"no version", autopsyOurs, func(r *webhook.Request) {
			r.Header.Set("Svix-Signature", strings.TrimPrefix(r.Header.Get("Svix-Signature"), "v1,"))
		}, 0, autopsyKeys, webhook.MalformedSignature, []string{"without v1, before it"}},
		{"a version in capitals", autopsyOurs, func(r *webhook.Request) { r.Header.Set("Svix-Signature", "V"+r.Header.Get("Svix-Signature")[1:]) }, 0, autopsyKeys, webhook.MalformedSignature, []string{"with V1 instead of v1"}},
		{"quotes around it", autopsyOurs, func(r *webhook.Request) { r.Header.Set("Svix-Signature", `"`+r.Header.Get("Svix-Signature")+`"`) }, 0, autopsyKeys, webhook.MalformedSignature, []string{"in quotes"}},
		{"GitHub's form", autopsyOurs, signature("sha256=" + hex.EncodeToString(hmacOf(ours, autopsyStampDot+clerkBody))), 0, autopsyKeys, webhook.MalformedSignature, []string{"after sha256= instead of v1,", "as hex"}},
		{"cut off", autopsyOurs, signature("v1,g0hM9SsE"), 0, autopsyKeys, webhook.MalformedSignature, []string{"cut off"}},

		{"v1a, and a shared secret alone", autopsyOurs, signature("v1a," + base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))), 0, autopsyKeys, webhook.UnsupportedVersion, []string{"ed25519", "public key (whpk_…)", "shared secret (whsec_…)"}},
		{"v1, and a public key alone", autopsyOurs, nil, 0, only(public), webhook.NoSecret, []string{"only a public key: whpk_…ir4=", "Signing Secret (whsec_…)"}},
		{"v1, and a public key, and the secret in another file", autopsyRotated, nil, 0, webhook.Keyring{Secrets: []webhook.Secret{public}, Others: []webhook.Secret{autopsyRotated}}, webhook.OtherKnownSecret, []string{".env.production"}},
		{"v2", autopsyOurs, signature("v2,AAAA"), 0, autopsyKeys, webhook.UnsupportedVersion, []string{"Clerk signs with v1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, at := real(t, c.by), autopsyAt.Add(c.late)
			if c.change != nil {
				c.change(&r)
			}
			v := Verify(Clerk{}, r, at, c.keys.Secrets)
			if !v.Verified {
				v = Explain(Clerk{}, r, at, v, c.keys)
			}
			said := v.Title + "\n" + v.Detail + "\n" + v.Fix
			if v.Code != c.code || v.Verified != (c.code == "") {
				t.Fatalf("%s: %s\n%+v", v.Code, said, v.Checks)
			}
			evidence := said + fmt.Sprint(v.Checks)
			for _, says := range c.says {
				if !strings.Contains(evidence, says) {
					t.Errorf("it does not say %q:\n%s", says, said)
				}
			}
			if v.Verified {
				return
			}
			if v.Title == "" || v.Fix == "" || !strings.HasSuffix(v.Detail, ".") && !strings.HasSuffix(v.Detail, `"`) || strings.Contains(said, "..") || strings.Contains(said, "  ") {
				t.Errorf("not in sentences:\n%s", said)
			}
			if n := strings.Count(said, "whsec_…LaSw"); n > 1 {
				t.Errorf("it names the secret %d times:\n%s", n, said)
			}
			if strings.Contains(said, " 0 ") {
				t.Errorf("it counts what there is none of:\n%s", said)
			}
			hints := false
			for _, check := range v.Checks {
				if hints && !check.Hint {
					t.Errorf("a proof after the hints: %+v", v.Checks)
				}
				hints = hints || check.Hint
			}
			if !hints {
				t.Errorf("it does not say how it looks: %+v", v.Checks)
			}
		})
	}
}

// Svix's asymmetric vector: the signature of the private key whsk_6Xb/dCc….
func TestTheAsymmetricVector(t *testing.T) {
	public := webhook.NewSecret("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", webhook.Source{Variable: "PUBLIC", File: ".env"})
	at := time.Unix(1614265330, 0)
	r := webhook.Request{Method: "POST", URL: "/api/webhooks/clerk", Body: []byte(`{"test": 2432232314}`), Header: http.Header{
		"Svix-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Svix-Timestamp": {"1614265330"},
		"Svix-Signature": {"v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="},
	}}
	for _, secrets := range [][]webhook.Secret{{public}, {autopsyOurs, public}} {
		if v := Verify(Clerk{}, r, at, secrets); !v.Verified || !strings.Contains(v.Detail, "the private key of whpk_…ir4=") || v.Secret != "whpk_…ir4= (PUBLIC in .env)" {
			t.Errorf("verdict %+v", v)
		}
		if v := Verify(Clerk{}, r, at.Add(time.Hour), secrets); v.Code != webhook.TooOld {
			t.Errorf("an hour later: %+v", v)
		}
	}
	for name, change := range map[string]func(*webhook.Request){
		"another body":      func(r *webhook.Request) { r.Body = []byte(`{"test": 2432232315}`) },
		"another id":        func(r *webhook.Request) { r.Header.Set("Svix-Id", "msg_1") },
		"another timestamp": func(r *webhook.Request) { r.Header.Set("Svix-Timestamp", "1614265331") },
	} {
		changed := r
		changed.Header = r.Header.Clone()
		change(&changed)
		if v := Verify(Clerk{}, changed, at, []webhook.Secret{public}); v.Verified || v.Code != webhook.WrongSecret {
			t.Errorf("%s: %+v", name, v)
		}
	}

	newline := r
	newline.Body = append([]byte(nil), append(r.Body, '\n')...)
	v := Verify(Clerk{}, newline, at, []webhook.Secret{public})
	if v = Explain(Clerk{}, newline, at, v, webhook.Keyring{Secrets: []webhook.Secret{public}}); v.Code != webhook.BodyNewline {
		t.Errorf("a line break more: %+v", v)
	}
	v = Verify(Clerk{}, r, at, []webhook.Secret{autopsyOurs})
	if v = Explain(Clerk{}, r, at, v, webhook.Keyring{Secrets: []webhook.Secret{autopsyOurs}, Others: []webhook.Secret{public}}); v.Code != webhook.OtherKnownSecret {
		t.Errorf("its key in another file: %+v", v)
	}
}

// A public key is public: what is signed with it as a shared secret must not
// verify, or everybody could.
func TestAPublicKeyIsNoSharedSecret(t *testing.T) {
	const text = "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	public := webhook.NewSecret("whpk_"+text, webhook.Source{Variable: "PUBLIC"})
	for name, k := range map[string][]byte{"its bytes": key, "its text": []byte(text), "its whole text": []byte("whpk_" + text)} {
		v := autopsyOf(v1(hmacOf(k, autopsyStampDot+clerkBody)), clerkBody, webhook.Keyring{Secrets: []webhook.Secret{autopsyOurs, public}})
		if v.Verified || v.Code != webhook.WrongSecret {
			t.Errorf("signed with %s: %+v", name, v)
		}
	}
	err = Clerk{}.Signing().SignMessage(http.Header{}, public, "msg_1", autopsyAt, nil)
	fixer, ok := err.(interface{ Fix() string }) //nolint:errorlint // it is returned bare
	if !ok || !strings.Contains(err.Error(), "whpk_…ir4= (PUBLIC)") || !strings.Contains(fixer.Fix(), "whsec_") {
		t.Errorf("signed with it: %v", err)
	}
}

// The published vector of stripe-go, on Clerk's path.
func TestStripesVector(t *testing.T) {
	r := webhook.Request{URL: "/api/webhooks/clerk", Body: []byte(`{"id":"evt_test_webhook","object":"event"}`), Header: http.Header{
		"Stripe-Signature": {"t=1492774577,v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a"},
	}}
	stripe := webhook.NewSecret("whsec_test_secret", webhook.Source{Variable: "STRIPE_WEBHOOK_SECRET"})
	v := Verify(Clerk{}, r, autopsyAt, nil)
	explained := Explain(Clerk{}, r, autopsyAt, v, webhook.Keyring{Exchanged: []webhook.Secret{stripe}})
	if explained.Code != webhook.WrongProvider || !strings.Contains(explained.Secret, "STRIPE_WEBHOOK_SECRET") {
		t.Errorf("verdict %+v", explained)
	}
	r.Body = append(r.Body, ' ')
	if explained := Explain(Clerk{}, r, autopsyAt, v, webhook.Keyring{Exchanged: []webhook.Secret{stripe}}); explained.Secret != "" {
		t.Errorf("another body: %+v", explained)
	}
	for _, header := range []string{"", "t=", "v1=ab", "t=1,v1=zz", strings.Repeat("v1="+strings.Repeat("0", 64)+",", 1000)} {
		r.Header.Set("Stripe-Signature", header)
		if explained := Explain(Clerk{}, r, autopsyAt, v, webhook.Keyring{Exchanged: []webhook.Secret{stripe}}); explained.Secret != "" || explained.Code != webhook.WrongProvider {
			t.Errorf("%.20q: %+v", header, explained)
		}
	}
}
