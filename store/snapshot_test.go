package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Deleted deliveries still affect the kept ones.
func TestARebuildKnowsWhatWasDeleted(t *testing.T) {
	for _, test := range []struct {
		name string
		kept int64
		sent []spoken
	}{
		{"a retry of a message that was applied", 2, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", upsert("u1", "d@b.c", 1)},
			{"m3", upsert("u3", "e@b.c", 1)},
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m4", upsert("u4", "f@b.c", 1)},
		}},
		{"an event that waited, and a retry of it", 2, []spoken{
			{"e1", stated(1, "active", 3, "u1")},
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", upsert("u3", "e@b.c", 1)},
			{"e1", stated(1, "active", 3, "u1")},
		}},
		{"an event older than a waiting one", 2, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", upsert("u2", "d@b.c", 2)},
			{"m3", upsert("u3", "a@b.c", 9)},
			{"m4", upsert("u3", "d@b.c", 5)},
			{"m5", remove("u2", 10)},
		}},
		{"a customer named as two users", 1, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", upsert("u2", "d@b.c", 1)},
			{"e1", linked(1, 2, "u1")},
			{"e2", stated(1, "active", 3)},
			{"e3", linked(2, 4, "u2")},
			{"m3", upsert("u1", "a@b.c", 5)},
			{"m4", upsert("u3", "e@b.c", 6)},
		}},
		{"a checkout of two users in one second", 1, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", upsert("u2", "d@b.c", 1)},
			{"e1", linked(1, 2, "u1")},
			{"e2", linked(1, 2, "u2")},
			{"m4", upsert("u3", "e@b.c", 6)},
		}},
		{"a customer without a subscription, of a user who signed up again", 1, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", paidOnce(2, "u1")},
			{"m2", remove("u1", 3)},
			{"m3", upsert("u2", "a@b.c", 4)},
			{"e2", paidOnce(5, "u2")},
			{"m4", upsert("u3", "e@b.c", 6)},
		}},
		{"the newer of two customers, before another user had it", 1, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", paidOnce(2, "u1")},
			{"e2", ofCustomer(paidOnce(3, "u1"), "cus_2")},
			{"e3", paidOnce(4, "u1")},
			{"m2", remove("u1", 5)},
			{"m3", upsert("u2", "a@b.c", 6)},
			{"e4", paidOnce(7, "u2")},
			{"m4", upsert("u3", "e@b.c", 8)},
		}},
		{"a customer of a user who signed up again", 1, []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", linked(1, 2, "u1")},
			{"m2", remove("u1", 3)},
			{"m3", upsert("u2", "a@b.c", 4)},
			{"e2", linked(2, 5, "u2")},
			{"e3", stated(2, "active", 6)},
			{"m4", upsert("u3", "e@b.c", 7)},
		}},
		{"a subscription that passed to a user of whom only a later change is known", 1, []spoken{
			{"e1", linked(1, 1, "u1")},
			{"m1", upsert("u1", "a@b.c", 2)},
			{"m2", upsert("u2", "b@b.c", 3)},
			{"m3", remove("u1", 4)},
			{"e2", linked(1, 5, "u2")},
			{"m4", upsert("u3", "c@b.c", 6)},
			{"m5", upsert("u2", "d@b.c", 7)},
			{"m6", remove("u3", 8)},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{Parse: read, Keep: test.kept})
			for i, m := range test.sent {
				if err := s.Capture(t.Context(), written(m.id, m.event), m.event); err != nil {
					t.Fatal(err)
				}
				settled(t, s, func(c webhook.Counts) bool { return c.Dropped == max(0, int64(i+1)-test.kept) })
			}
			got, err := s.Rebuild(t.Context())
			if err != nil || got.Differences != 0 || got.Snapshot == 0 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

// Of a history that is deleted in one go only the newest event is kept, in the order of
// application.
func TestARebuildKnowsWhatWasDeletedInOneGo(t *testing.T) {
	for _, test := range []struct {
		name string
		sent []spoken
	}{
		{"a customer whose event arrived late", []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", invoicedOnce(4, "u1")},
			{"e2", ofCustomer(invoicedOnce(3, "u1"), "cus_2")},
			{"e3", invoicedOnce(2, "u1")},
		}},
		{"events linked at once, of the same second and rank", []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", stated(1, "past_due", 3)},
			{"e2", stated(1, "active", 3)},
			{"e3", linked(1, 4, "u1")},
		}},
		{"and of different ranks", []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"e1", stated(1, "active", 3)},
			{"e2", rank(stated(1, "incomplete", 3), 1)},
			{"e3", linked(1, 4, "u1")},
		}},
		{"which of two deletions freed an address", []spoken{
			{"m1", upsert("u1", "a@b.c", 1)},
			{"m2", remove("u1", 2)},
			{"m3", upsert("u2", "a@b.c", 3)},
			{"m4", remove("u2", 4)},
			{"m5", remove("u1", 5)},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{Parse: read, Keep: 9})
			for _, m := range test.sent {
				if err := s.Capture(t.Context(), written(m.id, m.event), m.event); err != nil {
					t.Fatal(err)
				}
			}
			s.limits = Limits{Accepted: 1, Rejected: 1}
			last := upsert("u3", "e@b.c", 8)
			if err := s.Capture(t.Context(), written("last", last), last); err != nil {
				t.Fatal(err)
			}
			settled(t, s, func(c webhook.Counts) bool { return c.Dropped == int64(len(test.sent)) })
			got, err := s.Rebuild(t.Context())
			if err != nil || got.Differences != 0 || got.Snapshot == 0 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

// It was applied when it was reverified, and a retry of it came later.
func TestARebuildKnowsWhatWasReverifiedAndDeleted(t *testing.T) {
	s := open(t, Config{Parse: read, Keep: 2})
	send := func(d *webhook.Delivery) {
		t.Helper()
		if err := s.Capture(t.Context(), d, read("", d.Body)); err != nil {
			t.Fatal(err)
		}
	}
	wrong := written("m1", upsert("u1", "a@b.c", 1))
	wrong.Verdict, wrong.Outcome = rejected("").Verdict, webhook.Rejected
	send(wrong)
	send(written("m2", upsert("u2", "d@b.c", 2)))
	wrong.Verdict = webhook.Verdict{Verified: true}
	if err := s.Reverify(t.Context(), wrong, read("", wrong.Body)); err != nil {
		t.Fatal(err)
	}
	send(written("m1", upsert("u1", "a@b.c", 1)))
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 1 })
	got, err := s.Rebuild(t.Context())
	if err != nil || got.Differences != 0 || got.Users != 2 {
		t.Errorf("%+v %v", got, err)
	}
}

// A reverified delivery is replayed where it was applied, not where it arrived.
func TestARebuildKeepsTheOrderOfApplication(t *testing.T) {
	for _, test := range []struct {
		name          string
		keep, dropped int64
		first         webhook.Event // judged again after the others
		then          []webhook.Event
		last          []webhook.Event
		want          string
	}{
		{
			"of a kept delivery", 9, 0, upsert("u1", "a@b.c", 1),
			[]webhook.Event{upsert("u1", "d@b.c", 1)},
			nil,
			"map[u1:a@b.c]",
		},
		{
			"of a delivery deleted before the one it followed", 2, 1, upsert("u1", "a@b.c", 1),
			[]webhook.Event{upsert("u1", "d@b.c", 1)},
			[]webhook.Event{upsert("u3", "e@b.c", 4)},
			"map[u1:a@b.c u3:e@b.c]",
		},
		{
			"of deliveries deleted in two steps", 2, 2, upsert("u1", "a@b.c", 1),
			[]webhook.Event{upsert("u1", "d@b.c", 1)},
			[]webhook.Event{upsert("u3", "e@b.c", 4), upsert("u3", "f@b.c", 5)},
			"map[u1:a@b.c u3:f@b.c]",
		},
		{
			"of a deleted delivery", 1, 3, upsert("u1", "a@b.c", 3),
			[]webhook.Event{upsert("u2", "a@b.c", 1), remove("u2", 2)},
			[]webhook.Event{upsert("u3", "e@b.c", 4)},
			"map[u1:a@b.c u3:e@b.c]",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{Parse: read, Keep: 9})
			send := func(d *webhook.Delivery) {
				if err := s.Capture(t.Context(), d, read("", d.Body)); err != nil {
					t.Fatal(err)
				}
			}
			late := written("late", test.first)
			late.Verdict, late.Outcome = rejected("").Verdict, webhook.Rejected
			send(late)
			for i, e := range test.then {
				send(written(message(i), e))
			}
			again(t, s, late, test.first)
			s.limits = Limits{Accepted: test.keep, Rejected: 1}
			for i, e := range test.last {
				send(written(fmt.Sprint("last", i), e))
			}
			settled(t, s, func(c webhook.Counts) bool { return c.Dropped == test.dropped })
			got, err := s.Rebuild(t.Context())
			if err != nil || got.Differences != 0 || fmt.Sprint(emails(t, s)) != test.want {
				t.Errorf("%+v %v, users %v", got, err, emails(t, s))
			}
			if n := count(t, s.read, `SELECT count(*) FROM snapshot WHERE key GLOB 'late:*' AND moment <= (SELECT forgotten FROM tally)`); n != 0 {
				t.Errorf("%d late entries are left", n)
			}
		})
	}
}

func TestARebuildNeedsASnapshot(t *testing.T) {
	s := open(t, Config{Keep: 1})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", upsert("u2", "d@b.c", 2))
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 1 })
	s.parse = read
	if _, err := s.Rebuild(t.Context()); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("got %v", err)
	}
}
