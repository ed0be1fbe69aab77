// Package intake bounds what senders can make hooktop hold: the bytes of all
// requests in flight, from the first header to the commit, and the connections. When
// something has to go, the idle and the slowest go first; what is turned away is
// counted, so that it can be told once.
//
// It knows nothing of webhooks and answers nothing but connections that cannot be
// served at all. Everything a Gate does is safe for concurrent use, and a nil *Gate
// limits nothing.
//
// Where to look:
//
//   - intake.go: the Gate and its limits; turned.go: what it turned away
//   - budget.go: the bytes in flight; body.go: reads a body while they last
//   - listener.go: accepts connections; victim.go: which one makes room
//   - conn.go: what a connection is doing, and how fast; head.go: its headers
//   - lane.go: keeps rejected deliveries from slowing down the good ones
package intake

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Limits are those of a Gate.
type Limits struct {
	// Bytes is how much all requests in flight may hold.
	Bytes int64
	// Free is how much of it each connection may hold whatever the others do, so that
	// small deliveries get through while large ones use up the rest.
	Free int64
	// Connections is how many there may be, over all listeners.
	Connections int
	// Patience is how long a body may take at any rate; after it, the body must have
	// come at MinRate bytes a second on average, and end within Longest.
	Patience, Longest time.Duration
	MinRate           int64
	// Grace is how long a connection is left alone before it may have to make room
	// for another, unless all are that young.
	Grace time.Duration
}

// NewLimits returns the limits for bodies of at most maxBody bytes.
func NewLimits(maxBody int64) Limits {
	const least = 64 << 20
	return Limits{
		Bytes: max(least, 4*maxBody), Free: 16 << 10, Connections: affordable(1024),
		Patience: 5 * time.Second, Longest: 20 * time.Second, MinRate: 1 << 10, Grace: time.Second,
	}
}

// Gate is where all requests come in.
type Gate struct {
	limits Limits
	// shared is what is left of the budget beside what connections hold for free, and
	// used how much of that is in use.
	shared int64
	used   atomic.Int64

	// refusing has room for each connection that is being told that there is no room.
	refusing chan struct{}
	lane     lane
	turned   turned

	mu    sync.Mutex
	conns []*conn
	// pressed is when room was last made for a body.
	pressed time.Time
}

// New returns a Gate.
func New(l Limits) *Gate {
	return &Gate{
		limits: l, shared: l.Bytes - l.Free*int64(l.Connections), refusing: make(chan struct{}, maxRefusing),
		lane: lane{token: make(chan struct{}, 1), wide: make(chan struct{}, atOnce)}, turned: turned{changed: make(chan struct{}, 1)},
	}
}

const (
	// maxPipelined is how many requests in a row a sender may send without waiting for
	// the answers, and pipelinedPause how long each further one waits: thousands on
	// each connection would leave no time for others.
	maxPipelined   = 16
	pipelinedPause = 50 * time.Millisecond
)

type connKey struct{}

// Attach has a server tell the gate what its connections are doing. Its listener must
// be one of the gate's.
func (g *Gate) Attach(s *http.Server) {
	if g == nil {
		return
	}
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	s.ConnState = func(c net.Conn, state http.ConnState) {
		c2, ok := c.(*conn)
		if !ok {
			return
		}
		switch state {
		case http.StateActive:
			c2.enter(working)
		case http.StateIdle:
			c2.enter(idle)
			if c2.pipelined() > maxPipelined { // it would keep a core to itself
				time.Sleep(pipelinedPause)
			}
		case http.StateNew, http.StateHijacked, http.StateClosed:
		}
	}
}

// connOf returns the connection that a request came on, nil if it is none of a gate's.
func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}
