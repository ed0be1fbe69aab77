package appclient

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxQuestion is how long an app may take to show which protocol it speaks.
const maxQuestion = time.Second

// progress is how far a request got.
type progress struct {
	connected, handshakeFailed, answered atomic.Bool
}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { p.connected.Store(true) },
		GotFirstResponseByte: func() { p.answered.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			p.handshakeFailed.Store(err != nil)
		},
	}
}

// brokenOff reports whether the app accepted the connection and broke off without
// an HTTP answer.
func (p *progress) brokenOff(err error) bool {
	return err != nil && p.connected.Load() && !errors.Is(err, context.Canceled) && !timedOut(err)
}

// knowsOnlyHTTP2 reports whether an app speaks HTTP/2 without TLS and no HTTP/1.1.
// What it is asked reaches no code of the app that speaks HTTP/1.1, except for
// OPTIONS *, which is sent to one that speaks both.
func (c *Client) knowsOnlyHTTP2(ctx context.Context, addr string) bool {
	return c.speaksHTTP2(ctx, addr) && !c.speaksHTTP1(ctx, addr)
}

// speaksHTTP2 reports whether an app answers the preface of HTTP/2 (RFC 9113, 3.4)
// with the SETTINGS frame that has to come first.
func (c *Client) speaksHTTP2(ctx context.Context, addr string) bool {
	const settings = 4
	frame := make([]byte, 9) // length, type, flags, stream
	return c.ask(ctx, addr, func(conn net.Conn) bool {
		_, err := io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
		if err == nil {
			_, err = io.ReadFull(conn, frame)
		}
		return err == nil && frame[3] == settings && string(frame[5:]) == "\x00\x00\x00\x00"
	})
}

// speaksHTTP1 reports whether an app answers a request in HTTP/1.1 that asks for
// nothing (RFC 9110, 9.3.7), and not only to refuse the version.
func (c *Client) speaksHTTP1(ctx context.Context, addr string) bool {
	return c.ask(ctx, addr, func(conn net.Conn) bool {
		if _, err := fmt.Fprintf(conn, "OPTIONS * HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", addr); err != nil {
			return false
		}
		res, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, maxAnswerHeader)), nil)
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode != http.StatusHTTPVersionNotSupported && res.StatusCode != http.StatusUpgradeRequired
	})
}

// speaksTLS reports whether an app answers a TLS handshake, whatever it thinks of it.
func (c *Client) speaksTLS(ctx context.Context, addr string) bool {
	return c.ask(ctx, addr, func(conn net.Conn) bool {
		// No request follows, so it does not matter whose certificate it is.
		err := tls.Client(conn, &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}).HandshakeContext(ctx) //nolint:gosec // see above
		return err == nil || isAlert(err)
	})
}

// isAlert reports whether a handshake ended with what the other side said in TLS.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// ask connects and asks a question, within the time of ctx.
func (c *Client) ask(ctx context.Context, addr string, question func(net.Conn) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, maxQuestion)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer conn.Close() //nolint:errcheck // it told all there is to know
	if err := conn.SetDeadline(time.Now().Add(maxQuestion)); err != nil {
		return false
	}
	return question(conn)
}
