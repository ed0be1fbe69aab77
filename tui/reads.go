package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Each pane says what it still has to read; all are asked after every message.

// take takes the result of a read, unless it was superseded.
func (m *model) take(a answer) tea.Cmd {
	if !a.request.done(a) {
		return nil
	}
	if a.err != nil {
		if errors.Is(a.err, context.Canceled) {
			return nil
		}
		return m.setStatus(failure(a.err))
	}
	return a.take()
}

// changed marks everything read from the store as stale.
func (m *model) changed() {
	m.readFacts()
	m.countsStale = true
	for _, l := range m.lists {
		l.stale = true
	}
	m.causes.stale, m.users.stale, m.user.stale, m.detail.stale = true, true, true, true
	m.steps.arrival.stale, m.side.stale = true, true
	m.retryFailedReads()
}

// retryFailedReads allows failed reads to be made again.
func (m *model) retryFailedReads() {
	for _, l := range []*request{&m.lists[0].request, &m.lists[1].request, &m.causes.request, &m.users.request, &m.users.history.request, &m.user.request, &m.detail.request, &m.counting, &m.codes.request, &m.steps.arrival.request} {
		l.failed = false
	}
}

// wanted returns the reads that the screen needs and that are not under way.
func (m *model) wanted() tea.Cmd {
	var cmds []tea.Cmd
	if m.countsStale && m.counting.idle() {
		m.countsStale = false
		cmds = append(cmds, m.count())
	}
	cmds = append(cmds, m.codes.wanted(m), m.side.ask(m))
	if m.tab == tabSetup || !m.url.changed.IsZero() {
		cmds = append(cmds, m.steps.arrival.wanted(m))
	}
	switch m.tab {
	case tabDeliveries, tabFailures:
		if m.bar.recalling { // what is to be read is known in a moment
			break
		}
		l := m.list()
		cmds = append(cmds, l.wanted(m))
		if m.lists[0] != l && !m.lists[0].loaded {
			cmds = append(cmds, m.lists[0].wanted(m))
		}
		if m.tab == tabFailures {
			cmds = append(cmds, m.causes.wanted(m))
		}
		cmds = append(cmds, m.detail.wanted(m, m.selectedID()), m.watchSearch())
		if m.bar.forget {
			m.bar.forget = false
			cmds = append(cmds, m.remember())
		}
	case tabUsers:
		cmds = append(cmds, m.users.wanted(m), m.user.wanted(m, m.users.selected()))
	}
	return tea.Batch(cmds...)
}

func (m *model) count() tea.Cmd {
	store := m.deps.Store
	return m.counting.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		c, err := store.Counts(ctx)
		return func() tea.Cmd { m.counted(c); return nil }, err
	})
}

// counted takes the totals. A start with open steps begins on the Setup tab,
// unless there are deliveries to look at.
func (m *model) counted(c webhook.Counts) {
	m.counts = c
	if m.untouched && c.Deliveries > 0 {
		m.show(tabDeliveries)
	}
	m.untouched = false
}

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
