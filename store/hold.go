package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

// The first start with limits that are lower than those before, or with the first of all,
// may find more than they allow. Then nothing is deleted until somebody confirms it.
// Meanwhile deliveries are received, as long as what comes in stays within the limits by
// itself.

// Unconfirmed says which limits nobody asked for at this start: they must not delete what
// earlier ones kept.
type Unconfirmed struct{ Count, Bytes bool }

// Held is what lower limits would delete once they are confirmed.
type Held struct {
	Accepted, Rejected           int64
	AcceptedBytes, RejectedBytes int64
	// From and To are when the oldest and the newest of them arrived.
	From, To time.Time
}

// Retention says what is kept, and by which limits.
type Retention struct {
	// Limits are those in force or, while they have to be confirmed, those wanted.
	Limits Limits
	Usage  Usage
	// Waiting is set while lower limits wait for a confirmation.
	Waiting bool
}

// minHeldBudget is the least that may come in while limits wait to be confirmed.
const minHeldBudget = 64 << 20

// defaultHeldBudget is what may come in if no limit counts bytes.
const defaultHeldBudget = 2 << 30

const savedLimitsQuery = `SELECT accepted, rejected, accepted_bytes, rejected_bytes, held, wanted_accepted, wanted_rejected,
	wanted_accepted_bytes, wanted_rejected_bytes, held_accepted_bytes, held_rejected_bytes FROM limits`

// savedLimits is the row of the table limits.
type savedLimits struct {
	Limits
	held   bool
	wanted Limits
	// from is what was there when the limits were first wanted.
	from struct{ accepted, rejected int64 }
}

func (s *savedLimits) scan(row interface{ Scan(...any) error }) error {
	l, w := &s.Limits, &s.wanted
	err := row.Scan(&l.Accepted, &l.Rejected, &l.AcceptedBytes, &l.RejectedBytes, &s.held,
		&w.Accepted, &w.Rejected, &w.AcceptedBytes, &w.RejectedBytes, &s.from.accepted, &s.from.rejected)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

func (s *savedLimits) args() []any {
	l, w := s.Limits, s.wanted
	return []any{l.Accepted, l.Rejected, l.AcceptedBytes, l.RejectedBytes, s.held, w.Accepted, w.Rejected, w.AcceptedBytes, w.RejectedBytes, s.from.accepted, s.from.rejected}
}

// startRetention decides which limits hold from the start.
func (w *writer) startRetention(wanted Limits, unconfirmed Unconfirmed) error {
	if wanted == (Limits{}) {
		return nil
	}
	w.trim.due = true
	w.trim.space.freed = true // an earlier start may have left some
	var had savedLimits
	if err := had.scan(w.stmts.retention.limits.Row()); err != nil {
		return err
	}
	u, err := w.usage()
	if err != nil {
		return err
	}
	now, inForce := had.start(wanted, unconfirmed, u)
	w.store.limits = inForce
	if now.held {
		w.store.refusal.hold(now, u)
	}
	if now == had {
		return nil
	}
	return w.transact(func(t *tx) error { return run(t.retention.setLimits, now.args()...) })
}

// start returns what to save at a start, and the limits that hold.
func (s savedLimits) start(wanted Limits, unconfirmed Unconfirmed, u Usage) (now savedLimits, inForce Limits) {
	count := unconfirmed.Count && (s.exceeds(wanted.Accepted, s.Accepted, u.Accepted) || s.exceeds(wanted.Rejected, s.Rejected, u.Rejected))
	bytes := unconfirmed.Bytes && (s.exceeds(wanted.AcceptedBytes, s.AcceptedBytes, bytesOfMany(u.Accepted, u.AcceptedBytes)) ||
		s.exceeds(wanted.RejectedBytes, s.RejectedBytes, bytesOfMany(u.Rejected, u.RejectedBytes)))
	if !count && !bytes {
		return savedLimits{Limits: wanted}, wanted
	}
	now = s
	now.wanted = wanted
	if !s.held {
		now.held = true
		now.from.accepted, now.from.rejected = u.AcceptedBytes, u.RejectedBytes
	}
	if !unconfirmed.Count {
		inForce.Accepted, inForce.Rejected = wanted.Accepted, wanted.Rejected
	}
	if !unconfirmed.Bytes {
		inForce.AcceptedBytes, inForce.RejectedBytes = wanted.AcceptedBytes, wanted.RejectedBytes
	}
	return now, inForce
}

// exceeds reports whether a limit is lower than the last one, and there is more.
func (savedLimits) exceeds(limit, last, have int64) bool {
	return limit > 0 && have > limit && limit < cmp.Or(last, math.MaxInt64)
}

// bytesOfMany returns the bytes, but 0 for a single delivery: the newest always stays.
func bytesOfMany(n, bytes int64) int64 {
	if n <= 1 {
		return 0
	}
	return bytes
}

// ConfirmLimits puts the limits of the configuration into force, which may delete what
// earlier ones kept.
func (s *Store) ConfirmLimits(ctx context.Context) error {
	const doing = "confirm the limits"
	now := savedLimits{Limits: s.wanted}
	err := s.do(ctx, doing, func(t *tx) error { return run(t.retention.setLimits, now.args()...) })
	if err != nil {
		return err
	}
	return s.do(ctx, doing, func(*tx) error { // what is committed may take effect
		s.limits = s.wanted
		s.refusal.release()
		s.w.trim.due = true
		return nil
	})
}

// Retention returns what is kept, and by which limits: those of the last start.
func (s *Store) Retention(ctx context.Context) (r Retention, err error) {
	err = s.inRead(ctx, func(tx *sql.Tx) error {
		r, err = retention(ctx, tx)
		return err
	})
	return r, err
}

// Held returns what lower limits would delete once they are confirmed, nothing if none wait
// for that. It looks at each delivery, which takes a second for a million.
func (s *Store) Held(ctx context.Context) (h Held, err error) {
	err = s.inRead(ctx, func(tx *sql.Tx) error {
		r, err := retention(ctx, tx)
		if err != nil || !r.Waiting {
			return err
		}
		return h.count(ctx, tx, r.Limits, r.Usage)
	})
	return h, err
}

// inRead reads one state of the database.
func (s *Store) inRead(ctx context.Context, read func(*sql.Tx) error) error {
	const doing = "look how much is kept"
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return s.fail(doing, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if err := read(tx); err != nil {
		return s.fail(doing, err)
	}
	return nil
}

func retention(ctx context.Context, tx *sql.Tx) (r Retention, err error) {
	var saved savedLimits
	if err := saved.scan(tx.QueryRowContext(ctx, savedLimitsQuery)); err != nil {
		return r, err
	}
	var deliveries, rejected, bytes, rejectedBytes int64
	err = tx.QueryRowContext(ctx, totalsQuery).Scan(&deliveries, &rejected, &bytes, &rejectedBytes)
	if err != nil {
		return r, err
	}
	r.Limits, r.Usage = saved.Limits, newUsage(deliveries, rejected, bytes, rejectedBytes)
	if r.Waiting = saved.held; r.Waiting {
		r.Limits = saved.wanted
	}
	return r, nil
}

// count looks at what would be deleted, in the order in which it would be.
func (h *Held) count(ctx context.Context, tx *sql.Tx, l Limits, u Usage) error {
	var none map[int64]bool
	_, err := h.add(ctx, tx, oldestRejected, l.over(u, rejectedClass), &h.Rejected, &h.RejectedBytes, u.Rejected-1, none)
	if err != nil {
		return err
	}
	need := l.over(u, acceptedClass)
	repeats := map[int64]bool{}
	need, err = h.add(ctx, tx, oldestRepeats, need, &h.Accepted, &h.AcceptedBytes, u.Accepted-1, repeats)
	if err != nil {
		return err
	}
	_, err = h.add(ctx, tx, oldestAccepted, need, &h.Accepted, &h.AcceptedBytes, u.Accepted-1, repeats)
	return err
}

// add counts what a query lists until that is enough, and returns what is missing. Those in
// taken were counted before; it adds to them.
func (h *Held) add(ctx context.Context, tx *sql.Tx, list string, need excess, n, bytes *int64, most int64, taken map[int64]bool) (excess, error) {
	if need.none() {
		return need, nil
	}
	rows, err := tx.QueryContext(ctx, list, 0, math.MaxInt64)
	if err != nil {
		return need, err
	}
	defer rows.Close()
	for !need.none() && *n < most && rows.Next() {
		var id, size, failed, at int64
		var wanted bool
		if err := rows.Scan(&id, &size, &failed, &wanted, &at); err != nil {
			return need, err
		}
		if !wanted || taken[id] {
			continue
		}
		if taken != nil {
			taken[id] = true
		}
		*n++
		*bytes += size + rowBytes
		need.deliveries--
		need.bytes -= size + rowBytes
		h.span(fromNanos(at))
	}
	return need, rows.Err()
}

func (h *Held) span(at time.Time) {
	if h.From.IsZero() || at.Before(h.From) {
		h.From = at
	}
	if at.After(h.To) {
		h.To = at
	}
}
