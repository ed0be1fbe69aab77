package intake

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	// firstChunk is as long as most bodies need, and chunk what longer ones get more.
	firstChunk = 8 << 10
	chunk      = 32 << 10
	// MaxDrain is how much of a body that is not kept is read and dropped.
	MaxDrain = 8 << 20
)

// ErrTooLarge is the error of a body that is longer than allowed.
var ErrTooLarge = errors.New("the body is too large")

var (
	firstChunks = sync.Pool{New: func() any { return new([firstChunk]byte) }}
	chunks      = sync.Pool{New: func() any { return new([chunk]byte) }}
)

// Body is a body as far as it was read.
type Body struct {
	// Kept are its first bytes, in a slice of their length.
	Kept []byte
	// Bytes is how many arrived, at least.
	Bytes int64
}

// Read reads a request's body to its end, at most most bytes, and keeps the first
// keep of them. It charges what it holds as it grows, whatever length the sender
// claims. The error is ErrTooLarge, ErrFull, ErrDropped or that of the connection;
// after the first two the rest was read and dropped, within bounds: many senders
// write their whole body before they read the answer, and would find the connection
// reset.
func (c *Charge) Read(req *http.Request, keep, most int64) (Body, error) {
	c.conn.beginBody()
	b, err := c.read(req.Body, keep, most)
	if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrFull) {
		c.settle(0)
		n, _ := io.CopyN(io.Discard, progress{req.Body, c.conn}, MaxDrain)
		b.Bytes += n
	}
	if c.conn.endBody(err == nil) {
		c.gate.turned.add(&c.gate.turned.slow)
		b, err = Body{}, ErrDropped
	}
	return b, err
}

func (c *Charge) read(src io.Reader, keep, most int64) (b Body, err error) {
	first := firstChunks.Get().(*[firstChunk]byte) //nolint:forcetypeassert // nothing else is in there
	defer firstChunks.Put(first)
	var more []*[chunk]byte
	defer func() {
		for _, p := range more {
			chunks.Put(p)
		}
	}()
	into, have := first[:], int64(len(first))
	for {
		n, err := src.Read(into[:min(int64(len(into)), most+1-b.Bytes)])
		into, b.Bytes = into[n:], b.Bytes+int64(n)
		c.conn.progress(n)
		switch {
		case b.Bytes > most:
			return Body{Bytes: b.Bytes}, ErrTooLarge
		case err != nil:
			b.Kept = joined(first, more, min(b.Bytes, keep))
			c.settle(int64(len(b.Kept)))
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return b, err
		case len(into) > 0:
			continue
		case b.Bytes >= keep: // the rest is read over what comes after the kept bytes
			into = overwritten(first, more, keep)
			continue
		}
		if err := c.hold(have + chunk); err != nil {
			return Body{Bytes: b.Bytes}, err
		}
		p := chunks.Get().(*[chunk]byte) //nolint:forcetypeassert // nothing else is in there
		more, have, into = append(more, p), have+chunk, p[:]
	}
}

// overwritten returns the part of the last chunk that holds nothing of the first keep
// bytes, and at least a few bytes that are read and dropped.
func overwritten(first *[firstChunk]byte, more []*[chunk]byte, keep int64) []byte {
	last, before := first[:], int64(0)
	if len(more) > 0 {
		last, before = more[len(more)-1][:], firstChunk+int64(len(more)-1)*chunk
	}
	if from := keep - before; from < int64(len(last)) {
		return last[max(0, from):]
	}
	return make([]byte, 4<<10)
}

// joined returns the first n bytes of the chunks.
func joined(first *[firstChunk]byte, more []*[chunk]byte, n int64) []byte {
	whole := make([]byte, n)
	at := copy(whole, first[:])
	for _, p := range more {
		at += copy(whole[at:], p[:])
	}
	return whole
}

// progress tells a connection how much of a body was read.
type progress struct {
	io.Reader
	conn *conn
}

func (p progress) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.conn.progress(n)
	return n, err
}
