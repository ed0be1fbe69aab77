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
	m.retryFailedReads()
}

// retryFailedReads allows failed reads to be made again.
func (m *model) retryFailedReads() {
	for _, l := range []*request{&m.lists[0].request, &m.lists[1].request, &m.causes.request, &m.users.request, &m.users.history.request, &m.user.request, &m.detail.request, &m.counting, &m.codes.request} {
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
	cmds = append(cmds, m.codes.wanted(m))
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
