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
	// atOnce is how many rejected deliveries are stored at a time while no good ones come
	// in: the next good one waits for these.
	atOnce = 8
	// laneWithin is how long a rejected delivery waits for its turn.
	laneWithin = 5 * time.Second
)

// lane lets rejected deliveries pass one after the other while good ones come in, so
// that a flood of them takes a small share of the writer's time. Otherwise it lets
// some pass at once.
type lane struct {
	good  atomic.Int64 // when a good one was last stored, in nanoseconds since 1970
	token chan struct{}
	wide  chan struct{} // has room for those that pass while no good ones come in
}

func (l *lane) busy() bool { return time.Now().UnixNano()-l.good.Load() < int64(goodLately) }

// enter waits for a turn, and reports false if that took too long.
func (l *lane) enter(ctx context.Context) (leave func(), ok bool) {
	if !l.busy() && wait(context.WithoutCancel(ctx), l.wide) {
		if !l.busy() {
			return func() { <-l.wide }, true
		}
		<-l.wide
	}
	if !wait(ctx, l.token) {
		return nil, false
	}
	return l.leave(time.Now()), true
}

// wait takes a place in a channel, and reports whether there was one in time.
func wait(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return true
	default:
	}
	late := time.NewTimer(laneWithin)
	defer late.Stop()
	select {
	case places <- struct{}{}:
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
