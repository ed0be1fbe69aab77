//go:build unix

package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The test binary runs itself in a terminal of its own, as the dashboard.
const asDashboard = "HOOKTOP_TEST_DASHBOARD"

func TestMain(m *testing.M) {
	if how := os.Getenv(asDashboard); how != "" {
		os.Exit(runDashboard(how))
	}
	os.Exit(m.Run())
}

func runDashboard(how string) int {
	d := toApp(dashboard(story(true)))
	switch how {
	case "newcomer":
		d = newcomer(&memory{}, local, keyless)
	case "panic in a command":
		d.Trigger = func(context.Context, string) (webhook.Delivery, error) { panic("trouble in a command") }
	case "panic in the loop":
		setup := d.Setup
		d.Setup = func() Setup {
			if _, err := os.Stat(os.Getenv("HOOKTOP_TEST_FILE")); err == nil {
				panic("trouble in the loop")
			}
			return setup()
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := d.Run(ctx, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	fmt.Println("left the dashboard")
	return 0
}

// realTerminal is a terminal with the dashboard in it.
type realTerminal struct {
	t    *testing.T
	pty  *os.File
	keys io.Writer
	cmd  *exec.Cmd

	mu    sync.Mutex
	news  *sync.Cond
	emu   *vt.Emulator
	alt   bool
	alts  int
	clip  string
	shown bool // the cursor
	gone  bool
	// written is all that the dashboard wrote.
	written strings.Builder
}

func openTerminal(t *testing.T, how string, env ...string) *realTerminal {
	t.Helper()
	x := &realTerminal{t: t, emu: vt.NewEmulator(120, 36), shown: true}
	x.news = sync.NewCond(&x.mu)
	x.emu.SetCallbacks(vt.Callbacks{
		AltScreen: func(on bool) {
			if x.alt = on; on {
				x.alts++
			}
		},
		CursorVisibility: func(on bool) { x.shown = on },
	})
	x.emu.RegisterOscHandler(52, func(b []byte) bool { x.clip = string(b); return true })
	x.cmd = exec.Command(os.Args[0])
	x.cmd.Env = append(os.Environ(), append([]string{asDashboard + "=" + how, "TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=", "TMUX="}, env...)...)
	var err error
	if x.pty, err = pty.StartWithSize(x.cmd, &pty.Winsize{Rows: 36, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = x.pty.Close()
		_ = x.cmd.Process.Kill() // where it should have ended and did not
	})
	// The answers to queries, and the keys: in their order.
	x.keys = x.emu.InputPipe()
	go func() {
		_, _ = io.Copy(x.pty, x.emu)
		_, _ = io.Copy(io.Discard, x.emu) // nobody reads them any more, and nobody waits for that
	}()
	go x.read()
	return x
}

func (x *realTerminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		if n > 0 {
			_, _ = x.emu.Write(buf[:n])
			x.written.Write(buf[:n])
		}
		x.gone = x.gone || err != nil
		x.news.Broadcast()
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits for something to be true of the terminal.
func (x *realTerminal) until(what string, true_ func() bool) {
	x.t.Helper()
	late := time.AfterFunc(2*time.Minute, func() {
		x.mu.Lock()
		x.gone = true
		x.news.Broadcast()
		x.mu.Unlock()
	})
	defer late.Stop()
	x.mu.Lock()
	defer x.mu.Unlock()
	for !true_() {
		if x.gone {
			x.t.Fatalf("it never came to be that %s:\n%s", what, x.emu.String())
		}
		x.news.Wait()
	}
}

func (x *realTerminal) untilText(s string) {
	x.t.Helper()
	x.until(s+" is shown", func() bool { return strings.Contains(x.emu.String(), s) })
}

func (x *realTerminal) typed(s string) {
	x.t.Helper()
	if _, err := io.WriteString(x.keys, s); err != nil {
		x.t.Fatal(err)
	}
}

// started waits until the dashboard is there and obeys a key. By then it has the
// terminal's answers to its queries, which would otherwise be echoed at its end.
func (x *realTerminal) started() {
	x.t.Helper()
	x.untilText("1 Deliveries")
	x.untilText("#1024")
	x.typed("?")
	x.untilText("esc close")
	x.typed("?")
	x.until("the help is closed", func() bool { return !strings.Contains(x.emu.String(), "esc close") })
}

// left waits for the end and checks that the terminal was restored.
func (x *realTerminal) left(code int) {
	x.t.Helper()
	x.until("the program ends", func() bool { return x.gone })
	err := x.cmd.Wait()
	if got := x.cmd.ProcessState.ExitCode(); got != code {
		x.t.Errorf("exit code %d (%v), want %d", got, err, code)
	}
	if x.alts == 0 {
		x.t.Error("the alternate screen was never entered")
	}
	if x.alt {
		x.t.Error("the alternate screen was not left")
	}
	if !x.shown {
		x.t.Error("the cursor is still hidden")
	}
}

func TestEveryWayOutRestoresTheTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs itself in a terminal")
	}
	file := t.TempDir() + "/panic"
	for _, c := range []struct {
		name, how string
		leave     func(x *realTerminal)
		code      int
		says      string
	}{
		{"q", "plain", func(x *realTerminal) { x.typed("q") }, 0, "left the dashboard"},
		{"ctrl+c", "plain", func(x *realTerminal) { x.typed("\x03") }, 0, "left the dashboard"},
		{"SIGTERM", "plain", func(x *realTerminal) { x.signal(syscall.SIGTERM) }, 0, "left the dashboard"},
		{"SIGHUP", "plain", func(x *realTerminal) { x.signal(syscall.SIGHUP) }, 0, "left the dashboard"},
		{"SIGINT", "plain", func(x *realTerminal) { x.signal(syscall.SIGINT) }, 0, "left the dashboard"},
		{"panic in a command", "panic in a command", func(x *realTerminal) {
			x.typed("t")
			x.untilText("Send a test event")
			x.typed("\r")
		}, 1, "error: dashboard:"},
		{"panic in the loop", "panic in the loop", func(x *realTerminal) {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, 1, "error: dashboard:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := openTerminal(t, c.how, "HOOKTOP_TEST_FILE="+file)
			x.started()
			c.leave(x)
			x.left(c.code)
			if s := x.emu.String(); !strings.Contains(s, c.says) {
				t.Errorf("afterwards the terminal does not show %q:\n%s", c.says, s)
			}
		})
	}
}

func (x *realTerminal) signal(s syscall.Signal) {
	if err := x.cmd.Process.Signal(s); err != nil {
		x.t.Fatal(err)
	}
}

func TestInARealTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs itself in a terminal")
	}
	x := openTerminal(t, "plain")
	x.untilText("#1024")
	x.typed("j")
	x.untilText("Signed with another secret")
	x.typed("yf")
	x.untilText("copied the fix")
	x.until("the clipboard was set", func() bool { return strings.Contains(x.clip, "Q2xlcms") }) // base64 of Clerk
	if err := pty.Setsize(x.pty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	x.mu.Lock()
	x.emu.Resize(80, 24)
	x.mu.Unlock()
	x.until("one pane is left", func() bool {
		s := x.emu.String()
		return !strings.Contains(s, "││") && strings.Contains(s, "▶#1023 12:04:05.42")
	})
	x.typed("\r")
	x.untilText("RULED OUT")
	x.typed("q")
	x.untilText("▶#1023 12:04:05.42")
	x.typed("q")
	x.left(0)
}

func TestNoColorInARealTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs itself in a terminal")
	}
	x := openTerminal(t, "plain", "NO_COLOR=yes")
	x.untilText("#1024")
	x.mu.Lock()
	for row := range 36 {
		for col := range 120 {
			if c := x.emu.CellAt(col, row); c != nil && (c.Style.Fg != nil || c.Style.Bg != nil) {
				t.Errorf("the cell at %d, %d has a colour: %q", col, row, c.Content)
			}
		}
	}
	x.mu.Unlock()
	x.typed("q")
	x.left(0)
}

// A secret pasted into a real terminal is neither echoed nor drawn.
func TestAPastedSecretStaysOutOfTheTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs itself in a terminal")
	}
	x := openTerminal(t, "newcomer")
	x.untilText("paste a signing secret")
	x.typed("\r")
	x.untilText("What you paste is not shown")
	x.typed("\x1b[200~" + pasted + "\n\x1b[201~")
	x.untilText("has the form of a signing secret")
	x.typed("\r")
	x.untilText("Clerk's secret is now whsec_…Sw01")
	x.typed("q")
	x.left(0)
	x.mu.Lock()
	defer x.mu.Unlock()
	if strings.Contains(x.written.String(), pasted[6:14]) {
		t.Error("the secret was written to the terminal")
	}
}
