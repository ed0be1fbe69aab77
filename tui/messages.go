package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// between is the least time between two looks at what changed.
	between = 100 * time.Millisecond
	// slowly is how long work may take before the user is told.
	slowly = 150 * time.Millisecond
	spins  = 80 * time.Millisecond
)

type (
	changedMsg    struct{}
	connectionMsg struct{}
	secondMsg     struct{}
	spinMsg       struct{}
	troubleMsg    struct{ err error }
)

// watch waits, after a delay, for something to be committed. The channel keeps
// what is committed in the meantime: nothing is lost, and no writer waits for
// the dashboard.
func (m *model) watch(notBefore time.Duration) tea.Cmd {
	ctx, changed := m.ctx, m.deps.Changed
	if changed == nil {
		return nil
	}
	return func() tea.Msg {
		if notBefore > 0 {
			t := time.NewTimer(notBefore)
			defer t.Stop()
			select {
			case <-t.C:
			case <-ctx.Done():
				return nil
			}
		}
		select {
		case _, ok := <-changed:
			if ok {
				return changedMsg{}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

func (m *model) watchConnection() tea.Cmd {
	ctx, changed := m.ctx, m.deps.ConnectionChanged
	if changed == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case _, ok := <-changed:
			if ok {
				return connectionMsg{}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

func (m *model) watchTroubles() tea.Cmd {
	ctx, troubles := m.ctx, m.deps.Troubles
	if troubles == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case err, ok := <-troubles:
			if ok {
				return troubleMsg{err}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}
