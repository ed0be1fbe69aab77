package receiver

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// SendTimeout is how long Svix waits for an answer before it counts the
// attempt as failed (https://docs.svix.com/retries).
const SendTimeout = 15 * time.Second

// send posts a body and returns the app's answer, or why there was none in time.
// The Host is the target's own, which dev servers require (Vite's allowedHosts).
// The public host is in X-Forwarded-Host if a proxy put it there; it is not added,
// because some check that too (Rails' config.hosts).
func (f *Forwarder) send(ctx context.Context, target string, header http.Header, body []byte, within time.Duration) webhook.Forward {
	return f.Exchange(ctx, http.MethodPost, target, header, body, within)
}

// Exchange sends a request with any method, and the Forwarder's own headers on it, and
// returns the app's answer, or why there was none in time.
func (f *Forwarder) Exchange(ctx context.Context, method, target string, header http.Header, body []byte, within time.Duration) webhook.Forward {
	return f.client.Exchange(ctx, method, target, f.withOwn(header), body, within, f.Now)
}

// ownHeaders belong to one connection (RFC 9110, 7.6.1) or to the message's
// framing; the next connection has its own. Accept-Encoding is what the sender can
// decode: hooktop asks for no encoding, so that an answer can be read.
var ownHeaders = []string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Connection", "Accept-Encoding", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
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
