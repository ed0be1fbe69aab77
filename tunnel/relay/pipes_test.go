package relay

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// pipes is a network in memory, for a synctest bubble: real connections would keep
// its clock from moving on.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	down   atomic.Bool
	dialed func() // may be nil
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr  { return p }
func (p *pipes) Network() string { return "pipe" }
func (p *pipes) String() string  { return "relay.test" }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if p.dialed != nil {
		p.dialed()
	}
	if p.down.Load() {
		return nil, errors.New("network is unreachable")
	}
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return buffer(ours), nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// buffered is a pipe that takes some writes before the other side reads, as sockets
// do. Without, two sides that ping each other at a time would wait for ever.
type buffered struct {
	net.Conn
	queue chan []byte
	once  sync.Once
	over  chan struct{}
}

func buffer(c net.Conn) *buffered {
	b := &buffered{Conn: c, queue: make(chan []byte, 64), over: make(chan struct{})}
	go func() {
		for {
			select {
			case p := <-b.queue:
				if _, err := c.Write(p); err != nil {
					_ = b.Close()
				}
			case <-b.over:
				return
			}
		}
	}()
	return b
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case b.queue <- bytes.Clone(p):
		return len(p), nil
	case <-b.over:
		return 0, net.ErrClosed
	}
}

func (b *buffered) Close() error {
	b.once.Do(func() { close(b.over) })
	return b.Conn.Close()
}

// bubble runs a test whose clock moves only while everything waits.
func bubble(t *testing.T, o standin.Options, test func(*testing.T, *pipes, *standin.Server, *http.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		net := newPipes()
		o.Listener = net
		s := serve(t, o)
		c := &http.Client{Transport: &http.Transport{DialContext: net.dial, DisableKeepAlives: true}}
		t.Cleanup(c.CloseIdleConnections)
		test(t, net, s, c)
	})
}

// sleeper is a wall clock that a sleeping computer's timers do not follow.
type sleeper struct{ slept atomic.Int64 }

func (s *sleeper) now() time.Time { return time.Now().Add(time.Duration(s.slept.Load())) }

func (s *sleeper) sleep(d time.Duration) { s.slept.Add(int64(d)) }
