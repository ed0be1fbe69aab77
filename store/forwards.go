package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// RecordForward stores what an app answered to deliveries, and updates their rows: all in
// one commit, or nothing. It sets the IDs. The error is ErrNotFound if a delivery is no
// longer kept. For ctx see Capture.
func (s *Store) RecordForward(ctx context.Context, fs ...*webhook.Forward) error {
	const doing = "record the forward"
	copies, headers := make([]webhook.Forward, len(fs)), make([]string, len(fs))
	for i, f := range fs {
		header, err := encodeHeader(f.Header)
		if err != nil {
			return s.fail(doing, err)
		}
		copies[i], headers[i] = *f, header
	}
	err := s.do(ctx, doing, func(t *tx) error {
		for i := range copies {
			if err := t.forwarded(&copies[i], headers[i]); err != nil {
				return err
			}
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
	if err := t.answer(f, forwardSize(f, header)); err != nil {
		return err
	}
	r, err := t.addForward.ExecContext(context.Background(), f.DeliveryID, nanos(f.At), f.Target, f.Status, string(f.Failure), f.Error,
		int64(f.Duration), f.Truncated, header, notNull(f.Body))
	if err != nil {
		return err
	}
	f.ID, err = r.LastInsertId()
	return err
}

// answer updates the delivery's row: how the apps took it, including this forward, what its
// sender was told after it, and how many more bytes are stored.
func (t *tx) answer(f *webhook.Forward, size int64) error {
	var d webhook.Delivery
	err := scanDelivery(t.delivery.QueryRowContext(context.Background(), f.DeliveryID), &d)
	if errors.Is(err, sql.ErrNoRows) {
		return noDelivery(f.DeliveryID)
	}
	if err != nil {
		return err
	}
	had := d.Failed()
	if f.Answered != nil {
		d.Answer = *f.Answered
		if err := t.setAnswer(f.DeliveryID, d.Answer.Body); err != nil {
			return err
		}
	}
	sent, err := t.sentBefore(f)
	if err != nil {
		return err
	}
	said, _ := webhook.DecidingForward(append(sent, *f))
	d.AppStatus, d.AppFailure, d.AppError = said.Status, said.Failure, said.Error
	t.recountFailure(had, d.Failed())
	t.countBytes(size, d.Outcome == webhook.Rejected)
	return run(t.setStatuses, f.DeliveryID, d.Answer.Status, d.AppStatus, d.AppError, d.Failed(), string(d.AppFailure), size)
}

// sentBefore returns how the newest forward to each target of a delivery ended, oldest
// first, before this one is added.
func (t *tx) sentBefore(f *webhook.Forward) (sent []webhook.Forward, err error) {
	err = eachRow(t.newestForwards, []any{f.DeliveryID}, func(rows *sql.Rows) error {
		var s webhook.Forward
		err := rows.Scan(&s.ID, &s.Target, &s.Status, &s.Failure, &s.Error)
		sent = append(sent, s)
		return err
	})
	return sent, err
}

// readForwards returns the forwards of a delivery, oldest first.
func readForwards(ctx context.Context, tx *sql.Tx, id int64) ([]webhook.Forward, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, delivery_id, at, target, status, failure, error, duration, truncated, header, body
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
		err := rows.Scan(&f.ID, &f.DeliveryID, &at, &f.Target, &f.Status, &f.Failure, &f.Error, &duration, &f.Truncated, &header, &f.Body)
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
