package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// RecordForward stores what an app answered to a delivery, and notes it in the
// delivery's row. It sets f.ID. Where the delivery is no longer kept the error
// is ErrNotFound. About ctx see Capture.
func (s *Store) RecordForward(ctx context.Context, f *webhook.Forward) error {
	const doing = "record the forward"
	header, err := encodeHeader(f.Header)
	if err != nil {
		return s.fail(doing, err)
	}
	c := *f
	err = s.do(ctx, doing, func(t *tx) error {
		if err := t.answer(&c); err != nil {
			return err
		}
		r, err := t.addForward.ExecContext(context.Background(), c.DeliveryID, nanos(c.At), c.Target, c.Status, c.Error,
			int64(c.Duration), c.Truncated, header, blob(c.Body))
		if err != nil {
			return err
		}
		c.ID, err = r.LastInsertId()
		return err
	})
	if err == nil {
		f.ID = c.ID
	}
	return err
}

// answer notes the app's answer in the delivery's row.
func (t *tx) answer(f *webhook.Forward) error {
	var (
		d         webhook.Delivery
		hadFailed bool
	)
	err := t.delivery.QueryRowContext(context.Background(), f.DeliveryID).
		Scan(&d.Origin, &d.Verdict.Verified, &d.Answer.Status, &hadFailed)
	if errors.Is(err, sql.ErrNoRows) {
		return noDelivery(f.DeliveryID)
	}
	if err != nil {
		return err
	}
	d.AppStatus, d.AppError = f.Status, f.Error
	failed := d.Failed()
	switch {
	case failed && !hadFailed:
		t.failures++
	case hadFailed && !failed:
		t.failures--
	}
	return run(t.answered, f.DeliveryID, f.Status, f.Error, failed)
}

// readForwards gives the forwards of a delivery, oldest first.
func readForwards(ctx context.Context, tx *sql.Tx, id int64) ([]webhook.Forward, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, delivery_id, at, target, status, error, duration, truncated, header, body
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
		err := rows.Scan(&f.ID, &f.DeliveryID, &at, &f.Target, &f.Status, &f.Error, &duration, &f.Truncated, &header, &f.Body)
		if err != nil {
			return nil, err
		}
		f.At, f.Duration = fromNanos(at), time.Duration(duration)
		if f.Header, err = decodeHeader(header); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}
