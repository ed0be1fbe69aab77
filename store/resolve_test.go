package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// sent records what an app answered to a delivery.
func sent(t testing.TB, s *Store, id int64, target string, status int) {
	t.Helper()
	if err := s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: id, Target: target, Status: status}); err != nil {
		t.Fatal(err)
	}
}

// resent stores a resend to an app that answered so.
func resent(t testing.TB, s *Store, parent int64, message, target string, status int) webhook.Delivery {
	t.Helper()
	d := verified(message)
	d.Origin, d.ParentID = webhook.Resend, parent
	if err := s.Keep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	sent(t, s, d.ID, target, status)
	return *d
}

// refused stores a rejected delivery.
func refused(t testing.TB, s *Store, message string, code webhook.Code) {
	t.Helper()
	d := rejected(message)
	d.Verdict.Code, d.Answer.Status = code, 400
	if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
}

// Delivery #1 failed. by is the delivery that resolved that, 0 if it is still open.
func TestALaterSuccessResolvesAFailure(t *testing.T) {
	down := func(t *testing.T, s *Store) {
		capture(t, s, "m1", upsert("u1", "a@b.c", 1))
		sent(t, s, 1, "app", 500)
	}
	reject := func(t *testing.T, s *Store) { refused(t, s, "m1", webhook.WrongSecret) }
	for _, c := range []struct {
		name  string
		first func(t *testing.T, s *Store)
		then  func(t *testing.T, s *Store)
		by    int64
		how   webhook.Resolution
		open  int64
	}{
		{"resent", down, func(t *testing.T, s *Store) { resent(t, s, 1, "m1", "app", 200) }, 2, webhook.ByResend, 0},
		{"resent with a new id", down, func(t *testing.T, s *Store) { resent(t, s, 1, "m2", "app", 200) }, 2, webhook.ByResend, 0},
		{"resent to where the app is now", down, func(t *testing.T, s *Store) { resent(t, s, 1, "m1", "new", 204) }, 2, webhook.ByResend, 0},
		{"resent, and refused", down, func(t *testing.T, s *Store) { resent(t, s, 1, "m1", "app", 401) }, 0, "", 2},
		{"resent twice, at first in vain", down, func(t *testing.T, s *Store) {
			resent(t, s, 1, "m1", "app", 500)
			resent(t, s, 1, "m1", "app", 200)
		}, 3, webhook.ByResend, 0},
		{"resent twice, and refused the second time", down, func(t *testing.T, s *Store) {
			resent(t, s, 1, "m1", "app", 200)
			resent(t, s, 1, "m1", "app", 500)
		}, 2, webhook.ByResend, 1},
		{"its resend was resent", down, func(t *testing.T, s *Store) {
			resent(t, s, 1, "m2", "app", 500)
			resent(t, s, 2, "m3", "app", 200)
		}, 3, webhook.ByResend, 0},
		{"the sender retried, and hooktop had it already", down, func(t *testing.T, s *Store) {
			capture(t, s, "m1", upsert("u1", "a@b.c", 1))
		}, 0, "", 1},
		{"the sender retried, and the app took it", down, func(t *testing.T, s *Store) {
			capture(t, s, "m1", upsert("u1", "a@b.c", 1))
			sent(t, s, 2, "app", 200)
		}, 2, webhook.ByRetry, 0},
		{"another message of the user went well", down, func(t *testing.T, s *Store) {
			capture(t, s, "m2", upsert("u1", "d@b.c", 2))
			sent(t, s, 2, "app", 200)
		}, 0, "", 1},
		{"hooktop sent it again", down, func(t *testing.T, s *Store) { sent(t, s, 1, "app", 200) }, 1, webhook.ByForward, 0},
		{"hooktop sent it again, and again", down, func(t *testing.T, s *Store) {
			sent(t, s, 1, "app", 200)
			sent(t, s, 1, "app", 503)
		}, 0, "", 1},
		{"one of two apps has it", func(t *testing.T, s *Store) {
			down(t, s)
			sent(t, s, 1, "second", 500)
		}, func(t *testing.T, s *Store) { resent(t, s, 1, "m1", "second", 200) }, 0, "", 1},
		{"both apps have it", func(t *testing.T, s *Store) {
			down(t, s)
			sent(t, s, 1, "second", 500)
		}, func(t *testing.T, s *Store) {
			resent(t, s, 1, "m1", "second", 200)
			resent(t, s, 1, "m1", "app", 200)
		}, 3, webhook.ByResend, 0},
		{"rejected, and retried", reject, func(t *testing.T, s *Store) { capture(t, s, "m1", upsert("u1", "a@b.c", 1)) }, 2, webhook.ByRetry, 0},
		{"rejected, and retried in vain", reject, func(t *testing.T, s *Store) { refused(t, s, "m1", webhook.WrongSecret) }, 0, "", 2},
		{"rejected, and resent to an app", reject, func(t *testing.T, s *Store) { resent(t, s, 1, "m1", "app", 200) }, 0, "", 1},
		{"too old, and resent to an app", func(t *testing.T, s *Store) { refused(t, s, "m1", webhook.TooOld) }, func(t *testing.T, s *Store) {
			resent(t, s, 1, "m1", "app", 200)
		}, 2, webhook.ByResend, 0},
		{"too old, resent to hooktop, and the app refused it", func(t *testing.T, s *Store) { refused(t, s, "m1", webhook.TooOld) }, func(t *testing.T, s *Store) {
			d := verified("m1")
			d.Origin, d.ParentID = webhook.Resend, 1
			if err := s.Capture(t.Context(), d, upsert("u1", "a@b.c", 1)); err != nil {
				t.Fatal(err)
			}
			sent(t, s, d.ID, "app", 500)
		}, 2, webhook.ByResend, 1},
		{"its retry was rejected before, and reverified", func(t *testing.T, s *Store) { reject(t, s); reject(t, s) }, func(t *testing.T, s *Store) {
			d := whole(t, s, 2)
			again(t, s, &d, upsert("u1", "a@b.c", 1))
		}, 2, "", 0},
		{"a forged one came after the real one", func(t *testing.T, s *Store) {
			reject(t, s)
			capture(t, s, "m1", upsert("u1", "a@b.c", 1))
		}, func(t *testing.T, s *Store) { refused(t, s, "m1", webhook.WrongSecret) }, 2, webhook.ByRetry, 1},
		{"not applied, and repaired by hand", func(t *testing.T, s *Store) {
			capture(t, s, "m1", webhook.Event{Outcome: webhook.MissingEmail, UserID: "u1"})
		}, func(t *testing.T, s *Store) {
			d := verified("m2")
			d.Origin, d.ParentID = webhook.Resend, 1
			if err := s.Capture(t.Context(), d, upsert("u1", "a@b.c", 1)); err != nil {
				t.Fatal(err)
			}
		}, 2, webhook.ByResend, 0},
		{"the same id of another provider", down, func(t *testing.T, s *Store) {
			d := verified("m1")
			d.Provider = "stripe"
			if err := s.Capture(t.Context(), d, upsert("u1", "a@b.c", 1)); err != nil {
				t.Fatal(err)
			}
			sent(t, s, d.ID, "app", 200)
		}, 0, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Config{})
			c.first(t, s)
			c.then(t, s)
			d := whole(t, s, 1)
			if d.ResolvedBy != c.by || d.ResolvedHow != c.how || d.Failed() != (c.by == 0) {
				t.Errorf("resolved by #%d, %q, failed %v; want #%d, %q", d.ResolvedBy, d.ResolvedHow, d.Failed(), c.by, c.how)
			}
			if n, err := s.Counts(t.Context()); err != nil || n.Failures != c.open {
				t.Errorf("%d failures, want %d, %v", n.Failures, c.open, err)
			}
			list, err := s.Deliveries(t.Context(), query.Page{Filter: filter(t, "is:resolved #1"), Limit: 9})
			if err != nil || len(list) != min(1, int(c.by)) {
				t.Errorf("is:resolved finds %d, %v", len(list), err)
			}
			consistent(t, s)
		})
	}
}

// An older database has its failures resolved when it is opened, and no others.
func TestAnOlderDatabaseResolvesItsFailures(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		if o.version >= 12 {
			return // it resolved them when they happened
		}
		db := another(t, o.path)
		db.SetMaxOpenConns(1)
		add := func(id, parent int64, message, origin, outcome, code string, forwards ...string) {
			t.Helper()
			failing := outcome == "rejected" || outcome == "missing-email"
			app := 0
			for _, f := range forwards {
				var target string
				if _, err := fmt.Sscanf(strings.Replace(f, "=", " ", 1), "%s %d", &target, &app); err != nil {
					t.Fatal(err)
				}
				must(t, db, `INSERT INTO forward (delivery_id, at, target, status, error, duration, truncated, header, body) VALUES (?, 1, ?, ?, '', 1, 0, '{}', x'')`, id, target, app)
				failing = failing || app >= 300
			}
			if len(forwards) > 0 && strings.HasSuffix(forwards[0], "=500") && len(forwards) == 2 && strings.HasPrefix(forwards[1], forwards[0][:3]) {
				failing = app >= 300 // the same target, and the last counts
			}
			must(t, db, `INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, message_id, attempt, verified, code, type, outcome, note, email, held_by, status, duration, app_status, failed)
				VALUES (?, 1, 'clerk', ?, ?, 0, ?, 1, ?, ?, '', ?, '', '', '', iif(?6 IN ('rejected', 'missing-email'), 400, 200), 1, ?, ?)`,
				id, origin, parent, nullIfEmpty(message), outcome != "rejected", code, outcome, app, failing)
			if o.version >= 10 {
				must(t, db, `UPDATE delivery SET vouched_by = iif(verified, 'signature', NULL), stored_bytes = 13 + coalesce((SELECT sum(octet_length(target) + octet_length(error) + octet_length(header)
					+ octet_length(body)) FROM forward WHERE delivery_id = delivery.id), 0) WHERE id = ?`, id)
				must(t, db, `UPDATE tally SET stored_bytes = (SELECT sum(stored_bytes) FROM delivery), rejected_bytes = (SELECT coalesce(sum(stored_bytes), 0) FROM delivery WHERE outcome = 'rejected')`)
			}
			must(t, db, barePayload, id)
			must(t, db, `UPDATE tally SET deliveries = deliveries + 1, failures = failures + ?, rejected = rejected + ?`, failing, outcome == "rejected")
		}
		must(t, db, `BEGIN`)
		want := map[int64]int64{} // by
		add(1000, 0, "a", "tunnel", "created", "", "app=500")
		add(1001, 1000, "a", "resend", "", "", "app=200")
		want[1000] = 1001
		add(1010, 0, "b", "tunnel", "created", "", "app=500")
		add(1011, 1010, "b2", "resend", "", "", "app=500")
		add(1012, 1011, "b3", "resend", "", "", "new=204")
		want[1010], want[1011] = 1012, 1012
		add(1020, 0, "c", "tunnel", "created", "", "app=200")
		add(1021, 1020, "c", "resend", "", "", "app=500") // later
		want[1021] = 0
		add(1030, 0, "d", "tunnel", "rejected", "wrong-secret")
		add(1031, 0, "d", "tunnel", "created", "")
		want[1030] = 1031
		add(1040, 0, "e", "tunnel", "created", "")
		add(1041, 0, "e", "tunnel", "rejected", "wrong-secret")
		want[1041] = 0
		add(1050, 0, "f", "tunnel", "rejected", "too-old")
		add(1051, 1050, "f", "resend", "", "", "app=200")
		add(1052, 0, "g", "tunnel", "rejected", "wrong-secret")
		add(1053, 1052, "g", "resend", "", "", "app=200")
		want[1050], want[1052] = 1051, 0
		add(1060, 0, "", "tunnel", "missing-email", "")
		add(1061, 1060, "h", "resend", "created", "")
		add(1062, 0, "", "tunnel", "missing-email", "")
		want[1060], want[1062] = 1061, 0
		add(1070, 0, "i", "tunnel", "created", "", "app=500", "second=500")
		add(1071, 1070, "i", "resend", "", "", "app=200")
		add(1072, 0, "j", "tunnel", "created", "", "app=500", "second=500")
		add(1073, 1072, "j", "resend", "", "", "app=200")
		add(1074, 1072, "j", "resend", "", "", "second=200")
		want[1070], want[1072] = 0, 1074
		add(1080, 0, "k", "tunnel", "created", "", "app=500", "app=200")
		want[1080] = 1080
		add(1090, 0, "l", "tunnel", "created", "", "app=500")
		add(1091, 0, "l", "tunnel", "duplicate", "")
		want[1090] = 0
		must(t, db, `COMMIT`)
		s := o.open(t)
		var open []int64
		for id, by := range want {
			d := whole(t, s, id)
			if d.ResolvedBy != by || d.Failed() != (by == 0) {
				t.Errorf("#%d: resolved by #%d, failed %v, want #%d", id, d.ResolvedBy, d.Failed(), by)
			}
			if by == 0 {
				open = append(open, id)
			}
		}
		slices.Sort(open)
		if d := whole(t, s, 1010); d.ResolvedHow != webhook.ByResend || d.ResolvedStatus != 204 {
			t.Errorf("resolved %q with %d", d.ResolvedHow, d.ResolvedStatus)
		}
		list, err := s.Deliveries(t.Context(), query.Page{Failures: true, After: 999, OldestFirst: true, Limit: 99})
		if err != nil || !slices.Equal(ids(list), open) {
			t.Errorf("the failures are %v, want %v, %v", ids(list), open, err)
		}
		consistent(t, s)
		// what is still open can still be resolved
		resent(t, s, 1090, "l", "app", 200)
		if d := whole(t, s, 1090); d.Failed() {
			t.Error("it is not resolved now")
		}
		consistent(t, s)
	})
}

// Whoever acknowledged a failure has seen that one, and no other.
func TestAnAcknowledgedFailureIsNone(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	sent(t, s, 1, "app", 500)
	refused(t, s, "m2", webhook.WrongSecret)
	capture(t, s, "m3", upsert("u3", "c@b.c", 3))
	ack := func(undo bool, want ...int64) {
		t.Helper()
		changed, err := s.Acknowledge(t.Context(), undo, 1, 2, 3, 99)
		if err != nil || !slices.Equal(changed, want) {
			t.Fatalf("changed %v, want %v, %v", changed, want, err)
		}
		consistent(t, s)
	}
	failures := func(want int64) {
		t.Helper()
		if c, err := s.Counts(t.Context()); err != nil || c.Failures != want {
			t.Errorf("%d failures, want %d, %v", c.Failures, want, err)
		}
	}
	ack(false, 1, 2)
	ack(false)
	failures(0)
	ack(true, 1, 2)
	ack(true)
	failures(2)
	ack(false, 1, 2)
	sent(t, s, 1, "app", 500) // the same again
	failures(0)
	sent(t, s, 1, "app", 401)
	failures(1)
	ack(false, 1)
	capture(t, s, "m2", upsert("u2", "b@b.c", 2))
	resent(t, s, 1, "m1", "app", 200)
	ack(true, 1, 2)
	failures(0) // they are resolved as well
	if d := whole(t, s, 2); d.ResolvedBy != 4 {
		t.Errorf("resolved by #%d", d.ResolvedBy)
	}
}

// Reverifying gives a delivery another failure, or none.
func TestReverifyingEndsAnAcknowledgement(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	refused(t, s, "m2", webhook.WrongSecret)
	if _, err := s.Acknowledge(t.Context(), false, 2); err != nil {
		t.Fatal(err)
	}
	d := whole(t, s, 2)
	again(t, s, &d, upsert("u2", "a@b.c", 2)) // held by u1
	if d = whole(t, s, 2); !d.Failed() || d.Cause() != "conflict" || !d.AcknowledgedAt.IsZero() {
		t.Errorf("%s, acknowledged at %v", d.Cause(), d.AcknowledgedAt)
	}
	consistent(t, s)
}

// Resolving must not become slow in a large history.
func TestResolvingUsesIndexes(t *testing.T) {
	s := open(t, Config{})
	for _, p := range (&resolveStatements{}).texts() {
		args := make([]any, strings.Count(p.text, "?"))
		for i := range args {
			args[i] = 1
		}
		if plan := explain(t, s, p.text, args); strings.Contains(plan, "SCAN") {
			t.Errorf("%s\n%s", p.text, plan)
		}
	}
	if plan := explain(t, s, (&resolveStatements{}).texts()[1].text, []any{"m", "clerk"}); !strings.Contains(plan, "delivery_unresolved (message_id=?)") {
		t.Error(plan)
	}
}
