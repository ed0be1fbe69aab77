package standin

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// session is one connected agent.
type session struct {
	server *Server
	link   *link
	mux    *muxado.Heartbeat // never started, so that it only answers the agent's heartbeats
}

func newSession(s *Server, l *link) *session {
	secured := tls.Server(l, &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS12})
	mux := muxado.NewTypedStreamSession(muxado.Server(secured, nil))
	return &session{
		server: s,
		link:   l,
		mux:    muxado.NewHeartbeat(mux, func(time.Duration, bool) {}, nil),
	}
}

func (s *session) serve() {
	defer s.server.ended(s)
	defer func() { _ = s.mux.Close() }()
	for {
		stream, err := s.mux.AcceptTypedStream()
		if err != nil {
			return
		}
		s.server.running.Go(func() {
			defer func() { _ = stream.Close() }()
			s.answer(stream)
		})
	}
}

// answer answers one request. A request it cannot read gets no answer.
func (s *session) answer(stream muxado.TypedStream) {
	dec, enc := json.NewDecoder(stream), json.NewEncoder(stream)
	switch stream.StreamType() {
	case typeAuth:
		var a Auth
		if dec.Decode(&a) == nil {
			_ = enc.Encode(s.server.auth(a))
		}
	case typeBind:
		var b Bind
		if dec.Decode(&b) == nil {
			_ = enc.Encode(s.server.bind(s, b))
		}
	case typeUnbind:
		var u unbind
		if dec.Decode(&u) == nil {
			s.server.unbind(s, u)
			_ = enc.Encode(answer{})
		}
	case typeInfo:
		_ = enc.Encode(infoAnswer{Region: "local"})
	}
}

func (s *Server) auth(a Auth) (r authAnswer) {
	s.mu.Lock()
	s.auths = append(s.auths, a)
	s.changeLocked()
	s.mu.Unlock()
	if s.options.OnAuth != nil {
		if r.Error = s.options.OnAuth(a); r.Error != "" {
			return r
		}
	}
	r.Version, r.ClientID = "3", a.ClientID
	if r.ClientID == "" {
		r.ClientID = s.newID("client")
	}
	r.Extra.Cookie = "cookie-of-" + r.ClientID
	r.Extra.AgentSessionID = s.newID("ts")
	r.Extra.Region, r.Extra.AccountName, r.Extra.PlanName = "local", "stand-in", "Free"
	return r
}

func (s *Server) bind(sess *session, b Bind) (r bindAnswer) {
	s.mu.Lock()
	s.binds = append(s.binds, b)
	s.changeLocked()
	s.mu.Unlock()
	if s.options.OnBind != nil {
		if r.Error = s.options.OnBind(b); r.Error != "" {
			return r
		}
	}
	public := b.URL()
	if public == "" {
		public = "https://" + s.options.Domain
	}
	if s.options.Assign != nil {
		public = s.options.Assign(b)
	}
	u, err := url.Parse(public)
	if err != nil || u.Host == "" {
		r.Error = Refuse(9037, "The URL you specified is not valid.")
		return r
	}
	r.ID, r.URL, r.Proto, r.Opts = b.ID, public, b.Proto, b.Opts
	if r.ID == "" {
		r.ID = s.newID("bind")
	}
	r.Extra.Token, r.Extra.TunnelID = "token-of-"+r.ID, "tn_"+r.ID

	s.mu.Lock()
	defer s.mu.Unlock()
	if held := s.endpoints[u.Host]; held != nil {
		return bindAnswer{Error: Refuse(334, fmt.Sprintf("The endpoint '%s' is already online.", public))}
	}
	if s.sessions[sess] { // unless it was dropped meanwhile
		s.endpoints[u.Host] = &endpoint{id: r.ID, host: u.Host, session: sess}
		s.changeLocked()
	}
	return r
}

func (s *Server) unbind(sess *session, u unbind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unbinds = append(s.unbinds, u.ID)
	for host, e := range s.endpoints {
		if e.session == sess && e.id == u.ID {
			delete(s.endpoints, host)
		}
	}
	s.changeLocked()
}

func (s *Server) newID(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprintf("%s-%d", kind, s.ids)
}

// stop tells the agent that one of its endpoints was stopped. The agent does not
// answer.
func (s *session) stop(msg stopTunnel) error {
	stream, err := s.mux.OpenTypedStream(typeStopTunnel)
	if err != nil {
		return fmt.Errorf("stop endpoint: %w", err)
	}
	defer func() { _ = stream.Close() }()
	if err := stream.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("stop endpoint: %w", err)
	}
	if err := json.NewEncoder(stream).Encode(msg); err != nil {
		return fmt.Errorf("stop endpoint: %w", err)
	}
	return nil
}

// connect opens a public connection to one of the agent's endpoints.
func (s *session) connect(id, client string) (net.Conn, error) {
	header, err := proxyHeader{ID: id, ClientAddr: client, Proto: "https", EdgeType: "0"}.encode()
	if err != nil {
		return nil, err
	}
	stream, err := s.mux.OpenTypedStream(typeProxy)
	if err != nil {
		return nil, err
	}
	if _, err := stream.Write(header); err != nil {
		_ = stream.Close()
		return nil, err
	}
	s.server.mu.Lock()
	s.server.connections++
	s.server.changeLocked()
	s.server.mu.Unlock()
	return &publicConn{Conn: stream, closed: make(chan struct{})}, nil
}

// publicConn is a connection of a sender. On a frozen link writing and closing take as
// long as the freeze; a sender can still give up.
type publicConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *publicConn) Write(b []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	results := make(chan result, 1)
	b = bytes.Clone(b) // the caller's, once this returns
	go func() {
		n, err := c.Conn.Write(b)
		results <- result{n, err}
	}()
	select {
	case r := <-results:
		return r.n, r.err
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

func (c *publicConn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		go func() { _ = c.Conn.Close() }()
	})
	return nil
}
