package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Reverify applies a delivery that was rejected when it arrived and whose new Verdict is
// verified. It works like Capture, and updates the row in the same transaction. The answer
// and the attempt stay as they were.
//
// It sets Outcome, Reason, RelatedID, Note, UserID, Email, HeldBy, ReverifiedAt, ResolvedBy
// and Change. The error is ErrNotFound if the delivery is no longer rejected, or no longer
// kept: somebody was faster.
func (s *Store) Reverify(ctx context.Context, d *webhook.Delivery, e webhook.Event) error {
	const doing = "apply the delivery"
	verdict, err := encodeVerdict(d.Verdict)
	if err != nil {
		return s.fail(doing, err)
	}
	given := *d
	given.Outcome, given.Reason, given.RelatedID, given.Note, given.Change = "", "", 0, "", nil
	var c webhook.Delivery
	err = s.do(ctx, doing, func(t *tx) error {
		c = given
		return t.reverify(&c, e, verdict)
	})
	if err == nil {
		*d = c
	}
	return err
}

func (t *tx) reverify(d *webhook.Delivery, e webhook.Event, verdict string) error {
	var hadFailed bool
	var size int64
	err := t.rejectedDelivery.Row(d.ID).Scan(&hadFailed, &size)
	if errors.Is(err, sql.ErrNoRows) {
		return noDelivery(d.ID)
	}
	if err != nil {
		return err
	}
	attempt := d.Attempt
	applied, err := t.decideOutcome(d, e)
	if err != nil {
		return err
	}
	d.Attempt = attempt
	t.markReverified(d)
	failed := d.Failed()
	if err := t.saveReverified(d, failed); err != nil {
		return err
	}
	if err := t.setVerdict(d.ID, verdict); err != nil {
		return err
	}
	if applied && d.MessageID != "" {
		if err := run(t.setApplied, d.Provider, d.MessageID, d.ID); err != nil {
			return err
		}
	}
	t.countReverified(d, hadFailed, failed, size)
	if err := run(t.addReverified, d.ID, t.next-1); err != nil {
		return err
	}
	return t.succeeded(d, nil)
}

// markReverified notes that a delivery verified after it arrived, and which delivery
// resolved its rejection: itself, unless another one applied its message.
func (t *tx) markReverified(d *webhook.Delivery) {
	d.ReverifiedAt = t.now().UTC()
	d.ResolvedBy, d.ResolvedHow, d.ResolvedStatus, d.AcknowledgedAt = 0, "", 0, time.Time{}
	switch d.Outcome {
	case webhook.Conflict, webhook.MissingEmail, webhook.Malformed: // it still fails
	case webhook.Duplicate:
		d.ResolvedBy = d.RelatedID
	default:
		d.ResolvedBy = d.ID
	}
}

func (t *tx) saveReverified(d *webhook.Delivery, failed bool) error {
	return run(t.setReverified, d.ID, d.Provider, nullIfEmpty(d.MessageID), d.Type, string(d.Outcome), d.Note, nullIfEmpty(d.UserID), d.Email, d.HeldBy,
		nanos(d.ReverifiedAt), failed, string(d.Reason), d.RelatedID, d.ResolvedBy)
}

// countReverified moves a delivery in the totals from the rejected to the others. size is
// what it took while it was rejected.
func (t *tx) countReverified(d *webhook.Delivery, hadFailed, failed bool, size int64) {
	t.rejected--
	t.rejectedBytes -= size
	t.recountFailure(hadFailed, failed)
	t.noteVerified(d)
	if t.lowestReverified == 0 || d.ID < t.lowestReverified {
		t.lowestReverified = d.ID
	}
}

// Rejected lists ids of rejected deliveries above one, oldest first, at most 1000.
func (s *Store) Rejected(ctx context.Context, after int64, most int) ([]int64, error) {
	ids, err := queryColumn[int64](ctx, s.read, `SELECT id FROM delivery INDEXED BY delivery_rejected
		WHERE outcome = 'rejected' AND id > ? ORDER BY id LIMIT ?`, after, pageLimit(most))
	if err != nil {
		return nil, s.fail("list the rejected deliveries", err)
	}
	return ids, nil
}
