package config

import (
	"fmt"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Fetched returns the secret that was read from a provider's API.
func (s *Secrets) Fetched(provider string) (webhook.Secret, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	secret, ok := s.fetched[provider]
	return secret, ok
}

// Fetch takes up the secret of the endpoint that sends here, which was read from the
// provider's API. It ends local mode. One that was fetched before is no longer
// accepted, but remembered.
func (s *Secrets) Fetch(p webhook.Provider, secret webhook.Secret) (c Renewal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := p.Name()
	local := s.own != nil
	if local {
		s.own, s.spare = nil, s.own
	}
	had := s.of(name)
	if s.fetched == nil {
		s.fetched = map[string]webhook.Secret{}
	}
	s.fetched[name] = secret
	if has := s.of(name); !same(had, has) {
		c.Renewed = true
		c.Notes = append(c.Notes, fmt.Sprintf("%s's secret is now %s", p.Title(), List(has)))
		s.retire(name, had, has)
	}
	if local {
		c.Notes = append(c.Notes, "local mode is off")
	}
	return c
}
