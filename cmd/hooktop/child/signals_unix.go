//go:build unix

package child

import (
	"os"
	"os/signal"
	"syscall"
)

// prepare gives the command a process group of its own, so that a signal
// reaches all that it starts. On a terminal it stays in hooktop's: only there
// may it read the keyboard, and ctrl+z stops both.
func (c *Process) prepare() {
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: !c.terminal}
}

// passSignals keeps what hooktop is sent from ending hooktop: that ends with the
// command. From begin on, which is for when the command is there to hear it, all
// is passed on, also what came before, until stop. What a terminal's keys send
// has reached the command already. A pipe that nobody reads is an error then,
// and no end without a word to the command.
func (c *Process) passSignals() (begin, stop func()) {
	all := []os.Signal{os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGPIPE}
	signals := make(chan os.Signal, 8)
	signal.Reset(all...) // or a second ctrl+c ends hooktop under the command
	signal.Notify(signals, all...)
	ended := make(chan struct{})
	pass := func() {
		for {
			select {
			case s := <-signals:
				keyed := c.terminal && (s == os.Interrupt || s == syscall.SIGQUIT)
				if number, ok := s.(syscall.Signal); ok && number != syscall.SIGPIPE && !keyed {
					c.signal(number)
				}
			case <-ended:
				return
			}
		}
	}
	return func() { go pass() }, func() {
		signal.Stop(signals)
		close(ended)
	}
}

// signal reaches the command's group, or the command alone where it is in
// hooktop's. One that has just ended cannot hear it.
func (c *Process) signal(s syscall.Signal) {
	pid := c.cmd.Process.Pid
	if !c.terminal {
		pid = -pid
	}
	_ = syscall.Kill(pid, s)
}

func (c *Process) terminate() { c.signal(syscall.SIGTERM) }

func (c *Process) kill() { c.signal(syscall.SIGKILL) }

// exitCode is the command's, as a shell gives it: 128 and the signal that
// ended it.
func (c *Process) exitCode() int {
	if status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return c.cmd.ProcessState.ExitCode()
}
