// Package retry repeats calls of an API that fail for a while, after as long as its
// server asks to wait. It does not know what is called.
package retry

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// Failure is an error of a call that may be repeated.
type Failure interface {
	error
	// Wait returns how long the server asks to wait, 0 if it did not say.
	Wait() time.Duration
	// Answered reports whether there was an answer at all.
	Answered() bool
}

// Policy says how often a call is made, and how long to wait in between.
type Policy struct {
	// Attempts limits how often the call is made, Unanswered how often if nothing
	// answers: then the cause is usually this machine's network.
	Attempts, Unanswered int
	// First is the first pause; it doubles each time, unless the server says how long
	// to wait. Longest is the longest wait that the server may ask for.
	First, Longest time.Duration
	// Pause waits, and returns an error when ctx ends first.
	Pause func(ctx context.Context, d time.Duration) error
}

// Do makes the call until it succeeds, again is false for its failure, or the policy
// allows no more. If the server asks for more than Longest, Do calls late and returns
// the failure, so that the user hears about it.
func Do[F Failure](ctx context.Context, p Policy, call func(context.Context) error, again func(F) bool, late func(F)) error {
	pause := p.First
	for n := 1; ; n++ {
		err := call(ctx)
		var f F
		if err == nil || !errors.As(err, &f) || !again(f) || n >= p.Attempts || n >= p.Unanswered && !f.Answered() {
			return err
		}
		asked := f.Wait()
		if asked > p.Longest {
			late(f)
			return err
		}
		if asked > 0 {
			err = p.Pause(ctx, asked)
		} else {
			err = p.Pause(ctx, pause)
			pause *= 2
		}
		if err != nil {
			return err
		}
	}
}

// After returns how long a Retry-After header (seconds or a date) asks to wait, or 0.
func After(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// Sleep waits, and returns ctx's error if ctx ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
