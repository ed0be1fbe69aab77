package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/shell"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// editing is a body in an editor. Raw gives the bytes to it as they are, and
// takes them so; else JSON is indented for it and sent without blanks, as
// senders do.
type editing struct{ raw bool }

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
func (p *program) resendEdited(ctx context.Context, s *config.Settings, id int64, mode webhook.Mode, e editing) error {
	h, err := p.beginExisting(ctx, s)
	if err != nil {
		return err
	}
	defer p.close(h)
	h.forwardNothing()
	d, targets, err := h.checkEditable(ctx, id)
	if err != nil {
		return err
	}
	e.raw = e.raw || !json.Valid(d.Body)
	body, err := p.edit(ctx, d, e)
	if err != nil {
		return err
	}
	if bytes.Equal(e.forSending(d.Body), body) {
		if !s.JSON {
			p.stderr.Say("#%d was not changed: nothing was sent", id)
		}
		return nil
	}
	if !s.JSON {
		p.stderr.Say("%s", bodyDiff(e.forEditor(d.Body), e.forEditor(body)))
	}
	var refused error
	var said print.Text
	for _, target := range targets {
		again, err := h.forwarder.ResendEdited(ctx, id, body, mode, target)
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
func (h *hooktop) checkEditable(ctx context.Context, id int64) (d webhook.Delivery, targets []string, err error) {
	if d, err = h.store.Delivery(ctx, id); err != nil {
		return d, nil, webhook.Unsent(id, err)
	}
	if d.Bytes != int64(len(d.Body)) {
		return d, nil, webhook.Unsent(id, exit.Failure("its body was not kept", "only deliveries within --max-body can be edited"))
	}
	if targets, err = h.resendTargets(ctx, id); err != nil {
		return d, nil, err
	}
	if targets[0] == "" && !h.forwarder.Vouched(d) {
		return d, nil, webhook.Unsent(id, exit.Failure("its signature does not verify, and once re-signed, it would change the users", "send it to your app instead: --to URL"))
	}
	return d, targets, nil
}

// forEditor is a body as it stands in the editor.
func (e editing) forEditor(body []byte) []byte {
	var pretty bytes.Buffer
	if e.raw || json.Indent(&pretty, body, "", "  ") != nil {
		return body
	}
	pretty.WriteByte('\n')
	return pretty.Bytes()
}

// forSending is a body as it is sent.
func (e editing) forSending(body []byte) []byte {
	var compact bytes.Buffer
	if e.raw || json.Compact(&compact, body) != nil {
		return body
	}
	return compact.Bytes()
}

// edit gives what the editor made of a body. Where it is no JSON any more the
// editor can be had again, on a terminal.
func (p *program) edit(ctx context.Context, d webhook.Delivery, e editing) ([]byte, error) {
	draft, err := newDraft(d, e)
	if err != nil {
		return nil, err
	}
	defer draft.remove()
	for {
		if err := p.openEditor(ctx, draft.file); err != nil {
			return nil, err
		}
		body, wrong, err := draft.read()
		if err != nil || wrong == "" {
			return body, err
		}
		if !p.again(wrong) {
			return nil, exit.Failure("the edited body "+wrong+": nothing was sent", "edit it again, or send it unchanged with --raw")
		}
	}
}

// again asks whether to edit once more. Nobody is there to answer without a
// terminal.
func (p *program) again(wrong string) bool {
	if !print.IsTerminal(p.stdin) {
		return false
	}
	p.stderr.Ask("the edited body %s\nEdit it again? [Y/n] ", wrong)
	answer, err := bufio.NewReader(p.stdin).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (answer == "" || strings.HasPrefix(answer, "y"))
}

// editor is the user's, in words of a command line.
func (p *program) editor() ([]string, error) {
	command := cmp.Or(p.getenv("VISUAL"), p.getenv("EDITOR"))
	if command == "" {
		command = "vi"
		if runtime.GOOS == "windows" {
			command = "notepad"
		}
	}
	words, err := shell.Fields(command, p.getenv)
	if err != nil || len(words) == 0 {
		return nil, exit.Usage(fmt.Sprintf("EDITOR: %q is not a command", command), "set EDITOR to your editor, such as vi or \"code --wait\"")
	}
	return words, nil
}

// openEditor runs the user's editor on a file until it ends.
func (p *program) openEditor(ctx context.Context, file string) error {
	words, err := p.editor()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], file)...)
	cmd.Cancel = func() error { return nil } // it hears of ctrl+c itself
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout.Stream(), p.stderr.Stream()
	if !p.stdout.IsTerminal() { // there the result goes
		cmd.Stdout = p.stderr.Stream()
	}
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return exit.Failure(fmt.Sprintf("the editor %q failed with %v: nothing was sent", words[0], programError(err)), "set EDITOR to your editor, such as vi or \"code --wait\"")
	}
	return nil
}

// bodyDiff shows what was changed, a line each, as diff -u does.
func bodyDiff(before, after []byte) print.Text {
	return print.Lines(udiff.Unified("as it was", "as it is sent", string(before), string(after)))
}
