package store

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// apply does to the user what a verified event says, and sets the outcome.
func (t *tx) apply(d *webhook.Delivery, e webhook.Event) error {
	switch {
	case e.Outcome != "":
		d.Outcome = e.Outcome
		if e.Note != "" {
			d.Because(webhook.InBody, 0, e.Note)
		}
		return nil
	case e.Action == webhook.NoAction:
		d.Outcome = webhook.Unhandled
		return nil
	case e.Subscription != nil:
		return t.applySubscription(d, e)
	case e.UserID == "":
		d.Outcome = webhook.Malformed
		d.Because(webhook.InBody, 0, "the event has no user id")
		return nil
	}
	var r record
	if err := r.scan(t.user.Row(e.UserID)); err != nil {
		return err
	}
	if e.Action == webhook.Remove {
		return t.removeUser(d, e, r)
	}
	if err := t.saveUser(0, d, e, r); err != nil {
		return err
	}
	if d.Outcome == webhook.Updated {
		return t.addressFreed(d.ID, r.Email)
	}
	return nil
}

// saveUser creates or updates the user and applies the events that waited for it. by is the
// delivery that freed the address for an event that was pending, else 0.
func (t *tx) saveUser(by int64, d *webhook.Delivery, e webhook.Event, r record) error {
	if err := t.upsertUser(by, d, e, r); err != nil {
		return err
	}
	switch d.Outcome {
	case webhook.Created, webhook.Updated, webhook.Unchanged:
		if err := t.endOlderWaits(d, e.At.UnixMilli()); err != nil {
			return err
		}
		return t.applyPendingFor(cmp.Or(by, d.ID), e.UserID, "user:"+e.UserID, "email:"+e.Email)
	default:
		return nil
	}
}

func (t *tx) upsertUser(by int64, d *webhook.Delivery, e webhook.Event, r record) error {
	version := e.At.UnixMilli()
	switch length := utf8.RuneCountInString(e.Email); {
	case e.Email == "":
		d.Outcome = webhook.MissingEmail
		return nil
	case length > webhook.MaxEmail:
		d.Outcome = webhook.Malformed
		d.Because(webhook.InBody, 0, fmt.Sprintf("the e-mail address has %d characters, at most %d are allowed", length, webhook.MaxEmail))
		return nil
	}
	if why, deletedBy, age := staleUser(r, version); why != "" {
		d.Outcome = webhook.Stale
		d.Because(why, deletedBy, age)
		return nil
	}
	if r.hasRow && r.Email == e.Email {
		d.Outcome = webhook.Unchanged
		return run(t.setVersion, e.UserID, version)
	}
	before, after := t.beforeAndAfter(e, r)
	err := t.writeEmail(d, before, after)
	if taken := err; code(taken) == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		swapped, err := t.swapAddresses(cmp.Or(by, d.ID), e, r)
		if err != nil {
			return err
		}
		if !swapped {
			return t.waitForAddress(d, e, taken)
		}
		if err := t.writeEmail(d, before, after); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := run(t.setState, e.UserID, version, max(by, d.ID), nil, "", nil); err != nil {
		return err
	}
	return t.recordChange(by, d, before, after)
}

// writeEmail inserts the row, or updates its address.
func (t *tx) writeEmail(d *webhook.Delivery, before, after *webhook.User) error {
	stmt := t.updateEmail
	d.Outcome = webhook.Updated
	if before == nil {
		stmt, d.Outcome = t.insertUser, webhook.Created
	}
	return run(stmt, after.ID, after.Email, after.UpdatedAt.Format(prismaTime))
}

// beforeAndAfter returns the row before an upsert, nil for none, and after it.
func (t *tx) beforeAndAfter(e webhook.Event, r record) (before, after *webhook.User) {
	now := t.now().UTC().Truncate(time.Millisecond)
	if !r.hasRow {
		return nil, &webhook.User{ID: e.UserID, Email: e.Email, CreatedAt: now, UpdatedAt: now}
	}
	before = &r.User
	changed := r.User
	changed.Email, changed.UpdatedAt = e.Email, now
	return before, &changed
}

// removeUser deletes the user for good, whatever the event's time: no event brings a user
// back, so a late one must not either.
func (t *tx) removeUser(d *webhook.Delivery, e webhook.Event, r record) error {
	if r.tombstone && !r.hasRow {
		d.Outcome = webhook.Unchanged
		return nil
	}
	d.Outcome = webhook.Deleted
	err := t.endWaits(d.ID, e.UserID, func(pendingEvent) (webhook.Outcome, webhook.Reason) {
		return webhook.Stale, webhook.UserDeleted
	})
	if err != nil {
		return err
	}
	if d.Email == "" {
		d.Email = r.Email
	}
	version := e.At.UnixMilli()
	if r.hasState {
		version = max(version, r.version)
	}
	at := d.At
	if at.IsZero() {
		at = t.now()
	}
	if !r.hasRow {
		return run(t.setState, e.UserID, version, d.ID, at.UnixNano(), "", nil)
	}
	before := &r.User
	last, err := encodeUser(before)
	if err != nil {
		return err
	}
	if err := run(t.deleteUser, e.UserID); err != nil {
		return err
	}
	if err := run(t.setState, e.UserID, version, d.ID, at.UnixNano(), before.Email, last); err != nil {
		return err
	}
	if err := t.recordChange(0, d, before, nil); err != nil {
		return err
	}
	return t.addressFreed(d.ID, before.Email)
}

// recordChange stores a change. by is the delivery that triggered it, 0 for the delivery
// itself.
func (t *tx) recordChange(by int64, d *webhook.Delivery, before, after *webhook.User) error {
	b, err := encodeUser(before)
	if err != nil {
		return err
	}
	a, err := encodeUser(after)
	if err != nil {
		return err
	}
	moment := cmp.Or(by, d.ID)
	if moment != t.next { // it was rejected, and is applied after later deliveries
		moment = t.next - 1
	}
	d.Change = &webhook.Change{DeliveryID: d.ID, UserID: d.UserID, Moment: moment, Before: before, After: after}
	return run(t.addChange, d.ID, d.UserID, b, a, by, moment)
}

func idText(id int64) string { return "#" + strconv.FormatInt(id, 10) }
