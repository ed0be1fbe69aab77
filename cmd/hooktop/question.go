package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/ask"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/trust"
)

// user returns who can be asked.
func (p *program) user() ask.User { return ask.User{In: p.stdin, Out: p.stderr} }

// yes asks a question on the terminal, and returns whether the answer begins with y.
func (p *program) yes(ctx context.Context, question string) (bool, error) {
	return p.user().Yes(ctx, question)
}

// resolve reads the settings of a command, and asks about what the files of this folder
// name that leads away from it.
func (p *program) resolve(cmd *cobra.Command, use config.Use) (*config.Settings, error) {
	s, err := config.Resolve(cmd.Flags(), p.getenv)
	if err != nil {
		return nil, err
	}
	if to := cmd.Flags().Lookup("to"); to != nil && to.Changed { // no other target is used
		use = config.Keeps
	}
	return s, p.user().ToTrust(cmd.Context(), s, use, trust.StateFolder(p.getenv), cmd.Flags().Lookup("yes") != nil)
}
