//go:build unix

package main

import (
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// What hooktop is told, all that the command started hears, and hooktop
// receives until the command is done.
func TestSignalsArePassedOnToTheCommandAndAllItStarted(t *testing.T) {
	for _, c := range []struct {
		name, traps string
		signal      syscall.Signal
		code        int
	}{
		{"it ends in its own way", `trap 'echo heard; exit 5' TERM`, syscall.SIGTERM, 5},
		{"it knows nothing of signals", ``, syscall.SIGTERM, 128 + 15},
		{"ctrl+c of a script", ``, syscall.SIGINT, 128 + 2},
		{"one that is not about ending", `trap 'echo heard; exit 6' USR1`, syscall.SIGUSR1, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			// It speaks once it is a program of its own: a shell that was just forked
			// would swallow the signal that its parent traps.
			script := c.traps + "\nsh -c 'echo sleeper $$; exec sleep 1000 >/dev/null 2>&1' &\nwait"
			p := start(t, t.TempDir(), withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "off", "--", "sh", "-c", script)
			sleeper := pidAfter(t, p, "sleeper ")
			p.signal(c.signal)
			if code := p.ends(); code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, p.complaints())
			}
			if strings.Contains(c.traps, "heard") && !strings.Contains(p.output(), "heard") {
				t.Errorf("the command did not hear it: %s", p.output())
			}
			if c.signal == syscall.SIGTERM {
				gone(t, sleeper)
			}
			if rows := instances(t, p.dir); len(rows) != 0 {
				t.Errorf("its address is still there: %v", rows)
			}
		})
	}
}

func pidAfter(t *testing.T, p *process, before string) int {
	t.Helper()
	line := p.line(before, func(line string) bool { return strings.HasPrefix(line, before) })
	pid, err := strconv.Atoi(strings.TrimPrefix(line, before))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	return pid
}

// gone waits until a process is no more.
func gone(t *testing.T, pid int) {
	t.Helper()
	eventually(t, "the command's own child has ended", func() bool { return syscall.Kill(pid, 0) != nil })
}

// Where hooktop fails, the command does not outlive it.
func TestACommandDoesNotOutliveAHooktopThatFails(t *testing.T) {
	for _, c := range []struct{ name, traps, says string }{
		{"it is asked to end", `trap 'echo asked; exit 0' TERM`, "asked"},
		{"it does not hear, and is ended", `trap '' TERM`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			authed := make(chan struct{})
			_, dir := startStandin(t, standin.Options{OnAuth: func(standin.Auth) string {
				<-authed
				return standin.Refuse(107, "not valid")
			}})
			p := start(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "ngrok", "--", "sh", "-c",
				c.traps+"\necho self $$\nwhile :; do sleep 1000 >/dev/null 2>&1 & wait $!; done")
			self := pidAfter(t, p, "self ")
			close(authed)
			if code := p.ends(); code != exit.CodeFailed || !strings.Contains(p.complaints(), "error: the tunnel failed") {
				t.Errorf("exit code %d, %s", code, p.complaints())
			}
			gone(t, self)
			if !strings.Contains(p.output(), c.says) {
				t.Errorf("the command said %q", p.output())
			}
		})
	}
}
