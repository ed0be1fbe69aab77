package proof

import (
	"net"
	"testing"
)

// An address out of a stranger's database leads to this machine, exactly as written, or
// is an error that quotes little of it.
func FuzzAddress(f *testing.F) {
	for _, address := range []string{
		"http://127.0.0.1:4747", "http://[::1]:1", "http://127.1:80", "http://localhost:80", "http://127.0.0.1:4747@evil.example", "http://0.0.0.0:1", "http://[::ffff:127.0.0.1]:1",
		"http://[::1%25lo]:1", "http://127.0.0.1:0", "http://127.0.0.1:80/", "HTTP://127.0.0.1:80", "http://127.0.0.1:080", "http://1.1.1.1:80", "//127.0.0.1:80", "http://127.0.0.1:80\x00",
	} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		at, err := localAddress(address)
		if err != nil {
			if at != "" {
				t.Errorf("%q and %v", at, err)
			}
			return
		}
		host, port, err := net.SplitHostPort(at)
		if err != nil || port == "0" || address != "http://"+at {
			t.Errorf("%q became %q", address, at)
		}
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() && !ip.IsGlobalUnicast() {
			t.Errorf("%q leads to %s", address, host)
		}
	})
}
