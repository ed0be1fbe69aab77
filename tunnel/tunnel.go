// Package tunnel gives this machine a public HTTPS address through ngrok, as a
// net.Listener that http.Server can serve and a Status that a person can read.
//
// A Tunnel connects by itself, keeps its address across drops, and tells
// trouble that passes (no network) from trouble that needs a person (a refused
// authtoken). It does not read HTTP, and it knows nothing about webhooks but
// the paths that the edge lets through.
package tunnel

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"
)

// Config is what a Tunnel depends on. Only Token is needed.
type Config struct {
	Token  string // the ngrok authtoken; never printed, never logged
	Domain string // a static domain, bare or as a URL; "" lets ngrok choose

	// Paths are those the edge lets through, compared exactly and only for
	// POST; anything else is answered 404 by ngrok and never gets here. With
	// no paths only the method is held. NoEdgePolicy lets everything through.
	Paths        []string
	NoEdgePolicy bool

	ConnectAddr string         // host:port of ngrok's service; "" is its public one
	CAs         *x509.CertPool // who vouches for that service; nil is ngrok's own authority

	// Heartbeats detect a dead link within their sum; 0 is 10 s and 15 s. The
	// service refuses much shorter ones.
	HeartbeatInterval  time.Duration
	HeartbeatTolerance time.Duration

	Now     func() time.Time // nil is time.Now
	Logger  *slog.Logger     // nil discards; the token is taken out of what is logged
	Version string           // hooktop's own; told to ngrok as 0.0.0 unless it is a semantic version
}

// State is where a Tunnel stands.
type State string

// The states. Failed and Off are final; Close leaves a failed tunnel failed.
const (
	Connecting   State = "connecting"   // never live yet
	Live         State = "live"         // requests come in
	Reconnecting State = "reconnecting" // was live; the link broke and is being made anew
	Failed       State = "failed"       // will not come (back) by itself; see Err and Fix
	Off          State = "off"          // closed
)

// Status is what is known about a Tunnel. The texts are one line each and hold
// neither the token nor control characters.
type Status struct {
	State     State
	URL       string        // the last known public URL, without a trailing slash; "" until live for the first time
	Since     time.Time     // when State was entered
	LastHeard time.Time     // when ngrok was last heard from: a connect or a heartbeat
	Latency   time.Duration // of the last heartbeat; 0 before the first
	Code      string        // "ERR_NGROK_107" where ngrok named one
	Err       string        // why it failed, or why it is not live (yet)
	Fix       string        // what a person can do about Err
	Attempt   int           // the try under way or waited for, counted from 1 at the start and at each drop; 0 while live
}

// Tunnel is a net.Listener at a public URL.
type Tunnel struct {
	config    Config
	wantedURL string // the URL asked for, or ""

	conns   chan net.Conn
	changed chan struct{}
	closing chan struct{} // closed by Close
	failed  chan struct{} // closed once failure is set
	force   chan struct{} // closed by a Shutdown that ran out of time
	done    chan struct{} // closed when nothing of the tunnel runs any more
	idle    chan struct{} // nudged when the last open connection is gone

	mu      sync.Mutex
	status  Status
	failure *Error
	open    int // connections handed out and not yet closed
}

// Listen starts a Tunnel and returns at once; it connects in the background and
// keeps trying for as long as the trouble is one that passes. The end of ctx is
// a Close: requests under way are still answered.
func Listen(ctx context.Context, c Config) *Tunnel {
	c.Token = strings.TrimSpace(c.Token)
	if c.Now == nil {
		c.Now = time.Now
	}
	t := &Tunnel{
		config:  c,
		conns:   make(chan net.Conn),
		changed: make(chan struct{}, 1),
		closing: make(chan struct{}),
		failed:  make(chan struct{}),
		force:   make(chan struct{}),
		done:    make(chan struct{}),
		idle:    make(chan struct{}, 1),
		status:  Status{State: Connecting, Since: c.Now(), Attempt: 1},
	}
	stop := context.AfterFunc(ctx, func() { _ = t.Close() })
	go func() {
		defer close(t.done)
		defer stop()
		t.run(context.WithoutCancel(ctx))
	}()
	return t
}

// Accept waits for the next connection, through connecting and reconnecting. It
// fails with net.ErrClosed after Close, and with an *Error once the tunnel has
// failed for good.
func (t *Tunnel) Accept() (net.Conn, error) {
	select {
	case <-t.closing: // first, so that a closed tunnel accepts nothing more
		return nil, t.closedError()
	default:
	}
	select {
	case c := <-t.conns:
		return c, nil
	case <-t.closing:
		return nil, t.closedError()
	case <-t.failed:
		return nil, t.failure
	}
}

func (t *Tunnel) closedError() error {
	return &net.OpError{Op: "accept", Net: "ngrok", Addr: t.Addr(), Err: net.ErrClosed}
}

// Close stops the tunnel and returns at once, in every state. New requests are
// refused from then on; connections that are open stay up until they are
// closed, so that http.Server.Shutdown can finish what it has begun. Shutdown
// waits for all that.
func (t *Tunnel) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.closing:
	default:
		close(t.closing)
		t.set(func(s *Status) { *s = Status{State: Off, URL: s.URL, LastHeard: s.LastHeard} })
	}
	return nil
}

// Shutdown closes the tunnel and waits until its endpoint is withdrawn and its
// open connections are done. When ctx ends first, they are cut and ctx's error
// is returned. With no connection open it takes 3 s at the very most.
func (t *Tunnel) Shutdown(ctx context.Context) error {
	_ = t.Close()
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	select {
	case <-t.force:
	default:
		close(t.force)
	}
	t.mu.Unlock()
	<-t.done
	return ctx.Err()
}

// URL is the public URL, "" until the tunnel has been live.
func (t *Tunnel) URL() string { return t.Status().URL }

// Addr is the public host, or "ngrok" until the tunnel has been live.
func (t *Tunnel) Addr() net.Addr {
	if _, host, ok := strings.Cut(t.URL(), "://"); ok {
		return publicHost(host)
	}
	return publicHost("ngrok")
}

type publicHost string

func (publicHost) Network() string  { return "ngrok" }
func (h publicHost) String() string { return string(h) }

// Status is a snapshot; Changed says when to take the next.
func (t *Tunnel) Status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// Changed is nudged after each change of Status. It holds one nudge, so a slow
// reader sees the latest Status and not each one; it has one reader.
func (t *Tunnel) Changed() <-chan struct{} { return t.changed }

// set changes the status, under t.mu.
func (t *Tunnel) set(change func(*Status)) {
	before := t.status.State
	if before == Off || before == Failed {
		return // final: what the SDK still reports is the sound of its going
	}
	after := t.status
	change(&after)
	if after.State != before {
		after.Since = t.config.Now()
	}
	t.status = after
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// fail is the end of a tunnel that nobody closed.
func (t *Tunnel) fail(e *Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure != nil {
		return
	}
	t.failure = e
	close(t.failed)
	t.set(func(s *Status) {
		s.State, s.Code, s.Err, s.Fix = Failed, e.Code, e.Error(), e.Fix()
	})
}

// conn counts itself, so that the session outlives the last answer.
type trackedConn struct {
	net.Conn
	closed func()
}

func (t *Tunnel) track(c net.Conn) net.Conn {
	t.mu.Lock()
	t.open++
	t.mu.Unlock()
	return &trackedConn{Conn: c, closed: sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.open--; t.open == 0 {
			select {
			case t.idle <- struct{}{}:
			default:
			}
		}
	})}
}

func (c *trackedConn) Close() error {
	err := c.Conn.Close() // the answer is on the wire when this returns
	c.closed()
	return err
}

// deliver hands a connection to Accept, or drops it when nobody will accept any
// more. The SDK holds a lock while a connection waits, so one must always be taken.
func (t *Tunnel) handOver(c net.Conn) {
	c = t.track(c)
	select {
	case t.conns <- c:
		return
	case <-t.closing:
	case <-t.failed:
	}
	_ = c.Close()
}

// drain waits for the open connections; early ends the wait.
func (t *Tunnel) drain(early <-chan *Error) {
	for {
		t.mu.Lock()
		open := t.open
		t.mu.Unlock()
		if open == 0 {
			return
		}
		select {
		case <-t.idle:
		case <-early: //nolint:errcheck // what failed is no matter to what is in flight
			return
		case <-t.force:
			return
		}
	}
}
