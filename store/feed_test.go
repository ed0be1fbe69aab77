package store

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// What Since has in memory is what it would read from the database.
func TestTheFeedHasWhatIsStored(t *testing.T) {
	s := open(t, Config{})
	if _, _, err := s.Since(t.Context(), 0, 0, 1); err != nil { // reads the database, as nothing is in memory
		t.Fatal(err)
	}
	capture(t, s, "m1", upsert("u1", "a@b.c", 5))
	capture(t, s, "m1", upsert("u1", "a@b.c", 5)) // a duplicate
	capture(t, s, "m2", upsert("u1", "old@b.c", 1))
	capture(t, s, "m3", upsert("u2", "a@b.c", 6)) // in conflict with u1
	capture(t, s, "m4", webhook.Event{Type: "user.updated", Outcome: webhook.Malformed, Note: "data has no user id", At: second(7)})
	rejected := webhook.Delivery{
		At: time.Date(2026, 12, 1, 9, 0, 0, 123, time.FixedZone("east", 3600)), Provider: "clerk", Origin: webhook.Tunnel, MessageID: "m5", Outcome: webhook.Rejected,
		Verdict: webhook.Verdict{Code: webhook.WrongSecret, Title: "The signature does not match", Checks: []webhook.Check{{Name: "secrets"}}},
		Request: webhook.Request{Method: "POST", URL: "/", Header: map[string][]string{"A": {"b"}}, Body: []byte("\xff")}, Bytes: 7, Type: "x\x00\xff",
	}
	if err := s.Capture(t.Context(), &rejected, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	pulled := verified("m6")
	pulled.Origin, pulled.FromAPI, pulled.Verdict = webhook.Pull, true, webhook.Verdict{Unverified: true}
	if err := s.Capture(t.Context(), pulled, remove("u9", 8)); err != nil {
		t.Fatal(err)
	}
	resent := webhook.Delivery{At: noon, Origin: webhook.Resend, ParentID: 1, Provider: "clerk", MessageID: "m1", Type: "user.updated", Verdict: webhook.Verdict{Unverified: true}}
	if err := s.Keep(t.Context(), &resent); err != nil {
		t.Fatal(err)
	}
	for after := range int64(9) {
		got, ok := s.feed.since(after, 0, 100, noon)
		if !ok {
			t.Fatalf("after %d: not in memory", after)
		}
		s.feed.forget()
		want, _, err := s.Since(t.Context(), after, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) || len(got) != int(8-after) {
			t.Fatalf("after %d: %d in memory, %d in the database", after, len(got), len(want))
		}
		for i := range got {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("after %d: in memory\n%+v\nin the database\n%+v", after, got[i], want[i])
			}
		}
	}
}

// A forward is never overlooked, and comes when its delivery was returned.
func TestTheFeedKnowsOfForwards(t *testing.T) {
	s := open(t, Config{})
	if _, _, err := s.Since(t.Context(), 0, 0, 1); err != nil {
		t.Fatal(err)
	}
	d := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	f := webhook.Forward{DeliveryID: d.ID, At: s.now(), Target: "http://localhost", Status: 200}
	if err := s.RecordForward(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	deliveries, forwards, err := s.Since(t.Context(), d.ID, 0, 100)
	if err != nil || len(deliveries) != 0 || len(forwards) != 1 {
		t.Errorf("%d deliveries, %d forwards, %v", len(deliveries), len(forwards), err)
	}
}

// However many write, in this process and in another, who follows gets every delivery once
// and in order.
func TestAFollowerMissesNothing(t *testing.T) {
	clock := time.Now
	s := open(t, Config{Now: clock})
	other := open(t, Config{Path: s.path, Now: clock})
	const writers, each = 4, 60
	var writing sync.WaitGroup
	for w := range writers {
		from := s
		if w == 0 {
			from = other
		}
		writing.Go(func() {
			for range each {
				d := webhook.Delivery{At: noon, Origin: webhook.Local, Outcome: webhook.Rejected}
				if err := from.Capture(t.Context(), &d, webhook.Event{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	late := time.After(20 * time.Second)
	for last := int64(0); last < writers*each; {
		select {
		case <-s.Changed():
		case <-late:
			t.Fatalf("after #%d nothing came any more", last)
		}
		list, _, err := s.Since(t.Context(), last, 0, 7)
		for ; err == nil && len(list) > 0; list, _, err = s.Since(t.Context(), last, 0, 7) {
			for _, d := range list {
				if d.ID != last+1 {
					t.Fatalf("#%d comes after #%d", d.ID, last)
				}
				last = d.ID
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	writing.Wait()
}
