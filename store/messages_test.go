package store

import (
	"maps"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestTheArrivalsOfAMessageAreFoundByItsID(t *testing.T) {
	s := open(t, Config{Parse: read})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", upsert("u2", "d@b.c", 2))
	resent, other := written("m2", upsert("u2", "d@b.c", 2)), written("m3", upsert("u3", "e@b.c", 3))
	resent.Origin, other.Provider = webhook.Resend, "stripe"
	for _, d := range []*webhook.Delivery{resent, other} {
		if err := s.Capture(t.Context(), d, read("", d.Body)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Arrivals(t.Context(), "clerk", []string{"m1", "m2", "m3", "m4", `m"5`})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got["m1"]) != 2 || len(got["m2"]) != 1 || got["m1"][0].ID != 1 || got["m1"][1].Outcome != webhook.Duplicate || got["m2"][0].ID != 3 {
		t.Errorf("%+v", got)
	}
}

// A retry of an old message is looked for while many deliveries are stored.
func TestArrivalsAreFoundWithTheIndex(t *testing.T) {
	s := open(t, Config{})
	plan := explain(t, s, arrivalsQuery, []any{"[]", "clerk"})
	if !strings.Contains(plan, "delivery_message") {
		t.Errorf("the plan is\n%s", plan)
	}
}

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
