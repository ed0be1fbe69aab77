package store

import (
	"errors"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// settled waits until retention has nothing left to do.
func settled(t *testing.T, s *Store, done func(webhook.Counts) bool) webhook.Counts {
	t.Helper()
	for {
		c, err := s.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if done(c) {
			consistent(t, s)
			return c
		}
		changed(t, s)
	}
}

func TestAFloodOfRejectedDoesNotPushOutTheVerified(t *testing.T) {
	s := open(t, Config{Keep: 20})
	for i := range 10 {
		capture(t, s, message(i), upsert("u1", message(i), i))
	}
	for i := range 300 {
		if err := s.Capture(t.Context(), rejected(message(1000+i)), webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	c := settled(t, s, func(c webhook.Counts) bool { return c.Deliveries == 12 })
	if c.Dropped != 298 || c.Failures != 2 || c.Newest != 310 {
		t.Errorf("%+v", c)
	}
	list, err := s.Deliveries(t.Context(), query.Page{Limit: 100})
	if err != nil || list[0].ID != 310 || list[1].ID != 309 || list[2].ID != 10 || list[11].ID != 1 {
		t.Errorf("%v %v", list, err)
	}
	other := another(t, s.path)
	if n := count(t, other, `SELECT count(*) FROM payload`); n != 12 {
		t.Errorf("%d payloads", n)
	}
	if n := count(t, other, `SELECT count(*) FROM message`); n != 12 {
		t.Errorf("%d messages: the junk's should be gone", n)
	}
}

func TestTheOldestDeliveriesAreDeletedAndTheUsersStay(t *testing.T) {
	s := open(t, Config{Keep: 5})
	first := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	if err := s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: first.ID, Status: 500}); err != nil {
		t.Fatal(err)
	}
	capture(t, s, "m2", upsert("u2", "d@b.c", 1))
	capture(t, s, "m3", remove("u2", 2))
	for i := range 200 {
		capture(t, s, message(i), webhook.Event{Type: "session.created", Outcome: webhook.Unhandled})
	}
	c := settled(t, s, func(c webhook.Counts) bool { return c.Deliveries == 5 })
	if c.Dropped != 198 || c.Failures != 0 || c.Users != 1 || c.Deleted != 1 {
		t.Errorf("%+v", c)
	}
	other := another(t, s.path)
	for _, table := range []string{"forward", "change"} {
		if n := count(t, other, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("%d rows of %s", n, table)
		}
	}
	if _, err := s.Delivery(t.Context(), first.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the first: %v", err)
	}
	if d := capture(t, s, "m1", upsert("u1", "x@b.c", 9)); d.Outcome != webhook.Duplicate || d.Note != "duplicate of #1" || d.Attempt != 2 {
		t.Errorf("a message that was applied: %+v", d)
	}
	if d := capture(t, s, "m9", upsert("u2", "d@b.c", 9)); d.Outcome != webhook.Stale || d.Note != "user deleted by #3" {
		t.Errorf("a tombstone: %+v", d)
	}
	if got := emails(t, s); got["u1"] != "a@b.c" {
		t.Errorf("users %v", got)
	}
}

func TestALowerLimitAppliesFromTheNextStart(t *testing.T) {
	path := file(t)
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		capture(t, s, message(i), upsert(message(i), message(i), 1))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, Config{Path: path, Keep: 7})
	if c := settled(t, s, func(c webhook.Counts) bool { return c.Deliveries == 7 }); c.Dropped != 23 || c.Users != 30 {
		t.Errorf("%+v", c)
	}
	if d := capture(t, s, "more", upsert("more", "more", 1)); d.ID != 31 {
		t.Errorf("id %d", d.ID)
	}
}

func TestAMessageStaysKnownWhileADeliveryOfItIsKept(t *testing.T) {
	s := open(t, Config{Keep: 2})
	for range 3 {
		if err := s.Capture(t.Context(), rejected("m1"), webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, s, func(c webhook.Counts) bool { return c.Deliveries == 1 })
	d := rejected("m1")
	if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil || d.Attempt != 4 {
		t.Errorf("attempt %d, %v", d.Attempt, err)
	}
}

func TestCounts(t *testing.T) {
	clock := noon.Add(-time.Hour)
	s := open(t, Config{Now: func() time.Time { return clock }})
	at := func(ago time.Duration, d *webhook.Delivery, e webhook.Event) {
		t.Helper()
		clock = noon.Add(-ago)
		d.At = clock
		if err := s.Capture(t.Context(), d, e); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := s.Counts(t.Context()); err != nil || c != (webhook.Counts{}) {
		t.Errorf("an empty database: %+v %v", c, err)
	}
	at(time.Hour, verified("m1"), upsert("u1", "a@b.c", 1))
	at(61*time.Second, verified("m2"), upsert("u2", "d@b.c", 2))
	at(60*time.Second, verified("m3"), remove("u2", 3))
	at(50*time.Second, rejected("m4"), webhook.Event{})
	at(50*time.Second, verified("m5"), webhook.Event{})
	trigger := verified("m6")
	trigger.Origin = webhook.Trigger
	at(8*time.Second, trigger, webhook.Event{})
	at(time.Second, rejected("m7"), webhook.Event{})
	at(0, rejected("m8"), webhook.Event{})
	clock = noon
	c, err := s.Counts(t.Context())
	want := webhook.Counts{
		Deliveries: 8, Failures: 3, Rejected: 3, Users: 1, Deleted: 1, Newest: 8, Recent: [8]int{1, 2, 0, 0, 0, 0, 1, 2},
		LastVerified: noon.Add(-50 * time.Second),
	}
	if err != nil || c != want {
		t.Errorf("got  %+v %v\nwant %+v", c, err, want)
	}
}

func TestForwardsStartAndEndAFailure(t *testing.T) {
	s := open(t, Config{})
	d := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	for i, f := range []struct {
		forward  webhook.Forward
		failures int64
	}{
		{webhook.Forward{Status: 500}, 1},
		{webhook.Forward{Failure: webhook.NotRunning, Error: "connection refused"}, 1},
		{webhook.Forward{Status: 204}, 0},
		{webhook.Forward{Status: 301}, 1},
	} {
		f.forward.DeliveryID, f.forward.At = d.ID, noon
		if err := s.RecordForward(t.Context(), &f.forward); err != nil || f.forward.ID != int64(i+1) {
			t.Fatalf("%+v %v", f.forward, err)
		}
		got, err := s.Delivery(t.Context(), d.ID)
		if err != nil || got.AppStatus != f.forward.Status || got.AppError != f.forward.Error || len(got.Forwards) != i+1 {
			t.Errorf("%+v %v", got, err)
		}
		if c, err := s.Counts(t.Context()); err != nil || c.Failures != f.failures || got.Failed() != (f.failures == 1) {
			t.Errorf("forward %d: %+v %v", i, c, err)
		}
		consistent(t, s)
	}
}

func TestAKeptResendIsNeitherAppliedNorAnswered(t *testing.T) {
	s := open(t, Config{})
	parent := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	d := verified("m1")
	d.Origin, d.ParentID, d.UserID, d.Verdict = webhook.Resend, parent.ID, "u1", webhook.Verdict{}
	if err := s.Keep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), d.ID)
	if err != nil || got.ID != 2 || got.ParentID != 1 || got.Attempt != 2 || got.Outcome != "" || got.Answer.Status != 0 || got.Failed() {
		t.Errorf("%+v %v", got, err)
	}
	if d := capture(t, s, "m2", upsert("u1", "a@b.c", 1)); d.ID != 3 {
		t.Errorf("%+v", d)
	}
	consistent(t, s)
}
