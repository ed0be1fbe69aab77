package pace

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The times between two are the originals', within bounds, or those of a rate.
func TestTheTimeBetweenTwoOfASeries(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		m     Series
		after time.Duration
		gap   time.Duration
	}{
		{"none, if nothing is asked for", Series{}, time.Second, 0},
		{"five a second", Series{Rate: "5"}, time.Second, 200 * time.Millisecond},
		{"five a second, in words", Series{Rate: "5/s"}, time.Second, 200 * time.Millisecond},
		{"thirty a minute", Series{Rate: "30/m"}, 0, 2 * time.Second},
		{"one in two seconds", Series{Rate: "0.5"}, 0, 2 * time.Second},
		{"as of then", Series{KeepTimes: true}, 3 * time.Second, 3 * time.Second},
		{"as of then, but no night's rest", Series{KeepTimes: true}, 8 * time.Hour, MaxGap},
		{"as of then, where a clock was set back", Series{KeepTimes: true}, -time.Second, 0},
	} {
		if err := c.m.Check(); err != nil {
			t.Fatal(c.name, err)
		}
		if got := c.m.gap(at, at.Add(c.after)); got != c.gap {
			t.Errorf("%s: %s, want %s", c.name, got, c.gap)
		}
	}
	for _, bad := range []string{"0", "-1", "x", "NaN", "Inf", "1/m/m", "1e-9", "/s"} {
		m := Series{Rate: bad}
		if m.Check() == nil {
			t.Errorf("%q is a rate: one each %s", bad, m.every)
		}
	}
}

// The pauses between the originals are kept, and an app that is slow
// is not sent a burst afterwards.
func TestASeriesIsPaced(t *testing.T) {
	const s = time.Second
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	queue := []Queued{{1, at}, {2, at.Add(3 * s)}, {3, at.Add(3 * s)}, {4, at.Add(8 * s)}, {5, at.Add(9 * s)}}
	for _, c := range []struct {
		name string
		m    Series
		took time.Duration // by each
		sent []time.Duration
	}{
		{"as they came", Series{KeepTimes: true}, 0, []time.Duration{0, 3 * s, 3 * s, 8 * s, 9 * s}},
		{"as they came, to an app that is slow", Series{KeepTimes: true}, 2 * s, []time.Duration{0, 3 * s, 5 * s, 10 * s, 12 * s}},
		{"at a rate", Series{every: s}, 0, []time.Duration{0, s, 2 * s, 3 * s, 4 * s}},
		{"as fast as it goes", Series{}, s, []time.Duration{0, s, 2 * s, 3 * s, 4 * s}},
	} {
		clock := &clock{at: at}
		var sent []time.Duration
		err := c.m.Each(t.Context(), queue, &Pacer{Now: clock.now, Wait: clock.wait}, func(id int64) (bool, error) {
			if id != int64(len(sent)+1) {
				t.Errorf("%s: #%d after %d others", c.name, id, len(sent))
			}
			sent = append(sent, clock.at.Sub(at))
			clock.at = clock.at.Add(c.took)
			return true, nil
		})
		if err != nil || !slices.Equal(sent, c.sent) {
			t.Errorf("%s: sent after %v, want %v: %v", c.name, sent, c.sent, err)
		}
	}
}

func TestAPauseIsKeptAndCanBeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := Sleep(t.Context(), time.Hour); err != nil || time.Since(begun) != time.Hour {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
}
