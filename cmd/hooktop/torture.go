package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/pace"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/torture"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// maxCaptured is how many captured deliveries --where uses: the newest.
const maxCaptured = 20

// tortureFlags are the flags as they were written.
type tortureFlags struct {
	to, where, probe, rate string
	cases                  []string
	list, keepUsers, yes   bool
}

func (p *program) tortureCommand() *cobra.Command {
	var f tortureFlags
	cmd := &cobra.Command{
		Use:   "torture --to URL",
		Short: "Test how your app handles duplicate, late and forged events",
		Long: fmt.Sprintf(`Sends an app under development what Clerk and Svix send, and what
others might: the same message twice and at once, late and out-of-order
events, a forged signature, an expired one, an unknown event type, a user
without an e-mail address. Each case shows what the app answered and what a
correct app answers.

  ✓ the app answers correctly
  ✗ a finding, with what is wrong and the fix: exit code 1
  · the answers are right, but do not show whether the app's database is
    right, too; run the query shown to check. If the app shows its users,
    --probe checks for you

It is for your own app: hosts other than this machine and private networks
need --yes. It sends at most 300 requests, one at a time and up to 50 a second
(--rate), except in two cases that send ten at once. They are signed with your
first secret and are about users whose ids begin with user_torture and whose
addresses begin with torture+. It deletes these users at the end. hooktop
itself stores none of this.

--where uses the newest %d verified deliveries that match a filter instead of
made-up users. It runs the cases that do not change a body, one of which sends
all of these deliveries in reverse order, and at the end sends them once more
in their original order.`, maxCaptured),
		Example: `hooktop torture --to 3000
hooktop torture --to 3000 --case twice --keep-users
hooktop torture --to 3000 --probe 'localhost:3000/u/{id}'
hooktop torture --to 3000 --where 'user:user_2ab'
hooktop torture --to 3000 --json | jq .state`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.Resolve(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			if f.list {
				return p.listCases(s)
			}
			t, err := f.runner(cmd.Context(), s)
			if err != nil {
				return err
			}
			return p.torture(cmd.Context(), s, t, f)
		},
	}
	f.add(cmd)
	return cmd
}

// add adds the flags to the command.
func (f *tortureFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	config.AddSigningFlags(flags)
	config.AddAppFlags(flags)
	config.HideFlags(flags, "stripe-secret", "stripe-path") // its events are Clerk's
	flags.StringVar(&f.to, "to", "", "your app's webhook URL")
	flags.StringVar(&f.where, "where", "", "send captured deliveries that match, not made-up ones")
	flags.StringArrayVar(&f.cases, "case", nil, "run only this case, after the plain one; repeatable")
	flags.BoolVar(&f.list, "list", false, "list the cases without sending anything")
	flags.StringVar(&f.probe, "probe", "", "a URL where your app shows the user {id}, or answers 404")
	flags.BoolVar(&f.keepUsers, "keep-users", false, "leave the users in the app")
	flags.BoolVar(&f.yes, "yes", false, "allow a host outside this machine and private networks")
	flags.StringVar(&f.rate, "rate", "50/s", "limit on requests, such as 10/s or 30/m")
	config.NameValues(flags, "to", "URL", "where", "FILTER", "case", "NAME", "probe", "URL", "rate", "RATE")
	_ = cmd.RegisterFlagCompletionFunc("case", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return torture.Names(torture.All()), cobra.ShellCompDirectiveNoFileComp
	}) // the flag is there
}

// runner reads the flags and checks where the app is.
func (f tortureFlags) runner(ctx context.Context, s *config.Settings) (t torture.Runner, err error) {
	path := s.Paths[providers.Clerk{}.Name()]
	t.KeepUsers, t.Known = f.keepUsers, s.App()
	if f.to == "" {
		return t, exit.Usage("--to is missing: where is your app?", "add --to http://localhost:3000"+path)
	}
	app, err := parseTo(f.to)
	if err != nil {
		return t, err
	}
	if app.Path == "" {
		app.Path = path
	}
	t.Target = app.String()
	shows := app
	if f.probe != "" && f.where != "" {
		return t, exit.Usage("--probe and --where cannot be combined", "--probe checks made-up users; --where sends captured deliveries")
	}
	if f.probe != "" {
		if shows, err = receiver.ParseURL(f.probe); err != nil || !strings.Contains(f.probe, torture.IDPlaceholder) {
			return t, exit.Usage(fmt.Sprintf("--probe: %q is not a URL with {id} in it", webhook.WithoutPassword(f.probe)), "write {id} where the user's id goes, such as http://localhost:3000/api/users/{id}")
		}
		if t.Probe = f.probe; !strings.Contains(t.Probe, "://") {
			t.Probe = "http://" + t.Probe
		}
	}
	every, err := pace.Parse(f.rate)
	if err != nil {
		return t, err
	}
	t.Pace = (&pace.Pacer{Every: every, Now: time.Now, Wait: pace.Sleep}).Next
	for _, u := range []*url.URL{app, shows} {
		if f.yes {
			break
		}
		if err := ownApp(ctx, u.Hostname()); err != nil {
			return t, err
		}
	}
	return t, nil
}

// ownApp returns an error unless a host is this machine or on a private network.
func ownApp(ctx context.Context, host string) error {
	if appclient.IsLocalName(host) {
		return nil
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host) // an IP address is returned as it is
	if err != nil {
		return exit.Failure(fmt.Sprintf("cannot find the address of %s: %s", host, reasonOf(err)), "check the host, or write --to http://localhost:3000")
	}
	if slices.ContainsFunc(addresses, doctor.IsPublic) {
		return exit.Usage(fmt.Sprintf("%s is neither this machine nor on a private network", host), "torture is for your own app under development; if this is yours, add --yes")
	}
	return nil
}

func reasonOf(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Err
	}
	return err.Error()
}

// torture runs the cases and prints the results. It only reads the database, and
// only for captured deliveries.
func (p *program) torture(ctx context.Context, s *config.Settings, t torture.Runner, f tortureFlags) error {
	cases := torture.Synthetic()
	if f.where != "" {
		given, err := capturedFor(ctx, s, f.where)
		if err != nil {
			return err
		}
		cases = torture.Captured(given)
	}
	for _, name := range f.cases {
		if !slices.Contains(torture.Names(cases), name) {
			return exit.Usage(fmt.Sprintf("unknown case %q", name), "choose one of: "+strings.Join(torture.Names(cases), ", "))
		}
	}
	if s.Secrets.Empty() {
		if s.Missing() { // no app has one that is made now
			return s.NoSecretError(os.Environ(), "; it must be the secret that your app verifies with")
		}
		if err := s.UseLocalSecret(); err != nil {
			return err
		}
		p.stderr.Say("note: signing with hooktop's own secret in %s, because CLERK_WEBHOOK_SIGNING_SECRET is not set", s.LocalSecretFile())
	}
	for _, e := range s.Endpoints() {
		if e.Provider == (providers.Clerk{}) {
			t.Endpoint = e
		}
	}
	t.Now = pace.Increasing(time.Now)
	t.App = receiver.NewForwarder(&receiver.Forwarder{Endpoints: s.Endpoints(), Now: time.Now, Header: s.Forwarding.Header, Insecure: s.Forwarding.Insecure})
	sum, err := t.Run(ctx, cases, f.cases, func(r torture.Result) error {
		return printRow(p.out(s), s, print.TortureObject(r), func() print.Text { return print.Torture(r) })
	})
	switch {
	case err != nil && exit.FixOf(err) != "":
		return exit.AsUsage(err)
	case err != nil:
		return err
	}
	if err := printRow(p.out(s), s, print.TortureSummaryObject(t.Target, sum), func() print.Text { return print.TortureSummary(sum) }); err != nil {
		return err
	}
	switch {
	case sum.Stopped != "":
		return exit.Failure(sum.Stopped, sum.Advice)
	case sum.Findings > 0:
		return exit.ErrSilent // the lines said it
	}
	return nil
}

// capturedFor returns the newest verified Clerk deliveries that match a filter,
// each message once, oldest first.
func capturedFor(ctx context.Context, s *config.Settings, where string) (given []webhook.Delivery, err error) {
	filter, err := parseFilter([]string{where})
	if err != nil {
		return nil, err
	}
	db, err := openExisting(ctx, s)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	for d, err := range db.All(ctx, query.Page{Filter: filter}) {
		if err != nil {
			return nil, err
		}
		if d.VouchedBy() != webhook.BySignature || d.Provider != (providers.Clerk{}).Name() {
			continue
		}
		whole, err := db.Delivery(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		// The first delivery of a message counts: that is its place in the order.
		given = slices.DeleteFunc(given, func(g webhook.Delivery) bool { return g.MessageID == d.MessageID })
		if given = append(given, whole); len(given) == maxCaptured {
			break
		}
	}
	if len(given) == 0 {
		return nil, exit.Failure("no verified delivery matches "+filter.String(), "hooktop deliveries lists what there is; without --where, torture makes up users")
	}
	slices.Reverse(given)
	return given, nil
}

func (p *program) listCases(s *config.Settings) error {
	for _, c := range torture.All() {
		line := print.TortureCaseObject(c)
		err := printRow(p.out(s), s, line, func() print.Text {
			return print.Sprintf("%-20s %s\n%-20s %s", c.Name, c.Does, "", print.Faint("expected: "+c.Expected))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
