package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// secrets looks at the form of each signing secret that hooktop would use. In a
// hooktop that runs, they are those in use.
func (x *exam) secrets(context.Context) (all []finding) {
	for _, p := range providers.All() {
		if x.running != nil {
			all = append(all, inUse(x.s.Secrets, p)...)
			continue
		}
		all = append(all, x.secretsOf(p)...)
	}
	if len(all) == 0 {
		all = append(all, noSecretYet("none found: hooktop starts in local mode, with one of its own"))
	}
	return all
}

func noSecretYet(text string) finding {
	return finding{
		name: "secret", state: todo, text: text,
		fix: []string{
			"put CLERK_WEBHOOK_SECRET=whsec_… into .env.local: it is taken up by itself",
			"(Clerk Dashboard → Webhooks → endpoint → Signing Secret)",
		},
	}
}

// inUse are the secrets that a running hooktop verifies with.
func inUse(s *config.Secrets, p webhook.Provider) []finding {
	secrets := s.Of(p.Name())
	switch {
	case s.Local() && p.Name() != providers.Clerk{}.Name():
		return nil // one finding says it
	case s.Local():
		return []finding{noSecretYet(fmt.Sprintf("none found; using a local one (%s)", secrets[0]))}
	case len(secrets) == 0:
		return nil
	}
	all := []finding{sound(secrets)}
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
func lost(secrets []webhook.Secret) finding {
	found := secrets[0].Source
	return finding{
		name: "secret", state: warning, text: config.List(secrets) + ": no longer found there, in use until hooktop ends",
		fix: []string{fmt.Sprintf("put %s=whsec_… back into %s: a new start needs it", found.Variable, found.File)},
	}
}

// unprefixed finds a secret of Clerk's that lost what stands before it. The
// libraries take it, yet one that was cut off there may be cut off elsewhere.
func unprefixed(p webhook.Provider, secret webhook.Secret) []finding {
	if p.Name() != (providers.Clerk{}).Name() || strings.HasPrefix(secret.Reveal(), "whsec_") || strings.HasPrefix(secret.Reveal(), "whpk_") {
		return nil
	}
	return []finding{{
		name: "secret", state: warning, text: secret.Source.String() + " has no whsec_ before it, as Clerk's secrets have",
		fix: []string{"copy it whole with the copy button: Clerk Dashboard → Webhooks → your endpoint → Signing Secret"},
	}}
}

// sound are secrets of a good form.
func sound(secrets []webhook.Secret) finding {
	texts := make([]string, len(secrets))
	for i, secret := range secrets {
		texts[i] = fmt.Sprintf("%s  %s", secret, secret.Source)
	}
	f := finding{name: "secret", state: well, text: strings.Join(texts, ", ")}
	if len(secrets) > 1 {
		f.text += ": each of them is accepted"
	}
	return f
}

// secretsOf reads a provider's secrets from where hooktop does, each place by
// itself: one that is malformed says nothing about the others.
func (x *exam) secretsOf(p webhook.Provider) (all []finding) {
	type place struct {
		value  string
		source webhook.Source
	}
	var places []place
	if flag := x.s.Secrets.Flag(p.Name()); strings.TrimSpace(flag) != "" {
		places = []place{{flag, config.FlagSource(p)}}
	} else {
		for _, name := range p.SecretVars() {
			if value, source := x.env.Lookup(name); value != "" {
				places = append(places, place{value, source})
			}
		}
	}
	var found []webhook.Secret
	for _, at := range places {
		secrets, warnings, err := webhook.ParseSecrets(p, at.value, at.source)
		switch {
		case isPlaceholder(at.value):
			all = append(all, finding{
				name: "secret", state: broken, text: at.source.String() + " holds a template's placeholder, not a secret",
				fix: []string{"put " + p.Title() + "'s own in its place: Clerk Dashboard → Webhooks → your endpoint → Signing Secret"},
			})
		case err != nil:
			all = append(all, fault("secret", broken, err))
		}
		for _, w := range warnings {
			all = append(all, finding{name: "secret", state: warning, text: w, fix: []string{"copy it whole with the copy button"}})
		}
		for _, secret := range secrets {
			all = append(all, unprefixed(p, secret)...)
			if !config.Holds(found, secret) {
				found = append(found, secret)
			}
		}
	}
	if len(found) > 0 {
		all = append([]finding{sound(found)}, all...)
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

// The names that Clerk's own verifyWebhook reads; CLERK_WEBHOOK_SECRET is a
// custom that it does not know.
// https://clerk.com/docs/reference/backend/verify-webhook
const (
	customName = "CLERK_WEBHOOK_SECRET"
	clerksName = "CLERK_WEBHOOK_SIGNING_SECRET"
	nuxtsName  = "NUXT_CLERK_WEBHOOK_SIGNING_SECRET"
)

// names looks at what the secret's variable is called: hooktop reads more names
// than the app's library does, and less than people think of.
func (x *exam) names(context.Context) []finding {
	shown, odd := x.named()
	return append(shown, x.readNames(len(shown) > 0, odd)...)
}

func (x *exam) readNames(shown bool, odd []finding) []finding {
	ours, source := x.env.Lookup(customName)
	reads := clerksName
	app := readPackage()
	if app.nuxt {
		reads = nuxtsName
	}
	theirs, theirSource := x.env.Lookup(reads)
	switch {
	case ours == "" && theirs == "":
		return odd
	case ours == "" && reads == nuxtsName && x.env.Get(clerksName) == "":
		return []finding{{
			name: "names", state: warning, text: "hooktop does not read " + theirSource.String(),
			fix: []string{"add " + customName + "=whsec_… beside it, with the same secret"},
		}}
	case theirs == "" && (app.clerk || !app.found):
		return []finding{{
			name: "names", state: warning,
			text: fmt.Sprintf("hooktop reads %s, but Clerk's own verifyWebhook, in your app, reads %s alone", source, reads),
			fix:  []string{fmt.Sprintf("add %s=whsec_… beside it, or call verifyWebhook(req, {signingSecret: process.env.%s})", reads, customName)},
		}}
	case theirs != "" && ours != "" && theirs != ours:
		return []finding{{
			name: "names", state: warning,
			text: fmt.Sprintf("%s (%s) and %s (%s) differ: hooktop accepts both, your app's verifyWebhook the latter alone", source, masked(ours), theirSource, masked(theirs)),
			fix:  []string{"give both the secret of the endpoint that sends to you"},
		}}
	}
	if shown {
		return nil
	}
	return []finding{{name: "names", state: well, text: "the secret has a name that hooktop reads, and your app's library does"}}
}

// publicPrefixes begin the variables that build tools put into what they serve.
var publicPrefixes = []string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_"}

// named finds secrets by their names: those that browsers get, and those in
// variables that nobody reads.
func (x *exam) named() (shown, odd []finding) {
	for _, found := range x.s.FoundSecrets(os.Environ()) {
		source := fmt.Sprintf("%s (%s)", found.Secrets[0].Source, found.Secrets[0])
		if slices.ContainsFunc(publicPrefixes, func(prefix string) bool { return strings.HasPrefix(found.Variable, prefix) }) {
			shown = append(shown, finding{
				name: "names", state: broken, text: source + " goes to browsers: build tools put what has such a name into the page",
				fix: []string{"rotate it (Clerk Dashboard → Webhooks → your endpoint → Signing Secret), and put the new one into " + clerksName + " alone"},
			})
			continue
		}
		known := found.Variable == "" || slices.ContainsFunc(providers.All(), func(p webhook.Provider) bool {
			return slices.Contains(p.SecretVars(), found.Variable)
		})
		if known || config.OwnerOf(found.Variable) == "stripe" {
			continue
		}
		odd = append(odd, finding{
			name: "names", state: warning,
			text: "hooktop does not read " + source + ", and nor does Clerk's verifyWebhook",
			fix:  []string{fmt.Sprintf("if it is Clerk's, call it %s", clerksName)},
		})
	}
	return shown, odd
}

// packageFile is what package.json tells of the app.
type packageFile struct{ found, clerk, nuxt bool }

func readPackage() packageFile {
	text, err := os.ReadFile("package.json")
	if err != nil {
		return packageFile{}
	}
	return packageFile{true, strings.Contains(string(text), `"@clerk/`), strings.Contains(string(text), `"@clerk/nuxt"`)}
}

// masked shows a secret's last four characters, and of what has not a secret's
// form nothing.
func masked(value string) string { return webhook.NewSecret(value, webhook.Source{}).String() }

// conflicts looks for values that are in each other's way.
func (x *exam) conflicts(context.Context) (all []finding) {
	type place struct {
		name, value string
		source      webhook.Source
	}
	var places []place
	for _, p := range providers.All() {
		for _, name := range p.SecretVars() {
			var wins string // the value that counts, and where it is
			var at webhook.Source
			for _, e := range x.env.Layers() {
				value, source := e.Lookup(name)
				switch {
				case value == "":
				case wins == "":
					wins, at = value, source
				case value == wins:
				case at.File == "": // the process's own
					all = append(all, finding{
						name: "conflicts", state: warning,
						text: fmt.Sprintf("%s (%s) is not used: %s is set in the shell to another (%s), which goes before it", source, masked(value), name, masked(wins)),
						fix:  []string{"unset " + name + " in the shell, or correct it there"},
					})
				default:
					all = append(all, finding{
						name: "conflicts", state: well,
						text: fmt.Sprintf("%s (%s) goes before %s (%s)", at, masked(wins), source, masked(value)),
					})
				}
			}
		}
	}
	for _, found := range x.s.FoundSecrets(os.Environ()) {
		for _, secret := range found.Secrets {
			places = append(places, place{found.Variable, secret.Reveal(), secret.Source})
		}
	}
	for i, a := range places {
		for _, b := range places[i+1:] {
			if a.value == b.value && config.OwnerOf(a.name) != "" && config.OwnerOf(b.name) != "" && config.OwnerOf(a.name) != config.OwnerOf(b.name) {
				return append(all, finding{
					name: "conflicts", state: warning,
					text: fmt.Sprintf("%s and %s hold the same secret (%s): no endpoint of one is an endpoint of the other", a.source, b.source, masked(a.value)),
					fix:  []string{"copy each from its own dashboard: Clerk's endpoint, and Stripe's"},
				})
			}
		}
	}
	if len(all) == 0 {
		all = append(all, finding{name: "conflicts", state: well, text: "no variable is in another's way"})
	}
	return all
}
