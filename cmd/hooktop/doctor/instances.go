package doctor

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
)

// Condition is what a hooktop that runs tells another process that bears its
// door's token.
type Condition struct {
	Tunnel ndjson.Tunnel `json:"tunnel"`
	// Why says why there is no tunnel.
	Why string `json:"why"`
	// Addr is the address that it listens at.
	Addr string `json:"addr"`
	// Routes are where it forwards to now, as they are typed, without passwords.
	Routes []string `json:"routes"`
}

// instance is a hooktop that runs on the same database.
type instance struct {
	store.Instance
	condition Condition
	// mute is true if it answered too slowly, or did not report its condition: an
	// older release.
	mute bool
}

// maxAsked is how many stored addresses are asked.
const maxAsked = 16

// findInstances asks the hooktops that left their address in the database, all at once.
// What was killed and could not take its own back is taken out.
func (x *Checker) findInstances(ctx context.Context) {
	x.instances = nil
	if x.Store == nil {
		return
	}
	instances, err := x.Store.Instances(ctx)
	if err != nil {
		return // the database's own check tells of it
	}
	instances = instances[:min(len(instances), maxAsked)]
	there := make([]*instance, len(instances))
	var asking sync.WaitGroup
	for i, instance := range instances {
		asking.Go(func() { there[i] = x.ask(ctx, instance) })
	}
	asking.Wait()
	for _, n := range there {
		if n != nil {
			x.instances = append(x.instances, *n)
		}
	}
}

// ask gives nil where nobody is there any more.
func (x *Checker) ask(ctx context.Context, i store.Instance) *instance {
	look, cancel := context.WithTimeout(ctx, running.AskPatience)
	defer cancel()
	n := &instance{Instance: i}
	if x.Running != nil && x.Running.Instance == i.ID {
		return n
	}
	door := receiver.Instance{URL: i.URL, ID: i.ID, Token: i.Token}
	err := door.Check(look)
	switch {
	case err == nil:
		n.mute = door.Status(look, &n.condition) != nil
	case look.Err() != nil, !running.Gone(err):
		n.mute = true
	default:
		_ = x.Store.RemoveInstance(ctx, i.ID) // a leftover is harmless
		return nil
	}
	return n
}

// runningAbove returns the folder above this one in which a hooktop runs, "" if none
// does or the database was named.
func (x *Checker) runningAbove(ctx context.Context) string {
	if x.RunningAbove == nil || x.Settings.DB != config.DefaultDatabase() {
		return ""
	}
	return x.RunningAbove(ctx)
}

// hooktops counts those that run on this database.
func (x *Checker) hooktops(ctx context.Context) []Finding {
	f := Finding{Name: "hooktops", Status: OK}
	switch n := len(x.instances); n {
	case 0:
		f.Text = "none is running on this database"
		if folder := x.runningAbove(ctx); folder != "" {
			f.Status = Unknown
			f.Text += "; one is running in " + folder
			f.Fix = []string{"run hooktop doctor in " + folder + " to check that one"}
		}
	case 1:
		f.Text = "one is running on this database: " + x.instances[0].called()
	default:
		names := make([]string, n)
		for i := range x.instances {
			names[i] = x.instances[i].called()
		}
		f.Status = Warning
		f.Text = fmt.Sprintf("%d are running on this database: trigger and resend go to the newest, %s; the others are %s", n, names[0], strings.Join(names[1:], ", "))
		f.Fix = []string{"stop all but one, or give each its own database with --db"}
	}
	return []Finding{f}
}

func (n instance) called() string {
	name := fmt.Sprintf("%s (process %d)", n.URL, n.PID)
	if n.mute {
		name += ", not responding"
	}
	return name
}
