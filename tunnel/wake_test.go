package tunnel

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// clock is a wall clock that a test sets forward, and the ticks at which the tunnel
// looks at it.
type clock struct {
	mu    sync.Mutex
	add   time.Duration
	ticks chan time.Time
}

func newClock() *clock { return &clock{ticks: make(chan time.Time)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.add)
}

// sleep sets the clock forward, as if the computer had slept, and lets the tunnel look
// at it. It returns when the computer woke.
func (c *clock) sleep(d time.Duration) time.Time {
	c.ticks <- time.Time{} // it is awake before
	c.mu.Lock()
	c.add += d
	c.mu.Unlock()
	woke := c.now()
	c.ticks <- time.Time{}
	return woke
}

// diary records what a status said and when, as long as it says something new.
type diary struct {
	mu    sync.Mutex
	lines []entry
}

type entry struct {
	at time.Time
	Status
}

func (d *diary) keep(tun *Tunnel, now func() time.Time, until <-chan struct{}) {
	for {
		s := tun.Status()
		d.mu.Lock()
		if n := len(d.lines); n == 0 || d.lines[n-1].State != s.State || d.lines[n-1].Err != s.Err || d.lines[n-1].Proof != s.Proof {
			d.lines = append(d.lines, entry{now(), s})
		}
		d.mu.Unlock()
		select {
		case <-tun.Changed():
		case <-until:
			return
		}
	}
}

// first returns the first entry after a time for which met holds. It polls, because
// the diary reads Changed.
func (d *diary) first(t *testing.T, after time.Time, what string, met func(Status) bool) entry {
	t.Helper()
	ctx := testContext(t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		d.mu.Lock()
		for _, e := range d.lines {
			if !e.at.Before(after) && met(e.Status) {
				d.mu.Unlock()
				return e
			}
		}
		d.mu.Unlock()
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the status never said %s: %+v", what, d.lines)
		}
	}
}

// A laptop sleeps for ten minutes. Its socket is still there and leads nowhere; the
// SDK would notice after up to 25 s.
func TestALaptopThatSleptChecksAtOnce(t *testing.T) {
	s := start(t, standin.Options{})
	clock := newClock()
	tun := tested(t, s, func(c *Config) { c.Now, c.ticks = clock.now, clock.ticks })
	var diary diary
	over := make(chan struct{})
	defer close(over)
	go diary.keep(tun, clock.now, over)
	diary.first(t, time.Time{}, "live", in(Live))

	s.Freeze()
	woke := clock.sleep(10 * time.Minute)
	first := diary.first(t, woke, "anything", func(Status) bool { return true })
	if first.State != Reconnecting || first.Proof != ProofPending || !strings.Contains(first.Err, "slept for 10m0s") || first.Fix == "" || first.URL != public {
		t.Errorf("first it said %+v", first.Status)
	}
	if late := first.at.Sub(woke); late > time.Second {
		t.Errorf("it said so only %v after waking", late)
	}
	dead := diary.first(t, woke, "that the link is dead", func(s Status) bool { return strings.Contains(s.Err, "did not survive") })
	if late := dead.at.Sub(woke); dead.State != Reconnecting || late > 10*time.Second {
		t.Errorf("after %v: %+v", late, dead.Status)
	}
	s.Drop() // ngrok has long since ended the old session
	s.Thaw()
	back := diary.first(t, dead.at, "live", in(Live))
	if back.Proof != ProofPassed || back.Proven.Before(woke) || back.URL != public {
		t.Errorf("back: %+v", back.Status)
	}
	// The ten minutes are in what may be lost: from before the sleep until now.
	if !strings.Contains(back.Lost, back.at.Local().Format("15:04")) || back.Lost == "" {
		t.Errorf("lost: %q at %v", back.Lost, back.at)
	}
	mustPost(t, client(t, s), domain, "after")

	diary.mu.Lock()
	defer diary.mu.Unlock()
	for _, e := range diary.lines {
		if e.at.Before(woke) {
			t.Logf("before    %-12s %-8s %s", e.State, e.Proof, e.Err)
			continue
		}
		t.Logf("+%7.3f s %-12s %-8s %s", e.at.Sub(woke).Seconds(), e.State, e.Proof, e.Err)
	}
}

// A link that survived a short sleep is kept.
func TestALinkThatSurvivedTheSleepIsKept(t *testing.T) {
	s := start(t, standin.Options{})
	clock := newClock()
	tun := tested(t, s, func(c *Config) { c.Now, c.ticks = clock.now, clock.ticks })
	first := until(t, tun, "live", in(Live))
	woke := clock.sleep(time.Minute)
	st := until(t, tun, "proven again", func(s Status) bool { return s.State == Live && s.Proven.After(first.Proven) })
	if st.Proven.Before(woke) || len(s.Auths()) != 1 || st.Lost == "" {
		t.Errorf("%d sign-ins, status %+v", len(s.Auths()), st)
	}
}

// Without a test, nothing tells whether the link survived.
func TestWithoutATestTheLinkIsMadeAnewAfterASleep(t *testing.T) {
	s := start(t, standin.Options{})
	clock := newClock()
	c := config(s)
	c.Now, c.ticks = clock.now, clock.ticks
	tun := listen(t, c)
	until(t, tun, "live", in(Live))
	clock.sleep(time.Minute)
	st := until(t, tun, "live again", func(st Status) bool { return st.State == Live && len(s.Auths()) == 2 })
	if st.Proof != ProofNone || st.URL != public {
		t.Errorf("status %+v", st)
	}
}

// After waking the network is often there before the next attempt is due.
func TestWakingDoesNotWaitForTheNextAttempt(t *testing.T) {
	s := start(t, standin.Options{})
	addr, goOnline := offlineAddr(t, s.Addr())
	clock := newClock()
	c := config(s)
	c.ConnectAddr, c.Now, c.ticks = addr, clock.now, clock.ticks
	tun := listen(t, c)
	st := until(t, tun, "waiting for some time", func(s Status) bool { return s.Attempt > 3 && !s.NextTry.IsZero() })
	if wait := st.NextTry.Sub(clock.now()); st.State != Connecting || wait > 4*time.Second {
		t.Errorf("next try in %v: %+v", wait, st)
	}
	goOnline()
	clock.sleep(time.Minute)
	woke := time.Now()
	until(t, tun, "live", in(Live))
	if late := time.Since(woke); late > 1500*time.Millisecond {
		t.Errorf("live %v after waking", late)
	}
}

func TestOnlyALongJumpIsASleep(t *testing.T) {
	for _, c := range []struct {
		jump time.Duration
		want int
	}{{0, 0}, {5 * time.Second, 0}, {-time.Hour, 0}, {minSleep + sleepTick, 1}, {8 * time.Hour, 1}} {
		synctest.Test(t, func(t *testing.T) {
			var jumped atomic.Int64
			woken := 0
			done := make(chan struct{})
			go watchSleep(func() time.Time { return time.Now().Round(0).Add(time.Duration(jumped.Load())) }, nil, done, func(time.Duration) { woken++ })
			time.Sleep(5 * sleepTick)
			jumped.Store(int64(c.jump))
			time.Sleep(5 * sleepTick)
			close(done)
			synctest.Wait()
			if woken != c.want {
				t.Errorf("a jump of %v: woke %d times, want %d", c.jump, woken, c.want)
			}
		})
	}
}

// retestFast runs tests without waiting between them, until they end.
func retestFast(t *testing.T, test func() selftest.Result) {
	synctest.Test(t, func(t *testing.T) {
		tun := &Tunnel{config: Config{Now: time.Now}, changed: make(chan struct{}, 1), endTest: func() {}}
		retest(context.Background(), firstRetest, test, func(r selftest.Result, n int, wait time.Duration) bool {
			tun.mu.Lock()
			defer tun.mu.Unlock()
			return tun.settle(r, n, wait, false)
		})
	})
}
