package relay

import (
	"errors"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		name                   string
		config                 Config
		listen, inbox, history string
	}{
		{"the public service, for Clerk", Config{Provider: "clerk"}, "wss://api.relay.svix.com/api/v1/listen/", "https://webhooks.clerk.com/in/c_AbCd123456/", "https://api.play.svix.com"},
		{"the public service, for Stripe", Config{Provider: "stripe"}, "wss://api.relay.svix.com/api/v1/listen/", "https://play.svix.com/in/c_AbCd123456/", "https://api.play.svix.com"},
		{"another relay", Config{URL: "ws://127.0.0.1:9/listen"}, "ws://127.0.0.1:9/listen", "https://webhooks.clerk.com/in/c_AbCd123456/", "http://127.0.0.1:9"},
		{"another relay with TLS", Config{URL: " wss://relay.test/api/v1/listen/?a=1 "}, "wss://relay.test/api/v1/listen/?a=1", "https://webhooks.clerk.com/in/c_AbCd123456/", "https://relay.test"},
		{"a relay without a path", Config{URL: "ws://127.0.0.1:9"}, "ws://127.0.0.1:9/api/v1/listen/ ws://127.0.0.1:9/", "https://webhooks.clerk.com/in/c_AbCd123456/", "http://127.0.0.1:9"},
		{"another inbox", Config{Inbox: "http://[::1]:8/in"}, "wss://api.relay.svix.com/api/v1/listen/", "http://[::1]:8/in/c_AbCd123456/", "http://[::1]:8"},
		{"both", Config{URL: "ws://a.test/l", Inbox: "https://b.test/x/in/", Provider: "stripe"}, "ws://a.test/l", "https://b.test/x/in/c_AbCd123456/", "https://b.test http://a.test"},
		{"both at one host", Config{URL: "ws://a.test/l", Inbox: "http://a.test/in"}, "ws://a.test/l", "http://a.test/in/c_AbCd123456/", "http://a.test"},
		{"an inbox without a path", Config{Inbox: "https://b.test"}, "wss://api.relay.svix.com/api/v1/listen/", "https://b.test/c_AbCd123456/", "https://b.test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := addressesOf(c.config)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(a.listen, " "); got != c.listen || a.inboxURL(token) != c.inbox || strings.Join(a.history, " ") != c.history {
				t.Errorf("listens at %s, inbox %s, history %v", got, a.inboxURL(token), a.history)
			}
		})
	}
	if got := historyURL(playHistory, token, "a b&c"); got != "https://api.play.svix.com/api/v1/history/c_AbCd123456/?iterator=a+b%26c" {
		t.Error(got)
	}
	if got := historyURL(playHistory, token, ""); got != "https://api.play.svix.com/api/v1/history/c_AbCd123456/" {
		t.Error(got)
	}
}

func TestWrongAddressesAreNamedWithAFix(t *testing.T) {
	for _, c := range []struct{ url, inbox, variable string }{
		{"https://relay.test/", "", "HOOKTOP_RELAY_URL"},
		{"relay.test", "", "HOOKTOP_RELAY_URL"},
		{"ws:///x", "", "HOOKTOP_RELAY_URL"},
		{"ws://:80/x", "", "HOOKTOP_RELAY_URL"},
		{"ws://user:secret@relay.test/", "", "HOOKTOP_RELAY_URL"},
		{"ws://relay.test/#x", "", "HOOKTOP_RELAY_URL"},
		{"ws://relay.test:x/", "", "HOOKTOP_RELAY_URL"},
		{"", "ws://relay.test/in/", "HOOKTOP_RELAY_INBOX"},
		{"", "https://relay.test/in/?a=1", "HOOKTOP_RELAY_INBOX"},
		{"", "/in/", "HOOKTOP_RELAY_INBOX"},
	} {
		err := Check(c.url, c.inbox)
		if e := (*Error)(nil); !errors.As(err, &e) || e.Code != CodeAddress || !strings.Contains(e.Error(), c.variable) || !strings.Contains(e.Fix(), c.variable) || strings.Contains(e.Error(), "secret") {
			t.Errorf("%q %q: %v", c.url, c.inbox, err)
		}
	}
	if err := Check("", ""); err != nil {
		t.Error(err)
	}
}

func TestPlainTextToAnotherMachineIsKnown(t *testing.T) {
	for address, want := range map[string]bool{
		"":                            false,
		"wss://api.relay.svix.com/":   false,
		"https://relay.test/in/":      false,
		"ws://127.0.0.1:9/":           false,
		"ws://127.9.9.9/":             false,
		"http://[::1]:9/in/":          false,
		"ws://localhost:9/":           false,
		"ws://relay.localhost/":       false,
		"ws://relay.test/":            true,
		"http://192.168.1.2/in/":      true,
		"ws://127.0.0.1.example.com/": true,
	} {
		if got := Unencrypted(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}
