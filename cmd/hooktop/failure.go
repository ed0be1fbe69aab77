package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hooktop/hooktop/tui"
)

// The exit codes that scripts rely on.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitTimedOut    = 3
	exitNotVerified = 4
	exitInterrupted = 130
)

// failure is an error with what to do about it and the exit code it ends with.
type failure struct {
	what, fix string
	code      int
	cause     error
}

func (f *failure) Error() string { return f.what }
func (f *failure) Fix() string   { return f.fix }
func (f *failure) Unwrap() error { return f.cause }

// usage is wrong usage or set-up: exit code 2.
func usage(what, fix string) error { return &failure{what: what, fix: fix, code: exitUsage} }

// failed is what could not be done: exit code 1.
func failed(what, fix string) error { return &failure{what: what, fix: fix, code: exitFailed} }

// asUsage gives an error that has a Fix of its own the exit code of usage.
func asUsage(err error) error {
	return &failure{what: err.Error(), fix: fixOf(err), code: exitUsage, cause: err}
}

func fixOf(err error) string {
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return fixer.Fix()
	}
	return ""
}

// errSilent ends a command whose output has said already what failed.
var errSilent = &failure{code: exitFailed}

// report prints an error, and its fix on the next line, and gives the exit code.
func report(w io.Writer, err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled), errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	if err.Error() != "" {
		fmt.Fprintln(w, "error:", oneLine(err.Error())) //nolint:errcheck // nowhere left to say so
		if fix := fixOf(err); fix != "" {
			fmt.Fprintln(w, "fix:", oneLine(fix)) //nolint:errcheck // likewise
		}
	}
	if errors.As(err, &f) {
		return f.code
	}
	return exitFailed
}

// oneLine keeps what others wrote from breaking out of its line.
func oneLine(s string) string {
	return tui.Printable(strings.Join(strings.Fields(s), " "))
}

// errInterrupted is the end by ctrl+c or a signal.
var errInterrupted = errors.New("interrupted")
