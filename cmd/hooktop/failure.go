package main

import (
	"fmt"
	"io"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tui/text"
)

// report prints an error, and its fix on the next line, and returns the exit
// code.
func report(w io.Writer, err error) int {
	code := exit.CodeOf(err)
	if code == exit.CodeDone || code == exit.CodeInterrupted || err.Error() == "" {
		return code
	}
	fmt.Fprintln(w, "error:", text.OneLine(err.Error())) //nolint:errcheck // nowhere left to say so
	if fix := exit.FixOf(err); fix != "" {
		fmt.Fprintln(w, "fix:", text.OneLine(fix)) //nolint:errcheck // likewise
	}
	return code
}
