package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tui/text"
)

// doctorCommand: what the Setup tab looks at, for a terminal and for scripts.
func (p *program) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the set-up and name what is wrong, each with its fix",
		Long: "Looks at the signing secrets and the names they have, the .env files, the tunnel, the port, the database,\n" +
			"this machine's clock and your app, with the flags and the environment that hooktop would start with.\n" +
			"It opens no tunnel and sends nothing to your app. It works beside a hooktop that runs.\n\n" +
			"Exit code 0: nothing is wrong, though there may be warnings; 1: something failed.",
		Example: "hooktop doctor\nhooktop doctor --forward-to 3000\nhooktop doctor --json | jq -r 'select(.state == \"failed\").fix'",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.doctor(cmd.Context(), p.examination(cmd))
		},
	}
	config.AddReceiveFlags(cmd.Flags())
	return cmd
}

// doctor prints what each check found, in their order.
func (p *program) doctor(ctx context.Context, x *exam) error {
	x.meet(ctx)
	if x.store != nil {
		defer x.store.Close() //nolint:errcheck // nothing that matters was written
	}
	var all []finding
	for _, findings := range x.run(ctx, x.checks()) {
		all = append(all, findings...)
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	w := p.colour(p.stdout, x.s)
	for _, f := range all {
		if x.s.JSON {
			if err := ndjson.Write(p.stdout, f.object()); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	failed, warned := toll(all)
	if !x.s.JSON {
		fmt.Fprintln(w, "\n"+prognosis(failed, warned)) //nolint:errcheck // the lines before say it
	}
	if failed > 0 {
		return exit.ErrSilent
	}
	return nil
}

func prognosis(failed, warned int) string {
	switch {
	case failed > 0:
		return fmt.Sprintf("%d failed, %s", failed, text.Plural(warned, "warning"))
	case warned > 0:
		return "nothing failed; " + text.Plural(warned, "warning")
	}
	return "all is well"
}

// exam is one look at the set-up: by doctor, with what hooktop would start
// with, or by a hooktop that runs, for its Setup tab.
type exam struct {
	s      *config.Settings
	getenv func(string) string
	// env is what the environment and the .env files hold now, and unread what
	// is wrong with those, by the file.
	env    config.Environment
	unread []error
	// faulty are the settings that cannot be read, by the check that they are of.
	faulty map[config.Part]error

	// store is nil where there is no database, or where unopened says why not.
	store    *store.Store
	unopened error
	// running is the hooktop of this process, nil for doctor.
	running *hooktop
	// neighbours are the hooktops that run on this database, newest first.
	neighbours []neighbour
	now        func() time.Time
}

// check is one kind of look, with the findings of one name.
type check struct {
	name string
	look func(ctx context.Context) []finding
	// live is a check that costs nothing and is of the moment: the Setup tab
	// makes it each time, and all others now and then.
	live bool
	// minor is a check that the Setup tab leaves out while there is nothing to
	// do about it.
	minor bool
	// before is what the Setup tab shows before the first look.
	before finding
}

// checks are all that are made, in the order of their findings.
func (x *exam) checks() []check {
	return []check{
		{name: "receiver", look: x.address, live: x.running != nil},
		{name: "database", look: x.database, before: finding{name: "database", state: well, text: x.s.DB, counted: true}},
		{name: "secret", look: x.secrets, live: x.running != nil},
		{name: "names", look: x.names, minor: true},
		{name: "conflicts", look: x.conflicts, minor: true},
		{name: "files", look: x.files, minor: true},
		{name: "token", look: x.token, minor: true},
		{name: "tunnel", look: x.tunnel, live: x.running != nil},
		{name: "app", look: x.app, live: x.running != nil},
		{name: "endpoint", look: x.endpoint, live: x.running != nil},
		{name: "stripe", look: x.stripe, live: x.running != nil},
		{name: "users-db", look: x.usersDB, minor: true},
		{name: "dashboard", look: x.screen, minor: true},
		{name: "clock", look: x.clock, minor: true},
		{name: "hooktops", look: x.hooktops, minor: true},
	}
}

// lookMost is how long a check may take.
const lookMost = 6 * time.Second

// run makes checks at once, and gives their findings in their order. One that
// does not come to an end is left behind.
func (x *exam) run(ctx context.Context, checks []check) [][]finding {
	ctx, cancel := context.WithTimeout(ctx, lookMost)
	defer cancel()
	answers := make([]chan []finding, len(checks))
	for i, c := range checks {
		answers[i] = make(chan []finding, 1)
		go func() { answers[i] <- c.look(ctx) }()
	}
	all := make([][]finding, len(checks))
	for i, c := range checks {
		select {
		case all[i] = <-answers[i]:
		case <-ctx.Done():
			select {
			case all[i] = <-answers[i]: // it gave up in time
			case <-time.After(lookMost / 10):
				all[i] = []finding{{name: c.name, state: unknown, text: fmt.Sprintf("no answer within %d s", lookMost/time.Second)}}
			}
		}
	}
	return all
}

// steps are the findings for the Setup tab: the set-up first, in its order, then
// what else there is to do. found are those of the last look; the live ones are
// made now.
func (x *exam) steps(ctx context.Context, found map[string][]finding) []tui.Step {
	var main, more []tui.Step
	for _, c := range x.checks() {
		findings, looked := found[c.name]
		switch {
		case c.live:
			findings = c.look(ctx)
		case !looked && c.before.name != "":
			findings = []finding{c.before}
		}
		for _, f := range findings {
			switch {
			case !c.minor:
				main = append(main, f.step())
			case f.state != well && f.state != unknown:
				more = append(more, f.step())
			}
		}
	}
	return append(main, more...)
}
