package main

import (
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// report prints an error, and its fix on the next line, and returns the exit
// code.
func report(out *print.Output, err error) int {
	code := exit.CodeOf(err)
	if code == exit.CodeDone || code == exit.CodeInterrupted || err.Error() == "" {
		return code
	}
	out.Say("error: %s", print.OneLine(err.Error()))
	if fix := exit.FixOf(err); fix != "" {
		out.Say("fix: %s", print.OneLine(fix))
	}
	return code
}
