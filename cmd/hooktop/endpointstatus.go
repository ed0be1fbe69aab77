package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/machine"
	"github.com/hooktop/hooktop/cmd/hooktop/providerside"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

func (p *program) endpointStatusCommand() *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Compare what Svix sent with what arrived here (experimental)",
		Long: `Lists Svix's attempts at this folder's endpoint at Clerk next to what arrived
here, newest first, with the cause of each that did not:

  arrived      Svix got a 2xx, and the delivery is here
  failed       the last attempt failed; it may have arrived and been rejected
  missing      Svix counts it as a success, but nothing arrived here
  never-tried  Svix has the message and did not send it to this endpoint
  pending      it is on its way

It also names the endpoint's own faults: another URL or path than the hooktop
that runs here has, disabled, events that are not selected. It changes nothing.`,
		Example: `hooktop endpoint status
hooktop endpoint status --since 3h
hooktop endpoint status --json | jq -c .state`,
		Args:    noArguments,
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.ResolveEndpoint(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			from, err := sinceTime(since)
			if err != nil {
				return err
			}
			return p.asking(cmd.Context(), s, func(a *providerside.Asker, _ *store.Store) error {
				side, err := a.Look(cmd.Context(), from)
				if err != nil {
					return err
				}
				return p.printSide(s, side, a.Here(cmd.Context()).URL)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "24h", "how far back to look: 2h, 10:00, 2026-11-22T10:00")
	config.NameValues(cmd.Flags(), "since", "TIME")
	config.AddAccountFlags(cmd.Flags())
	return cmd
}

// sinceTime reads --since.
func sinceTime(text string) (time.Time, error) {
	f, err := query.Parse(`since:"`+text+`"`, time.Now())
	if err != nil || len(f.Terms) != 1 || len(f.Terms[0].Values) != 1 {
		return time.Time{}, exit.Usage(fmt.Sprintf("--since: %q is not a time", text), "write 2h for two hours ago, or 10:00, or 2026-11-22T10:00")
	}
	return f.Terms[0].Values[0].At, nil
}

// asking calls ask with access to Svix and the database. db is nil if there is no
// database yet.
func (p *program) asking(ctx context.Context, s *config.Settings, ask func(a *providerside.Asker, db *store.Store) error) error {
	a := newAsker(s, func(context.Context, string, []string) (map[string][]webhook.Delivery, error) { return nil, nil })
	a.Here = func(context.Context) attempts.Here { return hereOf(s, ndjson.Tunnel{}) }
	if err := a.Ready(); err != nil {
		return err
	}
	if s.Missing() {
		return ask(a, nil)
	}
	db, err := openStore(ctx, s, 0)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	a.Arrivals = db.Arrivals
	var c doctor.Condition
	if door, runs := running.On(ctx, db); runs {
		_ = door.Status(ctx, &c) // without it, URLs are not compared
	}
	a.Here = func(context.Context) attempts.Here { return hereOf(s, c.Tunnel) }
	return ask(a, db)
}

// newAsker returns what asks Svix about this folder's endpoint.
func newAsker(s *config.Settings, arrivals attempts.Arrivals) *providerside.Asker {
	return &providerside.Asker{Settings: s, Own: machine.Owner(".").Owns, Arrivals: arrivals, Now: time.Now}
}

// hereOf returns what Svix's side is compared with: what a hooktop says of its
// public side.
func hereOf(s *config.Settings, side ndjson.Tunnel) attempts.Here {
	clerk := providers.Clerk{}.Name()
	here := attempts.Here{
		Provider: clerk, URL: side.WebhookURLs[clerk], Path: s.Paths[clerk],
		Inbox: s.Services.RelayInbox, Events: registration.Events(),
	}
	if side.Tunnel != nil {
		here.Kind = *side.Tunnel
	}
	return here
}

// printSide prints an endpoint and its messages.
func (p *program) printSide(s *config.Settings, side attempts.Side, expected string) error {
	out := p.out(s)
	if !s.JSON {
		return out.Line("%s", providerside.Text(side, time.Now()))
	}
	if err := out.Object(providerside.NewEndpoint(side, expected)); err != nil {
		return err
	}
	for _, m := range side.Messages {
		for _, a := range providerside.NewAttempts(m) {
			if err := out.Object(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// sayProblems says what keeps deliveries from arriving.
func (p *program) sayProblems(problems []attempts.Reason) {
	for _, problem := range problems {
		p.stderr.Say("note: %s", problem.Text)
		p.stderr.Say("fix: %s", problem.Fix)
	}
}
