package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/trust"
)

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
	return s, p.confirm(cmd.Context(), s, use, cmd.Flags().Lookup("yes") != nil)
}

// confirm asks once about each value that a file names. Without a terminal it is an error.
func (p *program) confirm(ctx context.Context, s *config.Settings, use config.Use, hasYes bool) error {
	book := trust.Open(trust.StateFolder(p.getenv), ".")
	values := s.NeedingYes(use, book)
	if len(values) == 0 {
		return nil
	}
	if !s.Yes {
		if !print.IsTerminal(p.stdin) || !p.stderr.IsTerminal() {
			return trust.Unconfirmed(values, hasYes)
		}
		for _, v := range values {
			if yes, err := p.yes(ctx, v.Question()); err != nil {
				return err
			} else if !yes {
				return trust.Declined(v)
			}
		}
	}
	if err := book.Remember(values...); err != nil {
		p.stderr.Say("note: this answer cannot be remembered: %v", err)
	}
	return nil
}
