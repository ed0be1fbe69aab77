// Package standin imitates ngrok's service inside a test. It speaks the agents'
// protocol over TLS on loopback sockets, so the real SDK connects to it, and its
// Client sends requests as ngrok's public edge does; StartProxy puts the edge behind
// a proxy, with its TLS.
//
// It refuses only what its Options say and an endpoint that is already online. It
// records traffic policies without applying them, and does not imitate ngrok's
// limits and plans.
package standin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options set how the stand-in behaves. The functions are called from several
// goroutines. They return "" to accept, or the text of a refusal (see Refuse).
type Options struct {
	Addr   string            // where to listen; "" means a free port on 127.0.0.1
	Domain string            // for endpoints that ask for none; "" means "hooktop-standin.ngrok-free.dev"
	OnAuth func(Auth) string // an agent signs in
	OnBind func(Bind) string // an agent asks for an endpoint; called again after each reconnect

	// Assign, if any, returns the URL that an endpoint gets in place of the one that
	// was asked for.
	Assign func(Bind) string
	// OnRequest, if any, returns what the edge answers in place of the agent; nil lets
	// the request through.
	OnRequest func(*http.Request) *http.Response
}

// Refuse returns a refusal in ngrok's format: the message, then the code on its own
// line.
func Refuse(code int, message string) string {
	return fmt.Sprintf("%s\r\n\r\nERR_NGROK_%d\r\n", message, code)
}

// Server is a running stand-in.
type Server struct {
	options  Options
	listener net.Listener
	cert     tls.Certificate
	pem      []byte
	gate     *gate
	running  sync.WaitGroup

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced at each change of the fields below
	sessions  map[*session]bool
	endpoints map[string]*endpoint // by host
	auths     []Auth
	binds     []Bind
	unbinds   []string
	ids       int
	closed    bool

	connections int
	closers     []func()
}

// endpoint is a public host that an agent serves.
type endpoint struct {
	id      string
	host    string
	session *session
}

// Start starts a stand-in that serves until Close.
func Start(o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Domain == "" {
		o.Domain = "hooktop-standin.ngrok-free.dev"
	}
	cert, pem, err := newCertificate()
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for agents: %w", err)
	}
	s := &Server{
		options:   o,
		listener:  listener,
		cert:      cert,
		pem:       pem,
		gate:      newGate(),
		changed:   make(chan struct{}),
		sessions:  map[*session]bool{},
		endpoints: map[string]*endpoint{},
	}
	s.running.Go(s.accept)
	return s, nil
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		link := &link{Conn: c, gate: s.gate, closed: make(chan struct{})}
		sess := newSession(s, link)
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = link.Close()
			return
		}
		s.sessions[sess] = true
		s.running.Go(sess.serve)
		s.changeLocked()
		s.mu.Unlock()
	}
}

// Addr returns the host:port that agents connect to.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// CAs returns certificates that trust only this stand-in.
func (s *Server) CAs() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.pem)
	return pool
}

// CAPEM returns the same certificate as PEM, for a connect_cas file.
func (s *Server) CAPEM() []byte { return slices.Clone(s.pem) }

// Drop breaks all connections, like a restart of ngrok's service. Agents may
// reconnect immediately.
func (s *Server) Drop() {
	for _, sess := range s.forget() {
		_ = sess.link.Close()
	}
}

// Freeze makes all connections half-open: they stay open, but nothing gets through
// in either direction. New connections are accepted and are just as silent.
func (s *Server) Freeze() { s.gate.shut() }

// Thaw ends a Freeze. Nothing that was sent meanwhile is lost.
func (s *Server) Thaw() { s.gate.open() }

// Stop takes the endpoint at a host offline, as ngrok's dashboard does.
func (s *Server) Stop(host, code, message string) error {
	s.mu.Lock()
	e := s.endpoints[host]
	delete(s.endpoints, host)
	s.changeLocked()
	s.mu.Unlock()
	if e == nil {
		return fmt.Errorf("stop %s: not online", host)
	}
	return e.session.stop(stopTunnel{ID: e.id, Message: message, ErrorCode: code})
}

// Close breaks all connections and returns when everything has stopped.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	closers := s.closers
	s.mu.Unlock()
	for _, end := range closers {
		end()
	}
	err := s.listener.Close()
	s.Drop()
	s.running.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// forget removes all sessions and endpoints, and returns the sessions.
func (s *Server) forget() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*session
	for sess := range s.sessions {
		all = append(all, sess)
	}
	clear(s.sessions)
	clear(s.endpoints)
	s.changeLocked()
	return all
}

func (s *Server) ended(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess)
	for host, e := range s.endpoints {
		if e.session == sess {
			delete(s.endpoints, host)
		}
	}
	s.changeLocked()
}

func (s *Server) changeLocked() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Auths returns the sign-ins so far, including refused ones.
func (s *Server) Auths() []Auth {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.auths)
}

// Binds returns the endpoint requests so far, including refused ones.
func (s *Server) Binds() []Bind {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.binds)
}

// Unbinds returns the ids of the endpoints that agents took offline.
func (s *Server) Unbinds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unbinds)
}

// Online returns the hosts that are online, sorted.
func (s *Server) Online() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.onlineLocked()
}

func (s *Server) onlineLocked() []string {
	hosts := []string{}
	for host := range s.endpoints {
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return hosts
}

// WaitAuths waits until there were n sign-ins since the start, including refused
// ones.
func (s *Server) WaitAuths(ctx context.Context, n int) error {
	return s.wait(ctx, "sign-ins", func() bool { return len(s.auths) >= n })
}

// WaitBinds waits until there were n endpoint requests since the start, including
// refused ones.
func (s *Server) WaitBinds(ctx context.Context, n int) error {
	return s.wait(ctx, "binds", func() bool { return len(s.binds) >= n })
}

// WaitUnbinds waits until agents have taken n endpoints offline since the start.
func (s *Server) WaitUnbinds(ctx context.Context, n int) error {
	return s.wait(ctx, "unbinds", func() bool { return len(s.unbinds) >= n })
}

// WaitConnections waits until Client has opened n connections to agents since the start.
func (s *Server) WaitConnections(ctx context.Context, n int) error {
	return s.wait(ctx, "connections", func() bool { return s.connections >= n })
}

// WaitOnline waits until a host is online.
func (s *Server) WaitOnline(ctx context.Context, host string) error {
	return s.wait(ctx, host+" online", func() bool { return s.endpoints[host] != nil })
}

// WaitSessions waits until exactly n agents are connected.
func (s *Server) WaitSessions(ctx context.Context, n int) error {
	return s.wait(ctx, "sessions", func() bool { return len(s.sessions) == n })
}

func (s *Server) wait(ctx context.Context, what string, met func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := met(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		}
	}
}

// writeTimeout limits how long the stand-in waits for an agent that does not read.
const writeTimeout = 5 * time.Second
