// Package mirror applies the changes of the users to another database, the
// app's own PostgreSQL, in the order in which they were committed here.
//
// The changes wait in hooktop's database until the other one has committed
// them: what is applied twice comes to the same, and nothing is lost while it is
// away. Nobody who sends or receives waits for it.
package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Source keeps the changes that are to be applied.
type Source interface {
	// MirrorChanges gives what is not applied yet, oldest first.
	MirrorChanges(ctx context.Context, most int) ([]webhook.RowChange, error)
	// MirrorApplied lets go those up to a Seq.
	MirrorApplied(ctx context.Context, seq int64) error
}

// Mirror is a target, and what is applied to it.
type Mirror struct {
	Target Target
	Source Source
	// Tell is told each time that the state changes, and of each row that the
	// target refuses. It must not block.
	Tell func(Status)
	// Wait is the clock, nil for the system's. It ends early, with an error,
	// where ctx does.
	Wait func(ctx context.Context, d time.Duration) error

	conn *pgx.Conn
	// told is what Tell was last told of the target, nil for well.
	told error
	// away counts what went wrong in a row.
	away int
}

// Status is how it goes.
type Status struct {
	// Err is why nothing can be applied now, nil where it can. With Refused it
	// is about one row, and the others go on.
	Err     error
	Refused bool
}

const (
	// batch is the number of changes in one transaction.
	batch = 500
	// look is how often it looks for new changes.
	look = 250 * time.Millisecond
	// retryMost is the longest pause while the target is away: from 250 ms on it
	// doubles.
	retryMost = 15 * time.Second
	// patience bounds one round with a target that no longer answers.
	patience = 30 * time.Second
)

// Run applies what there is and what comes, until ctx ends.
func (m *Mirror) Run(ctx context.Context) {
	if m.Wait == nil {
		m.Wait = wait
	}
	defer m.hangUp()
	for {
		n, err := m.round(ctx)
		if ctx.Err() != nil {
			return
		}
		pause := look
		if err != nil {
			m.hangUp()
			pause = min(look<<min(m.away, 10), retryMost)
			m.away++
		} else {
			m.away = 0
		}
		m.tell(err)
		if n == batch {
			continue
		}
		if m.Wait(ctx, pause) != nil {
			return
		}
	}
}

// tell says what changed: not each attempt, and not the same again.
func (m *Mirror) tell(err error) {
	same := err == nil && m.told == nil || err != nil && m.told != nil && err.Error() == m.told.Error()
	if !same {
		m.told = err
		m.Tell(Status{Err: err})
	}
}

// round applies a batch, and gives how many changes were in it.
func (m *Mirror) round(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if m.conn == nil {
		conn, err := m.Target.connect(ctx)
		if err != nil {
			return 0, err
		}
		m.conn = conn
		if err := m.Target.check(ctx, conn); err != nil {
			return 0, err
		}
	}
	waiting, err := m.Source.MirrorChanges(ctx, 1)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	changes, refused, err := m.commit(ctx)
	if err != nil {
		return 0, m.Target.trouble(err)
	}
	if len(changes) == 0 {
		return 0, nil
	}
	if err := m.Source.MirrorApplied(ctx, changes[len(changes)-1].Seq); err != nil {
		return 0, err
	}
	for _, err := range refused {
		m.Tell(Status{Err: err, Refused: true})
	}
	return len(changes), nil
}

// commit applies the oldest changes in one transaction. Where a row is refused
// it does so again, with each row in a savepoint of its own.
func (m *Mirror) commit(ctx context.Context) (changes []webhook.RowChange, refused []error, err error) {
	for _, careful := range []bool{false, true} {
		changes, refused, err = m.transact(ctx, careful)
		var row *RefusedError
		if !errors.As(err, &row) {
			break
		}
	}
	return changes, refused, err
}

func (m *Mirror) transact(ctx context.Context, careful bool) (changes []webhook.RowChange, refused []error, err error) {
	tx, err := m.conn.Begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	// One hooktop at a time: read before the other's were applied, the changes
	// here might be older than what is there by then.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockKey); err != nil {
		return nil, nil, err
	}
	if changes, err = m.Source.MirrorChanges(ctx, batch); err != nil {
		return nil, nil, sourceError{err}
	}
	if !careful {
		if err := applyAll(ctx, tx, changes); err != nil {
			return nil, nil, err
		}
		return changes, nil, tx.Commit(ctx)
	}
	for _, c := range changes {
		err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error { return applyAll(ctx, tx, []webhook.RowChange{c}) })
		var row *RefusedError
		switch {
		case errors.As(err, &row):
			refused = append(refused, row)
		case err != nil:
			return nil, nil, err
		}
	}
	return changes, refused, tx.Commit(ctx)
}

// hangUp lets the connection go.
func (m *Mirror) hangUp() {
	if m.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = m.conn.Close(ctx) // it is of no use any more
	m.conn = nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
