package appclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// maxProbe is how long an app on this machine or near it may take to accept a
// connection.
const maxProbe = 2 * time.Second

// Probe returns why nothing listens at an address, "" if something does. It makes
// a TCP connection and closes it: a request would be in the app's log, run its
// middleware and, in a dev server, compile a page. dial is nil for the network.
func Probe(ctx context.Context, dial Dial, addr string) (trouble string) {
	if dial == nil {
		dial = Network
	}
	ctx, cancel := context.WithTimeout(ctx, maxProbe)
	defer cancel()
	conn, err := dial(ctx, "tcp", addr)
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case err == nil:
		_ = conn.Close() // it told all there is to know
		return ""
	case connectionRefused(err):
		return nothingListens + addr
	case timedOut(err):
		return fmt.Sprintf("%s does not answer within %d s", addr, maxProbe/time.Second)
	case errors.As(err, &dns) && dns.IsNotFound:
		return unresolved(dns)
	case errors.As(err, &op):
		return addr + " cannot be reached: " + op.Err.Error()
	}
	return addr + " cannot be reached: " + err.Error()
}

// nothingListens begins the message about an app that is not running.
const nothingListens = "nothing listens at "

// connectionRefused reports whether an error means that nothing listens.
func connectionRefused(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		return false
	}
	var dns *net.DNSError // its server may refuse, too
	return !errors.As(err, &dns) &&
		(errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(op.Err.Error(), "refused")) // Windows has a number of its own
}

// Address returns a target's host with its port.
func Address(target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return target
	case u.Port() != "":
		return u.Host
	case u.Scheme == "https":
		return net.JoinHostPort(u.Hostname(), "443")
	}
	return net.JoinHostPort(u.Hostname(), "80")
}
