package store

import (
	"errors"
	"math"
	"sync/atomic"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

var (
	errHeld    = errors.New("the space for new deliveries is used up, and nothing is deleted before it is confirmed")
	errLogFull = errors.New("another program keeps the log of the database from being emptied")
)

// retryAfter is when a refused sender may try again.
const retryAfter = time.Minute

// RetryAfter returns when a delivery that could not be stored may be sent again; 0 if
// nobody can tell.
func (e *Error) RetryAfter() time.Duration {
	if e.Kind == OverLimit || e.Kind == LogFull {
		return retryAfter
	}
	return 0
}

// refusal says which deliveries are refused because the disk must not fill up. The writer's
// goroutine sets it.
type refusal struct {
	accepted, rejected, log, rejectedLog atomic.Bool
	// mostAccepted and mostRejected are the bytes at which new ones are refused, 0 for never.
	mostAccepted, mostRejected int64
}

// hold bounds what comes in while limits wait to be confirmed: as much as they allow in
// all. Junk has a tenth of it.
func (r *refusal) hold(s savedLimits, u Usage) {
	budget := func(limit, least, otherwise int64) int64 {
		if limit == 0 {
			return otherwise
		}
		return max(limit, least)
	}
	r.mostAccepted = s.from.accepted + budget(s.wanted.AcceptedBytes, minHeldBudget, defaultHeldBudget)
	r.mostRejected = s.from.rejected + budget(s.wanted.RejectedBytes, minHeldBudget/10, defaultHeldBudget/10)
	r.noteUsage(u)
}

func (r *refusal) release() {
	r.mostAccepted, r.mostRejected = 0, 0
	r.accepted.Store(false)
	r.rejected.Store(false)
}

func (r *refusal) noteUsage(u Usage) {
	limit := func(most int64) int64 {
		if most == 0 {
			return math.MaxInt64
		}
		return most
	}
	r.accepted.Store(u.AcceptedBytes >= limit(r.mostAccepted))
	r.rejected.Store(u.RejectedBytes >= limit(r.mostRejected))
}

// of returns why a delivery is refused, nil if it is not.
func (r *refusal) of(d *webhook.Delivery) error {
	rejected := d.Outcome == webhook.Rejected || d.Verdict.State() == webhook.VerdictRejected
	switch {
	case r.log.Load(), rejected && r.rejectedLog.Load():
		return &Error{Kind: LogFull, Err: errLogFull}
	case rejected && r.rejected.Load(), !rejected && r.accepted.Load():
		return &Error{Kind: OverLimit, Err: errHeld}
	}
	return nil
}
