package receiver

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// maxWaiting is how many deliveries may wait for a slow app.
	maxWaiting = 1 << 16
	// maxRetries is how many may wait to be tried again.
	maxRetries = 1 << 12
	// maxRetryAfter is the longest that an app may ask to be left alone for
	// (Retry-After).
	maxRetryAfter = time.Minute
)

// Schedule is how long after each failure a delivery is sent on again.
type Schedule []time.Duration

// RetrySchedule is how long after each failure a delivery is tried again: what
// Svix does after 5 s, 5 min and 30 min, sixty times as fast, as an app that is
// just being restarted wants it, and no sooner than a second. What Svix does
// later (2 h, 5 h, 10 h) a developer does not wait for.
func RetrySchedule() Schedule {
	return Schedule{time.Second, 5 * time.Second, 30 * time.Second}
}

// lane takes deliveries to one target, one after another: first those that are
// to be tried again, then the others in the order of commit. What failed lets
// those behind it pass and comes again later, as with Svix: one event that the
// app cannot take must not hold up all that follow.
type targetQueue struct {
	target  string
	waiting *idQueue
	retries []retry            // by time; the lane's own goroutine alone
	end     context.CancelFunc // nil before it runs
}

// retry is a delivery that failed n times and is due again.
type retry struct {
	due time.Time
	id  int64
	n   int
}

func newTargetQueue(target string) *targetQueue {
	return &targetQueue{target: target, waiting: newIDQueue(maxWaiting)}
}

// next waits for what is to be sent; ok is false once ctx has ended.
func (l *targetQueue) next(ctx context.Context, now func() time.Time) (r retry, ok bool) {
	for ctx.Err() == nil {
		var due <-chan time.Time
		if len(l.retries) > 0 {
			first := l.retries[0]
			wait := first.due.Sub(now())
			if wait <= 0 {
				l.retries = l.retries[1:]
				return first, true
			}
			due = time.After(wait)
		}
		if id, ok := l.waiting.next(ctx, due); ok {
			return retry{id: id}, true
		}
	}
	return retry{}, false
}

// again has what failed tried again, if the schedule knows another time and not
// too many wait already.
func (l *targetQueue) again(r retry, sent *webhook.Forward, schedule Schedule, now time.Time) {
	if r.n >= len(schedule) || len(l.retries) >= maxRetries {
		return
	}
	wait := max(schedule[r.n], min(retryAfter(sent.Header, now), maxRetryAfter))
	r = retry{now.Add(wait), r.id, r.n + 1}
	at, _ := slices.BinarySearchFunc(l.retries, r, func(a, b retry) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return int(a.id - b.id)
	})
	l.retries = slices.Insert(l.retries, at, r)
}

// retryAfter is how long an answer asks to be left alone for, in seconds or
// until a date (RFC 9110, 10.2.3); 0 where it does not.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return at.Sub(now)
	}
	return 0
}

// run sends what is enqueued until ctx ends. running goes on for as long as the
// forwarder does: what the app has already is waited for.
func (f *Forwarder) run(ctx, running context.Context, l *targetQueue) {
	for {
		r, ok := l.next(ctx, f.Now)
		if !ok {
			break
		}
		sent := f.sendOn(running, r.id, l.target)
		if sent == nil {
			continue
		}
		f.answers <- sent
		if sent.Failed() && sent.Failure != webhook.NotSent {
			l.again(r, sent, f.Retry, f.Now())
		}
	}
	why := changedFirst
	if running.Err() != nil {
		why = stoppedFirst
	}
	for _, id := range l.waiting.rest() {
		f.answers <- f.notSent(id, l.target, why)
	}
}
