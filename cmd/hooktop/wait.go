package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// waiting is what is waited for, and since when.
type waiting struct {
	filter    query.Filter
	count     int
	forwarded bool
	timeout   time.Duration

	// sinceStart counts what came since the running hooktop was started; since
	// is --since as it was written.
	sinceStart bool
	since      string

	// after is the id above which a delivery counts.
	after int64
	// from is the time from which on a delivery counts, if not zero.
	from time.Time
	// app returns what is known about the app.
	app func() advice.App
	// found are the ids that were printed.
	found map[int64]bool
}

func (p *program) waitCommand() *cobra.Command {
	w := waiting{found: map[int64]bool{}}
	cmd := &cobra.Command{
		Use:   "wait [FILTER]",
		Short: "Block until a matching delivery arrives, for scripts and CI",
		Long: `Waits for matching deliveries, prints them and exits 0; on timeout exits 3 and
lists what arrived instead. It reads the database, so any hooktop may do
the receiving, and the database need not exist yet.

Only what arrives from now on counts. A script that sends first and then waits
needs --since-start, to count from the start of the running hooktop, or
--since, to count from a delivery or a time.

` + filterHelp,
		Example: `hooktop wait type:user.created --since-start
hooktop wait 'type:user.*' --count 3 --forwarded
hooktop wait is:failed --since 42 --json`,
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if w.filter, err = parseFilter(args); err != nil {
				return err
			}
			if err := w.check(); err != nil {
				return err
			}
			s, err := config.ResolveDatabase(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			w.app = s.App
			return p.wait(cmd.Context(), s, &w)
		},
	}
	filterArguments(cmd)
	flags := cmd.Flags()
	flags.DurationVar(&w.timeout, "timeout", 30*time.Second, "how long to wait; 0 waits forever")
	flags.IntVar(&w.count, "count", 1, "wait for this many matches")
	flags.BoolVar(&w.forwarded, "forwarded", false, "also require a 2xx answer from the app")
	flags.BoolVar(&w.sinceStart, "since-start", false, "count from the start of the running hooktop")
	flags.StringVar(&w.since, "since", "", "count deliveries after this id (42; 0 for all) or time (10m, 10:00)")
	config.NameValues(flags, "timeout", "DURATION", "count", "N", "since", "ID|TIME")
	return cmd
}

func (w *waiting) check() error {
	switch {
	case w.count < 1:
		return exit.Usage(fmt.Sprintf("--count must be at least 1, not %d", w.count), "write a number such as 3")
	case w.timeout < 0:
		return exit.Usage(fmt.Sprintf("--timeout cannot be negative, but it is %s", w.timeout), "write a duration such as 30s, or 0 to wait forever")
	case w.since != "" && w.sinceStart:
		return exit.Usage("--since and --since-start cannot be combined", "choose one of them")
	case w.since == "":
		return nil
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(w.since, "#"), 10, 64)
	if err == nil && id >= 0 {
		w.after = id
		return nil
	}
	f, err := query.Parse(`since:"`+w.since+`"`, time.Now())
	if err != nil || len(f.Terms) != 1 || len(f.Terms[0].Values) != 1 {
		return exit.Usage(fmt.Sprintf("--since: %q is neither a delivery nor a time", w.since),
			"write an id such as 42 for what came after it, 0 for all, or a time: 10m for ten minutes ago, 10:00, 2026-11-22T10:00")
	}
	w.from = f.Terms[0].Values[0].At
	return nil
}

// errTimedOut ends the waiting.
var errTimedOut = errors.New("timed out")

// wait looks once at least, however short the time.
func (p *program) wait(ctx context.Context, s *config.Settings, w *waiting) error {
	limited := ctx
	if w.timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, w.timeout, errTimedOut)
		defer cancel()
	}
	there, err := untilThere(limited, s)
	if errors.Is(err, errTimedOut) {
		return w.noDatabase(s)
	}
	if err != nil {
		return err
	}
	db, err := openStore(ctx, s, 0)
	if err != nil {
		return err
	}
	defer db.Close()            //nolint:errcheck // nothing was written
	if there && w.since == "" { // in one that was not there before, all counts
		if err := w.begin(ctx, db); err != nil {
			return err
		}
	}
	enough, err := p.look(ctx, s, db, w)
	if err == nil && !enough {
		err = p.untilFound(limited, s, db, w)
	}
	if err != nil && errors.Is(context.Cause(limited), errTimedOut) && ctx.Err() == nil {
		return w.timedOut(ctx, db)
	}
	return err
}

// databaseLook is how often a wait looks whether there is a database now.
const databaseLook = 100 * time.Millisecond

// untilThere waits for the database, and says whether it was there at once.
func untilThere(ctx context.Context, s *config.Settings) (atOnce bool, err error) {
	tick := time.NewTicker(databaseLook)
	defer tick.Stop()
	for atOnce = true; s.Missing(); atOnce = false {
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
func (w *waiting) begin(ctx context.Context, db *store.Store) (err error) {
	if w.sinceStart {
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
func (p *program) untilFound(ctx context.Context, s *config.Settings, db *store.Store, w *waiting) error {
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
		enough, err := p.look(ctx, s, db, w)
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
func (p *program) look(ctx context.Context, s *config.Settings, db *store.Store, w *waiting) (enough bool, err error) {
	for d, err := range db.All(ctx, query.Page{Filter: w.wanted(), After: w.after, OldestFirst: true}) {
		if err != nil {
			return false, err
		}
		if w.found[d.ID] || w.forwarded && d.AppFailure != "" {
			continue
		}
		if w.forwarded { // with the app's answer
			if d, err = db.Delivery(ctx, d.ID); err != nil {
				return false, err
			}
		}
		w.found[d.ID] = true
		if err := p.printSent(s, d, new(print.Text)); err != nil {
			return false, err
		}
		if len(w.found) == w.count {
			return true, nil
		}
	}
	return false, nil
}

// wanted is the filter with what else has to hold.
func (w *waiting) wanted() query.Filter {
	f := w.filter
	if !w.from.IsZero() {
		f = f.And(only(query.KeySince, query.Value{Text: w.from.Format(time.RFC3339Nano), At: w.from}))
	}
	if w.forwarded {
		f = f.And(only(query.KeyApp, query.Value{Text: "2xx", From: 200, To: 299}))
	}
	return f
}

func only(k query.Key, v query.Value) query.Filter {
	return query.Filter{Terms: []query.Term{{Key: k, Values: []query.Value{v}}}}
}
