// Package public is how the outside reaches the hooktop that runs: through ngrok, the
// relay or the provider's API, through the user's own tunnel, or not at all. It
// decides which from the settings, opens it, says what state it is in, and tells
// whoever watches when that changes.
//
// It serves nothing and prints nothing: the handlers and the server are handed over.
//
// Where to look: choose.go decides, consent.go asks before the relay; ngrok.go,
// relay.go and pull.go open; selftest.go tests whether a URL leads here; snapshot.go is
// the state of it all, movedurl.go notices that a URL is another one than before.
package public

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// The kinds of public sides that hooktop opens, as --tunnel names them.
const (
	Ngrok = "ngrok"
	Relay = "relay"
	Pull  = "pull"
	Off   = "off"
	auto  = "auto"
)

// Side is the public side of a hooktop. Set the exported fields before Open.
type Side struct {
	Settings *config.Settings
	// Version is hooktop's, as ngrok is told it.
	Version string
	// Handler answers what comes through ngrok, and Relayed what comes through a
	// provider's relay.
	Handler http.Handler
	Relayed func(provider string) http.Handler
	// Reserve takes memory for a request that came through a relay, as long as there is
	// some left, until release is called; nil asks nobody.
	Reserve func(bytes int64) (release func(), ok bool)
	// Serve has a listener served until hooktop stops, or until the function that it
	// returns is called, which waits for the answers that are under way.
	Serve func(net.Listener, http.Handler) (stop func(context.Context))
	// Challenge opens a self-test of a public URL, as a receiver's SelfTest does; nil
	// for none.
	Challenge func() (ask http.Header, proves func(answer http.Header) bool)
	// Go runs what hooktop waits for when it stops.
	Go func(func())
	// Deliver stores a message of Clerk's that was pulled, and Known returns those of
	// some messages, by id, that are stored.
	Deliver func(context.Context, svixapi.Message) error
	Known   func(ctx context.Context, ids []string) (map[string]bool, error)
	// HasKey reports whether there is a key to ask Clerk with.
	HasKey func() bool
	// NoSecret reports whether no sender's signature could be verified; nil means
	// while hooktop's own secret is the only one.
	NoSecret func() bool
	// Notice takes a thing that the user should know about this start.
	Notice func(string)
	// Warn takes a change that the user has to do something about.
	Warn func(string)
	// Remember keeps a value under a name for the next start, and Remembered returns
	// it, "" for none.
	Remember   func(ctx context.Context, name, value string) error
	Remembered func(ctx context.Context, name string) (string, error)

	life     context.Context // as long as hooktop runs
	changing sync.Mutex      // held while a tunnel is opened or closed
	settled  bool            // the user chose while hooktop runs; guarded by changing
	over     bool            // nothing opens any more; guarded by changing

	comparing sync.Mutex // held while URLs are compared with those before

	mu    sync.Mutex
	kind  string // of what is open, "" for nothing
	links []link
	own   *tunnel.Own // tests the user's own URL; nil without one
	// found is the ngrok token, whether or not it is used.
	found tunnel.Credentials
	// why says why nothing is open.
	why      string
	was      map[string]string // the webhook URLs before the current ones
	watchers []chan struct{}
}

// link is one connection to the outside. Those of one side are of the same kind.
type link struct {
	connection
	// provider is the one whose webhooks come through it, "" for all; webhook is its
	// webhook URL then.
	provider, webhook string
	// stop stops serving requests over it; nil if nothing is served.
	stop func(context.Context)
	// ended is closed by end, when hooktop has closed it.
	ended chan struct{}
	end   func()
}

func (l link) close(ctx context.Context) {
	var ending sync.WaitGroup
	if l.stop != nil {
		ending.Go(func() { l.stop(ctx) })
	}
	_ = l.Shutdown(ctx) // the end of the process closes what is left
	ending.Wait()
}

// connection is what a tunnel, a relay and a look at the provider's API have in
// common.
type connection interface {
	Status() tunnel.Status
	Changed() <-chan struct{}
	Shutdown(context.Context) error
}

// Open opens what the settings ask for, and returns before it is live. ctx lasts as
// long as hooktop does.
func (s *Side) Open(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.life = ctx
	kind, err := s.choose()
	if err != nil {
		return err
	}
	if s.Settings.PublicURL != "" {
		s.noteURLs()
		s.testOwn()
	}
	if err := s.open(kind); err != nil {
		return err
	}
	s.noticeUnused(kind)
	return nil
}

// noticeUnused tells of settings that have no effect beside the others.
func (s *Side) noticeUnused(kind string) {
	asked := s.Settings.Tunnel
	_, why := s.WhyClosed()
	switch {
	case s.Settings.PublicURL != "" && asked != auto && asked != Off:
		s.Notice("--tunnel " + asked + " is not used: with --public-url, hooktop opens no tunnel; leave one of them out")
	case !s.Settings.Register || s.Settings.PublicURL != "":
	case kind == Pull:
		s.Notice("--register is not used: --tunnel pull has no public URL to register; leave one of them out")
	case !s.IsOpen():
		s.Notice("--register needs a public URL, and there is none (" + why + "): add --tunnel relay, or set NGROK_AUTHTOKEN")
	}
}

// OpenLate opens what can be opened now and could not be before. It returns what to
// tell the user about it, "" for nothing.
func (s *Side) OpenLate() (said string, err error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	if s.kindOpen() == Relay && !s.over {
		return s.openRelays() // another provider may have a secret now
	}
	if s.over || s.IsOpen() || s.settled || s.Settings.Tunnel != auto || s.Settings.PublicURL != "" {
		return "", nil
	}
	kind, err := s.choose()
	if err != nil || kind == "" {
		return "", err
	}
	return "the tunnel opens", s.open(kind)
}

// closeMost is how long what is under way may take when another tunnel is chosen.
const closeMost = 3 * time.Second

// Use opens a kind in place of what is open, as the user chose. It returns before it
// is live. Choosing the relay is agreeing to it.
func (s *Side) Use(ctx context.Context, kind string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if s.over {
		return exit.Failure("hooktop is stopping", "choose it at the next start")
	}
	if err := s.CanOpen(kind); err != nil {
		return err
	}
	if kind == Relay {
		if err := s.tokens().SetConsent(relay.Agreed, time.Now()); err != nil {
			return err
		}
	}
	ending, cancel := context.WithTimeout(ctx, closeMost)
	defer cancel()
	s.close(ending)
	s.settled = true
	s.mu.Lock()
	s.kind, s.links, s.why = "", nil, "turned off"
	s.mu.Unlock()
	s.nudge()
	return s.open(kind)
}

func (s *Side) open(kind string) (err error) {
	switch kind {
	case Ngrok:
		s.openNgrok()
	case Relay:
		_, err = s.openRelays()
	case Pull:
		s.openPull()
	}
	return err
}

// Shutdown closes what is open, and nothing opens after it. What is in flight is
// answered first, if ctx allows.
func (s *Side) Shutdown(ctx context.Context) {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.over = true
	s.close(ctx)
}

func (s *Side) close(ctx context.Context) {
	var closing sync.WaitGroup
	for _, l := range s.opened() {
		closing.Go(func() {
			l.close(ctx)
			l.end()
		})
	}
	closing.Wait()
}

// IsOpen reports whether hooktop opened anything, in whatever state that is.
func (s *Side) IsOpen() bool { return len(s.opened()) > 0 }

// WhyClosed returns why nothing is open, and the ngrok token that could be used.
func (s *Side) WhyClosed() (found tunnel.Credentials, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found, s.why
}

// Host returns the host of the user's own tunnel, "" without one. It ends at the
// local address, where only its host tells what came through it.
func (s *Side) Host() string {
	u, err := url.Parse(s.Settings.PublicURL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Watch returns a channel of the caller's own, which receives when the Snapshot
// changed. It has room for one: a pending signal is enough.
func (s *Side) Watch() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := make(chan struct{}, 1)
	s.watchers = append(s.watchers, changed)
	return changed
}

func (s *Side) kindOpen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kind
}

func (s *Side) opened() []link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.links
}

// add takes a link in, and follows it until it is closed.
func (s *Side) add(kind string, l link) {
	ended := make(chan struct{})
	l.ended, l.end = ended, sync.OnceFunc(func() { close(ended) })
	s.mu.Lock()
	s.kind, s.why = kind, ""
	s.links = append(s.links[:len(s.links):len(s.links)], l) // who has the old ones keeps them as they are
	s.mu.Unlock()
	s.Go(func() { s.follow(l) })
}

// follow tells those who watch, now and each time that a link is in another state.
func (s *Side) follow(l link) {
	for {
		s.noteURLs()
		s.nudge()
		select {
		case <-s.life.Done():
			return
		case <-l.ended:
			return
		case _, ok := <-l.Changed():
			if !ok {
				return
			}
		}
	}
}

func (s *Side) nudge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, changed := range s.watchers {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}
