package doctor

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

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
func (x *Checker) names(context.Context) []Finding {
	shown, odd := x.named()
	return append(shown, x.readNames(len(shown) > 0, odd)...)
}

func (x *Checker) readNames(shown bool, odd []Finding) []Finding {
	ours, source := x.Env.Lookup(customName)
	reads := clerksName
	app := readPackage()
	if app.nuxt {
		reads = nuxtsName
	}
	theirs, theirSource := x.Env.Lookup(reads)
	switch {
	case ours == "" && theirs == "":
		return odd
	case ours == "" && reads == nuxtsName && x.Env.Get(clerksName) == "":
		return []Finding{{
			Name: "names", Status: Warning, Text: "hooktop does not read " + theirSource.String(),
			Fix: []string{"add " + customName + "=whsec_… as well, with the same secret"},
		}}
	case theirs == "" && (app.clerk || !app.found):
		return []Finding{{
			Name: "names", Status: Warning,
			Text: fmt.Sprintf("hooktop reads %s, but Clerk's verifyWebhook in your app reads only %s", source, reads),
			Fix:  []string{fmt.Sprintf("add %s=whsec_… as well, or call verifyWebhook(req, {signingSecret: process.env.%s})", reads, customName)},
		}}
	case theirs != "" && ours != "" && theirs != ours:
		return []Finding{{
			Name: "names", Status: Warning,
			Text: fmt.Sprintf("%s (%s) and %s (%s) differ: hooktop accepts both, your app's verifyWebhook only the latter", source, masked(ours), theirSource, masked(theirs)),
			Fix:  []string{"set both to the secret of the endpoint that sends to you"},
		}}
	}
	if shown {
		return nil
	}
	return []Finding{{Name: "names", Status: OK, Text: "both hooktop and your app's library read this variable"}}
}

// publicPrefixes begin the variables that build tools put into what they serve.
var publicPrefixes = []string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_"}

// named finds secrets by their names: those that browsers get, and those in
// variables that nobody reads.
func (x *Checker) named() (shown, odd []Finding) {
	for _, found := range x.Settings.FoundSecrets(os.Environ()) {
		source := fmt.Sprintf("%s (%s)", found.Secrets[0].Source, found.Secrets[0])
		if slices.ContainsFunc(publicPrefixes, func(prefix string) bool { return strings.HasPrefix(found.Variable, prefix) }) {
			shown = append(shown, Finding{
				Name: "names", Status: Failed, Text: source + " is sent to browsers: build tools put variables with this name into the page",
				Fix: []string{"rotate it (Clerk Dashboard → Webhooks → your endpoint → Signing Secret), and put the new one only into " + clerksName + ""},
			})
			continue
		}
		known := found.Variable == "" || slices.ContainsFunc(providers.All(), func(p webhook.Provider) bool {
			return slices.Contains(p.Signing().Variables, found.Variable)
		})
		if known || config.OwnerOf(found.Variable) == "stripe" {
			continue
		}
		odd = append(odd, Finding{
			Name: "names", Status: Warning,
			Text: "neither hooktop nor Clerk's verifyWebhook reads " + source,
			Fix:  []string{fmt.Sprintf("if it is Clerk's, rename it to %s", clerksName)},
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
func (x *Checker) conflicts(context.Context) (all []Finding) {
	type place struct {
		name, value string
		source      webhook.Source
	}
	var places []place
	for _, p := range providers.All() {
		for _, name := range p.Signing().Variables {
			var wins string // the value that counts, and where it is
			var at webhook.Source
			for _, e := range x.Env.Layers() {
				value, source := e.Lookup(name)
				switch {
				case value == "":
				case wins == "":
					wins, at = value, source
				case value == wins:
				case at.File == "": // the process's own
					all = append(all, Finding{
						Name: "conflicts", Status: Warning,
						Text: fmt.Sprintf("%s (%s) is not used: %s in the shell (%s) takes precedence", source, masked(value), name, masked(wins)),
						Fix:  []string{"unset " + name + " in the shell, or change it there"},
					})
				default:
					all = append(all, Finding{
						Name: "conflicts", Status: OK,
						Text: fmt.Sprintf("%s (%s) takes precedence over %s (%s)", at, masked(wins), source, masked(value)),
					})
				}
			}
		}
	}
	for _, found := range x.Settings.FoundSecrets(os.Environ()) {
		for _, secret := range found.Secrets {
			places = append(places, place{found.Variable, secret.Reveal(), secret.Source})
		}
	}
	for i, a := range places {
		for _, b := range places[i+1:] {
			if a.value == b.value && config.OwnerOf(a.name) != "" && config.OwnerOf(b.name) != "" && config.OwnerOf(a.name) != config.OwnerOf(b.name) {
				return append(all, Finding{
					Name: "conflicts", Status: Warning,
					Text: fmt.Sprintf("%s and %s hold the same secret (%s), but each provider has its own", a.source, b.source, masked(a.value)),
					Fix:  []string{"copy each from its own dashboard: Clerk's endpoint, and Stripe's"},
				})
			}
		}
	}
	if len(all) == 0 {
		all = append(all, Finding{Name: "conflicts", Status: OK, Text: "no variables conflict"})
	}
	return all
}
