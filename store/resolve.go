package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
	"github.com/hooktop/hooktop/store/writeconn"
)

// A failure that a later success deals with is resolved in the transaction that stores
// the success. Package resolution decides which success resolves which failure; this file
// finds them and stores it. A failure stays resolved if the success is deleted.

// maxAncestors is how many deliveries are followed from a resend to the first of them.
const maxAncestors = 100

// resolveStatements are about failures and what resolves them.
type resolveStatements struct {
	message, unresolved   *writeconn.Stmt
	refusal, setRefusal   *writeconn.Stmt
	setForward, set       *writeconn.Stmt
	acknowledge, reopened *writeconn.Stmt
}

func (s *resolveStatements) texts() []statement {
	return []statement{
		{&s.message, `SELECT parent_id, provider, coalesce(message_id, '') FROM delivery WHERE id = ?`},
		{&s.unresolved, `SELECT id FROM delivery INDEXED BY delivery_unresolved WHERE message_id = ?1 AND ` + isUnresolved + ` AND provider = ?2`},
		{&s.refusal, `SELECT refusal_by FROM delivery WHERE id = ?`},
		{&s.setRefusal, `UPDATE delivery SET refusal_by = ?2 WHERE id = ?1 AND refusal_by = 0`},
		{&s.setForward, `UPDATE forward SET resolved_by = ?2 WHERE id = ?1`},
		{&s.set, `UPDATE delivery SET resolved_by = ?2, resolved_how = ?3, resolved_status = ?4, failed = ?5 WHERE id = ?1`},
		{&s.acknowledge, `UPDATE delivery SET acknowledged_at = ?2, failed = ?3 WHERE id = ?1`},
		{&s.reopened, `UPDATE delivery SET resolved_by = 0, resolved_how = '', resolved_status = 0, acknowledged_at = ?2,
			refusal_by = iif(?3, 0, refusal_by) WHERE id = ?1`},
	}
}

// isUnresolved is exactly the condition of delivery_unresolved.
const isUnresolved = `message_id IS NOT NULL AND resolved_by = 0 AND (failed = 1 OR acknowledged_at <> 0)`

// succeeded resolves the failures that a delivery deals with: it verified or was applied
// or, with accepted, an app has just accepted it.
func (t *tx) succeeded(by *webhook.Delivery, accepted *webhook.Forward) error {
	earlier, err := t.unresolvedBefore(by)
	if err != nil {
		return err
	}
	for _, id := range earlier {
		if err := t.resolve(id, by, accepted); err != nil {
			return err
		}
	}
	return nil
}

// unresolvedBefore returns the failures that a delivery may resolve: those of its message,
// and the deliveries that it resends with those of their messages.
func (t *tx) unresolvedBefore(by *webhook.Delivery) (ids []int64, err error) {
	parent, provider, messageID := by.ParentID, by.Provider, by.MessageID
	for range maxAncestors {
		if messageID != "" {
			err := t.resolution.unresolved.Each([]any{messageID, provider}, func(rows *writeconn.Row) error {
				var id int64
				err := rows.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		if parent == 0 {
			break
		}
		ids = append(ids, parent)
		err := t.resolution.message.Row(parent).Scan(&parent, &provider, &messageID)
		if errors.Is(err, sql.ErrNoRows) {
			ids = ids[:len(ids)-1] // retention deleted it
			break
		}
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id int64) bool { return id == by.ID }), nil
}

// resolve notes which part of a failure a success resolves. Once nothing is open, the failure
// is resolved.
func (t *tx) resolve(id int64, by *webhook.Delivery, accepted *webhook.Forward) error {
	var d webhook.Delivery
	if err := scanDelivery(t.delivery.Row(id), &d); err != nil {
		return err
	}
	if !d.HasFailed() || d.ResolvedBy != 0 {
		return nil
	}
	if d.Refused() && resolution.OfRefusal(d, *by, accepted != nil) {
		if err := run(t.resolution.setRefusal, d.ID, by.ID); err != nil {
			return err
		}
	}
	if accepted != nil {
		sent, err := t.newestOf(d.ID)
		if err != nil {
			return err
		}
		for _, f := range resolution.OfForwards(sent, *accepted) {
			if err := run(t.resolution.setForward, f.ID, by.ID); err != nil {
				return err
			}
		}
	}
	open, err := t.isOpen(&d)
	if open || err != nil {
		return err
	}
	status := by.Answer.Status
	if accepted != nil {
		status = accepted.Status
	}
	had := d.Failed()
	d.ResolvedBy = by.ID
	t.recountFailure(had, d.Failed())
	return run(t.resolution.set, d.ID, by.ID, string(resolution.How(d, *by)), status, d.Failed())
}

// isOpen reports whether a delivery failed in a way that nothing has resolved yet.
func (t *tx) isOpen(d *webhook.Delivery) (bool, error) {
	if d.Refused() {
		var by int64
		err := t.resolution.refusal.Row(d.ID).Scan(&by)
		if err != nil || by == 0 {
			return true, err
		}
	}
	if !d.AppFailed() {
		return false, nil
	}
	sent, err := t.newestOf(d.ID)
	return slices.ContainsFunc(sent, func(f webhook.Forward) bool { return f.Failed() && f.ResolvedBy == 0 }), err
}

// reopen makes a delivery a failure again after it failed once more: was is the delivery
// before that. An acknowledgement ends, because nobody has seen the new cause yet.
func (t *tx) reopen(was webhook.Delivery, d *webhook.Delivery) error {
	refused := d.Refused() && !was.Refused()
	if refused || d.AppFailed() && !was.AppFailed() || was.FirstCause() != d.FirstCause() {
		d.AcknowledgedAt = time.Time{}
	}
	if was.ResolvedBy == 0 && was.AcknowledgedAt.Equal(d.AcknowledgedAt) {
		return nil
	}
	d.ResolvedBy, d.ResolvedHow, d.ResolvedStatus = 0, "", 0
	return run(t.resolution.reopened, d.ID, nanos(d.AcknowledgedAt), refused)
}

// Acknowledge marks failures as needing no more attention, or with undo takes that back. It
// returns the deliveries that it changed: those that are not kept, did not fail or are
// resolved stay as they are. All are changed in one commit or none: pass a few hundred
// at a time.
func (s *Store) Acknowledge(ctx context.Context, undo bool, ids ...int64) (changed []int64, err error) {
	err = s.do(ctx, "acknowledge the failures", func(t *tx) error {
		changed = nil
		for _, id := range ids {
			ok, err := t.acknowledge(id, undo)
			if err != nil {
				return err
			}
			if ok {
				changed = append(changed, id)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

func (t *tx) acknowledge(id int64, undo bool) (changed bool, err error) {
	var d webhook.Delivery
	err = scanDelivery(t.delivery.Row(id), &d)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	had := d.Failed()
	if err != nil || !undo && !had || undo && d.AcknowledgedAt.IsZero() {
		return false, err
	}
	d.AcknowledgedAt = time.Time{}
	if !undo {
		d.AcknowledgedAt = t.now().UTC()
	}
	t.recountFailure(had, d.Failed())
	return true, run(t.resolution.acknowledge, d.ID, nanos(d.AcknowledgedAt), d.Failed())
}
