package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Rebuild replays all verified deliveries, in the order in which they were
// applied, into a fresh database in one transaction, and says in what the users
// are others there. What was let go is replayed from its snapshot. Signatures
// are not judged again: the verdict that is kept counts. Nothing is changed.
// The rows' own times, createdAt and updatedAt, are not compared.
//
// The store must have a Parse. Deliveries may come meanwhile: it is about those
// that were there at its start.
func (s *Store) Rebuild(ctx context.Context) (webhook.Rebuilt, error) {
	r, err := s.rebuild(ctx)
	if err != nil {
		return r, s.fail("replay the deliveries", err)
	}
	return r, nil
}

// ErrNoSnapshot says that deliveries were let go without one, so that there is
// nothing to replay the others upon.
var ErrNoSnapshot = &NotFoundError{
	What: "snapshot of the deliveries that were let go: they went before hooktop kept one",
	fix:  "replay a database of its own: hooktop --db NEW, and resend from the sender's dashboard",
}

func (s *Store) rebuild(ctx context.Context) (r webhook.Rebuilt, err error) {
	if s.parse == nil {
		return r, errors.New("nothing reads the bodies")
	}
	dir, err := os.MkdirTemp("", "hooktop-rebuild-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fresh, err := Open(ctx, Config{Path: filepath.Join(dir, "hooktop.db"), Now: s.now})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, fresh.Close()) }()
	from, err := s.read.BeginTx(ctx, nil) // one state of the database, from here to the comparison
	if err != nil {
		return r, err
	}
	defer func() { _ = from.Rollback() }() // nothing was written
	var unfolded bool
	if err := from.QueryRowContext(ctx, `SELECT unfolded FROM tally`).Scan(&unfolded); err != nil {
		return r, err
	}
	if unfolded {
		return r, ErrNoSnapshot
	}
	err = fresh.do(ctx, "replay", func(t *tx) error {
		var err error
		if r.Snapshot, err = replaySnapshot(ctx, from, t); err != nil {
			return err
		}
		if err := replayMessages(ctx, from, t); err != nil {
			return err
		}
		r.Deliveries, err = s.replayDeliveries(ctx, from, t)
		return err
	})
	if err != nil {
		return r, err
	}
	return r, s.compare(ctx, from, fresh, &r)
}

// replayed is a delivery with its place in the order of application: while moment
// was the newest delivery, and of those that were judged again then by turn.
type replayed struct {
	webhook.Delivery
	at, moment, turn int64
	// neverWaited says that it did not wait for its address: it was refused before
	// there were claims (schema/00007_history.sql), or was older than a claim
	// that may have been let go since.
	neverWaited bool
}

// replay applies an event to a fresh database as it was applied once.
func (t *tx) replay(p replayed, e webhook.Event) error {
	d := p.Delivery
	at := d.At.Add(d.Duration)
	t.now = func() time.Time { return at }
	if t.next = p.moment; d.ID != p.moment {
		t.next++ // it is not the newest
	}
	d.Outcome, d.HeldBy, d.Verdict.Verified, d.ReverifiedAt = "", "", true, time.Time{}
	applied, err := t.decideOutcome(&d, e)
	if err == nil {
		err = t.insertDelivery(&d, applied, encoded{})
	}
	if err == nil && p.neverWaited && e.Action == webhook.Upsert {
		err = t.removePending(p.ID)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", idText(p.ID), err)
	}
	return nil
}

func replaySnapshot(ctx context.Context, from *sql.Tx, t *tx) (n int64, err error) {
	// What was applied late waited from its receipt on, after all the others.
	rows, err := from.QueryContext(ctx, `SELECT delivery_id, at, provider, message_id,
		CASE WHEN key >= 'late:' AND key < 'late;' THEN delivery_id ELSE moment END, turn, event
		FROM snapshot WHERE NOT (key >= 'late:' AND key < 'late;' AND turn > 0)
		ORDER BY key >= 'late:' AND key < 'late;', 5, turn, delivery_id`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for last := int64(0); rows.Next(); {
		var p replayed
		var text string
		if err := rows.Scan(&p.ID, &p.at, &p.Provider, &p.MessageID, &p.moment, &p.turn, &text); err != nil {
			return n, err
		}
		if p.ID == last { // the newest of two things
			continue
		}
		last = p.ID
		p.At = fromNanos(p.at)
		e, err := decodeSnapshotEvent(text)
		if err != nil {
			return n, err
		}
		if err := t.replay(p, e); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// replayMessages has the fresh database know the messages that were applied
// by deliveries let go, where a retry of one was kept: it is a duplicate still.
func replayMessages(ctx context.Context, from *sql.Tx, t *tx) error {
	rows, err := from.QueryContext(ctx, `SELECT DISTINCT m.provider, m.id, m.delivery_id
		FROM delivery AS d JOIN message AS m ON m.provider = d.provider AND m.id = d.message_id
		WHERE m.delivery_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delivery AS a WHERE a.id = m.delivery_id)`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var provider, id string
		var by int64
		if err := rows.Scan(&provider, &id, &by); err != nil {
			return err
		}
		if err := run(t.setApplied, provider, id, by); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Store) replayDeliveries(ctx context.Context, from *sql.Tx, t *tx) (n int64, err error) {
	rows, err := from.QueryContext(ctx, `SELECT d.id, d.at, d.duration, d.provider, d.origin, coalesce(d.message_id, ''), d.type, p.body,
		coalesce(j.moment, d.id) AS moment, coalesce(j.turn, 0) AS turn, '',
		d.outcome = 'conflict' AND d.id NOT IN (SELECT delivery_id FROM parked) OR d.outcome = 'stale' AND (SELECT dropped > 0 FROM tally)
		FROM delivery AS d JOIN payload AS p ON p.delivery_id = d.id LEFT JOIN judged AS j ON j.delivery_id = d.id
		WHERE d.vouched_by IS NOT NULL AND d.outcome NOT IN ('', 'rejected')
		UNION ALL SELECT delivery_id, at, 0, provider, '', message_id, '', x'', moment, turn, event, 0
		FROM snapshot WHERE key >= 'late:' AND key < 'late;' AND turn > 0
		ORDER BY moment, turn`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var p replayed
		var duration int64
		var text string
		err := rows.Scan(&p.ID, &p.at, &duration, &p.Provider, &p.Origin, &p.MessageID, &p.Type, &p.Body, &p.moment, &p.turn, &text, &p.neverWaited)
		if err != nil {
			return n, err
		}
		p.At, p.Duration = fromNanos(p.at), time.Duration(duration)
		var e webhook.Event
		if text != "" {
			e, err = decodeSnapshotEvent(text)
		} else {
			e = s.parseEvent(p.Provider, p.Body, p.At)
		}
		if err != nil {
			return n, err
		}
		if err := t.replay(p, e); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
