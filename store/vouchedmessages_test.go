package store

import (
	"maps"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestOnlyVouchedMessagesAreKnown(t *testing.T) {
	s := open(t, Config{Parse: read})
	capture(t, s, "signed", upsert("u1", "a@b.c", 1))
	forged := written("forged", upsert("u2", "b@b.c", 2))
	forged.Verdict = webhook.Verdict{Code: webhook.WrongSecret}
	for _, d := range []*webhook.Delivery{unsigned("pulled", upsert("u3", "c@b.c", 3), true), unsigned("stranger", upsert("u4", "d@b.c", 4), false), forged} {
		if err := s.Capture(t.Context(), d, read("", d.Body)); err != nil {
			t.Fatal(err)
		}
	}
	ids := []string{"signed", "pulled", "stranger", "forged", "never"}
	got, err := s.VouchedMessages(t.Context(), "clerk", ids)
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]bool{"signed": true, "pulled": true}; !maps.Equal(got, want) {
		t.Errorf("known are %v, want %v", got, want)
	}
	if got, err := s.VouchedMessages(t.Context(), "stripe", ids); err != nil || len(got) != 0 {
		t.Errorf("of Stripe's, %v are known (%v)", got, err)
	}
}
