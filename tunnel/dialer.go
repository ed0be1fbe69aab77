package tunnel

import (
	"context"
	"net"
)

// dialer makes the session's connections. They close when the session's context
// ends, whatever the SDK is doing.
//
// While a bound session reconnects, the dialer repeats an attempt that reached
// nothing: the SDK would sleep up to half a minute between two, also after the
// computer woke and the network is back.
type dialer struct{ session *session }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialContext(sessionCtx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Timeout: dialTimeout}
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		c, err := nd.DialContext(sessionCtx, network, address)
		if err == nil {
			return d.session.keep(sessionCtx, c), nil
		}
		if !d.session.mayRedial(err) || !d.session.tunnel.pause(sessionCtx, wait) {
			return nil, err
		}
	}
}

// keep has a new connection close when the session's context ends, and remembers it.
func (s *session) keep(sessionCtx context.Context, c net.Conn) net.Conn {
	kept := &sessionConn{Conn: c, stop: context.AfterFunc(sessionCtx, func() { _ = c.Close() })}
	s.tunnel.mu.Lock()
	defer s.tunnel.mu.Unlock()
	s.conn = kept
	return kept
}

// mayRedial takes note of a failed attempt, and reports whether the dialer repeats
// it.
func (s *session) mayRedial(err error) bool {
	t := s.tunnel
	e := t.explain(err)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.bound || s.ended || t.ended() {
		return false
	}
	s.reconnecting(e)
	return true
}

type sessionConn struct {
	net.Conn
	stop func() bool
}

func (l *sessionConn) Close() error {
	l.stop()
	return l.Conn.Close()
}
