package tui

import (
	"context"
	"errors"
	"fmt"
	"io"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Run shows the dashboard on a terminal until the user leaves (q, ctrl+c) or
// ctx ends; then it gives nil. However it ends, the screen is as it was before.
// It handles no signals: who calls it ends ctx at SIGINT, SIGTERM and SIGHUP.
//
// out is to be the terminal itself, an *os.File: its size is asked of it.
func (d Dashboard) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	if d.Store == nil {
		return errors.New("dashboard: no store")
	}
	opts := []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()}
	if noColor(d) {
		// The library takes NO_COLOR for a boolean; any value is meant.
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
