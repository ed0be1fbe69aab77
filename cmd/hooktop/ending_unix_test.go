//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/interrupt"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// interrupt stops it as ctrl+c does and gives its exit code.
func (p *process) interrupt() int {
	p.t.Helper()
	p.signal(os.Interrupt)
	return p.ends()
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// inFlight begins a delivery and pauses in the middle of its body, once hooktop
// has begun to read it. finish sends the rest and gives the answer.
func inFlight(t *testing.T, target, messageID, body string) (finish func() (status int, message string, err error)) {
	t.Helper()
	req, err := signed(t.Context(), target, messageID, body)
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, req.URL.Host)
	// Its 100 Continue says that the receiver is reading (RFC 9110, 10.1.1).
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n", req.URL.Path, req.URL.Host, len(body))
	for name, values := range req.Header {
		fmt.Fprintf(conn, "%s: %s\r\n", name, values[0])
	}
	fmt.Fprint(conn, "\r\n")
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("instead of 100 Continue: %q %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	return func() (int, string, error) {
		if _, err := io.WriteString(conn, body[len(body)/2:]); err != nil {
			return 0, "", fmt.Errorf("the rest of the body: %w", err)
		}
		res, err := http.ReadResponse(answers, req)
		if err != nil {
			return 0, "", fmt.Errorf("no answer: %w", err)
		}
		defer res.Body.Close()
		var answer struct{ Message string }
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
			return 0, "", fmt.Errorf("no whole answer: %w", err)
		}
		return res.StatusCode, answer.Message, nil
	}
}

// inTime makes a try until it goes well, or goes wrong within the time that
// hooktop has for it: where the machine stood still for longer, that proves
// nothing.
func inTime(t *testing.T, within time.Duration, try func(wrong func(format string, args ...any)) (took time.Duration)) {
	t.Helper()
	for left := 10; ; left-- {
		var said []string
		took := try(func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
		switch {
		case len(said) == 0:
			return
		case took > within && left > 0:
			t.Logf("it took %v, which proves nothing: %q", took, said)
		default:
			t.Errorf("within %v: %q", took, said)
			return
		}
	}
}

// closed waits until nobody is let in any more.
func closed(t *testing.T, target string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the door is closed", func() bool {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
}

func instances(t *testing.T, dir string) []string {
	t.Helper()
	return queryRows(t, dir, `SELECT url FROM instance`)
}

// What is being received when hooktop is told to stop is captured and answered,
// however often it is told within a moment: a shell and the program that it
// runs pass on the same ctrl+c.
func TestADeliveryInFlightIsAnsweredAtTheEnd(t *testing.T) {
	for _, end := range []struct {
		name    string
		signals []os.Signal
		within  time.Duration
	}{
		{"one SIGINT", []os.Signal{os.Interrupt}, stopTimeout},
		{"one SIGTERM", []os.Signal{syscall.SIGTERM}, stopTimeout},
		{"one SIGHUP, of a terminal that is closed", []os.Signal{syscall.SIGHUP}, stopTimeout},
		{"two signals in quick succession", []os.Signal{os.Interrupt, syscall.SIGTERM}, interrupt.Pause},
	} {
		t.Run(end.name, func(t *testing.T) {
			inTime(t, end.within, func(wrong func(string, ...any)) time.Duration {
				dir := t.TempDir()
				p := start(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0")
				p.says("receiving at ")
				base := instances(t, dir)[0]
				finish := inFlight(t, base+"/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
				told := time.Now()
				for _, s := range end.signals {
					p.signal(s)
				}
				closed(t, base)
				if status, message, err := finish(); status != 200 || message != "User created" {
					wrong("it is answered %d %s: %v", status, message, err)
				}
				code := p.ends()
				took := time.Since(told)
				if code != exit.CodeInterrupted {
					wrong("exit code %d", code)
				}
				if rows := userRows(t, dir); !slices.Equal(rows, []string{"user_1 ada@example.com"}) {
					wrong("the users are %v", rows)
				}
				if rows := instances(t, dir); len(rows) != 0 {
					wrong("the addresses %v were left in the database", rows)
				}
				if !strings.Contains(p.output(), "ada@example.com created") || !strings.Contains(p.complaints(), "deliveries are stored in ") {
					wrong("it printed %s\n%s", p.output(), p.complaints())
				}
				return took
			})
		})
	}
}

// A connection on which nothing was ever sent, as browsers open them ahead of
// time, holds up neither the end nor the taking back of the address.
func TestAnIdleConnectionDoesNotKeepTheAddress(t *testing.T) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret())
	u, err := url.Parse(localURL(t, ready))
	if err != nil {
		t.Fatal(err)
	}
	_ = dial(t, u.Host)
	// What was sent on a later connection was accepted after the idle one.
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if code := p.interrupt(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d", code)
	}
	if rows := instances(t, dir); len(rows) != 0 {
		t.Errorf("the addresses %v were left in the database", rows)
	}
}

func TestTheTunnelIsClosedAtTheEnd(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{})
	p, _ := startListening(t, dir, withSecret())
	p.tunnelIs("live")
	if code := p.interrupt(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d", code)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	if err := edge.WaitSessions(ctx, 0); err != nil {
		t.Errorf("the tunnel was left open: %v", err)
	}
	if err := edge.WaitUnbinds(ctx, 1); err != nil {
		t.Errorf("the endpoint was not withdrawn, and ngrok would hold it for a while: %v", err)
	}
}

// dashboardModes are the modes that a shell must not be left with: mouse
// reports, focus reports, the alternate screen, bracketed paste, synchronized
// output.
var dashboardModes = []string{"9", "1000", "1001", "1002", "1003", "1004", "1005", "1006", "1015", "1016", "1047", "1049", "2004", "2026"}

func TestTheTerminalIsRestoredOnEveryWayOut(t *testing.T) {
	for _, way := range []struct {
		name  string
		leave func(*terminal)
		code  int
	}{
		{"q", func(d *terminal) { d.press("q") }, exit.CodeDone},
		{"ctrl+c", func(d *terminal) { d.press("\x03") }, exit.CodeDone},
		{"SIGTERM", func(d *terminal) { d.signal(syscall.SIGTERM) }, exit.CodeInterrupted},
		{"SIGHUP", func(d *terminal) { d.signal(syscall.SIGHUP) }, exit.CodeInterrupted},
		{"SIGINT", func(d *terminal) { d.signal(os.Interrupt) }, exit.CodeInterrupted},
	} {
		t.Run(way.name, func(t *testing.T) {
			dir := t.TempDir()
			d := openTerminal(t, 80, 24, command(t.Context(), t, dir, nil, "--addr", "127.0.0.1:0"))
			d.started()
			if on := d.modes(); !on["1049"] || !on["2004"] || !on["1002"] && !on["1003"] {
				t.Errorf("the dashboard's modes are %v: this test looks for others", on)
			}
			way.leave(d)
			if code := d.ends(); code != way.code {
				t.Errorf("exit code %d, want %d", code, way.code)
			}
			d.isRestored()
			d.see("deliveries are stored in .hooktop/hooktop.db")
			if rows := instances(t, dir); len(rows) != 0 {
				t.Errorf("the addresses %v were left in the database", rows)
			}
		})
	}
}

func (d *terminal) isRestored() {
	d.t.Helper()
	on := d.modes()
	for _, mode := range dashboardModes {
		if on[mode] {
			d.t.Errorf("mode %s was left on", mode)
		}
	}
	if shown, touched := on["25"]; touched && !shown {
		d.t.Error("the cursor was left hidden")
	}
}

// The second signal comes while the dashboard has gone and a delivery is still
// being answered.
func TestTwoSignalsInQuickSuccessionStillEndTheDashboardInOrder(t *testing.T) {
	inTime(t, interrupt.Pause, func(wrong func(string, ...any)) time.Duration {
		dir := t.TempDir()
		d := openTerminal(t, 80, 24, command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0"))
		d.started()
		base := instances(t, dir)[0]
		finish := inFlight(t, base+"/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
		told := time.Now()
		d.signal(os.Interrupt)
		d.signal(syscall.SIGTERM)
		closed(t, base)
		if status, message, err := finish(); status != 200 || message != "User created" {
			wrong("it is answered %d %s: %v", status, message, err)
		}
		<-d.done
		took := time.Since(told)
		const last = "deliveries are stored in .hooktop/hooktop.db"
		if !strings.Contains(d.written(), last) {
			wrong("it ended without its last word: %s", d.written())
			return took
		}
		if code := d.ends(); code != exit.CodeInterrupted {
			t.Errorf("exit code %d", code)
		}
		d.isRestored()
		d.see(last)
		if rows := instances(t, dir); len(rows) != 0 {
			wrong("the addresses %v were left in the database", rows)
		}
		return took
	})
}

// --json is for programs, and some of them give their children a terminal.
func TestJSONIsPrintedOnATerminalToo(t *testing.T) {
	d := openTerminal(t, 200, 24, command(t.Context(), t, t.TempDir(), withSecret(), "--json", "--addr", "127.0.0.1:0"))
	d.see(`"kind":"ready"`)
	d.signal(os.Interrupt)
	if code := d.ends(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d", code)
	}
	text := d.written()
	if strings.Contains(text, "\x1b") {
		t.Errorf("it wrote escape sequences: %q", text)
	}
	if list := objects(t, text); list[0]["kind"] != "ready" {
		t.Errorf("it wrote %q", text)
	}
}

// A wait that is interrupted has not failed, and has not found enough.
func TestAWaitCanBeInterrupted(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	p := start(t, dir, nil, "wait", "--since", "0", "--count", "2", "--timeout", "0")
	p.says("#1 ")
	if code := p.interrupt(); code != exit.CodeInterrupted || p.complaints() != "" {
		t.Errorf("exit code %d, %s", code, p.complaints())
	}
}
