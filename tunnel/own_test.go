package tunnel

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
)

func TestTheUsersOwnURLIsTested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex // guards the three below
		next := selftest.Result{Outcome: selftest.Refused, Err: "another server", Fix: "stop it", Code: "ERR_NGROK_8012"}
		var times []time.Duration
		begun := time.Now()
		var slept time.Duration
		now := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(slept)
		}
		tests := func() []time.Duration {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return times
		}
		o := OwnURL(ctx, OwnConfig{URL: public, Now: now, Test: func(_ context.Context, url string) selftest.Result {
			mu.Lock()
			defer mu.Unlock()
			if url != public {
				t.Errorf("tested %q", url)
			}
			times = append(times, time.Since(begun))
			return next
		}})
		synctest.Wait()
		if s := o.Status(); s.State != Off || s.Kind != "" || s.URL != public || s.Proof != ProofFailed || s.Err != "another server" || s.Fix != "stop it" || s.Code == "" || !s.NextTry.Equal(begun.Add(firstRetest)) {
			t.Errorf("status %+v", s)
		}
		// It is tested again, less and less often, until something else is known.
		time.Sleep(40 * time.Minute)
		if all := tests(); len(all) < 10 || len(all) > 20 || all[len(all)-1]-all[len(all)-2] != maxRetest {
			t.Errorf("tested after %v", all)
		}
		mu.Lock()
		next = selftest.Result{Outcome: selftest.Passed}
		mu.Unlock()
		time.Sleep(maxRetest)
		passed := len(tests())
		if s := o.Status(); s.Proof != ProofPassed || s.Proven.IsZero() || s.Err != "" || s.Fix != "" || !s.NextTry.IsZero() {
			t.Errorf("status %+v", s)
		}
		// Never periodically, but after a sleep.
		time.Sleep(24 * time.Hour)
		if n := len(tests()); n != passed {
			t.Errorf("tested %d times while it worked", n-passed)
		}
		mu.Lock()
		next = selftest.Result{Outcome: selftest.Undecided, Err: "no network", Fix: "wait"}
		slept = time.Hour
		mu.Unlock()
		time.Sleep(time.Hour)
		if n, s := len(tests()), o.Status(); n != passed+maxUndecided || s.Proof != ProofUnknown || s.Err != "no network" {
			t.Errorf("tested %d times after the sleep, status %+v", n-passed, s)
		}
		o.Arrived("www.example.com")
		if s := o.Status(); s.Proof != ProofUnknown {
			t.Errorf("a request for another host proved it: %+v", s)
		}
		o.Arrived(domain + ":443")
		if s := o.Status(); s.Proof != ProofPassed {
			t.Errorf("status %+v", s)
		}
		cancel()
		o.Wait()
	})
}
