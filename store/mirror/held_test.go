package mirror

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// turns says whose turn it is: the app's for the users in it. asked counts the questions.
type turns struct {
	mu    sync.Mutex
	app   map[string]bool
	asked int
	fail  error
}

func (h *turns) held(context.Context, []string) (map[string]bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	return maps.Clone(h.app), h.fail
}

func (h *turns) set(users ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.app = map[string]bool{}
	for _, user := range users {
		h.app[user] = true
	}
}

func (h *turns) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked
}

// twoMoreRounds waits until the mirror has looked at the queue twice, so at least once from
// now on.
func (r *rig) twoMoreRounds(h *turns) {
	r.t.Helper()
	late := time.After(hang)
	for until := h.count() + 5; h.count() < until; { // a round asks once or twice
		select {
		case <-late:
			r.t.Fatal("the mirror has stopped")
		case <-time.After(time.Millisecond):
		}
	}
}

func (r *rig) runHeld(h *turns) (stop func()) {
	r.t.Helper()
	if err := r.MirrorTo(r.t.Context(), r.target.String()); err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	m := &Mirror{
		Target: r.target, Source: r.Store, Tell: func(s Status) { r.told <- s }, Held: h.held,
		Wait: func(ctx context.Context, _ time.Duration) error { return wait(ctx, time.Millisecond) },
	}
	var ended sync.WaitGroup
	ended.Go(func() { m.Run(ctx) })
	stop = func() { cancel(); ended.Wait() }
	r.t.Cleanup(stop)
	return stop
}

// The app inserts the row of a new user itself, in its own time. Then hooktop's change is
// merged into it.
func TestTheAppInsertsItsUserFirst(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(map[bool]string{false: "while it runs", true: "with a restart in between"}[restarted], func(t *testing.T) {
			r := newRig(t)
			r.exec(table)
			h := &turns{}
			h.set("user_1")
			stop := r.runHeld(h)
			r.capture(1, upsert("user_1", "one@example.com"))
			r.capture(2, upsert("user_2", "two@example.com")) // no app is told of it
			r.capture(3, upsert("user_1", "later@example.com"))
			r.twoMoreRounds(h)
			r.wantRows(`"email"`, map[string]string{"user_2": "two@example.com"})
			if restarted {
				stop()
				r.runHeld(h)
				r.twoMoreRounds(h)
			}
			r.exec(`INSERT INTO "User" ("id", "email", "updatedAt", "role") VALUES ('user_1', 'one@example.com', now(), 'of the app')`)
			h.set()
			r.caughtUp()
			r.wantRows(`"email", "role"`, map[string]string{"user_1": "later@example.com of the app", "user_2": "two@example.com member"})
			if len(r.told) > 0 {
				t.Errorf("it reported %+v", <-r.told)
			}
		})
	}
}

// An address goes from one user to another. The second change waits for the first, which is
// held, and that is no refusal.
func TestWhatNeedsAHeldChangeWaitsForIt(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	h := &turns{}
	r.capture(1, upsert("user_1", "shared@example.com"))
	r.runHeld(h)
	r.caughtUp()
	h.set("user_1")
	r.capture(2, upsert("user_1", "new@example.com"))
	r.capture(3, upsert("user_2", "shared@example.com"))
	r.capture(4, upsert("user_3", "three@example.com"))
	r.twoMoreRounds(h)
	r.wantRows(`"email"`, map[string]string{"user_1": "shared@example.com", "user_3": "three@example.com"})
	h.set()
	r.caughtUp()
	r.settled(0)
	r.wantRows(`"email"`, map[string]string{"user_1": "new@example.com", "user_2": "shared@example.com", "user_3": "three@example.com"})
	if len(r.told) > 0 {
		t.Errorf("it reported %+v", <-r.told)
	}
}

func TestADeletionWaitsForTheAppToo(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	h := &turns{}
	r.capture(1, upsert("user_1", "one@example.com"))
	r.runHeld(h)
	r.caughtUp()
	h.set("user_1")
	r.capture(2, webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: "user_1"})
	r.twoMoreRounds(h)
	r.wantRows(`"email"`, map[string]string{"user_1": "one@example.com"})
	h.set()
	r.caughtUp()
	r.wantRows(`"email"`, map[string]string{})
}

// More changes are held than are read at a time.
func TestManyHeldChangesHideNoOthers(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	h := &turns{}
	h.set("user_1")
	if err := r.MirrorTo(t.Context(), r.target.String()); err != nil {
		t.Fatal(err)
	}
	var senders sync.WaitGroup
	for i := range batchSize + 10 {
		senders.Go(func() { r.capture(10+i, upsert("user_1", time.Duration(i).String()+"@example.com")) })
	}
	senders.Wait()
	r.capture(5000, upsert("user_1", "last@example.com"))
	r.capture(5001, upsert("user_2", "two@example.com"))
	r.runHeld(h)
	r.twoMoreRounds(h)
	r.wantRows(`"email"`, map[string]string{"user_2": "two@example.com"})
	h.set()
	r.caughtUp()
	r.wantRows(`"email"`, map[string]string{"user_1": "last@example.com", "user_2": "two@example.com"})
}

func TestNothingIsAppliedWhileItIsUnknownWhoseTurnItIs(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	h := &turns{fail: errors.New("it cannot be read")}
	r.runHeld(h)
	r.capture(1, upsert("user_1", "one@example.com"))
	if s := r.next(); s.Err == nil || s.Refused {
		t.Errorf("the status is %+v", s)
	}
	r.wantRows(`"email"`, map[string]string{})
	h.mu.Lock()
	h.fail = nil
	h.mu.Unlock()
	r.caughtUp()
	r.wantRows(`"email"`, map[string]string{"user_1": "one@example.com"})
}
