package receiver

import (
	"context"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// An app that receives a new user inserts the user's row itself. Whatever else writes to the
// same table waits until the app has had its turn, or the app's insert would fail.

// Forwardable reads the deliveries about some users that verified after a time, with how
// their forwards ended.
type Forwardable interface {
	Forwardable(ctx context.Context, since time.Time, users []string) ([]webhook.Delivery, error)
}

// AppsTurn returns those of the users about whom a delivery is on its way to an app: until
// the app answered or failed to, and for SendTimeout at most. That is counted from the
// receipt, but while the app answers what came before, a delivery may wait for it longer.
// What a delivery needs is read from the store, so that none is missed between its commit
// and its forward, or after a restart.
func (f *Forwarder) AppsTurn(from Forwardable) func(ctx context.Context, users []string) (map[string]bool, error) {
	return func(ctx context.Context, users []string) (map[string]bool, error) {
		turn := map[string]bool{}
		routes := f.Routes()
		if len(routes) == 0 {
			return turn, nil
		}
		list, err := from.Forwardable(ctx, f.Now().Add(-SendTimeout), users)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			if f.endedForwards(d) < len(f.Endpoints.targetsFor(routes, d)) {
				turn[d.UserID] = true
			}
		}
		for _, user := range users {
			if f.queued.has(user, f.Now()) {
				turn[user] = true
			}
		}
		return turn, nil
	}
}

// endedForwards returns how many targets a delivery's forwards have ended for: a failed
// one has not ended while it will be retried.
func (f *Forwarder) endedForwards(d webhook.Delivery) (n int) {
	attempts, newest := map[string]int{}, map[string]webhook.Forward{}
	for _, sent := range d.Forwards {
		attempts[sent.Target]++
		newest[sent.Target] = sent
	}
	for target, sent := range newest {
		if retried := sent.Failed() && sent.Failure != webhook.NotSent && attempts[target] <= len(f.Retry); !retried {
			n++
		}
	}
	return n
}

// queuedUsers counts, for each user, the targets that deliveries about the user wait for or
// are being sent to.
type queuedUsers struct {
	mu       sync.Mutex
	of       map[int64]queuedDelivery
	users    map[string]int
	answered time.Time // when an app last answered
}

type queuedDelivery struct {
	user    string
	targets int
}

// add notes that a delivery waits for a number of targets.
func (q *queuedUsers) add(d webhook.Delivery, targets int) {
	if d.UserID == "" || targets == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of == nil {
		q.of, q.users = map[int64]queuedDelivery{}, map[string]int{}
	}
	had := q.of[d.ID]
	q.users[d.UserID] += targets
	q.of[d.ID] = queuedDelivery{d.UserID, had.targets + targets}
}

// end notes that the first attempt to send a delivery to a target has ended.
func (q *queuedUsers) end(id int64, answered bool, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if answered {
		q.answered = now
	}
	d, ok := q.of[id]
	if !ok {
		return
	}
	if d.targets--; d.targets > 0 {
		q.of[id] = d
	} else {
		delete(q.of, id)
	}
	if q.users[d.user]--; q.users[d.user] == 0 {
		delete(q.users, d.user)
	}
}

// has reports whether a delivery about the user waits for an app that still answers.
func (q *queuedUsers) has(user string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.users[user] > 0 && now.Sub(q.answered) < SendTimeout
}
