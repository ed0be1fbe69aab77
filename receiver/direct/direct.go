// Package direct tells a request that a program on this machine made itself from one
// that came through the user's own tunnel or another proxy. Both arrive at the local
// address, and a tunnel may write any Host. So a request counts as direct only if
// everything about it says so, and anything unknown makes it one from outside.
//
// It reads the request alone: it asks nobody and knows no tokens.
package direct

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// Is reports whether a request came straight from a program on this machine: over a
// connection from this machine, with the address that it is connected to as its Host,
// and with no header that programs do not send themselves. publicHost is the host of
// the user's own tunnel.
func Is(req *http.Request, publicHost string) bool {
	here, ok := req.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	local, err := netip.ParseAddrPort(here.String())
	if err != nil {
		return false
	}
	return req.URL.Host == "" && fromHere(req.RemoteAddr, local.Addr()) && namesHere(req.Host, local) && !SameHost(req.Host, publicHost) && plain(req.Header)
}

// fromHere reports whether the other end of a connection is this machine.
func fromHere(remote string, local netip.Addr) bool {
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	ip := from.Addr().Unmap().WithZone("")
	return ip.IsLoopback() || ip == local.Unmap().WithZone("")
}

// namesHere reports whether a Host is the local address of its connection. localhost
// is that of a loopback address.
func namesHere(host string, local netip.AddrPort) bool {
	name, port := split(host)
	if port == "" {
		port = "80"
	}
	if port != portOf(local) {
		return false
	}
	own := local.Addr().Unmap().WithZone("")
	if name == "localhost" {
		return own.IsLoopback()
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().WithZone("") == own
}

func portOf(a netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(a.String()) // it is one
	return port
}

// SameHost reports whether two hosts are the same, however they are written: with or
// without the port of http or https, in any case, with a dot at the end, in Unicode or
// Punycode.
func SameHost(a, b string) bool {
	nameA, portA := split(a)
	nameB, portB := split(b)
	return nameA != "" && nameA == nameB && (portA == portB || usual(portA) && usual(portB))
}

// usual reports whether a URL need not name a port.
func usual(port string) bool { return port == "" || port == "80" || port == "443" }

// split returns the name and the port of a host; two names of the same host are the same
// text. The port is "" for none.
func split(host string) (name, port string) {
	name = strings.TrimSpace(host)
	if n, p, err := net.SplitHostPort(name); err == nil {
		name, port = n, p
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	name, _, _ = strings.Cut(name, "%") // a zone
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().String(), port
	}
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		name = ascii
	}
	return strings.TrimSuffix(strings.ToLower(name), "."), port
}

// usualHeaders are those that programs and browsers send, without what begins with
// one of usualPrefixes. Proxies invent new ones all the time, so these are the ones
// that are known.
var usualHeaders = map[string]bool{
	"Accept": true, "Accept-Charset": true, "Accept-Encoding": true, "Accept-Language": true, "Authorization": true,
	"Cache-Control": true, "Connection": true, "Content-Encoding": true, "Content-Language": true, "Content-Length": true,
	"Content-Type": true, "Cookie": true, "Date": true, "Dnt": true, "Expect": true, "If-Match": true, "If-Modified-Since": true,
	"If-None-Match": true, "Keep-Alive": true, "Origin": true, "Postman-Token": true, "Pragma": true, "Priority": true,
	"Range": true, "Referer": true, "Stripe-Signature": true, "Te": true, "Transfer-Encoding": true, "Upgrade": true,
	"Upgrade-Insecure-Requests": true, "User-Agent": true,
}

var usualPrefixes = []string{"Sec-", "Svix-", "Webhook-", "Hooktop-"}

// plain reports whether all headers are ones that programs send themselves.
func plain(h http.Header) bool {
	for name := range h {
		if !usualHeaders[http.CanonicalHeaderKey(name)] && !hasPrefix(name) {
			return false
		}
	}
	return true
}

func hasPrefix(name string) bool {
	for _, p := range usualPrefixes {
		if len(name) >= len(p) && strings.EqualFold(name[:len(p)], p) {
			return true
		}
	}
	return false
}
