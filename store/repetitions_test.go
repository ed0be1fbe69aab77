package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A sender that repeats one delivery for ever pushes out nothing but its repetitions, and
// nor do resends.
func TestRepetitionsPushOutOnlyThemselves(t *testing.T) {
	for name, again := range map[string]func(t *testing.T, s *Store){
		"duplicates": func(t *testing.T, s *Store) {
			send(t, s, message(3), upsert("u3", message(3), 3))
		},
		"unhandled": func(t *testing.T, s *Store) {
			capture(t, s, "session", webhook.Event{Type: "session.created", Outcome: webhook.Unhandled})
		},
		"retries of a conflict": func(t *testing.T, s *Store) {
			send(t, s, "conflict", upsert("u99", message(4), 50))
		},
		"retries of a malformed one": func(t *testing.T, s *Store) {
			capture(t, s, "malformed", webhook.Event{Outcome: webhook.Malformed})
		},
		"resends": func(t *testing.T, s *Store) {
			d := verified("")
			d.Origin, d.ParentID, d.Verdict = webhook.Resend, 2, webhook.Verdict{}
			if err := s.Keep(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, Config{Keep: 14, Parse: read})
			for i := range 10 {
				send(t, s, message(i), upsert(fmt.Sprint("u", i), message(i), i))
			}
			for range 200 {
				again(t, s)
			}
			used(t, s)
			ids := storedIDs(t, s)
			if len(ids) != 14 || !slices.Equal(ids[:10], []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
				t.Errorf("kept %v", ids)
			}
			consistent(t, s)
			got, err := s.Rebuild(t.Context())
			if err != nil || got.Differences != 0 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

// The delivery that was applied is no repetition, even if an earlier one was rejected.
func TestARetryThatVerifiedIsHistory(t *testing.T) {
	s := open(t, Config{Keep: 5})
	if err := s.Capture(t.Context(), rejected("m1"), webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	capture(t, s, "m1", webhook.Event{Type: "session.created", Outcome: webhook.Unhandled})
	for i := range 30 {
		capture(t, s, message(20), upsert("u", "a@b.c", i))
	}
	used(t, s)
	if ids := storedIDs(t, s); !slices.Contains(ids, 2) {
		t.Errorf("kept %v", ids)
	}
}

// What waits for a user stays longer than what is as old, but only a tenth of all.
func TestWhatWaitsIsKeptLonger(t *testing.T) {
	s := open(t, Config{Keep: 20, Parse: read})
	for i := range 3 {
		send(t, s, fmt.Sprint("holder", i), upsert(fmt.Sprint("h", i), fmt.Sprint("taken", i), 1))
	}
	for i := range 3 {
		send(t, s, fmt.Sprint("waits", i), upsert(fmt.Sprint("w", i), fmt.Sprint("taken", i), 2))
	}
	for i := range 60 {
		send(t, s, message(i), upsert(fmt.Sprint("u", i), message(i), i))
	}
	used(t, s)
	if ids := storedIDs(t, s); !slices.Equal(ids[:2], []int64{4, 5}) || slices.Contains(ids, 6) {
		t.Errorf("kept %v", ids)
	}
	send(t, s, "freed", remove("h0", 90))
	if got := emails(t, s); got["w0"] != "taken0" {
		t.Errorf("users %v", got)
	}
	send(t, s, message(100), upsert("v", message(100), 3))
	used(t, s)
	if ids := storedIDs(t, s); slices.Contains(ids, 4) || !slices.Contains(ids, 5) { // it waits no longer
		t.Errorf("kept %v", ids)
	}
	consistent(t, s)
	got, err := s.Rebuild(t.Context())
	if err != nil || got.Differences != 0 {
		t.Errorf("%+v %v", got, err)
	}
}
