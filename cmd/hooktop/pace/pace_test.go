package pace

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10/s": 100 * time.Millisecond, "10": 100 * time.Millisecond, "1/s": time.Second, "30/m": 2 * time.Second, "2/h": 30 * time.Minute, "0.5/s": 2 * time.Second,
		"10000/s": 100 * time.Microsecond, "600000/m": 100 * time.Microsecond,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%s is one each %v, %v, want %v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "/s", "0/s", "-1/s", "10/", "10/d", "x/s", "NaN/s", "Inf/s", "10001/s", "1e300/h", "10/s/s"} {
		if got, err := Parse(bad); err == nil || exit.FixOf(err) == "" {
			t.Errorf("%q is one each %v, %v", bad, got, err)
		}
	}
}

// clock is a time that only waiting and work move on.
type clock struct {
	at    time.Time
	slept []time.Duration
	fail  error
}

func (c *clock) now() time.Time { return c.at }

func (c *clock) wait(_ context.Context, d time.Duration) error {
	c.slept = append(c.slept, d)
	c.at = c.at.Add(d)
	return c.fail
}

func TestPace(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		every time.Duration
		work  []time.Duration // what each one takes
		slept []time.Duration
	}{
		{"as fast as it goes", 0, []time.Duration{0, ms, 0}, nil},
		{"the first at once, the next when they are due", 100 * ms, []time.Duration{0, 0, 0}, []time.Duration{100 * ms, 100 * ms}},
		{"what it takes counts", 100 * ms, []time.Duration{30 * ms, 99 * ms, 0}, []time.Duration{70 * ms, ms}},
		{"who is late does not wait, and does not catch up", 100 * ms, []time.Duration{250 * ms, 0, 0}, []time.Duration{100 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := &clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}
			p := Pacer{Every: c.every, Now: clock.now, Wait: clock.wait}
			for _, took := range c.work {
				if err := p.Next(t.Context()); err != nil {
					t.Fatal(err)
				}
				clock.at = clock.at.Add(took)
			}
			if !slices.Equal(clock.slept, c.slept) {
				t.Errorf("slept %v, want %v", clock.slept, c.slept)
			}
		})
	}
}

func TestPaceEndsWhenItIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	p := Pacer{Every: time.Hour, Now: time.Now, Wait: Sleep}
	if err := p.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel(exit.ErrInterrupted)
	if err := Sleep(ctx, time.Hour); !errors.Is(err, exit.ErrInterrupted) {
		t.Errorf("sleeping ended with %v", err)
	}
	if err := p.Next(ctx); !errors.Is(err, exit.ErrInterrupted) {
		t.Errorf("the next one ended with %v", err)
	}
	broken := &clock{fail: exit.ErrInterrupted}
	p = Pacer{Every: time.Hour, Now: broken.now, Wait: broken.wait}
	_ = p.Next(t.Context())
	if err := p.Next(t.Context()); !errors.Is(err, exit.ErrInterrupted) {
		t.Errorf("waiting ended with %v", err)
	}
}

func TestTicking(t *testing.T) {
	c := &clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}
	tick := Increasing(c.now)
	first := tick()
	if second := tick(); !first.Equal(c.at) || second.Sub(first) != time.Millisecond {
		t.Errorf("at %v it is %v, and then %v", c.at, first, second)
	}
	c.at = c.at.Add(time.Second)
	if third := tick(); !third.Equal(c.at) {
		t.Errorf("a second later it is %v", third)
	}
}
