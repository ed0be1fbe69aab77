package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// step is one delivery of a history, or another program's statement.
type step struct {
	message string
	event   webhook.Event
	reject  bool
	sql     string

	outcome webhook.Outcome
	note    string
	status  int
}

func TestGuards(t *testing.T) {
	long := strings.Repeat("ä", webhook.MaxEmail-4) + "@b.c"
	for _, test := range []struct {
		name  string
		steps []step
		want  map[string]string
	}{
		{"a user is created and updated", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created, status: 200},
			{message: "m2", event: upsert("u1", "d@b.c", 2), outcome: webhook.Updated, status: 200},
			{message: "m3", event: upsert("u1", "d@b.c", 3), outcome: webhook.Unchanged, status: 200},
		}, map[string]string{"u1": "d@b.c"}},
		{"a message is applied once", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: upsert("u1", "d@b.c", 2), outcome: webhook.Updated},
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Duplicate, note: "duplicate of #1", status: 200},
			{message: "m1", event: upsert("u1", "x@b.c", 9), outcome: webhook.Duplicate, note: "duplicate of #1"},
		}, map[string]string{"u1": "d@b.c"}},
		{"an event that arrives late does not overwrite a newer one", []step{
			{message: "m2", event: upsert("u1", "new@b.c", 6), outcome: webhook.Created},
			{message: "m1", event: upsert("u1", "old@b.c", 2), outcome: webhook.Stale, note: "4 s older", status: 200},
		}, map[string]string{"u1": "new@b.c"}},
		{"of two events of the same time the later arrival wins", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 5), outcome: webhook.Created},
			{message: "m2", event: upsert("u1", "d@b.c", 5), outcome: webhook.Updated},
		}, map[string]string{"u1": "d@b.c"}},
		{"an unchanged address updates the version", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m3", event: upsert("u1", "a@b.c", 9), outcome: webhook.Unchanged},
			{message: "m2", event: upsert("u1", "d@b.c", 5), outcome: webhook.Stale, note: "4 s older"},
		}, map[string]string{"u1": "a@b.c"}},
		{"a retry of a stale message is checked again", []step{
			{message: "m2", event: upsert("u1", "new@b.c", 6), outcome: webhook.Created},
			{message: "m1", event: upsert("u1", "old@b.c", 2), outcome: webhook.Stale},
			{message: "m1", event: upsert("u1", "old@b.c", 2), outcome: webhook.Stale},
		}, map[string]string{"u1": "new@b.c"}},
		{"a deleted user does not come back", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: remove("u1", 2), outcome: webhook.Deleted, status: 200},
			{message: "m3", event: upsert("u1", "a@b.c", 9), outcome: webhook.Stale, note: "user deleted by #2", status: 200},
		}, map[string]string{}},
		{"a deletion is final whatever its time", []step{
			{message: "m2", event: upsert("u1", "a@b.c", 9), outcome: webhook.Created},
			{message: "m1", event: remove("u1", 1), outcome: webhook.Deleted},
			{message: "m3", event: upsert("u1", "a@b.c", 10), outcome: webhook.Stale, note: "user deleted by #2"},
		}, map[string]string{}},
		{"a deletion that overtakes the creation leaves a tombstone", []step{
			{message: "m2", event: remove("u1", 2), outcome: webhook.Deleted},
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Stale, note: "user deleted by #1"},
		}, map[string]string{}},
		{"a second deletion changes nothing", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: remove("u1", 2), outcome: webhook.Deleted},
			{message: "m3", event: remove("u1", 3), outcome: webhook.Unchanged, status: 200},
			{message: "m2", event: remove("u1", 2), outcome: webhook.Duplicate, note: "duplicate of #2"},
		}, map[string]string{}},
		{"an address that another user holds is a conflict", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: upsert("u2", "a@b.c", 2), outcome: webhook.Conflict, note: "held by u1 since #1", status: 409},
			{message: "m3", event: upsert("u2", "d@b.c", 3), outcome: webhook.Created},
			{message: "m4", event: upsert("u2", "a@b.c", 9), outcome: webhook.Conflict, note: "held by u1 since #1", status: 409},
			// the conflict did not move the version
			{message: "m5", event: upsert("u2", "e@b.c", 4), outcome: webhook.Updated},
		}, map[string]string{"u1": "a@b.c", "u2": "e@b.c"}},
		{"a conflict is applied automatically once the holder is gone", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: upsert("u2", "a@b.c", 2), outcome: webhook.Conflict},
			{message: "m3", event: remove("u1", 3), outcome: webhook.Deleted},
			{message: "m2", event: upsert("u2", "a@b.c", 2), outcome: webhook.Duplicate, note: "duplicate of #2"},
		}, map[string]string{"u2": "a@b.c"}},
		{"addresses are compared byte by byte", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: upsert("u2", "A@b.c", 2), outcome: webhook.Created},
			{message: "m3", event: upsert("u1", "a@B.c", 3), outcome: webhook.Updated},
		}, map[string]string{"u1": "a@B.c", "u2": "A@b.c"}},
		{"an outcome set by the event is kept and may be retried", []step{
			{message: "m1", event: webhook.Event{Outcome: webhook.Unhandled, UserID: "u1"}, outcome: webhook.Unhandled, status: 200},
			{message: "m2", event: webhook.Event{Outcome: webhook.MissingEmail, UserID: "u1"}, outcome: webhook.MissingEmail, status: 400},
			{message: "m3", event: webhook.Event{Outcome: webhook.Malformed, Note: "no data"}, outcome: webhook.Malformed, note: "no data", status: 400},
			{message: "m3", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
		}, map[string]string{"u1": "a@b.c"}},
		{"an event without a user id changes nothing", []step{
			{message: "m1", event: webhook.Event{}, outcome: webhook.Unhandled},
			{message: "m2", event: upsert("u1", "", 1), outcome: webhook.MissingEmail},
			{message: "m3", event: upsert("", "a@b.c", 1), outcome: webhook.Malformed, note: "the event has no user id"},
		}, map[string]string{}},
		{"an address has at most 320 characters", []step{
			{message: "m1", event: upsert("u1", long, 1), outcome: webhook.Created},
			{message: "m2", event: upsert("u1", "ä"+long, 2), outcome: webhook.Malformed, note: "the e-mail address has 321 characters, at most 320 are allowed"},
		}, map[string]string{"u1": long}},
		{"a rejected delivery touches no user", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 1), reject: true, outcome: webhook.Rejected, status: 400},
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{message: "m2", event: remove("u1", 2), reject: true, outcome: webhook.Rejected},
		}, map[string]string{"u1": "a@b.c"}},
		{"deliveries without a message id are not duplicates", []step{
			{event: upsert("u1", "a@b.c", 1), outcome: webhook.Created},
			{event: upsert("u1", "a@b.c", 1), outcome: webhook.Unchanged},
		}, map[string]string{"u1": "a@b.c"}},
		{"a row that another program wrote is updated", []step{
			{sql: `INSERT INTO "User" (id, email, "createdAt", "updatedAt") VALUES ('u1', 'a@b.c', 1795348800000, '2026-11-22 12:00:00')`},
			{message: "m1", event: upsert("u1", "a@b.c", 1), outcome: webhook.Unchanged},
			{message: "m2", event: upsert("u1", "d@b.c", 2), outcome: webhook.Updated},
			{message: "m3", event: upsert("u1", "e@b.c", 1), outcome: webhook.Stale, note: "1 s older"},
		}, map[string]string{"u1": "d@b.c"}},
		{"a row that another program deleted is created again", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 5), outcome: webhook.Created},
			{sql: `DELETE FROM "User"`},
			{message: "m2", event: upsert("u1", "a@b.c", 2), outcome: webhook.Stale, note: "3 s older"},
			{message: "m3", event: upsert("u1", "a@b.c", 5), outcome: webhook.Created},
		}, map[string]string{"u1": "a@b.c"}},
		{"a row that another program deleted can be deleted", []step{
			{message: "m1", event: upsert("u1", "a@b.c", 5), outcome: webhook.Created},
			{sql: `DELETE FROM "User"`},
			{message: "m2", event: remove("u1", 6), outcome: webhook.Deleted},
			{message: "m3", event: upsert("u1", "a@b.c", 9), outcome: webhook.Stale, note: "user deleted by #2"},
		}, map[string]string{}},
		{"a row that another program wrote over a tombstone can be deleted", []step{
			{message: "m1", event: remove("u1", 1), outcome: webhook.Deleted},
			{sql: `INSERT INTO "User" (id, email, "updatedAt") VALUES ('u1', 'a@b.c', '2026-11-22T10:00:00.000+00:00')`},
			{message: "m2", event: upsert("u1", "d@b.c", 9), outcome: webhook.Stale, note: "user deleted by #1"},
			{message: "m3", event: remove("u1", 2), outcome: webhook.Deleted},
			{message: "m4", event: remove("u1", 3), outcome: webhook.Unchanged},
		}, map[string]string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{})
			other := another(t, s.path)
			for i, p := range test.steps {
				if p.sql != "" {
					must(t, other, p.sql)
					continue
				}
				play(t, s, i, p)
			}
			if got := emails(t, s); fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("users %v, want %v", got, test.want)
			}
			consistent(t, s)
		})
	}
}

func play(t *testing.T, s *Store, i int, p step) {
	t.Helper()
	d := verified(p.message)
	if p.reject {
		d = rejected(p.message)
		d.Outcome = "" // the store sees to it by itself
	}
	if err := s.Capture(t.Context(), d, p.event); err != nil {
		t.Fatalf("step %d: %v", i, err)
	}
	if d.Outcome != p.outcome || p.note != "" && d.Note != p.note {
		t.Errorf("step %d: %s %q, want %s %q", i, d.Outcome, d.Note, p.outcome, p.note)
	}
	if p.status != 0 && d.Answer.Status != p.status {
		t.Errorf("step %d: answered %d, want %d", i, d.Answer.Status, p.status)
	}
	kept, err := s.Delivery(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Outcome != d.Outcome || kept.Note != d.Note || kept.HeldBy != d.HeldBy || string(kept.Answer.Body) != string(d.Answer.Body) {
		t.Errorf("step %d: kept %+v, captured %+v", i, kept, d)
	}
}

func TestAttemptsCountTheDeliveriesOfAMessage(t *testing.T) {
	s := open(t, Config{})
	e := upsert("u1", "a@b.c", 1)
	first := rejected("m1")
	if err := s.Capture(t.Context(), first, e); err != nil {
		t.Fatal(err)
	}
	second, third, other := capture(t, s, "m1", e), capture(t, s, "m1", e), capture(t, s, "m2", e)
	stripe := verified("m1")
	stripe.Provider = "stripe"
	if err := s.Capture(t.Context(), stripe, e); err != nil {
		t.Fatal(err)
	}
	got := []int{first.Attempt, second.Attempt, third.Attempt, other.Attempt, stripe.Attempt}
	if fmt.Sprint(got) != "[1 2 3 1 1]" {
		t.Errorf("attempts %v", got)
	}
	if third.Note != "duplicate of #2" {
		t.Errorf("note %q: a rejected delivery applies nothing", third.Note)
	}
}

func TestChangeHoldsTheRowBeforeAndAfter(t *testing.T) {
	clock := noon
	s := open(t, Config{Now: func() time.Time { return clock }})
	created := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	must(t, another(t, s.path), `UPDATE "User" SET "stripeCustomerId" = 'cus_1', "cancelAtPeriodEnd" = true,
		"subscriptionCurrentPeriodEnd" = 1795348800000`)
	clock = clock.Add(time.Minute)
	updated := capture(t, s, "m2", upsert("u1", "d@b.c", 2))
	unchanged := capture(t, s, "m3", upsert("u1", "d@b.c", 3))
	deleted := capture(t, s, "m4", remove("u1", 4))

	change := func(d webhook.Delivery) *webhook.Change {
		kept, err := s.Delivery(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		return kept.Change
	}
	if c := change(created); c == nil || c.Before != nil || c.After.Email != "a@b.c" || !c.After.CreatedAt.Equal(noon) {
		t.Errorf("created: %+v", c)
	}
	c := change(updated)
	if c == nil || c.Before.Email != "a@b.c" || c.After.Email != "d@b.c" || *c.After.StripeCustomerID != "cus_1" ||
		!c.After.CancelAtPeriodEnd || !c.After.SubscriptionCurrentPeriodEnd.Equal(time.UnixMilli(1795348800000)) ||
		!c.After.CreatedAt.Equal(noon) || !c.After.UpdatedAt.Equal(clock) || !c.Before.UpdatedAt.Equal(noon) {
		t.Errorf("updated: %+v %+v", c.Before, c.After)
	}
	if c := change(unchanged); c != nil {
		t.Errorf("unchanged: %+v", c)
	}
	if c := change(deleted); c == nil || c.After != nil || *c.Before.StripeCustomerID != "cus_1" {
		t.Errorf("deleted: %+v", c)
	}
	u, err := s.User(t.Context(), "u1")
	if err != nil || !u.Deleted() || u.Email != "d@b.c" || u.DeliveryID != deleted.ID || *u.StripeCustomerID != "cus_1" {
		t.Errorf("tombstone: %+v %v", u, err)
	}
}

func TestTimesAreStoredAsPrismaWritesThem(t *testing.T) {
	s := open(t, Config{Now: func() time.Time {
		return noon.Add(120*time.Millisecond + 7*time.Microsecond).In(time.FixedZone("", 3600))
	}})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	var text string
	err := another(t, s.path).QueryRowContext(t.Context(), `SELECT "createdAt" || ' ' || "updatedAt" || ' ' || typeof("cancelAtPeriodEnd") FROM "User"`).Scan(&text)
	if want := "2026-11-22T12:00:00.120+00:00 2026-11-22T12:00:00.120+00:00 integer"; err != nil || text != want {
		t.Errorf("%q %v, want %q", text, err, want)
	}
}

func TestRowsOfOtherProgramsAreRead(t *testing.T) {
	s := open(t, Config{})
	other := another(t, s.path)
	want := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for i, value := range []any{
		"2026-11-22T10:00:00.000+00:00", "2026-11-22T11:00:00+01:00", "2026-11-22T10:00:00Z", "2026-11-22 10:00:00",
		"2026-11-22 10:00:00.000", want.UnixMilli(), float64(want.UnixMilli()),
	} {
		id := fmt.Sprint("u", i)
		must(t, other, `INSERT INTO "User" (id, email, "cancelAtPeriodEnd", "createdAt", "updatedAt") VALUES (?1, ?1, 'true', ?2, ?2)`, id, value)
		u, err := s.User(t.Context(), id)
		if err != nil || !u.CreatedAt.Equal(want) || u.CreatedAt.Location() != time.UTC || !u.CancelAtPeriodEnd || !u.Version.IsZero() {
			t.Errorf("%v: %+v %v", value, u, err)
		}
	}
	must(t, other, `INSERT INTO "User" (id, email, "cancelAtPeriodEnd", "updatedAt") VALUES ('odd', 'odd', 'perhaps', 'yesterday')`)
	if u, err := s.User(t.Context(), "odd"); err != nil || !u.UpdatedAt.IsZero() || u.CancelAtPeriodEnd {
		t.Errorf("odd: %+v %v", u, err)
	}
}

// A tombstone has the time at which its event arrived, even if it came into this database
// much later; without that time it is now.
func TestATombstoneHasTheTimeOfArrival(t *testing.T) {
	for _, at := range []time.Time{noon.Add(-24 * time.Hour), {}} {
		s := open(t, Config{})
		d := verified("m1")
		d.At = at
		if err := s.Capture(t.Context(), d, remove("u1", 1)); err != nil {
			t.Fatal(err)
		}
		want := at
		if at.IsZero() {
			want = noon
		}
		if u, err := s.User(t.Context(), "u1"); err != nil || !u.DeletedAt.Equal(want) {
			t.Errorf("deleted at %v, want %v, %v", u.DeletedAt, want, err)
		}
	}
}

// A deletion names no address; its delivery is listed with the one the user had.
func TestADeletionIsListedWithTheAddressOfItsUser(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	id := capture(t, s, "m2", remove("u1", 2)).ID
	if d := whole(t, s, id); d.Email != "a@b.c" {
		t.Errorf("listed with %q", d.Email)
	}
}
