package main

import (
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/ndjson"
)

// A URL that is known to lead elsewhere must not be registered.
func TestOnlyAURLThatMayLeadHereIsRegistered(t *testing.T) {
	const url = "https://a.example/api/webhooks/clerk"
	said, text := "another server answers", func(s string) *string { return &s }
	urls := map[string]string{"clerk": url}
	for _, c := range []struct {
		name   string
		tunnel ndjson.Tunnel
		code   int
	}{
		{"live", ndjson.Tunnel{State: "live", WebhookURLs: urls, SelfTest: text("passed")}, exit.CodeDone},
		{"live and unproven", ndjson.Tunnel{State: "live", WebhookURLs: urls, SelfTest: text("unknown"), Unproven: &said}, exit.CodeDone},
		{"the relay, connecting", ndjson.Tunnel{State: "connecting", WebhookURLs: urls}, exit.CodeDone},
		{"the user's own", ndjson.Tunnel{State: "off", WebhookURLs: urls}, exit.CodeDone},
		{"led elsewhere", ndjson.Tunnel{State: "reconnecting", WebhookURLs: urls, SelfTest: text("failed"), Error: &said}, exit.CodeFailed},
		{"the user's own, led elsewhere", ndjson.Tunnel{State: "off", WebhookURLs: urls, SelfTest: text("failed"), Error: &said}, exit.CodeFailed},
		{"failed", ndjson.Tunnel{State: "failed", WebhookURLs: urls, Error: &said}, exit.CodeFailed},
		{"none", ndjson.Tunnel{State: "off"}, exit.CodeUsage},
	} {
		got, err := webhookURLIn(doctor.Condition{Tunnel: c.tunnel})
		if exit.CodeOf(err) != c.code || (got == url) != (c.code == exit.CodeDone) || err != nil && exit.FixOf(err) == "" {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}
