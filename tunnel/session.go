package tunnel

import (
	"context"
	"errors"
	"fmt"
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

	refused  chan *Error // receives the first error before the endpoint is bound
	lost     chan *Error // receives why a bound session cannot recover
	listener ngrok.EndpointListener

	// Guarded by tunnel.mu.
	bound        bool
	firstRefusal *Error // the error that was sent to refused
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
	if s := t.establish(ctx); s != nil {
		t.serve(s)
	}
}

// establish retries until a session is bound. It returns nil if the tunnel is
// closed or fails first.
func (t *Tunnel) establish(ctx context.Context) *session {
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		s, at, e := t.connect(ctx)
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
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-t.closing:
			timer.Stop()
			return nil
		}
	}
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

// goLive marks the session as bound and the tunnel as live, unless the connection
// broke in the meantime.
func (s *session) goLive(l ngrok.EndpointListener) *Error {
	t := s.tunnel
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.firstRefusal != nil {
		return s.firstRefusal
	}
	s.listener, s.bound = l, true
	url := strings.TrimSuffix(l.URL().String(), "/")
	t.set(func(st *Status) {
		*st = Status{Kind: st.Kind, State: Live, URL: url, LastHeard: t.config.Now(), Latency: st.Latency}
	})
	return nil
}

// handleEvent is called by the SDK, which waits for it and sometimes holds a lock:
// it must not block or call the SDK.
func (s *session) handleEvent(event ngrok.Event) {
	t := s.tunnel
	switch event := event.(type) {
	case *ngrok.EventAgentConnectSucceeded:
		t.mu.Lock()
		defer t.mu.Unlock()
		if s.bound {
			t.set(func(st *Status) {
				*st = Status{Kind: st.Kind, State: Live, URL: st.URL, LastHeard: t.config.Now(), Latency: st.Latency}
			})
		}
	case *ngrok.EventAgentHeartbeatReceived:
		t.mu.Lock()
		defer t.mu.Unlock()
		t.set(func(st *Status) {
			st.LastHeard, st.Latency = t.config.Now(), event.Latency
		})
	case *ngrok.EventAgentDisconnected:
		if event.Error != nil {
			s.dropped(t.explain(event.Error))
		}
	}
}

func (s *session) dropped(e *Error) {
	t := s.tunnel
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !s.bound:
		if s.firstRefusal == nil {
			s.firstRefusal = e
			s.refused <- e
		}
	case t.status.State == Off || t.status.State == Failed || e.permanent(running):
		select {
		case s.lost <- e:
		default:
		}
	default:
		t.set(func(st *Status) {
			if st.State == Live {
				st.State, st.Attempt = Reconnecting, 0
			}
			st.Attempt++
			st.Code, st.Err, st.Fix = e.Code, e.Error(), e.Fix()
		})
	}
}

// serve passes on connections until the tunnel ends. Then it takes the endpoint
// offline, lets open connections finish and ends the session.
func (t *Tunnel) serve(s *session) {
	stopped := make(chan error, 1)
	go func() { stopped <- s.acceptAll() }()
	select {
	case <-t.closing:
		s.unbind()
		t.drain(s.lost)
	case err := <-stopped:
		t.fail(t.endpointStopped(err))
		s.unbind()
		t.drain(s.lost)
	case e := <-s.lost:
		t.fail(e)
		s.unbind()
	}
	s.disconnect()
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
