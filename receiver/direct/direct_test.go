package direct_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hooktop/hooktop/receiver/direct"
)

func TestIs(t *testing.T) {
	const loopback, private = "127.0.0.1:4747", "192.168.1.5:4747"
	for _, c := range []struct {
		name, local, remote, host, target string
		header                            string
		want                              bool
	}{
		{"a program on this machine", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "Svix-Id", true},
		{"a browser on this machine", loopback, "127.0.0.1:5000", "LOCALHOST:4747", "/", "Sec-Fetch-Site", true},
		{"over IPv6", "[::1]:4747", "[::1]:5000", "[::1]:4747", "/", "", true},
		{"IPv4 inside IPv6", "[::ffff:127.0.0.1]:4747", "[::ffff:127.0.0.1]:5000", "127.0.0.1:4747", "/", "", true},
		{"to this machine's address in its network", private, "192.168.1.5:5000", "192.168.1.5:4747", "/", "", true},
		{"this machine, to that address", private, "127.0.0.1:5000", "192.168.1.5:4747", "/", "", true},
		{"another machine", private, "192.168.1.6:5000", "192.168.1.5:4747", "/", "", false},
		{"the loopback address as the host, from another machine", private, "192.168.1.6:5000", "127.0.0.1:4747", "/", "", false},
		{"another port", loopback, "127.0.0.1:5000", "127.0.0.1:80", "/", "", false},
		{"no port", loopback, "127.0.0.1:5000", "localhost", "/", "", false},
		{"no host", loopback, "127.0.0.1:5000", "", "/", "", false},
		{"a name that leads to this machine", loopback, "127.0.0.1:5000", "evil.localtest.me:4747", "/", "", false},
		{"the public host", loopback, "127.0.0.1:5000", "hooks.example.com:4747", "/", "", false},
		{"the public host in another case", loopback, "127.0.0.1:5000", "Hooks.Example.COM.", "/", "", false},
		{"a whole URL in the request line", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "http://127.0.0.1:4747/", "", false},
		{"Forwarded", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "Forwarded", false},
		{"X-Real-Ip", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "X-Real-Ip", false},
		{"True-Client-Ip", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "True-Client-Ip", false},
		{"Fly-Client-Ip", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "Fly-Client-Ip", false},
		{"X-Original-Host", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "X-Original-Host", false},
		{"X-Envoy-External-Address", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "X-Envoy-External-Address", false},
		{"an unknown header", loopback, "127.0.0.1:5000", "127.0.0.1:4747", "/", "X-Unheard-Of", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			local, err := net.ResolveTCPAddr("tcp", c.local)
			if err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, local), http.MethodGet, c.target, nil)
			req.RemoteAddr, req.Host = c.remote, c.host
			if c.header != "" {
				req.Header.Set(c.header, "1")
			}
			if got := direct.Is(req, "hooks.example.com"); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
	// Without the address of the connection nothing is known.
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	req.RemoteAddr, req.Host = "127.0.0.1:5000", loopback
	if direct.Is(req, "") {
		t.Error("a request over an unknown connection counts as direct")
	}
}

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"hooks.example.com", "hooks.example.com", true},
		{"hooks.example.com:443", "HOOKS.example.com.", true},
		{"hooks.example.com:80", "hooks.example.com", true},
		{"hooks.example.com:8443", "hooks.example.com:8443", true},
		{"hooks.example.com:8443", "hooks.example.com", false},
		{"hooks.example.com.test", "hooks.example.com", false},
		{"bücher.example", "xn--bcher-kva.example", true},
		{"BÜCHER.example:443", "xn--bcher-kva.EXAMPLE.", true},
		{"[2001:db8::1]", "[2001:DB8:0::1]:443", true},
		{"[2001:db8::1]:443", "2001:db8::1", true},
		{"192.0.2.1:443", "192.0.2.1", true},
		{"", "", false},
		{"", "hooks.example.com", false},
	} {
		if got := direct.SameHost(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
		if got := direct.SameHost(c.b, c.a); got != c.want {
			t.Errorf("%q and %q: %t", c.b, c.a, got)
		}
	}
}
