package store

import (
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A failure that the store itself ended names the delivery that resolved it.
func TestAFailureNamesTheDeliveryThatResolvedIt(t *testing.T) {
	held := []webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "a@b.c", 2)} // #2 waits for #1's address
	for _, c := range []struct {
		name    string
		then    func(t *testing.T, s *Store)
		outcome webhook.Outcome
		reason  webhook.Reason
		related int64
		by      int64
	}{
		{"it waits", func(*testing.T, *Store) {}, webhook.Conflict, webhook.AddressHeld, 1, 0},
		{"its holder was deleted", func(t *testing.T, s *Store) {
			capture(t, s, "m3", remove("u1", 3))
		}, webhook.Created, webhook.AppliedLater, 3, 3},
		{"its holder moved", func(t *testing.T, s *Store) {
			capture(t, s, "m3", upsert("u1", "d@b.c", 3))
		}, webhook.Created, webhook.AppliedLater, 3, 3},
		{"a newer event gave its user another address", func(t *testing.T, s *Store) {
			capture(t, s, "m3", upsert("u2", "d@b.c", 3))
		}, webhook.Stale, webhook.Superseded, 3, 3},
		{"a newer event waits in its place", func(t *testing.T, s *Store) {
			capture(t, s, "m3", upsert("u2", "a@b.c", 3))
		}, webhook.Stale, webhook.Superseded, 3, 3},
		{"its user was deleted", func(t *testing.T, s *Store) {
			capture(t, s, "m3", remove("u2", 3))
		}, webhook.Stale, webhook.UserDeleted, 3, 3},
		{"another has its address now", func(t *testing.T, s *Store) {
			capture(t, s, "m3", upsert("u3", "a@b.c", 0)) // older, so first in the row
			capture(t, s, "m4", remove("u1", 4))
		}, webhook.Conflict, webhook.AddressHeld, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Config{})
			for i, e := range held {
				capture(t, s, message(i), e)
			}
			c.then(t, s)
			d := whole(t, s, 2)
			if d.Outcome != c.outcome || d.Reason != c.reason || d.RelatedID != c.related || d.ResolvedBy != c.by {
				t.Errorf("%s %q #%d, resolved by #%d", d.Outcome, d.Reason, d.RelatedID, d.ResolvedBy)
			}
			if d.Failed() != (c.by == 0) {
				t.Errorf("failed: %v", d.Failed())
			}
		})
	}
}

func TestARejectionNamesTheDeliveryThatResolvedIt(t *testing.T) {
	s := open(t, Config{})
	first := reverified(t, s, "m1", upsert("u1", "a@b.c", 1))
	retried := rejected("m2")
	if err := s.Capture(t.Context(), retried, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	applied := capture(t, s, "m2", upsert("u2", "d@b.c", 2))
	again(t, s, retried, upsert("u2", "d@b.c", 2))
	refused := reverified(t, s, "m3", upsert("u3", "a@b.c", 3))
	for _, c := range []struct {
		name    string
		d       *webhook.Delivery
		outcome webhook.Outcome
		by      int64
	}{
		{"applied when it was reverified", &first, webhook.Created, first.ID},
		{"its retry was applied before", retried, webhook.Duplicate, applied.ID},
		{"refused again, for its address", &refused, webhook.Conflict, 0},
	} {
		got := whole(t, s, c.d.ID)
		if got.Outcome != c.outcome || got.ResolvedBy != c.by || c.d.ResolvedBy != c.by {
			t.Errorf("%s: %s, resolved by #%d, and the caller has #%d, want #%d", c.name, got.Outcome, got.ResolvedBy, c.d.ResolvedBy, c.by)
		}
	}
	by := capture(t, s, "m4", remove("u1", 4))
	if got := whole(t, s, refused.ID); got.ResolvedBy != by.ID || got.Failed() {
		t.Errorf("resolved by #%d, failed %v", got.ResolvedBy, got.Failed())
	}
}
