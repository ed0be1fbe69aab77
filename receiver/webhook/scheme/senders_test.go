package scheme_test

import (
	"time"

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
