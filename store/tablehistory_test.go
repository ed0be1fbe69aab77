package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// listing returns the whole table, read down to its end in pages of two, and up again.
func listing(t testing.TB, s *Store, p webhook.UserPage) (list []string) {
	t.Helper()
	p.Limit, p.Deleted = 2, true
	all := walk(t, s, p, true)
	for _, r := range all {
		list = append(list, fmt.Sprintf("%s %s #%d %v %s", r.ID, r.Email, r.DeliveryID, r.Deleted(), columnsOf(&r.User)))
	}
	if len(all) > 0 {
		p.Before = &all[len(all)-1]
		if down, up := names(all[:len(all)-1]), names(walk(t, s, p, false)); up != down {
			t.Errorf("by %s at #%d %s down, %s up", p.Sort, p.At, down, up)
		}
	}
	return list
}

// The table as it was equals what was read then, for every delivery and sort, even if
// conflicts, Stripe's events and reverified deliveries were applied after they arrived.
func TestTheTableAsItWasEqualsWhatWasReadThen(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t)})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		was := map[int64]map[webhook.UserSort][]string{}
		history := messages(r)
		var refused []*webhook.Delivery
		var events []webhook.Event
		var id int64
		note := func() {
			was[id] = map[webhook.UserSort][]string{}
			for _, sort := range allSorts() {
				was[id][sort] = listing(t, s, webhook.UserPage{Sort: sort})
			}
		}
		for range rapid.IntRange(1, 12).Draw(r, "deliveries") {
			h := rapid.SampledFrom(history).Draw(r, "message")
			switch {
			case len(refused) > 0 && rapid.IntRange(0, 3).Draw(r, "what") == 0:
				again(t, s, refused[0], events[0])
				refused, events = refused[1:], events[1:]
			case rapid.IntRange(0, 3).Draw(r, "Stripe's") == 0:
				n, status := rapid.IntRange(1, 2).Draw(r, "subscription"), rapid.SampledFrom([]string{"active", "past_due"}).Draw(r, "status")
				id = billed(t, s, fmt.Sprint("e", id), stated(n, status, int(id), h.user)).ID
			case h.forged:
				d := rejected(h.id)
				if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
					r.Fatal(err)
				}
				refused, events, id = append(refused, d), append(events, h.event()), d.ID
			default:
				id = deliver(t, r, s, h).ID
			}
			if id > 0 {
				note()
			}
		}
		for at, lists := range was {
			for sort, want := range lists {
				got := listing(t, s, webhook.UserPage{Sort: sort, At: at})
				if sort == webhook.ByRecent { // a second judgement gives an old number
					slices.Sort(got)
					slices.Sort(want)
				}
				if !slices.Equal(got, want) {
					r.Fatalf("at #%d by %s\n%q\nwas\n%q", at, sort, got, want)
				}
			}
		}
	})
}

func TestMomentsAreThoseInWhichAUserChanged(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", upsert("u1", "a@b.c", 2)) // unchanged
	capture(t, s, "m3", upsert("u2", "a@b.c", 3)) // waits
	late := rejected("m4")
	if err := s.Capture(t.Context(), late, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	capture(t, s, "m5", remove("u1", 5))
	capture(t, s, "m6", webhook.Event{})
	again(t, s, late, upsert("u3", "d@b.c", 4)) // while #6 is the newest
	for _, test := range []struct {
		at   int64
		want string
	}{
		{1, "{1 0 5 0 [u1]}"}, {2, "{2 1 5 0 []}"}, {4, "{4 1 5 0 []}"}, {5, "{5 1 6 0 [u1 u2]}"}, {6, "{6 5 0 0 [u3]}"}, {0, "{6 5 0 0 [u3]}"},
	} {
		m, err := s.Moment(t.Context(), test.at)
		if got := fmt.Sprint(m); err != nil || got != test.want {
			t.Errorf("#%d: %s %v, want %s", test.at, got, err, test.want)
		}
	}
	if _, err := s.Moment(t.Context(), 7); !errors.Is(err, ErrNotFound) {
		t.Errorf("a moment to come: %v", err)
	}
}

func TestThePastIsKnownAsFarBackAsDeliveriesAreKept(t *testing.T) {
	s := open(t, Config{Keep: 3})
	for i := 1; i <= 6; i++ {
		capture(t, s, message(i), upsert("u1", fmt.Sprintf("e%d@b.c", i), i))
	}
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 3 })
	for at := int64(3); at <= 6; at++ {
		rows, err := s.Users(t.Context(), webhook.UserPage{At: at, Limit: 5})
		if want := fmt.Sprintf("e%d@b.c", at); err != nil || len(rows) != 1 || rows[0].Email != want {
			t.Errorf("at #%d: %+v %v, want %s", at, rows, err, want)
		}
	}
	_, err := s.Users(t.Context(), webhook.UserPage{At: 2, Limit: 5})
	var missing *NotFoundError
	if !errors.As(err, &missing) || !strings.Contains(missing.Fix(), "#3") {
		t.Errorf("before: %v", err)
	}
	if m, err := s.Moment(t.Context(), 4); err != nil || m.Before != 3 || m.KnownFrom != 3 {
		t.Errorf("%+v %v", m, err)
	}
}

// A reverified deletion counts from when it was reverified, even after its delivery is
// deleted, as long as that time is known.
func TestALateTombstoneDoesNotShowEarlier(t *testing.T) {
	s := open(t, Config{Keep: 3})
	late := rejected("m1")
	if err := s.Capture(t.Context(), late, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	capture(t, s, "m2", upsert("u1", "a@b.c", 2))
	capture(t, s, "m3", upsert("u2", "d@b.c", 3))
	again(t, s, late, remove("u9", 1)) // which was never here, while #3 is the newest
	for id := int64(4); id <= 6; id++ {
		there := func(at int64) bool {
			rows, err := s.Users(t.Context(), webhook.UserPage{At: at, Deleted: true, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(rows, func(u webhook.UserRecord) bool { return u.ID == "u9" })
		}
		if there(2) || !there(3) {
			t.Errorf("before #%d: at #2 %v, at #3 %v", id, there(2), there(3))
		}
		capture(t, s, message(int(id)), upsert("u1", fmt.Sprintf("e%d@b.c", id), int(id)))
		settled(t, s, func(c webhook.Counts) bool { return c.Dropped == id-3 })
	}
	if n := count(t, s.read, `SELECT count(*) FROM judged`); n != 0 {
		t.Errorf("%d rows are left of a past that is no longer known", n)
	}
}
