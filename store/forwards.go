package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// RecordForward stores what an app answered to deliveries, and updates their rows: all in
// one commit, or nothing. It sets the IDs. The error is ErrNotFound if a delivery is no
// longer kept. For ctx see Capture.
func (s *Store) RecordForward(ctx context.Context, fs ...*webhook.Forward) error {
	const doing = "record the forward"
	copies, headers := make([]webhook.Forward, len(fs)), make([]string, len(fs))
	for i, f := range fs {
		copies[i], headers[i] = *f, encodeHeader(f.Header)
	}
	err := s.do(ctx, doing, func(t *tx) error {
		for i := range copies {
			if err := t.forwarded(&copies[i], headers[i]); err != nil {
				return err
			}
			t.lastForward = copies[i].ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range copies {
		fs[i].ID = copies[i].ID
	}
	return nil
}

func (t *tx) forwarded(f *webhook.Forward, header string) error {
	f.Target = maskedTarget(f.Target) // that of an imported file may hold a password
	d, err := t.answer(f, forwardSize(f, header))
	if err != nil {
		return err
	}
	f.ID, err = t.addForward.Insert(f.DeliveryID, nanos(f.At), f.Target, f.Status, string(f.Failure), f.Error,
		int64(f.Duration), f.Truncated, header, notNull(f.Body))
	if err != nil || f.Failed() {
		return err
	}
	if d.HasFailed() {
		if err := t.resolve(d.ID, &d, f); err != nil {
			return err
		}
	}
	return t.succeeded(&d, f)
}

// maskedTarget returns a target without a password; what is no URL is left as it is.
func maskedTarget(target string) string {
	if !strings.Contains(target, "://") {
		return target
	}
	return webhook.WithoutPassword(target)
}

// answer updates the delivery's row: how the apps took it, including this forward, what its
// sender was told after it, and how many more bytes are stored.
func (t *tx) answer(f *webhook.Forward, size int64) (d webhook.Delivery, err error) {
	err = scanDelivery(t.delivery.Row(f.DeliveryID), &d)
	if errors.Is(err, sql.ErrNoRows) {
		return d, noDelivery(f.DeliveryID)
	}
	if err != nil {
		return d, err
	}
	was := d
	if f.Answered != nil {
		d.Answer = *f.Answered
		if err := t.setAnswer(f.DeliveryID, d.Answer.Body); err != nil {
			return d, err
		}
	}
	sent, err := t.newestOf(f.DeliveryID)
	if err != nil {
		return d, err
	}
	said, _ := webhook.DecidingForward(append(sent, *f))
	d.AppStatus, d.AppFailure, d.AppError = said.Status, said.Failure, said.Error
	if err := t.forwardedAgain(was, &d, f); err != nil {
		return d, err
	}
	t.recountFailure(was.Failed(), d.Failed())
	t.countBytes(size, d.Outcome == webhook.Rejected)
	return d, run(t.setStatuses, f.DeliveryID, d.Answer.Status, d.AppStatus, d.AppError, d.Failed(), string(d.AppFailure), size)
}

// forwardedAgain notes whether a forward is another failure of its delivery, or the end of
// the last one.
func (t *tx) forwardedAgain(was webhook.Delivery, d *webhook.Delivery, f *webhook.Forward) error {
	switch {
	case f.Failed():
		return t.reopen(was, d)
	case was.AppFailed() && !d.HasFailed():
		d.ResolvedBy, d.ResolvedHow, d.ResolvedStatus = d.ID, webhook.ByForward, f.Status
		return run(t.resolution.set, d.ID, d.ResolvedBy, string(d.ResolvedHow), d.ResolvedStatus, d.Failed())
	}
	return nil
}

// newestOf returns how the newest forward to each target of a delivery ended, oldest first.
func (t *tx) newestOf(deliveryID int64) (sent []webhook.Forward, err error) {
	err = t.newestForwards.Each([]any{deliveryID}, func(rows *writeconn.Row) error {
		var s webhook.Forward
		err := rows.Scan(&s.ID, &s.Target, &s.Status, &s.Failure, &s.Error, &s.ResolvedBy)
		sent = append(sent, s)
		return err
	})
	return sent, err
}

// readForwards returns the forwards of a delivery, oldest first.
func readForwards(ctx context.Context, tx *sql.Tx, id int64) ([]webhook.Forward, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, delivery_id, at, target, status, failure, error, duration, truncated, header, body, resolved_by
		FROM forward WHERE delivery_id = ? ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []webhook.Forward
	for rows.Next() {
		var (
			f            webhook.Forward
			at, duration int64
			header       string
		)
		err := rows.Scan(&f.ID, &f.DeliveryID, &at, &f.Target, &f.Status, &f.Failure, &f.Error, &duration, &f.Truncated, &header, &f.Body, &f.ResolvedBy)
		if err != nil {
			return nil, err
		}
		f.At, f.Duration = fromNanos(at), time.Duration(duration)
		f.Target = maskedTarget(f.Target) // an older hooktop stored tokens in a query
		if f.Header, err = decodeHeader(header); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}
