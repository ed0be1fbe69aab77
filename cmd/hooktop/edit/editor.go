package edit

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"

	"mvdan.cc/sh/v3/shell"

	"github.com/hooktop/hooktop/cmd/hooktop/child"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Editor is the user's editor, on the terminal of a command.
type Editor struct {
	Stdin          io.Reader
	Stdout, Stderr *print.Output
	Getenv         func(string) string
}

// Body returns what the editor made of a delivery's body. If it is not JSON any
// more, the editor can be opened again, on a terminal.
func (e Editor) Body(ctx context.Context, d webhook.Delivery, f Format) ([]byte, error) {
	draft, err := newDraft(d, f)
	if err != nil {
		return nil, err
	}
	defer draft.remove()
	for {
		if err := e.open(ctx, draft.file); err != nil {
			return nil, err
		}
		body, wrong, err := draft.read()
		if err != nil || wrong == "" {
			return body, err
		}
		if !e.again(wrong) {
			return nil, exit.Failure("the edited body "+wrong+": nothing was sent", "edit it again, or send it unchanged with --raw")
		}
	}
}

// again asks whether to edit once more. Nobody is there to answer without a
// terminal.
func (e Editor) again(wrong string) bool {
	if !print.IsTerminal(e.Stdin) {
		return false
	}
	e.Stderr.Ask("the edited body %s\nEdit it again? [Y/n] ", wrong)
	answer, err := bufio.NewReader(e.Stdin).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (answer == "" || strings.HasPrefix(answer, "y"))
}

// words returns the user's editor, split into the words of a command line.
func (e Editor) words() ([]string, error) {
	command := cmp.Or(e.Getenv("VISUAL"), e.Getenv("EDITOR"))
	if command == "" {
		command = "vi"
		if runtime.GOOS == "windows" {
			command = "notepad"
		}
	}
	words, err := shell.Fields(command, e.Getenv)
	if err != nil || len(words) == 0 {
		return nil, exit.Usage(fmt.Sprintf("EDITOR: %q is not a command", command), "set EDITOR to your editor, such as vi or \"code --wait\"")
	}
	return words, nil
}

// open runs the user's editor on a file until it ends.
func (e Editor) open(ctx context.Context, file string) error {
	words, err := e.words()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], file)...)
	cmd.Cancel = func() error { return nil } // it hears of ctrl+c itself
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.Stdin, e.Stdout.Stream(), e.Stderr.Stream()
	if !e.Stdout.IsTerminal() { // there the result goes
		cmd.Stdout = e.Stderr.Stream()
	}
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return exit.Failure(fmt.Sprintf("the editor %q failed with %v: nothing was sent", words[0], child.Reason(err)), "set EDITOR to your editor, such as vi or \"code --wait\"")
	}
	return nil
}
