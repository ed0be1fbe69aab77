package standin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// StartProxy starts an HTTP proxy behind which ngrok's public edge is, and nothing
// else, until Close. It returns its URL, for HTTPS_PROXY. CONNECT to a host under
// ngrok-free.dev or ngrok-free.app, or to one that is online, reaches the edge over
// TLS, with a certificate that CAPEM trusts.
func (s *Server) StartProxy() (string, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen as a proxy: %w", err)
	}
	inside := &tunnelled{conns: make(chan net.Conn), done: make(chan struct{}), addr: listener.Addr()}
	quiet := log.New(io.Discard, "", 0)
	edge := s.newEdge()
	outer := &http.Server{Handler: s.connectTo(inside), ReadHeaderTimeout: writeTimeout, ErrorLog: quiet}
	inner := &http.Server{Handler: edge, ReadHeaderTimeout: writeTimeout, ErrorLog: quiet}
	s.running.Go(func() { _ = outer.Serve(listener) })
	s.running.Go(func() { _ = inner.Serve(inside) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closers = append(s.closers, func() {
		_ = outer.Close()
		_ = inner.Close()
		edge.CloseIdleConnections()
	})
	return "http://" + listener.Addr().String(), nil
}

// connectTo answers CONNECT by handing the connection, with the edge's TLS, to inside.
func (s *Server) connectTo(inside *tunnelled) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if r.Method != http.MethodConnect || err != nil || !s.hasEdge(host) {
			http.Error(w, "this proxy leads to ngrok's edge alone", http.StatusBadGateway)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			_ = conn.Close()
			return
		}
		secured := tls.Server(conn, &tls.Config{
			MinVersion:     tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.certificateFor(host) },
		})
		select {
		case inside.conns <- secured:
		case <-inside.done:
			_ = conn.Close()
		}
	})
}

func (s *Server) hasEdge(host string) bool {
	return s.endpoint(host) != nil || strings.HasSuffix(host, ".ngrok-free.dev") || strings.HasSuffix(host, ".ngrok-free.app")
}

// ServeHTTP answers a request as the edge does.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", r.Host
	res, err := e.RoundTrip(out)
	if err != nil {
		res = EdgeError(r, http.StatusBadGateway, 3004, "The server returned an invalid or incomplete HTTP response.")
	}
	defer res.Body.Close()
	maps.Copy(w.Header(), res.Header)
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// certificateFor returns a certificate for a host, signed with the stand-in's own.
func (s *Server) certificateFor(host string) (*tls.Certificate, error) {
	authority, err := x509.ParseCertificate(s.cert.Certificate[0])
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: host},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{host},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, s.cert.PrivateKey)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// tunnelled is a listener for the connections that came in by CONNECT.
type tunnelled struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	addr  net.Addr
}

func (l *tunnelled) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *tunnelled) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *tunnelled) Addr() net.Addr { return l.addr }
