package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/joho/godotenv"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// keyring collects every signing secret that is lying about, so that a
// delivery that was signed with one of them can be told: those in other
// variables, in the other .env files of the folder, and hooktop's own. A
// template's placeholder is none.
func (s *settings) keyring(environ []string) webhook.Keyring {
	ring := webhook.Keyring{Secrets: s.secrets}
	known := map[string]bool{}
	for _, secret := range s.secrets {
		known[secret.Reveal()] = true
	}
	add := func(name, value, source string) {
		if !strings.Contains(value, "whsec_") {
			return
		}
		secrets, _, err := webhook.ParseSecrets(webhook.Clerk{}, value, source)
		if err != nil {
			return
		}
		for _, secret := range secrets {
			switch {
			case known[secret.Reveal()]:
			case strings.Contains(strings.ToUpper(name), "STRIPE"):
				ring.Exchanged = append(ring.Exchanged, secret)
			default:
				ring.Others = append(ring.Others, secret)
			}
			known[secret.Reveal()] = true
		}
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		add(name, value, name)
	}
	files, _ := filepath.Glob(".env*") // the pattern is well-formed
	for _, file := range files {
		vars, err := godotenv.Read(file)
		if err != nil {
			continue // the files that count were read at the start, with their errors
		}
		for _, name := range slices.Sorted(maps.Keys(vars)) {
			add(name, vars[name], name+" in "+file)
		}
	}
	if value, err := os.ReadFile(s.localSecretFile()); err == nil {
		add("", strings.TrimSpace(string(value)), "hooktop's own")
	}
	return ring
}
