package standin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// gate holds up reads and writes while it is shut.
type gate struct {
	mu      sync.Mutex
	passing chan struct{} // closed while open
}

func newGate() *gate {
	g := &gate{passing: make(chan struct{})}
	close(g.passing)
	return g
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.passing:
		g.passing = make(chan struct{})
	default:
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.passing:
	default:
		close(g.passing)
	}
}

func (g *gate) wait(gaveUp <-chan struct{}) {
	g.mu.Lock()
	passing := g.passing
	g.mu.Unlock()
	select {
	case <-passing:
	case <-gaveUp:
	}
}

// link is an agent's connection, below TLS, that can be frozen.
type link struct {
	net.Conn
	gate   *gate
	once   sync.Once
	closed chan struct{}
}

func (l *link) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	l.gate.wait(l.closed) // after the read: bytes in transit when the link freezes must not arrive either
	return n, err
}

func (l *link) Write(b []byte) (int, error) {
	l.gate.wait(l.closed)
	return l.Conn.Write(b)
}

func (l *link) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

// newCertificate returns a self-signed certificate for loopback, also as PEM.
func newCertificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a key: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "hooktop stand-in for ngrok"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		DNSNames:              []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a certificate: %w", err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, block, nil
}
