package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// window is how many rows are read at a time.
const window = 500

// reading runs a command that only reads the database.
func (p *program) reading(cmd *cobra.Command, read func(context.Context, *config.Settings, *store.Store, *print.Output) error) error {
	s, err := config.ResolveDatabase(cmd.Flags(), p.getenv)
	if err != nil {
		return err
	}
	return p.read(cmd.Context(), s, read)
}

// read opens the database for a command that only reads it.
func (p *program) read(ctx context.Context, s *config.Settings, read func(context.Context, *config.Settings, *store.Store, *print.Output) error) error {
	db, err := openExisting(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	return read(ctx, s, db, p.out(s))
}

func (p *program) deliveriesCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:     "deliveries [FILTER]",
		Aliases: []string{"list"},
		Short:   "List captured deliveries, newest first",
		Long:    "Lists captured deliveries, newest first.\n\n" + filterHelp,
		Example: `hooktop deliveries
hooktop deliveries 'is:failed since:1h'
hooktop deliveries --limit 0 --json | jq .event`,
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return exit.Usage(fmt.Sprintf("--limit must be at least 0, not %d", limit), "write a number, or 0 for all")
			}
			filter, err := parseFilter(args)
			if err != nil {
				return err
			}
			return p.reading(cmd, func(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output) error {
				return listDeliveries(ctx, s, db, out, query.Page{Filter: filter}, limit)
			})
		},
	}
	filterArguments(cmd)
	cmd.Flags().IntVarP(&limit, "limit", "n", 50, "how many to list; 0 lists all")
	config.NameValues(cmd.Flags(), "limit", "N")
	return cmd
}

// listDeliveries prints the deliveries of a page and on from there, at most
// limit of them; 0 is all.
func listDeliveries(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output, page query.Page, limit int) error {
	printed := 0
	page.Limit = min(window, limit)
	for d, err := range db.All(ctx, page) {
		if err == nil {
			err = printRow(out, s, ndjson.NewDelivery(d), func() print.Text { return print.DeliveryLine(d) })
		}
		if printed++; err != nil || printed == limit {
			return err
		}
	}
	var err error
	switch {
	case printed > 0 || s.JSON:
	case !page.Filter.IsZero():
		err = out.Line("no delivery matches %s", page.Filter)
	default:
		err = out.Line("no deliveries yet: hooktop trigger user.created sends one")
	}
	return err
}

func printRow(out *print.Output, s *config.Settings, object any, text func() print.Text) error {
	if s.JSON {
		return out.Object(object)
	}
	return out.Line("%s", text())
}
