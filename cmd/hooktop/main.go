// Hooktop is top for webhooks: it gives this machine a public URL, verifies
// and keeps every delivery, says why a signature failed, keeps a users table,
// and shows it all live.
//
// Where to look: root.go lists the commands. Each has a file named after it; files
// that begin with its name belong to it (trigger*.go, resend*.go, torture*.go).
// completion and man are in manual.go; bench.go is for who works on hooktop.
//
// What runs: run.go puts it together, listen.go and dashboard*.go show it,
// announce.go lets other commands find it, apps.go is about the app, setuptab.go
// is the Setup tab. How the outside gets in is in the package public.
//
// Two names stand twice. envreload.go acts on changed .env files, config/watch.go
// sees the change. usersdb.go feeds the app's database while hooktop runs,
// doctor/usersdb.go checks it.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"strings"

	"github.com/cli/browser"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/interrupt"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

func main() {
	// What a browser's launcher has to say would end up in the dashboard.
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	// And what net/http finds odd about an app's answer.
	log.SetOutput(io.Discard)
	ctx, stop := interrupt.Context(context.Background())
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// run is the program: its arguments in, its exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	p := &program{stdin: stdin, stdout: print.NewOutput(stdout).EndingWith(ctx), stderr: print.NewOutput(stderr).EndingWith(ctx), getenv: getenv}
	err := p.execute(ctx, args)
	if print.Stuck(err) && ctx.Err() != nil { // what ended it says more
		err = context.Cause(ctx)
	}
	return report(p.stderr, err)
}

// report prints an error, and its fix on the next line or lines, and returns the exit
// code.
func report(out *print.Output, err error) int {
	code := exit.CodeOf(err)
	if code == exit.CodeDone || code == exit.CodeInterrupted || err.Error() == "" {
		return code
	}
	out.Say("error: %s", print.OneLine(err.Error()))
	lead := "fix: "
	for line := range strings.Lines(exit.FixOf(err)) {
		out.Say("%s%s", lead, print.OneLine(line))
		lead = "     "
	}
	return code
}
