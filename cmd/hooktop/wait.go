package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/waiting"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

func (p *program) waitCommand() *cobra.Command {
	w := waiting.Wait{}
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
			if w.Filter, err = parseFilter(args); err != nil {
				return err
			}
			if err := w.Check(); err != nil {
				return err
			}
			s, err := config.ResolveDatabase(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			w.App, w.Missing = s.App, s.Missing
			w.Open = func(ctx context.Context) (*store.Store, error) { return openStore(ctx, s, 0) }
			w.NoDatabase = func() (what, fix string) {
				return fmt.Sprintf("no database appeared at %s within %s", s.DB, w.Timeout), withoutDatabase(s, "start hooktop in this folder, or pass another database with --db")
			}
			w.Print = func(d webhook.Delivery) error { return p.printSent(s, d, new(print.Text)) }
			return w.Run(cmd.Context())
		},
	}
	filterArguments(cmd)
	flags := cmd.Flags()
	flags.DurationVar(&w.Timeout, "timeout", 30*time.Second, "how long to wait; 0 waits forever")
	flags.IntVar(&w.Count, "count", 1, "wait for this many matches")
	flags.BoolVar(&w.Forwarded, "forwarded", false, "also require a 2xx answer from the app")
	flags.BoolVar(&w.SinceStart, "since-start", false, "count from the start of the running hooktop")
	flags.StringVar(&w.Since, "since", "", "count deliveries after this id (42; 0 for all) or time (10m, 10:00)")
	config.NameValues(flags, "timeout", "DURATION", "count", "N", "since", "ID|TIME")
	return cmd
}
