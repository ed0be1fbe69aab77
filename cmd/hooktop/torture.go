package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

// capturedMost is how many captured deliveries --where takes, the newest.
const capturedMost = 20

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
		Short: "Send your app what senders really do, and say what it got wrong",
		Long: "Sends an app under development what Clerk and Svix do to it, and what others may: the same message twice and\n" +
			"at once, events late and out of order, a forged signature, an old one, a type that nobody knows, a user\n" +
			"without an e-mail address. For each case it says what the app answered and what a correct one answers.\n\n" +
			"  ✓ the app answers as a correct one does\n" +
			"  ✗ a finding, with what is wrong and the fix: exit code 1\n" +
			"  · the answers are right, and cannot tell whether the app's database is: a query to look with. Where the\n" +
			"    app shows its users, --probe looks by itself\n\n" +
			"It is for your own app: of any other than on this machine or in a private network it wants --yes. It sends\n" +
			"one request after the other, 50 a second (--rate), but for ten at once in two cases; 300 at most; signed with\n" +
			"your first secret, about users whose ids begin with user_torture and whose addresses with torture+. At the\n" +
			"end it deletes them. hooktop keeps nothing of it.\n\n" +
			fmt.Sprintf("--where takes captured deliveries, verified ones, the newest %d, in the place of users that are made up: the\n", capturedMost) +
			"cases that need no change of a body, and all of them backwards; at the end once more in their order.",
		Example: "hooktop torture --to http://localhost:3000/api/webhooks/clerk\n" +
			"hooktop torture --to 3000 --case twice --case stale-update --keep-users\n" +
			"hooktop torture --to 3000 --probe 'http://localhost:3000/api/users/{id}'\n" +
			"hooktop torture --to 3000 --where 'user:user_2ab'\n" +
			"hooktop torture --to 3000 --json | jq 'select(.state == \"finding\")'",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := resolve(cmd, p.getenv)
			if err != nil {
				return err
			}
			if f.list {
				return p.listCases(s)
			}
			t, err := f.torture(cmd.Context(), s)
			if err != nil {
				return err
			}
			return p.torture(cmd.Context(), s, t, f)
		},
	}
	flags := cmd.Flags()
	addOptions(flags, sendOptions)
	flags.Bool("insecure-forward", false, "take your app's certificate even if it is self-signed")
	flags.StringVar(&f.to, "to", "", "the URL of your app's webhook route")
	flags.StringVar(&f.where, "where", "", "send captured deliveries that match this filter, and make up none")
	flags.StringArrayVar(&f.cases, "case", nil, "run this case alone, after the plain one; repeatable")
	flags.BoolVar(&f.list, "list", false, "list the cases, and send nothing")
	flags.StringVar(&f.probe, "probe", "", "a URL at which your app shows a user, {id} in the place of the id; 404 for none")
	flags.BoolVar(&f.keepUsers, "keep-users", false, "leave the users in the app, to look at")
	flags.BoolVar(&f.yes, "yes", false, "also send to an app that is neither on this machine nor in a private network")
	flags.StringVar(&f.rate, "rate", "50/s", "how fast at most")
	_ = cmd.RegisterFlagCompletionFunc("case", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return caseNames(tortureCases()), cobra.ShellCompDirectiveNoFileComp
	}) // the flag is there
	return cmd
}

// torture reads the flags, and looks where the app is.
func (f tortureFlags) torture(ctx context.Context, s *settings) (t receiver.Torture, err error) {
	path := s.paths[webhook.Clerk{}.Name()]
	t.KeepUsers = f.keepUsers
	if f.to == "" {
		return t, exit.Usage("torture does not know your app", "write --to http://localhost:3000"+path)
	}
	app, err := parseTo(f.to)
	if err != nil {
		return t, err
	}
	if strings.Trim(app.Path, "/") == "" {
		app.Path = path
	}
	t.Target = app.String()
	shows := app
	if f.probe != "" && f.where != "" {
		return t, exit.Usage("--probe looks at users that are made up, and --where sends what was captured", "leave one of the two out")
	}
	if f.probe != "" {
		if shows, err = receiver.ParseURL(f.probe); err != nil || !strings.Contains(f.probe, receiver.Probed) {
			return t, exit.Usage(fmt.Sprintf("--probe: %q does not show a user", webhook.Redacted(f.probe)), "write a URL with {id} in the place of the user's id, such as http://localhost:3000/api/users/{id}")
		}
		if t.Probe = f.probe; !strings.Contains(t.Probe, "://") {
			t.Probe = "http://" + t.Probe
		}
	}
	every, err := parseRate(f.rate)
	if err != nil {
		return t, err
	}
	t.Pace = (&pace{every: every, now: time.Now, wait: sleep}).next
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

// ownApp wants a host to be this machine or in a private network.
func ownApp(ctx context.Context, host string) error {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return nil
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host) // an address is itself
	if err != nil {
		return exit.Failure(fmt.Sprintf("there is no address of %s: %s", host, reasonOf(err)), "name your app's own address: --to http://localhost:3000")
	}
	if slices.ContainsFunc(addresses, isPublic) {
		return exit.Usage(fmt.Sprintf("%s is neither on this machine nor in a private network", host), "torture is for your own app under development; if this is it, add --yes")
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

func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsLoopback() && !a.IsPrivate() && !a.IsLinkLocalUnicast() && !a.IsUnspecified()
}

// torture runs the cases and prints what they come to. The database is only
// read, and that only for captured deliveries.
func (p *program) torture(ctx context.Context, s *settings, t receiver.Torture, f tortureFlags) error {
	cases := receiver.SyntheticCases()
	if f.where != "" {
		given, err := capturedFor(ctx, s, f.where)
		if err != nil {
			return err
		}
		cases = receiver.CapturedCases(given)
	}
	for _, name := range f.cases {
		if !slices.Contains(caseNames(cases), name) {
			return exit.Usage(fmt.Sprintf("there is no case %q", name), "choose of: "+strings.Join(caseNames(cases), ", "))
		}
	}
	if s.signing.none() {
		if isMissing(s.db) { // one that is made now, no app has
			return exit.Usage("no signing secret: CLERK_WEBHOOK_SECRET is not set", "put the one that your app verifies with into .env.local: CLERK_WEBHOOK_SECRET=whsec_…")
		}
		if err := s.useLocalSecret(); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "note: signed with hooktop's own secret, that in %s: no CLERK_WEBHOOK_SECRET was found\n", s.localSecretFile()) //nolint:errcheck // a word aside
	}
	for _, e := range s.endpoints() {
		if e.Provider == (webhook.Clerk{}) {
			t.Endpoint = e
		}
	}
	t.Now = ticking(time.Now)
	t.Forwarder = receiver.NewForwarder(&receiver.Forwarder{Endpoints: s.endpoints(), Now: time.Now, Insecure: s.forwarding.insecure})
	o, err := t.Run(ctx, cases, f.cases, func(r receiver.Result) error {
		return printRow(p.colour(p.stdout, s), s, resultObject(r), func() string { return resultText(r) })
	})
	switch {
	case err != nil && exit.FixOf(err) != "":
		return exit.AsUsage(err)
	case err != nil:
		return err
	}
	if err := printRow(p.colour(p.stdout, s), s, ordealObject(t.Target, o), func() string { return ordealText(o) }); err != nil {
		return err
	}
	switch {
	case o.Stopped != "":
		return exit.Failure(o.Stopped, o.Advice)
	case o.Findings > 0:
		return exit.ErrSilent // the lines say it
	}
	return nil
}

// errPlenty ends the search for captured deliveries.
var errPlenty = errors.New("plenty")

// capturedFor are the newest deliveries of Clerk that a filter wants, of those
// that verified, each message once, oldest first.
func capturedFor(ctx context.Context, s *settings, where string) (given []webhook.Delivery, err error) {
	filter, err := parseFilter([]string{where})
	if err != nil {
		return nil, err
	}
	db, err := openExisting(ctx, s)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	err = eachMatching(ctx, db, filter, false, func(d webhook.Delivery) error {
		if !d.Verdict.Verified || d.Provider != (webhook.Clerk{}).Name() {
			return nil
		}
		whole, err := db.Delivery(ctx, d.ID)
		if err != nil {
			return err
		}
		// Of a message that came twice the first counts: that is its place.
		given = slices.DeleteFunc(given, func(g webhook.Delivery) bool { return g.MessageID == d.MessageID })
		if given = append(given, whole); len(given) == capturedMost {
			return errPlenty
		}
		return nil
	})
	if err != nil && !errors.Is(err, errPlenty) {
		return nil, err
	}
	if len(given) == 0 {
		return nil, exit.Failure("no verified delivery matches "+tui.Printable(filter.String()), "hooktop deliveries lists those that there are; without --where, users are made up")
	}
	slices.Reverse(given)
	return given, nil
}
