package tunnel

import (
	"fmt"
	"time"
)

const (
	sleepTick = 2 * time.Second
	minSleep  = 10 * time.Second // a busy machine delays a tick by less
)

// watchSleep calls woke soon after the computer woke from sleep, with how long it
// slept, until done. Sleep stops the timers or fires them late; either way much more
// time has passed on the wall clock than between two ticks.
func watchSleep(now func() time.Time, ticks <-chan time.Time, done <-chan struct{}, woke func(slept time.Duration)) {
	if ticks == nil {
		ticker := time.NewTicker(sleepTick)
		defer ticker.Stop()
		ticks = ticker.C
	}
	last := now()
	for {
		select {
		case <-ticks:
		case <-done:
			return
		}
		at := now()
		if slept := at.Sub(last); slept >= minSleep {
			woke(slept)
		}
		last = at
	}
}

// woke checks the link at once instead of waiting for a heartbeat to fail, which
// takes up to half a minute. A tunnel that is waiting for its next attempt makes it
// now.
func (t *Tunnel) woke(slept time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.linked {
		select {
		case t.awake <- struct{}{}:
		default:
		}
		return
	}
	t.down(t.status.LastHeard)
	t.set(func(s *Status) {
		if s.State == Live {
			s.State, s.Attempt = Reconnecting, 1
		}
		s.Code, s.NextTry = "", time.Time{}
		s.Err = fmt.Sprintf("the computer slept for %s; checking whether the URL still leads here", slept.Round(time.Second))
		s.Fix = reconnectsFix
	})
	if t.config.Test == nil {
		t.session.cut(&Error{Title: fmt.Sprintf("the computer slept for %s", slept.Round(time.Second)), fix: reconnectsFix})
		return
	}
	t.test(true)
}
