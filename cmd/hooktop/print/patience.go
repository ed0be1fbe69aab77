package print

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// errStuck is a stream that took nothing in time when the program was to end.
var errStuck = errors.New("nobody takes the output")

// Stuck reports whether an error is that of a stream that took nothing at the end.
func Stuck(err error) bool { return errors.Is(err, errStuck) }

// lastMoment is how long a write may still take once the program is to end.
const lastMoment = 500 * time.Millisecond

// patient writes to a stream that may take nothing: a terminal stopped with ctrl+s, or
// one that nobody draws, or a pipe whose reader sleeps. It waits as any program does,
// but not when the program is to end.
type patient struct {
	to io.Writer
	// ending is closed when the program is to end; nil for never.
	ending <-chan struct{}

	mu    sync.Mutex
	stuck bool
}

func (p *patient) Write(b []byte) (int, error) {
	if p.ending == nil {
		return p.to.Write(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stuck {
		return 0, errStuck
	}
	type result struct {
		n   int
		err error
	}
	written := make(chan result, 1)
	text := bytes.Clone(b) // the caller has it back even if the write never ends
	go func() {
		n, err := p.to.Write(text)
		written <- result{n, err}
	}()
	select {
	case r := <-written:
		return r.n, r.err
	case <-p.ending:
	}
	select {
	case r := <-written:
		return r.n, r.err
	case <-time.After(lastMoment):
		p.stuck = true
		return 0, errStuck
	}
}

// EndingWith has the output give up a stream that takes nothing once ctx has ended.
func (o *Output) EndingWith(ctx context.Context) *Output {
	o.writer.ending = ctx.Done()
	return o
}

// screen is a terminal for the dashboard, which keeps waiting for no write at the end.
type screen struct {
	*os.File
	patient *patient
}

// Write drops what a stuck terminal does not take: with an error the dashboard would
// not put the terminal's settings back.
func (s screen) Write(b []byte) (int, error) {
	n, err := s.patient.Write(b)
	if errors.Is(err, errStuck) {
		return len(b), nil
	}
	return n, err
}

// WriteString writes as Write does.
func (s screen) WriteString(text string) (int, error) { return s.Write([]byte(text)) }

// Screen returns the terminal for a program within this one, the dashboard: its writes
// end when this program does.
func (o *Output) Screen() io.Writer {
	if f, ok := o.stream.(*os.File); ok {
		return screen{f, o.writer}
	}
	return o.writer
}

// Unscreened returns the terminal behind a Screen, for a program of its own; any other
// writer as it is.
func Unscreened(w io.Writer) io.Writer {
	if s, ok := w.(screen); ok {
		return s.File
	}
	return w
}
