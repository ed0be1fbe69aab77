package store

import (
	"context"
	"time"
)

// Instance is a hooktop that runs on the database, and where to reach it.
type Instance struct {
	// ID is the instance's own, made when it starts.
	ID string
	// URL is its local address, Token the secret it asks for there.
	URL, Token string
	PID        int
	StartedAt  time.Time
}

// SetInstance stores an instance's address for other processes, replacing the one with the
// same ID.
func (s *Store) SetInstance(ctx context.Context, i Instance) error {
	return s.do(ctx, "store hooktop's address", func(t *tx) error {
		return run(t.setInstance, i.ID, i.URL, i.Token, i.PID, nanos(i.StartedAt))
	})
}

// RemoveInstance deletes an address. It is not an error if there is none.
func (s *Store) RemoveInstance(ctx context.Context, id string) error {
	return s.do(ctx, "delete hooktop's address", func(t *tx) error {
		return run(t.dropInstance, id)
	})
}

// Instances returns the stored addresses, newest first. An instance that was killed could
// not delete its own: contact it before you rely on it.
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
