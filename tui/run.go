package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Run shows the dashboard on a terminal until the user quits (q, ctrl+c) or ctx
// ends, and then returns nil. However it ends, it restores the screen. It
// handles no signals: the caller ends ctx at SIGINT, SIGTERM and SIGHUP.
//
// out has to be the terminal itself, an *os.File: its size is read from it.
func (d Dashboard) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	if d.Store == nil {
		return errors.New("dashboard: no store")
	}
	opts := []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithFPS(fps)}
	if noColor(d) {
		// The library reads NO_COLOR as a boolean; any value counts.
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	reads, cancel := context.WithCancel(ctx)
	defer cancel()
	p := tea.NewProgram(newModel(reads, d), opts...)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			p.Quit()
		case <-ended:
		}
	}()
	if _, err := p.Run(); err != nil {
		return fmt.Errorf("dashboard: %w", err)
	}
	return nil
}

const (
	// between is the least time between two looks at what changed.
	between = 100 * time.Millisecond
	// slowly is how long work may take before the user is told.
	slowly = 150 * time.Millisecond
	spins  = 80 * time.Millisecond
	// fps is how often a second the renderer looks for a new frame, also while nothing
	// happens: each look wakes the process.
	fps = 20
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
