package redact_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/redact"
)

// reporter is a test, a fuzz target or one of rapid's checks.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// sample returns one of Clerk's events.
func sample(t reporter, kind string) []byte {
	t.Helper()
	body, err := providers.Clerk{}.Sample(webhook.Sample{Type: kind, At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatalf("sample %s: %v", kind, err)
	}
	return body
}

func TestOneTimeCode(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"in an e-mail", `{"type":"email.created","data":{"data":{"otp_code":"424242"}}}`, "424242"},
		{"in a text message", `{"type":"sms.created","data":{"data":{"otp_code":"013370"}}}`, "013370"},
		{"as a number", `{"type":"sms.created","data":{"data":{"otp_code":424242}}}`, "424242"},
		{"only in the text, as in the specification's example", `{"type":"sms.created","data":{"slug":"verification_code","message":"Your verification code is 123456","data":{}}}`, "123456"},
		{"only in the subject", `{"type":"email.created","data":{"subject":"123456 is your code","data":{"otp_code":null}}}`, "123456"},
		{"not the digits of an invitation", `{"type":"email.created","data":{"slug":"invitation","subject":"Order 123456 invites you"}}`, ""},
		{"not part of a longer number", `{"type":"sms.created","data":{"message":"call 4912345678"}}`, ""},
		{"not in another event", `{"type":"user.created","data":{"data":{"otp_code":"424242"}}}`, ""},
		{"not control characters", `{"type":"email.created","data":{"data":{"otp_code":"\u001b[2J"}}}`, ""},
		{"not a whole text", `{"type":"email.created","data":{"data":{"otp_code":"a code that is far too long"}}}`, ""},
		{"not an object", `{"type":"email.created","data":{"data":{"otp_code":{"a":1}}}}`, ""},
		{"not in invalid JSON", `{"type":"email.created"`, ""},
		{"not in an empty body", ``, ""},
	} {
		if got := redact.OneTimeCode([]byte(c.body)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, kind := range (providers.Clerk{}).Samples() {
		code := redact.OneTimeCode(sample(t, kind))
		if has := len(code) == 6; has != redact.MayHaveCode(kind) {
			t.Errorf("the sample of %s has the code %q", kind, code)
		}
	}
}

func TestBody(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"a code, and nothing around it", "{ \"b\" : 1.50,\n\"otp_code\":\"424242\" , \"a\":\"\\u00e9\" }", "{ \"b\" : 1.50,\n\"otp_code\":\"******\" , \"a\":\"\\u00e9\" }"},
		{"the code wherever it occurs", `{"otp_code":"424242","subject":"424242 is your code","body":"<b>424242</b>"}`, `{"otp_code":"******","subject":"****** is your code","body":"<b>******</b>"}`},
		{"before it is known", `{"body":"code:424242.","data":{"otp_code":"424242"}}`, `{"body":"code:******.","data":{"otp_code":"******"}}`},
		{"not part of another number", `{"otp_code":"424242","a":"1424242","b":"424242a","c":4242421}`, `{"otp_code":"******","a":"1424242","b":"424242a","c":4242421}`},
		{"a code that is a number", `{"otp_code":424242,"message":"it is 424242","n":424242}`, `{"otp_code":0,"message":"it is ******","n":0}`},
		{"a code only in the text", `{"type":"sms.created","data":{"message":"Your code is 123456","data":{}}}`, `{"type":"sms.created","data":{"message":"Your code is ******","data":{}}}`},
		{"tokens, by the ending of their names", `{"access_token":"abc","refreshToken":"d","page":"e"}`, `{"access_token":"[redacted]","refreshToken":"[redacted]","page":"e"}`},
		{"everything inside a secret name", `{"backup_codes":["a1","b2"],"token":{"x":"y","n":[1,true,null]},"z":"z"}`, `{"backup_codes":["[redacted]","[redacted]"],"token":{"x":"[redacted]","n":[0,true,null]},"z":"z"}`},
		{"nothing beside it", `[{"secret":["a"]},"b",{"c":["d"]}]`, `[{"secret":["[redacted]"]},"b",{"c":["d"]}]`},
		{"not names that only begin so", `{"password_enabled":true,"token_count":3,"passwordless":"no"}`, `{"password_enabled":true,"token_count":3,"passwordless":"no"}`},
		{"an escaped name", `{"otp\u005fcode":"424242"}`, `{"otp\u005fcode":"******"}`},
		{"an escaped value", `{"otp_code":"424242","body":"\u003cb\u003e\u0034\u0032424\u0032\u003c/b\u003e"}`, `{"otp_code":"******","body":"\u003cb\u003e******\u003c/b\u003e"}`},
		{"a ticket in a link", `{"url":"https://x.dev/accept?a=1&__clerk_ticket=eyJhb&b=2"}`, `{"url":"https://x.dev/accept?a=1&__clerk_ticket=[redacted]&b=2"}`},
		{"a token in an escaped link", `{"url":"https://x.dev/v1/verify?a=1\u0026token=abc\u0026b=2"}`, `{"url":"https://x.dev/v1/verify?a=1\u0026token=[redacted]\u0026b=2"}`},
		{"a ticket in a link in HTML", `{"body":"<a href=\"https://x.dev/?a=1&amp;ticket=abc\">"}`, `{"body":"<a href=\"https://x.dev/?a=1&amp;ticket=[redacted]\">"}`},
		{"a token in a link inside a link", `{"url":"https://x.dev/?to=https%3A%2F%2Fy%3Ftoken%3Dabc&a=1"}`, `{"url":"https://x.dev/?to=https%3A%2F%2Fy%3Ftoken%3D[redacted]&a=1"}`},
		{"a whole magic link", `{"magic_link":"https://x.dev/v1"}`, `{"magic_link":"[redacted]"}`},
		{"a session token anywhere", `{"a":"is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here"}`, `{"a":"is [redacted] here"}`},
		{"keys with a known prefix", `{"a":"sk_live_abcdefgh12","b":"whsec_MfKQ9r8GKYqrTwjU"}`, `{"a":"[redacted]","b":"[redacted]"}`},
		{"a password in a URL", `{"a":"https://ada:hunter2@x.dev/"}`, `{"a":"https://ada:[redacted]@x.dev/"}`},
		{"not the URL of a Clerk image", `{"image_url":"https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9?width=80\u0026height=80"}`, `{"image_url":"https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9?width=80\u0026height=80"}`},
		{"not empty strings and null", `{"token":"","secret":null,"otp_code":null}`, `{"token":"","secret":null,"otp_code":null}`},
		{"half a body", `{"otp_code":"424242","body":"it is 424242, and tok`, `{"otp_code":"******","body":"it is ******, and tok`},
		{"in JSON inside a JSON string", `{"body":"{\"otp_code\":\"424242\",\"n\": 1.50,\"t\":\"it is \u0034\u00324242\"}","a":"424242"}`, `{"body":"{\"otp_code\":\"******\",\"n\": 1.50,\"t\":\"it is ******\"}","a":"******"}`},
		{"in a body that is one JSON string", `"{\"type\":\"sms.created\",\"data\":{\"message\":\"123456 it is\"},\"refresh_token\":\"abc\"}"`, `"{\"type\":\"sms.created\",\"data\":{\"message\":\"****** it is\"},\"refresh_token\":\"[redacted]\"}"`},
		{"in base64 inside a string", `{"body":"eyJvdHBfY29kZSI6IjQyNDI0MiJ9","isBase64Encoded":true,"a":"424242"}`, `{"body":"[redacted]","isBase64Encoded":true,"a":"******"}`},
		{"not base64 without secrets", `{"body":"eyJhIjoxfQ=="}`, `{"body":"eyJhIjoxfQ=="}`},
		{"in a body that is base64", "eyJvdHBfY29kZSI6IjQyNDI0MiJ9\n", "[redacted]\n"},
		{"in JSON in a form", `a=1&payload=%7B%22otp_code%22%3A%22424242%22%7D&b=424242`, `a=1&payload=[redacted]&b=******`},
		{"in URL-encoded JSON without a name", `%7B%22otp_code%22%3A%22424242%22%7D`, `[redacted]`},
		{"not a form without secrets", `payload=%7B%22a%22%3A1%7D`, `payload=%7B%22a%22%3A1%7D`},
		{"a form", `a=1&token=abc&b=2`, `a=1&token=[redacted]&b=2`},
		{"text", `the token=abc and ada`, `the token=[redacted] and ada`},
		{"an empty body", ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(redact.Body([]byte(c.body))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// An app's answer may contain the delivery's code.
func TestBodyMasksCodesThatItIsGiven(t *testing.T) {
	for _, c := range []struct{ name, from, body, want string }{
		{"in text", `{"otp_code":"424242"}`, `sent 424242, not 4242420`, `sent ******, not 4242420`},
		{"in JSON", `{"otp_code":424242}`, `{"got":"424242","n":424242,"in":"{\"n\":424242}"}`, `{"got":"******","n":0,"in":"{\"n\":0}"}`},
		{"in a text message", `{"type":"sms.created","data":{"message":"123456 is it"}}`, `ok 123456`, `ok ******`},
		{"from a body inside another", `{"body":"{\"otp_code\":\"424242\"}"}`, `it is 424242`, `it is ******`},
		{"none", `{"a":"424242"}`, `424242`, `424242`},
	} {
		if got := string(redact.Body([]byte(c.body), redact.OneTimeCodes([]byte(c.from))...)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestBodyMasksSamples(t *testing.T) {
	for _, kind := range (providers.Clerk{}).Samples() {
		body := sample(t, kind)
		kept := bytes.Clone(body)
		got := redact.Body(body)
		if !bytes.Equal(body, kept) {
			t.Fatalf("%s: Body changed its argument", kind)
		}
		if code := redact.OneTimeCode(body); code != "" && (bytes.Contains(got, []byte(code)) || !bytes.Contains(got, []byte("******"))) {
			t.Errorf("%s still has its code %s", kind, code)
		}
		if bytes.Contains(body, []byte("ticket=")) == bytes.Equal(got, body) && !redact.MayHaveCode(kind) {
			t.Errorf("%s: masked %v: %s", kind, !bytes.Equal(got, body), got)
		}
		sameShape(t, body, got)
	}
}

// sameShape checks that two bodies are the same JSON except for strings and numbers.
func sameShape(t reporter, a, b []byte) {
	t.Helper()
	one, other := json.NewDecoder(bytes.NewReader(a)), json.NewDecoder(bytes.NewReader(b))
	one.UseNumber()
	other.UseNumber()
	for {
		x, errX := one.Token()
		y, errY := other.Token()
		if errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF) {
			return
		}
		if errX != nil || errY != nil {
			t.Fatalf("%v, %v: %s became %s", errX, errY, a, b)
		}
		_, text := x.(string)
		_, still := y.(string)
		_, number := x.(json.Number)
		_, stillNumber := y.(json.Number)
		if text != still || number != stillNumber || !text && !number && x != y {
			t.Fatalf("%v became %v: %s became %s", x, y, a, b)
		}
	}
}

func TestBodyKeepsJSON(t *testing.T) {
	names := rapid.SampledFrom([]string{"otp_code", "token", "a", "url", "body", "client-secret", "é\"\\"})
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"424242", "it is 424242", "https://x?token=a\"b", "a\\u0026token=c", "eyJhbGciOiJI.eyJzdWIiOiI.x", `{"token":"a\u0022","n":424242}`, `["{\"otp\":\"424242\"`, "eyJ0b2tlbiI6ImEifQ==", "\u2028<&>"}))
	var values func(deep int) *rapid.Generator[any]
	values = func(deep int) *rapid.Generator[any] {
		flat := rapid.OneOf(rapid.Map(texts, func(s string) any { return s }), rapid.Map(rapid.Float64Range(-1e9, 1e9), func(f float64) any { return f }), rapid.SampledFrom([]any{nil, true}))
		if deep == 0 {
			return flat
		}
		return rapid.OneOf(flat,
			rapid.Map(rapid.SliceOfN(values(deep-1), 0, 4), func(v []any) any { return v }),
			rapid.Map(rapid.MapOfN(names, values(deep-1), 0, 4), func(v map[string]any) any { return v }))
	}
	rapid.Check(t, func(t *rapid.T) {
		body, err := json.Marshal(values(3).Draw(t, "value"))
		if err != nil {
			t.Fatalf("%v", err)
		}
		got := redact.Body(body)
		sameShape(t, body, got)
		if again := redact.Body(got); !bytes.Equal(got, again) {
			t.Fatalf("%s, and then %s", got, again)
		}
	})
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"otp_code":"424242","a":["424242"]}`, `"\ud83d\ude00 token=a`, `{"token":{"a":[1,{"b":"c"}]}}`, "\\", `"\u00`, `]]}}{"secret":-`, `"{\"otp_code\":\"424242`, `a=%7B%22token%22%3A1%7D`, `["eyJ0b2tlbiI6ImEifQ"]`} {
		f.Add([]byte(s))
	}
	f.Add(sample(f, "email.created"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := redact.Body(body)
		if json.Valid(body) {
			if !json.Valid(got) {
				t.Errorf("%q became %q", body, got)
			}
			sameShape(t, body, got)
		}
		if code := redact.OneTimeCode(body); len(code) == 6 && strings.Contains(redact.OneTimeCode(got), code) {
			t.Errorf("the code %s is still in %q", code, got)
		}
	})
}
