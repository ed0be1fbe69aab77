package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// signing holds the secrets that deliveries are verified with and events are
// signed with, by provider: the flags', else those that the environment and the
// .env files hold now. A file may change while hooktop runs, so who needs a
// secret asks for it each time.
type signing struct {
	flags map[string]string // --clerk-secret and its like

	mu  sync.RWMutex
	now map[string][]webhook.Secret
	// retired were in use earlier in this run.
	retired map[string][]webhook.Secret
	// gone are the providers whose secrets are in use, but no longer found.
	gone map[string]bool
	// own is hooktop's own secret, in use where there is no other at all.
	own *webhook.Secret
}

// newSigning finds the secrets, and with them what is worth a word.
func newSigning(flags map[string]string, env environment) (s *signing, warnings []string, err error) {
	s = &signing{flags: flags, retired: map[string][]webhook.Secret{}, gone: map[string]bool{}}
	s.now, warnings, err = s.read(env)
	return s, warnings, err
}

// of are a provider's secrets.
func (s *signing) of(provider string) []webhook.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.own != nil {
		return []webhook.Secret{*s.own}
	}
	return s.now[provider]
}

// formerly are a provider's secrets that were in use and no longer are.
func (s *signing) formerly(provider string) []webhook.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.retired[provider])
}

// lost says that a provider's secrets are in use, but no longer found.
func (s *signing) lost(provider string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.gone[provider]
}

// none says that no secret was given.
func (s *signing) none() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.now) == 0
}

// local says that hooktop's own secret is in use: nobody else can send what
// verifies.
func (s *signing) local() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.own != nil
}

func (s *signing) useOwn(secret webhook.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own = &secret
}

// renewal is what taking up the environment came to: what there is to say, and
// whether there are secrets that there were not before.
type renewal struct {
	words   []string
	renewed bool
	// warns says that among the words is a warning.
	warns bool
}

// reload takes up the secrets that the environment holds now. A provider whose secrets are all gone keeps those that it
// had: deliveries are still signed with them.
func (s *signing) reload(env environment) (c renewal, err error) {
	found, warnings, err := s.read(env)
	if err != nil {
		return renewal{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range webhook.Providers() {
		name := p.Name()
		had, has := s.now[name], found[name]
		switch {
		case len(has) == 0 && len(had) > 0:
			if !s.gone[name] {
				c.words = append(c.words, fmt.Sprintf("%s's signing secret is gone from the .env files: %s stays in use until hooktop ends", p.Title(), listed(had)))
			}
			s.gone[name], c.warns = true, true
			continue
		case !same(had, has):
			c.renewed = true
			c.words = append(c.words, fmt.Sprintf("%s's secret is now %s", p.Title(), listed(has)))
			s.retire(name, had, has)
		}
		s.gone[name] = false
		if len(has) > 0 {
			s.now[name] = has
		}
	}
	if len(s.now) > 0 && s.own != nil {
		s.own = nil
		c.words = append(c.words, "local mode is over")
	}
	c.words, c.warns = append(c.words, warnings...), c.warns || len(warnings) > 0
	return c, nil
}

// retire keeps in mind those of a provider's secrets that are used no longer.
func (s *signing) retire(provider string, had, has []webhook.Secret) {
	for _, secret := range had {
		if !holds(has, secret) && !holds(s.retired[provider], secret) {
			secret.Source.Origin = webhook.Replaced
			s.retired[provider] = append(s.retired[provider], secret)
		}
	}
}

func same(a, b []webhook.Secret) bool {
	return slices.EqualFunc(a, b, func(x, y webhook.Secret) bool { return x.Reveal() == y.Reveal() })
}

// listed names secrets for people: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env)".
func listed(secrets []webhook.Secret) string {
	names := make([]string, len(secrets))
	for i, s := range secrets {
		names[i] = fmt.Sprintf("%s (%s)", s, s.Source)
	}
	return strings.Join(names, ", ")
}

// read finds the secrets of all providers, and with them what is worth a word.
func (s *signing) read(env environment) (found map[string][]webhook.Secret, warnings []string, err error) {
	found = map[string][]webhook.Secret{}
	for _, p := range webhook.Providers() {
		secrets, words, err := secretsOf(p, s.flags[p.Name()], env)
		if err != nil {
			return nil, nil, err
		}
		if len(secrets) > 0 {
			found[p.Name()] = secrets
		}
		warnings = append(warnings, words...)
	}
	return found, warnings, nil
}

// secretsOf are a provider's secrets: the flag's, else those of all its
// variables, each once.
func secretsOf(p webhook.Provider, flag string, env environment) (secrets []webhook.Secret, warnings []string, err error) {
	add := func(value string, source webhook.Source) error {
		more, words, err := webhook.ParseSecrets(p, value, source)
		if err != nil {
			return exit.AsUsage(err)
		}
		for _, secret := range more {
			if !holds(secrets, secret) {
				secrets = append(secrets, secret)
			}
		}
		warnings = append(warnings, words...)
		return nil
	}
	if strings.TrimSpace(flag) != "" {
		err := add(flag, flagOf(p))
		return webhook.SharedFirst(secrets), warnings, err
	}
	for _, name := range p.SecretVars() {
		value, source := env.lookup(name)
		if value == "" {
			continue
		}
		if err := add(value, source); err != nil {
			return nil, nil, err
		}
	}
	return webhook.SharedFirst(secrets), warnings, nil // the first one signs
}

// flagOf is the flag that a provider's secret is given with, as a source.
func flagOf(p webhook.Provider) webhook.Source {
	return webhook.Source{Variable: "--" + p.Name() + "-secret", Origin: webhook.FromFlag}
}

// holds says whether a secret is among others, wherever each was found.
func holds(secrets []webhook.Secret, secret webhook.Secret) bool {
	return slices.ContainsFunc(secrets, func(s webhook.Secret) bool { return s.Reveal() == secret.Reveal() })
}
