package store

import (
	"errors"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// reverified captures a rejected delivery and then applies it.
func reverified(t *testing.T, s *Store, message string, e webhook.Event) webhook.Delivery {
	t.Helper()
	d := rejected(message)
	if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	again(t, s, d, e)
	return *d
}

func again(t *testing.T, s *Store, d *webhook.Delivery, e webhook.Event) {
	t.Helper()
	d.Verdict = webhook.Verdict{Verified: true, Title: "Signature verified", Secret: "whsec_…LaSw (NAME)"}
	if err := s.Reverify(t.Context(), d, e); err != nil {
		t.Fatal(err)
	}
}

func TestReverifyAppliesWhatWasRejected(t *testing.T) {
	s := open(t, Config{})
	d := rejected("m1")
	if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	status, body := d.Answer.Status, string(d.Answer.Body)
	if c, err := s.Counts(t.Context()); err != nil || c.Failures != 1 || !c.LastVerified.IsZero() {
		t.Errorf("before: %+v %v", c, err)
	}
	again(t, s, d, upsert("u1", "a@b.c", 1))
	if d.Outcome != webhook.Created || d.UserID != "u1" || !d.ReverifiedAt.Equal(noon) || d.Change == nil || d.Change.After.Email != "a@b.c" {
		t.Errorf("the delivery became %+v", d)
	}
	got, err := s.Delivery(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Verdict.Verified || got.Verdict.Code != "" || got.Verdict.Title != "Signature verified" || got.Verdict.Secret == "" {
		t.Errorf("verdict %+v", got.Verdict)
	}
	if got.Outcome != webhook.Created || got.UserID != "u1" || got.Email != "a@b.c" || got.Type != "user.updated" || got.Attempt != 1 || !got.ReverifiedAt.Equal(noon) {
		t.Errorf("row %+v", got)
	}
	if got.Answer.Status != status || string(got.Answer.Body) != body {
		t.Errorf("the answer became %d %s", got.Answer.Status, got.Answer.Body)
	}
	if got.Failed() || got.Change == nil || got.Change.After.Email != "a@b.c" {
		t.Errorf("failed %v, change %+v", got.Failed(), got.Change)
	}
	if emails(t, s)["u1"] != "a@b.c" {
		t.Error("the user is missing")
	}
	c, err := s.Counts(t.Context())
	if err != nil || c.Failures != 0 || c.Deliveries != 1 || !c.LastVerified.Equal(d.At) {
		t.Errorf("after: %+v %v", c, err)
	}
	consistent(t, s)
}

func TestReverifyChecksForDuplicatesAndStaleEvents(t *testing.T) {
	for _, c := range []struct {
		name    string
		before  func(*testing.T, *Store)
		event   webhook.Event
		outcome webhook.Outcome
		failed  bool
		email   string
	}{
		{
			"the message's retry was applied meanwhile",
			func(t *testing.T, s *Store) { capture(t, s, "m1", upsert("u1", "a@b.c", 1)) },
			upsert("u1", "a@b.c", 1), webhook.Duplicate, false, "a@b.c",
		},
		{
			"a newer event was applied meanwhile",
			func(t *testing.T, s *Store) { capture(t, s, "m2", upsert("u1", "new@b.c", 5)) },
			upsert("u1", "old@b.c", 1), webhook.Stale, false, "new@b.c",
		},
		{
			"the user was deleted meanwhile",
			func(t *testing.T, s *Store) { capture(t, s, "m2", remove("u1", 5)) },
			upsert("u1", "old@b.c", 1), webhook.Stale, false, "",
		},
		{
			"another user holds the address",
			func(t *testing.T, s *Store) { capture(t, s, "m2", upsert("u2", "a@b.c", 5)) },
			upsert("u1", "a@b.c", 1), webhook.Conflict, true, "",
		},
		{
			"the event has no address",
			func(*testing.T, *Store) {},
			webhook.Event{Type: "user.created", UserID: "u1", Outcome: webhook.MissingEmail},
			webhook.MissingEmail, true, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Config{})
			c.before(t, s)
			d := reverified(t, s, "m1", c.event)
			if d.Outcome != c.outcome || d.Failed() != c.failed || emails(t, s)["u1"] != c.email {
				t.Errorf("%s, failed %v, users %v", d.Outcome, d.Failed(), emails(t, s))
			}
			consistent(t, s)
		})
	}
}

func TestAReverifiedMessageIsAppliedOnce(t *testing.T) {
	s := open(t, Config{})
	d := reverified(t, s, "m1", upsert("u1", "a@b.c", 1))
	if err := s.Reverify(t.Context(), &d, upsert("u1", "x@b.c", 9)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	if later := capture(t, s, "m1", upsert("u1", "x@b.c", 9)); later.Outcome != webhook.Duplicate || later.Note != "duplicate of #1" || later.Attempt != 2 {
		t.Errorf("the sender's retry: %s %q, attempt %d", later.Outcome, later.Note, later.Attempt)
	}
	for _, id := range []int64{99, 2} {
		d.ID = id
		if err := s.Reverify(t.Context(), &d, upsert("u1", "x@b.c", 9)); !errors.Is(err, ErrNotFound) {
			t.Errorf("#%d: %v", id, err)
		}
	}
	if emails(t, s)["u1"] != "a@b.c" {
		t.Errorf("users %v", emails(t, s))
	}
	consistent(t, s)
}

func TestAForwardOfAReverifiedDeliveryCounts(t *testing.T) {
	s := open(t, Config{})
	d := reverified(t, s, "m1", upsert("u1", "a@b.c", 1))
	for _, c := range []struct {
		status int
		failed int64
	}{{500, 1}, {200, 0}} {
		if err := s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: d.ID, Status: c.status}); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Counts(t.Context()); err != nil || n.Failures != c.failed {
			t.Errorf("after the app's %d: %d failures, %v", c.status, n.Failures, err)
		}
	}
	consistent(t, s)
}

// A reverified old delivery becomes an accepted one below the ids that retention has already
// covered.
func TestRetentionCountsReverifiedDeliveriesAsAccepted(t *testing.T) {
	s := open(t, Config{Keep: 5})
	old := rejected("junk")
	if err := s.Capture(t.Context(), old, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		capture(t, s, message(i), upsert("u1", message(i), i))
	}
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 3 })
	again(t, s, old, upsert("u2", "a@b.c", 1))
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 4 })
	list, err := s.Deliveries(t.Context(), query.Page{Limit: 100})
	if err != nil || len(list) != 5 || list[4].ID != 5 {
		t.Errorf("%v %v", list, err)
	}
}

func TestRejectedListsTheOldestFirst(t *testing.T) {
	s := open(t, Config{})
	for i := range 5 {
		if i%2 == 1 {
			capture(t, s, message(i), upsert("u1", "a@b.c", i))
		} else if err := s.Capture(t.Context(), rejected(message(i)), webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		after int64
		most  int
		want  []int64
	}{{0, 10, []int64{1, 3, 5}}, {1, 1, []int64{3}}, {5, 10, nil}} {
		got, err := s.Rejected(t.Context(), c.after, c.most)
		if err != nil || len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("after %d: %v %v", c.after, got, err)
		}
	}
}
