package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// filterHelp explains the language in a command's help.
const filterHelp = `A filter is words that all must hold; -word turns one round, a|b is either, "…" holds blanks:

  type:user.*        the event's type, * is any part of it
  user:user_2ab      the beginning of the user's id; id:msg_2ab of the message's
  email:ada@         any part of the e-mail address
  is:failed          or verified, rejected, duplicate, stale, conflict, forwarded, resent, created …
  code:wrong-secret  why it was rejected; code:body-* for several
  status:>=400       what hooktop answered; app:5xx what the app did
  since:10m          or today, 10:00, 2026-11-22T10:00 (local time); before: likewise
  provider:clerk     origin:tunnel|local|trigger|resend
  #42                the delivery's number
  ada                any other word: a part of the body or of a header

Put it in quotes, for the shell has uses of its own for # * | > and ".
After --, it may begin with -: hooktop deliveries -- -is:verified`

// filterArguments lets a command take a filter as its arguments.
func filterArguments(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return exit.Usage(err.Error(), "see "+cmd.CommandPath()+" --help; a filter that begins with - comes after --: "+cmd.CommandPath()+" -- -is:verified")
	})
}

// parseFilter reads a filter from arguments, which are joined by blanks.
// Relative times count from now, others are of the local zone. An error is
// wrong usage.
func parseFilter(args []string) (query.Filter, error) {
	f, err := query.Parse(strings.Join(args, " "), time.Now())
	if err != nil {
		return f, exit.AsUsage(err)
	}
	return f, nil
}
