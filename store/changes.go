package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Latest returns the highest ids so far, 0 for none: the point from which Since continues.
func (s *Store) Latest(ctx context.Context) (delivery, forward int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT
		coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0),
		coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'forward'), 0)`).Scan(&delivery, &forward)
	if err != nil {
		return 0, 0, s.fail("read the latest ids", err)
	}
	return delivery, forward, nil
}

// Since returns what came after a delivery and a forward, oldest first and at most 1000 of
// each. The deliveries are like those of Deliveries; the forwards have neither Header nor
// Body. While the caller keeps up, the deliveries come from memory, as they were committed.
// What another process writes may come a quarter of a second later.
func (s *Store) Since(ctx context.Context, delivery, forward int64, most int) ([]webhook.Delivery, []webhook.Forward, error) {
	const doing = "read new deliveries"
	if list, ok := s.feed.since(delivery, forward, pageLimit(most), s.now()); ok && !s.closed.Load() {
		return list, nil, ctx.Err()
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, s.fail(doing, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	deliveries, err := queryDeliveries(ctx, tx, `SELECT `+deliveryColumns+` FROM delivery WHERE id > ? ORDER BY id LIMIT ?`, []any{delivery, pageLimit(most)})
	if err != nil {
		return nil, nil, s.fail(doing, err)
	}
	forwards, err := forwardsSince(ctx, tx, forward, pageLimit(most))
	if err != nil {
		return nil, nil, s.fail(doing, err)
	}
	return deliveries, forwards, nil
}

func forwardsSince(ctx context.Context, tx *sql.Tx, id int64, most int) (list []webhook.Forward, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, delivery_id, at, target, status, failure, error, duration, truncated
		FROM forward WHERE id > ? ORDER BY id LIMIT ?`, id, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f webhook.Forward
		var at, took int64
		if err := rows.Scan(&f.ID, &f.DeliveryID, &at, &f.Target, &f.Status, &f.Failure, &f.Error, &took, &f.Truncated); err != nil {
			return nil, err
		}
		f.At, f.Duration = fromNanos(at), time.Duration(took)
		list = append(list, f)
	}
	return list, rows.Err()
}
