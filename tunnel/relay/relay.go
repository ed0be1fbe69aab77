// Package relay receives webhooks through Svix's relay, which Clerk's own command
// uses, too: a public inbox URL without an account, and a WebSocket over which each
// request comes here and our answer goes back. One Relay serves one inbox.
//
// The URL holds a token and stays the same for as long as the token does. The inbox
// answers for us while nobody listens, and its senders then think that we got what
// they sent: a Relay says so, and fetches what it can from the inbox's history.
//
// Where to look:
//
//   - relay.go: the Relay and its states; run.go: connect, serve, wait, again
//   - link.go: one connection, from the handshake to its end; wake.go: a computer
//     that slept
//   - events.go: requests on their way to the handler and back; frame.go: what goes
//     over the WebSocket; request.go: HTTP on our side of it
//   - missed.go: what came while nobody listened; history.go: asks the inbox for it
//   - tokens.go: the file that keeps the tokens; address.go: where everything is;
//     errors.go: every problem with its code and fix
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
	// MaxBody is the longest body that the handler wants to see; 0 means 16 MiB. It
	// gets longer ones, too; only one that is several times as long is refused here.
	MaxBody int64
	// Reserve, if any, takes memory for a request until release is called. If there is
	// none left, its sender is told to send it again.
	Reserve func(bytes int64) (release func(), ok bool)
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
	http      *http.Client
	changed   chan struct{}
	closing   chan struct{}      // closed by Close
	force     chan struct{}      // closed when Shutdown runs out of time
	done      chan struct{}      // closed when everything has stopped
	woke      chan time.Duration // how long this computer slept

	events events
	missed missed

	mu     sync.Mutex
	status tunnel.Status
	noted  map[string]bool // what Note was told
}

const kind = "relay"

// Open starts a Relay and returns immediately. It reconnects until it is closed, or
// until the service rejects its token. When ctx ends, it closes as with Close.
func Open(ctx context.Context, c Config) *Relay {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxBody <= 0 {
		c.MaxBody = 16 << 20
	}
	r := &Relay{
		config:  c,
		http:    client(c.HTTP),
		changed: make(chan struct{}, 1),
		closing: make(chan struct{}),
		force:   make(chan struct{}),
		done:    make(chan struct{}),
		woke:    make(chan time.Duration, 1),
		noted:   map[string]bool{},
	}
	r.events.relay, r.missed.relay = r, r
	r.events.running = make(chan struct{}, maxRunning)
	var err error
	r.addresses, err = addressesOf(c)
	r.status = tunnel.Status{Kind: kind, State: tunnel.Connecting, URL: r.URL(), Since: r.now(), Attempt: 1}
	stop := context.AfterFunc(ctx, func() { _ = r.Close() })
	go func() {
		defer close(r.done)
		defer stop()
		switch {
		case err != nil:
			r.fail(r.explain(err, nil))
		case !c.Token.Valid():
			r.fail(&Error{CodeRejected, "the relay token must be c_ and 10 letters or digits", "", newTokenFix})
		default:
			r.run(context.WithoutCancel(ctx))
		}
	}()
	return r
}

// client returns a client that follows redirects only within a host: URLs of the
// history hold the token.
func client(c *http.Client) *http.Client {
	own := http.Client{}
	if c != nil {
		own = *c
	}
	own.Timeout = 0 // it would end the WebSocket
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if first := via[0].URL; len(via) > 3 || req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &own
}

// now returns the time of the wall clock: the other one stops while this computer
// sleeps.
func (r *Relay) now() time.Time { return r.config.Now().Round(0) }

// URL returns the inbox URL for the sender, with the slash at its end. It never
// changes.
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
// their answer; those that come now are answered 503, so that they are sent again.
func (r *Relay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.closing:
	default:
		close(r.closing)
		r.set(func(s *tunnel.Status) {
			*s = tunnel.Status{Kind: kind, State: tunnel.Off, URL: s.URL, LastHeard: s.LastHeard, Proven: s.Proven, Lost: s.Lost}
		})
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
	}
	r.mu.Lock()
	select {
	case <-r.force:
	default:
		close(r.force)
	}
	r.mu.Unlock()
	<-r.done
	return ctx.Err()
}

func (r *Relay) isClosing() bool {
	select {
	case <-r.closing:
		return true
	default:
		return false
	}
}

// set changes the status. The caller holds r.mu.
func (r *Relay) set(change func(*tunnel.Status)) {
	before := r.status
	if before.State == tunnel.Off || before.State == tunnel.Failed {
		return // final
	}
	change(&r.status)
	if r.status.State != before.State {
		r.status.Since = r.now()
	}
	if r.status == before {
		return
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

func (r *Relay) update(change func(*tunnel.Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(change)
}

func (r *Relay) fail(e *Error) {
	r.update(func(s *tunnel.Status) {
		s.State, s.NextTry, s.Proof = tunnel.Failed, time.Time{}, tunnel.ProofNone
		s.Code, s.Err, s.Fix = string(e.Code), e.Error(), e.Fix()
	})
}

// note tells of a thing that is odd, once.
func (r *Relay) note(what string) {
	r.mu.Lock()
	again := r.noted[what]
	r.noted[what] = true
	r.mu.Unlock()
	if !again && r.config.Note != nil {
		r.config.Note(what)
	}
}
