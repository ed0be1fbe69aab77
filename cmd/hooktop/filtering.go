package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// filterHelp explains the language in a command's help.
const filterHelp = `A filter is words that all must hold; -word turns one round, a|b is either, "…" holds blanks:

  type:user.*        the event's type, * is any part of it
  user:user_2ab      the beginning of the user's id; id:msg_2ab of the message's
  email:ada@         any part of the e-mail address
  is:failed          or verified, rejected, duplicate, stale, conflict, forwarded, resent, created …
  code:wrong-secret  why it was rejected; code:body-* for several
  status:>=400       what hooktop answered; app:5xx what the app did
  since:10m          or today, 10:00, 2026-11-22T10:00 (local time); before: likewise
  provider:clerk     origin:tunnel|local|trigger|resend
  #42                the delivery's number
  ada                any other word: a part of the body or of a header

Put it in quotes, for the shell has uses of its own for # * | > and ".
After --, it may begin with -: hooktop deliveries -- -is:verified`

// filterArguments lets a command take a filter as its arguments.
func filterArguments(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return exit.Usage(err.Error(), "see "+cmd.CommandPath()+" --help; a filter that begins with - comes after --: "+cmd.CommandPath()+" -- -is:verified")
	})
}

// parseFilter reads a filter from arguments, which are joined by blanks.
// Relative times count from now, others are of the local zone. An error is
// wrong usage.
func parseFilter(args []string) (query.Filter, error) {
	f, err := query.Parse(strings.Join(args, " "), time.Now())
	if err != nil {
		return f, exit.AsUsage(err)
	}
	return f, nil
}

// eachMatching calls visit with each delivery that a filter wants and that was
// there at the start, newest first or oldest first: what visit itself sends is
// not among them. They are as Store.Deliveries lists them. An error of visit
// ends it, and is returned.
func eachMatching(ctx context.Context, db *store.Store, f query.Filter, oldestFirst bool, visit func(webhook.Delivery) error) error {
	return eachIn(ctx, db, query.Page{Filter: f}, oldestFirst, visit)
}

// eachIn is eachMatching for all that a page wants, however many.
func eachIn(ctx context.Context, db *store.Store, of query.Page, oldestFirst bool, visit func(webhook.Delivery) error) error {
	newest, _, err := db.Latest(ctx)
	if err != nil {
		return err
	}
	pages := []query.Page{{Before: newest + 1}}
	if oldestFirst { // ids begin with 1, and no page asks for what comes after 0
		pages = []query.Page{{Before: min(2, newest+1)}, {After: 1, Before: newest + 1}}
	}
	for _, p := range pages {
		p.Filter, p.Failures, p.Cause, p.Limit = of.Filter, of.Failures, of.Cause, window
		if err := eachOf(ctx, db, p, visit); err != nil {
			return err
		}
	}
	return nil
}

// eachOf goes through a page and on from there.
func eachOf(ctx context.Context, db *store.Store, p query.Page, visit func(webhook.Delivery) error) error {
	up := p.After > 0
	for {
		found, err := db.Search(ctx, p)
		if err != nil {
			return err
		}
		if up {
			slices.Reverse(found.Deliveries)
			p.After = found.Upto
		} else {
			p.Before = found.Upto
		}
		for _, d := range found.Deliveries {
			if err := visit(d); err != nil {
				return err
			}
		}
		if found.Done {
			return nil
		}
	}
}
