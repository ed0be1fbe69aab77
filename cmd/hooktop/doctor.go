package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/providerside"
	"github.com/hooktop/hooktop/cmd/hooktop/registrar"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui/text"
)

// doctorCommand: what the Setup tab looks at, for a terminal and for scripts.
func (p *program) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the set-up, and say what is wrong and how to fix it",
		Long: `Checks the signing secrets and the variables that hold them, the .env files,
the tunnel, the port, the database, this machine's clock and your app, using
the flags and environment that hooktop would start with. It opens no tunnel,
sends nothing to your app and works while hooktop runs.

Exit code 0 if nothing failed, though there may be warnings; 1 if something
did.`,
		Example: `hooktop doctor
hooktop doctor --forward-to 3000
hooktop doctor --json | jq 'select(.state == "failed")'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.doctor(cmd.Context(), cmd.Flags())
		},
	}
	config.AddReceiveFlags(cmd.Flags())
	config.HideFlags(cmd.Flags(), "yes", "register", "local", "no-edge-policy", "insecure-forward", "forward-retry") // nothing to check
	return cmd
}

// doctor prints what each check found, in their order.
func (p *program) doctor(ctx context.Context, flags *pflag.FlagSet) error {
	s, faults, unread := config.Diagnose(flags, p.getenv)
	x := &doctor.Checker{Settings: s, Getenv: p.getenv, Env: s.Env, Unread: unread, Faults: faults, Now: time.Now, RunningAbove: runningAbove}
	if account.Given(s.Env) {
		x.AskClerk, x.ClerkRefused = registrar.Inspector(s), registrar.KeyRefused
	}
	if !s.Missing() { // doctor makes none
		x.Store, x.StoreErr = openStore(ctx, s, 0)
	}
	if x.Store != nil {
		defer x.Store.Close() //nolint:errcheck // nothing that matters was written
	}
	if x.Store != nil && account.Given(s.Env) {
		a := newAsker(s, x.Store.Arrivals)
		x.ProviderSide = func(ctx context.Context, here ndjson.Tunnel) (attempts.Side, error) {
			a.Here = func(context.Context) attempts.Here { return hereOf(s, here) }
			return a.Look(ctx, time.Now().Add(-providerside.DefaultSince))
		}
	}
	all := x.Run(ctx)
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	out := p.out(s)
	for _, f := range all {
		if err := printRow(out, s, f.Object(), func() print.Text { return print.Finding(f) }); err != nil {
			return err
		}
	}
	failed, warned := doctor.Count(all)
	if !s.JSON {
		out.Say("\n%s", doctorSummary(failed, warned))
	}
	if failed > 0 {
		return exit.ErrSilent
	}
	return nil
}

func doctorSummary(failed, warned int) string {
	switch {
	case failed > 0:
		return fmt.Sprintf("%d failed, %s", failed, text.Plural(warned, "warning"))
	case warned > 0:
		return "no failures; " + text.Plural(warned, "warning")
	}
	return "everything is fine"
}
