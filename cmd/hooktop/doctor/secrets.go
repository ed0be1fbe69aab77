package doctor

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// secrets looks at the form of each signing secret that hooktop would use. In a
// hooktop that runs, they are those in use.
func (x *Checker) secrets(context.Context) (all []Finding) {
	for _, p := range providers.All() {
		if x.Running != nil {
			all = append(all, inUse(x.Settings.Secrets, p)...)
			continue
		}
		all = append(all, x.secretsOf(p)...)
	}
	if len(all) == 0 {
		all = append(all, noSecretYet("none found: hooktop starts in local mode with its own"))
	}
	return all
}

func noSecretYet(text string) Finding {
	return Finding{
		Name: "secret", Status: Todo, Text: text,
		Fix: []string{
			"put " + clerksName + "=whsec_… into .env.local; hooktop reloads it automatically",
			"(Clerk Dashboard → Webhooks → endpoint → Signing Secret)",
		},
	}
}

// inUse are the secrets that a running hooktop verifies with.
func inUse(s *config.Secrets, p webhook.Provider) []Finding {
	secrets := s.Of(p.Name())
	switch {
	case s.Local() && p.Name() != providers.Clerk{}.Name():
		return nil // one finding says it
	case s.Local():
		return []Finding{noSecretYet(fmt.Sprintf("none found; using hooktop's own (%s)", secrets[0]))}
	case len(secrets) == 0:
		return nil
	}
	all := []Finding{sound(secrets)}
	if s.Gone(p.Name()) {
		all[0] = lost(secrets)
	}
	for _, secret := range secrets {
		all = append(all, unprefixed(p, secret)...)
	}
	return all
}

// lost are secrets in use that the .env files no longer hold. What a flag or the
// process itself gave stays.
func lost(secrets []webhook.Secret) Finding {
	found := secrets[0].Source
	return Finding{
		Name: "secret", Status: Warning, Text: config.List(secrets) + ": removed from there, in use until hooktop ends",
		Fix: []string{fmt.Sprintf("put %s=whsec_… back into %s; the next start needs it", found.Variable, found.File)},
	}
}

// unprefixed finds a secret of Clerk's that lost what stands before it. The
// libraries take it, yet one that was cut off there may be cut off elsewhere.
func unprefixed(p webhook.Provider, secret webhook.Secret) []Finding {
	if p.Name() != (providers.Clerk{}).Name() || strings.HasPrefix(secret.Reveal(), "whsec_") || strings.HasPrefix(secret.Reveal(), "whpk_") {
		return nil
	}
	return []Finding{{
		Name: "secret", Status: Warning, Text: secret.Source.String() + " does not start with whsec_, as Clerk's secrets do",
		Fix: []string{"copy all of it with the copy button: Clerk Dashboard → Webhooks → your endpoint → Signing Secret"},
	}}
}

// sound are secrets of a good form.
func sound(secrets []webhook.Secret) Finding {
	texts := make([]string, len(secrets))
	for i, secret := range secrets {
		texts[i] = fmt.Sprintf("%s  %s", secret, secret.Source)
	}
	f := Finding{Name: "secret", Status: OK, Text: strings.Join(texts, ", ")}
	if len(secrets) > 1 {
		f.Text += ": all of them are accepted"
	}
	return f
}

// secretsOf reads a provider's secrets from where hooktop does, each place by
// itself: one that is malformed says nothing about the others.
func (x *Checker) secretsOf(p webhook.Provider) (all []Finding) {
	type place struct {
		value  string
		source webhook.Source
	}
	var places []place
	if flag := x.Settings.Secrets.Flag(p.Name()); strings.TrimSpace(flag) != "" {
		places = []place{{flag, config.FlagSource(p)}}
	} else {
		for _, name := range p.Signing().Variables {
			if value, source := x.Env.Lookup(name); value != "" {
				places = append(places, place{value, source})
			}
		}
	}
	var found []webhook.Secret
	for _, at := range places {
		secrets, warnings, err := config.ParseSecrets(p, at.value, at.source)
		switch {
		case isPlaceholder(at.value):
			all = append(all, Finding{
				Name: "secret", Status: Failed, Text: at.source.String() + " is a template's placeholder, not a secret",
				Fix: []string{"replace it with " + p.Title() + "'s own secret: Clerk Dashboard → Webhooks → your endpoint → Signing Secret"},
			})
		case err != nil:
			all = append(all, fault("secret", Failed, err))
		}
		for _, w := range warnings {
			all = append(all, Finding{Name: "secret", Status: Warning, Text: w, Fix: []string{"copy all of it with the copy button"}})
		}
		for _, secret := range secrets {
			all = append(all, unprefixed(p, secret)...)
			if !config.Holds(found, secret) {
				found = append(found, secret)
			}
		}
	}
	if len(found) > 0 {
		all = append([]Finding{sound(found)}, all...)
	}
	return all
}

// placeholder is what templates have where a secret belongs.
var placeholder = regexp.MustCompile(`(?i)^["']?(whsec_)?[<\[{]?(x{3,}|\.{2,}|…|\*{3,}|your|replace|change|placeholder|todo|secret|paste|example)`)

func isPlaceholder(value string) bool {
	if !placeholder.MatchString(value) {
		return false
	}
	// A real one may begin with any letters.
	_, _, err := webhook.ParseSecrets(providers.Clerk{}, value, webhook.Source{})
	return err != nil || strings.Trim(strings.TrimPrefix(strings.ToLower(value), "whsec_"), "x") == ""
}
