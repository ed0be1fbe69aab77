// Package child runs the command beside which hooktop receives: it passes signals
// on to it and ends with it.
package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// Process is a command that runs while hooktop receives: it is started once
// the address accepts connections, and hooktop ends with it.
type Process struct {
	cmd *exec.Cmd
	// terminal is set if the command has the terminal's keyboard.
	terminal bool
	// patience is how long it may take to end once asked.
	patience time.Duration

	// over stops receiving, with how the command ended.
	over context.CancelCauseFunc
	// done is closed when it has ended; nil before it was started.
	done  chan struct{}
	leave sync.Once
}

// Streams are what the command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Terminal is set if In is the terminal's keyboard.
	Terminal bool
}

// New returns the command after --, nil if there is none. It may take
// patience to end once asked.
func New(args []string, s Streams, patience time.Duration) (*Process, error) {
	if len(args) == 0 {
		return nil, nil
	}
	path, err := exec.LookPath(args[0])
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return nil, exit.Usage(fmt.Sprintf("cannot run %q: %v", args[0], Reason(err)), "put a program and its arguments after --: hooktop listen -- npm run dev")
	}
	if err != nil { // the folder is its user's own
		path = "." + string(filepath.Separator) + path
	}
	// It is asked to end before it is killed, so no context ends it.
	c := &Process{cmd: exec.Command(path, args[1:]...), terminal: s.Terminal, patience: patience} //nolint:noctx // see above
	c.cmd.Args[0] = args[0]
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = s.In, s.Out, s.Err
	c.cmd.WaitDelay = patience
	return c, nil
}

// Reason returns an error without the program's name, for a message that names it
// already.
func Reason(err error) error {
	var look *exec.Error
	if errors.As(err, &look) {
		return look.Err
	}
	return exit.Reason(err)
}

// Receiving returns a context that ends with the command, and not with a signal:
// the command hears of that, and hooktop receives until it is done.
func (c *Process) Receiving(ctx context.Context) context.Context {
	ctx, c.over = context.WithCancelCause(context.WithoutCancel(ctx))
	return ctx
}

// Start runs the command with these variables added to its environment.
// interrupted is a context that a signal ends which came before the command was
// there to hear it.
func (c *Process) Start(interrupted context.Context, variables []string) error {
	pass, stopPassing := c.passSignals()
	if interrupted.Err() != nil {
		stopPassing()
		return context.Cause(interrupted)
	}
	c.cmd.Env = append(os.Environ(), variables...)
	c.prepare()
	if err := c.cmd.Start(); err != nil {
		stopPassing()
		return exit.Failure(fmt.Sprintf("cannot run %s: %v", c.cmd.Args[0], Reason(err)), "put a program and its arguments after --: hooktop listen -- npm run dev")
	}
	pass()
	c.done = make(chan struct{})
	go func() {
		select {
		case <-interrupted.Done():
			c.terminate()
		case <-c.done:
		}
	}()
	go func() {
		_ = c.cmd.Wait() // its state says how it ended
		stopPassing()
		close(c.done)
		c.over(exit.Silently(c.exitCode()))
	}()
	return nil
}

// End asks a command that still runs to end, for hooktop does, and makes it end
// where it does not.
func (c *Process) End() {
	if c == nil || c.done == nil {
		return
	}
	c.leave.Do(func() {
		select {
		case <-c.done:
			return
		default:
		}
		c.terminate()
		select {
		case <-c.done:
		case <-time.After(c.patience):
			c.kill()
			<-c.done
		}
	})
}
