package store

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A row that a later delivery made keeps its time, however much later the answer came.
func TestAnImportedWaitingEventKeepsTheTimeOfItsRow(t *testing.T) {
	var ticks atomic.Int64
	s := open(t, Config{Now: func() time.Time { return noon.Add(time.Duration(ticks.Add(7)) * time.Millisecond) }})
	events := []webhook.Event{upsert("u1", "ada@example.com", 1), upsert("u2", "ada@example.com", 2), remove("u1", 3)}
	all := make([]*webhook.Imported, len(events))
	for i, e := range events {
		id := capture(t, s, e.UserID+e.Type, e).ID
		d, err := s.Delivery(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = &webhook.Imported{Delivery: d, Event: &events[i]}
	}
	d, err := s.Delivery(t.Context(), 2)
	if err != nil || d.Change == nil {
		t.Fatalf("the waiting event was not applied: %v, %v", d.Outcome, err)
	}
	all[1].Delivery = d
	for _, m := range all {
		m.Outcome, m.Note, m.HeldBy = "", "", "" // it is found out again
	}
	copied := open(t, Config{})
	if err := copied.Import(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	got, err := copied.Delivery(t.Context(), 2)
	if err != nil || got.Change == nil || !got.Change.After.UpdatedAt.Equal(d.Change.After.UpdatedAt) {
		t.Errorf("the row has %v, want %v: %v", got.Change, d.Change.After.UpdatedAt, err)
	}
}

// A time in a file may be any.
func TestAnImportedAcknowledgementIsOfItsTimeOrOfNow(t *testing.T) {
	now := noon.Add(time.Hour)
	for _, c := range []struct {
		name     string
		at, want time.Time
		failed   bool
	}{
		{"none", time.Time{}, time.Time{}, true},
		{"some time after it came", noon.Add(time.Minute), noon.Add(time.Minute), false},
		{"before it came", noon.Add(-time.Minute), now, false},
		{"in the future", noon.AddDate(9000, 0, 0), now, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Config{Now: func() time.Time { return now }})
			d := rejected("m1")
			d.At, d.AcknowledgedAt = noon, c.at
			m := webhook.Imported{Delivery: *d}
			if err := s.Import(t.Context(), []*webhook.Imported{&m}); err != nil {
				t.Fatal(err)
			}
			got := whole(t, s, m.ID)
			if !got.AcknowledgedAt.Equal(c.want) || !m.AcknowledgedAt.Equal(c.want) || got.Failed() != c.failed {
				t.Errorf("at %v and %v, failed %v", got.AcknowledgedAt, m.AcknowledgedAt, got.Failed())
			}
			consistent(t, s)
		})
	}
}

// Rejected deliveries of Stripe were stored without the id in their bodies before.
func TestAnImportFindsWhatWasStoredWithoutItsMessageID(t *testing.T) {
	s := open(t, Config{})
	old := rejected("")
	old.At = noon
	if err := s.Capture(t.Context(), old, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	again, other := whole(t, s, old.ID), whole(t, s, old.ID)
	again.MessageID, other.MessageID = "evt_1", "evt_2"
	other.Body = []byte("another")
	all := []*webhook.Imported{{Delivery: again}, {Delivery: other}}
	if err := s.Import(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if !all[0].Known || all[0].ID != old.ID || all[1].Known {
		t.Errorf("known: %v as #%d, %v", all[0].Known, all[0].ID, all[1].Known)
	}
}
