package doctor

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/project"
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
	signing, signingSource := x.Env.Lookup(clerksName)
	app := project.Read(".")
	theirs, theirSource, reads := signing, signingSource, clerksName
	if app.Has("@clerk/nuxt") {
		reads = nuxtsName
		theirs, theirSource = x.Env.Lookup(nuxtsName)
	}
	if ours == "" {
		ours, source = signing, signingSource
	}
	switch {
	case ours == "" && theirs == "":
		return append(odd, x.elsewhere(len(odd) > 0)...)
	case ours == "":
		return []Finding{{
			Name: "names", Status: Warning, Text: "hooktop does not read " + theirSource.String(),
			Fix: []string{"add " + clerksName + "=whsec_… as well, with the same secret"},
		}}
	case theirs == "" && (app.HasPrefix("@clerk/") || !app.HasPackage):
		return []Finding{{
			Name: "names", Status: Unknown,
			Text: fmt.Sprintf("hooktop reads %s; Clerk's verifyWebhook reads only %s", source, reads),
			Fix:  []string{fmt.Sprintf("if your app calls verifyWebhook, rename it to %s, or call verifyWebhook(req, {signingSecret: process.env.%s})", reads, source.Variable)},
		}}
	case theirs != "" && theirs != ours:
		return []Finding{{
			Name: "names", Status: Warning,
			Text: fmt.Sprintf("%s (%s) and %s (%s) differ: hooktop accepts both, Clerk's verifyWebhook in your app only the latter", source, masked(ours), theirSource, masked(theirs)),
			Fix:  []string{"set both to the secret of the endpoint that sends to you"},
		}}
	}
	if shown {
		return nil
	}
	return []Finding{{Name: "names", Status: OK, Text: "both hooktop and your app's library read this variable"}}
}

// elsewhere finds a secret that hooktop does not use, if it has none itself; told
// is set if another finding names one already.
func (x *Checker) elsewhere(told bool) []Finding {
	if told || strings.TrimSpace(x.Settings.Secrets.Flag(providers.Clerk{}.Name())) != "" {
		return nil
	}
	found, ok := x.Settings.Elsewhere(x.Env, os.Environ())
	if !ok {
		return nil
	}
	return []Finding{{Name: "names", Status: Warning, Text: found.Text, Fix: []string{found.Fix}}}
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

// masked shows a secret's last four characters, and of what has not a secret's
// form nothing.
func masked(value string) string { return webhook.NewSecret(value, webhook.Source{}).String() }

// precedence says which of two files' values hooktop uses, and whether the app's
// loader of .env files may choose the other.
func precedence(app project.Project, wins webhook.Source, winner string, loses webhook.Source, loser string) Finding {
	f := Finding{Name: "conflicts", Status: OK, Text: fmt.Sprintf("%s (%s) takes precedence over %s (%s)", wins, winner, loses, loser)}
	development := strings.HasPrefix(wins.File, ".env.development")
	switch {
	case app.Has("next") && development:
		f.Text += ", also in Next.js"
	case app.Has("next"):
		return f
	case app.Has("vite") && loses.File == ".env.development":
		f.Text += ", but in Vite it is the other way round"
	case app.Has("dotenv") && loses.File == ".env":
		f.Text += "; dotenv alone reads only .env, so your app probably uses the latter"
	case !development:
		return f
	}
	f.Status, f.Fix = Warning, []string{"keep the secret of the endpoint that sends to you, and remove the other"}
	return f
}

// conflicts looks for values that are in each other's way.
func (x *Checker) conflicts(context.Context) (all []Finding) {
	type place struct {
		name, value string
		source      webhook.Source
	}
	var places []place
	app := project.Read(".")
	for _, p := range providers.All() {
		for _, name := range p.Signing().Variables {
			if empty, used, ok := x.Env.Emptied(name); ok {
				all = append(all, Finding{
					Name: "conflicts", Status: Warning,
					Text: fmt.Sprintf("%s is empty: hooktop uses the one in %s, but your app probably reads it as empty", empty, used.File),
					Fix:  []string{"remove the empty line from " + empty.File},
				})
			}
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
					all = append(all, precedence(app, at, masked(wins), source, masked(value)))
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
