package drift

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// Events makes the bodies of a provider's user events.
type Events interface {
	// UserEvent puts data, a user as the provider's API returned it, into an event.
	UserEvent(event string, data []byte, at time.Time, instanceID string) []byte
	// DeletedUser returns the data of a user.deleted, InterimUser that of a
	// user.updated that frees the user's address.
	DeletedUser(id string) []byte
	InterimUser(id string) []byte
}

// Backfill sends the events that bring users in step.
type Backfill struct {
	Comparison *Comparison
	Events     Events
	// InstanceID is the provider's instance, "" if it is unknown.
	InstanceID string
	Now        func() time.Time
	// Send signs an event and sends it through hooktop's own endpoint. It returns
	// the delivery, or an error if that did not verify.
	Send func(ctx context.Context, event string, body []byte) (webhook.Delivery, error)

	// notes say why a user's event was not applied, by id.
	notes map[string]string
}

// Result is what became of a difference.
type Result struct {
	Difference
	Fixed bool
	// Note says why it stays, "" if that is unknown.
	Note string
}

// Run sends the events for some differences, compares those users again, and
// returns what became of each.
func (b *Backfill) Run(ctx context.Context, differences []Difference) ([]Result, error) {
	b.notes = map[string]string{}
	steps := Plan(differences)
	ids := make([]string, len(steps))
	for i, step := range steps {
		ids[i] = step.UserID
	}
	b.Comparison.Progress.Begin("sending events", int64(len(steps)))
	err := b.Comparison.each(ctx, ids, func(i int, here *webhook.UserRecord, there *webhook.AccountUser) error {
		return b.take(ctx, steps[i], here, there)
	})
	if err != nil {
		return nil, err
	}
	ids = make([]string, len(differences))
	for i, d := range differences {
		ids[i] = d.UserID
	}
	remaining, err := b.Comparison.differences(ctx, ids)
	if err != nil {
		return nil, err
	}
	return b.results(differences, remaining), nil
}

// take sends the event of a step with the user as it is there now, unless the two
// sides are in step by now or differ in another way: a deletion is final.
func (b *Backfill) take(ctx context.Context, step Step, here *webhook.UserRecord, there *webhook.AccountUser) error {
	if now, differ := Compare(here, there); !differ || now.State != step.State {
		return nil
	}
	present := b.Now()
	outcome, err := b.send(ctx, step, there, asOf(here, there, present))
	if err == nil && outcome == webhook.Stale && here == nil {
		// Another program deleted the row, and its last version is still known.
		_, err = b.send(ctx, step, there, present)
	}
	return err
}

// asOf returns the time of the user's last change there, but not one before the
// row that it replaces. It is not the present, or a later change whose event is
// on its way would be stale.
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

// send sends the event of a step and notes why it was not applied.
func (b *Backfill) send(ctx context.Context, step Step, there *webhook.AccountUser, at time.Time) (webhook.Outcome, error) {
	event, data := "user.updated", []byte(nil)
	switch {
	case step.Interim:
		data = b.Events.InterimUser(step.UserID)
	case step.State == Extra:
		event, data = "user.deleted", b.Events.DeletedUser(step.UserID)
	case step.State == Missing:
		event, data = "user.created", there.JSON
	default:
		data = there.JSON
	}
	d, err := b.Send(ctx, event, b.Events.UserEvent(event, data, at, b.InstanceID))
	if err != nil {
		return "", err
	}
	b.notes[step.UserID] = note(&d)
	return d.Outcome, nil
}

// note says why an event was not applied, and what to do. In a conflict no
// deletion can be on its way: both users exist at the provider.
func note(d *webhook.Delivery) string {
	fix := advice.ExplainOutcome(d).Fix
	if d.Outcome == webhook.Conflict {
		fix = "change the address of one of them at Clerk, and this waiting event is applied automatically"
	}
	if d.Note == "" || fix == "" {
		return d.Note
	}
	return d.Note + ": " + fix
}

func (b *Backfill) results(differences, remaining []Difference) []Result {
	left := make(map[string]Difference, len(remaining))
	for _, d := range remaining {
		left[d.UserID] = d
	}
	results := make([]Result, len(differences))
	for i, d := range differences {
		now, stays := left[d.UserID]
		switch {
		case !stays:
			results[i] = Result{Difference: d, Fixed: true, Note: d.Note()}
		case b.notes[d.UserID] != "":
			results[i] = Result{Difference: now, Note: b.notes[d.UserID]}
		default:
			results[i] = Result{Difference: now, Note: now.Note()}
		}
	}
	return results
}
