package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Counts gives the totals. Recent counts what arrived, also what retention has
// let go since.
func (s *Store) Counts(ctx context.Context) (webhook.Counts, error) {
	c, err := s.counts(ctx)
	if err != nil {
		return webhook.Counts{}, s.fail("count", err)
	}
	return c, nil
}

func (s *Store) counts(ctx context.Context) (c webhook.Counts, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return c, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	var verified int64
	err = tx.QueryRowContext(ctx, `SELECT deliveries, failures, rejected, dropped, last_verified, (SELECT count(*) FROM "User"),
		(SELECT count(*) FROM user_state WHERE deleted_at IS NOT NULL), (SELECT coalesce(max(id), 0) FROM delivery) FROM tally`).
		Scan(&c.Deliveries, &c.Failures, &c.Rejected, &c.Dropped, &verified, &c.Users, &c.Deleted, &c.Newest)
	if err != nil {
		return c, err
	}
	c.LastVerified = fromNanos(verified)
	c.Recent, err = recentCounts(ctx, tx, c.Newest, s.now())
	return c, err
}

// recentCounts counts by the ids, which grow with time: the first in each eighth is
// found by halving, from the newest eighth back.
func recentCounts(ctx context.Context, tx *sql.Tx, newest int64, now time.Time) (n [8]int, err error) {
	next, err := tx.PrepareContext(ctx, `SELECT id, at FROM delivery WHERE id >= ? ORDER BY id LIMIT 1`)
	if err != nil {
		return n, err
	}
	defer func() { _ = next.Close() }() // it was only read from
	end, step := newest+1, int64(1)
	for i := len(n) - 1; i >= 0; i-- {
		from := now.Add(-time.Minute / time.Duration(len(n)) * time.Duration(len(n)-i))
		first, err := firstSince(ctx, next, from.UnixNano(), end, step)
		if err != nil {
			return n, err
		}
		n[i] = int(end - first)
		end, step = first, max(1, end-first) // the eighths are much alike
	}
	return n, nil
}

// firstSince gives the first id below end that was received at from or later, end
// where there is none. It looks back in growing steps, then halves.
func firstSince(ctx context.Context, next *sql.Stmt, from, end, step int64) (int64, error) {
	low, high := int64(1), end
	for low < high {
		probe := high - step
		if step == 0 || probe < low {
			probe = low + (high-low)/2
		}
		var id, at int64
		err := next.QueryRowContext(ctx, probe).Scan(&id, &at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, err
		}
		if err != nil || id >= end || at >= from {
			high = probe
			step *= 2
		} else {
			low = id + 1
			step = 0 // the rest is between the two
		}
	}
	return high, nil
}
