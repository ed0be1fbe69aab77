package public

import (
	"net/http"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/selftest"
)

// selfTest returns the test of a public URL: whether Clerk's webhook path there leads
// to this hooktop.
func (s *Side) selfTest() tunnel.Test {
	if s.Challenge == nil {
		return nil
	}
	return selftest.Test{Path: s.Settings.Paths[providers.Clerk{}.Name()], UserAgent: "hooktop/" + s.Version, Challenge: s.Challenge}.Run
}

// testOwn tests the URL of the user's own tunnel as long as hooktop runs.
func (s *Side) testOwn() {
	test := s.selfTest()
	if test == nil {
		return
	}
	own := tunnel.OwnURL(s.life, tunnel.OwnConfig{URL: s.Settings.PublicURL, Test: test})
	s.mu.Lock()
	s.own = own
	s.mu.Unlock()
	s.Go(func() {
		defer own.Wait()
		for {
			s.nudge()
			select {
			case <-s.life.Done():
				return
			case <-own.Changed():
			}
		}
	})
}

// Proving returns a handler whose requests prove the URL of the user's own tunnel, if
// they came in for its host.
func (s *Side) Proving(h http.Handler) http.Handler {
	return proving(h, func(host string) {
		s.mu.Lock()
		own := s.own
		s.mu.Unlock()
		if own != nil {
			own.Arrived(host)
		}
	})
}

// proving returns a handler that tells for which host a request came in, once it was
// answered.
func proving(h http.Handler, arrived func(host string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		arrived(r.Host)
	})
}
