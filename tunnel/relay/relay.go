// Package relay receives webhooks through Svix's relay, which Clerk's own command
// uses, too: a public inbox URL without an account, and a WebSocket over which each
// request comes here and our answer goes back. One Relay serves one inbox.
//
// The URL holds a token and stays the same for as long as the token does. The inbox
// answers for us while nobody listens, and its senders then think that we got what
// they sent: a Relay says so, and fetches what it can from the inbox's history.
package relay

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/hooktop/hooktop/tunnel"
)

// Config holds what a Relay depends on. Token and Handler are required.
type Config struct {
	Token Token
	// Handler answers the requests, several at a time. Their path is always "/".
	Handler http.Handler
	// Provider is who sends, such as "clerk". It chooses the name of the inbox.
	Provider string
	// URL and Inbox replace the public service, as HOOKTOP_RELAY_URL and
	// HOOKTOP_RELAY_INBOX say. Check tells what is wrong with them.
	URL, Inbox string
	// Tokens, if any, remembers when the relay was last heard, so that what came
	// while hooktop did not run is noticed at the next start.
	Tokens *Tokens
	// MaxBody is the longest body that the handler wants; 0 means 16 MiB. A longer one
	// is answered 413.
	MaxBody int64
	// Note, if any, is told once of each kind of thing that is odd, such as a frame
	// that makes no sense. It must not block.
	Note func(string)

	Now  func() time.Time // nil means time.Now
	HTTP *http.Client     // makes all connections; nil means one that heeds the proxy variables
}

// Relay is one inbox, connected in the background.
type Relay struct {
	config    Config
	addresses addresses
	changed   chan struct{}
	closing   chan struct{} // closed by Close
	done      chan struct{} // closed when everything has stopped

	mu     sync.Mutex
	status tunnel.Status
}

// Open starts a Relay and returns immediately. It reconnects until it is closed, or
// until the service refuses its token. When ctx ends, it closes as with Close.
func Open(ctx context.Context, c Config) *Relay {
	if c.Now == nil {
		c.Now = time.Now
	}
	r := &Relay{
		config:  c,
		changed: make(chan struct{}, 1),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
		status:  tunnel.Status{Kind: "relay", State: tunnel.Connecting, Since: c.Now(), Attempt: 1},
	}
	stop := context.AfterFunc(ctx, func() { _ = r.Close() })
	go func() {
		defer close(r.done)
		defer stop()
		<-r.closing
	}()
	return r
}

// URL returns the inbox URL for the sender. It never changes.
func (r *Relay) URL() string { return r.addresses.inboxURL(r.config.Token) }

// Status returns a snapshot. Changed signals when to take the next one.
func (r *Relay) Status() tunnel.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// Changed returns a channel that signals changes of Status. It has capacity 1, and
// only one goroutine may read it.
func (r *Relay) Changed() <-chan struct{} { return r.changed }

// Close stops the relay and returns immediately. Requests in progress still get
// their answer.
func (r *Relay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.closing:
	default:
		close(r.closing)
	}
	return nil
}

// Shutdown closes the relay and waits until its last answer is sent. If ctx ends
// first, Shutdown cuts the connection and returns ctx's error.
func (r *Relay) Shutdown(ctx context.Context) error {
	_ = r.Close()
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
