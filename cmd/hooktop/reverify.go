package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func (p *program) reverifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reverify [ID...]",
		Short: "Judge rejected deliveries again with the secrets of today",
		Long: "Judges deliveries that were rejected again: with the signing secrets of today, against the time when they\n" +
			"were received. Those that verify now are applied to the users, oldest first, and go on to the app where\n" +
			"one is named. Without an id: all that were rejected.\n\n" +
			"Exit code 1 where a delivery that was named still does not verify.",
		Example: "hooktop reverify\nhooktop reverify 42 43",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			s, err := resolve(cmd, p.getenv)
			if err != nil {
				return err
			}
			return p.reverify(cmd.Context(), s, ids)
		},
	}
	addOptions(cmd.Flags(), sendOptions)
	addForwardFlags(cmd.Flags())
	return cmd
}

// reverify judges again what ids name, all that is rejected where they name
// nothing.
func (p *program) reverify(ctx context.Context, s *settings, ids []int64) error {
	if err := exists(s); err != nil {
		return err
	}
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	var sum reappraisal
	seen := func(d webhook.Delivery) error {
		sum.add(d)
		if d.Verdict.Verified {
			h.forwarder.Forward(ctx, d)
			if d, err = h.store.Delivery(ctx, d.ID); err != nil {
				return err
			}
		}
		if len(ids) == 0 && !s.json && !d.Verdict.Verified {
			return nil // the sum has it
		}
		return p.sent(s, d)
	}
	if len(ids) == 0 {
		err = h.reverifier.All(ctx, seen)
	}
	for _, id := range ids {
		d, failed := h.reverifier.Reverify(ctx, id)
		if failed != nil {
			return failed
		}
		if err := seen(d); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if !s.json {
		fmt.Fprintln(p.stderr, sum) //nolint:errcheck // what was done is done
	}
	if len(ids) > 0 && sum.verified < sum.judged {
		return errSilent // the lines say it
	}
	return nil
}

// reappraisal counts what judging again came to.
type reappraisal struct{ judged, verified int }

func (r *reappraisal) add(d webhook.Delivery) {
	r.judged++
	if d.Verdict.Verified {
		r.verified++
	}
}

func (r reappraisal) String() string {
	if r.judged == 0 {
		return "no delivery is rejected: there is nothing to judge again"
	}
	return fmt.Sprintf("judged %d again: %d verify now, %d still do not", r.judged, r.verified, r.judged-r.verified)
}

// reverifyShown judges one delivery again for the dashboard.
func (h *hooktop) reverifyShown(ctx context.Context, id int64) (webhook.Delivery, error) {
	d, err := h.reverifier.Reverify(ctx, id)
	if err == nil {
		h.goesOn(d)
	}
	return d, err
}

// reverifyAll judges all rejected ones again for the dashboard.
func (h *hooktop) reverifyAll(ctx context.Context) (judged, verified int, err error) {
	var sum reappraisal
	err = h.reverifier.All(ctx, func(d webhook.Delivery) error {
		sum.add(d)
		h.goesOn(d)
		return nil
	})
	return sum.judged, sum.verified, err
}

// goesOn sends what verified on to the apps that want it.
func (h *hooktop) goesOn(d webhook.Delivery) {
	if d.Verdict.Verified {
		h.forwarder.Enqueue(d)
	}
}
