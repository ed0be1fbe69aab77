package main

import (
	"context"

	"github.com/hooktop/hooktop/cmd/hooktop/kept"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// confirmLimits asks whether lower limits may delete what earlier ones kept. Until
// somebody says yes, nothing is deleted and hooktop says so.
func (p *program) confirmLimits(ctx context.Context, h *hooktop) error {
	r, err := h.store.Retention(ctx)
	if err != nil || !r.Waiting {
		return err
	}
	if h.settings.Yes {
		return h.store.ConfirmLimits(ctx)
	}
	held, err := h.store.Held(ctx)
	if err != nil {
		return err
	}
	said, yes := kept.Held(held, r.Limits), false
	if print.IsTerminal(p.stdin) && p.stderr.IsTerminal() {
		p.stderr.Say("%s", said)
		if yes, err = p.yes(ctx, "Delete them? [y/N] "); err != nil {
			return err
		}
	}
	if yes {
		return h.store.ConfirmLimits(ctx)
	}
	h.notice(said + "; nothing is deleted yet: " + kept.Fix)
	h.held = &held
	return nil
}
