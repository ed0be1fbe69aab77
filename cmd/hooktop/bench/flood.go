package bench

import (
	"context"
	"path/filepath"
	"time"
)

// flooders are how many connections send bad signatures beside as many that send good
// ones.
const flooders = 64

// floodBefore is how long a flood lasts before it counts.
const floodBefore = 2 * time.Second

// flood measures what is left of the rate of good deliveries beside a flood of ones
// whose signature is wrong.
func (b *bench) flood(ctx context.Context) error {
	bad := newFlood(b)
	for _, p := range b.programs() {
		c, err := b.startHooktop(ctx, p.path, filepath.Join(b.folder, "flood-"+p.name))
		if err != nil {
			return err
		}
		defer c.end() //nolint:errcheck // measured by then
		var alone, beside, flooding measured
		for n := range b.Rounds {
			b.say("flood: round %d of %d", n+1, b.Rounds)
			good := load{requests: b.requests(flooders), connections: flooders, lasting: b.Round, wants: 200}
			if err := b.round(ctx, c, good, &alone); err != nil {
				return err
			}
			good.requests = b.requests(flooders)
			if err := b.besideFlood(ctx, c, good, bad, &beside, &flooding); err != nil {
				return err
			}
		}
		b.add(p.name, "good deliveries alone", median(alone.rates), "/s")
		b.compare(p.name, "good deliveries beside a flood", median(beside.rates), "/s", median(alone.rates), atLeast(0.8))
		b.add(p.name, "p99 beside a flood", median(beside.p99s), "µs")
		b.add(p.name, "the flood", median(flooding.rates), "/s")
	}
	return nil
}

// newFlood returns requests with bad signatures. They are sent again and again: what is
// rejected is never a duplicate.
func newFlood(*bench) [][]byte {
	m, err := newMessages()
	if err != nil {
		return nil
	}
	return m.make(20_000, true)
}

func (b *bench) besideFlood(ctx context.Context, c *child, good load, bad [][]byte, beside, flooding *measured) error {
	// The flood lasts longer than what is measured.
	during, halt := context.WithCancel(ctx)
	defer halt()
	type end struct {
		r   result
		err error
	}
	ended := make(chan end, 1)
	go func() {
		r, err := load{address: c.address, requests: bad, connections: flooders, lasting: 10 * b.Round, repeat: true, wants: 400, or: 503}.run(during)
		ended <- end{r, err}
	}()
	err := pause(ctx, floodBefore) // the first of a flood may cost more
	if err == nil {
		err = b.round(ctx, c, good, beside)
	}
	halt()
	e := <-ended
	if err == nil && during.Err() == nil {
		err = e.err
	}
	flooding.add(e.r, 0)
	return err
}
