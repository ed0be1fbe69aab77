// Package waiting waits until matching deliveries are in a database, for hooktop wait,
// and says what came instead when the time is over: timeout.go. It receives nothing: any
// hooktop on the database does.
package waiting

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// Wait says which deliveries to wait for, how many, and from when they count.
type Wait struct {
	Filter query.Filter
	// Count is how many are enough. Forwarded wants the app to have accepted them.
	Count     int
	Forwarded bool
	Timeout   time.Duration // 0 for ever

	// SinceStart counts what came since the running hooktop was started; Since is
	// --since as it was written.
	SinceStart bool
	Since      string

	// Missing reports whether there is no database yet, and NoDatabase says so when the
	// time is over. Open opens it.
	Missing    func() bool
	NoDatabase func() (what, fix string)
	Open       func(context.Context) (*store.Store, error)
	// Print prints a delivery that matches.
	Print func(webhook.Delivery) error
	// App returns what is known about the app.
	App func() advice.App

	// after is the id above which a delivery counts.
	after int64
	// from is the time from which on a delivery counts, if not zero.
	from time.Time
	// found are the ids that were printed.
	found map[int64]bool
}

// Check returns what is wrong with the flags.
func (w *Wait) Check() error {
	switch {
	case w.Count < 1:
		return exit.Usage(fmt.Sprintf("--count must be at least 1, not %d", w.Count), "write a number such as 3")
	case w.Timeout < 0:
		return exit.Usage(fmt.Sprintf("--timeout cannot be negative, but it is %s", w.Timeout), "write a duration such as 30s, or 0 to wait forever")
	case w.Since != "" && w.SinceStart:
		return exit.Usage("--since and --since-start cannot be combined", "choose one of them")
	case w.Since == "":
		return nil
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(w.Since, "#"), 10, 64)
	if err == nil && id >= 0 {
		w.after = id
		return nil
	}
	f, err := query.Parse(`since:"`+w.Since+`"`, time.Now())
	if err != nil || len(f.Terms) != 1 || len(f.Terms[0].Values) != 1 {
		return exit.Usage(fmt.Sprintf("--since: %q is neither a delivery nor a time", w.Since),
			"write an id such as 42 for what came after it, 0 for all, or a time: 10m for ten minutes ago, 10:00, 2026-11-22T10:00")
	}
	w.from = f.Terms[0].Values[0].At
	return nil
}

// ErrTimedOut ends a wait whose time is over.
var ErrTimedOut = errors.New("timed out")

// Run waits, and prints what matches. It looks once at least, however short the time.
func (w *Wait) Run(ctx context.Context) error {
	limited := ctx
	if w.Timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, w.Timeout, ErrTimedOut)
		defer cancel()
	}
	there, err := w.untilThere(limited)
	if errors.Is(err, ErrTimedOut) {
		what, fix := w.NoDatabase()
		return timeoutError(what, fix)
	}
	if err != nil {
		return err
	}
	db, err := w.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()            //nolint:errcheck // nothing was written
	if there && w.Since == "" { // in one that was not there before, all counts
		if err := w.begin(ctx, db); err != nil {
			return err
		}
	}
	enough, err := w.look(ctx, db)
	if err == nil && !enough {
		err = w.untilFound(limited, db)
	}
	if err != nil && errors.Is(context.Cause(limited), ErrTimedOut) && ctx.Err() == nil {
		return w.timedOut(ctx, db)
	}
	return err
}

// databaseLook is how often a wait looks whether there is a database now.
const databaseLook = 100 * time.Millisecond

// untilThere waits for the database, and says whether it was there at once.
func (w *Wait) untilThere(ctx context.Context) (atOnce bool, err error) {
	tick := time.NewTicker(databaseLook)
	defer tick.Stop()
	for atOnce = true; w.Missing(); atOnce = false {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-tick.C:
		}
	}
	return atOnce, nil
}

// begin has what comes from now on count or, with --since-start, what came
// since the hooktop that runs was started. Where none runs yet, its start is
// still to come.
func (w *Wait) begin(ctx context.Context, db *store.Store) (err error) {
	if w.SinceStart {
		if started := running.Since(ctx, db); !started.IsZero() {
			w.from = started
			return nil
		}
	}
	w.after, _, err = db.Latest(ctx)
	return err
}

// lookPause is the least time between two looks at the deliveries; one that
// took longer is followed by as long a pause, so that a wait in a large
// database leaves the disk to others for half of the time.
const lookPause = 50 * time.Millisecond

// untilFound looks again after each change, until there is enough.
func (w *Wait) untilFound(ctx context.Context, db *store.Store) error {
	pause := time.NewTimer(lookPause)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-pause.C:
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-db.Changed():
		}
		begun := time.Now()
		enough, err := w.look(ctx, db)
		if err != nil || enough {
			return err
		}
		pause.Reset(max(lookPause, time.Since(begun)))
	}
}

// look prints what matches, each once, and says whether it is enough. It goes
// through all that counts anew each time: what is known of a delivery changes
// after it came, by the app's answer, by a cause found later, by being judged
// again.
func (w *Wait) look(ctx context.Context, db *store.Store) (enough bool, err error) {
	for d, err := range db.All(ctx, query.Page{Filter: w.wanted(), After: w.after, OldestFirst: true}) {
		if err != nil {
			return false, err
		}
		if w.found[d.ID] || w.Forwarded && d.AppFailure != "" {
			continue
		}
		if w.Forwarded { // with the app's answer
			if d, err = db.Delivery(ctx, d.ID); err != nil {
				return false, err
			}
		}
		if w.found == nil {
			w.found = map[int64]bool{}
		}
		w.found[d.ID] = true
		if err := w.Print(d); err != nil {
			return false, err
		}
		if len(w.found) == w.Count {
			return true, nil
		}
	}
	return false, nil
}

// wanted is the filter with what else has to hold.
func (w *Wait) wanted() query.Filter {
	f := w.Filter
	if !w.from.IsZero() {
		f = f.And(only(query.KeySince, query.Value{Text: w.from.Format(time.RFC3339Nano), At: w.from}))
	}
	if w.Forwarded {
		f = f.And(only(query.KeyApp, query.Value{Text: "2xx", From: 200, To: 299}))
	}
	return f
}

func only(k query.Key, v query.Value) query.Filter {
	return query.Filter{Terms: []query.Term{{Key: k, Values: []query.Value{v}}}}
}
