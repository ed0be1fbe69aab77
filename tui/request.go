package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// request is one kind of read from the store. Only one of a kind runs at a
// time: a new one cancels the previous one, whose result is dropped by its
// number.
type request struct {
	n    int
	busy bool
	// failed keeps a failed read from being repeated before the next change or
	// second.
	failed bool
	cancel context.CancelFunc
}

// answer is the result of a read.
type answer struct {
	request *request
	n       int
	// take puts the result into the model, in the event loop.
	take func() tea.Cmd
	err  error
}

// ask starts a read and cancels the one that runs.
func (l *request) ask(ctx context.Context, read func(ctx context.Context) (take func() tea.Cmd, err error)) tea.Cmd {
	if l.cancel != nil {
		l.cancel()
	}
	l.n++
	l.busy, l.failed = true, false
	n := l.n
	ctx, l.cancel = context.WithCancel(ctx)
	return func() tea.Msg {
		take, err := read(ctx)
		return answer{request: l, n: n, take: take, err: err}
	}
}

// drop cancels the read that runs and ignores its result.
func (l *request) drop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.n++
	l.busy = false
}

// idle reports whether a read that can wait may start.
func (l *request) idle() bool { return !l.busy && !l.failed }

// done reports whether a result is the one that was asked for last.
func (l *request) done(a answer) bool {
	if a.n != l.n {
		return false
	}
	l.busy, l.failed = false, a.err != nil
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
	return true
}
