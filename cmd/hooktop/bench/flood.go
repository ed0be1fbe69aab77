package bench

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

const (
	// flooders are how many connections send what is bad beside as many that send good
	// deliveries.
	flooders = 64
	// floodBefore is how long a flood lasts before it counts.
	floodBefore = 2 * time.Second
	// large is the length of a large body.
	large = 256 << 10
)

// junk is what a flood consists of: requests that are sent again and again, and the
// status that they are answered with.
type junk struct {
	name     string
	requests [][]byte
	status   int
}

// flood measures what is left of the rate of good deliveries beside floods of others.
func (b *bench) flood(ctx context.Context) error {
	kinds, err := junks()
	if err != nil {
		return err
	}
	for _, p := range b.programs() {
		c, err := b.startHooktop(ctx, p.path, filepath.Join(b.folder, "flood-"+p.name))
		if err != nil {
			return err
		}
		defer c.end() //nolint:errcheck // measured by then
		for _, k := range kinds {
			if err := b.floodOf(ctx, p, c, k); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	return nil
}

// junks returns the kinds of junk.
func junks() ([]junk, error) {
	const count = 5000
	m, err := newMessages()
	if err != nil {
		return nil, err
	}
	wrong := cloned(m.make(count, true))
	unsigned := make([][]byte, len(wrong))
	for i, r := range wrong {
		unsigned[i] = bytes.ReplaceAll(r, []byte("\r\nSvix-"), []byte("\r\nX-"))
	}
	big := *m
	big.body = append(slices.Clone(m.body), bytes.Repeat([]byte(" "), large-len(m.body))...)
	big.arena = nil
	return []junk{
		{"bad signatures", wrong, 400},
		{"unsigned requests", unsigned, 400},
		{"large bodies with bad signatures", cloned(big.make(200, true)), 400},
		{"requests for other paths", [][]byte{[]byte("GET /wp-login.php HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")}, 404},
	}, nil
}

// cloned returns requests that stay when others are made.
func cloned(requests [][]byte) [][]byte {
	clones := make([][]byte, len(requests))
	for i, r := range requests {
		clones[i] = slices.Clone(r)
	}
	return clones
}

func (b *bench) floodOf(ctx context.Context, p named, c *child, k junk) error {
	var alone, beside, flooding measured
	for n := range b.Rounds {
		b.say("flood of %s: round %d of %d", k.name, n+1, b.Rounds)
		good := load{requests: b.requests(flooders), connections: flooders, lasting: b.Round, wants: 200}
		if err := b.round(ctx, c, good, &alone); err != nil {
			return err
		}
		good.requests = b.requests(flooders)
		if err := b.besideFlood(ctx, c, good, k, &beside, &flooding); err != nil {
			return err
		}
	}
	b.compare(p.name, "good beside "+k.name, median(beside.rates), "/s", median(alone.rates), atLeast(0.8))
	b.add(p.name, "p99 beside them", median(beside.p99s), "µs")
	b.add(p.name, "the flood itself", median(flooding.rates), "/s")
	return nil
}

func (b *bench) besideFlood(ctx context.Context, c *child, good load, k junk, beside, flooding *measured) error {
	// The flood goes on after the measurement ends.
	during, halt := context.WithCancel(ctx)
	defer halt()
	type end struct {
		r   result
		err error
	}
	ended := make(chan end, 1)
	go func() {
		r, err := load{address: c.address, requests: k.requests, connections: flooders, lasting: time.Hour, repeat: true, wants: k.status, or: 503}.run(during)
		ended <- end{r, err}
	}()
	err := pause(ctx, floodBefore) // the first of a flood may cost more
	if err == nil {
		err = b.round(ctx, c, good, beside)
	}
	broke := during.Err() == nil && len(ended) > 0
	halt()
	e := <-ended
	if err == nil && broke {
		err = e.err
	}
	flooding.add(e.r, 0)
	return err
}
