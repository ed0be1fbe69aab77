package relay

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/tunnel"
)

// The waits before a new attempt. The first ones are those of Svix's own client,
// which stays at 5 s. Its other rule: the row starts over after a connection that
// lived for a while.
var backoff = []time.Duration{0, 100 * time.Millisecond, time.Second, 5 * time.Second}

const (
	livedLong = 10 * time.Second
	// slow is the wait after an answer that is not likely to change soon.
	slow = 30 * time.Second
	// patience is how often that is tried sooner: our own old connection may be the
	// other listener.
	patience = 6
)

// run connects, serves and waits, until the relay is closed or fails.
func (r *Relay) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go r.watchClock(ctx)
	r.missed.begin()
	for attempt := 0; ; attempt++ {
		e, lived := r.once(ctx)
		if e == nil {
			return // closed
		}
		if e.permanent() {
			r.fail(e)
			return
		}
		if lived >= livedLong || e.Code == CodeSlept {
			attempt = 0
		}
		if !r.wait(e, attempt) {
			return
		}
	}
}

// once makes one attempt and serves for as long as the connection lives. It returns
// why that ended, nil if the relay was closed.
func (r *Relay) once(ctx context.Context) (e *Error, lived time.Duration) {
	r.update(func(s *tunnel.Status) { s.NextTry = time.Time{} })
	l, e := r.connect(ctx)
	if e == nil {
		since := time.Now()
		r.goLive()
		caughtUp := r.missed.catchUp(ctx)
		e = l.serve()
		caughtUp()
		lived = time.Since(since)
		heard := r.Status().LastHeard
		if l.parted {
			heard = r.now()
		}
		r.missed.leave(heard)
	}
	if r.isClosing() {
		return nil, lived
	}
	return e, lived
}

func (r *Relay) goLive() {
	select {
	case <-r.woke: // what slept was the attempt
	default:
	}
	now := r.now()
	r.update(func(s *tunnel.Status) {
		*s = tunnel.Status{
			Kind: kind, State: tunnel.Live, URL: s.URL, LastHeard: now, Latency: s.Latency,
			// The relay confirmed the token: requests to the URL come here.
			Proof: tunnel.ProofPassed, Proven: now, Lost: s.Lost, Since: s.Since,
		}
	})
}

// wait says why there is no connection and waits for the next attempt. It returns
// false if the relay was closed.
func (r *Relay) wait(e *Error, attempt int) bool {
	d := e.backoff(attempt)
	r.update(func(s *tunnel.Status) {
		if s.State == tunnel.Live {
			s.State, s.Attempt = tunnel.Reconnecting, 0
			s.Lost = r.missed.sinceText(s.LastHeard)
		}
		s.Attempt++
		s.Proof, s.NextTry = tunnel.ProofNone, r.now().Add(d)
		s.Code, s.Err, s.Fix = string(e.Code), e.Error(), e.Fix()
	})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.woke: // the wait was meant for a network that is gone
	case <-r.closing:
		return false
	}
	return true
}

func (e *Error) backoff(attempt int) time.Duration {
	d := backoff[min(attempt, len(backoff)-1)]
	switch e.Code {
	case CodeInUse, CodeOtherToken, CodeHTTP, CodeCertificate:
		d = max(d, time.Second)
		if attempt >= patience {
			d = slow
		}
	default:
	}
	return d
}
