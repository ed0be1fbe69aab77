package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// measured are the medians of a side at some number of connections.
type measured struct{ rates, cpus, p50s, p99s []float64 }

func (m *measured) add(r result, cpu time.Duration) {
	m.rates = append(m.rates, r.rate())
	m.cpus = append(m.cpus, micros(cpu)/float64(max(1, r.answered)))
	m.p50s = append(m.p50s, micros(r.at(0.50)))
	m.p99s = append(m.p99s, micros(r.at(0.99)))
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// round is one turn of a side. CPU is counted until everything was answered.
func (b *bench) round(ctx context.Context, c *child, l load, m *measured) error {
	l.address = c.address
	before := c.cpu()
	r, err := l.run(ctx)
	if err != nil {
		return err
	}
	m.add(r, c.cpu()-before)
	return nil
}

// requests returns what a round needs, at most as many as are answered in it.
func (b *bench) requests(connections int) [][]byte {
	perSecond := 40_000
	if connections == 1 {
		perSecond = 10_000
	}
	return b.messages.make(int(b.Round.Seconds()*float64(perSecond)), false)
}

// side is a program under load.
type side struct {
	named
	*child
	at map[int]*measured
}

// speed measures rate, processor time and latency at each number of connections, all
// sides in turn.
func (b *bench) speed(ctx context.Context) error {
	bare, err := b.startBare(ctx)
	if err != nil {
		return err
	}
	defer bare.end() //nolint:errcheck // measured by then
	sides := []side{{named{"bare", ""}, bare, map[int]*measured{}}}
	for _, p := range b.programs() {
		c, err := b.startHooktop(ctx, p.path, filepath.Join(b.folder, "speed-"+p.name))
		if err != nil {
			return err
		}
		defer c.end() //nolint:errcheck // measured by then
		sides = append(sides, side{p, c, map[int]*measured{}})
	}
	commits, err := newDurable(ctx, b.folder, b.messages.body)
	if err != nil {
		return err
	}
	defer commits.close()
	var rows, appends []float64
	for n := range b.Rounds {
		b.say("speed: round %d of %d", n+1, b.Rounds)
		for _, connections := range b.Connections {
			if err := b.turn(ctx, sides, connections); err != nil {
				return err
			}
		}
		row, err := commits.row(ctx, b.Round/4)
		if err != nil {
			return err
		}
		appended, err := commits.append(b.Round / 4)
		if err != nil {
			return err
		}
		rows, appends = append(rows, micros(row)), append(appends, micros(appended))
	}
	b.add("", "a bare commit of one row", median(rows), "µs")
	b.add("", "a bare append and fsync", median(appends), "µs")
	for _, connections := range b.Connections {
		b.reportSpeed(sides, connections, median(rows))
	}
	for _, s := range sides[1:] {
		now, most := s.memory()
		b.check(s.name, "memory after the load", now, "MiB", atMost(40, " MiB"))
		b.add(s.name, "memory at most", most, "MiB")
	}
	return nil
}

// turn lets each side have one round.
func (b *bench) turn(ctx context.Context, sides []side, connections int) error {
	for i, s := range sides {
		m := s.at[connections]
		if m == nil {
			m = &measured{}
			s.at[connections] = m
		}
		l := load{requests: b.requests(connections), connections: connections, lasting: b.Round, repeat: i == 0, wants: 200}
		if err := b.round(ctx, s.child, l, m); err != nil {
			return fmt.Errorf("%s at %d connections: %w", s.name, connections, err)
		}
	}
	return nil
}

// reportSpeed compares the others with the first side.
func (b *bench) reportSpeed(sides []side, connections int, row float64) {
	at := fmt.Sprintf(" at %d", connections)
	bare := sides[0].at[connections]
	b.add("", "bare deliveries"+at, median(bare.rates), "/s")
	for _, s := range sides[1:] {
		m := s.at[connections]
		if connections == 1 {
			b.compare(s.name, "p50"+at+", of a bare commit", median(m.p50s), "µs", row, atMost(2, ""))
			continue
		}
		b.compare(s.name, "deliveries"+at, median(m.rates), "/s", median(bare.rates), atLeast(0.30))
		b.compare(s.name, "CPU a delivery"+at, median(m.cpus), "µs", median(bare.cpus), atMost(4, ""))
		b.add(s.name, "p50"+at, median(m.p50s), "µs")
		b.compare(s.name, "p99"+at, median(m.p99s), "µs", median(bare.p99s), atMost(2.5, ""))
	}
}
