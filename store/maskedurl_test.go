package store

import (
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// An older hooktop stored the whole URL of the app that a resend went to.
func TestATokenInTheURLOfAnOldResendIsNotRead(t *testing.T) {
	s := open(t, Config{Parse: read})
	for _, c := range []struct {
		origin    webhook.Origin
		url, want string
	}{
		{webhook.Resend, "/api/webhooks?token=hunter2&page=1", "/api/webhooks?token=xxxxx&page=1"},
		{webhook.Resend, "http://user:hunter2@localhost:3000/hook?x=%zz", "http://user:xxxxx@localhost:3000/hook?x=%zz"},
		{webhook.Resend, "/api/webhooks@home?page=1", "/api/webhooks@home?page=1"},
		{webhook.Tunnel, "/webhooks/clerk?token=hunter2", "/webhooks/clerk?token=hunter2"}, // as it was received
	} {
		d := written("m1", webhook.Event{})
		d.Origin, d.URL = c.origin, c.url
		if err := s.Keep(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if got := whole(t, s, d.ID).URL; got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.url, c.origin, got, c.want)
		}
	}
}
