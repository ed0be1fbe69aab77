package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Capture stores a delivery together with what its event does to the users, and
// returns when both are on the disk. A delivery without an Outcome that is
// vouched for is applied, and no other; a rejected one is kept as rejected,
// whatever the event says.
//
// Set on return: ID, Attempt, Outcome, Reason, RelatedID, Note, UserID, Email, HeldBy, Duration,
// Change and, unless the app is to answer, Answer. With an error none is set,
// and the sender must not be told that the delivery was taken. Where ctx ends
// while the delivery waits for its turn it may be committed all the same; a
// database that stays locked gives up by itself. The delivery's body must not be
// altered afterwards.
func (s *Store) Capture(ctx context.Context, d *webhook.Delivery, e webhook.Event) error {
	return s.storeDelivery(ctx, d, func(t *tx, d *webhook.Delivery, stored encoded) error {
		applied, err := t.decideOutcome(d, e)
		if err != nil {
			return err
		}
		if !d.AppAnswers {
			d.Answer = webhook.AnswerTo(*d)
		}
		return t.insertDelivery(d, applied, stored)
	})
}

// Keep stores a delivery that is neither applied nor answered, such as a resend
// to an app: its outcome stays as it is. Set on return: ID, Attempt and
// Duration. Otherwise it is as Capture.
func (s *Store) Keep(ctx context.Context, d *webhook.Delivery) error {
	return s.storeDelivery(ctx, d, func(t *tx, d *webhook.Delivery, stored encoded) error {
		_, attempts, err := t.earlierAttempts(d)
		if err != nil {
			return err
		}
		d.Attempt = attempts + 1
		return t.insertDelivery(d, false, stored)
	})
}

// UpdateVerdict puts a better explanation in the place of a rejected delivery's
// verdict. The answer stays as it was given. Where the delivery is not rejected
// or no longer kept the error is ErrNotFound.
func (s *Store) UpdateVerdict(ctx context.Context, id int64, v webhook.Verdict) error {
	const doing = "amend the verdict"
	text, err := encodeVerdict(v)
	if err != nil {
		return s.fail(doing, err)
	}
	return s.do(ctx, doing, func(t *tx) error {
		r, err := t.setCode.ExecContext(context.Background(), id, string(v.Code))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, noDelivery(id))
		}
		return t.setVerdict(id, text)
	})
}

// storeDelivery encodes the request here, in the caller's goroutine, for the writer's
// time is everybody's. It works on a copy: the caller may be gone by then.
func (s *Store) storeDelivery(ctx context.Context, d *webhook.Delivery, settle func(*tx, *webhook.Delivery, encoded) error) error {
	const doing = "capture delivery"
	stored, err := encodeDelivery(d)
	if err != nil {
		return s.fail(doing, err)
	}
	c := *d
	if c.Bytes == 0 {
		c.Bytes = int64(len(c.Body))
	}
	err = s.do(ctx, doing, func(t *tx) error {
		c.ID = t.next
		if err := settle(t, &c, stored); err != nil {
			return err
		}
		return t.insertPayload(&c, stored)
	})
	if err == nil {
		*d = c
	}
	return err
}

// decideOutcome settles the outcome and does to the users what it says. applied tells
// that the message is dealt with for good.
func (t *tx) decideOutcome(d *webhook.Delivery, e webhook.Event) (applied bool, err error) {
	by, attempts, err := t.earlierAttempts(d)
	if err != nil {
		return false, err
	}
	d.Attempt = attempts + 1
	if d.Verdict.State() == webhook.VerdictRejected {
		d.Outcome = webhook.Rejected
		return false, nil
	}
	if d.Outcome != "" {
		return false, nil
	}
	if d.Type == "" {
		d.Type = e.Type
	}
	if d.VouchedBy() == "" {
		d.Outcome = webhook.Unhandled
		d.Because(webhook.NotVouched, 0, "")
		return false, nil
	}
	d.UserID, d.Email = e.UserID, e.Email
	if by != 0 && by != d.ID {
		d.Outcome = webhook.Duplicate
		d.Because(webhook.DuplicateOf, by, "")
		return false, nil
	}
	if err := t.apply(d, e); err != nil {
		return false, err
	}
	switch d.Outcome {
	case webhook.Created, webhook.Updated, webhook.Unchanged, webhook.Deleted, webhook.Synced:
		return true, nil
	case webhook.Stale, webhook.Duplicate, webhook.Unhandled, webhook.MissingEmail, webhook.Malformed,
		webhook.Conflict, webhook.Unlinked, webhook.Rejected:
		// nothing was done, for a cause that may be gone at the next attempt
	}
	return false, nil
}

// earlierAttempts gives the delivery that applied the message, 0 for none, and how many
// deliveries of it there were.
func (t *tx) earlierAttempts(d *webhook.Delivery) (by int64, attempts int, err error) {
	if d.MessageID == "" {
		return 0, 0, nil
	}
	var applied sql.NullInt64
	err = t.messageState.QueryRowContext(context.Background(), d.Provider, d.MessageID).Scan(&attempts, &applied)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return applied.Int64, attempts, err
}

// insertDelivery writes the delivery's row and all that counts it.
func (t *tx) insertDelivery(d *webhook.Delivery, applied bool, stored encoded) error {
	if !d.At.IsZero() {
		d.Duration = max(0, t.now().Sub(d.At))
	}
	if d.MessageID != "" {
		by := sql.NullInt64{Int64: d.ID, Valid: applied}
		if err := run(t.addAttempt, d.Provider, d.MessageID, by); err != nil {
			return err
		}
	}
	failed, size := d.Failed(), stored.size(d)
	err := run(t.addDelivery, d.ID, nanos(d.At), d.Provider, string(d.Origin), d.ParentID, d.Bytes, nullIfEmpty(d.MessageID), d.Attempt,
		d.Verdict.Verified, string(d.Verdict.Code), d.Type, string(d.Outcome), d.Note, nullIfEmpty(d.UserID), d.Email, d.HeldBy,
		d.Answer.Status, int64(d.Duration), failed, string(d.Reason), d.RelatedID, d.Verdict.Unverified, nullIfEmpty(string(d.VouchedBy())), size)
	if err != nil {
		return err
	}
	t.countDelivery(d, failed, size)
	return nil
}

// insertPayload writes what is kept beside the row.
func (t *tx) insertPayload(d *webhook.Delivery, stored encoded) error {
	return run(t.addPayload, d.ID, d.Method, d.URL, d.Host, d.RemoteAddr, stored.header, stored.verdict, notNull(d.Answer.Body), notNull(d.Body))
}

func (t *tx) countDelivery(d *webhook.Delivery, failed bool, size int64) {
	t.next++
	t.deliveries++
	t.countBytes(size, d.Outcome == webhook.Rejected)
	if d.Outcome == webhook.Rejected {
		t.rejected++
	}
	if failed {
		t.failures++
	}
	t.noteVerified(d)
}

// noteVerified notes when a sender was last heard of whose signature holds.
func (t *tx) noteVerified(d *webhook.Delivery) {
	if d.Verdict.Verified && (d.Origin == webhook.Tunnel || d.Origin == webhook.Local || d.Origin == webhook.Relay) {
		t.lastVerified = max(t.lastVerified, nanos(d.At))
	}
}

// nullIfEmpty is NULL for "": the indexes leave those rows out.
func nullIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// notNull is never NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
