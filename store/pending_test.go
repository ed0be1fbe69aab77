package store

import (
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// whole reads a delivery as it is stored now.
func whole(t testing.TB, s *Store, id int64) webhook.Delivery {
	t.Helper()
	d, err := s.Delivery(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAPendingEventIsAppliedByItsLink(t *testing.T) {
	for _, test := range []struct {
		name   string
		parked []webhook.Event
		link   webhook.Event
		want   string
		notes  []string
	}{
		{"by the checkout, in the order of the events", []webhook.Event{
			stated(1, "active", 3), invoiced(1, 4), rank(stated(1, "incomplete", 2), 1),
		}, linked(1, 5, "user_1"), active1, []string{"linked by #5", "confirms what is known, linked by #5", "linked by #5"}},
		{
			"a subscription that ended in between",
			[]webhook.Event{ended(1, 4), stated(1, "active", 3)},
			linked(1, 5, "user_1"),
			"cus_1 - - - canceled -", nil,
		},
		{
			"by the user's creation, if the metadata named the user",
			[]webhook.Event{stated(1, "active", 3, "user_2")},
			upsert("user_2", "d@b.c", 9), active1,
			[]string{"linked by #3"},
		},
		{
			"together with an event that names only the same customer",
			[]webhook.Event{stated(1, "incomplete", 2), stated(1, "active", 3, "user_2")},
			upsert("user_2", "d@b.c", 9), active1,
			[]string{"linked by #4", "linked by #4"},
		},
		{"by the user's address, if that is enabled", []webhook.Event{
			changedTo(linked(1, 2), func(s *webhook.Subscription) { s.LinkEmail = "d@b.c" }), stated(1, "active", 3),
		}, upsert("user_1", "d@b.c", 9), active1, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{})
			capture(t, s, "m0", upsert("user_1", "a@b.c", 1))
			owner := "user_1"
			if test.link.UserID == "user_2" {
				owner = "user_2"
			}
			for i, e := range test.parked {
				d := billed(t, s, message(100+i), e)
				if d.Outcome != webhook.Unlinked || d.Note != "no user has customer cus_1" || d.Answer.Status != 200 {
					t.Fatalf("%s %q", d.Outcome, d.Note)
				}
			}
			link := billed(t, s, "link", test.link)
			if got := rowOf(t, s, owner); got != test.want {
				t.Errorf("row %s\nwant %s", got, test.want)
			}
			user, err := s.User(t.Context(), owner)
			if err != nil || user.DeliveryID != link.ID {
				t.Errorf("last changed by #%d, want #%d: %v", user.DeliveryID, link.ID, err)
			}
			changed := 0
			for i := range test.parked {
				d := whole(t, s, int64(i+2))
				if d.Outcome != webhook.Synced && d.Outcome != webhook.Stale || d.UserID != owner || d.Email != user.Email {
					t.Errorf("pending %d: %s %q of %s, %s", i, d.Outcome, d.Note, d.UserID, d.Email)
				}
				if test.notes != nil && d.Note != test.notes[i] {
					t.Errorf("pending %d: note %q, want %q", i, d.Note, test.notes[i])
				}
				if d.Change != nil {
					changed++
				}
				if again := billed(t, s, message(100+i), test.parked[i]); d.Outcome == webhook.Synced && again.Outcome != webhook.Duplicate {
					t.Errorf("pending %d, delivered again: %s", i, again.Outcome)
				}
			}
			if changed == 0 {
				t.Error("no pending delivery has a change of its own")
			}
			if n := count(t, another(t, s.path), `SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM parked_key)`); n != 0 {
				t.Errorf("%d rows are left", n)
			}
			consistent(t, s)
		})
	}
}

func TestAPendingMessageIsAppliedOnce(t *testing.T) {
	s := open(t, Config{})
	e := stated(1, "active", 3, "user_1")
	first, second := billed(t, s, "e1", e), billed(t, s, "e1", e)
	billed(t, s, "m1", upsert("user_1", "a@b.c", 1))
	if d := whole(t, s, first.ID); d.Outcome != webhook.Synced || d.Change == nil {
		t.Errorf("the first: %s %q", d.Outcome, d.Note)
	}
	if d := whole(t, s, second.ID); d.Outcome != webhook.Duplicate || d.Note != "duplicate of #1" || d.Change != nil {
		t.Errorf("the second: %s %q", d.Outcome, d.Note)
	}
}

// A row another program wrote does not release an event; the next event about it does.
func TestAPendingEventIsAppliedToARowOfAnotherProgram(t *testing.T) {
	s := open(t, Config{})
	parked := billed(t, s, "e1", stated(1, "active", 3, "user_1"))
	must(t, another(t, s.path), `INSERT INTO "User" (id, email, "updatedAt") VALUES ('user_1', 'a@b.c', '2026-11-22T10:00:00.000+00:00')`)
	link := capture(t, s, "m1", upsert("user_1", "a@b.c", 5))
	if got := rowOf(t, s, "user_1"); link.Outcome != webhook.Unchanged || got != active1 {
		t.Errorf("%s, row %s", link.Outcome, got)
	}
	if u, err := s.User(t.Context(), "user_1"); err != nil || u.DeliveryID != link.ID || !u.Version.Equal(second(5)) {
		t.Errorf("%+v %v, parked was #%d", u, err, parked.ID)
	}
}

// A deleted delivery no longer changes the table.
func TestAPendingEventIsDeletedWithItsDelivery(t *testing.T) {
	s := open(t, Config{Keep: 1})
	billed(t, s, "e1", stated(1, "active", 3, "user_1"))
	capture(t, s, "m1", upsert("user_2", "d@b.c", 1))
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 1 })
	capture(t, s, "m2", upsert("user_1", "a@b.c", 1))
	if got := rowOf(t, s, "user_1"); got != "- - - - - -" {
		t.Errorf("row %s", got)
	}
	if n := count(t, another(t, s.path), `SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM parked_key)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestTheHistoryOfAUserHasStripesDeliveries(t *testing.T) {
	s := open(t, Config{})
	billed(t, s, "e1", stated(1, "incomplete", 2))
	capture(t, s, "m1", upsert("user_1", "a@b.c", 1))
	billed(t, s, "e2", linked(1, 3, "user_1"))
	billed(t, s, "e3", stated(1, "active", 4))
	list, err := s.Deliveries(t.Context(), query.Page{UserID: "user_1", Limit: 10})
	if err != nil || len(list) != 4 {
		t.Fatalf("%d deliveries, %v", len(list), err)
	}
	for _, d := range list {
		if d.Email != "a@b.c" {
			t.Errorf("#%d is of %q", d.ID, d.Email)
		}
	}
}

// An event that waited and then conflicts is a failure like any other.
func TestAPendingEventThatEndsInAConflictFailed(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("user_1", "a@b.c", 1))
	parked := billed(t, s, "e1", stated(1, "active", 3, "user_2"))
	must(t, another(t, s.path), `UPDATE "User" SET "stripeCustomerId" = 'cus_1' WHERE id = 'user_1'`)
	capture(t, s, "m2", upsert("user_2", "d@b.c", 5))
	got := whole(t, s, parked.ID)
	if got.Outcome != webhook.Conflict || !got.Failed() {
		t.Fatalf("%s, failed %v", got.Outcome, got.Failed())
	}
	list, err := s.Deliveries(t.Context(), query.Page{Failures: true, Limit: 10})
	if err != nil || len(list) != 1 || list[0].ID != parked.ID {
		t.Errorf("the failures are %d, %v", len(list), err)
	}
	if c, err := s.Counts(t.Context()); err != nil || c.Failures != 1 {
		t.Errorf("%d failures, %v", c.Failures, err)
	}
	consistent(t, s)
}

// On a full disk SQLite may roll everything back on its own: the statements after that would
// be committed alone.
func TestAPendingEventIsDeletedWhole(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	db := another(t, s.path)
	must(t, db, `CREATE TRIGGER full BEFORE INSERT ON parked BEGIN SELECT RAISE(ROLLBACK, 'full'); END`)
	if err := s.Capture(t.Context(), verified("m2"), upsert("u2", "a@b.c", 2)); err == nil {
		t.Error("the delivery was captured")
	}
	if n := count(t, db, `SELECT (SELECT count(*) FROM delivery) * 100 + (SELECT count(*) FROM parked_key)`); n != 100 {
		t.Errorf("%d deliveries, %d keys", n/100, n%100)
	}
}
