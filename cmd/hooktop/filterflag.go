package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// filterHelp explains the language in a command's help.
const filterHelp = `All words of a filter must match. -word excludes, a|b matches either, quotes
keep spaces:

  type:user.*        the event type; * matches anything
  user:user_2ab      the start of the user id; id:msg_2ab of the message id
  email:ada@         any part of the e-mail address
  is:failed          or verified, rejected, duplicate, stale, conflict,
                     forwarded, resent, created …
  code:wrong-secret  why it was rejected; code:body-* matches several
  status:>=400       what hooktop answered; app:5xx what the app did
  since:10m          or today, 10:00, 2026-11-22T10:00 (local time); also
                     before:
  provider:clerk     or stripe
  origin:tunnel      or local, trigger, resend …
  #42                the delivery's number
  ada                any other word: part of the body or of a header

Quote a filter: shells treat # * | > and " specially. One that starts with -
goes after --: hooktop deliveries -- -is:verified`

// filterArguments lets a command take a filter as its arguments.
func filterArguments(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return exit.Usage(err.Error(), "see "+cmd.CommandPath()+" --help; put -- before a filter that begins with -: "+cmd.CommandPath()+" -- -is:verified")
	})
}

// parseFilter reads a filter from arguments, which it joins with spaces. Relative
// times count from now, others are local. An error is wrong usage.
func parseFilter(args []string) (query.Filter, error) {
	f, err := query.Parse(strings.Join(args, " "), time.Now())
	if err != nil {
		return f, exit.AsUsage(err)
	}
	return f, nil
}
