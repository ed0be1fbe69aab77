package store

import (
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The app's own table names the user of a customer. Deliveries that waited for it are
// applied, and a replay gives the same users.
func TestACustomerThatTheAppKnowsIsLinked(t *testing.T) {
	s := open(t, Config{Parse: read})
	deliver := func(message string, e webhook.Event) *webhook.Delivery {
		t.Helper()
		d := written(message, e)
		if err := s.Capture(t.Context(), d, e); err != nil {
			t.Fatal(err)
		}
		return d
	}
	waiting := func(want ...string) {
		t.Helper()
		if got, err := s.WaitingCustomers(t.Context(), "", 10); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q wait, %v; want %q", got, err, want)
		}
	}
	link := func(customer, user string) {
		t.Helper()
		if err := s.LinkCustomer(t.Context(), customer, user); err != nil {
			t.Fatal(err)
		}
	}
	deliver("m1", upsert("u1", "e1@b.c", 1))
	deliver("m2", upsert("u2", "e2@b.c", 1))
	deliver("m3", remove("u2", 2))
	paid := deliver("e1", ofCustomer(stated(1, "active", 3), "cus_1"))
	deliver("e2", ofCustomer(stated(2, "active", 3), "cus_2"))
	deliver("e3", ofCustomer(stated(3, "active", 3), "cus_3"))
	waiting("cus_1", "cus_2", "cus_3")
	if got, err := s.WaitingCustomers(t.Context(), "cus_1", 1); err != nil || !slices.Equal(got, []string{"cus_2"}) {
		t.Errorf("after the first %q wait, %v", got, err)
	}

	link("cus_9", "u1") // nothing waits for it
	link("cus_1", "u1")
	link("cus_2", "u2") // deleted
	link("cus_3", "u3") // not announced
	waiting("cus_2", "cus_3")
	d := whole(t, s, paid.ID)
	if d.Outcome != webhook.Synced || d.UserID != "u1" || d.Reason != webhook.LinkedLater || d.RelatedID != 0 || d.Change == nil {
		t.Errorf("%s %s %s #%d, change %v", d.Outcome, d.UserID, d.Reason, d.RelatedID, d.Change)
	}
	deliver("m4", upsert("u3", "e3@b.c", 4))
	waiting("cus_2")
	for user, customer := range map[string]string{"u1": "cus_1", "u3": "cus_3"} {
		if u, err := s.User(t.Context(), user); err != nil || valueOrZero(u.StripeCustomerID) != customer {
			t.Errorf("%s has customer %q, %v; want %s", user, valueOrZero(u.StripeCustomerID), err, customer)
		}
	}
	replays(t, s)
	consistent(t, s)
}

// What an older hooktop did not read in a body stays unread in a replay.
func TestAReplayLeavesOutWhatWasNotHandled(t *testing.T) {
	s := open(t, Config{Parse: read})
	e := upsert("u1", "e1@b.c", 1)
	d := written("m1", e)
	if err := s.Capture(t.Context(), d, webhook.Event{Type: "user.created", Outcome: webhook.Unhandled}); err != nil {
		t.Fatal(err)
	}
	kept := written("m2", upsert("u2", "e2@b.c", 1))
	if err := s.Capture(t.Context(), kept, read("", kept.Body)); err != nil {
		t.Fatal(err)
	}
	paid := written("e1", ofCustomer(stated(1, "active", 3, "u2"), "cus_1")) // an older one read no name in it
	if err := s.Capture(t.Context(), paid, ofCustomer(stated(1, "active", 3), "cus_1")); err != nil || paid.Outcome != webhook.Unlinked {
		t.Fatal(paid.Outcome, err)
	}
	replays(t, s)
}
