package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Keyring collects every signing secret that is lying about, so that a
// provider's delivery that was signed with one of them can be told: the other
// providers', those in other variables and in the other .env files of the
// folder, those that were in use before, and hooktop's own. A template's
// placeholder is none.
func (s *Settings) Keyring(provider string, environ []string) webhook.Keyring {
	ring := webhook.Keyring{Secrets: s.Secrets.Of(provider)}
	known := slices.Clone(ring.Secrets)
	add := func(to *[]webhook.Secret, secrets ...webhook.Secret) {
		for _, secret := range secrets {
			if !Holds(known, secret) {
				known = append(known, secret)
				*to = append(*to, secret)
			}
		}
	}
	add(&ring.Others, s.Secrets.retiredOf(provider)...)
	for _, p := range providers.All() {
		if p.Name() != provider && !s.Secrets.Local() {
			add(&ring.Exchanged, s.Secrets.Of(p.Name())...)
		}
	}
	for _, found := range s.FoundSecrets(environ) {
		to := &ring.Others
		if owner := OwnerOf(found.Variable); owner != "" && owner != provider {
			to = &ring.Exchanged
		}
		add(to, found.Secrets...)
	}
	return ring
}

// Found are the secrets in one variable.
type Found struct {
	Variable string
	Secrets  []webhook.Secret
}

// FoundSecrets are the variables that hold signing secrets, whatever their names.
func (s *Settings) FoundSecrets(environ []string) (all []Found) {
	add := func(name, value string, source webhook.Source) {
		if !strings.Contains(value, "whsec_") && !strings.Contains(value, "whpk_") {
			return
		}
		for _, p := range providers.All() {
			if owner := OwnerOf(name); owner != "" && owner != p.Name() {
				continue
			}
			if secrets, _, err := webhook.ParseSecrets(p, value, source); err == nil {
				all = append(all, Found{name, secrets})
				return
			}
		}
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		add(name, value, webhook.Source{Variable: name})
	}
	files, _ := filepath.Glob(".env*") // the pattern is well-formed
	for _, file := range files {
		for _, v := range VariablesOf(file) { // the files that count were read at the start, with their errors
			add(v.Name, v.Value, webhook.Source{Variable: v.Name, File: file})
		}
	}
	if value, err := userfile.Regular(s.LocalSecretFile(), maxSecretFile); err == nil {
		add("", strings.TrimSpace(string(value)), webhook.Source{Origin: webhook.OwnSecret})
	}
	return all
}

// OwnerOf guesses the provider from a variable's name; "" where it says none.
func OwnerOf(name string) string {
	for _, p := range providers.All() {
		if strings.Contains(strings.ToUpper(name), strings.ToUpper(p.Name())) {
			return p.Name()
		}
	}
	return ""
}
