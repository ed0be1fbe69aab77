package waiting

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

// Where there was no time to look, nothing is said of what came.
func TestAWaitInVainSaysNothingOfWhatItCouldNotRead(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "hooktop.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it is a test's own
	w := &Wait{Count: 1, Timeout: time.Second}
	ctx, cancel := context.WithCancel(t.Context())
	if err := w.timedOut(ctx, db); err.Error() != "a delivery did not arrive within 1s; nothing arrived" {
		t.Errorf("with time it says %v", err)
	}
	cancel()
	if err := w.timedOut(ctx, db); err.Error() != "a delivery did not arrive within 1s" || exit.FixOf(err) != "hooktop deliveries lists what arrived" {
		t.Errorf("without it says %v, %s", err, exit.FixOf(err))
	}
}

// The types that came are counted, and what has none does not pass for one.
func TestAWaitInVainCountsWhatCame(t *testing.T) {
	var m arrivals
	for _, kind := range []string{"", "user.created", "", "user.created", "user.updated"} {
		m.add(webhook.Delivery{ID: 1, Type: kind})
	}
	if got := m.came(); got != "5 arrived: 2 without a type, user.created ×2, user.updated" {
		t.Error(got)
	}
}
