package intake

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// goodLately is how long after a good delivery rejected ones still make way.
	goodLately = time.Second
	// maxRest is the longest that the lane rests after a rejected delivery was stored:
	// for as long as that took, which is about one commit.
	maxRest = 20 * time.Millisecond
	// laneWithin is how long a rejected delivery waits for its turn.
	laneWithin = 5 * time.Second
)

// lane lets rejected deliveries pass one after the other while good ones come in, so
// that a flood of them takes a small share of the writer's time. Otherwise it lets
// all pass at once.
type lane struct {
	good  atomic.Int64 // when a good one was last stored, in nanoseconds since 1970
	token chan struct{}
}

func (l *lane) busy() bool { return time.Now().UnixNano()-l.good.Load() < int64(goodLately) }

// wait reports whether the turn came in time.
func (l *lane) wait(ctx context.Context) bool {
	select {
	case l.token <- struct{}{}:
		return true
	default:
	}
	late := time.NewTimer(laneWithin)
	defer late.Stop()
	select {
	case l.token <- struct{}{}:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

// leave returns the function that ends a turn which began at that time.
func (l *lane) leave(began time.Time) func() {
	return func() {
		rest := min(time.Since(began), maxRest)
		time.AfterFunc(rest, func() { <-l.token })
	}
}
