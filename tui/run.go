package tui

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	opts := []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()}
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
