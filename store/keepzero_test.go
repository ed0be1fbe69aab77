package store

import (
	"path/filepath"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A command that opens the database without a limit deletes nothing, whatever it adds: the
// hooktop that receives sets the limit.
func TestKeepZeroDeletesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hooktop.db")
	const rows = 300 // more than retention takes in two bites
	s := open(t, Config{Path: path, Keep: 1000})
	for range rows {
		d := webhook.Delivery{At: s.now(), Origin: webhook.Local, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Unhandled}
		if err := s.Capture(t.Context(), &d, webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, Config{Path: path})
	d := webhook.Delivery{At: s.now(), Origin: webhook.Trigger, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Unhandled}
	if err := s.Capture(t.Context(), &d, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // what was due would be done by now
		t.Fatal(err)
	}
	s = open(t, Config{Path: path, Keep: 1000})
	if c, err := s.Counts(t.Context()); err != nil || c.Deliveries != rows+1 || c.Dropped != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
