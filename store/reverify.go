package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Reverify applies a delivery that was rejected at its receipt and whose
// Verdict, given anew, says that it is verified: as Capture would have, and in
// the same transaction the row says so. The answer and the attempt stay as they
// were.
//
// Set on return: Outcome, Note, UserID, Email, HeldBy, ReverifiedAt and Change.
// Where the delivery is no longer rejected, or no longer kept, the error is
// ErrNotFound: somebody was faster.
func (s *Store) Reverify(ctx context.Context, d *webhook.Delivery, e webhook.Event) error {
	const doing = "apply the delivery"
	verdict, err := encodeVerdict(d.Verdict)
	if err != nil {
		return s.fail(doing, err)
	}
	c := *d
	c.Outcome, c.Note, c.Change = "", "", nil
	err = s.do(ctx, doing, func(t *tx) error { return t.reverify(&c, e, verdict) })
	if err == nil {
		*d = c
	}
	return err
}

func (t *tx) reverify(d *webhook.Delivery, e webhook.Event, verdict string) error {
	var hadFailed bool
	err := t.rejectedOne.QueryRowContext(context.Background(), d.ID).Scan(&hadFailed)
	if errors.Is(err, sql.ErrNoRows) {
		return noDelivery(d.ID)
	}
	if err != nil {
		return err
	}
	attempt := d.Attempt
	applied, err := t.judge(d, e)
	if err != nil {
		return err
	}
	d.Attempt, d.ReverifiedAt = attempt, t.now().UTC()
	failed := d.Failed()
	err = run(t.setReverified, d.ID, d.Provider, optional(d.MessageID), d.Type, string(d.Outcome), d.Note, optional(d.UserID), d.Email, d.HeldBy,
		nanos(d.ReverifiedAt), failed)
	if err != nil {
		return err
	}
	if err := run(t.amendVerdict, d.ID, verdict); err != nil {
		return err
	}
	if applied && d.MessageID != "" {
		if err := run(t.setApplied, d.Provider, d.MessageID, d.ID); err != nil {
			return err
		}
	}
	t.recount(d, hadFailed, failed)
	return run(t.addJudged, d.ID, t.next-1)
}

// recount moves a delivery in the totals from the rejected to the others.
func (t *tx) recount(d *webhook.Delivery, hadFailed, failed bool) {
	t.rejected--
	t.refailed(hadFailed, failed)
	if d.Origin == webhook.Tunnel || d.Origin == webhook.Local {
		t.lastVerified = max(t.lastVerified, nanos(d.At))
	}
	if t.revived == 0 || d.ID < t.revived {
		t.revived = d.ID
	}
}

// Rejected lists ids of rejected deliveries above one, oldest first, at most
// 1000.
func (s *Store) Rejected(ctx context.Context, after int64, most int) ([]int64, error) {
	ids, err := column[int64](ctx, s.read, `SELECT id FROM delivery INDEXED BY delivery_rejected
		WHERE outcome = 'rejected' AND id > ? ORDER BY id LIMIT ?`, after, limit(most))
	if err != nil {
		return nil, s.fail("list the rejected deliveries", err)
	}
	return ids, nil
}
