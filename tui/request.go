package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// request is one kind of read. One of a kind runs at a time: a new question
// cancels the one before, whose answer is then dropped by its number.
type request struct {
	n    int
	busy bool
	// failed keeps a read that failed from being made again before the next
	// change or second.
	failed bool
	cancel context.CancelFunc
}

// answer is what a read brings back.
type answer struct {
	request *request
	n       int
	// take puts the answer into the model, in the event loop.
	take func() tea.Cmd
	err  error
}

// ask starts a read in place of the one that runs.
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

// drop makes the answer that is on its way a stale one.
func (l *request) drop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.n++
	l.busy = false
}

// idle says that the request may be made for something that can wait.
func (l *request) idle() bool { return !l.busy && !l.failed }

// done says whether an answer is the one that is waited for.
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
