package tunnel

import (
	"context"
	"sync"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
)

// OwnConfig holds what an Own depends on. URL and Test are required.
type OwnConfig struct {
	URL  string // without a path
	Test Test
	Now  func() time.Time // the wall clock; nil means time.Now

	ticks <-chan time.Time
}

// Own tests a public URL that somebody else's tunnel serves: the user's own. It
// knows nothing of that tunnel, so its state stays Off, and only Proof, Err and Fix
// say how the URL stands.
type Own struct {
	config OwnConfig

	changed chan struct{}
	ctx     context.Context //nolint:containedctx // the life of the tests
	running sync.WaitGroup

	mu      sync.Mutex
	status  Status
	endTest func()
}

// OwnURL starts to test a URL, until ctx ends: now, and after the computer slept. If
// something else answers there, it tests again, less and less often.
func OwnURL(ctx context.Context, c OwnConfig) *Own {
	if c.Now == nil {
		c.Now = time.Now
	}
	o := &Own{
		config:  c,
		changed: make(chan struct{}, 1),
		ctx:     ctx,
		endTest: func() {},
		status:  Status{State: Off, URL: c.URL, Since: c.Now()},
	}
	o.test()
	o.running.Go(func() { watchSleep(o.now, c.ticks, ctx.Done(), func(time.Duration) { o.test() }) })
	return o
}

// Wait returns once nothing is tested any more, after ctx ended.
func (o *Own) Wait() { o.running.Wait() }

// Status returns a snapshot. Changed signals when to take the next one.
func (o *Own) Status() Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.status
}

// Changed returns a channel with capacity 1 that signals changes of Status.
func (o *Own) Changed() <-chan struct{} { return o.changed }

// Arrived takes note that a delivery came in for a public host. If it is the URL's,
// that proves the URL.
func (o *Own) Arrived(host string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if isHostOf(o.config.URL, host) {
		o.endTest()
		o.found(ProofPassed, selftest.Result{}, 0)
	}
}

func (o *Own) now() time.Time { return o.config.Now().Round(0) }

// test tests the URL, in place of a test that is running.
func (o *Own) test() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.endTest()
	ctx, cancel := context.WithCancel(o.ctx)
	o.endTest = cancel
	o.found(ProofPending, selftest.Result{}, 0)
	o.running.Go(func() {
		defer cancel()
		retest(ctx, firstRetest, func() selftest.Result { return o.config.Test(ctx, o.config.URL) }, func(r selftest.Result, n int, wait time.Duration) bool {
			o.mu.Lock()
			defer o.mu.Unlock()
			switch {
			case ctx.Err() != nil: // it no longer counts
				return false
			case r.Outcome == selftest.Passed:
				o.found(ProofPassed, r, 0)
				return false
			case r.Outcome == selftest.Undecided:
				o.found(ProofUnknown, r, 0)
				return n < maxUndecided
			}
			o.found(ProofFailed, r, wait)
			return true
		})
	})
}

// found takes note of what is known about the URL now. The caller holds o.mu.
func (o *Own) found(p Proof, r selftest.Result, wait time.Duration) {
	now := o.now()
	s := &o.status
	s.Proof, s.Code, s.Err, s.Fix, s.NextTry = p, r.Code, r.Err, r.Fix, time.Time{}
	if p == ProofPassed {
		s.Proven = now
	}
	if wait > 0 {
		s.NextTry = now.Add(wait)
	}
	select {
	case o.changed <- struct{}{}:
	default:
	}
}
