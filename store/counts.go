package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Counts returns the totals. Recent counts what arrived, including what retention has
// deleted since.
func (s *Store) Counts(ctx context.Context) (webhook.Counts, error) {
	c, err := s.counts(ctx)
	if err != nil {
		return webhook.Counts{}, s.fail("count the deliveries", err)
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
		(SELECT count(*) FROM user_state WHERE deleted_at IS NOT NULL), (SELECT coalesce(max(id), 0) FROM delivery), coalesce((SELECT held FROM limits), 0) FROM tally`).
		Scan(&c.Deliveries, &c.Failures, &c.Rejected, &c.Dropped, &verified, &c.Users, &c.Deleted, &c.Newest, &c.NotDeleting)
	if err != nil {
		return c, err
	}
	c.LastVerified = fromNanos(verified)
	c.Recent, err = recentCounts(ctx, tx, c.Newest, s.now())
	return c, err
}

// recentCounts counts by id, since ids grow with time: a binary search finds the first id in
// each eighth of the last minute, from the newest eighth back.
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
		end, step = first, max(1, end-first) // the eighths hold similar numbers
	}
	return n, nil
}

// firstSince returns the first id below end that arrived at from or later, end if there is
// none. It looks back in growing steps, then bisects.
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
			step = 0 // bisect what is between the two
		}
	}
	return high, nil
}
