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
	// maxRetries is how many may wait for a retry.
	maxRetries = 1 << 12
	// maxRetryAfter is the longest time for which an app may ask to be left alone
	// (Retry-After).
	maxRetryAfter = time.Minute
)

// Schedule says how long after each failure a delivery is sent again.
type Schedule []time.Duration

// RetrySchedule returns hooktop's schedule: what Svix does after 5 s, 5 min and
// 30 min, sixty times as fast, because the app is usually just restarting, but no
// sooner than a second. A developer does not wait for Svix's later retries (2 h,
// 5 h, 10 h).
func RetrySchedule() Schedule {
	return Schedule{time.Second, 5 * time.Second, 30 * time.Second}
}

// targetQueue sends deliveries to one target, one after another: first those that
// are due for a retry, then the others in the order of commit. A failed delivery
// lets the next ones pass and is retried later, as with Svix: one event that the
// app rejects must not block all that follow.
type targetQueue struct {
	target  string
	waiting *idQueue
	retries []retry            // by time; only for the queue's own goroutine
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

// next waits for what to send next; ok is false once ctx has ended.
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

// again schedules a retry of a failed delivery, if the schedule has another one and
// there is room.
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

// retryAfter returns how long an answer asks to be left alone, in seconds or until
// a date (RFC 9110, 10.2.3); 0 if it does not.
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

// run sends what is enqueued until ctx ends. running lasts as long as the
// forwarder: what the app has already received is waited for.
func (f *Forwarder) run(ctx, running context.Context, l *targetQueue) {
	for {
		r, ok := l.next(ctx, f.Now)
		if !ok {
			break
		}
		sent := f.sendOn(running, r.id, l.target)
		if sent == nil {
			f.queued.end(r.id, false, f.Now())
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
