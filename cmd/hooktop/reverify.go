package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

func (p *program) reverifyCommand() *cobra.Command {
	var where string
	cmd := &cobra.Command{
		Use:   "reverify [ID... | --where FILTER]",
		Short: "Verify rejected deliveries again with the current secrets",
		Long: `Verifies rejected deliveries again, with the current signing secrets, checking
timestamps against the time when each was received. Those that now verify are
applied to the users, oldest first, and forwarded if --forward-to names an app.
Without ids: all rejected deliveries, or those that match --where (hooktop
deliveries --help explains filters).

Exit code 1 if a delivery given by its id still does not verify.`,
		Example: `hooktop reverify
hooktop reverify 42 43
hooktop reverify --where 'code:wrong-secret since:1h'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			given := cmd.Flags().Changed("where")
			if given && len(ids) > 0 {
				return exit.Usage("ids and --where cannot be combined", "hooktop deliveries FILTER lists what a filter matches")
			}
			filter, err := parseFilter([]string{where})
			if err != nil {
				return err
			}
			s, err := p.resolve(cmd, config.Forwards)
			if err != nil {
				return err
			}
			return p.reverify(cmd.Context(), s, ids, filter)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	cmd.Flags().StringVar(&where, "where", "", "only rejected deliveries that match, oldest first")
	config.NameValues(cmd.Flags(), "where", "FILTER")
	return cmd
}

// reverify judges again what ids name; where they name nothing, what is
// rejected and the filter wants.
func (p *program) reverify(ctx context.Context, s *config.Settings, ids []int64, filter query.Filter) error {
	h, err := p.beginExisting(ctx, s)
	if err != nil {
		return err
	}
	defer p.close(h)
	var sum reverifySummary
	var said print.Text
	seen := func(d webhook.Delivery) error {
		sum.add(d)
		if d.Verdict.Verified {
			h.forwarder.Forward(ctx, d)
			if d, err = h.store.Delivery(ctx, d.ID); err != nil {
				return err
			}
		}
		if len(ids) == 0 && !s.JSON && !d.Verdict.Verified {
			return nil // the sum has it
		}
		return p.printSent(s, d, &said)
	}
	switch {
	case len(ids) > 0:
	case filter.IsZero():
		err = h.reverifier.All(ctx, seen)
	default:
		err = h.reverifyMatching(ctx, filter, seen)
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
	switch {
	case s.JSON:
	case sum.judged == 0 && !filter.IsZero():
		p.stderr.Say("no rejected delivery matches %s", filter)
	default:
		p.stderr.Say("%s", sum)
	}
	if len(ids) > 0 && sum.verified < sum.judged {
		return exit.ErrSilent // the lines say it
	}
	return nil
}

// reverifyMatching judges the rejected ones that a filter wants again, oldest
// first, and gives each to seen.
func (h *hooktop) reverifyMatching(ctx context.Context, f query.Filter, seen func(webhook.Delivery) error) error {
	rejected := query.Term{Key: query.KeyState, Values: []query.Value{{Text: string(webhook.Rejected)}}}
	page := query.Page{Filter: f.And(query.Filter{Terms: []query.Term{rejected}}), OldestFirst: true}
	for d, err := range h.store.All(ctx, page) {
		if err != nil {
			return err
		}
		d, judged, err := h.reverifier.IfRejected(ctx, d.ID)
		if err != nil {
			return err
		}
		if !judged {
			continue
		}
		if err := seen(d); err != nil {
			return err
		}
	}
	return nil
}

// reverifySummary counts what judging again came to.
type reverifySummary struct{ judged, verified int }

func (r *reverifySummary) add(d webhook.Delivery) {
	r.judged++
	if d.Verdict.Verified {
		r.verified++
	}
}

func (r reverifySummary) String() string {
	if r.judged == 0 {
		return "no delivery is rejected: nothing to re-verify"
	}
	return fmt.Sprintf("re-verified %d: %d now verify, %d still do not", r.judged, r.verified, r.judged-r.verified)
}

// dashboardReverify judges one delivery again for the dashboard.
func (h *hooktop) dashboardReverify(ctx context.Context, id int64) (webhook.Delivery, error) {
	d, err := h.reverifier.Reverify(ctx, id)
	if err == nil {
		h.forwardVerified(d)
	}
	return d, err
}

// reverifyAll judges all rejected ones again for the dashboard.
func (h *hooktop) reverifyAll(ctx context.Context) (judged, verified int, err error) {
	var sum reverifySummary
	err = h.reverifier.All(ctx, func(d webhook.Delivery) error {
		sum.add(d)
		h.forwardVerified(d)
		return nil
	})
	return sum.judged, sum.verified, err
}

// forwardVerified forwards a delivery to its apps if it is vouched for.
func (h *hooktop) forwardVerified(d webhook.Delivery) {
	if d.VouchedBy() != "" {
		h.forwarder.Enqueue(d)
	}
}
