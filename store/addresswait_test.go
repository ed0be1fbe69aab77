package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// world is the sender's side: its users, no two with the same address at the same time, and
// the events it sends about them.
type world struct {
	email   map[string]string
	deleted map[string]bool
	events  []happening
}

// lived returns a world after some time: three users, four addresses, and addresses that
// moved between the users.
func lived(r *rapid.T) *world {
	w := &world{email: map[string]string{}, deleted: map[string]bool{}}
	for at := range rapid.IntRange(1, 14).Draw(r, "events") {
		user := fmt.Sprint("u", rapid.IntRange(1, 3).Draw(r, "user"))
		if w.deleted[user] {
			continue
		}
		h := happening{id: message(at), user: user, at: at + 1}
		if h.remove = rapid.IntRange(0, 7).Draw(r, "remove") == 0; h.remove {
			delete(w.email, user)
			w.deleted[user] = true
		} else {
			h.email = fmt.Sprintf("e%d@b.c", rapid.IntRange(1, 4).Draw(r, "email"))
			if slices.ContainsFunc(slices.Collect(maps.Keys(w.email)), func(u string) bool { return u != user && w.email[u] == h.email }) {
				continue // the sender itself does not take an address twice
			}
			w.email[user] = h.email
		}
		w.events = append(w.events, h)
	}
	return w
}

// last reports whether an event is the newest of its user: the one the sender keeps
// delivering.
func (w *world) last(i int) bool {
	return !slices.ContainsFunc(w.events[i+1:], func(h happening) bool { return h.user == w.events[i].user })
}

func deliver(t *testing.T, r *rapid.T, s *Store, h happening) webhook.Delivery {
	d := verified(h.id)
	if err := s.Capture(t.Context(), d, h.event()); err != nil {
		r.Fatal(err)
	}
	return *d
}

// The table matches the sender's as soon as the newest event of each user has arrived,
// whatever arrived before or after it, how often, or not at all.
func TestUsersMatchTheSenderInAnyOrder(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		w := lived(r)
		var order []happening
		for i, h := range w.events {
			least := 0
			if w.last(i) {
				least = 1
			}
			for range rapid.IntRange(least, 2).Draw(r, "times") {
				order = append(order, h)
			}
		}
		if len(order) == 0 {
			return
		}
		s, err := Open(t.Context(), Config{Path: file(t)})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		order = rapid.Permutation(order).Draw(r, "order")
		for _, h := range order {
			deliver(t, r, s, h)
		}
		if got := emails(t, s); !maps.Equal(got, w.email) {
			r.Fatalf("after %+v\nthe table is %v, the sender's %v", order, got, w.email)
		}
		if got := tombstoned(t, s); !slices.Equal(got, slices.Sorted(maps.Keys(w.deleted))) {
			r.Fatalf("tombstones %v, want those of %v", got, w.deleted)
		}
		if n := count(t, s.read, `SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM parked_key) +
			(SELECT count(*) FROM delivery WHERE outcome = 'conflict')`); n != 0 {
			r.Fatalf("after %+v\n%d rows wait", order, n)
		}
		consistent(t, s)
	})
}

func tombstoned(t testing.TB, s *Store) (ids []string) {
	t.Helper()
	list, err := s.Users(t.Context(), webhook.UserPage{Sort: webhook.ByID, Deleted: true, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		if u.Deleted() {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func TestAConflictIsAppliedWhenItsAddressIsFreed(t *testing.T) {
	for _, test := range []struct {
		name   string
		before []webhook.Event
		way    webhook.Event
		want   map[string]string
		// told are the outcome and the note of each delivery before, afterwards.
		told map[int64]string
	}{
		{
			"the holder's deletion",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "a@b.c", 2)},
			remove("u1", 3),
			map[string]string{"u2": "a@b.c"},
			map[int64]string{2: "created applied by #3"},
		},
		{
			"the holder's move, and the next by that",
			[]webhook.Event{
				upsert("u1", "a@b.c", 1), upsert("u2", "d@b.c", 2), upsert("u2", "a@b.c", 3), upsert("u3", "d@b.c", 4),
			},
			upsert("u1", "e@b.c", 5),
			map[string]string{"u1": "e@b.c", "u2": "a@b.c", "u3": "d@b.c"},
			map[int64]string{3: "updated applied by #5", 4: "created applied by #5"},
		},
		{
			"an event that closes a ring",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "d@b.c", 2), upsert("u1", "d@b.c", 3)},
			upsert("u2", "a@b.c", 4),
			map[string]string{"u1": "d@b.c", "u2": "a@b.c"},
			map[int64]string{3: "updated applied by #4"},
		},
		{
			"an event that closes a ring of three",
			[]webhook.Event{
				upsert("u1", "a@b.c", 1), upsert("u2", "d@b.c", 2), upsert("u3", "e@b.c", 3), upsert("u1", "d@b.c", 4), upsert("u2", "e@b.c", 5),
			},
			upsert("u3", "a@b.c", 6),
			map[string]string{"u1": "d@b.c", "u2": "e@b.c", "u3": "a@b.c"},
			map[int64]string{4: "updated applied by #6", 5: "updated applied by #6"},
		},
		{
			"of several waiting users the one with the oldest event gets the address, and the others wait for that user",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u3", "a@b.c", 9), upsert("u2", "a@b.c", 8)},
			remove("u1", 10),
			map[string]string{"u2": "a@b.c"},
			map[int64]string{2: "conflict held by u2 since #3", 3: "created applied by #4"},
		},
		{
			"at the same time the first id gets the address",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u3", "a@b.c", 8), upsert("u2", "a@b.c", 8)},
			remove("u1", 10),
			map[string]string{"u2": "a@b.c"},
			map[int64]string{2: "conflict held by u2 since #3", 3: "created applied by #4"},
		},
		{
			"a repetition no longer waits",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "a@b.c", 2), upsert("u2", "a@b.c", 2)},
			remove("u1", 3),
			map[string]string{"u2": "a@b.c"},
			map[int64]string{2: "created applied by #4", 3: "stale superseded by #2"},
		},
		{
			"only the newest events of a user wait",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u3", "d@b.c", 1), upsert("u2", "a@b.c", 2), upsert("u2", "d@b.c", 3)},
			remove("u1", 4),
			map[string]string{"u3": "d@b.c"},
			map[int64]string{3: "stale superseded by #4", 4: "conflict held by u3 since #2"},
		},
		{
			"all events of the same time wait",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u3", "d@b.c", 1), upsert("u2", "a@b.c", 2), upsert("u2", "d@b.c", 2)},
			remove("u1", 4),
			map[string]string{"u2": "a@b.c", "u3": "d@b.c"},
			map[int64]string{3: "created applied by #5"},
		},
		{
			"a user who gets another address no longer waits",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "a@b.c", 2), upsert("u2", "d@b.c", 3)},
			remove("u1", 4),
			map[string]string{"u2": "d@b.c"},
			map[int64]string{2: "stale superseded by #3"},
		},
		{
			"a deleted user no longer waits",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "a@b.c", 2), remove("u2", 3)},
			remove("u1", 4),
			map[string]string{},
			map[int64]string{2: "stale user deleted by #3"},
		},
		{
			"an older event does not get its address while a newer one waits",
			[]webhook.Event{upsert("u1", "a@b.c", 1), upsert("u3", "d@b.c", 1), upsert("u2", "a@b.c", 9), upsert("u2", "d@b.c", 5)},
			remove("u3", 10),
			map[string]string{"u1": "a@b.c"},
			map[int64]string{3: "conflict held by u1 since #1", 4: "stale 4 s older than #3, which waits"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{})
			answers := map[int64]webhook.Answer{}
			for i, e := range test.before {
				d := capture(t, s, message(i), e)
				answers[d.ID] = d.Answer
			}
			capture(t, s, "way", test.way)
			if got := emails(t, s); !maps.Equal(got, test.want) {
				t.Errorf("users %v, want %v", got, test.want)
			}
			for id, want := range test.told {
				d := whole(t, s, id)
				if got := string(d.Outcome) + " " + d.Note; got != want {
					t.Errorf("#%d: %s, want %s", id, got, want)
				}
				if d.Answer.Status != answers[id].Status || string(d.Answer.Body) != string(answers[id].Body) {
					t.Errorf("#%d: the answer became %d %s", id, d.Answer.Status, d.Answer.Body)
				}
				if d.Failed() != (d.Outcome == webhook.Conflict) {
					t.Errorf("#%d: failed %v with %s", id, d.Failed(), d.Outcome)
				}
				if applied := d.Outcome == webhook.Created || d.Outcome == webhook.Updated; applied != (d.Change != nil) {
					t.Errorf("#%d: %s with change %v", id, d.Outcome, d.Change)
				}
				if again := capture(t, s, d.MessageID, test.before[id-1]); d.Change != nil && again.Outcome != webhook.Duplicate {
					t.Errorf("#%d, delivered again: %s", id, again.Outcome)
				}
			}
			consistent(t, s)
		})
	}
}

// The conflict names the delivery that gave the holder its address, not the last one that
// changed its row.
func TestAConflictNamesTheDeliveryThatGaveTheAddress(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("user_1", "d@b.c", 1))
	capture(t, s, "m2", upsert("user_1", "a@b.c", 2))
	billed(t, s, "e1", stated(1, "active", 3, "user_1"))
	if d := capture(t, s, "m3", upsert("user_2", "a@b.c", 4)); d.Note != "held by user_1 since #2" || d.HeldBy != "user_1" {
		t.Errorf("%s %q, held by %s", d.Outcome, d.Note, d.HeldBy)
	}
}

// A deleted delivery no longer changes anything.
func TestAWaitingEventIsDeletedWithItsDelivery(t *testing.T) {
	s := open(t, Config{Keep: 1})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", upsert("u2", "a@b.c", 2))
	capture(t, s, "m3", upsert("u3", "d@b.c", 3))
	settled(t, s, func(c webhook.Counts) bool { return c.Dropped == 2 })
	capture(t, s, "m4", remove("u1", 4))
	if got := emails(t, s); !maps.Equal(got, map[string]string{"u3": "d@b.c"}) {
		t.Errorf("users %v", got)
	}
}

// An id that is not text waits like any other.
func TestAConflictOfAnIDThatIsNotUTF8(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", upsert("v\xff", "a@b.c", 2))
	capture(t, s, "m3", remove("u1", 3))
	if u, err := s.User(context.Background(), "v\xff"); err != nil || u.Email != "a@b.c" {
		t.Errorf("%+v %v", u, err)
	}
}
