package userfile

import (
	"context"
	"io"
	"os"
	"time"
)

// Limits bound a stream. Zero is no bound.
type Limits struct {
	// Bytes is how much is read in all.
	Bytes int64
	// Idle is how long nothing may come, Total how long the whole may take.
	Idle, Total time.Duration
}

// Stream is a file, or another reader, that is read piece by piece. A Read returns as
// soon as the stream's context ends.
type Stream struct {
	ctx    context.Context
	stop   context.CancelFunc
	limits Limits
	left   int64
	pieces chan piece
	free   chan []byte
	// rest is what was read of a piece and not yet returned; used is the piece.
	rest, used []byte
	err        error
}

// piece is what one read of the source returned.
type piece struct {
	text []byte
	err  error
}

// pieceSize is how much is read at once.
const pieceSize = 64 << 10

// Open opens a file, of any kind but a folder or a device that never ends. What is
// appended to a regular file from now on is not read: a log that grows would not end.
func Open(ctx context.Context, name string, l Limits) (*Stream, error) {
	opening, stop := ctx, context.CancelFunc(func() {})
	if l.Idle > 0 {
		opening, stop = context.WithTimeoutCause(ctx, l.Idle, tooSlow(l.Idle))
	}
	defer stop()
	f, err := await(opening, func() (*os.File, error) {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, errFolder
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, kindError(info.Mode(), err)
		}
		return f, nil
	}, func(f *os.File) { _ = f.Close() })
	if err != nil {
		return nil, err
	}
	return newStream(ctx, f, f, l), nil
}

// Input returns a stream of standard input or another reader, which it leaves open. On a
// terminal only the limit of bytes counts: somebody types there.
func Input(ctx context.Context, r io.Reader, l Limits) *Stream {
	if f, ok := r.(*os.File); ok && isTerminal(f) {
		l.Idle, l.Total = 0, 0
	}
	return newStream(ctx, r, nil, l)
}

func newStream(ctx context.Context, r io.Reader, c io.Closer, l Limits) *Stream {
	s := &Stream{limits: l, left: l.Bytes, pieces: make(chan piece), free: make(chan []byte, 2)}
	if l.Total > 0 {
		s.ctx, s.stop = context.WithTimeoutCause(ctx, l.Total, tooLong(l.Total))
	} else {
		s.ctx, s.stop = context.WithCancel(ctx)
	}
	s.free <- make([]byte, pieceSize)
	s.free <- make([]byte, pieceSize)
	go s.pump(r, c)
	return s
}

// pump reads the source until it ends, or nobody reads the stream any more. It alone
// closes the source: that may wait, too.
func (s *Stream) pump(r io.Reader, c io.Closer) {
	if c != nil {
		defer c.Close() //nolint:errcheck // it was only read from
	}
	bounded, err := untilItsEnd(r)
	if err != nil {
		s.send(piece{nil, err})
		return
	}
	for {
		select {
		case buffer := <-s.free:
			n, err := bounded.Read(buffer)
			if !s.send(piece{buffer[:n], err}) || err != nil {
				return
			}
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Stream) send(p piece) (taken bool) {
	select {
	case s.pieces <- p:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// Read implements io.Reader.
func (s *Stream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.ctx.Err() != nil {
			return 0, context.Cause(s.ctx)
		}
		if s.err != nil {
			return 0, s.err
		}
		if s.used != nil {
			s.free <- s.used[:pieceSize]
			s.used = nil
		}
		if err := s.next(); err != nil {
			s.err = err
			return 0, err
		}
	}
	n := copy(p, s.rest)
	if s.limits.Bytes > 0 {
		if s.left -= int64(n); s.left < 0 {
			s.err, s.rest = tooLarge(s.limits.Bytes), nil
			return 0, s.err
		}
	}
	s.rest = s.rest[n:]
	return n, nil
}

// next waits for a piece.
func (s *Stream) next() error {
	var idle <-chan time.Time
	if s.limits.Idle > 0 {
		t := time.NewTimer(s.limits.Idle)
		defer t.Stop()
		idle = t.C
	}
	select {
	case p := <-s.pieces:
		s.rest, s.used, s.err = p.text, p.text, p.err
		return nil
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	case <-idle:
		return tooSlow(s.limits.Idle)
	}
}

// Close ends the stream. A read of the source that is under way ends later.
func (s *Stream) Close() error {
	s.stop()
	return nil
}
