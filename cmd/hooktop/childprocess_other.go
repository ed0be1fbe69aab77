//go:build !unix

package main

// prepare leaves the command in hooktop's console, whose ctrl+c reaches both.
func (c *childProcess) prepare() {}

// passSignals has nothing to do where there are none.
func (c *childProcess) passSignals() (begin, stop func()) { return func() {}, func() {} }

// terminate cannot ask: what ctrl+c has not ended is killed after a while.
func (c *childProcess) terminate() {}

func (c *childProcess) kill() { _ = c.cmd.Process.Kill() } // it may have ended just now

func (c *childProcess) exitCode() int { return c.cmd.ProcessState.ExitCode() }
