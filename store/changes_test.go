package store

import (
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestSinceReturnsNewDeliveriesOldestFirst(t *testing.T) {
	s := open(t, Config{})
	if d, f, err := s.Latest(t.Context()); d != 0 || f != 0 || err != nil {
		t.Fatalf("an empty database has %d, %d, %v", d, f, err)
	}
	var ids []int64
	for range 5 {
		d := webhook.Delivery{At: s.now(), Origin: webhook.Local, Outcome: webhook.Rejected}
		if err := s.Capture(t.Context(), &d, webhook.Event{}); err != nil {
			t.Fatal(err)
		}
		f := webhook.Forward{DeliveryID: d.ID, At: s.now(), Target: "http://localhost", Failure: webhook.NoAnswer, Error: "none"}
		if err := s.RecordForward(t.Context(), &f); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.ID)
	}
	for _, c := range []struct {
		name              string
		delivery, forward int64
		most              int
		wantD, wantF      []int64
	}{
		{"from the start, all", 0, 0, 100, ids, ids},
		{"from the start, the oldest", 0, 0, 2, ids[:2], ids[:2]},
		{"after some", ids[2], ids[3], 100, ids[3:], ids[4:]},
		{"after all, nothing", ids[4], ids[4], 100, nil, nil},
	} {
		deliveries, forwards, err := s.Since(t.Context(), c.delivery, c.forward, c.most)
		if err != nil {
			t.Fatal(err)
		}
		var gotD, gotF []int64
		for _, d := range deliveries {
			gotD = append(gotD, d.ID)
		}
		for _, f := range forwards {
			gotF = append(gotF, f.ID)
			if f.DeliveryID != f.ID || f.Error != "none" {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if !slices.Equal(gotD, c.wantD) || !slices.Equal(gotF, c.wantF) {
			t.Errorf("%s: deliveries %v and forwards %v, want %v and %v", c.name, gotD, gotF, c.wantD, c.wantF)
		}
	}
	if d, f, err := s.Latest(t.Context()); d != 5 || f != 5 || err != nil {
		t.Errorf("the latest are %d, %d, %v", d, f, err)
	}
}
