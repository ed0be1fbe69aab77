package intake

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// While no good deliveries come in, a few rejected ones are stored at a time: the next
// good one must not wait for hundreds.
func TestAFewRejectedPassAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(NewLimits(1 << 20))
		var stored atomic.Int64
		left := 0
		leaves := make(chan func(), 3*atOnce)
		for range 3 * atOnce {
			go func() {
				leave, ok := g.lane.enter(t.Context())
				if !ok {
					t.Error("its turn did not come")
					return
				}
				stored.Add(1)
				leaves <- leave
			}()
		}
		for want := atOnce; want <= 3*atOnce; want += atOnce {
			synctest.Wait()
			if got := int(stored.Load()); got != want {
				t.Fatalf("%d are stored, want %d", got, want)
			}
			for ; left < want; left++ {
				(<-leaves)()
			}
		}
	})
}

// Once good deliveries come in, those that wait pass one after the other, with rests.
func TestRejectedMakeWayForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(NewLimits(1 << 20))
		c := &Charge{gate: g}
		c.Good()
		const took = 10 * time.Millisecond
		began := time.Now()
		for range 3 {
			leave, ok := g.lane.enter(t.Context())
			if !ok {
				t.Fatal("its turn did not come")
			}
			time.Sleep(took)
			leave()
			c.Good()
		}
		if passed, want := time.Since(began), 3*took+2*min(took, maxRest); passed < want {
			t.Errorf("three passed within %v, want at least %v", passed, want)
		}
		time.Sleep(maxRest)
	})
}
