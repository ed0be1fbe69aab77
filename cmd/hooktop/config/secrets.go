package config

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Secrets holds the secrets that deliveries are verified with and events are
// signed with, by provider: the flags', else those that the environment and the
// .env files hold now. A file may change while hooktop runs, so who needs a
// secret asks for it each time.
type Secrets struct {
	flags map[string]string // --clerk-secret and its like

	mu  sync.RWMutex
	now map[string][]webhook.Secret
	// retired were in use earlier in this run.
	retired map[string][]webhook.Secret
	// gone are the providers whose secrets are in use, but no longer found.
	gone map[string]bool
	// fetched are those of endpoints that were read from the provider's API. They are
	// accepted beside the others and stay when the .env files change.
	fetched map[string]webhook.Secret
	// own is hooktop's own secret, in use where there is no other at all.
	own *webhook.Secret
	// spare is hooktop's own after a fetched secret ended local mode: commands in
	// other processes do not know that secret and still sign with this one.
	spare *webhook.Secret
}

// FindSecrets finds the secrets, and with them what is worth a word.
func FindSecrets(flags map[string]string, env Environment) (s *Secrets, warnings []string, err error) {
	s = &Secrets{flags: flags, retired: map[string][]webhook.Secret{}, gone: map[string]bool{}}
	s.now, warnings, err = s.read(env)
	return s, warnings, err
}

// Flag returns the value of a provider's flag.
func (s *Secrets) Flag(provider string) string { return s.flags[provider] }

// Of are a provider's secrets. The app's own come first: hooktop signs with the
// first, and the app is to verify it.
func (s *Secrets) Of(provider string) []webhook.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.of(provider)
}

// Accepted returns what deliveries are verified with: Of, and hooktop's own where only
// a fetched secret ended local mode.
func (s *Secrets) Accepted(provider string) []webhook.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.spare == nil || len(s.now) > 0 {
		return s.of(provider)
	}
	return webhook.SharedFirst(append(slices.Clone(s.of(provider)), *s.spare))
}

func (s *Secrets) of(provider string) []webhook.Secret {
	if s.own != nil {
		return []webhook.Secret{*s.own}
	}
	fetched, ok := s.fetched[provider]
	if !ok || Holds(s.now[provider], fetched) {
		return s.now[provider]
	}
	return webhook.SharedFirst(append(slices.Clone(s.now[provider]), fetched))
}

// retiredOf are a provider's secrets that were in use and no longer are.
func (s *Secrets) retiredOf(provider string) []webhook.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.retired[provider])
}

// Gone says that a provider's secrets are in use, but no longer found.
func (s *Secrets) Gone(provider string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.gone[provider]
}

// Empty says that no secret was given, nor read from a provider.
func (s *Secrets) Empty() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.now) == 0 && len(s.fetched) == 0
}

// Local says that hooktop's own secret is in use: nobody else can send what
// verifies.
func (s *Secrets) Local() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.own != nil
}

func (s *Secrets) useOwn(secret webhook.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own = &secret
}

// Renewal is what taking up the environment came to: what there is to say, and
// whether there are secrets that there were not before.
type Renewal struct {
	Notes   []string
	Renewed bool
	// Warning says that among the words is a warning.
	Warning bool
}

// Reload takes up the secrets that the environment holds now. A provider whose secrets are all gone keeps those that it
// had: deliveries are still signed with them.
func (s *Secrets) Reload(env Environment) (c Renewal, err error) {
	found, warnings, err := s.read(env)
	if err != nil {
		return Renewal{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range providers.All() {
		name := p.Name()
		had, has := s.now[name], found[name]
		switch {
		case len(has) == 0 && len(had) > 0:
			if !s.gone[name] {
				c.Notes = append(c.Notes, fmt.Sprintf("%s's signing secret was removed from the .env files; %s stays in use until hooktop ends", p.Title(), List(had)))
			}
			s.gone[name], c.Warning = true, true
			continue
		case !same(had, has):
			c.Renewed = true
			c.Notes = append(c.Notes, fmt.Sprintf("%s's secret is now %s", p.Title(), List(has)))
			s.retire(name, had, has)
		}
		s.gone[name] = false
		if len(has) > 0 {
			s.now[name] = has
		}
	}
	if len(s.now) > 0 && s.own != nil {
		s.own = nil
		c.Notes = append(c.Notes, "local mode is off")
	}
	c.Notes, c.Warning = append(c.Notes, warnings...), c.Warning || len(warnings) > 0
	return c, nil
}

// retire keeps in mind those of a provider's secrets that are used no longer.
func (s *Secrets) retire(provider string, had, has []webhook.Secret) {
	for _, secret := range had {
		if !Holds(has, secret) && !Holds(s.retired[provider], secret) {
			secret.Source.Origin = webhook.Replaced
			s.retired[provider] = append(s.retired[provider], secret)
		}
	}
}

func same(a, b []webhook.Secret) bool {
	return slices.EqualFunc(a, b, func(x, y webhook.Secret) bool { return x.Reveal() == y.Reveal() })
}

// List names secrets for people: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env)".
func List(secrets []webhook.Secret) string {
	names := make([]string, len(secrets))
	for i, s := range secrets {
		names[i] = fmt.Sprintf("%s (%s)", s, s.Source)
	}
	return strings.Join(names, ", ")
}

// read finds the secrets of all providers, and with them what is worth a word.
func (s *Secrets) read(env Environment) (found map[string][]webhook.Secret, warnings []string, err error) {
	found = map[string][]webhook.Secret{}
	for _, p := range providers.All() {
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
func secretsOf(p webhook.Provider, flag string, env Environment) (secrets []webhook.Secret, warnings []string, err error) {
	add := func(value string, source webhook.Source) error {
		more, words, err := ParseSecrets(p, value, source)
		if err != nil {
			return err
		}
		for _, secret := range more {
			if !Holds(secrets, secret) {
				secrets = append(secrets, secret)
			}
		}
		warnings = append(warnings, words...)
		return nil
	}
	if strings.TrimSpace(flag) != "" {
		err := add(flag, FlagSource(p))
		return webhook.SharedFirst(secrets), warnings, err
	}
	for _, name := range p.Signing().Variables {
		value, source := env.Lookup(name)
		if value == "" {
			continue
		}
		if err := add(value, source); err != nil {
			return nil, nil, err
		}
	}
	return webhook.SharedFirst(secrets), warnings, nil // the first one signs
}

// ParseSecrets reads the value of a flag or a variable as webhook.ParseSecrets
// does. A reference that a tool replaces is named for what it is.
func ParseSecrets(p webhook.Provider, value string, source webhook.Source) (secrets []webhook.Secret, warnings []string, err error) {
	for _, part := range append([]string{value}, strings.Split(value, ",")...) {
		if r, ok := dotenv.FindReference(part); ok {
			return nil, nil, exit.Usage(source.String()+" is not the secret: it is "+r.What, r.Fix(source.Variable, source.File))
		}
	}
	secrets, warnings, err = webhook.ParseSecrets(p, value, source)
	if err != nil {
		err = exit.AsUsage(err)
	}
	return secrets, warnings, err
}

// FlagSource is the flag that a provider's secret is given with, as a source.
func FlagSource(p webhook.Provider) webhook.Source {
	return webhook.Source{Variable: "--" + p.Name() + "-secret", Origin: webhook.FromFlag}
}

// Holds says whether a secret is among others, wherever each was found.
func Holds(secrets []webhook.Secret, secret webhook.Secret) bool {
	return slices.ContainsFunc(secrets, func(s webhook.Secret) bool { return s.Reveal() == secret.Reveal() })
}
