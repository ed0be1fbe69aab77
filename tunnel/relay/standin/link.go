package standin

import (
	"maps"
	"net"
	"slices"
	"sync"
)

// freezing is a listener whose connections can be frozen and dropped.
type freezing struct {
	net.Listener
	server *Server
}

func (f freezing) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l := &link{Conn: c, server: f.server, closed: make(chan struct{})}
	f.server.note(func() { f.server.conns[l] = true })
	return l, nil
}

// link is a connection that stands still while the server is frozen: nothing is read
// from it and nothing written to it, and it does not end.
type link struct {
	net.Conn
	server *Server
	once   sync.Once
	closed chan struct{}
}

func (l *link) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	l.wait() // after the read: bytes in transit must not arrive either
	return n, err
}

func (l *link) Write(b []byte) (int, error) {
	l.wait()
	return l.Conn.Write(b)
}

func (l *link) Close() error {
	l.wait() // nor does the other side hear of the end
	return l.end()
}

func (l *link) end() error {
	l.once.Do(func() { close(l.closed) })
	l.server.note(func() { delete(l.server.conns, l) })
	return l.Conn.Close()
}

func (l *link) wait() {
	for {
		l.server.mu.Lock()
		frozen, changed := l.server.frozen, l.server.changed
		l.server.mu.Unlock()
		if !frozen {
			return
		}
		select {
		case <-changed:
		case <-l.closed:
			return
		}
	}
}

// Drop cuts every connection. The tokens are free at once; the real service may take
// a while to notice.
func (s *Server) Drop() {
	s.mu.Lock()
	all, listeners := slices.Collect(maps.Keys(s.conns)), slices.Collect(maps.Values(s.listeners))
	s.mu.Unlock()
	for _, l := range listeners {
		s.leave(l)
	}
	for _, l := range all {
		_ = l.end()
	}
}

// Freeze lets every connection stand still, new ones too. A listener keeps its token
// meanwhile.
func (s *Server) Freeze() { s.note(func() { s.frozen = true }) }

// Thaw ends Freeze.
func (s *Server) Thaw() { s.note(func() { s.frozen = false }) }
