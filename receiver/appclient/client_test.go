package appclient

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// raw serves each connection with a function and returns the listener's address.
func raw(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return l.Addr().String()
}

func post(t *testing.T, c *Client, url string, header http.Header) webhook.Forward {
	t.Helper()
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	t.Cleanup(c.CloseIdleConnections)
	return c.Exchange(t.Context(), http.MethodPost, url, header, []byte(`{"a":1}`), 15*time.Second, time.Now)
}

// served starts an app that speaks these protocols and answers with the protocol
// and the body that it got.
func served(t *testing.T, withTLS bool, set func(*http.Protocols)) (url string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Proto+" "+r.Host+" "+strings.Join(r.Header["X-Two"], "|")+" "+string(body))
	}))
	s.Config.Protocols = new(http.Protocols)
	set(s.Config.Protocols)
	if withTLS {
		s.EnableHTTP2 = s.Config.Protocols.HTTP2()
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s.URL
}

func TestAnAppIsReachedWithTheProtocolThatItSpeaks(t *testing.T) {
	for _, c := range []struct {
		name  string
		tls   bool
		set   func(*http.Protocols)
		proto string
	}{
		{"HTTP/1.1", false, func(p *http.Protocols) { p.SetHTTP1(true) }, "HTTP/1.1"},
		{"HTTP/1.1 over TLS", true, func(p *http.Protocols) { p.SetHTTP1(true) }, "HTTP/1.1"},
		{"HTTP/2 alone over TLS", true, func(p *http.Protocols) { p.SetHTTP2(true) }, "HTTP/2.0"},
		{"both over TLS", true, func(p *http.Protocols) { p.SetHTTP1(true); p.SetHTTP2(true) }, "HTTP/2.0"},
		{"HTTP/2 alone without TLS", false, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }, "HTTP/2.0"},
		{"both without TLS", false, func(p *http.Protocols) { p.SetHTTP1(true); p.SetUnencryptedHTTP2(true) }, "HTTP/1.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := served(t, c.tls, c.set)
			client := New(true, nil)
			for range 2 { // the second time it is known
				_, host, _ := strings.Cut(url, "://")
				got := post(t, client, url, http.Header{"X-Two": {"one", "two, three"}})
				if want := c.proto + " " + host + ` one|two, three {"a":1}`; got.Status != 200 || string(got.Body) != want {
					t.Errorf("%d %s %q: %q, want %q", got.Status, got.Failure, got.Error, got.Body, want)
				}
			}
		})
	}
}

// Once an app that spoke HTTP/2 alone is replaced by another one, that is reached,
// too.
func TestAnotherAppAtTheSameAddressIsReached(t *testing.T) {
	client := New(false, nil)
	url := served(t, false, func(p *http.Protocols) { p.SetHTTP1(true) })
	client.setOnlyHTTP2(strings.TrimPrefix(url, "http://"), true)
	post(t, client, url, nil) // finds out
	if got := post(t, client, url, nil); got.Status != 200 {
		t.Errorf("%d %s %q", got.Status, got.Failure, got.Error)
	}
}

// An app that breaks off while it handles a delivery must not get it twice, even if
// it speaks HTTP/2 as well.
func TestADeliveryThatTheAppMayHaveSeenIsNotSentAgain(t *testing.T) {
	var handled atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			handled.Add(1)
			panic(http.ErrAbortHandler)
		}
	}))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	defer s.Close()
	if got := post(t, New(false, nil), s.URL, nil); got.Failure != webhook.ConnectionClosed || handled.Load() != 1 {
		t.Errorf("%s %q, handled %d times", got.Failure, got.Error, handled.Load())
	}
}

func TestWhyAnAppGaveNoAnswer(t *testing.T) {
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	plain := httptest.NewServer(handler)
	defer plain.Close()
	secured := httptest.NewTLSServer(handler)
	defer secured.Close()
	plainAddr, securedAddr := strings.TrimPrefix(plain.URL, "http://"), strings.TrimPrefix(secured.URL, "https://")
	closes := func(net.Conn) {}
	says := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, text)
		}
	}
	// silentTLS closes a connection that does not begin with a handshake, as Node does.
	silentTLS := func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if first, err := r.Peek(1); err != nil || first[0] != 22 {
			return
		}
		_ = tls.Server(peeked{conn, r}, &tls.Config{Certificates: secured.TLS.Certificates, MinVersion: tls.VersionTLS12}).HandshakeContext(context.Background())
	}
	// page answers what it does not understand with a page and no status, as Python does.
	page := func(conn net.Conn) {
		line, err := bufio.NewReader(conn).ReadString('\n')
		switch {
		case err != nil:
		case strings.HasSuffix(line, " HTTP/1.1\r\n"):
			_, _ = io.WriteString(conn, "HTTP/1.0 501 Unsupported method\r\nContent-Length: 0\r\n\r\n")
		default:
			_, _ = io.WriteString(conn, "<!DOCTYPE HTML><html><p>Error code: 400</html>")
		}
	}
	for _, c := range []struct {
		name, url string
		want      webhook.Failure
	}{
		{"HTTP to a TLS port that closes", "http://" + raw(t, silentTLS), webhook.WantsHTTPS},
		{"HTTP to a TLS port that answers with an alert", "http://" + raw(t, func(conn net.Conn) {
			_ = tls.Server(conn, &tls.Config{Certificates: secured.TLS.Certificates, MinVersion: tls.VersionTLS12}).HandshakeContext(context.Background())
		}), webhook.WantsHTTPS},
		{"HTTPS to Go's HTTP port", "https://" + plainAddr, webhook.WantsHTTP},
		{"HTTPS to an HTTP port that answers with a page alone", "https://" + raw(t, page), webhook.WantsHTTP},
		{"HTTPS to an HTTP/2 port without TLS", strings.Replace(served(t, false, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }), "http:", "https:", 1), webhook.WantsHTTP},
		{"HTTPS with a certificate that nobody signed", "https://" + securedAddr, webhook.UntrustedCertificate},
		{"HTTPS to a server that ends the handshake", "https://" + raw(t, says("\x15\x03\x03\x00\x02\x02\x28")), webhook.TLSFailed},
		{"HTTPS to a database", "https://" + raw(t, says("\x4a\x00\x00\x00\x0a8.0.36\x00")), webhook.TLSFailed},
		{"a database", "http://" + raw(t, says("-ERR unknown command\r\n")), webhook.NotHTTP},
		{"SSH", "http://" + raw(t, says("SSH-2.0-OpenSSH_9.6\r\n")), webhook.NotHTTP},
		{"two lengths", "http://" + raw(t, says("HTTP/1.1 500 X\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc")), webhook.UnreadableAnswer},
		{"an encoding of the transfer that nobody knows", "http://" + raw(t, says("HTTP/1.1 500 X\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")), webhook.UnreadableAnswer},
		{"a header of 70 kB", "http://" + raw(t, says("HTTP/1.1 500 X\r\nX-A: "+strings.Repeat("y", 70_000)+"\r\n\r\n")), webhook.UnreadableAnswer},
		{"a header line without a colon", "http://" + raw(t, says("HTTP/1.1 200 OK\r\nboom\r\n\r\n")), webhook.UnreadableAnswer},
		{"a server that closes", "http://" + raw(t, closes), webhook.ConnectionClosed},
		{"a server that closes TLS", "https://" + raw(t, closes), webhook.ConnectionClosed},
		{"a name that nobody has", "http://shop.invalid:3000", webhook.UnresolvedName},
		{"a port that nobody has", "http://app.localhost:1", webhook.NotRunning},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := New(false, nil)
			if strings.Contains(c.url, ".invalid") {
				client = New(false, func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "shop.invalid", IsNotFound: true}}
				})
			}
			got := post(t, client, c.url, nil)
			if got.Failure != c.want || got.Error == "" || got.Status != 0 {
				t.Errorf("%d %s %q, want %s", got.Status, got.Failure, got.Error, c.want)
			}
		})
	}
}

// peeked is a connection of which the beginning was read.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

func TestLocalNamesAreThisMachine(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Logf("not checked: %v", err)
			continue
		}
		s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) })}}
		s.Start()
		defer s.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		for _, host := range []string{"localhost", "app.localhost", "a.b.localhost", "LOCALHOST", "app.localhost."} {
			if got := post(t, New(false, nil), "http://"+host+":"+port+"/x", nil); got.Status != 200 || !strings.EqualFold(string(got.Body), host+":"+port) {
				t.Errorf("%s at %s: %d %q %q", host, addr, got.Status, got.Error, got.Body)
			}
		}
	}
	for _, host := range []string{"localhost.example.com", "notlocalhost", "my-localhost", ""} {
		if IsLocalName(host) {
			t.Errorf("%q is this machine", host)
		}
	}
}
