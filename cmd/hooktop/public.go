package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/hooktop/hooktop/tunnel"
)

// publicSide is how the outside reaches the receiver, decided at the start.
type publicSide struct {
	// found is the ngrok token, whether or not it is used.
	found tunnel.Found
	// why says, where there is no tunnel, why there is none.
	why string
}

// openPublicSide opens the tunnel that the settings ask for. It does not wait
// for it to be live.
func (h *hooktop) openPublicSide(ctx context.Context) error {
	s := h.settings
	found, err := tunnel.FindToken(s.env.get)
	if errors.Is(err, tunnel.ErrNoToken) {
		found, err = tunnel.Found{}, nil
	}
	h.public.found = found
	if err != nil && found.Token != "" { // ngrok.yml is broken, and not needed
		h.notices, err = append(h.notices, err.Error()+": "+fixOf(err)), nil
	}
	switch {
	case s.publicURL != "":
		h.public.why = "your own tunnel ends here"
		return nil
	case s.tunnel == "off":
		h.public.why = "off by --tunnel off"
		return nil
	case err != nil && s.tunnel == "ngrok":
		return asUsage(err)
	case err != nil:
		h.notices = append(h.notices, err.Error()+": "+fixOf(err))
		h.public.why = "ngrok's configuration cannot be read"
		return nil
	case found.Token == "" && s.tunnel == "ngrok":
		return usage("--tunnel ngrok: no ngrok token was found", "set NGROK_AUTHTOKEN (https://dashboard.ngrok.com/get-started/your-authtoken), or run ngrok config add-authtoken")
	case found.Token == "":
		h.public.why = "no ngrok token"
		return nil
	case s.signing.local() && s.tunnel == "auto":
		h.public.why = "opens once there is a signing secret"
		return nil
	}
	h.tunnel = tunnel.Listen(context.WithoutCancel(ctx), tunnel.Config{
		Token: found.Token, Domain: s.domain, Paths: slices.Sorted(maps.Values(s.paths)), NoEdgePolicy: s.noPolicy,
		ConnectAddr: found.ConnectAddr, CAs: found.CAs, Version: releaseVersion(),
	})
	h.serve(h.tunnel, h.receiver.Public())
	return nil
}

// localHandler is what the local address serves: where the user's own tunnel
// ends there, what comes through it sees the webhook paths alone.
func (h *hooktop) localHandler() http.Handler {
	if u, err := url.Parse(h.settings.publicURL); err == nil && u.Host != "" {
		return h.receiver.Shared(u.Host)
	}
	return h.receiver.Local()
}

// publicURL is the public base URL, "" where there is none (yet).
func (h *hooktop) publicURL() string {
	if h.settings.publicURL != "" {
		return h.settings.publicURL
	}
	if h.tunnel != nil {
		return h.tunnel.URL()
	}
	return ""
}

// tunnelStatus is the tunnel's state; off where there is none.
func (h *hooktop) tunnelStatus() tunnel.Status {
	if h.tunnel == nil {
		return tunnel.Status{State: tunnel.Off}
	}
	return h.tunnel.Status()
}

// tunnelChanged is never ready where there is no tunnel.
func (h *hooktop) tunnelChanged() <-chan struct{} {
	if h.tunnel == nil {
		return nil
	}
	return h.tunnel.Changed()
}
