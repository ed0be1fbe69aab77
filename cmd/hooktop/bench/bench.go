// Package bench measures hooktop on this machine beside what the machine can do at
// most: a bare HTTP server, a bare durable commit. Both sides take turns in short
// rounds under the same load, so that their ratio holds even if the machine is slow or
// busy. It runs programs as a user would, over sockets and pipes, and takes no
// shortcut into hooktop.
//
// Where to look: message.go makes the requests, load.go sends them, child.go starts
// programs and asks the system what they cost, bare.go is the limit to compare with.
// speed.go, flood.go, stored.go, start.go, size.go and screen.go measure one part each;
// table.go prints.
package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// Parts are what can be measured, in this order.
var partsInOrder = []string{"speed", "flood", "start", "size", "screen", "binary", "stored"}

// Parts returns the names of what can be measured.
func Parts() []string { return slices.Clone(partsInOrder) }

// Options choose the measurements and how long they take.
type Options struct {
	// Program is the hooktop that is measured, and Bare the one that plays the bare
	// server, with BareArgs.
	Program, Bare string
	BareArgs      []string
	// Beside is another hooktop, measured in the same rounds; "" for none.
	Beside string
	// Parts are names of Parts.
	Parts []string
	// Connections are the numbers of connections that send at once.
	Connections []int
	// Round is how long each side has its turn, Rounds how often.
	Round  time.Duration
	Rounds int
	// Stored is how many deliveries the part stored puts in first.
	Stored int
	// Flags are added to hooktop's command line.
	Flags []string
	// Progress is told what is under way.
	Progress func(string)
}

// Figure is one result.
type Figure struct {
	Name string `json:"name"`
	// Value is in Unit. Ratio compares it with Limit, the bare limit of the same run,
	// and is 0 if there is none.
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	// Target says what the ratio, or without one the value, has to be; "" for a figure
	// without a target.
	Target string `json:"target,omitempty"`
	Met    *bool  `json:"met,omitempty"`
	// Program is which hooktop was measured, "" if there is only one.
	Program string `json:"program,omitempty"`
}

// bench is one run.
type bench struct {
	Options
	folder   string // removed in the end
	messages *messages
	figures  []Figure
}

// Run measures the parts, and returns the figures of those that could be measured even
// if another fails.
func Run(ctx context.Context, o Options) ([]Figure, error) {
	folder, err := os.MkdirTemp("", "hooktop-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	b := &bench{Options: o, folder: folder}
	if b.messages, err = newMessages(); err != nil {
		return nil, err
	}
	run := map[string]func(context.Context) error{
		"speed": b.speed, "flood": b.flood, "start": b.start, "size": b.size, "screen": b.screen, "binary": b.binary, "stored": b.stored,
	}
	for _, part := range partsInOrder {
		if !slices.Contains(o.Parts, part) {
			continue
		}
		if err := run[part](ctx); err != nil {
			return b.figures, fmt.Errorf("measure %s: %w", part, err)
		}
	}
	return b.figures, nil
}

// programs are the hooktops to measure, by the name that their figures get.
func (b *bench) programs() []named {
	if b.Beside == "" {
		return []named{{"", b.Program}}
	}
	return []named{{"this", b.Program}, {"beside", b.Beside}}
}

type named struct{ name, path string }

func (b *bench) say(format string, args ...any) { b.Progress(fmt.Sprintf(format, args...)) }

// add notes a figure without a target.
func (b *bench) add(program, name string, value float64, unit string) {
	b.figures = append(b.figures, Figure{Program: program, Name: name, Value: value, Unit: unit})
}

// bound is what a target says.
type bound struct {
	most  bool // or at least
	value float64
	unit  string
}

func atLeast(value float64) bound { return bound{value: value} }

func atMost(value float64, unit string) bound { return bound{most: true, value: value, unit: unit} }

func (t bound) String() string {
	sign := "≥ "
	if t.most {
		sign = "≤ "
	}
	return sign + number(t.value) + t.unit
}

func (t bound) met(v float64) *bool {
	met := v >= t.value
	if t.most {
		met = v <= t.value
	}
	return &met
}

// compare notes a figure whose ratio to a limit has a target.
func (b *bench) compare(program, name string, value float64, unit string, limit float64, target bound) {
	f := Figure{Program: program, Name: name, Value: value, Unit: unit, Limit: limit, Target: target.String()}
	if limit > 0 {
		f.Ratio = value / limit
		f.Met = target.met(f.Ratio)
	}
	b.figures = append(b.figures, f)
}

// check notes a figure that has a target itself.
func (b *bench) check(program, name string, value float64, unit string, target bound) {
	b.figures = append(b.figures, Figure{Program: program, Name: name, Value: value, Unit: unit, Target: target.String(), Met: target.met(value)})
}

// median returns the middle of some values, 0 for none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
