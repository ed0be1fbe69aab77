//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is a program in a real pseudo-terminal, behind an emulator that
// shows what a user sees.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	keys io.Writer
	done chan struct{} // closed when the program has ended and all is drawn
	// before and after are the line settings: echo, line by line and so on.
	before, after *term.State

	mu        sync.Mutex
	emulator  *vt.Emulator
	alternate bool          // the dashboard's screen, not the shell's
	drawn     chan struct{} // closed and renewed when something was drawn
	raw       []byte        // everything that was written to it
}

// openTerminal runs hooktop on a terminal of that size.
func openTerminal(t *testing.T, columns, rows int, cmd *exec.Cmd) *terminal {
	t.Helper()
	d := &terminal{t: t, cmd: cmd, done: make(chan struct{}), emulator: vt.NewEmulator(columns, rows), drawn: make(chan struct{})}
	d.emulator.SetCallbacks(vt.Callbacks{AltScreen: func(on bool) { d.alternate = on }})
	screen, line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(screen, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	if d.before, err = term.GetState(line.Fd()); err != nil {
		t.Fatal(err)
	}
	// It does not lead a session of its own: at the end of one the system itself
	// resets the terminal, and nobody could see whether hooktop did.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = line, line, line
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The answers to what a program asks its terminal, and the keys: in their order.
	d.keys = d.emulator.InputPipe()
	go func() {
		_, _ = io.Copy(screen, d.emulator)
		_, _ = io.Copy(io.Discard, d.emulator) // nobody reads them any more, and nobody waits for that
	}()
	waited := make(chan struct{})
	go func() {
		defer close(waited)
		_ = cmd.Wait()
		d.after, _ = term.GetState(line.Fd())
		_ = line.Close() // the end, for read
	}()
	go d.read(screen, waited)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-d.done
		_ = screen.Close()
	})
	return d
}

func (d *terminal) read(screen *os.File, waited <-chan struct{}) {
	defer close(d.done)
	buffer := make([]byte, 64<<10)
	for {
		n, err := screen.Read(buffer)
		d.mu.Lock()
		d.raw = append(d.raw, buffer[:n]...)
		_, _ = d.emulator.Write(buffer[:n])
		close(d.drawn)
		d.drawn = make(chan struct{})
		d.mu.Unlock()
		if err != nil {
			<-waited
			return
		}
	}
}

// press types keys.
func (d *terminal) press(keys string) {
	d.t.Helper()
	if _, err := io.WriteString(d.keys, keys); err != nil {
		d.t.Fatal(err)
	}
}

// started waits until the dashboard is there, and has the answers to what it
// asked its terminal, for it obeys a key that comes after them. Under load they
// may come after its end: then the terminal echoes them, as typed into a shell.
func (d *terminal) started() {
	d.t.Helper()
	d.see("? help")
	d.press("?")
	d.see("esc close")
	d.press("?")
	d.see("? help")
}

// see waits until the screen shows all of the texts, and gives the screen.
func (d *terminal) see(texts ...string) string {
	d.t.Helper()
	late := time.After(patient)
	for {
		d.mu.Lock()
		screen, drawn := d.emulator.String(), d.drawn
		d.mu.Unlock()
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
		case <-d.done:
			d.t.Fatalf("hooktop ended before %q was seen:\n%s", missing, screen)
		case <-late:
			d.t.Fatalf("%q is not seen:\n%s", missing, screen)
		}
	}
}

// ends waits for the program's end, and gives its exit code.
func (d *terminal) ends() int {
	d.t.Helper()
	select {
	case <-d.done:
	case <-time.After(patient):
		d.t.Fatalf("hooktop does not end:\n%s", d.emulator.String())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.alternate {
		d.t.Error("the terminal was left on the dashboard's screen")
	}
	if d.after == nil || *d.after != *d.before {
		d.t.Errorf("the terminal's line settings were %+v and are %+v", d.before, d.after)
	}
	return d.cmd.ProcessState.ExitCode()
}

// modes are the private modes that were ever set or reset, and whether each is
// on now.
func (d *terminal) modes() map[string]bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	on := map[string]bool{}
	for _, change := range privateMode.FindAllSubmatch(d.raw, -1) {
		for mode := range strings.SplitSeq(string(change[1]), ";") {
			on[mode] = string(change[2]) == "h"
		}
	}
	return on
}

// privateMode is DECSET and DECRST: https://vt100.net/docs/vt510-rm/DECSET.html
var privateMode = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)

// written is everything that was written to the terminal.
func (d *terminal) written() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.raw)
}

func (d *terminal) signal(s os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Fatal(err)
	}
}
