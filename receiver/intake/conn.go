package intake

import (
	"net"
	"sync"
	"time"
)

// phase is what a connection is doing.
type phase int

const (
	idle      phase = iota // nothing of a request has come
	head                   // its headers are coming
	body                   // its body is coming
	waiting                // it waits for its turn among the rejected
	working                // hooktop works on it
	answering              // its answer is being written
)

// window is how long the speed of a body is measured before it is measured anew.
const window = time.Second

// conn is a connection that knows what it is doing. All methods that the package adds
// may be called on nil.
type conn struct {
	net.Conn
	gate *Gate

	mu    sync.Mutex
	at    int // its place among the gate's, -1 once it has none
	phase phase
	since time.Time // when the phase began
	head  headers
	// paid is what its request took of the shared budget.
	paid int64
	// got is how much of the body was read; due is the read deadline that was set
	// for it, zero for none.
	got int64
	due time.Time
	// The current window of the measured speed, the speed in the one before, and when
	// bytes came last.
	windowAt  time.Time
	windowGot int64
	before    float64
	lastAt    time.Time
	// row is how many requests came in a row for which nothing had to be read, because
	// they had come with the one before; read is set once something was.
	row  int
	read bool
	// dropped is set once the connection had to make room for another.
	dropped bool
}

// Read reads from the connection as the phase allows.
func (c *conn) Read(p []byte) (int, error) {
	if err := c.extend(); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		if refused := c.arrived(p[:n]); refused != nil {
			return 0, refused
		}
	}
	return n, err
}

// extend moves the read deadline of a body that comes fast enough.
func (c *conn) extend() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped {
		return ErrDropped
	}
	c.read = true
	if c.phase != body {
		return nil
	}
	l := &c.gate.limits
	allowed := max(l.Patience, time.Duration(c.got)*time.Second/time.Duration(l.MinRate))
	due := c.since.Add(min(allowed, l.Longest))
	const worthIt = 250 * time.Millisecond // each change costs a little
	if due.Sub(c.due) < worthIt {
		return nil
	}
	c.due = due
	return c.SetReadDeadline(due)
}

// arrived looks at bytes that may be headers.
func (c *conn) arrived(p []byte) error {
	c.mu.Lock()
	if c.phase == idle {
		c.begin(head)
	}
	if c.phase != head {
		c.mu.Unlock()
		return nil
	}
	err := c.head.add(p, c.gate)
	c.mu.Unlock()
	if err != nil {
		answerRaw(c.Conn, err)
	}
	return err
}

// begin begins a phase. The caller holds c.mu.
func (c *conn) begin(p phase) { c.phase, c.since = p, time.Now() }

// enter begins a phase.
func (c *conn) enter(p phase) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin(p)
	c.head.end(c.gate)
}

// pipelined returns how many requests in a row came without waiting for answers.
func (c *conn) pipelined() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.row++
	if c.read {
		c.row = 0
	}
	c.read = false
	return c.row
}

func (c *conn) beginBody() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin(body)
	c.got, c.due = 0, time.Time{}
	c.windowAt, c.windowGot, c.before, c.lastAt = c.since, 0, 0, c.since
}

// endBody reports whether the connection was dropped while its body came, whole or
// not.
func (c *conn) endBody(whole bool) (dropped bool) {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	longest := c.since.Add(c.gate.limits.Longest)
	c.begin(working)
	// net/http would take a deadline that passes for the sender's end. Without a whole
	// body it stays: net/http reads on, and the answer would wait for that.
	if whole && !c.due.IsZero() && !c.dropped {
		_ = c.SetReadDeadline(longest)
	}
	return c.dropped
}

// progress notes that n more bytes of the body were read.
func (c *conn) progress(n int) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got += int64(n)
	if c.got < firstChunk { // most bodies end before that, and a clock takes time, too
		return
	}
	now := time.Now()
	if c.lastAt = now; now.Sub(c.windowAt) >= window {
		c.before = c.speed(now)
		c.windowAt, c.windowGot = now, c.got
	}
}

// speed returns how many bytes of the body came a second lately. The caller holds
// c.mu.
func (c *conn) speed(now time.Time) float64 {
	if c.got >= firstChunk && now.Sub(c.lastAt) >= window { // it came fast, and then stopped
		return 0
	}
	took := now.Sub(c.windowAt)
	if took < window && c.windowGot > 0 {
		return c.before
	}
	return float64(c.got-c.windowGot) / max(took.Seconds(), 0.001)
}

// pays notes what the request took of the shared budget.
func (c *conn) pays(paid int64) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paid = paid
}

// Write writes to the connection. A sender that does not read its answer is slow.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	was, since := c.phase, c.since // a body may be answered before it ended
	c.begin(answering)
	c.mu.Unlock()
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == answering {
		c.phase, c.since = was, since
	}
	return n, err
}

// CloseWrite ends the writing side, if the connection has one: net/http does that
// before it closes one whose sender still writes.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and gives its place free.
func (c *conn) Close() error {
	c.gate.leave(c)
	c.mu.Lock()
	c.head.end(c.gate)
	c.mu.Unlock()
	return c.Conn.Close()
}

// drop ends a connection that has to make room. One whose body is coming is still
// answered, and then drop reports false. It never blocks.
func (c *conn) drop() (closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped = true
	if c.phase == body {
		_ = c.SetReadDeadline(time.Unix(1, 0))
		return false
	}
	c.head.end(c.gate)
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.Close()
	} else {
		go func() { _ = c.Conn.Close() }() // a tunnel's may take its time
	}
	return true
}
