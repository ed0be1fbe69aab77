// Package mirror copies changes of the users to another database, the app's own PostgreSQL,
// in the order in which they were committed here.
//
// The changes wait in hooktop's database until the other one has committed them: applying
// one twice has the same result, and nothing is lost while it is away. Nobody who sends or
// receives waits for it. It never changes hooktop's users and never creates the app's table.
//
// The app writes its table, too: the changes of a user wait while a delivery about that user
// is on its way to the app (held.go). And the app may know whose a Stripe customer is
// (customers.go).
package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Source holds the changes to apply.
type Source interface {
	// MirrorChanges returns the changes after a Seq that are not applied yet, oldest first.
	MirrorChanges(ctx context.Context, after int64, most int) ([]webhook.RowChange, error)
	// MirrorApplied deletes changes, but keeps the refused ones among them, which are the
	// newest of their users.
	MirrorApplied(ctx context.Context, applied, refused []webhook.RowChange) error
	// MirrorRefused returns the refused ones after a Seq, oldest first.
	MirrorRefused(ctx context.Context, after int64, most int) ([]webhook.RowChange, error)
	// MirrorTaken deletes those the target accepted after it had refused them.
	MirrorTaken(ctx context.Context, seqs []int64) error
	// WaitingCustomers returns Stripe customers whose user is not known, in order, after one
	// of them or "".
	WaitingCustomers(ctx context.Context, after string, most int) ([]string, error)
	// LinkCustomer records which user a customer belongs to.
	LinkCustomer(ctx context.Context, customerID, userID string) error
}

// Mirror applies changes to a target.
type Mirror struct {
	Target Target
	Source Source
	// Tell is called whenever the state changes, and for each row the target refuses. It
	// must not block.
	Tell func(Status)
	// Held, if any, returns those of the users that the app is to write first.
	Held func(ctx context.Context, users []string) (map[string]bool, error)
	// Wait is the clock, nil for the system's. It returns early, with an error, if ctx ends.
	Wait func(ctx context.Context, d time.Duration) error

	conn *session // nil while it is not connected
	// lastReported is the target's state as Tell last heard it, nil for well.
	lastReported error
	// failures counts the failed rounds in a row.
	failures int
	retry    retryState
	lookup   customerLookup
}

// Status is the state of the mirror.
type Status struct {
	// Err is why nothing can be applied now, nil if it can. With Refused it is about one
	// row, and the other rows go on.
	Err     error
	Refused bool
	// Taken is the user whose refused change was accepted now, else "".
	Taken string
}

const (
	// batchSize is the most changes in one transaction.
	batchSize = 500
	// pollInterval is how often it looks for new changes.
	pollInterval = 250 * time.Millisecond
	// maxPause is the longest pause while the target is away. It starts at 250 ms and
	// doubles.
	maxPause = 15 * time.Second
	// roundTimeout bounds one round with a target that stops answering.
	roundTimeout = 30 * time.Second
)

// Run applies the waiting changes, and new ones, until ctx ends.
func (m *Mirror) Run(ctx context.Context) {
	if m.Wait == nil {
		m.Wait = wait
	}
	m.retry = retryState{pause: minRetryPause, reported: map[string]string{}}
	m.lookup = customerLookup{waited: lookupInterval, named: map[string]string{}}
	defer m.disconnect()
	for {
		n, err := m.round(ctx)
		if ctx.Err() != nil {
			return
		}
		pause := pollInterval
		if err != nil {
			m.disconnect()
			pause = min(pollInterval<<min(m.failures, 10), maxPause)
			m.failures++
		} else {
			m.failures = 0
		}
		m.report(err)
		if n == batchSize {
			continue
		}
		if m.Wait(ctx, pause) != nil {
			return
		}
		m.retry.waited += pause
		m.lookup.waited += pause
	}
}

// report calls Tell if the state changed.
func (m *Mirror) report(err error) {
	same := err == nil && m.lastReported == nil || err != nil && m.lastReported != nil && err.Error() == m.lastReported.Error()
	if !same {
		m.lastReported = err
		m.Tell(Status{Err: err})
	}
}

// round applies a batch, and returns how many changes were in it.
func (m *Mirror) round(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, roundTimeout)
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
		m.retry.restart()
	}
	if err := m.lookUpCustomers(ctx); err != nil {
		return 0, m.Target.explain(err)
	}
	ready, held, err := m.ready(ctx, 1)
	switch {
	case err != nil:
		return 0, err
	case len(ready) == 0 && !held && m.retry.due():
		return 0, m.Target.explain(m.retryRefused(ctx))
	case len(ready) == 0:
		return 0, nil
	}
	changes, refused, err := m.commit(ctx)
	if err != nil {
		return 0, m.Target.explain(err)
	}
	if len(changes) == 0 {
		return 0, nil
	}
	if err := m.Source.MirrorApplied(ctx, changes, refused.retryable()); err != nil {
		return 0, err
	}
	m.retry.pause = minRetryPause // a refused one may have waited for it
	for _, c := range changes {
		if _, stays := refused[c.UserID]; !stays {
			delete(m.retry.reported, c.UserID)
		}
	}
	m.reportRefused(refused)
	return len(changes), nil
}

// commit applies the oldest changes in one transaction. If a row is refused it tries again,
// with a savepoint for each row.
func (m *Mirror) commit(ctx context.Context) (changes []webhook.RowChange, refused refusals, err error) {
	for _, careful := range []bool{false, true} {
		changes, refused, err = m.transact(ctx, careful)
		var row *RefusedError
		if !errors.As(err, &row) {
			break
		}
	}
	return changes, refused, err
}

// lock is hooktop's own among the advisory locks of a database: "hooktop" as a number.
const lock = `SELECT pg_advisory_xact_lock(x'686f6f6b746f70'::bigint)`

// begin starts a transaction and locks out other hooktops: changes read before the other's
// were applied might be older than what is there by then.
func (m *Mirror) begin(ctx context.Context) error {
	return m.conn.run(ctx, `BEGIN; `+lock)
}

func (m *Mirror) transact(ctx context.Context, careful bool) (changes []webhook.RowChange, refused refusals, err error) {
	defer m.conn.rollback(ctx)
	if err := m.begin(ctx); err != nil {
		return nil, nil, err
	}
	changes, held, err := m.ready(ctx, batchSize)
	if err != nil {
		return nil, nil, sourceError{err}
	}
	if !careful {
		if err := applyAll(ctx, m.conn, changes); err != nil {
			return nil, nil, err
		}
		return changes, nil, m.conn.commit(ctx)
	}
	refused = refusals{}
	for _, c := range changes {
		c = refused.withOlder(c)
		if err := refused.record(c, applyOne(ctx, m.conn, c)); err != nil {
			return nil, nil, err
		}
	}
	if held { // a held change may free what a refused one needs, so that one waits, too
		changes, refused = refused.without(changes), nil
	}
	return changes, refused, m.conn.commit(ctx)
}

// disconnect closes the connection.
func (m *Mirror) disconnect() {
	if m.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = m.conn.close(ctx) // it is no longer needed
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
