package providers

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// clerkBody is a body as Clerk writes it: sorted keys, < > & escaped, other
// characters as they are.
const clerkBody = `{"data":{"bio":"café \u003cb\u003e 😀","email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_1","image_url":"https://img.clerk.com/a?x=1\u0026y=2","score":1.50},"object":"event","timestamp":1716883200000,"type":"user.created"}`

// stringified is JSON.stringify(JSON.parse(body)) in JavaScript.
const stringified = `{"data":{"bio":"café <b> 😀","email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_1","image_url":"https://img.clerk.com/a?x=1&y=2","score":1.5},"object":"event","timestamp":1716883200000,"type":"user.created"}`

var (
	autopsyOurs     = webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env.local"})
	autopsyRotated  = webhook.NewSecret("whsec_plJ3nmyCDGBKInavdOK15jsl", webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env.production"})
	autopsyStripe   = webhook.NewSecret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", webhook.Source{Variable: "STRIPE_WEBHOOK_SECRET"})
	autopsyUnknown  = webhook.NewSecret("whsec_YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2Rm", webhook.Source{Variable: "nowhere"})
	autopsyKeys     = webhook.Keyring{Secrets: []webhook.Secret{autopsyOurs}, Others: []webhook.Secret{autopsyRotated}, Exchanged: []webhook.Secret{autopsyStripe}}
	autopsyAt       = time.Unix(1716883200, 0)
	autopsyID       = "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	autopsyStampDot = autopsyID + "." + fmt.Sprint(autopsyAt.Unix()) + "."
)

func hmacOf(key []byte, content string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(content))
	return mac.Sum(nil)
}

func decoded(t interface{ Fatal(...any) }, s webhook.Secret) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// autopsyOf judges a body that arrived under a signature header.
func autopsyOf(signature, arrived string, keys webhook.Keyring) webhook.Verdict {
	r := webhook.Request{Method: "POST", URL: "/api/webhooks/clerk", Body: []byte(arrived), Header: http.Header{
		"Svix-Id": {autopsyID}, "Svix-Timestamp": {fmt.Sprint(autopsyAt.Unix())}, "Svix-Signature": {signature},
	}}
	v := Verify(Clerk{}, r, autopsyAt, keys.Secrets)
	if v.Verified {
		return v
	}
	return Explain(Clerk{}, r, autopsyAt, v, keys)
}

// officially is what Svix's own library signs.
func officially(t testing.TB, s webhook.Secret, body string) string {
	wh, err := svix.NewWebhook(s.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	signature, err := wh.Sign(autopsyID, autopsyAt, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func v1(mac []byte) string { return "v1," + base64.StdEncoding.EncodeToString(mac) }

// Each cause, made as it happens: how it was signed, and what arrived.
func TestEveryCauseIsNamed(t *testing.T) {
	ours := decoded(t, autopsyOurs)
	good := officially(t, autopsyOurs, clerkBody)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(clerkBody), "", "  "); err != nil {
		t.Fatal(err)
	}
	asText, err := json.Marshal(clerkBody)
	if err != nil {
		t.Fatal(err)
	}
	python := `{"data": {"bio": "caf\u00e9", "n": 1.0}, "type": "x"}`
	php := `{"type":"x","url":"https:\/\/a.b\/c","bio":"caf\u00e9"}`
	for _, c := range []struct {
		name, signature, arrived string
		code                     webhook.Code
		says                     []string // in the detail, the fix and the checks
	}{
		{"nothing is wrong", good, clerkBody, "", nil},
		{"an unknown secret", v1(hmacOf(decoded(t, autopsyUnknown), autopsyStampDot+clerkBody)), clerkBody, webhook.WrongSecret, []string{"forms of the body tried", "2 other secrets tried"}},
		{"the secret of .env.production", v1(hmacOf(decoded(t, autopsyRotated), autopsyStampDot+clerkBody)), clerkBody, webhook.OtherKnownSecret, []string{"CLERK_WEBHOOK_SECRET in .env.production"}},
		{"Stripe's secret", v1(hmacOf(decoded(t, autopsyStripe), autopsyStampDot+clerkBody)), clerkBody, webhook.SwappedSecrets, []string{"STRIPE_WEBHOOK_SECRET", "swap the two"}},

		{"express.json() and JSON.stringify", good, strings.Replace(stringified, `1.5}`, `1.50}`, 1), webhook.BodyReserialized, []string{`(as Go does)`, "First difference at byte 22", `<b>`, "express.raw"}},
		{"a proxy that indents", good, pretty.String(), webhook.BodyReserialized, []string{"without spaces", "First difference at byte 1"}},
		{"a proxy that indents and ends the line", good, pretty.String() + "\n", webhook.BodyReserialized, nil},
		{"the signed one was Python's", v1(hmacOf(ours, autopsyStampDot+python)), `{"data":{"bio":"café","n":1.0},"type":"x"}`, webhook.BodyReserialized, []string{"as Python does"}},
		{"the signed one was PHP's", v1(hmacOf(ours, autopsyStampDot+php)), `{"type":"x","url":"https://a.b/c","bio":"café"}`, webhook.BodyReserialized, []string{"as PHP does"}},
		{"keys in another order", v1(hmacOf(ours, autopsyStampDot+`{"a":1,"b":{"c":2,"d":3}}`)), `{"b":{"d":3,"c":2},"a":1}`, webhook.BodyReserialized, []string{"sorted keys"}},
		{"a number in another form", v1(hmacOf(ours, autopsyStampDot+`{"a":1,"b":1e+21,"c":1e-7}`)), `{"a":1.0,"b":1e21,"c":0.0000001}`, webhook.BodyReserialized, []string{"JavaScript"}},
		{"base64 around the body", good, base64.StdEncoding.EncodeToString([]byte(clerkBody)), webhook.BodyReserialized, []string{"base64-encoded", "isBase64Encoded"}},
		{"a JSON string around the body", good, string(asText), webhook.BodyReserialized, []string{"JSON string", "stringified twice"}},
		{"rewritten, and another secret", v1(hmacOf(decoded(t, autopsyRotated), autopsyStampDot+clerkBody)), pretty.String(), webhook.BodyReserialized, []string{".env.production"}},

		{"a line break too many", good, clerkBody + "\n", webhook.BodyNewline, []string{"a line break was added", "--data-binary"}},
		{"CR LF too many", good, clerkBody + "\r\n", webhook.BodyNewline, []string{"CR LF"}},
		{"a line break too few", v1(hmacOf(ours, autopsyStampDot+clerkBody+"\n")), clerkBody, webhook.BodyNewline, []string{"was lost"}},
		{"a byte order mark", good, "\xef\xbb\xbf" + clerkBody, webhook.BodyNewline, []string{"byte order mark"}},
		{"blanks around", good, "  " + clerkBody + " \t\n", webhook.BodyNewline, nil},
		{"LF for CR LF", v1(hmacOf(ours, autopsyStampDot+"{\r\n}")), "{\n}", webhook.BodyNewline, []string{"CR LF"}},

		{"the secret's text as the key", v1(hmacOf([]byte(autopsyOurs.Reveal()), autopsyStampDot+clerkBody)), clerkBody, webhook.LiteralSecret, []string{"whole text"}},
		{"the text after whsec_ as the key", v1(hmacOf([]byte(autopsyOurs.Reveal()[6:]), autopsyStampDot+clerkBody)), clerkBody, webhook.LiteralSecret, []string{"not decoded"}},
		{"the key as hex text", v1(hmacOf([]byte(hex.EncodeToString(ours)), autopsyStampDot+clerkBody)), clerkBody, webhook.LiteralSecret, []string{"as hex"}},

		{"no id in what is signed", v1(hmacOf(ours, fmt.Sprint(autopsyAt.Unix())+"."+clerkBody)), clerkBody, webhook.MalformedSignature, []string{"without the message id"}},
		{"the body alone", v1(hmacOf(ours, clerkBody)), clerkBody, webhook.MalformedSignature, []string{"the body alone"}},
		{"another order", v1(hmacOf(ours, fmt.Sprint(autopsyAt.Unix())+"."+autopsyID+"."+clerkBody)), clerkBody, webhook.MalformedSignature, []string{"another order"}},
		{"hex for base64", "v1," + hex.EncodeToString(hmacOf(ours, autopsyStampDot+clerkBody)), clerkBody, webhook.MalformedSignature, []string{"as hex"}},
		{"no version", base64.StdEncoding.EncodeToString(hmacOf(ours, autopsyStampDot+clerkBody)), clerkBody, webhook.MalformedSignature, []string{"without v1, before it"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := autopsyOf(c.signature, c.arrived, autopsyKeys)
			if v.Code != c.code || v.Verified != (c.code == "") {
				t.Fatalf("%s: %s\n%+v", v.Code, v.Detail, v.Checks)
			}
			for _, says := range c.says {
				if !strings.Contains(v.Detail+"\n"+v.Fix+fmt.Sprint(v.Checks), says) {
					t.Errorf("it does not say %q: %s\n%s", says, v.Detail, v.Fix)
				}
			}
			if c.code != "" && (v.Title == "" || v.Detail == "" || v.Fix == "" || len(v.Checks) == 0) {
				t.Errorf("incomplete: %+v", v)
			}
			for _, s := range []webhook.Secret{autopsyOurs, autopsyRotated, autopsyStripe} {
				if strings.Contains(fmt.Sprintf("%+v", v), s.Reveal()[6:]) {
					t.Error("it shows a secret")
				}
			}
		})
	}
}

// What is found is proven: bytes that nobody signed are never explained.
func TestNothingIsExplainedByChance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signature := v1(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "mac"))
		body := rapid.OneOf(rapid.Just(clerkBody), rapid.String(), rapid.StringMatching(`\{"[a-z]":[0-9.e]{0,9}\}`)).Draw(t, "body")
		if v := autopsyOf(signature, body, autopsyKeys); v.Code != webhook.WrongSecret {
			t.Fatalf("%s: %s", v.Code, v.Detail)
		}
	})
}
