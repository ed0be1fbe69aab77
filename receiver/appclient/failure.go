package appclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// failure returns why an app gave no answer. If it may speak TLS where HTTP was
// expected, or the reverse, it is asked.
func (c *Client) failure(ctx context.Context, err error, u *url.URL, p *progress, within time.Duration) (webhook.Failure, string) {
	why, text := unanswered(err, u, within)
	addr := Address(u.String())
	switch {
	case errors.Is(err, context.Canceled) || why == webhook.UntrustedCertificate:
	case u.Scheme == "http" && p.brokenOff(err) && c.speaksTLS(ctx, addr):
		return webhook.WantsHTTPS, u.Host + " speaks HTTPS, not HTTP"
	case errors.Is(err, http.ErrSchemeMismatch),
		u.Scheme == "https" && p.handshakeFailed.Load() && !isAlert(err) && (c.speaksHTTP1(ctx, addr) || c.speaksHTTP2(ctx, addr)):
		return webhook.WantsHTTP, u.Host + " speaks HTTP, not HTTPS"
	case u.Scheme == "https" && p.handshakeFailed.Load() && why == webhook.NoAnswer:
		return webhook.TLSFailed, "the TLS handshake failed: " + text
	case p.answered.Load() && why == webhook.NoAnswer:
		return webhook.UnreadableAnswer, "its answer cannot be read: " + strings.TrimPrefix(text, "net/http: HTTP/1.x transport connection broken: ")
	}
	return why, text
}

// unanswered returns what an error says about why an app gave no answer, as a code
// and in plain words.
func unanswered(err error, u *url.URL, within time.Duration) (why webhook.Failure, text string) {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return webhook.Interrupted, "hooktop was stopped before the app answered"
	case connectionRefused(err):
		return webhook.NotRunning, nothingListens + u.Host + ": is the app running?"
	case errors.As(err, &dns):
		return webhook.UnresolvedName, unresolved(dns)
	case timedOut(err):
		return webhook.Timeout, fmt.Sprintf("no complete answer within %d s", within.Round(time.Second)/time.Second)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), closedUnread(err):
		return webhook.ConnectionClosed, "it closed the connection without a complete answer"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return webhook.Unreachable, "no network route leads to " + u.Host
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.As(err, &certificate):
		return webhook.UntrustedCertificate, err.Error()
	case strings.Contains(err.Error(), "malformed HTTP "): // net/http has no type for it
		return webhook.NotHTTP, u.Host + " answered something that is not HTTP"
	}
	return webhook.NoAnswer, err.Error()
}

// unresolved says that a name has no address.
func unresolved(err *net.DNSError) string {
	text := "the name " + err.Name + " does not resolve"
	if !err.IsNotFound {
		text += ": " + err.Err
	}
	return text
}

func timedOut(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// closedUnread reports whether the app closed the connection before it was sent
// anything. net/http has no error to compare with for that.
func closedUnread(err error) bool {
	return strings.HasSuffix(err.Error(), "http: server closed idle connection")
}
