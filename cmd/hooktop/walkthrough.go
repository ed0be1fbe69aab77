package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/tui"
)

// walkthrough adds to the Setup tab what the steps to the first delivery need to know.
func (h *hooktop) walkthrough(set *tui.Setup) {
	clerk, s := providers.Clerk{}, h.settings
	set.PublicURL = h.public.Snapshot().Clerk()
	set.EnvFile = cmp.Or(s.EnvFile, ".env.local")
	if secrets := s.Secrets.Of(clerk.Name()); len(secrets) > 0 && !s.Secrets.Local() {
		set.Secret = fmt.Sprintf("%s, %s", secrets[0], secrets[0].Source)
	}
	set.Tunnels, set.OfferRelay = h.tunnelChoices(), h.public.Offers()
}

// tunnelChoices are the ways in which deliveries can get here.
func (h *hooktop) tunnelChoices() (choices []tui.TunnelChoice) {
	if h.settings.PublicURL != "" {
		choices = append(choices, tui.TunnelChoice{Kind: tui.OwnTunnel, Chosen: true})
	}
	open := h.public.Snapshot().Kind
	for _, kind := range []string{tui.Relay, tui.Ngrok, tui.Pull, tui.Off} {
		c := tui.TunnelChoice{Kind: kind, Chosen: kind == open || kind == tui.Off && open == "" && h.settings.PublicURL == ""}
		if err := h.public.CanOpen(kind); err != nil {
			c.Why, c.Fix = err.Error(), exit.FixOf(err)
		}
		if kind == tui.Relay {
			c.Warning, c.Agreed = public.RelayWarning, h.public.Agreed()
		}
		choices = append(choices, c)
	}
	return choices
}

// checkSecret returns what is wrong with a signing secret of Clerk's, "" for nothing.
func checkSecret(text string) string {
	if _, err := (providers.Clerk{}).CheckSecret(strings.TrimSpace(text)); err != nil {
		return err.Error()
	}
	return ""
}
