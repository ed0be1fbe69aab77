package appclient

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Dial makes a connection, as a net.Dialer does.
type Dial func(ctx context.Context, network, addr string) (net.Conn, error)

// IsLocalName reports whether a host is localhost or a name below it, which is this
// machine whatever the name server says (RFC 6761, 6.3).
func IsLocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// LeadsTo reports whether a target is the address at which this machine listens.
func LeadsTo(target *url.URL, own *net.TCPAddr) bool {
	if Address(target.String()) != net.JoinHostPort(target.Hostname(), strconv.Itoa(own.Port)) {
		return false
	}
	if IsLocalName(target.Hostname()) {
		return own.IP.IsLoopback() || own.IP.IsUnspecified()
	}
	ip := net.ParseIP(target.Hostname())
	return own.IP.Equal(ip) || ip.IsUnspecified() && own.IP.IsLoopback() || own.IP.IsUnspecified() && ip.IsLoopback()
}

// Network connects to an address. localhost and the names below it are ::1 and
// 127.0.0.1: an app may listen at one of them alone, and few name servers know the
// names below.
func Network(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !IsLocalName(host) {
		return d.DialContext(ctx, network, addr)
	}
	return firstOf(ctx, d.DialContext, network, net.JoinHostPort("::1", port), net.JoinHostPort("127.0.0.1", port))
}

// headStart is how long the first of two addresses has to connect before the
// second is tried as well. Windows takes seconds to say that nothing listens.
const headStart = 250 * time.Millisecond

// firstOf connects to the first address, or to the second if that fails or takes
// too long. The error is the second's.
func firstOf(ctx context.Context, dial Dial, network, first, second string) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	early := make(chan result, 1)
	go func() {
		conn, err := dial(ctx, network, first)
		early <- result{conn, err}
	}()
	wait := time.NewTimer(headStart)
	defer wait.Stop()
	select {
	case r := <-early:
		if r.err == nil {
			return r.conn, nil
		}
		return dial(ctx, network, second)
	case <-wait.C:
	}
	conn, err := dial(ctx, network, second)
	if err != nil {
		if r := <-early; r.err == nil {
			return r.conn, nil
		}
		return nil, err
	}
	go func() {
		if r := <-early; r.err == nil {
			_ = r.conn.Close() // the other was faster
		}
	}()
	return conn, nil
}
