//go:build !unix

package child

// prepare leaves the command in hooktop's console, whose ctrl+c reaches both.
func (c *Process) prepare() {}

// passSignals does nothing: there are no signals here.
func (c *Process) passSignals() (begin, stop func()) { return func() {}, func() {} }

// terminate cannot ask: what ctrl+c has not ended is killed after a while.
func (c *Process) terminate() {}

func (c *Process) kill() { _ = c.cmd.Process.Kill() } // it may have ended just now

func (c *Process) exitCode() int { return c.cmd.ProcessState.ExitCode() }
