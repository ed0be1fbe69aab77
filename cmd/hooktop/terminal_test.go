//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is a program in a real pseudo-terminal, behind an emulator that
// shows what a user sees.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	keys io.Writer
	done chan struct{} // closed when the program has ended

	mu        sync.Mutex
	emulator  *vt.Emulator
	alternate bool          // the dashboard's screen, not the shell's
	drawn     chan struct{} // closed and renewed when something was drawn
}

// openTerminal runs hooktop on a terminal of that size.
func openTerminal(t *testing.T, columns, rows int, cmd *exec.Cmd) *terminal {
	t.Helper()
	term := &terminal{t: t, cmd: cmd, done: make(chan struct{}), emulator: vt.NewEmulator(columns, rows), drawn: make(chan struct{})}
	term.emulator.SetCallbacks(vt.Callbacks{AltScreen: func(on bool) { term.alternate = on }})
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)})
	if err != nil {
		t.Fatal(err)
	}
	term.keys = tty
	go func() { _, _ = io.Copy(tty, term.emulator) }() // the answers to what a program asks its terminal
	go term.read(tty)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-term.done
		_ = tty.Close()
	})
	return term
}

func (term *terminal) read(tty *os.File) {
	defer close(term.done)
	buffer := make([]byte, 64<<10)
	for {
		n, err := tty.Read(buffer)
		term.mu.Lock()
		_, _ = term.emulator.Write(buffer[:n])
		close(term.drawn)
		term.drawn = make(chan struct{})
		term.mu.Unlock()
		if err != nil {
			_ = term.cmd.Wait()
			return
		}
	}
}

// press types keys.
func (term *terminal) press(keys string) {
	term.t.Helper()
	if _, err := io.WriteString(term.keys, keys); err != nil {
		term.t.Fatal(err)
	}
}

// see waits until the screen shows all of the texts, and gives the screen.
func (term *terminal) see(texts ...string) string {
	term.t.Helper()
	late := time.After(patient)
	for {
		term.mu.Lock()
		screen, drawn := term.emulator.String(), term.drawn
		term.mu.Unlock()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return screen
		}
		select {
		case <-drawn:
		case <-term.done:
			term.t.Fatalf("hooktop ended before %q was seen:\n%s", missing, screen)
		case <-late:
			term.t.Fatalf("%q is not seen:\n%s", missing, screen)
		}
	}
}

// ends waits for the program's end, and gives its exit code.
func (term *terminal) ends() int {
	term.t.Helper()
	select {
	case <-term.done:
	case <-time.After(patient):
		term.t.Fatalf("hooktop does not end:\n%s", term.emulator.String())
	}
	term.mu.Lock()
	defer term.mu.Unlock()
	if term.alternate {
		term.t.Error("the terminal was left on the dashboard's screen")
	}
	return term.cmd.ProcessState.ExitCode()
}
