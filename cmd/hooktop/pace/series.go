package pace

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// Series are deliveries that are sent one after the other: as fast as it goes, at a rate,
// or with the pauses between the originals.
type Series struct {
	// Rate is as Parse reads it, "" for none.
	Rate string
	// KeepTimes keeps the times between the originals, each up to MaxGap.
	KeepTimes bool

	every time.Duration
}

// MaxGap is the longest pause that KeepTimes keeps.
const MaxGap = 10 * time.Second

// Queued is one of a series, with the time of its receipt.
type Queued struct {
	ID int64
	At time.Time
}

// Check reads the rate. The errors have a Fix.
func (s *Series) Check() (err error) {
	if s.Rate == "" {
		return nil
	}
	if s.KeepTimes {
		return exit.Usage("--rate and --as-of cannot be combined", "choose one of them")
	}
	s.every, err = Parse(s.Rate)
	return err
}

// Each calls do for every queued delivery when it is due, until there are no more or do
// says so.
func (s *Series) Each(ctx context.Context, queue []Queued, paced *Pacer, do func(id int64) (more bool, err error)) error {
	for i, q := range queue {
		if i+1 < len(queue) {
			paced.Every = s.gap(q.At, queue[i+1].At)
		}
		if err := paced.Next(ctx); err != nil {
			return err
		}
		if more, err := do(q.ID); err != nil || !more {
			return err
		}
	}
	return nil
}

func (s *Series) gap(before, after time.Time) time.Duration {
	if s.KeepTimes {
		return min(max(0, after.Sub(before)), MaxGap)
	}
	return s.every
}
