package store

import (
	"context"
	"time"
)

// Instance is a hooktop that runs on the database, and where to reach it.
type Instance struct {
	// ID is the instance's own, made at its start.
	ID string
	// URL is its local address, Token what it asks for there.
	URL, Token string
	PID        int
	StartedAt  time.Time
}

// SetInstance leaves an instance's address for other processes, in place of the
// one with the same ID.
func (s *Store) SetInstance(ctx context.Context, i Instance) error {
	return s.do(ctx, "leave the address", func(t *tx) error {
		return run(t.setInstance, i.ID, i.URL, i.Token, i.PID, nanos(i.StartedAt))
	})
}

// RemoveInstance takes an address back. One that is not there is no error.
func (s *Store) RemoveInstance(ctx context.Context, id string) error {
	return s.do(ctx, "take the address back", func(t *tx) error {
		return run(t.dropInstance, id)
	})
}

// Instances gives the addresses that were left, newest first. One that was
// killed could not take its own back: ask before you rely on it.
func (s *Store) Instances(ctx context.Context) ([]Instance, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, url, token, pid, started_at FROM instance ORDER BY started_at DESC, id DESC`)
	if err != nil {
		return nil, s.fail("look for a running hooktop", err)
	}
	defer rows.Close()
	var list []Instance
	for rows.Next() {
		var (
			i  Instance
			at int64
		)
		if err := rows.Scan(&i.ID, &i.URL, &i.Token, &i.PID, &at); err != nil {
			return nil, s.fail("look for a running hooktop", err)
		}
		i.StartedAt = fromNanos(at)
		list = append(list, i)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail("look for a running hooktop", err)
	}
	return list, nil
}
