package relay

import (
	"context"
	"time"
)

const (
	clockTick = 3 * time.Second
	// late is how much later than planned a tick may come. A machine under load, or
	// a clock that is set, is later than that, too: then the connection is checked.
	late = 7 * time.Second
)

// watchClock notices that this computer slept: timers stand still meanwhile, the
// wall clock does not.
func (r *Relay) watchClock(ctx context.Context) {
	ticker := time.NewTicker(clockTick)
	defer ticker.Stop()
	last := r.now()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		now := r.now()
		if gap := now.Sub(last); gap > clockTick+late {
			select {
			case r.woke <- gap:
			default:
			}
		}
		last = now
	}
}
