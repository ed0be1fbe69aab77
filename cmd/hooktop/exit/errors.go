// Package exit holds the errors that end a command: each says what is wrong and
// what to do about it, and carries the exit code. It prints nothing.
package exit

import (
	"context"
	"errors"
	"io/fs"
)

// The exit codes that scripts rely on.
const (
	CodeDone        = 0
	CodeFailed      = 1
	CodeUsage       = 2
	CodeTimedOut    = 3
	CodeNotVerified = 4
	CodeInterrupted = 130
)

// failure is an error with its fix and the exit code that it ends with.
type failure struct {
	what, fix string
	code      int
	cause     error
}

func (f *failure) Error() string { return f.what }

// Fix returns what to do about it.
func (f *failure) Fix() string   { return f.fix }
func (f *failure) Unwrap() error { return f.cause }

// Usage returns an error of wrong usage or set-up: exit code 2.
func Usage(what, fix string) error { return WithCode(CodeUsage, what, fix) }

// Failure returns an error of something that could not be done: exit code 1.
func Failure(what, fix string) error { return WithCode(CodeFailed, what, fix) }

// WithCode returns an error that ends the program with the exit code.
func WithCode(code int, what, fix string) error { return &failure{what: what, fix: fix, code: code} }

// Silently returns an error that ends the program with the exit code and prints
// nothing: the output already says what went wrong.
func Silently(code int) error { return &failure{code: code} }

// AsUsage returns an error that has a Fix of its own with the exit code of usage.
func AsUsage(err error) error {
	return &failure{what: err.Error(), fix: FixOf(err), code: CodeUsage, cause: err}
}

// ErrSilent ends a command whose output already says what failed.
var ErrSilent = Silently(CodeFailed)

// ErrInterrupted is the end by ctrl+c or a signal.
var ErrInterrupted = errors.New("interrupted")

// FixOf returns what to do about an error, "" if it does not say.
func FixOf(err error) string {
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return fixer.Fix()
	}
	return ""
}

// CodeOf returns the exit code for an error; nil is success.
func CodeOf(err error) int {
	var f *failure
	switch {
	case err == nil:
		return CodeDone
	case errors.Is(err, context.Canceled), errors.Is(err, ErrInterrupted):
		return CodeInterrupted
	case errors.As(err, &f):
		return f.code
	}
	return CodeFailed
}

// Reason returns an error without the path, for a message that names it already.
func Reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
