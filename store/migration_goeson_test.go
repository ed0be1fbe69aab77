package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// deliver captures what Clerk would send now, with its body.
func (o older) deliver(t *testing.T, s *Store, message, kind, data string) webhook.Delivery {
	t.Helper()
	d := verified(message)
	d.At = s.now()
	d.Body = []byte(clerkBody(500, kind, data))
	if err := s.Capture(t.Context(), d, parsed("clerk", d.Body)); err != nil {
		t.Fatal(err)
	}
	return *d
}

// replays asserts that replaying the deliveries gives the users in the table.
func replays(t *testing.T, s *Store) {
	t.Helper()
	if r, err := s.Rebuild(t.Context()); err != nil || r.Differences != 0 || r.Deliveries == 0 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestTheDeliveriesOfAnOlderDatabaseMakeItsUsers(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		s := o.open(t)
		if o.cut && o.version < 7 {
			if _, err := s.Rebuild(t.Context()); !errors.Is(err, ErrNoSnapshot) {
				t.Errorf("got %v", err)
			}
			return
		}
		replays(t, s)
	})
}

// Every kind of user continues as if the database had always had today's version.
func TestAnOlderDatabaseReceives(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		s := o.open(t)
		for _, test := range []struct {
			kind, data, want string
		}{
			{"user.updated", person("user_ada", "ada@example.org"), "updated "},
			{"user.created", person("user_bo", "bo@example.com"), "stale user deleted by #9"},
			{"user.created", person("user_di", "di@example.com"), "stale user deleted by #10"},
			{"user.deleted", `{"deleted":true,"id":"user_bo"}`, "unchanged "},
			{"user.created", person("user_none", "ada@example.org"), fmt.Sprintf("conflict held by user_ada since #%d", o.newest+1)},
			{"user.created", person("user_one", "one@example.com"), "created "},
			{"user.deleted", `{"deleted":true,"id":"user_ada"}`, "deleted "},
			{"user.created", person("user_later", "later@example.com"), map[bool]string{true: "created ", false: "conflict held by user_d since #18"}[o.version >= 3]},
		} {
			d := o.deliver(t, s, "new_"+test.data+test.kind, test.kind, test.data)
			if got := string(d.Outcome) + " " + d.Note; got != test.want {
				t.Errorf("%s %s: %s, want %s", test.kind, test.data, got, test.want)
			}
		}
		if d := o.deliver(t, s, "msg_16", "user.created", person("user_d", "d@example.com")); d.Outcome != webhook.Duplicate || d.Note != "duplicate of #16" {
			t.Errorf("%s %q", d.Outcome, d.Note)
		}
		// The older hooktop stored this event as waiting.
		if o.version >= 4 {
			if u, err := s.User(t.Context(), "user_later"); err != nil || valueOrZero(u.StripeSubscriptionID) != "sub_2" || valueOrZero(u.SubscriptionStatus) != "trialing" {
				t.Errorf("%+v %v", u, err)
			}
			if d := whole(t, s, 22); d.Outcome != webhook.Synced || d.Change == nil {
				t.Errorf("%s %q", d.Outcome, d.Note)
			}
		}
		// Before the seventh migration a refused address did not wait.
		if !o.cut || o.version >= 7 {
			_, err := s.User(t.Context(), "user_late")
			if waited := err == nil; waited != (o.version >= 7 && !o.cut) {
				t.Errorf("user_late: %v", err)
			}
			replays(t, s)
		}
		if _, err := s.User(t.Context(), "user_none"); err != nil {
			t.Errorf("after the address was freed: %v", err)
		}
		consistent(t, s)
	})
}

func TestAnOlderDatabaseDeletesTheOldest(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		s := open(t, Config{Path: o.path, Parse: parsed, Keep: 4})
		d := o.deliver(t, s, "new_1", "user.created", person("user_one", "one@example.com"))
		settled(t, s, func(c webhook.Counts) bool { return c.Deliveries-c.Rejected == 4 })
		if o.cut && o.version < 7 {
			if _, err := s.Rebuild(t.Context()); !errors.Is(err, ErrNoSnapshot) {
				t.Errorf("got %v", err)
			}
		} else {
			replays(t, s)
		}
		m, err := s.Moment(t.Context(), 0)
		if err != nil || m.At != d.ID || m.KnownFrom == 0 {
			t.Errorf("%+v %v", m, err)
		}
		if got := lines(t, another(t, o.path), rowsQuery); len(got) == 0 || fmt.Sprint(got) == o.was[o.newest] {
			t.Errorf("users %q", got)
		}
	})
}

func TestAnOlderDatabaseAppliesItsWaitingEvents(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		s := o.open(t)
		name, err := s.MirrorTarget(t.Context())
		if err != nil || (name != "") != (o.version >= 6) {
			t.Errorf("%q %v", name, err)
		}
		if name == "" {
			if err := s.MirrorTo(t.Context(), "postgres://127.0.0.1/app"); err != nil {
				t.Fatal(err)
			}
		}
		o.deliver(t, s, "new_1", "user.created", person("user_one", "one@example.com"))
		all, err := s.MirrorChanges(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		has := map[string]string{}
		for _, c := range all {
			delete(has, c.UserID)
			if c.Row != nil {
				has[c.UserID] = c.Row.Email
			}
		}
		if want := emails(t, s); fmt.Sprint(has) != fmt.Sprint(want) || has["user_one"] == "" {
			t.Errorf("the other database would have %v, want %v", has, want)
		}
	})
}
