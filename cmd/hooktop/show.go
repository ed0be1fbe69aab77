package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
)

func (p *program) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a delivery in full: request, verdict, outcome, forwards",
		Example: `hooktop show 42
hooktop show 42 --json | jq .diagnosis`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return exit.Usage("show needs the id of one delivery", "hooktop deliveries lists them")
			}
			return nil
		},
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return p.reading(cmd, func(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output) error {
				d, err := db.Delivery(ctx, ids[0])
				if err != nil {
					return err
				}
				app := s.App()
				return printRow(out, s, ndjson.NewWhole(d, app), func() print.Text { return print.Delivery(d, app) })
			})
		},
	}
}
