package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// pendingStatements are about the events that wait. Their tables are called parked and
// parked_key.
type pendingStatements struct {
	any, add, addKey, byKey, remove, removeKeys, setNamed *writeconn.Stmt
}

func (s *pendingStatements) texts() []statement {
	return []statement{
		{&s.any, `SELECT EXISTS (SELECT 1 FROM parked)`},
		{&s.add, `INSERT INTO parked (delivery_id, event) VALUES (?, ?)`},
		{&s.addKey, `INSERT OR IGNORE INTO parked_key (key, delivery_id) VALUES (?, ?)`},
		{&s.byKey, `SELECT p.delivery_id, p.event, d.provider, coalesce(d.message_id, '') FROM parked_key AS k
			JOIN parked AS p ON p.delivery_id = k.delivery_id JOIN delivery AS d ON d.id = k.delivery_id WHERE k.key = ?`},
		{&s.remove, `DELETE FROM parked WHERE delivery_id = ?`},
		{&s.removeKeys, `DELETE FROM parked_key WHERE delivery_id = ?`},
		{&s.setNamed, `UPDATE delivery SET named_by_app = ?2 WHERE id = ?1`},
	}
}

// pendingEvent is an event whose user is not known yet, or whose address is taken.
type pendingEvent struct {
	webhook.Event
	// RowAt is when the row was written, for an imported event whose row was made later.
	// Zero means the time at which it is applied.
	RowAt time.Time

	deliveryID int64
	provider   string
}

// pendingText is a pending event as stored.
type pendingText struct {
	snapshotEvent
	RowAt time.Time `json:"rowAt,omitzero"`
}

// waitForUser stores an event under every key by which its user may become known. former is
// the deleted user who had its customer, if there is one.
func (t *tx) waitForUser(d *webhook.Delivery, e webhook.Event, former record) error {
	s := e.Subscription
	d.Outcome = webhook.Unlinked
	d.Because(webhook.NoCustomer, 0, s.CustomerID)
	if former.tombstone {
		d.Because(webhook.CustomerOfDeleted, former.DeliveryID, s.CustomerID+": "+former.ID)
	}
	keys := []string{customerKey(s)}
	for _, id := range s.Users {
		keys = append(keys, "user:"+id)
	}
	if s.LinkEmail != "" {
		keys = append(keys, "email:"+s.LinkEmail)
	}
	return t.addPending(d.ID, e, keys...)
}

func (t *tx) addPending(deliveryID int64, e webhook.Event, keys ...string) error {
	text, err := json.Marshal(pendingText{newSnapshotEvent(e), t.rowAt})
	if err != nil {
		return err
	}
	if err := run(t.pending.add, deliveryID, string(text)); err != nil {
		return err
	}
	t.lookedForPending, t.hasPending = true, true
	for _, key := range keys {
		if err := run(t.pending.addKey, key, deliveryID); err != nil {
			return err
		}
	}
	return nil
}

// anyPending reports whether an event may wait. Most batches find none, and need not look
// for each of their users.
func (t *tx) anyPending() (bool, error) {
	if !t.lookedForPending {
		if err := t.pending.any.Row().Scan(&t.hasPending); err != nil {
			return false, err
		}
		t.lookedForPending = true
	}
	return t.hasPending, nil
}

func (t *tx) removePending(deliveryID int64) error {
	t.released = append(t.released, deliveryID)
	if err := run(t.pending.removeKeys, deliveryID); err != nil {
		return err
	}
	return run(t.pending.remove, deliveryID)
}

// markApplied notes that the message of a pending event needs no further attempt.
func (t *tx) markApplied(p pendingEvent) error {
	if p.MessageID == "" {
		return nil
	}
	return run(t.setApplied, p.provider, p.MessageID, p.deliveryID)
}

func customerKey(s *webhook.Subscription) string { return waitingCustomer + s.CustomerID }

// applyPendingFor applies to a user the events that wait under keys that a delivery just
// gave the user, and under the customers these events name, in the order of the events' own
// times.
func (t *tx) applyPendingFor(by int64, userID string, keys ...string) error {
	found := map[int64]pendingEvent{}
	for i := 0; i < len(keys); i++ {
		waiting, err := t.pendingUnder(keys[i])
		if err != nil {
			return err
		}
		for _, p := range waiting {
			if _, known := found[p.deliveryID]; !known {
				found[p.deliveryID] = p
				keys = append(keys, customerKey(p.Subscription))
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	events := make([]pendingEvent, 0, len(found))
	for _, p := range found {
		events = append(events, p)
	}
	slices.SortFunc(events, func(a, b pendingEvent) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Subscription.Rank, b.Subscription.Rank), cmp.Compare(a.deliveryID, b.deliveryID))
	})
	for _, p := range events {
		if err := t.applyPending(by, userID, p); err != nil {
			return fmt.Errorf("apply %s: %w", idText(p.deliveryID), err)
		}
	}
	return nil
}

func (t *tx) pendingUnder(key string) (list []pendingEvent, err error) {
	if any, err := t.anyPending(); !any || err != nil {
		return nil, err
	}
	err = t.pending.byKey.Each([]any{key}, func(rows *writeconn.Row) error {
		var p pendingEvent
		var text, messageID string
		if err := rows.Scan(&p.deliveryID, &text, &p.provider, &messageID); err != nil {
			return err
		}
		var in pendingText
		err := json.Unmarshal([]byte(text), &in)
		if err == nil {
			p.Event, err = in.event()
		}
		p.MessageID, p.RowAt = messageID, in.RowAt
		list = append(list, p)
		return err
	})
	return list, err
}

// applyPending applies one pending event, once, and updates its delivery. The answer its
// sender got stays as it was.
func (t *tx) applyPending(by int64, userID string, p pendingEvent) error {
	defer t.setClock(p.RowAt)()
	if err := t.removePending(p.deliveryID); err != nil {
		return err
	}
	var r record
	if err := r.scan(t.user.Row(userID)); err != nil {
		return err
	}
	d := webhook.Delivery{ID: p.deliveryID, Provider: p.provider, MessageID: p.MessageID, UserID: r.ID, Email: r.Email}
	first, _, err := t.earlierAttempts(&d)
	if err != nil {
		return err
	}
	if first != 0 && first != d.ID { // a replay knows the delivery itself beforehand
		d.Outcome = webhook.Duplicate
		d.Because(webhook.DuplicateOf, first, "")
	} else if err := t.applyBilling(&d, p.Event, r, by); err != nil {
		return err
	}
	if d.Outcome != webhook.Duplicate {
		d.LinkedBy(by)
	}
	if d.Outcome == webhook.Synced {
		if err := t.markApplied(p); err != nil {
			return err
		}
	}
	return t.updateOutcome(p.deliveryID, func(was *webhook.Delivery) {
		was.Outcome, was.Reason, was.RelatedID, was.Note = d.Outcome, d.Reason, d.RelatedID, d.Note
		was.UserID, was.Email, was.HeldBy = d.UserID, d.Email, d.HeldBy
	})
}

// updateOutcome changes the outcome of a delivery that was answered, and the count of
// failures if needed.
func (t *tx) updateOutcome(deliveryID int64, change func(*webhook.Delivery)) error {
	var d webhook.Delivery
	if err := scanDelivery(t.delivery.Row(deliveryID), &d); err != nil {
		return err
	}
	was := d
	change(&d)
	if err := t.outcomeChanged(was, &d); err != nil {
		return err
	}
	t.recountFailure(was.Failed(), d.Failed())
	return run(t.setOutcome, d.ID, string(d.Outcome), d.Note, nullIfEmpty(d.UserID), d.Email, d.HeldBy, d.Failed(),
		string(d.Reason), d.RelatedID, d.ResolvedBy)
}

// outcomeChanged notes whether a new outcome is another failure of a delivery, or resolves
// what was wrong with it: then an app may still have to accept it.
func (t *tx) outcomeChanged(was webhook.Delivery, d *webhook.Delivery) error {
	switch {
	case d.Refused() && !was.Refused():
		return t.reopen(was, d)
	case was.ResolvedBy != 0:
		d.ResolvedBy = was.ResolvedBy
	case d.ResolvedBy != 0:
		open, err := t.isOpen(d)
		if open {
			d.ResolvedBy = 0
		}
		return err
	}
	return nil
}

// recountFailure updates the totals when a delivery starts or stops being a failure.
func (t *tx) recountFailure(had, has bool) {
	switch {
	case has && !had:
		t.failures++
	case had && !has:
		t.failures--
	}
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}
