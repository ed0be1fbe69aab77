package receiver

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// SendTimeout is how long Svix waits for an answer before it counts the
	// attempt as failed (https://docs.svix.com/retries).
	SendTimeout = 15 * time.Second
	// maxAnswer is how much of the app's answer is stored, in bytes.
	maxAnswer = 256 << 10
	// maxAnswerHeader bounds the header of the app's answer, in bytes.
	maxAnswerHeader = 64 << 10
	// maxIdle is how long a connection to the app is kept for the next delivery: less
	// than the 5 s after which Node closes it, or a delivery could be lost on a
	// connection that is being closed.
	maxIdle = 4 * time.Second
)

// newClient returns a client that speaks to the app under development and
// follows no redirects. dial may be nil.
func newClient(insecure bool, dial Dial) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:              nil, // the app is on this machine, or its host is what it says
			DialContext:        dial,
			DisableCompression: true,
			TLSClientConfig: &tls.Config{
				MinVersion:         tls.VersionTLS12,
				InsecureSkipVerify: insecure,
			},
			IdleConnTimeout:        maxIdle,
			MaxResponseHeaderBytes: maxAnswerHeader,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send posts a body and returns the app's answer, or why there was none in time.
// The Host is the target's own, which dev servers require (Vite's allowedHosts).
// The public host is in X-Forwarded-Host if a proxy put it there; it is not added,
// because some check that too (Rails' config.hosts).
func (f *Forwarder) send(ctx context.Context, target string, header http.Header, body []byte, within time.Duration) webhook.Forward {
	return f.Exchange(ctx, http.MethodPost, target, header, body, within)
}

// Exchange sends a request with any method and returns the app's answer, or why
// there was none in time.
func (f *Forwarder) Exchange(ctx context.Context, method, target string, header http.Header, body []byte, within time.Duration) webhook.Forward {
	sent := webhook.Forward{At: f.Now(), Target: webhook.WithoutPassword(target)}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		sent.Failure, sent.Error = webhook.InvalidTarget, "the target is not a URL"
		return sent
	}
	req.Header = header
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "") // or net/http sends its own
	}
	res, err := f.client.Do(req)
	if err != nil {
		sent.Duration = f.Now().Sub(sent.At)
		sent.Failure, sent.Error = unreachable(err, req.URL, within)
		return sent
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	sent.Duration = f.Now().Sub(sent.At)
	if err != nil {
		why, text := unreachable(err, req.URL, within)
		if why != webhook.Timeout {
			why = webhook.PartialAnswer
		}
		sent.Failure, sent.Error = why, "its answer ended early, after "+strconv.Itoa(len(answer))+" bytes: "+text
	}
	sent.Truncated = len(answer) > maxAnswer
	sent.Status, sent.Header, sent.Body = res.StatusCode, res.Header, answer[:min(len(answer), maxAnswer)]
	return sent
}

// unreachable returns why an app gave no answer, as a code and in plain words.
func unreachable(err error, u *url.URL, within time.Duration) (why webhook.Failure, text string) {
	var timeout interface{ Timeout() bool }
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return webhook.Interrupted, "hooktop was stopped before the app answered"
	case connectionRefused(err):
		return webhook.NotRunning, nothingListens + u.Host + ": is the app running?"
	case errors.As(err, &timeout) && timeout.Timeout():
		return webhook.Timeout, fmt.Sprintf("no complete answer within %d s", within.Round(time.Second)/time.Second)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return webhook.ConnectionClosed, "it closed the connection without a complete answer"
	}
	why = webhook.NoAnswer
	if errors.As(err, &certificate) {
		why = webhook.UntrustedCertificate
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return why, err.Error()
}

// ownHeaders belong to one connection (RFC 9110, 7.6.1) or to the message's
// framing; the next connection has its own.
var ownHeaders = []string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
}

// forwardable returns a copy of the headers without those of the connection.
func forwardable(h http.Header) http.Header {
	out := h.Clone()
	if out == nil {
		out = http.Header{}
	}
	for name := range strings.SplitSeq(strings.Join(h.Values("Connection"), ","), ",") {
		out.Del(strings.TrimSpace(name))
	}
	for _, name := range ownHeaders {
		out.Del(name)
	}
	return out
}
