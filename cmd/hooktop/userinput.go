package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
)

// The limits of a file that a command reads whole or searches, and of one that is
// imported: that may be a stream which goes on for days.
var (
	searched = userfile.Limits{Bytes: 1 << 30, Idle: 10 * time.Second, Total: time.Minute}
	imported = userfile.Limits{Idle: 10 * time.Second}
)

// pipeIdle is how long standard input may stay silent: the command before it may ask
// for a password.
const pipeIdle = 30 * time.Second

// userInput is a file that the user named, or standard input.
type userInput struct {
	*userfile.Stream
	name, fix string
}

// openInput opens a file, "-" and "" for standard input. fix is what to do if it cannot
// be read.
func (p *program) openInput(ctx context.Context, name string, l userfile.Limits, fix string) (userInput, error) {
	in := userInput{name: name, fix: fix}
	if name == "" || name == "-" {
		in.name = "standard input"
		if l.Total > 0 { // otherwise it may be a stream
			l.Idle = pipeIdle
		} else {
			l.Idle = 0
		}
		in.Stream = userfile.Input(ctx, p.stdin, l)
		return in, nil
	}
	var err error
	in.Stream, err = userfile.Open(ctx, name, l)
	return in, in.failed(ctx, err)
}

// failed returns the error of a read: what ended ctx if that was it.
func (in userInput) failed(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return exit.Usage(fmt.Sprintf("cannot read %s: %v", in.name, exit.Reason(err)), cmp.Or(exit.FixOf(err), in.fix))
}

// first returns the first of the arguments, "" if there is none.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
