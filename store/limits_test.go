package store

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// fewChecks runs a check as rapid.Check does, but fewer times: each takes a database.
// -rapid.checks has it run as often as it says.
func fewChecks(t *testing.T, check func(*rapid.T)) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("10"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	rapid.Check(t, check)
}

// sized is a delivery with a body of so many bytes.
func sized(id string, bytes int) *webhook.Delivery {
	d := verified(id)
	d.At, d.Body = noon, []byte(strings.Repeat("x", bytes))
	return d
}

// used waits until a store is within its limits, and returns what it holds.
func used(t *testing.T, s *Store) Retention {
	t.Helper()
	for {
		r, err := s.Retention(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !r.Limits.IsOver(r.Usage) {
			return r
		}
		changed(t, s)
	}
}

func send(t *testing.T, s *Store, id string, e webhook.Event) {
	t.Helper()
	if err := s.Capture(t.Context(), written(id, e), e); err != nil {
		t.Fatal(err)
	}
}

func storedIDs(t testing.TB, s *Store) []int64 {
	t.Helper()
	ids, err := queryColumn[int64](t.Context(), s.read, `SELECT id FROM delivery ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// Whatever comes in, each class stays within its bytes, the newest delivery and the history
// of the other class stay, and the totals are right.
func TestBytesStayWithinTheirLimits(t *testing.T) {
	fewChecks(t, func(r *rapid.T) {
		c := Config{
			Path: file(t), Keep: rapid.Int64Range(3, 40).Draw(r, "keep"), Parse: read, Now: func() time.Time { return noon },
			KeepBytes: rapid.Int64Range(2000, 40000).Draw(r, "bytes"), KeepRejectedBytes: rapid.Int64Range(2000, 9000).Draw(r, "rejected bytes"),
		}
		s, err := Open(t.Context(), c)
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		rejectedLast, acceptedLast := int64(0), int64(0)
		for i := range rapid.IntRange(5, 60).Draw(r, "deliveries") {
			d := sized(message(rapid.IntRange(0, 30).Draw(r, "message")), rapid.IntRange(0, 9000).Draw(r, "size"))
			var e webhook.Event
			if rapid.Bool().Draw(r, "junk") {
				d.Verdict = webhook.Verdict{Code: webhook.WrongSecret}
			} else {
				e = upsert(fmt.Sprint("u", rapid.IntRange(0, 3).Draw(r, "user")), fmt.Sprintf("e%d@b.c", i), i)
			}
			if err := s.Capture(t.Context(), d, e); err != nil {
				r.Fatal(err)
			}
			if d.Outcome == webhook.Rejected {
				rejectedLast = d.ID
			} else {
				acceptedLast = d.ID
				if n := rapid.IntRange(0, 2).Draw(r, "forwards"); n > 0 {
					f := &webhook.Forward{DeliveryID: d.ID, Status: 200, Body: []byte(strings.Repeat("y", 900*n))}
					if err := s.RecordForward(t.Context(), f); err != nil && !errors.Is(err, ErrNotFound) {
						r.Fatal(err)
					}
				}
			}
		}
		u := used(t, s).Usage
		consistent(t, s)
		ids := storedIDs(t, s)
		if rejectedLast > 0 && !slices.Contains(ids, rejectedLast) {
			r.Fatalf("the newest rejected, #%d, is gone: %v", rejectedLast, ids)
		}
		if u.Accepted > c.Keep || u.Accepted > 1 && u.AcceptedBytes > c.KeepBytes || u.Rejected > 1 && u.RejectedBytes > c.KeepRejectedBytes {
			r.Fatalf("%+v is more than %+v", u, c)
		}
		if acceptedLast > 0 && u.Accepted == 0 {
			r.Fatal("nothing that was accepted is left")
		}
	})
}

func TestLowerLimitsWaitForAConfirmation(t *testing.T) {
	path := file(t)
	fill := func(s *Store, from, to int) {
		for i := range to - from {
			if err := s.Capture(t.Context(), sized(message(from+i), 1000), webhook.Event{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	fill(s, 0, 30)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lower := Config{Path: path, Keep: 10, KeepBytes: 1 << 20, Unconfirmed: Unconfirmed{Count: true, Bytes: true}, Now: func() time.Time { return noon }}
	for start := range 2 { // it is asked at every start
		if s, err = Open(t.Context(), lower); err != nil {
			t.Fatal(err)
		}
		fill(s, 30+start*5, 35+start*5)
		r, err := s.Retention(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h, err := s.Held(t.Context())
		n := int64(35 + start*5)
		if err != nil || !r.Waiting || r.Usage.Accepted != n || h.Accepted != n-10 || !h.From.Equal(noon) || h.AcceptedBytes < (n-10)*1000 {
			t.Fatalf("start %d: %+v %+v %v", start, r, h, err)
		}
		if start == 0 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.ConfirmLimits(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := used(t, s); r.Waiting || r.Usage.Accepted != 10 {
		t.Errorf("%+v", r)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, lower) // it is remembered
	fill(s, 40, 45)
	if r := used(t, s); r.Waiting || r.Usage.Accepted != 10 {
		t.Errorf("%+v", r)
	}
}

// What comes in while nothing may be deleted is bounded, junk by itself.
func TestTheSpaceForWhatWaitsIsBounded(t *testing.T) {
	s := open(t, Config{})
	u := Usage{AcceptedBytes: 500 << 20, RejectedBytes: 90 << 20}
	saved, inForce := savedLimits{}.start(Limits{AcceptedBytes: 100 << 20, RejectedBytes: 10 << 20}, Unconfirmed{Bytes: true}, Usage{Accepted: 9, AcceptedBytes: u.AcceptedBytes, Rejected: 9, RejectedBytes: u.RejectedBytes})
	if !saved.held || inForce != (Limits{}) {
		t.Fatalf("%+v %+v", saved, inForce)
	}
	for _, test := range []struct {
		accepted, rejected           int64
		refusesGood, refusesRejected bool
	}{
		{500, 90, false, false},
		{599, 99, false, false},
		{500, 100, false, true},
		{600, 90, true, false},
	} {
		s.refusal.hold(saved, Usage{AcceptedBytes: test.accepted << 20, RejectedBytes: test.rejected << 20})
		good, bad := s.refusal.of(verified("")), s.refusal.of(rejected(""))
		if err := s.Capture(t.Context(), rejected(""), webhook.Event{}); test.refusesRejected && err == nil {
			t.Errorf("%+v: captured", test)
		}
		if (good != nil) != test.refusesGood || (bad != nil) != test.refusesRejected {
			t.Errorf("%+v: %v, %v", test, good, bad)
		}
		for _, err := range []error{good, bad} {
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Kind != OverLimit || e.RetryAfter() <= 0 || !strings.Contains(e.Fix(), "--yes")) {
				t.Errorf("%#v", err)
			}
		}
	}
}

func TestMessagesOfDeletedDeliveriesExpire(t *testing.T) {
	clock := noon
	s := open(t, Config{Keep: 1, Now: func() time.Time { return clock }})
	arrive := func(id string) *webhook.Delivery {
		d := verified(id)
		d.At = clock
		if err := s.Capture(t.Context(), d, upsert(id, id, 1)); err != nil {
			t.Fatal(err)
		}
		used(t, s)
		return d
	}
	expire := func() {
		err := s.do(t.Context(), "expire", func(*tx) error {
			s.w.trim.space.expired = time.Time{}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	arrive("m1")
	arrive("m2")
	clock = clock.Add(34 * 24 * time.Hour)
	expire()
	if d := arrive("m1"); d.Outcome != webhook.Duplicate {
		t.Errorf("after 34 days: %+v", d)
	}
	arrive("m3")
	clock = clock.Add(36 * 24 * time.Hour)
	for {
		expire()
		if n := count(t, s.read, `SELECT count(*) FROM message`); n == 1 {
			break
		}
	}
	if d := arrive("m3"); d.Outcome != webhook.Duplicate { // its delivery is kept
		t.Errorf("%+v", d)
	}
}

// After a large deletion the file shrinks, whether it is new or of an older hooktop.
func TestTheFileShrinksAfterALargeDeletion(t *testing.T) {
	path := file(t)
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if err := s.Capture(t.Context(), sized(message(i), 1<<20), webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	s = open(t, Config{Path: path, KeepBytes: 3 << 20})
	r := used(t, s)
	for size() > 12<<20 {
		if _, err := s.read.ExecContext(t.Context(), `PRAGMA wal_checkpoint`); err != nil {
			t.Log(err) // a writer was faster
		}
	}
	if r.Usage.Bytes() > 3<<20 || before < 40<<20 {
		t.Errorf("%d bytes before, now %+v", before, r)
	}
	if list, err := s.Deliveries(t.Context(), query.Page{Limit: 100}); err != nil || len(list) != 2 {
		t.Errorf("%d, %v", len(list), err)
	}
}

// Whatever was deleted, repetitions out of turn and what waits not at all, a replay gives
// the same users.
func TestAReplayIsTheSameAfterAnyDeletion(t *testing.T) {
	fewChecks(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t), Parse: read, Keep: rapid.Int64Range(2, 30).Draw(r, "keep"), Now: func() time.Time { return noon }})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		history := messages(r)
		order := rapid.SliceOfN(rapid.IntRange(0, len(history)+7), 10, 60).Draw(r, "order")
		for i, n := range order {
			d, e := written(fmt.Sprint("n", i), upsert(fmt.Sprint("other", i), fmt.Sprint("o", i), i)), upsert(fmt.Sprint("other", i), fmt.Sprint("o", i), i)
			if n < len(history) { // any number of times
				d, e = written(history[n].id, history[n].event()), history[n].event()
				d.Verdict.Verified = !history[n].forged
			}
			if err := s.Capture(t.Context(), d, e); err != nil {
				r.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(r, "settles") == 0 {
				used(t, s)
			}
		}
		used(t, s)
		consistent(t, s)
		got, err := s.Rebuild(t.Context())
		if err != nil || got.Differences != 0 {
			r.Fatalf("%+v %v", got, err)
		}
	})
}
