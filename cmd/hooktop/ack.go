package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
	"github.com/hooktop/hooktop/store"
)

// acknowledgement is what hooktop ack was asked to do.
type acknowledgement struct {
	ids    []int64
	filter query.Filter
	undo   bool
}

func (p *program) ackCommand() *cobra.Command {
	var where string
	var undo bool
	cmd := &cobra.Command{
		Use:   "ack ID... | --where FILTER",
		Short: "Acknowledge failures, so that they no longer count",
		Long: `Acknowledges failures that need no more attention: they leave the count, the
Failures tab and is:failed; is:acknowledged finds them. A failure whose message
succeeds later is resolved automatically and needs no acknowledgement.`,
		Example: `hooktop ack 42 43
hooktop ack --where 'code:too-old before:today'
hooktop ack --undo 42`,
		RunE: func(cmd *cobra.Command, args []string) error {
			a := acknowledgement{undo: undo}
			var err error
			if a.ids, err = parseIDs(args); err != nil {
				return err
			}
			switch given := cmd.Flags().Changed("where"); {
			case given && len(a.ids) > 0:
				return exit.Usage("ids and --where cannot be combined", "hooktop deliveries FILTER lists what a filter matches")
			case !given && len(a.ids) == 0:
				return exit.Usage("ack needs the id of a failure, or --where", "hooktop deliveries is:failed lists the failures; hooktop ack --where is:failed acknowledges them all")
			}
			if a.filter, err = parseFilter([]string{where}); err != nil {
				return err
			}
			return p.reading(cmd, a.run)
		},
	}
	cmd.Flags().StringVar(&where, "where", "", "the failures that match")
	cmd.Flags().BoolVar(&undo, "undo", false, "count them as failures again")
	config.NameValues(cmd.Flags(), "where", "FILTER")
	return cmd
}

func (a acknowledgement) run(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output) error {
	if len(a.ids) > 0 {
		if err := a.check(ctx, db); err != nil {
			return err
		}
		return a.set(ctx, s, db, out, a.ids)
	}
	state := "failed"
	if a.undo {
		state = "acknowledged"
	}
	term := query.Term{Key: query.KeyState, Values: []query.Value{{Text: state}}}
	var ids []int64
	for d, err := range db.All(ctx, query.Page{Filter: a.filter.And(query.Filter{Terms: []query.Term{term}}), OldestFirst: true}) {
		if err != nil {
			return err
		}
		ids = append(ids, d.ID)
	}
	if len(ids) == 0 && !s.JSON {
		return out.Line("no %s delivery matches %s", state, a.filter)
	}
	return a.set(ctx, s, db, out, ids)
}

// check returns an error if an id is not that of a failure; then nothing is changed.
func (a acknowledgement) check(ctx context.Context, db *store.Store) error {
	for _, id := range a.ids {
		d, err := db.Delivery(ctx, id)
		switch {
		case err != nil:
			return err
		case a.undo && d.AcknowledgedAt.IsZero():
			return webhook.NewMistake(fmt.Sprintf("#%d is not acknowledged", id), "hooktop deliveries is:acknowledged lists those that are")
		case a.undo, d.Failed(), !d.AcknowledgedAt.IsZero():
		case d.HasFailed():
			return webhook.NewMistake(fmt.Sprintf("#%d is resolved already: %s", id, resolution.Text(d)), "hooktop deliveries is:failed lists the failures that are left")
		default:
			return webhook.NewMistake(fmt.Sprintf("#%d is not a failure", id), "hooktop deliveries is:failed lists the failures")
		}
	}
	return nil
}

// set changes the deliveries, in batches, and prints them.
func (a acknowledgement) set(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output, ids []int64) error {
	for len(ids) > 0 {
		n := min(len(ids), window)
		if _, err := db.Acknowledge(ctx, a.undo, ids[:n]...); err != nil {
			return err
		}
		for _, id := range ids[:n] {
			d, err := db.Delivery(ctx, id)
			if err != nil {
				return err
			}
			if err := printRow(out, s, ndjson.NewDelivery(d), func() print.Text { return print.DeliveryLine(d) }); err != nil {
				return err
			}
		}
		ids = ids[n:]
	}
	return nil
}
