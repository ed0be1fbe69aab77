package unanswered

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

// dead is the id of no process.
const dead = 1 << 30

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name string
		// pid is that of the hooktop that left off, after a delivery.
		pid   int
		after int64
		again bool
		// want are the deliveries that are found; #2 was answered.
		want []int64
	}{
		{name: "killed", pid: dead, want: []int64{1, 3}},
		{name: "killed, and retries asked for", pid: dead, again: true, want: []int64{1, 3}},
		{name: "killed after a start", pid: dead, after: 1, want: []int64{3}},
		{name: "about to end in order", pid: os.Getpid()},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "hooktop.db")})
			ok(t, err)
			t.Cleanup(func() { ok(t, s.Close()) })
			routes, err := receiver.ParseRoutes("user.*=3000")
			ok(t, err)
			var told, again []int64
			f := &Finder{Store: s, Self: "new", Endpoints: receiver.Endpoints{{Path: "/hook", Provider: providers.Clerk{}}}, Now: time.Now, Tell: func(string) { told = append(told, 1) }}
			if c.again {
				f.Again = func(d webhook.Delivery) { again = append(again, d.ID) }
			}
			old := &Finder{Store: s, Self: "old", Routes: routes}
			ok(t, old.Begin(t.Context(), c.after, c.pid))
			for _, kind := range []string{"user.created", "user.created", "user.created", "session.created"} {
				d := webhook.Delivery{At: time.Now(), Provider: "clerk", Type: kind, Origin: webhook.Local, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Unhandled}
				ok(t, s.Capture(t.Context(), &d, webhook.Event{}))
			}
			ok(t, s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: 2, Target: f.Endpoints.TargetsFor(routes, webhook.Delivery{Provider: "clerk", Type: "user.created"})[0], Status: 200}))
			ok(t, f.Find(t.Context(), 4))
			ok(t, f.Find(t.Context(), 4)) // and not twice
			var found []int64
			for id := range int64(4) {
				d, err := s.Delivery(t.Context(), id+1)
				ok(t, err)
				for _, sent := range d.Forwards {
					if sent.Failure == webhook.Interrupted && d.Failed() {
						found = append(found, d.ID)
					}
				}
			}
			if c.again {
				found = again
			}
			if len(found) != len(c.want) || (len(told) > 0) != (len(c.want) > 0) {
				t.Fatalf("found %v, want %v, told %v", found, c.want, told)
			}
			for i := range found {
				if found[i] != c.want[i] {
					t.Errorf("found %v, want %v", found, c.want)
				}
			}
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
