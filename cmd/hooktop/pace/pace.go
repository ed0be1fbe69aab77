// Package pace spaces what is sent evenly: it reads a rate and waits until the
// next one may go. It sends nothing.
package pace

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// maxPerSecond is the highest rate that can be asked for; a disk that commits
// each one is slower.
const maxPerSecond = 10_000

// Parse reads 10/s, 30/m, 1/h, or 10 for 10/s, and returns the time between two.
func Parse(text string) (every time.Duration, err error) {
	number, unit, parted := strings.Cut(text, "/")
	per, known := map[string]time.Duration{"": time.Second, "s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || parted && unit == "" || !(n > 0) || float64(per)/n > float64(time.Hour) {
		return 0, exit.Usage(fmt.Sprintf("--rate: %q is not a rate", text), "write a number per second, minute or hour, such as 10/s or 30/m")
	}
	if n*float64(time.Second)/float64(per) > maxPerSecond {
		return 0, exit.Usage(fmt.Sprintf("--rate %s is too high", text), fmt.Sprintf("write at most %d/s, or leave it out to send as fast as possible", maxPerSecond))
	}
	return max(time.Duration(float64(per)/n), 1), nil
}

// Pacer spaces what is sent evenly. After a delay it does not catch up: two are
// never closer together than the rate says.
type Pacer struct {
	Every time.Duration // between two; 0: as fast as possible
	due   time.Time
	Now   func() time.Time
	Wait  func(context.Context, time.Duration) error
}

// Next returns when the next one may go; the first one may at once.
func (p *Pacer) Next(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	now := p.Now()
	if now.Before(p.due) {
		if err := p.Wait(ctx, p.due.Sub(now)); err != nil {
			return err
		}
		now = p.due
	}
	p.due = now.Add(p.Every)
	return nil
}

// Sleep waits for a duration, or until ctx ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Increasing is a clock of which no two times are the same: what is sent in
// quick succession keeps its order, which Clerk's milliseconds tell.
func Increasing(now func() time.Time) func() time.Time {
	var last time.Time
	return func() time.Time {
		at := now()
		if next := last.Add(time.Millisecond); !last.IsZero() && at.Before(next) {
			at = next
		}
		last = at
		return at
	}
}
