package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// An event may give a user an e-mail address that another user's row still has.
// It is answered with a conflict and waits, under the address and under its user;
// of one user only the newest such events wait. It is applied in the transaction
// that frees the address, when the holder is deleted or gets another address.

// addressWaitStatements are about the addresses that users wait for.
type addressWaitStatements struct {
	since *writeconn.Stmt
}

func (s *addressWaitStatements) texts() []statement {
	return []statement{
		{&s.since, `SELECT delivery_id FROM change WHERE user_id = ?1 AND after ->> 'email' = ?2
			AND (before IS NULL OR before ->> 'email' <> ?2) ORDER BY moment DESC, seq DESC LIMIT 1`},
	}
}

func addressKey(email string) string { return "address:" + email }
func waiterKey(userID string) string { return "claim:" + userID }

// waitForAddress names the user who has the e-mail address, and lets the event wait until
// that user gives it up.
func (t *tx) waitForAddress(d *webhook.Delivery, e webhook.Event, cause error) error {
	holder, err := lookupText(t.holder, e.Email)
	if err != nil {
		return err
	}
	if holder == "" {
		return cause
	}
	newest, ok, err := t.newestWait(e.UserID)
	if err != nil {
		return err
	}
	if ok && newest.At.After(e.At) {
		d.Outcome = webhook.Stale
		d.Because(webhook.OlderThanWaiting, newest.deliveryID, durationText(newest.At.UnixMilli()-e.At.UnixMilli()))
		return nil
	}
	d.Outcome, d.HeldBy = webhook.Conflict, holder
	since, err := t.heldSince(holder, e.Email)
	if err != nil {
		return err
	}
	d.Because(webhook.AddressHeld, since, holder)
	if err := t.endWaits(d.ID, e.UserID, func(p pendingEvent) (webhook.Outcome, webhook.Reason) {
		if p.At.Before(e.At) {
			return webhook.Stale, webhook.Superseded
		}
		return "", ""
	}); err != nil {
		return err
	}
	return t.addPending(d.ID, e, addressKey(e.Email), waiterKey(e.UserID))
}

// heldSince returns the delivery that gave an address to its holder, 0 if that is no longer
// known.
func (t *tx) heldSince(holder, email string) (id int64, err error) {
	err = t.addressWaits.since.Row(holder, email).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// newestWait returns the newest event with which a user waits for an address.
func (t *tx) newestWait(userID string) (p pendingEvent, ok bool, err error) {
	list, err := t.pendingUnder(waiterKey(userID))
	if err != nil || len(list) == 0 {
		return p, false, err
	}
	return slices.MaxFunc(list, byTime), true, nil
}

func byTime(a, b pendingEvent) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.deliveryID, b.deliveryID))
}

// swapAddresses lets users pass their addresses round a ring: each has the one the next
// waits for, so no row can go first. It returns false if the event does not close such a
// ring.
func (t *tx) swapAddresses(by int64, e webhook.Event, r record) (bool, error) {
	if !r.hasRow {
		return false, nil // without a row the user holds no address
	}
	var ring []pendingEvent
	seen := map[string]bool{}
	for want := e.Email; ; {
		holder, err := lookupText(t.holder, want)
		if err != nil || holder == "" || seen[holder] {
			return false, err
		}
		if holder == e.UserID {
			break
		}
		seen[holder] = true
		p, ok, err := t.newestWait(holder)
		if err != nil || !ok {
			return false, err
		}
		ring, want = append(ring, p), p.Email
	}
	// Move the row to a value that is not an address, to free its own.
	if err := run(t.updateEmail, r.ID, "\x01"+r.ID, r.UpdatedAt.Format(prismaTime)); err != nil {
		return false, err
	}
	for _, p := range slices.Backward(ring) {
		if _, err := t.applyWait(by, p); err != nil {
			return false, err
		}
	}
	return true, nil
}

// addressFreed gives a freed address to the user who has waited longest for it, and that
// user's old address to the next.
func (t *tx) addressFreed(by int64, email string) error {
	for email != "" {
		waiting, err := t.pendingUnder(addressKey(email))
		if err != nil || len(waiting) == 0 {
			return err
		}
		slices.SortFunc(waiting, func(a, b pendingEvent) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.UserID, b.UserID), cmp.Compare(a.deliveryID, b.deliveryID))
		})
		if email, err = t.giveAddress(by, email, waiting); err != nil {
			return err
		}
	}
	return nil
}

// giveAddress gives an address to the first of the waiting users who can have it, and
// returns the address this user had.
func (t *tx) giveAddress(by int64, email string, waiting []pendingEvent) (freed string, err error) {
	for _, p := range waiting {
		holder, err := lookupText(t.holder, email)
		if err != nil {
			return "", err
		}
		if holder == "" {
			if freed, err = t.applyWait(by, p); err != nil {
				return "", fmt.Errorf("apply %s: %w", idText(p.deliveryID), err)
			}
			continue
		}
		if holder == p.UserID {
			continue // a repetition, removed with the event that was applied
		}
		since, err := t.heldSince(holder, email)
		if err != nil {
			return "", err
		}
		err = t.updateOutcome(p.deliveryID, func(d *webhook.Delivery) {
			d.Outcome, d.HeldBy = webhook.Conflict, holder
			d.Because(webhook.AddressHeld, since, holder)
		})
		if err != nil {
			return "", err
		}
	}
	return freed, nil
}

// applyWait applies an event whose address is free, and updates its delivery. The answer its
// sender got stays as it was. freed is the address the row had before, "" for none.
func (t *tx) applyWait(by int64, p pendingEvent) (freed string, err error) {
	defer t.setClock(p.RowAt)()
	if err := t.removePending(p.deliveryID); err != nil {
		return "", err
	}
	var r record
	if err := r.scan(t.user.Row(p.UserID)); err != nil {
		return "", err
	}
	d := webhook.Delivery{ID: p.deliveryID, Provider: p.provider, MessageID: p.MessageID, UserID: p.UserID, Email: p.Email}
	if err := t.saveUser(by, &d, p.Event, r); err != nil {
		return "", err
	}
	switch d.Outcome {
	case webhook.Created, webhook.Updated, webhook.Unchanged:
		d.Because(webhook.AppliedLater, by, "")
		if err := t.markApplied(p); err != nil {
			return "", err
		}
	default:
		// something newer happened before its address was freed
	}
	if d.Outcome == webhook.Updated && r.hasRow {
		freed = r.Email
	}
	return freed, t.saveWaitOutcome(by, d)
}

// endOlderWaits ends the waits of a user that an event of that version supersedes.
func (t *tx) endOlderWaits(by *webhook.Delivery, version int64) error {
	return t.endWaits(by.ID, by.UserID, func(p pendingEvent) (webhook.Outcome, webhook.Reason) {
		switch {
		case p.At.UnixMilli() > version:
			return "", ""
		case p.MessageID != "" && p.MessageID == by.MessageID && p.provider == by.Provider:
			return webhook.Duplicate, webhook.DuplicateOf
		default:
			return webhook.Stale, webhook.Superseded
		}
	})
}

// endWaits ends those waits of a user for which end returns an outcome; the reason names the
// delivery by.
func (t *tx) endWaits(by int64, userID string, end func(pendingEvent) (webhook.Outcome, webhook.Reason)) error {
	list, err := t.pendingUnder(waiterKey(userID))
	if err != nil {
		return err
	}
	for _, p := range list {
		outcome, why := end(p)
		if outcome == "" {
			continue
		}
		if err := t.removePending(p.deliveryID); err != nil {
			return err
		}
		ended := webhook.Delivery{ID: p.deliveryID, Outcome: outcome}
		ended.Because(why, by, "")
		if err := t.saveWaitOutcome(by, ended); err != nil {
			return err
		}
	}
	return nil
}

// saveWaitOutcome gives a delivery that waited the outcome that ended its wait. HeldBy
// stays: it explains why the answer was a refusal.
func (t *tx) saveWaitOutcome(by int64, ended webhook.Delivery) error {
	return t.updateOutcome(ended.ID, func(d *webhook.Delivery) {
		d.Outcome, d.Reason, d.RelatedID, d.Note, d.ResolvedBy = ended.Outcome, ended.Reason, ended.RelatedID, ended.Note, by
	})
}
