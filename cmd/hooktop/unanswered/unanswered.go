// Package unanswered finds the deliveries that a hooktop had not forwarded, or got no answer
// for, when it was killed. It forwards nothing to an app unless retries were asked for.
package unanswered

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// Finder looks for them when a hooktop starts.
type Finder struct {
	Store *store.Store
	// Self is the hooktop that starts, Routes are where it forwards to.
	Self      string
	Routes    []receiver.Route
	Endpoints receiver.Endpoints
	// Again, if any, sends a delivery to the app again.
	Again func(webhook.Delivery)
	// Tell says what was found.
	Tell func(string)
	Now  func() time.Time
}

// note is what a hooktop writes down while it forwards.
type note struct {
	Routes []string `json:"routes"`
	// After is the newest delivery when it started.
	After int64 `json:"after"`
	PID   int   `json:"pid"`
}

// atOnce is how many are recorded in one commit.
const atOnce = 256

// Begin writes down that this hooktop forwards what comes after a delivery.
func (f *Finder) Begin(ctx context.Context, after int64, pid int) error {
	if len(f.Routes) == 0 {
		return nil
	}
	n := note{After: after, PID: pid}
	for _, r := range f.Routes {
		n.Routes = append(n.Routes, r.String())
	}
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return f.Store.SetForwarding(ctx, f.Self, string(text))
}

// End takes that back: everything is forwarded, or recorded as not sent.
func (f *Finder) End(ctx context.Context) error {
	if len(f.Routes) == 0 {
		return nil
	}
	return f.Store.SetForwarding(ctx, f.Self, "")
}

// Find records what killed hooktops left, up to a delivery, as interrupted, or has it sent
// again. What another hooktop that still runs may be forwarding is left alone.
func (f *Finder) Find(ctx context.Context, upTo int64) error {
	noted, err := f.Store.Forwarding(ctx)
	delete(noted, f.Self)
	if err != nil || len(noted) == 0 {
		return err
	}
	living, err := f.living(ctx)
	if err != nil {
		return err
	}
	var found int64
	for id, text := range noted {
		var n note
		if json.Unmarshal([]byte(text), &n) != nil {
			n = note{After: upTo} // a later hooktop wrote it
		}
		if _, runs := living[id]; runs || !f.isKnown(ctx, id) && isAlive(n.PID) {
			continue // it runs, or is about to end in order
		}
		before := time.Time{}
		for other, since := range living {
			if other != f.Self && (before.IsZero() || since.Before(before)) {
				before = since
			}
		}
		some, err := f.interrupted(ctx, n, upTo, before)
		if err != nil {
			return err
		}
		found += some
		if err := f.Store.SetForwarding(ctx, id, ""); err != nil {
			return err
		}
	}
	if found > 0 {
		f.Tell(f.said(found))
	}
	return nil
}

func (f *Finder) said(n int64) string {
	said := text.Plural(n, "delivery") + " had no answer from the app when hooktop was killed"
	if f.Again != nil {
		return said + "; sent again"
	}
	return said + "; listed as failed, to be resent"
}

// interrupted records the forwards that have no answer. Those of deliveries from before on
// may be another hooktop's.
func (f *Finder) interrupted(ctx context.Context, n note, upTo int64, before time.Time) (found int64, err error) {
	routes, err := receiver.ParseRoutes(strings.Join(n.Routes, " "))
	if err != nil || len(routes) == 0 {
		return 0, nil //nolint:nilerr // a later hooktop wrote them
	}
	targets := map[string]bool{}
	for _, r := range routes {
		targets[r.Target] = true
	}
	list, err := f.Store.Unanswered(ctx, n.After, upTo, len(targets))
	if err != nil {
		return 0, err
	}
	var batch []*webhook.Forward
	for _, d := range list {
		if !before.IsZero() && !d.At.Before(before) {
			continue
		}
		missing := unanswered(d, f.Endpoints.TargetsFor(routes, d))
		if len(missing) == 0 {
			continue
		}
		found++
		if f.Again != nil {
			f.Again(d)
			continue
		}
		for _, target := range missing {
			batch = append(batch, &webhook.Forward{
				DeliveryID: d.ID, At: f.Now(), Target: target, Failure: webhook.Interrupted, Error: "hooktop ended before an answer was recorded",
			})
		}
	}
	for some := range slices.Chunk(batch, atOnce) {
		if err := f.Store.RecordForward(ctx, some...); err != nil {
			return 0, err
		}
	}
	return found, nil
}

// unanswered returns the targets that have no forward yet, as they are stored.
func unanswered(d webhook.Delivery, targets []string) (missing []string) {
	for _, target := range targets {
		stored := webhook.WithoutPassword(target)
		if !slices.ContainsFunc(d.Forwards, func(f webhook.Forward) bool { return f.Target == stored }) {
			missing = append(missing, stored)
		}
	}
	return missing
}

// living returns since when each hooktop runs that does.
func (f *Finder) living(ctx context.Context) (map[string]time.Time, error) {
	all, err := f.Store.Instances(ctx)
	if err != nil {
		return nil, err
	}
	runs := map[string]time.Time{}
	for _, i := range all {
		if i.ID == f.Self {
			continue
		}
		look, cancel := context.WithTimeout(ctx, running.AskPatience)
		err := receiver.Instance{URL: i.URL, ID: i.ID, Token: i.Token}.Check(look)
		if err == nil || look.Err() != nil || !running.Gone(err) {
			runs[i.ID] = i.StartedAt
		}
		cancel()
	}
	return runs, nil
}

// isKnown reports whether an instance has not taken back its address.
func (f *Finder) isKnown(ctx context.Context, id string) bool {
	all, err := f.Store.Instances(ctx)
	return err != nil || slices.ContainsFunc(all, func(i store.Instance) bool { return i.ID == id })
}
