package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// between is the least time between two looks at what changed.
	between = 100 * time.Millisecond
	// slowly is when something that takes long is said to.
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

// watch waits, not before some time from now, for something to be committed.
// What is committed meanwhile waits in the channel: nothing is lost, and nobody
// who commits waits for the dashboard.
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
