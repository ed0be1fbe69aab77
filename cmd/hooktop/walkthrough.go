package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/envfile"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
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
		return "the secret " + err.Error()
	}
	return ""
}

// saveSecret verifies with a signing secret of Clerk's from now on and, with write,
// writes it to where the app reads it. It returns what it did.
func (h *hooktop) saveSecret(ctx context.Context, text string, write bool) (string, error) {
	clerk := providers.Clerk{}
	text = strings.TrimSpace(text)
	if _, err := clerk.CheckSecret(text); err != nil {
		return "", webhook.NewMistake("the secret "+err.Error(), exit.FixOf(err))
	}
	secret := webhook.NewSecret(text, webhook.Source{Origin: webhook.Typed})
	h.takeUp(ctx, h.settings.Secrets.Fetch(clerk, secret))
	if !write {
		return fmt.Sprintf("%s is in use until hooktop ends", secret), nil
	}
	said, err := h.write(secret)
	if err != nil {
		return "", fmt.Errorf("%s is in use until hooktop ends, but was not written: %w", secret, err)
	}
	return said, nil
}

// writeSecret writes the secret that was read from Clerk to where the app reads it.
func (h *hooktop) writeSecret(context.Context) (string, error) {
	secret, ok := h.settings.Secrets.Fetched(providers.Clerk{}.Name())
	if !ok {
		return "", errors.New("no signing secret was read from Clerk")
	}
	return h.write(secret)
}

func (h *hooktop) write(secret webhook.Secret) (string, error) {
	saved, err := envfile.Save(h.settings, providers.Clerk{}, secret)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%s is in use, and in %s as %s", secret, saved.File, saved.Variable)
	return strings.Join(append([]string{said}, saved.Notes...), "; "), nil
}
