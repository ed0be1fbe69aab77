package scheme_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// hmacHex is a sender that writes the hex of HMAC-SHA256 over the body alone.
func hmacHex(header, field string) scheme.Scheme {
	s := scheme.Scheme{
		Signature: header, Content: "{body}",
		Kinds: []scheme.Kind{{Field: field, Encoding: scheme.Hex, Keys: []scheme.Key{{}}}},
	}
	if field != "" {
		s.FieldSeparator = "="
	}
	return s
}

// standardWebhooks is the scheme of Svix and of Standard Webhooks.
func standardWebhooks(keys ...scheme.Key) scheme.Scheme {
	if len(keys) == 0 {
		keys = []scheme.Key{{Prefix: "whsec_", Bare: true, Encoding: scheme.Base64}}
	}
	return scheme.Scheme{
		Prefixes: []string{"Svix-", "Webhook-"}, Signature: "Signature", ItemSeparator: " ", FieldSeparator: ",",
		ID: scheme.Source{Header: "Id"}, Timestamp: scheme.Source{Header: "Timestamp"}, Tolerance: 300 * time.Second,
		Content: "{id}.{timestamp}.{body}",
		Kinds: []scheme.Kind{
			{Field: "v1", Encoding: scheme.Base64, Keys: keys},
			{Field: "v1a", Algorithm: scheme.Ed25519, Encoding: scheme.Base64, Keys: []scheme.Key{{Prefix: "whpk_", Encoding: scheme.Base64}, {Prefix: "whsk_", Encoding: scheme.Base64}}},
		},
	}
}

// fields is a sender whose signature header has the time, too, as Stripe's.
func fields(header, time, field, separator, content string) scheme.Scheme {
	return scheme.Scheme{
		Signature: header, ItemSeparator: separator, FieldSeparator: "=",
		Timestamp: scheme.Source{Field: time}, Content: content,
		Kinds: []scheme.Kind{{Field: field, Encoding: scheme.Hex, Keys: []scheme.Key{{}}}},
	}
}

func with(s scheme.Scheme, change func(*scheme.Scheme)) scheme.Scheme {
	change(&s)
	return s
}

// ed25519Headers is a sender that signs with a private key, written as key is.
func ed25519Headers(prefix, content string, key, signature scheme.Encoding) scheme.Scheme {
	return scheme.Scheme{
		Prefixes: []string{prefix}, Signature: "Signature-Ed25519", Timestamp: scheme.Source{Header: "Signature-Timestamp"}, Content: content,
		Kinds: []scheme.Kind{{Algorithm: scheme.Ed25519, Encoding: signature, Keys: []scheme.Key{{Encoding: key}}}},
	}
}

const (
	event  = `{"event_id":"evt_1","event_type":"ping","webhookTimestamp":1676056940508}`
	secret = "secret_of_a_test"
	// The keys of the first test of RFC 8032.
	public  = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	private = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60" + public
	square  = "https://example.com/square"
)

// senders are how real ones sign, each with a signature that another library
// made: published ones of GitHub, Svix and Stripe, the rest by Python's hmac and
// Node's crypto.
var senders = []struct {
	name   string
	scheme scheme.Scheme
	// secret verifies, signs signs: another one for Ed25519 alone.
	secret, signs string
	url, body     string
	at            int64 // in milliseconds
	id            string
	header        map[string]string
}{
	{
		name: "GitHub", secret: "It's a Secret to Everybody", body: "Hello, World!", id: "72d3162e",
		scheme: with(hmacHex("X-Hub-Signature-256", "sha256"), func(s *scheme.Scheme) { s.ID.Header = "X-GitHub-Delivery" }),
		header: map[string]string{"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "X-GitHub-Delivery": "72d3162e"},
	},
	{
		name: "Lemon Squeezy", secret: secret, body: event, scheme: hmacHex("X-Signature", ""),
		header: map[string]string{"X-Signature": "9b27d8366c0fb310dfec4efd8311a4dc798b09d06314d6fc5227e52825ee2402"},
	},
	{
		name: "Shopify", secret: "hush", body: `{"id":1}`, id: "b54557e4",
		scheme: with(hmacHex("X-Shopify-Hmac-Sha256", ""), func(s *scheme.Scheme) {
			s.ID.Header, s.Kinds[0].Encoding = "X-Shopify-Webhook-Id", scheme.Base64
		}),
		header: map[string]string{"X-Shopify-Hmac-Sha256": "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=", "X-Shopify-Webhook-Id": "b54557e4"},
	},
	{
		name: "Slack", secret: "8f742231b10e8888abcd99yyyzzz85a5", at: 1531420618_000,
		body: "token=xyzz0WbapA4vBCDEFxx0G6gSIJe3D0Xx&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
		scheme: scheme.Scheme{
			Prefixes: []string{"X-Slack-"}, Signature: "Signature", FieldSeparator: "=", Timestamp: scheme.Source{Header: "Request-Timestamp"},
			Tolerance: 300 * time.Second, Content: "v0:{timestamp}:{body}",
			Kinds: []scheme.Kind{{Field: "v0", Encoding: scheme.Hex, Keys: []scheme.Key{{}}}},
		},
		header: map[string]string{"X-Slack-Signature": "v0=1636fb7fde28162eb8e746f3c210cad61a86743e35f5e700eca80b661070b134", "X-Slack-Request-Timestamp": "1531420618"},
	},
	{
		name: "Paddle", secret: secret, body: event, at: 1676056940_000,
		scheme: with(fields("Paddle-Signature", "ts", "h1", ";", "{timestamp}:{body}"), func(s *scheme.Scheme) {
			s.ID.Body, s.Tolerance = "event_id", 5*time.Second
		}),
		header: map[string]string{"Paddle-Signature": "ts=1676056940;h1=a7b7a92635691c90cda4a49394411c5d3476f416d6cf743ef8406969cc1f0fc8"},
	},
	{
		name: "Linear", secret: secret, body: event, at: 1676056940_508, id: "del_1",
		scheme: with(hmacHex("Linear-Signature", ""), func(s *scheme.Scheme) {
			s.ID.Header, s.Timestamp.Body, s.Unit, s.Tolerance = "Linear-Delivery", "webhookTimestamp", scheme.Milliseconds, time.Minute
		}),
		header: map[string]string{"Linear-Signature": "9b27d8366c0fb310dfec4efd8311a4dc798b09d06314d6fc5227e52825ee2402", "Linear-Delivery": "del_1"},
	},
	{
		name: "Square", secret: secret, body: event, url: square,
		scheme: with(hmacHex("X-Square-Hmacsha256-Signature", ""), func(s *scheme.Scheme) {
			s.ID.Body, s.Content, s.Kinds[0].Encoding = "event_id", "{url}{body}", scheme.Base64
		}),
		header: map[string]string{"X-Square-Hmacsha256-Signature": "M8MwccWqd8fL3HpfUsyFZic01ej80MA4Y+utj5U4ttg="},
	},
	{
		name: "Vercel", secret: secret, body: event,
		scheme: with(hmacHex("X-Vercel-Signature", ""), func(s *scheme.Scheme) { s.Kinds[0].Algorithm = scheme.SHA1 }),
		header: map[string]string{"X-Vercel-Signature": "50d3b0b13becdb69403622b12e234885be900ef3"},
	},
	{
		name: "WorkOS", secret: secret, body: event, at: 1676056940_508,
		scheme: with(fields("Workos-Signature", "t", "v1", ",", "{timestamp}.{body}"), func(s *scheme.Scheme) {
			s.Unit, s.Tolerance = scheme.Milliseconds, 180*time.Second
		}),
		header: map[string]string{"Workos-Signature": "t=1676056940508, v1=50c29863991215ac70021d8864fc2ddb148a03b86158725fb30c08ce40828c31"},
	},
	{
		name: "Knock", secret: secret, body: event, at: 1676056940_508,
		scheme: with(fields("X-Knock-Signature", "t", "s", ",", "{timestamp}.{body}"), func(s *scheme.Scheme) {
			s.Unit, s.Tolerance, s.Kinds[0].Encoding = scheme.Milliseconds, 300*time.Second, scheme.Base64
		}),
		header: map[string]string{"X-Knock-Signature": "t=1676056940508,s=UMKYY5kSFaxwAh2IZPwt2xSKA7hhWHJfswwIzkCCjDE="},
	},
	{
		name: "a sender of SHA-512 in url-safe base64", secret: secret, body: event,
		scheme: with(hmacHex("X-Hmac", ""), func(s *scheme.Scheme) {
			s.Kinds[0].Algorithm, s.Kinds[0].Encoding = scheme.SHA512, scheme.Base64URL
		}),
		header: map[string]string{"X-Hmac": "iDpwzvX6_notCPcNvaZciLm-kfjKAHmeqm3UbE-XoJbV4IhDa28cHX4zBRdRudx0hwojOGfOyhVCH1fl9EEkZA=="},
	},
	{
		name: "Svix", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body: `{"test": 2432232314}`, at: 1614265330_000, id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
		scheme: standardWebhooks(),
		header: map[string]string{"Svix-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "Svix-Timestamp": "1614265330", "Svix-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
	},
	{
		name: "Svix with a private key", body: `{"test": 2432232314}`, at: 1614265330_000, id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
		secret: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
		signs:  "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
		scheme: with(standardWebhooks(), func(s *scheme.Scheme) { s.Kinds = s.Kinds[1:] }),
		header: map[string]string{"Svix-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "Svix-Timestamp": "1614265330", "Svix-Signature": "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="},
	},
	{
		name: "Polar with a secret that is its own key", secret: "polar_whs_ovyN6cPrTv56AApvzCaJno08SSmGJmgbWilb33N2JuK", body: event, at: 1676056940_000, id: "m1",
		scheme: with(standardWebhooks(scheme.Key{Prefix: "whsec_", Encoding: scheme.Base64}, scheme.Key{}), func(s *scheme.Scheme) { s.Prefixes = s.Prefixes[1:] }),
		header: map[string]string{"Webhook-Id": "m1", "Webhook-Timestamp": "1676056940", "Webhook-Signature": "v1,9K7Nj9hIwuP4eVrJork+EWdnqITLYmKm+QRIN3UK31Q="},
	},
	{
		name: "Polar with a secret in base64", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body: event, at: 1676056940_000, id: "m1",
		scheme: with(standardWebhooks(scheme.Key{Prefix: "whsec_", Encoding: scheme.Base64}, scheme.Key{}), func(s *scheme.Scheme) { s.Prefixes = s.Prefixes[1:] }),
		header: map[string]string{"Webhook-Id": "m1", "Webhook-Timestamp": "1676056940", "Webhook-Signature": "v1,qis2p3BAuZbn3Iqzgk6N/3ozPLlwW0lFKzah8W8HrQ8="},
	},
	{
		name: "Supabase, whose secrets begin with v1,", secret: "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body: event, at: 1676056940_000, id: "m1",
		scheme: standardWebhooks(scheme.Key{Prefix: "v1,whsec_", Encoding: scheme.Base64}),
		header: map[string]string{"Webhook-Id": "m1", "Webhook-Timestamp": "1676056940", "Webhook-Signature": "v1,qis2p3BAuZbn3Iqzgk6N/3ozPLlwW0lFKzah8W8HrQ8="},
	},
	{
		name: "Stripe", secret: "whsec_test_secret", body: `{"id":"evt_test_webhook","object":"event"}`, at: 1492774577_000,
		scheme: with(fields("Stripe-Signature", "t", "v1", ",", "{timestamp}.{body}"), func(s *scheme.Scheme) { s.ID.Body, s.Tolerance = "id", 300*time.Second }),
		header: map[string]string{"Stripe-Signature": "t=1492774577,v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a"},
	},
	{
		name: "Discord", secret: public, signs: private, body: event, at: 1676056940_000,
		scheme: ed25519Headers("X-", "{timestamp}{body}", scheme.Hex, scheme.Hex),
		header: map[string]string{"X-Signature-Ed25519": "7ac0e81055af8e02e712afa144776421f607263b42d4e5987da4c120ef6151047463807bc113ba3ab80e5c8910cf092a1e05803068f61f0dcc3fa7a761eda80c", "X-Signature-Timestamp": "1676056940"},
	},
	{
		name: "Telnyx", secret: public, signs: private, body: event, at: 1676056940_000,
		scheme: ed25519Headers("Telnyx-", "{timestamp}|{body}", scheme.Hex, scheme.Base64),
		header: map[string]string{"Telnyx-Signature-Ed25519": "UvpZajlQY38x8GimrDu+kljIhC55Jm1elPy56MJPNnqbnr6DCj8FilBtXjJnVvxs7LxuNxKOeOLXTmUDZAqSBw==", "Telnyx-Signature-Timestamp": "1676056940"},
	},
}

func headerOf(values map[string]string) http.Header {
	h := http.Header{}
	for name, value := range values {
		h.Set(name, value)
	}
	return h
}

func TestEverySender(t *testing.T) {
	for _, sender := range senders {
		t.Run(sender.name, func(t *testing.T) {
			s, at := sender.scheme, time.UnixMilli(sender.at)
			m := s.Read(headerOf(sender.header), sender.url, []byte(sender.body))
			if by, err := s.Verify(m, at, []string{"another", sender.secret}); by != 1 || err != nil {
				t.Fatalf("its signature: secret %d, %v", by, err)
			}
			if by, err := s.Verify(m, at, []string{"another", ""}); by != -1 || !errors.Is(err, scheme.ErrNoMatch) {
				t.Errorf("without its secret: secret %d, %v", by, err)
			}

			signs := sender.signs
			if signs == "" {
				signs = sender.secret
			}
			made := http.Header{}
			if err := s.Sign(made, signs, sender.id, at, sender.url, []byte(sender.body)); err != nil {
				t.Fatal(err)
			}
			for name, want := range sender.header {
				if rest, ok := strings.CutPrefix(name, "Webhook-"); ok {
					name = s.Prefixes[0] + rest
				}
				if made.Get(name) != strings.ReplaceAll(want, ", ", ",") {
					t.Errorf("signed %s: %s, want %s", name, made.Get(name), want)
				}
			}
			if len(made) != len(sender.header) {
				t.Errorf("signed with the headers %q", made)
			}

			age := s.Tolerance
			if age == 0 {
				age = 100 * 365 * 24 * time.Hour
			}
			late, early := at.Add(age+time.Second), at.Add(-age-time.Second)
			if s.Tolerance > 0 {
				if _, err := s.Verify(m, late, []string{sender.secret}); !errors.Is(err, scheme.ErrTooOld) {
					t.Errorf("%v after it was signed: %v", late.Sub(at), err)
				}
				if _, err := s.Verify(m, early, []string{sender.secret}); !errors.Is(err, scheme.ErrTooNew) {
					t.Errorf("%v before it was signed: %v", at.Sub(early), err)
				}
			}
			for _, timely := range []time.Duration{age, -age} {
				if by, err := s.Verify(m, at.Add(timely), []string{sender.secret}); by != 0 || err != nil {
					t.Errorf("%v after it was signed: %v", timely, err)
				}
			}
		})
	}
}

// Whatever part of what is signed is changed, and whatever of a signature: no
// secret signed it.
func TestNoChangeVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sender := rapid.SampledFrom(senders).Draw(t, "sender")
		s, at := sender.scheme, time.UnixMilli(sender.at)
		h, url, body := headerOf(sender.header), sender.url, []byte(sender.body)
		parts := []string{"body"}
		for _, name := range slices.Sorted(maps.Keys(h)) {
			if s.ID.Header == "" || !strings.HasSuffix(strings.ToLower(name), strings.ToLower(s.ID.Header)) || strings.Contains(s.Content, "{id}") {
				parts = append(parts, name)
			}
		}
		if strings.Contains(s.Content, "{url}") {
			parts = append(parts, "url")
		}
		switch part := rapid.SampledFrom(parts).Draw(t, "part"); part {
		case "body":
			body = []byte(changed(t, sender.body))
		case "url":
			url = changed(t, url)
		default:
			h.Set(part, changed(t, h.Get(part)))
		}
		m := s.Read(h, url, body)
		if by, err := s.Verify(m, at, []string{sender.secret}); err == nil {
			t.Fatalf("%s: secret %d verifies %q, %q with %q", sender.name, by, h, url, body)
		}
	})
}

// changed is a text with one character replaced, or one less.
func changed(t *rapid.T, text string) string {
	at := rapid.IntRange(0, len(text)-1).Draw(t, "place")
	to := rapid.SampledFrom([]string{"", "x", "0", "7", "Q", "="}).Draw(t, "to")
	if strings.EqualFold(text[at:at+1], to) || to == "" && at+1 < len(text) && text[at] == text[at+1] {
		to = "#"
	}
	if text[at] == ' ' { // one between items is not a part of any
		to = "#"
	}
	return text[:at] + to + text[at+1:]
}

func TestWhatIsMissing(t *testing.T) {
	svix := standardWebhooks()
	stripe := fields("Stripe-Signature", "t", "v1", ",", "{timestamp}.{body}")
	github := hmacHex("X-Hub-Signature-256", "sha256")
	for _, c := range []struct {
		name    string
		scheme  scheme.Scheme
		header  http.Header
		bears   bool
		missing []string
		err     error
	}{
		{"no header", svix, http.Header{"Content-Type": {"x"}}, false, []string{"id", "timestamp", "signature"}, scheme.ErrUnsigned},
		{"three empty headers", svix, http.Header{"Svix-Id": {" "}, "Svix-Timestamp": {""}, "Svix-Signature": {"\t"}}, false, []string{"id", "timestamp", "signature"}, scheme.ErrUnsigned},
		{"no id", svix, http.Header{"Svix-Timestamp": {"1"}, "Svix-Signature": {"v1,x"}}, true, []string{"svix-id"}, scheme.ErrMissing},
		{"the second prefix", svix, http.Header{"Webhook-Id": {"m"}, "Webhook-Signature": {"v1,x"}}, true, []string{"webhook-timestamp"}, scheme.ErrMissing},
		{"a part under each prefix", svix, http.Header{"Svix-Id": {"m"}, "Webhook-Id": {"m"}, "Webhook-Timestamp": {"1"}, "Webhook-Signature": {"v1,x"}}, true, []string{"svix-timestamp", "svix-signature"}, scheme.ErrMissing},
		{"a timestamp that is no number", svix, http.Header{"Svix-Id": {"m"}, "Svix-Timestamp": {"1.5"}, "Svix-Signature": {"v1,x"}}, true, nil, scheme.ErrTimestamp},
		{"the only header, empty", github, http.Header{"X-Hub-Signature-256": {""}}, true, []string{"x-hub-signature-256"}, scheme.ErrMissing},
		{"no field of the time", stripe, http.Header{"Stripe-Signature": {"v1=00"}}, true, nil, scheme.ErrMissing},
		{"a signature of another field", github, http.Header{"X-Hub-Signature-256": {"sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}}, true, nil, scheme.ErrNoMatch},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.scheme.Read(c.header, "", []byte("{}"))
			missing, _ := c.scheme.Headers(m)
			_, err := c.scheme.Verify(m, time.Unix(1, 0), []string{secret})
			if m.Borne != c.bears || c.scheme.Bears(c.header) != c.bears || !slices.Equal(missing, c.missing) || !errors.Is(err, c.err) {
				t.Errorf("bears %v, missing %q, error %v", m.Borne, missing, err)
			}
		})
	}
}

// Of several signatures one that is right is enough, and of several secrets the
// first that made any of them is named.
func TestSeveralSignatures(t *testing.T) {
	s := standardWebhooks()
	const right, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_plJ3nmyCDGBKInavdOK15jsl"
	const key = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	const v1, v1a = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
	const bad = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	for _, c := range []struct {
		name, signatures string
		secrets          []string
		want             int
	}{
		{"a wrong one before", bad + " " + v1, []string{right}, 0},
		{"a wrong one after", v1 + " " + bad, []string{other, right}, 1},
		{"of both kinds, both known", v1 + " " + v1a, []string{other, key, right}, 1},
		{"of both kinds, the second known", v1 + " " + v1a, []string{other, key}, 1},
		{"of both kinds, the first known", v1a + " " + v1, []string{right, key}, 0},
		{"wrong ones alone", bad + " " + bad, []string{right, other, key}, -1},
		{"more asymmetric ones than are looked at", strings.Repeat("v1a,"+strings.Repeat("A", 86)+"== ", 4) + v1a, []string{key}, -1},
		{"the right one in base64 of another spelling", strings.Replace(v1, "OE=", "OF=", 1), []string{right}, -1},
		{"an asymmetric one, the public key without its prefix", v1a, []string{key[len("whpk_"):]}, -1},
		{"a tab between", bad + "\t" + v1, []string{right}, -1},
		{"nothing that is a signature", ", v1, ,x v1 =", []string{right, key, ""}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := scheme.Message{Borne: true, ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp: "1614265330", Signatures: c.signatures, Body: []byte(`{"test": 2432232314}`)}
			if got := s.Match(m, c.secrets); got != c.want {
				t.Errorf("secret %d, want %d", got, c.want)
			}
		})
	}
}

// A public key is public: nothing that is signed with it as a shared secret may
// verify, nor with the key of an empty secret.
func TestAPublicKeyIsNoSharedSecret(t *testing.T) {
	s := standardWebhooks()
	const text = "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	for _, key := range []string{"whpk_" + text, ""} {
		h := http.Header{}
		if err := s.Sign(h, key, "m", time.Unix(1, 0), "", nil); !errors.Is(err, scheme.ErrNoKey) {
			t.Errorf("%q signs: %v", key, err)
		}
	}
	h := http.Header{}
	if err := s.Sign(h, "whsec_"+text, "m", time.Unix(1, 0), "", nil); err != nil {
		t.Fatal(err)
	}
	if by := s.Match(s.Read(h, "", nil), []string{"whpk_" + text}); by != -1 {
		t.Error("a public key verifies what was signed with its bytes")
	}
}

// Sign replaces what there is under every prefix.
func TestSignLeavesNoOldSignature(t *testing.T) {
	s := standardWebhooks()
	h := http.Header{"Svix-Id": {"old"}, "Webhook-Signature": {"old"}}
	if err := s.Sign(h, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "m", time.Unix(1, 0), "", nil); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range s.Prefixes {
		if h.Get(prefix+"Id") != "m" || h.Get(prefix+"Timestamp") != "1" || !strings.HasPrefix(h.Get(prefix+"Signature"), "v1,") {
			t.Errorf("%q", h)
		}
	}
}

func TestAgeIsBounded(t *testing.T) {
	at := time.Unix(1716883200, 999)
	for sent, want := range map[int64]time.Duration{1716883200: 0, 1716883100: 100 * time.Second, 1716883300: -100 * time.Second} {
		if age := scheme.Age(time.Unix(sent, 0), at); age != want {
			t.Errorf("sent at %d: %v", sent, age)
		}
	}
	for _, sent := range []int64{-1 << 63, -1 << 62, 1 << 62, 1<<63 - 1} {
		age := scheme.Age(time.Unix(sent, 0), at)
		if (age > 0) != (sent < 0) || age.Abs() < 100*365*24*time.Hour || age-(-age) == 0 {
			t.Errorf("sent at %d: %v", sent, age)
		}
	}
}

// Any header and body are read without a panic, and what a scheme signs it
// verifies.
func FuzzSchemes(f *testing.F) {
	for i, sender := range senders {
		for _, value := range sender.header {
			f.Add(i, value, sender.id, sender.url, []byte(sender.body))
		}
	}
	f.Fuzz(func(t *testing.T, n int, text, id, url string, body []byte) {
		sender := senders[uint(n)%uint(len(senders))]
		s, at := sender.scheme, time.UnixMilli(sender.at)
		h := headerOf(sender.header)
		for name := range h {
			h.Set(name, text)
		}
		m := s.Read(h, url, body)
		if by, err := s.Verify(m, at, []string{"", "x", "whsec_", "whpk_", "whsec_bm9uZQ=="}); err == nil {
			t.Fatalf("secret %d verifies %q", by, h)
		}
		s.Headers(m)
		s.Asymmetric(m)

		signs := sender.signs
		if signs == "" {
			signs = sender.secret
		}
		h = http.Header{}
		if err := s.Sign(h, signs, "m"+strings.TrimSpace(id), at, url, body); err != nil {
			t.Fatal(err)
		}
		m = s.Read(h, url, body)
		inBody := s.ID.Body != "" && m.ID == "" || s.Timestamp.Body != ""
		if by, err := s.Verify(m, at, []string{sender.secret}); !inBody && (by != 0 || err != nil) {
			t.Fatalf("%s: it signs %q with %q, and verifies it with %d, %v", sender.name, h, body, by, err)
		}
	})
}
