package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Capture stores a delivery together with what its event does to the users, and returns once
// both are on disk. The event is applied only if the delivery has no Outcome yet and is
// vouched for; a rejected delivery stays rejected, whatever the event says.
//
// It sets ID, Attempt, Outcome, Reason, RelatedID, Note, UserID, Email, HeldBy, Duration,
// Change and, unless the app is to answer or hooktop pulled the delivery, Answer. On an error it sets nothing, and the
// sender must not be told that the delivery was accepted. If ctx ends while the delivery
// waits for its turn, it may still be committed; waiting for a locked database ends on its
// own. Do not change the delivery's body afterwards.
func (s *Store) Capture(ctx context.Context, d *webhook.Delivery, e webhook.Event) error {
	return s.storeDelivery(ctx, d, func(t *tx, d *webhook.Delivery, stored encoded) error {
		applied, err := t.decideOutcome(d, e)
		if err != nil {
			return err
		}
		if !d.AppAnswers && d.Origin != webhook.Pull { // whom hooktop asked waits for no answer
			d.Answer = webhook.AnswerTo(*d)
		}
		return t.insertDelivery(d, applied, stored)
	})
}

// Keep stores a delivery without applying or answering it, such as a resend to an app: its
// outcome stays as it is. It sets ID, Attempt and Duration. Otherwise it works like Capture.
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

// UpdateVerdict replaces the verdict of a rejected delivery with a better explanation. The
// answer stays as it was given. The error is ErrNotFound if the delivery is not rejected or
// no longer kept.
func (s *Store) UpdateVerdict(ctx context.Context, id int64, v webhook.Verdict) error {
	const doing = "update the verdict"
	text, err := encodeVerdict(v)
	if err != nil {
		return s.fail(doing, err)
	}
	return s.do(ctx, doing, func(t *tx) error {
		n, err := t.setCode.Change(id, string(v.Code))
		if err != nil {
			return err
		}
		if n == 0 {
			return noDelivery(id)
		}
		return t.setVerdict(id, text)
	})
}

// storeDelivery encodes the request in the caller's goroutine, since everybody waits for the
// writer. It works on a copy: the caller may be gone by then.
func (s *Store) storeDelivery(ctx context.Context, d *webhook.Delivery, settle func(*tx, *webhook.Delivery, encoded) error) error {
	const doing = "capture delivery"
	if err := s.refusal.of(d); err != nil {
		return s.fail(doing, err)
	}
	stored, err := encodeDelivery(d)
	if err != nil {
		return s.fail(doing, err)
	}
	given := *d
	if given.Bytes == 0 {
		given.Bytes = int64(len(given.Body))
	}
	var c webhook.Delivery
	err = s.do(ctx, doing, func(t *tx) error {
		c = given
		c.ID = t.next
		if err := settle(t, &c, stored); err != nil {
			return err
		}
		if err := t.insertPayload(&c, stored); err != nil {
			return err
		}
		t.captured = append(t.captured, listed(&c))
		return nil
	})
	if err == nil {
		*d = c
	}
	return err
}

// decideOutcome sets the outcome and changes the users accordingly. applied reports whether
// the message needs no further attempt.
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
		// nothing was done, for a reason that may be gone at the next attempt
	}
	return false, nil
}

// earlierAttempts returns the delivery that applied the message, 0 for none, and how many
// deliveries of it there were.
func (t *tx) earlierAttempts(d *webhook.Delivery) (by int64, attempts int, err error) {
	if d.MessageID == "" {
		return 0, 0, nil
	}
	var applied sql.NullInt64
	err = t.messageState.Row(d.Provider, d.MessageID).Scan(&attempts, &applied)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return applied.Int64, attempts, err
}

// insertDelivery writes the delivery's row and counts it.
func (t *tx) insertDelivery(d *webhook.Delivery, applied bool, stored encoded) error {
	if !d.At.IsZero() {
		d.Duration = max(0, t.now().Sub(d.At))
	}
	if d.MessageID != "" {
		var by any
		if applied {
			by = d.ID
		}
		if err := run(t.addAttempt, d.Provider, d.MessageID, by); err != nil {
			return err
		}
	}
	d.ResolvedBy, d.ResolvedHow, d.ResolvedStatus, d.AcknowledgedAt = 0, "", 0, time.Time{}
	failed, size := d.Failed(), stored.size(d)
	err := run(t.addDelivery, d.ID, nanos(d.At), d.Provider, string(d.Origin), d.ParentID, d.Bytes, nullIfEmpty(d.MessageID), d.Attempt,
		d.Verdict.Verified, string(d.Verdict.Code), d.Type, string(d.Outcome), d.Note, nullIfEmpty(d.UserID), d.Email, d.HeldBy,
		d.Answer.Status, int64(d.Duration), failed, string(d.Reason), d.RelatedID, d.Verdict.Unverified, nullIfEmpty(string(d.VouchedBy())), size)
	if err != nil {
		return err
	}
	t.countDelivery(d, failed, size)
	if d.Outcome == "" || d.VouchedBy() == "" || d.Attempt == 1 && d.ParentID == 0 {
		return nil // it resolves nothing
	}
	return t.succeeded(d, nil)
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

// noteVerified notes the time of the last delivery that came from a sender and verified.
func (t *tx) noteVerified(d *webhook.Delivery) {
	if d.Verdict.Verified && (d.Origin == webhook.Tunnel || d.Origin == webhook.Local || d.Origin == webhook.Relay) {
		t.lastVerified = max(t.lastVerified, nanos(d.At))
	}
}

// nullIfEmpty returns NULL for "": the indexes leave those rows out.
func nullIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// notNull returns an empty slice for nil.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
