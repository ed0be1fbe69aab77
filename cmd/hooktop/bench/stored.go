package bench

import (
	"context"
	"path/filepath"
	"strconv"
)

// stored measures the rate with many deliveries stored beside that with none.
func (b *bench) stored(ctx context.Context) error {
	for _, p := range b.programs() {
		flags := []string{"--keep", strconv.Itoa(100 * max(b.Stored, 1_000_000))}
		full, err := b.startHooktop(ctx, p.path, filepath.Join(b.folder, "full-"+p.name), flags...)
		if err != nil {
			return err
		}
		defer full.end() //nolint:errcheck // measured by then
		if err := b.fill(ctx, full); err != nil {
			return err
		}
		empty, err := b.startHooktop(ctx, p.path, filepath.Join(b.folder, "empty-"+p.name), flags...)
		if err != nil {
			return err
		}
		defer empty.end() //nolint:errcheck // measured by then
		var with, without measured
		for n := range b.Rounds {
			b.say("stored: round %d of %d", n+1, b.Rounds)
			for _, turn := range []struct {
				c *child
				m *measured
			}{{empty, &without}, {full, &with}} {
				l := load{requests: b.requests(64), connections: 64, lasting: b.Round, wants: 200}
				if err := b.round(ctx, turn.c, l, turn.m); err != nil {
					return err
				}
			}
		}
		b.compare(p.name, "deliveries with "+strconv.Itoa(b.Stored)+" stored, of empty", median(with.rates), "/s", median(without.rates), atLeast(0.95))
		now, _ := full.memory()
		b.check(p.name, "memory with "+strconv.Itoa(b.Stored)+" stored", now, "MiB", atMost(40, " MiB"))
	}
	return nil
}

// fill stores the deliveries by sending them, 256 in each commit.
func (b *bench) fill(ctx context.Context, c *child) error {
	const portion = 20_000
	for done := 0; done < b.Stored; done += portion {
		b.say("stored: %d of %d", done, b.Stored)
		l := load{address: c.address, requests: b.messages.make(min(portion, b.Stored-done), false), connections: 256, lasting: 1000 * b.Round, wants: 200}
		if _, err := l.run(ctx); err != nil {
			return err
		}
	}
	return nil
}
