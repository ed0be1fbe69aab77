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
	// some is the number of refused changes in one transaction: the server writes
	// a line to its log for each that it refuses.
	some = 100
	// againFirst is the pause after which what was refused is tried again, as long
	// as changes are applied; else it doubles up to againMost.
	againFirst = 15 * time.Second
	againMost  = 5 * time.Minute
)

// refusals are the changes that the target did not take, by user: of each the
// newest.
type refusals map[string]refusal

type refusal struct {
	change webhook.RowChange
	err    *RefusedError
}

// inherit has a change bring along what an older one of its user would have
// changed.
func (r refusals) inherit(c webhook.RowChange) webhook.RowChange {
	if older, ok := r[c.UserID]; ok {
		c.Stripe = c.Stripe || older.change.Stripe || older.change.Row == nil
	}
	return c
}

// note keeps what came of a change in mind. The error is one that is about more
// than this change.
func (r refusals) note(c webhook.RowChange, err error) error {
	delete(r, c.UserID)
	var row *RefusedError
	if !errors.As(err, &row) {
		return err
	}
	r[c.UserID] = refusal{c, row}
	return nil
}

// kept are those that may be taken one day, oldest first.
func (r refusals) kept() (list []webhook.RowChange) {
	for _, one := range r.inOrder() {
		if !one.err.never() {
			list = append(list, one.change)
		}
	}
	return list
}

func (r refusals) inOrder() []refusal {
	return slices.SortedFunc(maps.Values(r), func(a, b refusal) int { return cmp.Compare(a.change.Seq, b.change.Seq) })
}

// again is when what was refused is tried again, and what was said of it.
type again struct {
	pause, waited time.Duration
	// after is how far this time has come, 0 for its begin; taken says that one
	// of them was.
	after int64
	taken bool
	// said are the words about each user whose change is refused.
	said map[string]string
}

// soon has all of them tried as soon as nothing else waits.
func (a *again) soon() { a.pause, a.waited, a.after = againFirst, againFirst, 0 }

func (a *again) due() bool { return a.after > 0 || a.waited >= a.pause }

// rest ends this time.
func (a *again) rest() {
	a.pause = min(2*a.pause, againMost)
	if a.taken {
		a.pause = againFirst
	}
	a.waited, a.after, a.taken = 0, 0, false
}

// tryAgain applies some of what was refused, in the order in which it was
// committed: one may wait for what an older one gives up.
func (m *Mirror) tryAgain(ctx context.Context) error {
	list, err := m.Source.MirrorRefused(ctx, m.again.after, some)
	if err != nil {
		return sourceError{err}
	}
	if len(list) == 0 {
		m.again.rest()
		return nil
	}
	list, refused, err := m.transactAgain(ctx)
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
	m.again.taken = m.again.taken || len(taken) > 0
	for _, c := range list {
		if _, stays := refused[c.UserID]; !stays {
			delete(m.again.said, c.UserID)
			m.Tell(Status{Taken: c.UserID})
		}
	}
	m.tellRefused(refused)
	if len(list) < some {
		m.again.rest()
		return nil
	}
	m.again.after = list[len(list)-1].Seq
	return nil
}

// transactAgain tries some of them. Where newer changes wait by now it tries
// none and gives nil: another hooktop may have applied those already.
func (m *Mirror) transactAgain(ctx context.Context) ([]webhook.RowChange, refusals, error) {
	tx, err := m.begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer rollback(ctx, tx)
	newer, err := m.Source.MirrorChanges(ctx, 1)
	if err != nil {
		return nil, nil, sourceError{err}
	}
	if len(newer) > 0 {
		return nil, nil, nil
	}
	list, err := m.Source.MirrorRefused(ctx, m.again.after, some)
	if err != nil {
		return nil, nil, sourceError{err}
	}
	refused := refusals{}
	for _, c := range list {
		if err := refused.note(c, applyOne(ctx, tx, c)); err != nil {
			return nil, nil, err
		}
	}
	return list, refused, tx.Commit(ctx)
}

// tellRefused tells what is refused, and not the same again.
func (m *Mirror) tellRefused(refused refusals) {
	for _, one := range refused.inOrder() {
		if text := one.err.Error(); m.again.said[one.err.UserID] != text {
			m.again.said[one.err.UserID] = text
			m.Tell(Status{Err: one.err, Refused: true})
		}
	}
}
