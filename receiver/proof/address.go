package proof

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
)

// localAddress returns the host and port of a hooktop's address, which must be as
// hooktop itself writes it: http, an IP address of this machine, and a port.
func localAddress(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%q is not the address of a hooktop", address)
	}
	at, err := netip.ParseAddrPort(u.Host)
	if err != nil || at.Port() == 0 || address != "http://"+at.String() {
		return "", fmt.Errorf("%q is not the address of a hooktop", address)
	}
	if ip := at.Addr(); ip.Is4In6() || ip.Zone() != "" || !ip.IsLoopback() && !isOwn(ip) {
		return "", fmt.Errorf("%s is not on this machine", at)
	}
	return at.String(), nil
}

// isOwn reports whether one of this machine's interfaces has the address: hooktop may
// listen there alone (--addr 192.168.1.5:4747).
func isOwn(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() {
		return false
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok {
			if own, ok := netip.AddrFromSlice(n.IP); ok && own.Unmap() == ip {
				return true
			}
		}
	}
	return false
}
