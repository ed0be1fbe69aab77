package edit

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

	"github.com/hooktop/hooktop/cmd/hooktop/child"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Drafts are the bodies that the dashboard's user edits. What could not be sent
// is kept until hooktop ends.
type Drafts struct {
	Editor Editor
	// Editable returns a delivery that can be edited, and where it is sent then.
	Editable func(ctx context.Context, id int64, signRejected bool) (d webhook.Delivery, targets []string, err error)
	// Resend sends an edited body.
	Resend func(ctx context.Context, id int64, body []byte, how webhook.Resending, target string) (webhook.Delivery, error)
	// SignalPause is how long after a first interrupt a further one ends the program
	// at once.
	SignalPause time.Duration

	// editing is told when the terminal becomes an editor's, and when no longer.
	editing chan bool
	mu      sync.Mutex
	kept    map[int64]*draft
}

// NewDrafts fills in what Drafts need.
func NewDrafts(o *Drafts) *Drafts {
	o.editing, o.kept = make(chan bool), map[int64]*draft{}
	return o
}

// Open returns the editor on a delivery's body, or on what was made of it before.
// signRejected is set if the user wants it signed although nothing vouches for it.
func (o *Drafts) Open(ctx context.Context, id int64, signRejected bool) (tea.ExecCommand, error) {
	words, err := o.Editor.words()
	if err != nil {
		return nil, err
	}
	d, _, err := o.Editable(ctx, id, signRejected)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.kept[id]
	if f == nil {
		if f, err = newDraft(d, Format{Raw: !json.Valid(d.Body)}); err != nil {
			return nil, err
		}
		o.kept[id] = f
	}
	f.signRejected = signRejected
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], f.file)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it leaves the terminal in order
	return &onTerminal{cmd, o.editing}, nil
}

// Send sends what the editor left of a body, as resend --edit does.
func (o *Drafts) Send(ctx context.Context, id int64) (sent []webhook.Delivery, err error) {
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
		_, targets, err := o.Editable(ctx, id, f.signRejected)
		if err != nil {
			return nil, err
		}
		for _, target := range targets {
			d, err := o.Resend(ctx, id, body, webhook.Resending{Mode: webhook.New, SignRejected: f.signRejected}, target)
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

// Discard removes what is left at the end.
func (o *Drafts) Discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.kept {
		f.remove()
	}
}

// onTerminal is the user's editor on the dashboard's terminal.
type onTerminal struct {
	cmd     *exec.Cmd
	editing chan<- bool
}

func (e *onTerminal) Run() error {
	e.editing <- true
	err := e.cmd.Run()
	e.editing <- false
	if err != nil {
		return child.Reason(err)
	}
	return nil
}

func (e *onTerminal) SetStdin(r io.Reader)  { e.cmd.Stdin = r }
func (e *onTerminal) SetStdout(w io.Writer) { e.cmd.Stdout = print.Unscreened(w) }
func (e *onTerminal) SetStderr(w io.Writer) { e.cmd.Stderr = w }

// editorGrace is how long after an editor an interrupt is still its own: the
// system says that the editor has ended, and what it was interrupted by, in any
// order.
const editorGrace = 250 * time.Millisecond

// IgnoringEditorInterrupts ends the context at an interrupt as main does, but for the time that
// an editor has the terminal: its ctrl+c goes to all that run there, and is
// meant for it alone.
func (o *Drafts) IgnoringEditorInterrupts(parent context.Context) (ctx context.Context, stop func()) {
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
			case time.Since(first) > o.SignalPause:
				os.Exit(exit.CodeInterrupted)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}
