package store

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxEmail is the length of an e-mail address at most, in characters.
const maxEmail = 320

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
		return t.bill(d, e)
	case e.UserID == "":
		d.Outcome = webhook.Malformed
		d.Because(webhook.InBody, 0, "no user id")
		return nil
	}
	var r record
	if err := r.scan(t.user.QueryRowContext(context.Background(), e.UserID)); err != nil {
		return err
	}
	if e.Action == webhook.Remove {
		return t.remove(d, e, r)
	}
	if err := t.place(0, d, e, r); err != nil {
		return err
	}
	if d.Outcome == webhook.Updated {
		return t.vacated(d.ID, r.Email)
	}
	return nil
}

// place gives a user its address, and what waited for the user. by is the
// delivery that made way for one that was parked, else 0.
func (t *tx) place(by int64, d *webhook.Delivery, e webhook.Event, r record) error {
	if err := t.upsert(by, d, e, r); err != nil {
		return err
	}
	switch d.Outcome {
	case webhook.Created, webhook.Updated, webhook.Unchanged:
		if err := t.outdate(d, e.At.UnixMilli()); err != nil {
			return err
		}
		return t.settle(cmp.Or(by, d.ID), e.UserID, "user:"+e.UserID, "email:"+e.Email)
	default:
		return nil
	}
}

func (t *tx) upsert(by int64, d *webhook.Delivery, e webhook.Event, r record) error {
	version := e.At.UnixMilli()
	switch length := utf8.RuneCountInString(e.Email); {
	case e.Email == "":
		d.Outcome = webhook.MissingEmail
		return nil
	case length > maxEmail:
		d.Outcome = webhook.Malformed
		d.Because(webhook.InBody, 0, fmt.Sprintf("e-mail address of %d characters, %d at most", length, maxEmail))
		return nil
	}
	if why, deletedBy, age := staleUser(r, version); why != "" {
		d.Outcome = webhook.Stale
		d.Because(why, deletedBy, age)
		return nil
	}
	if r.row && r.Email == e.Email {
		d.Outcome = webhook.Unchanged
		return run(t.setVersion, e.UserID, version)
	}
	before, after := t.rows(e, r)
	err := t.write(d, before, after)
	if taken := err; code(taken) == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		swapped, err := t.swap(cmp.Or(by, d.ID), e, r)
		if err != nil {
			return err
		}
		if !swapped {
			return t.conflict(d, e, taken)
		}
		if err := t.write(d, before, after); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := run(t.setState, e.UserID, version, max(by, d.ID), nil, "", nil); err != nil {
		return err
	}
	return t.changedBy(by, d, before, after)
}

// write makes the row, or gives it its address.
func (t *tx) write(d *webhook.Delivery, before, after *webhook.User) error {
	stmt := t.updateEmail
	d.Outcome = webhook.Updated
	if before == nil {
		stmt, d.Outcome = t.insertUser, webhook.Created
	}
	return run(stmt, after.ID, after.Email, after.UpdatedAt.Format(prismaTime))
}

// rows gives the row before, nil for none, and after an upsert.
func (t *tx) rows(e webhook.Event, r record) (before, after *webhook.User) {
	now := t.now().UTC().Truncate(time.Millisecond)
	if !r.row {
		return nil, &webhook.User{ID: e.UserID, Email: e.Email, CreatedAt: now, UpdatedAt: now}
	}
	before = &r.User
	changed := r.User
	changed.Email, changed.UpdatedAt = e.Email, now
	return before, &changed
}

// remove deletes the user for good, whatever the event's time: there is no
// event that brings a user back, so none that comes late may.
func (t *tx) remove(d *webhook.Delivery, e webhook.Event, r record) error {
	if r.dead && !r.row {
		d.Outcome = webhook.Unchanged
		return nil
	}
	d.Outcome = webhook.Deleted
	err := t.dropClaims(d.ID, e.UserID, func(parkedEvent) (webhook.Outcome, webhook.Reason) {
		return webhook.Stale, webhook.UserDeleted
	})
	if err != nil {
		return err
	}
	if d.Email == "" {
		d.Email = r.Email
	}
	version := e.At.UnixMilli()
	if r.state {
		version = max(version, r.version)
	}
	at := d.At
	if at.IsZero() {
		at = t.now()
	}
	if !r.row {
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
	if err := t.changedBy(0, d, before, nil); err != nil {
		return err
	}
	return t.vacated(d.ID, before.Email)
}

// changedBy keeps a change that another delivery brought about, 0 for none.
func (t *tx) changedBy(by int64, d *webhook.Delivery, before, after *webhook.User) error {
	b, err := encodeUser(before)
	if err != nil {
		return err
	}
	a, err := encodeUser(after)
	if err != nil {
		return err
	}
	moment := cmp.Or(by, d.ID)
	if moment != t.next { // it was rejected, and is applied after others that came later
		moment = t.next - 1
	}
	d.Change = &webhook.Change{DeliveryID: d.ID, UserID: d.UserID, Moment: moment, Before: before, After: after}
	return run(t.addChange, d.ID, d.UserID, b, a, by, moment)
}

func number(id int64) string { return "#" + strconv.FormatInt(id, 10) }
