package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

const (
	dialTimeout       = 10 * time.Second // for one TCP connection
	connectTimeout    = 30 * time.Second // for one attempt to connect, sign in and bind
	unbindTimeout     = 2 * time.Second  // for ngrok to confirm that the endpoint is offline
	disconnectTimeout = time.Second      // for a clean goodbye before the connections are cut
	minBackoff        = 500 * time.Millisecond
	maxBackoff        = 30 * time.Second
)

// session is one agent of the SDK. Until its endpoint is bound it gets a single
// attempt: the SDK would repeat a refused sign-in forever, so the first error ends
// the session and establish decides what to do. Once it is bound, the SDK
// reconnects and keeps the endpoint and its URL.
type session struct {
	tunnel *Tunnel
	agent  ngrok.Agent
	cancel context.CancelFunc // ends the SDK's loops and closes its sockets

	refused  chan *Error   // receives the first error before the endpoint is bound
	lost     chan *Error   // receives why a bound session cannot recover
	stale    chan struct{} // signals that a bound session is to be replaced
	listener ngrok.EndpointListener

	// Guarded by tunnel.mu.
	bound        bool
	ended        bool     // what the SDK still reports no longer counts
	firstRefusal *Error   // the error that was sent to refused
	url          string   // where ngrok last put the endpoint
	conn         net.Conn // to ngrok
	broken       *Error   // why hooktop itself broke the connection, until that is reported
	refusals     int      // of the SDK's attempts since the connection dropped
}

// run connects, serves until the tunnel ends, and disconnects.
func (t *Tunnel) run(ctx context.Context) {
	edge, err := endpointURL(t.config.Domain)
	switch {
	case t.config.Token == "":
		t.fail(errNoToken)
		return
	case err != nil:
		t.fail(err)
		return
	}
	t.wantedURL = edge
	for again := true; again; {
		s := t.establish(ctx)
		again = s != nil && t.serve(s)
	}
}

// establish retries until a session is bound. It returns nil if the tunnel is
// closed or fails first.
func (t *Tunnel) establish(ctx context.Context) *session {
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		s, at, e := t.connect(ctx)
		if at == binding && t.URL() != "" {
			at = running // it worked before
		}
		switch {
		case e == nil:
			return s
		case e.permanent(at):
			t.fail(e)
			return nil
		}
		t.mu.Lock()
		t.set(func(s *Status) {
			s.Code, s.Err, s.Fix = e.Code, e.Error(), e.Fix()
			s.Attempt++
		})
		t.mu.Unlock()
		if !t.pause(ctx, wait) {
			return nil
		}
	}
}

// pause waits before the next attempt, but not after the computer woke: what failed
// may work now. It reports false if the tunnel was closed or ctx ended.
func (t *Tunnel) pause(ctx context.Context, wait time.Duration) bool {
	t.mu.Lock()
	t.retryAfter(wait)
	t.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.awake:
	case <-t.closing:
		return false
	case <-ctx.Done():
		return false
	}
	t.mu.Lock()
	t.set(func(s *Status) { s.NextTry = time.Time{} })
	t.mu.Unlock()
	return true
}

// connect makes one attempt. It returns neither a session nor an error if the
// tunnel is closed meanwhile.
func (t *Tunnel) connect(ctx context.Context) (*session, stage, *Error) {
	// The SDK uses this context for the whole session, so it cannot carry the
	// timeout of this attempt.
	sessionCtx, cancel := context.WithCancel(ctx)
	s := &session{
		tunnel:  t,
		cancel:  cancel,
		refused: make(chan *Error, 1),
		lost:    make(chan *Error, 1),
		stale:   make(chan struct{}, 1),
	}
	agent, err := ngrok.NewAgent(t.agentOptions(s)...)
	if err != nil {
		cancel()
		return nil, signingIn, t.explain(err)
	}
	s.agent = agent

	type result struct {
		listener ngrok.EndpointListener
		err      error
	}
	results := make(chan result, 1)
	go func() {
		l, err := agent.Listen(sessionCtx, t.endpointOptions()...)
		results <- result{l, err}
	}()
	timer := time.NewTimer(connectTimeout)
	defer timer.Stop()

	var e *Error
	at := signingIn
	select {
	case r := <-results:
		if r.err == nil {
			if e = s.goLive(r.listener); e == nil {
				return s, running, nil
			}
			break
		}
		at, e = binding, t.explain(r.err)
	case e = <-s.refused:
	case <-timer.C:
		e = t.explain(errNoAnswer)
	case <-t.closing:
	}
	cancel()
	return nil, at, e
}

var errNoAnswer = fmt.Errorf("no answer within %v", connectTimeout)

// goLive marks the session as bound and has its URL tested, unless the connection
// broke in the meantime.
func (s *session) goLive(l ngrok.EndpointListener) *Error {
	t := s.tunnel
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.firstRefusal != nil {
		return s.firstRefusal
	}
	s.listener, s.bound, t.session = l, true, s
	t.connected(strings.TrimSuffix(l.URL().String(), "/"))
	return nil
}

// serve passes on connections until the tunnel ends. Then it takes the endpoint
// offline, lets open connections finish and ends the session. It reports true if the
// session is to be replaced.
func (t *Tunnel) serve(s *session) (again bool) {
	stopped := make(chan error, 1)
	go func() { stopped <- s.acceptAll() }()
	select {
	case <-t.closing:
	case err := <-stopped:
		t.fail(t.endpointStopped(err))
	case e := <-s.lost:
		t.fail(e)
	case <-s.stale:
		again = true
	}
	if !s.leave(again) {
		// The SDK is not safe against telling ngrok while the connection breaks.
		s.disconnect()
		s.unbind()
		return again
	}
	s.unbind()
	if !again {
		t.drain(s.lost)
	}
	s.disconnect()
	return again
}

// leave takes note that the session is over, and reports whether it is connected. One
// that is replaced reports nothing any more.
func (s *session) leave(replaced bool) (connected bool) {
	t := s.tunnel
	t.mu.Lock()
	defer t.mu.Unlock()
	connected, t.linked = t.linked, false
	s.ended = replaced
	t.endTest()
	return connected
}

// acceptAll accepts connections until the listener ends. It must not stop earlier:
// the SDK deadlocks when it closes an endpoint with a waiting connection.
func (s *session) acceptAll() error {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return err
		}
		s.tunnel.handOver(c)
	}
}

// endpointStopped explains why the listener ended although nobody closed the
// tunnel. An error from ngrok means that somebody stopped the endpoint there.
func (t *Tunnel) endpointStopped(err error) *Error {
	e := &Error{
		Title:  "the connection to ngrok ended and cannot be restored",
		Detail: oneLine(err.Error(), t.config.Token),
		fix:    "restart hooktop",
	}
	var remote ngrok.Error
	if errors.As(err, &remote) {
		e.Code = codePattern.FindString(remote.Code())
		e.Title = "the endpoint was stopped from ngrok's dashboard or API"
		e.fix = "restart hooktop to bring it back; https://dashboard.ngrok.com/endpoints lists what is online"
	}
	return e
}

// unbind takes the endpoint offline, so that ngrok can tell senders. On a dead
// connection the SDK's Close takes 25 s: it continues in the background until
// disconnect.
func (s *session) unbind() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.listener.Close()
	}()
	timer := time.NewTimer(unbindTimeout)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-s.tunnel.force:
	}
}

// disconnect ends the session. The SDK says goodbye first; closing the connections
// then frees whatever still waits on them.
func (s *session) disconnect() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.agent.Disconnect()
	}()
	timer := time.NewTimer(disconnectTimeout)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	s.cancel()
}
