package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/drift"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// driftCommand compares the users table with the account, and fixes it through
// hooktop's own endpoint.
func (p *program) driftCommand() *cobra.Command {
	var fix, production bool
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Compare the users with Clerk's; --fix updates them to match",
		Long: `Compares the users here with those of the Clerk instance that CLERK_SECRET_KEY
belongs to, and lists those that differ:

  missing       at Clerk, but not here
  extra         here, but no longer at Clerk
  email         in both, with different e-mail addresses
  deleted-here  deleted here, alive at Clerk

For each, --fix builds the event that Clerk would have sent, using the user
that Clerk's API returns, signs it and sends it through hooktop's own endpoint,
so every change is recorded as a delivery. Users that were deleted here stay
deleted, except in a new database (--db) that --fix fills.

The key comes from the environment, .env.local or .env, or from the keyless
app in this folder; CLERK_API_URL overrides the API's address.

Exit code 0 if all users are in step, 1 if not. Nothing changes at Clerk.`,
		Example: `hooktop drift
hooktop drift --fix
hooktop drift --json | jq -r .user_id`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.resolve(cmd, config.Forwards)
			if err != nil {
				return err
			}
			api, err := account.Open(s, production)
			if err != nil {
				return err
			}
			return p.drift(cmd.Context(), s, api, fix)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	config.HideFlags(cmd.Flags(), "stripe-secret", "stripe-path") // its events are Clerk's
	cmd.Flags().BoolVar(&fix, "fix", false, "send signed events that sync the users here with Clerk's")
	cmd.Flags().BoolVar(&production, "yes-production", false, "accept the key of a production instance (sk_live_…)")
	return cmd
}

// drift compares and, with fix, brings in step.
func (p *program) drift(ctx context.Context, s *config.Settings, api *clerkapi.Client, fix bool) error {
	h, err := p.beginDrift(ctx, s, fix)
	if err != nil {
		return err
	}
	defer p.close(h)
	progress := p.progress()
	defer progress.Clear()
	c := &drift.Comparison{Account: api, Users: h.store, Progress: progress}
	differences, err := c.Run(ctx)
	if err != nil {
		return accountFailed(err)
	}
	results := foreseen(differences, c.Holders)
	if fix {
		if err := sameInstance(c); err != nil {
			return err
		}
		if results, err = h.bringInStep(ctx, c, api, differences); err != nil {
			return accountFailed(err)
		}
	}
	progress.Clear()
	return p.printDrift(s, c, results, fix)
}

// foreseen returns differences as results, with what a fix could not change.
func foreseen(differences []drift.Difference, holders map[string]string) []drift.Result {
	unfixable := drift.Unfixable(differences, holders)
	results := make([]drift.Result, len(differences))
	for i, d := range differences {
		results[i] = drift.Result{Difference: d, Note: d.Note()}
		if holder := unfixable[d.UserID]; holder != "" {
			results[i].Note = holder + " already has this address here, and only one user can have it: change the address of one of the two at Clerk"
		}
	}
	return results
}

// bringInStep sends the events for some differences through hooktop's own
// endpoint, and returns what became of each.
func (h *hooktop) bringInStep(ctx context.Context, c *drift.Comparison, api *clerkapi.Client, differences []drift.Difference) ([]drift.Result, error) {
	if len(differences) == 0 {
		return nil, nil
	}
	door, err := h.door(ctx) // once, for all that is sent
	if err != nil {
		return nil, err
	}
	instance, err := api.InstanceID(ctx)
	if err != nil {
		return nil, err
	}
	t := h.sender(providers.Clerk{})
	t.Instance = func(context.Context) (receiver.Instance, error) { return door, nil }
	b := drift.Backfill{
		Comparison: c, Events: providers.Clerk{}, InstanceID: instance, Now: t.Now,
		Send: func(ctx context.Context, event string, body []byte) (webhook.Delivery, error) {
			m, err := t.Sign(event, body)
			if err != nil {
				return webhook.Delivery{}, asTriggerError(err)
			}
			m.Header.Set("User-Agent", "hooktop drift")
			d, err := h.deliver(ctx, t, m)
			if err != nil {
				return d, asTriggerError(err)
			}
			if !d.Verdict.Verified {
				return d, notVerifiedError(d)
			}
			return d, nil
		},
	}
	return b.Run(ctx, differences)
}

// beginDrift opens the database. Only a fix creates one.
func (p *program) beginDrift(ctx context.Context, s *config.Settings, fix bool) (*hooktop, error) {
	if !fix && s.Missing() {
		return nil, exit.Failure(fmt.Sprintf("there is no database at %s yet", s.DB), "hooktop drift --fix creates it and fills it with Clerk's users; or pass another with --db")
	}
	if fix {
		h, err := p.begin(ctx, s, 0)
		if err == nil {
			h.forwardNothing()
		}
		return h, err
	}
	db, err := openStore(ctx, s, 0)
	if err != nil {
		return nil, err
	}
	return newHooktop(s, db), nil
}

// accountFailed gives an error the exit code of wrong set-up if Clerk rejected the
// key.
func accountFailed(err error) error {
	var refused *clerkapi.Error
	if errors.As(err, &refused) && refused.KeyRefused() {
		return exit.AsUsage(err)
	}
	return err
}

// sameInstance returns an error if the key is of an instance that the users here
// are not from: a fix would delete them all, for good.
func sameInstance(c *drift.Comparison) error {
	if c.Common > 0 || c.Living == 0 {
		return nil
	}
	return exit.Usage(fmt.Sprintf("none of the users here (%d) is at Clerk: nothing was changed", c.Living),
		account.KeyVariable+" must belong to the instance whose webhooks arrive here; for another instance, use another database (--db)")
}

// printDrift prints the differences and a summary. Any that is left is exit code 1.
func (p *program) printDrift(s *config.Settings, c *drift.Comparison, results []drift.Result, fix bool) error {
	out, left, unfixable := p.out(s), 0, 0
	for _, r := range results {
		if !r.Fixed {
			left++
			if r.Note != "" {
				unfixable++
			}
		}
		line := print.NewDriftObject(r)
		if err := printRow(out, s, line, func() print.Text { return print.Drift(r, fix) }); err != nil {
			return err
		}
	}
	if !s.JSON {
		if err := out.Line("%s", print.DriftSummary(c, len(results), left, unfixable, fix)); err != nil {
			return err
		}
	}
	if left > 0 {
		return exit.ErrSilent // the lines said it
	}
	return nil
}
