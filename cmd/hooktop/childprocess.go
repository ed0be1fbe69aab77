package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// childProcess is a command that runs while hooktop receives: it is started once
// the address accepts connections, and hooktop ends with it.
type childProcess struct {
	cmd *exec.Cmd
	// terminal says that the command has the terminal's keyboard.
	terminal bool
	// patience is how long it may take to end when it is asked to.
	patience time.Duration

	// over ends the receiving, with how the command ended.
	over context.CancelCauseFunc
	// done is closed when it has ended; nil before it was started.
	done  chan struct{}
	leave sync.Once
}

// childOf is the command that stands after --, nil where none does.
func (p *program) childOf(s *config.Settings, args []string) (*childProcess, error) {
	if len(args) == 0 {
		return nil, nil
	}
	path, err := exec.LookPath(args[0])
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return nil, exit.Usage(fmt.Sprintf("cannot run %q: %v", args[0], programError(err)), "put a program and its arguments after --: hooktop listen -- npm run dev")
	}
	if err != nil { // the folder is its user's own
		path = "." + string(filepath.Separator) + path
	}
	// It is asked to end before it is killed, so no context ends it.
	c := &childProcess{cmd: exec.Command(path, args[1:]...), terminal: print.IsTerminal(p.stdin), patience: stopTimeout} //nolint:noctx // see above
	c.cmd.Args[0] = args[0]
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = p.stdin, p.stdout.Stream(), p.stderr.Stream()
	if s.JSON { // stdout is for objects alone
		c.cmd.Stdout = p.stderr.Stream()
	}
	c.cmd.WaitDelay = stopTimeout
	return c, nil
}

// programError is an error without the program's name, which its message has already.
func programError(err error) error {
	var look *exec.Error
	if errors.As(err, &look) {
		return look.Err
	}
	return exit.Reason(err)
}

// receiving is a context that ends with the command, and not with a signal:
// the command hears of that, and hooktop receives until it is done.
func (c *childProcess) receiving(ctx context.Context) context.Context {
	ctx, c.over = context.WithCancelCause(context.WithoutCancel(ctx))
	return ctx
}

// start runs the command, with where hooktop is in its environment. interrupted
// is a context that a signal ends which came before the command was there to
// hear it.
func (c *childProcess) start(interrupted context.Context, h *hooktop) error {
	pass, stopPassing := c.passSignals()
	if interrupted.Err() != nil {
		stopPassing()
		return context.Cause(interrupted)
	}
	c.cmd.Env = append(os.Environ(), childVariables(h)...)
	c.prepare()
	if err := c.cmd.Start(); err != nil {
		stopPassing()
		return exit.Failure(fmt.Sprintf("cannot run %s: %v", c.cmd.Args[0], programError(err)), "put a program and its arguments after --: hooktop listen -- npm run dev")
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

// childVariables are the variables by which a command finds the hooktop that it
// runs beside.
func childVariables(h *hooktop) []string {
	db, err := filepath.Abs(h.settings.DB)
	if err != nil {
		db = h.settings.DB
	}
	vars := []string{"HOOKTOP_URL=" + h.receiver.Self.URL, "HOOKTOP_DB=" + db}
	for _, e := range h.receiver.Endpoints {
		vars = append(vars, "HOOKTOP_WEBHOOK_URL_"+strings.ToUpper(e.Provider.Name())+"="+h.receiver.Self.URL+e.Path)
	}
	return slices.Clip(vars)
}

// end asks a command that still runs to end, for hooktop does, and makes it end
// where it does not.
func (c *childProcess) end() {
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

// lines is where hooktop's own lines go: the command has stdout for itself.
func (c *childProcess) lines(p *program) *print.Output {
	if c == nil {
		return p.stdout
	}
	return p.stderr
}
