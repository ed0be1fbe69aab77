// Package public is how the outside reaches the hooktop that runs: through a tunnel
// that it opens, through the user's own, or not at all. It decides which from the
// settings, says what state it is in, and tells whoever watches when that changes.
//
// It serves nothing: the handlers and the server are handed over. ngrok.go opens
// ngrok's tunnel.
package public

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/tunnel"
)

// Side is the public side of a hooktop. Set the exported fields before Open.
type Side struct {
	Settings *config.Settings
	// Version is hooktop's, as ngrok is told it.
	Version string
	// Handler answers what comes through a tunnel, and Serve has a listener served
	// with it until hooktop stops.
	Handler http.Handler
	Serve   func(net.Listener, http.Handler)
	// Go runs what hooktop waits for when it stops.
	Go func(func())
	// Notice takes a thing that the user should know about this start.
	Notice func(string)

	mu     sync.Mutex
	tunnel *tunnel.Tunnel // nil without a tunnel
	// found is the ngrok token, whether or not it is used.
	found tunnel.Credentials
	// why says why there is no tunnel.
	why      string
	watchers []chan struct{}
}

// Open opens what the settings ask for, and returns before it is live. ctx lasts as
// long as hooktop does.
func (s *Side) Open(ctx context.Context) error { return s.openNgrok(ctx) }

// OpenLate opens the tunnel if it can be opened now and could not at the start. It
// returns what to tell the user about it, "" for nothing.
func (s *Side) OpenLate(ctx context.Context) (said string, err error) {
	if s.IsOpen() || s.Settings.Tunnel != "auto" || s.Settings.PublicURL != "" {
		return "", nil
	}
	if err := s.Open(ctx); err != nil || !s.IsOpen() {
		return "", err
	}
	return "the tunnel opens", nil
}

// Shutdown closes the tunnel. What is in flight is answered first, if ctx allows.
func (s *Side) Shutdown(ctx context.Context) {
	if t := s.opened(); t != nil {
		_ = t.Shutdown(ctx) // the end of the process closes what is left
	}
}

// IsOpen reports whether hooktop opened a tunnel, in whatever state that is.
func (s *Side) IsOpen() bool { return s.opened() != nil }

// Status returns the tunnel's state, off without one.
func (s *Side) Status() tunnel.Status {
	if t := s.opened(); t != nil {
		return t.Status()
	}
	return tunnel.Status{State: tunnel.Off}
}

// URL returns the public base URL, "" where there is none, or none yet.
func (s *Side) URL() string {
	if s.Settings.PublicURL != "" {
		return s.Settings.PublicURL
	}
	return s.Status().URL
}

// URLs returns the public webhook URL of each provider, its path included. It is
// empty where there is none, or none yet.
func (s *Side) URLs() map[string]string {
	urls := map[string]string{}
	if base := s.URL(); base != "" {
		for provider, path := range s.Settings.Paths {
			urls[provider] = base + path
		}
	}
	return urls
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

// WhyClosed returns why there is no tunnel, and the ngrok token that one could use.
func (s *Side) WhyClosed() (found tunnel.Credentials, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found, s.why
}

// Moved returns a channel of the caller's own, which receives when the state or a
// URL changed. It has room for one: a pending signal is enough.
func (s *Side) Moved() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	moved := make(chan struct{}, 1)
	s.watchers = append(s.watchers, moved)
	return moved
}

func (s *Side) opened() *tunnel.Tunnel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tunnel
}

func (s *Side) set(t *tunnel.Tunnel, found tunnel.Credentials, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tunnel, s.found, s.why = t, found, why
}

// pass tells those who watch, now and each time that changed receives.
func (s *Side) pass(ctx context.Context, changed <-chan struct{}) {
	for {
		s.nudge()
		select {
		case <-ctx.Done():
			return
		case _, ok := <-changed:
			if !ok {
				return
			}
		}
	}
}

func (s *Side) nudge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, moved := range s.watchers {
		select {
		case moved <- struct{}{}:
		default:
		}
	}
}
