// Package tunnel gives this machine a public HTTPS address through ngrok: a
// net.Listener for http.Server, and a Status to show.
//
// A Tunnel connects in the background and keeps its URL when the connection
// drops. It retries temporary errors (no network) and stops on those that a
// person has to fix (a revoked authtoken). It is live once a test has shown that the
// URL leads here, or that this machine cannot tell. It does not read HTTP, and the
// only thing it knows about webhooks is which paths ngrok's edge may let through.
//
// Where to look: tunnel.go is what callers use, status.go what they are told;
// session.go connects, reconnect.go follows what the SDK does on its own, bindlog.go
// and dialer.go make up for what it keeps to itself; prove.go tests the URL, wake.go
// notices that the computer slept; errors.go has the words for ngrok's codes. own.go
// tests a URL that is not ngrok's.
package tunnel

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
)

// Config holds what a Tunnel depends on. Only Token is required.
type Config struct {
	Token  string // the ngrok authtoken; never printed, never logged
	Domain string // a static domain, bare or as a URL; "" lets ngrok choose

	// Paths lists the paths that ngrok's edge lets through, for POST only and
	// compared exactly. The edge answers everything else with 404. Without
	// paths it checks only the method. NoEdgePolicy turns all of this off.
	Paths        []string
	NoEdgePolicy bool

	ConnectAddr string         // host:port of ngrok's service; "" means the public one
	CAs         *x509.CertPool // trusted for that service; nil means ngrok's own authority

	// A dead connection is noticed within the sum of the two. 0 means 10 s and
	// 15 s. The service refuses values that are much shorter.
	HeartbeatInterval  time.Duration
	HeartbeatTolerance time.Duration

	// Test, if set, tests whether a public URL leads here; see selftest.Test.Run. The
	// tunnel is then live once a test has passed or could not decide: at the start,
	// after each reconnect and after the computer slept, and at no other time.
	Test Test

	Now     func() time.Time // the wall clock; nil means time.Now
	Logger  *slog.Logger     // nil discards; the token is removed from what is logged
	Version string           // hooktop's version; sent to ngrok as 0.0.0 unless it is a semantic version

	ticks <-chan time.Time // in place of a ticker, to notice that the computer slept
}

// Test tests whether a public URL leads here. It ends soon after ctx does.
type Test func(ctx context.Context, url string) selftest.Result

// Tunnel is a net.Listener with a public URL.
type Tunnel struct {
	config    Config
	wantedURL string // the URL to ask ngrok for; "" lets ngrok choose

	conns   chan net.Conn
	changed chan struct{}
	closing chan struct{} // closed by Close
	failed  chan struct{} // closed once failure is set
	force   chan struct{} // closed when Shutdown runs out of time
	done    chan struct{} // closed when everything has stopped
	awake   chan struct{} // capacity 1: signals that the computer woke, to who waits for the next attempt
	idle    chan struct{} // signals that the last open connection was closed

	mu      sync.Mutex
	status  Status
	failure *Error
	open    int // connections that were handed out and are not closed yet

	session   *session  // the one that is bound; nil for none
	linked    bool      // the session is connected, and its endpoint online
	downSince time.Time // since when nothing gets through; zero while it does
	renewals  int       // sessions in a row that were replaced because their URL stayed offline
	over      bool      // nothing is tested any more
	endTest   func()    // ends the self-test that is running, if one is
	tests     sync.WaitGroup
}

// Listen starts a Tunnel and returns immediately. The tunnel connects in the
// background and retries temporary errors. When ctx ends, the tunnel closes as
// with Close: requests in progress still get their answer.
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
		awake:   make(chan struct{}, 1),
		endTest: func() {},
		status:  Status{Kind: "ngrok", State: Connecting, Since: c.Now(), Attempt: 1},
	}
	stop := context.AfterFunc(ctx, func() { _ = t.Close() })
	go func() {
		defer close(t.done)
		defer stop()
		asleep := make(chan struct{})
		defer close(asleep)
		go watchSleep(t.now, c.ticks, asleep, t.woke)
		t.run(context.WithoutCancel(ctx))
		t.stopTesting()
	}()
	return t
}

// Accept returns the next connection. It keeps waiting while the tunnel connects
// or reconnects, and returns net.ErrClosed after Close and an *Error when the
// tunnel has failed.
func (t *Tunnel) Accept() (net.Conn, error) {
	select {
	case <-t.closing: // checked first, so that a closed tunnel accepts nothing
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

// Close stops the tunnel and returns immediately, in any state. New requests are
// refused from then on. Open connections stay until they are closed, so that
// http.Server.Shutdown can finish. Use Shutdown to wait for them.
func (t *Tunnel) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.closing:
	default:
		close(t.closing)
		t.endTest()
		t.set(func(s *Status) {
			*s = Status{Kind: s.Kind, State: Off, URL: s.URL, LastHeard: s.LastHeard, Proven: s.Proven, Lost: s.Lost}
		})
	}
	return nil
}

// Shutdown closes the tunnel and waits until its endpoint is offline and its
// open connections are closed. If ctx ends first, Shutdown cuts them and returns
// ctx's error. Without open connections it takes at most 3 s.
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

// URL returns the public URL, or "" before the tunnel is first live.
func (t *Tunnel) URL() string { return t.Status().URL }

// Addr returns the public host, or "ngrok" before the tunnel is first live.
func (t *Tunnel) Addr() net.Addr {
	if _, host, ok := strings.Cut(t.URL(), "://"); ok {
		return publicHost(host)
	}
	return publicHost("ngrok")
}

type publicHost string

func (publicHost) Network() string  { return "ngrok" }
func (h publicHost) String() string { return string(h) }

// Status returns a snapshot. Changed signals when to take the next one.
func (t *Tunnel) Status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// Changed returns a channel that signals changes of Status. It has capacity 1, so
// a slow reader sees the latest Status, not every one. Only one goroutine may
// read it.
func (t *Tunnel) Changed() <-chan struct{} { return t.changed }
