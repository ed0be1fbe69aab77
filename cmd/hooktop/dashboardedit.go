package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// drafts are the bodies that the dashboard's user edits. What could not be sent
// is kept until hooktop ends.
type drafts struct {
	program *program
	hooktop *hooktop
	// editing is told when the terminal becomes an editor's, and when no longer.
	editing chan bool

	mu   sync.Mutex
	kept map[int64]*draft
}

// open gives the editor on a delivery's body, or on what was made of it before.
func (o *drafts) open(ctx context.Context, id int64) (tea.ExecCommand, error) {
	words, err := o.program.editor()
	if err != nil {
		return nil, err
	}
	d, _, err := o.hooktop.checkEditable(ctx, id)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.kept[id]
	if f == nil {
		if f, err = newDraft(d, editing{raw: !json.Valid(d.Body)}); err != nil {
			return nil, err
		}
		o.kept[id] = f
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], f.file)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it leaves the terminal in order
	return &editor{cmd, o.editing}, nil
}

// send sends what the editor left of a body, as resend --edit does.
func (o *drafts) send(ctx context.Context, id int64) (sent []webhook.Delivery, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.kept[id]
	if f == nil {
		return nil, webhook.Unsent(id, errors.New("it was not edited"))
	}
	body, wrong, err := f.read()
	if err != nil {
		return nil, err
	}
	if wrong != "" {
		return nil, exit.Failure(fmt.Sprintf("the edited #%d %s: nothing was sent", id, wrong), "press e to edit it again")
	}
	if f.changed(body) {
		_, targets, err := o.hooktop.checkEditable(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, target := range targets {
			d, err := o.hooktop.forwarder.ResendEdited(ctx, id, body, webhook.New, target)
			if err != nil {
				return sent, err
			}
			sent = append(sent, d)
		}
	}
	f.remove()
	delete(o.kept, id)
	return sent, nil
}

// discard removes what is left at the end.
func (o *drafts) discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.kept {
		f.remove()
	}
}

// editor is the user's, on the dashboard's terminal.
type editor struct {
	cmd     *exec.Cmd
	editing chan<- bool
}

func (e *editor) Run() error {
	e.editing <- true
	err := e.cmd.Run()
	e.editing <- false
	if err != nil {
		return programError(err)
	}
	return nil
}

func (e *editor) SetStdin(r io.Reader)  { e.cmd.Stdin = r }
func (e *editor) SetStdout(w io.Writer) { e.cmd.Stdout = w }
func (e *editor) SetStderr(w io.Writer) { e.cmd.Stderr = w }

// editorGrace is how long after an editor an interrupt is still its own: the
// system says that the editor has ended, and what it was interrupted by, in any
// order.
const editorGrace = 250 * time.Millisecond

// ignoringEditorInterrupts ends the context at an interrupt as main does, but for the time that
// an editor has the terminal: its ctrl+c goes to all that run there, and is
// meant for it alone.
func (o *drafts) ignoringEditorInterrupts(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signal.Reset(os.Interrupt)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	go func() {
		var first, ended time.Time
		for editing := false; ; {
			select {
			case editing = <-o.editing:
				ended = time.Now()
				continue
			case <-signals:
			}
			switch {
			case editing, time.Since(ended) < editorGrace:
			case first.IsZero():
				first = time.Now()
				cancel(exit.ErrInterrupted)
			case time.Since(first) > signalPause:
				os.Exit(exit.CodeInterrupted)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}
