package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/project"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// RecommendedVariable returns the variable that a provider's secret belongs in:
// the one that its own library reads.
func RecommendedVariable(p webhook.Provider) string { return p.Signing().Variables[0] }

// NoSecretError returns the error of a command that needs a signing secret and
// found none. It names one that is elsewhere; instead is what can be done
// without one, "" for nothing.
func (s *Settings) NoSecretError(environ []string, instead string) error {
	variable := RecommendedVariable(providers.Clerk{})
	what := "no signing secret: " + variable + " is not set"
	fix := "put " + variable + "=" + webhook.SecretPrefix + "… into .env.local"
	if found, ok := s.Elsewhere(s.Env, environ); ok {
		what, fix = what+"; "+found.Text, found.Fix
	}
	return exit.Usage(what, fix+instead)
}

// Elsewhere is a secret, or what was meant to be one, that hooktop does not use.
type Elsewhere struct {
	Text, Fix string
}

// Elsewhere finds the most likely secret that hooktop does not use: in a
// variable that refers to nothing, in a line that sets nothing, in a variable or
// file that hooktop does not read, in a folder above.
func (s *Settings) Elsewhere(env Environment, environ []string) (found Elsewhere, ok bool) {
	for _, look := range []func() (Elsewhere, bool){env.unsetSecret, env.skippedSecret, func() (Elsewhere, bool) { return s.unreadSecret(environ) }, s.secretAbove} {
		if found, ok = look(); ok {
			return found, true
		}
	}
	return Elsewhere{}, false
}

// unsetSecret finds a secret's variable that refers to one that is not set.
func (e Environment) unsetSecret() (Elsewhere, bool) {
	for _, p := range providers.All() {
		for _, name := range p.Signing().Variables {
			if references, source := e.unset(name); len(references) > 0 {
				return Elsewhere{
					fmt.Sprintf("%s refers to %s, which is not set", source, strings.Join(references, " and ")),
					fmt.Sprintf("set %s, or write the secret itself into %s", references[0], name),
				}, true
			}
		}
	}
	return Elsewhere{}, false
}

// skippedSecret finds a line that was meant to set a secret.
func (e Environment) skippedSecret() (Elsewhere, bool) {
	for _, f := range e.files {
		for _, l := range f.Skipped {
			if isSecretVariable(l.Word) || strings.HasPrefix(l.Word, webhook.SecretPrefix) {
				name := l.Word
				if !isSecretVariable(name) {
					name = RecommendedVariable(providers.Clerk{})
				}
				return Elsewhere{
					fmt.Sprintf("line %d of %s is not NAME=value", l.Line, f.name),
					fmt.Sprintf("write %s=%s… there", name, webhook.SecretPrefix),
				}, true
			}
		}
	}
	return Elsewhere{}, false
}

// unreadSecret finds a secret in a variable, or in a file, that is not read.
func (s *Settings) unreadSecret(environ []string) (Elsewhere, bool) {
	variable := RecommendedVariable(providers.Clerk{})
	for _, found := range s.FoundSecrets(environ) {
		secret := found.Secrets[0]
		where := fmt.Sprintf("%s (%s)", secret.Source, secret)
		switch {
		case found.Variable == "": // hooktop's own
		case !isSecretVariable(found.Variable):
			return Elsewhere{
				"hooktop does not read " + where,
				fmt.Sprintf("if it is the secret of Clerk's endpoint, rename %s to %s", found.Variable, variable),
			}, true
		case secret.Source.File != "" && !slices.Contains(envFiles(s.EnvFile), secret.Source.File):
			return Elsewhere{
				"hooktop does not read the file that has " + where,
				"copy it into .env.local, or pass --env-file " + secret.Source.File,
			}, true
		}
	}
	return Elsewhere{}, false
}

// secretAbove finds a secret in a .env file of a folder above: the root of a
// monorepo has it, and apps are started below.
func (s *Settings) secretAbove() (Elsewhere, bool) {
	home := project.Home()
	for _, dir := range project.FoldersAbove() {
		if dir == home { // its files belong to no project
			break
		}
		for _, name := range envFiles("") {
			file := filepath.Join(project.Relative(dir), name)
			for _, v := range VariablesOf(file) {
				if !isSecretVariable(v.Name) || !strings.HasPrefix(v.Value, webhook.SecretPrefix) {
					continue
				}
				return Elsewhere{
					fmt.Sprintf("%s sets %s, but hooktop reads only this folder's files, as apps do", file, v.Name),
					fmt.Sprintf("if your app uses that one, pass --env-file %s or copy the line into .env.local", file),
				}, true
			}
		}
	}
	return Elsewhere{}, false
}
