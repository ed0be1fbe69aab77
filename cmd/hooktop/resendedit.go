package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/edit"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// checkEditing wants one delivery for --edit, and a signature for what becomes
// of it.
func checkEditing(cmd *cobra.Command, ids int, mode webhook.Mode) error {
	flags := cmd.Flags()
	switch {
	case !flags.Changed("edit") && flags.Changed("raw"):
		return exit.Usage("--raw needs --edit", "add --edit")
	case !flags.Changed("edit"):
		return nil
	case ids != 1:
		return exit.Usage("--edit needs the id of one delivery", "hooktop deliveries lists them")
	case flags.Changed("rate"), flags.Changed("as-of"), flags.Changed("stop-on-failure"), flags.Changed("dry-run"):
		return exit.Usage("--edit sends one delivery, not a series", "leave out --rate, --as-of, --stop-on-failure and --dry-run")
	case mode == webhook.Verbatim:
		return exit.Usage("--edit and --as verbatim cannot be combined: the old signature does not match an edited body", "re-sign it: --as new, or --as same")
	}
	return nil
}

// resendEdited opens an editor on a delivery's body, and sends what it makes of
// it.
func (p *program) resendEdited(ctx context.Context, s *config.Settings, id int64, how webhook.Resending, f edit.Format) error {
	h, err := p.beginExisting(ctx, s)
	if err != nil {
		return err
	}
	defer p.close(h)
	h.forwardNothing()
	d, targets, err := h.checkEditable(ctx, id, how.SignRejected)
	if err != nil {
		return err
	}
	f.Raw = f.Raw || !json.Valid(d.Body)
	body, err := p.editor().Body(ctx, d, f)
	if err != nil {
		return err
	}
	if bytes.Equal(f.ForSending(d.Body), body) {
		if !s.JSON {
			p.stderr.Say("#%d was not changed: nothing was sent", id)
		}
		return nil
	}
	if !s.JSON {
		p.stderr.Say("%s", f.Diff(d.Body, body))
	}
	var refused error
	var said print.Text
	for _, target := range targets {
		again, err := h.forwarder.ResendEdited(ctx, id, body, how, target)
		if err != nil {
			return err
		}
		if err := p.printSent(s, again, &said); err != nil {
			return err
		}
		if again.Failed() {
			refused = notAppliedError(again)
		}
	}
	return refused
}

// checkEditable gives a delivery that can be edited, and where it is sent then. What
// could not be sent is refused before the work, not after it.
func (h *hooktop) checkEditable(ctx context.Context, id int64, signRejected bool) (d webhook.Delivery, targets []string, err error) {
	if d, err = h.store.Delivery(ctx, id); err != nil {
		return d, nil, webhook.Unsent(id, err)
	}
	if d.Bytes != int64(len(d.Body)) {
		return d, nil, webhook.Unsent(id, exit.Failure("its body was not kept", "only deliveries within --max-body can be edited"))
	}
	if targets, err = h.resendTargets(ctx, id); err != nil {
		return d, nil, err
	}
	// Signing the original meets the same obstacles.
	_, err = h.forwarder.SignedAs(ctx, d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same, SignRejected: signRejected}, targets[0])
	return d, targets, webhook.Unsent(id, err)
}

// editor is the user's, on this command's terminal.
func (p *program) editor() edit.Editor {
	return edit.Editor{Stdin: p.stdin, Stdout: p.stdout, Stderr: p.stderr, Getenv: p.getenv}
}
