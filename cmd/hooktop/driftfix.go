package main

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// backfill sends the events that bring users in step.
type backfill struct {
	hooktop  *hooktop
	trigger  receiver.Trigger
	compared *comparison
	// instance is the id of Clerk's instance, "" where it is not told.
	instance string
	// notes are why a user's event was not applied, by id.
	notes map[string]string
}

// bringInStep sends the events for some differences, compares their users again
// and says of each what came of it.
func (h *hooktop) bringInStep(ctx context.Context, c *comparison, differences []webhook.Departure) ([]driftLine, error) {
	b := &backfill{hooktop: h, trigger: h.sender(webhook.Clerk{}), compared: c, notes: map[string]string{}}
	if len(differences) > 0 {
		if err := b.prepare(ctx); err != nil {
			return nil, err
		}
	}
	steps := webhook.PlanBackfill(differences)
	ids := make([]string, len(steps))
	for i, step := range steps {
		ids[i] = step.UserID
	}
	c.progress.Begin("sending events", int64(len(steps)))
	defer c.progress.Clear()
	err := c.each(ctx, ids, func(i int, here *webhook.UserRecord, there *webhook.AccountUser) error {
		return b.take(ctx, steps[i], here, there)
	})
	if err != nil {
		return nil, err
	}
	ids = make([]string, len(differences))
	for i, d := range differences {
		ids[i] = d.UserID
	}
	remaining, err := c.differences(ctx, ids)
	if err != nil {
		return nil, err
	}
	return b.results(differences, remaining), nil
}

// prepare finds the door once, for all that is sent.
func (b *backfill) prepare(ctx context.Context) (err error) {
	door, err := b.hooktop.door(ctx)
	if err != nil {
		return err
	}
	b.trigger.Door = func(context.Context) (receiver.Door, error) { return door, nil }
	if api, ok := b.compared.account.(interface {
		InstanceID(ctx context.Context) (string, error)
	}); ok {
		b.instance, err = api.InstanceID(ctx)
	}
	return err
}

// take sends the event of a step, with the user as it is at Clerk now, unless the
// two are in step by now, or it is no longer a step of that kind: a deletion is
// for good.
func (b *backfill) take(ctx context.Context, step webhook.DriftStep, here *webhook.UserRecord, there *webhook.AccountUser) error {
	if now, differ := webhook.Compare(here, there); !differ || now.State != step.State {
		return nil
	}
	present := b.trigger.Now()
	outcome, err := b.deliver(ctx, step, there, asOf(here, there, present))
	if err == nil && outcome == webhook.Stale && here == nil {
		// Another program took its row away, and its last version is still known.
		_, err = b.deliver(ctx, step, there, present)
	}
	return err
}

// event makes the event of a step.
func (b *backfill) event(step webhook.DriftStep, there *webhook.AccountUser, at time.Time) (event string, body []byte) {
	var clerk webhook.Clerk
	switch {
	case step.Interim:
		return "user.updated", clerk.UserEvent("user.updated", clerk.InterimUser(step.UserID), at, b.instance)
	case step.State == webhook.DriftExtra:
		return "user.deleted", clerk.UserEvent("user.deleted", clerk.DeletedUser(step.UserID), at, b.instance)
	case step.State == webhook.DriftMissing:
		return "user.created", clerk.UserEvent("user.created", there.JSON, at, b.instance)
	}
	return "user.updated", clerk.UserEvent("user.updated", there.JSON, at, b.instance)
}

// asOf is the time of what Clerk says now: that of the user's last change there,
// and not before the row's, which is what it replaces. It is not the present, so
// that a later change, whose event is on its way, is not stale.
func asOf(here *webhook.UserRecord, there *webhook.AccountUser, present time.Time) time.Time {
	if there == nil {
		return present
	}
	at := there.UpdatedAt
	if here != nil && here.Version.After(at) {
		at = here.Version
	}
	if at.IsZero() {
		return present
	}
	return at
}

// deliver sends the event of a step through the door, and keeps in mind why it
// was not applied.
func (b *backfill) deliver(ctx context.Context, step webhook.DriftStep, there *webhook.AccountUser, at time.Time) (webhook.Outcome, error) {
	m, err := b.trigger.Sign(b.event(step, there, at))
	if err != nil {
		return "", triggerFailed(err)
	}
	m.Header.Set("User-Agent", "hooktop drift")
	d, err := b.hooktop.deliver(ctx, b.trigger, m)
	if err != nil {
		return "", triggerFailed(err)
	}
	if !d.Verdict.Verified {
		return "", notTaken(d)
	}
	b.notes[step.UserID] = remark(&d)
	return d.Outcome, nil
}

// remark says why an event was not applied, and what to do. Of a conflict it is
// known here that no deletion is on its way: both are at Clerk.
func remark(d *webhook.Delivery) string {
	fix := webhook.Explained(d).Fix
	if d.Outcome == webhook.Conflict {
		fix = "give one of the two another address at Clerk, and this event, which waits, is applied by itself"
	}
	if d.Note == "" || fix == "" {
		return d.Note
	}
	return d.Note + ": " + fix
}

// results says of each difference whether it is gone.
func (b *backfill) results(differences, remaining []webhook.Departure) []driftLine {
	left := make(map[string]webhook.Departure, len(remaining))
	for _, d := range remaining {
		left[d.UserID] = d
	}
	lines := driftLines(differences)
	for i, d := range differences {
		if now, stays := left[d.UserID]; stays {
			line := driftLines([]webhook.Departure{now})[0]
			if note := b.notes[d.UserID]; note != "" {
				line.Note = ndjson.Null(note)
			}
			lines[i] = line
			continue
		}
		lines[i].Fixed = true
	}
	return lines
}
