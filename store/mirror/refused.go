package mirror

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// retryBatch is the most refused changes in one transaction: the server logs a line for
	// each one it refuses.
	retryBatch = 100
	// minRetryPause is the pause before refused changes are tried again, as long as changes
	// are applied; else it doubles up to maxRetryPause.
	minRetryPause = 15 * time.Second
	maxRetryPause = 5 * time.Minute
)

// refusals are the changes the target refused, by user: of each the newest.
type refusals map[string]refusal

type refusal struct {
	change webhook.RowChange
	err    *RefusedError
}

// withOlder adds to a change the columns that an older refused one of its user would have
// changed.
func (r refusals) withOlder(c webhook.RowChange) webhook.RowChange {
	if older, ok := r[c.UserID]; ok {
		c.Stripe = c.Stripe || older.change.Stripe || older.change.Row == nil
	}
	return c
}

// record keeps the result of a change. It returns an error if that is about more than this
// change.
func (r refusals) record(c webhook.RowChange, err error) error {
	delete(r, c.UserID)
	var row *RefusedError
	if !errors.As(err, &row) {
		return err
	}
	r[c.UserID] = refusal{c, row}
	return nil
}

// retryable are those that may be accepted one day, oldest first.
func (r refusals) retryable() (list []webhook.RowChange) {
	for _, one := range r.inOrder() {
		if !one.err.permanent() {
			list = append(list, one.change)
		}
	}
	return list
}

// without returns the changes of users without a refused change.
func (r refusals) without(changes []webhook.RowChange) []webhook.RowChange {
	return slices.DeleteFunc(changes, func(c webhook.RowChange) bool {
		_, refused := r[c.UserID]
		return refused
	})
}

func (r refusals) inOrder() []refusal {
	return slices.SortedFunc(maps.Values(r), func(a, b refusal) int { return cmp.Compare(a.change.Seq, b.change.Seq) })
}

// retryState is when refused changes are tried again, and what was reported about them.
type retryState struct {
	pause, waited time.Duration
	// after is how far this round of retries has come, 0 before it starts; taken reports
	// whether it had a success.
	after int64
	taken bool
	// reported is the last message about each user whose change is refused.
	reported map[string]string
}

// restart makes all of them due as soon as nothing else waits.
func (a *retryState) restart() { a.pause, a.waited, a.after = minRetryPause, minRetryPause, 0 }

func (a *retryState) due() bool { return a.after > 0 || a.waited >= a.pause }

// finish ends this round of retries.
func (a *retryState) finish() {
	a.pause = min(2*a.pause, maxRetryPause)
	if a.taken {
		a.pause = minRetryPause
	}
	a.waited, a.after, a.taken = 0, 0, false
}

// retryRefused applies some refused changes, in the order in which they were committed: one
// may wait for a value an older one frees.
func (m *Mirror) retryRefused(ctx context.Context) error {
	list, err := m.Source.MirrorRefused(ctx, m.retry.after, retryBatch)
	if err != nil {
		return sourceError{err}
	}
	if len(list) == 0 {
		m.retry.finish()
		return nil
	}
	list, refused, err := m.retryTransaction(ctx)
	if err != nil || refused == nil {
		return err
	}
	var taken []int64
	for _, c := range list {
		if _, stays := refused[c.UserID]; !stays {
			taken = append(taken, c.Seq)
		}
	}
	if len(taken) > 0 {
		if err := m.Source.MirrorTaken(ctx, taken); err != nil {
			return sourceError{err}
		}
	}
	m.retry.taken = m.retry.taken || len(taken) > 0
	for _, c := range list {
		if _, stays := refused[c.UserID]; !stays {
			delete(m.retry.reported, c.UserID)
			m.Tell(Status{Taken: c.UserID})
		}
	}
	m.reportRefused(refused)
	if len(list) < retryBatch {
		m.retry.finish()
		return nil
	}
	m.retry.after = list[len(list)-1].Seq
	return nil
}

// retryTransaction retries some of them. If newer changes wait by now it tries none and
// returns nil: another hooktop may have applied those already.
func (m *Mirror) retryTransaction(ctx context.Context) ([]webhook.RowChange, refusals, error) {
	defer m.conn.rollback(ctx)
	if err := m.begin(ctx); err != nil {
		return nil, nil, err
	}
	newer, err := m.Source.MirrorChanges(ctx, 0, 1)
	if err != nil {
		return nil, nil, sourceError{err}
	}
	if len(newer) > 0 {
		return nil, nil, nil
	}
	list, err := m.Source.MirrorRefused(ctx, m.retry.after, retryBatch)
	if err != nil {
		return nil, nil, sourceError{err}
	}
	refused := refusals{}
	for _, c := range list {
		if err := refused.record(c, applyOne(ctx, m.conn, c)); err != nil {
			return nil, nil, err
		}
	}
	return list, refused, m.conn.commit(ctx)
}

// reportRefused reports what is refused, unless it reported the same before.
func (m *Mirror) reportRefused(refused refusals) {
	for _, one := range refused.inOrder() {
		if text := one.err.Error(); m.retry.reported[one.err.UserID] != text {
			m.retry.reported[one.err.UserID] = text
			m.Tell(Status{Err: one.err, Refused: true})
		}
	}
}
