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

// A rebuild replays events in the order in which they changed the users. Usually
// that is the order of arrival, but an event that waits, or is reverified, is applied
// later: "moment" is the newest delivery at that time. Retention must not lose this
// order when it deletes the oldest deliveries and keeps their events in the table
// snapshot.
//
// Example: #1 is a Stripe event of user_a, who is not known yet, so it waits. #2
// creates user_b, and #4 gives user_b another address. #5 is rejected. #6 and #7 arrive;
// now #5 is reverified and applied: moment 7. #8 creates user_a, which applies #1:
// moment 8. Then retention deletes #1 to #5, and the snapshot holds
//
//	key             delivery_id  moment  turn
//	user:user_b     4            4       0     replaces #2: only the newest counts
//	late:#1         1            8       0     it waited
//	late:#5         5            7       1     it was reverified
//
// Entries whose moment is not deleted yet have a key of their own, late:#ID, beside
// those they came after. The replay is #4, then #1, which waits again, then what is
// kept: #6, #7, then #5 in its moment, then #8, which applies #1. Once retention
// deletes #7, late:#5 becomes an ordinary entry such as user:…; so does late:#1 with #8.
const (
	isLate            = `key GLOB 'late:*'`
	wasReverifiedLate = isLate + ` AND turn > 0`
)

func lateKey(deliveryID int64) string { return "late:" + idText(deliveryID) }

// Rebuild replays all verified deliveries into a fresh database, in the order in which they
// were applied and in one transaction, and reports how the users there differ. Deleted
// deliveries are replayed from the snapshot. Signatures are not verified again: the stored
// verdict counts. Nothing is changed. The rows' own times, createdAt and updatedAt, are not
// compared.
//
// The store needs a Parse. Deliveries may arrive meanwhile: the result covers those that
// were stored at its start.
func (s *Store) Rebuild(ctx context.Context) (webhook.Rebuilt, error) {
	r, err := s.rebuild(ctx)
	if err != nil {
		return r, s.fail("replay the deliveries", err)
	}
	return r, nil
}

// ErrNoSnapshot means that deliveries were deleted without a snapshot, so the others cannot
// be replayed.
var ErrNoSnapshot = &NotFoundError{
	What: "snapshot of the deleted deliveries: an older hooktop deleted them without keeping one",
	fix:  "start with a new database (hooktop --db NEW) and resend the events from the sender's dashboard",
}

func (s *Store) rebuild(ctx context.Context) (r webhook.Rebuilt, err error) {
	if s.parse == nil {
		return r, errors.New("no parser for the bodies was configured")
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

// replayed is a delivery with its place in the order of application: it was applied while
// moment was the newest delivery, and turn orders those that were reverified in that moment.
type replayed struct {
	webhook.Delivery
	at, moment, turn int64
	// neverWaited means that the delivery did not wait for its address: it was refused
	// before hooktop let events wait (schema/00007_history.sql), or was older than a waiting
	// event that may have been deleted since.
	neverWaited bool
}

// replay applies an event to a fresh database as it was applied originally.
func (t *tx) replay(p replayed, e webhook.Event) error {
	d := p.Delivery
	at := d.At.Add(d.Duration)
	t.now = func() time.Time { return at }
	if t.next = p.moment; d.ID != p.moment {
		t.next++ // it was not the newest delivery
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

// replaySnapshot replays the snapshot, except the events that replayDeliveries takes. An
// event that was applied late because it waited is replayed after the others and at its
// arrival, so that it waits again.
func replaySnapshot(ctx context.Context, from *sql.Tx, t *tx) (n int64, err error) {
	rows, err := from.QueryContext(ctx, `SELECT delivery_id, at, provider, message_id,
		iif(`+isLate+`, delivery_id, moment) AS replayed_at, turn, event
		FROM snapshot WHERE NOT (`+wasReverifiedLate+`)
		ORDER BY `+isLate+`, replayed_at, turn, delivery_id`)
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
		if p.ID == last { // the newest under two keys
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

// replayMessages copies the messages that deleted deliveries applied and of which a retry is
// kept: the retry is still a duplicate.
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

// replayDeliveries replays the deliveries that are kept, and between them the deleted ones
// that were reverified late. A delivery that waits is replayed as it was read when it
// arrived, and one that was not handled then is left out: a newer hooktop may read more in
// the same body.
func (s *Store) replayDeliveries(ctx context.Context, from *sql.Tx, t *tx) (n int64, err error) {
	rows, err := from.QueryContext(ctx, `SELECT d.id, d.at, d.duration, d.provider, d.origin, coalesce(d.message_id, ''), d.type, p.body,
		coalesce(j.moment, d.id) AS moment, coalesce(j.turn, 0) AS turn, coalesce(w.event, ''), d.named_by_app,
		d.outcome = 'conflict' AND d.id NOT IN (SELECT delivery_id FROM parked) OR d.outcome = 'stale' AND (SELECT dropped > 0 FROM tally)
		FROM delivery AS d JOIN payload AS p ON p.delivery_id = d.id LEFT JOIN judged AS j ON j.delivery_id = d.id
		LEFT JOIN parked AS w ON w.delivery_id = d.id
		WHERE d.vouched_by IS NOT NULL AND d.outcome NOT IN ('', 'rejected', 'unhandled')
		UNION ALL SELECT delivery_id, at, 0, provider, '', message_id, '', x'', moment, turn, event, '', 0
		FROM snapshot WHERE `+wasReverifiedLate+`
		ORDER BY moment, turn`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var p replayed
		var duration int64
		var text, named string
		err := rows.Scan(&p.ID, &p.at, &duration, &p.Provider, &p.Origin, &p.MessageID, &p.Type, &p.Body, &p.moment, &p.turn, &text, &named, &p.neverWaited)
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
		if err := t.replay(p, withNamed(e, named)); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
