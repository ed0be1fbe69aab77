// Package doctor checks the set-up and says what is wrong and how to fix it: the
// secrets, the .env files, the tunnel, the database, the clock and the apps. It
// changes nothing, opens no tunnel and sends nothing to an app.
//
// Where to look: checker.go lists the checks and runs them; most are in a file named
// after them. Elsewhere are: receiver in address.go, secret in secrets.go, names and
// conflicts in secretnames.go, stripe in endpoint.go, dashboard in checker.go, and
// hooktops (two on one database) in instances.go. finding.go is what a check says.
package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tunnel"
)

// Checker is one look at the set-up: by doctor, with what hooktop would start
// with, or by a hooktop that runs, for its Setup tab.
type Checker struct {
	Settings *config.Settings
	Getenv   func(string) string
	// Env is what the environment and the .env files hold now, and unread what
	// is wrong with those, by the file.
	Env    config.Environment
	Unread []error
	// Faults are the settings that cannot be read, by the check that they are of.
	Faults map[config.Part]error

	// Store is nil where there is no database, or where unopened says why not.
	Store    *store.Store
	StoreErr error
	// Running is what the hooktop of this process knows, nil for doctor.
	Running *Running
	// instances are the hooktops that run on this database, newest first.
	instances []instance
	// RunningAbove returns the folder above this one in which a hooktop runs, "" if
	// none does. It may be nil.
	RunningAbove func(context.Context) string
	// AskClerk asks Clerk about this folder's endpoint; nil without a key, and in a
	// hooktop that runs, which knows. It may return an endpoint with an error: the
	// secret cannot be read. ClerkRefused reports whether Clerk refused the key.
	AskClerk     func(context.Context) (Registered, error)
	ClerkRefused func(error) bool
	Now          func() time.Time
	// ProviderSide asks Clerk what it sent to this folder's endpoint in the last 24
	// hours; nil without a key, and in a hooktop that runs, which shows it.
	ProviderSide func(ctx context.Context, here ndjson.Tunnel) (attempts.Side, error)
}

// Running is what a running hooktop knows about itself at the time of a check.
type Running struct {
	// Instance is the id of its door, url where it receives, addr the address
	// that it listens at.
	Instance, Url, Addr string
	// Routes are where deliveries go on to now.
	Routes []receiver.Route
	// AppTrouble says what is wrong with the app of a route, if that is known.
	AppTrouble func(target string) (trouble string, known bool)
	// Tunnel is the state of the public side; token is the ngrok token that was
	// found, and whyClosed why no tunnel is open.
	Tunnel     ndjson.Tunnel
	TunnelOpen bool
	Token      tunnel.Credentials
	WhyClosed  string
	// Refusal says why the app's database does not take the change to a user.
	Refusal func(user string) error
}

// check is one kind of look, with the findings of one name.
type check struct {
	name string
	look func(ctx context.Context) []Finding
	// live is a check that costs nothing and is of the moment: the Setup tab
	// makes it each time, and all others now and then.
	live bool
	// minor is a check that the Setup tab leaves out while there is nothing to
	// do about it.
	minor bool
	// before is what the Setup tab shows before the first look.
	before Finding
}

// checks are all that are made, in the order of their findings.
func (x *Checker) checks() []check {
	return []check{
		{name: "receiver", look: x.address, live: x.Running != nil},
		{name: "database", look: x.database, before: Finding{Name: "database", Status: OK, Text: x.Settings.DB, Counted: true}},
		{name: "secret", look: x.secrets, live: x.Running != nil},
		{name: "names", look: x.names, minor: true},
		{name: "conflicts", look: x.conflicts, minor: true},
		{name: "files", look: x.files, minor: true},
		{name: "token", look: x.token, minor: true},
		{name: "tunnel", look: x.tunnel, live: x.Running != nil},
		{name: "relay", look: x.relay, minor: true},
		{name: "network", look: x.network, minor: true},
		{name: "app", look: x.app, live: x.Running != nil},
		{name: "endpoint", look: x.endpoint, live: x.Running != nil},
		{name: "messages", look: x.messages, minor: true},
		{name: "registration", look: x.registration, minor: true},
		{name: "stripe", look: x.stripe, live: x.Running != nil},
		{name: "users-db", look: x.usersDB, minor: true},
		{name: "dashboard", look: x.screen, minor: true},
		{name: "clock", look: x.clock, minor: true},
		{name: "hooktops", look: x.hooktops, minor: true},
	}
}

// lookMost is how long a check may take.
const lookMost = 6 * time.Second

// runChecks makes checks at once, and gives their findings in their order. One that
// does not come to an end is left behind.
func (x *Checker) runChecks(ctx context.Context, checks []check) [][]Finding {
	ctx, cancel := context.WithTimeout(ctx, lookMost)
	defer cancel()
	answers := make([]chan []Finding, len(checks))
	for i, c := range checks {
		answers[i] = make(chan []Finding, 1)
		go func() { answers[i] <- c.look(ctx) }()
	}
	all := make([][]Finding, len(checks))
	for i, c := range checks {
		select {
		case all[i] = <-answers[i]:
		case <-ctx.Done():
			select {
			case all[i] = <-answers[i]: // it gave up in time
			case <-time.After(lookMost / 10):
				all[i] = []Finding{{Name: c.name, Status: Unknown, Text: fmt.Sprintf("no answer within %d s", lookMost/time.Second)}}
			}
		}
	}
	return all
}

// Setup are the findings for the Setup tab: the set-up first, in its order, then
// what else there is to do. found are those of the last look; the live ones are
// made now.
func (x *Checker) Setup(ctx context.Context, found map[string][]Finding) []Finding {
	var first, more []Finding
	for _, c := range x.checks() {
		findings, looked := found[c.name]
		switch {
		case c.live:
			findings = c.look(ctx)
		case !looked && c.before.Name != "":
			findings = []Finding{c.before}
		}
		for _, f := range findings {
			switch {
			case !c.minor:
				first = append(first, f)
			case f.Status != OK && f.Status != Unknown:
				more = append(more, f)
			}
		}
	}
	return append(first, more...)
}

// Run makes all checks, and returns what they found in their order.
func (x *Checker) Run(ctx context.Context) (all []Finding) {
	x.findInstances(ctx)
	for _, findings := range x.runChecks(ctx, x.checks()) {
		all = append(all, findings...)
	}
	return all
}

// RunSlow makes the checks that take long, of a hooktop that runs, and
// returns what they found by check.
func (x *Checker) RunSlow(ctx context.Context) map[string][]Finding {
	x.Env, x.Unread = config.ReadEachFile(x.Getenv, x.Settings.EnvFile)
	x.findInstances(ctx)
	var checks []check
	for _, c := range x.checks() {
		if !c.live {
			checks = append(checks, c)
		}
	}
	found := map[string][]Finding{}
	for i, findings := range x.runChecks(ctx, checks) {
		found[checks[i].name] = findings
	}
	return found
}

// screen says what is wrong with the settings of the dashboard.
func (x *Checker) screen(context.Context) []Finding {
	if err := x.Faults["dashboard"]; err != nil {
		return []Finding{fault("dashboard", Failed, err)}
	}
	return nil
}
