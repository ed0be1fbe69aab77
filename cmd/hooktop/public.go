package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel"
)

// publicSide is how the outside reaches the receiver, decided at the start, and
// again when the .env files change while there is no tunnel.
type publicSide struct {
	// moved has room for one: the tunnel is in another state, or there is one.
	moved chan struct{}

	mu     sync.Mutex
	tunnel *tunnel.Tunnel // nil without a tunnel
	// found is the ngrok token, whether or not it is used.
	found tunnel.Credentials
	// why says, where there is no tunnel, why there is none.
	why string
}

// openPublicSide opens the tunnel that the settings ask for. It does not wait
// for it to be live. ctx is to last as long as hooktop does.
func (h *hooktop) openPublicSide(ctx context.Context) error {
	s := h.settings
	found, err := tunnel.FindToken(s.Env.Get)
	if errors.Is(err, tunnel.ErrNoToken) {
		found, err = tunnel.Credentials{}, nil
	}
	if err != nil && found.Token != "" { // ngrok.yml is broken, and not needed
		h.notice(err.Error() + ": " + exit.FixOf(err))
		err = nil
	}
	why, err := h.withoutTunnel(found, err)
	if err != nil || why != "" {
		h.public.set(nil, found, why)
		return err
	}
	t := tunnel.Listen(ctx, tunnel.Config{
		Token: found.Token, Domain: s.Domain, Paths: slices.Sorted(maps.Values(s.Paths)), NoEdgePolicy: s.NoEdgePolicy,
		ConnectAddr: found.ConnectAddr, CAs: found.CAs, Version: releaseVersion(),
	})
	h.public.set(t, found, "")
	h.serve(t, h.receiver.Public())
	h.running.Go(func() { h.public.pass(ctx, t.Changed()) })
	return nil
}

// withoutTunnel says why there is to be no tunnel, "" where one is to be
// opened. unread is why ngrok's configuration could not be read.
func (h *hooktop) withoutTunnel(found tunnel.Credentials, unread error) (why string, err error) {
	s := h.settings
	switch {
	case s.PublicURL != "":
		return "you use your own tunnel", nil
	case s.Tunnel == "off":
		return "turned off by --tunnel off", nil
	case unread != nil && s.Tunnel == "ngrok":
		return "", exit.AsUsage(unread)
	case unread != nil:
		h.notice(unread.Error() + ": " + exit.FixOf(unread))
		return "cannot read ngrok's configuration", nil
	case found.Token == "" && s.Tunnel == "ngrok":
		return "", exit.Usage("--tunnel ngrok: there is no ngrok token", "set NGROK_AUTHTOKEN (https://dashboard.ngrok.com/get-started/your-authtoken), or run ngrok config add-authtoken")
	case found.Token == "":
		return "no ngrok token", nil
	case s.Secrets.Local() && s.Tunnel == "auto":
		return "opens when there is a signing secret", nil
	}
	return "", nil
}

// openLate opens the tunnel where what it lacked at the start is there now, and
// says so.
func (h *hooktop) openLate(ctx context.Context) string {
	if h.tunnel() != nil || h.settings.Tunnel != "auto" || h.settings.PublicURL != "" {
		return ""
	}
	if err := h.openPublicSide(ctx); err != nil {
		h.trouble(err)
		return ""
	}
	if h.tunnel() == nil {
		return ""
	}
	return "the tunnel opens"
}

func (p *publicSide) set(t *tunnel.Tunnel, found tunnel.Credentials, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tunnel, p.found, p.why = t, found, why
}

// closed says why there is no tunnel, and which token there would be for one.
func (p *publicSide) closed() (found tunnel.Credentials, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.found, p.why
}

// pass nudges whoever watches the public side each time that the tunnel does.
func (p *publicSide) pass(ctx context.Context, changed <-chan struct{}) {
	for {
		select {
		case p.moved <- struct{}{}:
		default:
		}
		select {
		case <-ctx.Done():
			return
		case _, ok := <-changed:
			if !ok {
				return
			}
		}
	}
}

// tunnel is the one that is open, nil where there is none.
func (h *hooktop) tunnel() *tunnel.Tunnel {
	h.public.mu.Lock()
	defer h.public.mu.Unlock()
	return h.public.tunnel
}

// localHandler is what the local address serves: where the user's own tunnel
// ends there, what comes through it sees the webhook paths alone.
func (h *hooktop) localHandler() http.Handler {
	if u, err := url.Parse(h.settings.PublicURL); err == nil && u.Host != "" {
		return h.receiver.Shared(u.Host)
	}
	return h.receiver.Local()
}

// publicURL is the public base URL, "" where there is none (yet).
func (h *hooktop) publicURL() string {
	if h.settings.PublicURL != "" {
		return h.settings.PublicURL
	}
	if t := h.tunnel(); t != nil {
		return t.URL()
	}
	return ""
}

// tunnelStatus is the tunnel's state; off where there is none.
func (h *hooktop) tunnelStatus() tunnel.Status {
	t := h.tunnel()
	if t == nil {
		return tunnel.Status{State: tunnel.Off}
	}
	return t.Status()
}
