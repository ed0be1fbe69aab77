package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The times between two are the originals', within bounds, or those of a rate.
func TestTheTimeBetweenTwoOfASeries(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		m     series
		after time.Duration
		gap   time.Duration
	}{
		{"none, if nothing is asked for", series{}, time.Second, 0},
		{"five a second", series{rate: "5"}, time.Second, 200 * time.Millisecond},
		{"five a second, in words", series{rate: "5/s"}, time.Second, 200 * time.Millisecond},
		{"thirty a minute", series{rate: "30/m"}, 0, 2 * time.Second},
		{"one in two seconds", series{rate: "0.5"}, 0, 2 * time.Second},
		{"as of then", series{asOf: true}, 3 * time.Second, 3 * time.Second},
		{"as of then, but no night's rest", series{asOf: true}, 8 * time.Hour, gapMost},
		{"as of then, where a clock was set back", series{asOf: true}, -time.Second, 0},
	} {
		if err := c.m.check(); err != nil {
			t.Fatal(c.name, err)
		}
		if got := c.m.gap(at, at.Add(c.after)); got != c.gap {
			t.Errorf("%s: %s, want %s", c.name, got, c.gap)
		}
	}
	for _, bad := range []string{"0", "-1", "x", "NaN", "Inf", "1/m/m", "1e-9", "/s"} {
		m := series{rate: bad}
		if m.check() == nil {
			t.Errorf("%q is a rate: one each %s", bad, m.every)
		}
	}
}

func TestAPauseIsKeptAndCanBeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(begun) != time.Hour {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
}

func TestTheBarOfASeriesSaysHowFarItIs(t *testing.T) {
	var out strings.Builder
	b := &bar{w: &out, total: 4}
	b.draw(1, 0)
	b.draw(4, 2)
	b.clear()
	b.clear()
	want := "\r" + strings.Repeat("█", 6) + strings.Repeat("░", 18) + " 1 of 4\x1b[K\r" + strings.Repeat("█", 24) + " 4 of 4, 2 not taken\x1b[K\r\x1b[K"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}
