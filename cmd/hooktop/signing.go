package main

import (
	"slices"
	"strings"
	"sync"

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
	// own is hooktop's own secret, in use where there is no other at all.
	own *webhook.Secret
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
	add := func(value, source string) error {
		more, words, err := webhook.ParseSecrets(p, value, source)
		if err != nil {
			return asUsage(err)
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
		err := add(flag, "--"+p.Name()+"-secret")
		return secrets, warnings, err
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
	return secrets, warnings, nil
}

// holds says whether a secret is among others, wherever each was found.
func holds(secrets []webhook.Secret, secret webhook.Secret) bool {
	return slices.ContainsFunc(secrets, func(s webhook.Secret) bool { return s.Reveal() == secret.Reveal() })
}
