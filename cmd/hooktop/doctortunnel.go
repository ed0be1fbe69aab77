package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel"
)

var howToGetToken = []string{"set NGROK_AUTHTOKEN or run ngrok config add-authtoken …", "(https://dashboard.ngrok.com/get-started/your-authtoken)"}

// tunnel says how the public side is: of the hooktop that runs, or how it would
// be of the next. None is opened here.
func (x *exam) tunnel(context.Context) []finding {
	s := x.s
	if x.running != nil {
		return []finding{x.running.tunnelNow()}
	}
	if err := x.faulty["tunnel"]; err != nil {
		return []finding{fault("tunnel", broken, err)}
	}
	if s.Domain != "" {
		if err := tunnel.CheckDomain(s.Domain); err != nil {
			return []finding{fault("tunnel", broken, err)}
		}
	}
	for _, n := range x.neighbours {
		if !n.mute {
			return []finding{n.tunnel()}
		}
	}
	return []finding{x.tunnelToCome()}
}

// tunnelNow is the tunnel of a hooktop that runs, as the hooktop itself knows
// it.
func (h *hooktop) tunnelNow() finding {
	s := h.settings
	f := finding{name: "tunnel"}
	status := h.tunnelStatus()
	found, why := h.public.closed()
	open := h.tunnel() != nil
	switch {
	case s.PublicURL != "":
		f.state, f.text = well, "your own: "+s.PublicURL
	case !open && s.Tunnel == "off":
		f.state, f.text = unknown, why
	case !open && found.Token != "":
		f.state, f.text = todo, fmt.Sprintf("ngrok token found (%s); %s", found.Source, why)
	case !open:
		f.state, f.text, f.fix = todo, why, howToGetToken
	default:
		f.be(status.State, status.URL, status.Err, status.Fix)
	}
	return f
}

// tunnel is the tunnel of a neighbour, as it told it.
func (n neighbour) tunnel() finding {
	f := finding{name: "tunnel"}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	t := n.condition.Tunnel
	switch {
	case t.State == tunnel.Off && t.PublicURL != nil:
		f.state, f.text = well, "your own: "+*t.PublicURL
	case t.State == tunnel.Off:
		f.state, f.text = unknown, cmp.Or(n.condition.Why, "off")
	default:
		f.be(t.State, text(t.PublicURL), text(t.Error), text(t.Fix))
	}
	f.text += fmt.Sprintf(", says process %d", n.PID)
	return f
}

// be puts into a finding how an open tunnel stands.
func (f *finding) be(state tunnel.State, url, err, fix string) {
	switch state {
	case tunnel.Live:
		f.state, f.text = well, url
	case tunnel.Failed:
		f.state, f.text, f.fix = broken, err, []string{fix}
	case tunnel.Off, tunnel.Connecting, tunnel.Reconnecting:
		f.state, f.text = todo, string(state)+" …"
		if err != "" {
			f.fix = []string{err, fix}
		}
	}
}

// tunnelToCome says what the next start would do.
func (x *exam) tunnelToCome() finding {
	s := x.s
	f := finding{name: "tunnel", state: todo}
	found, err := tunnel.FindToken(x.env.Get)
	switch {
	case s.PublicURL != "":
		f.state, f.text = well, "your own: "+s.PublicURL
	case s.Tunnel == "off":
		f.state, f.text = unknown, "off by --tunnel off"
	case found.Token == "" && s.Tunnel == "ngrok":
		f.state, f.text, f.fix = broken, "--tunnel ngrok: no ngrok token was found", howToGetToken
	case found.Token == "" && err != nil && !errors.Is(err, tunnel.ErrNoToken):
		f.text = "ngrok's configuration cannot be read"
	case found.Token == "":
		f.text, f.fix = "no ngrok token", howToGetToken
	case s.Tunnel == "auto" && x.secretless(providers.All()...):
		f.text = fmt.Sprintf("ngrok token found (%s); opens once there is a signing secret", found.Source)
	default:
		f.state, f.text = unknown, "opens with the next hooktop; doctor opens none"
	}
	return f
}

// secretless says that none of some providers has a secret where the next
// hooktop would look.
func (x *exam) secretless(providers ...webhook.Provider) bool {
	for _, p := range providers {
		if x.s.Secrets.Flag(p.Name()) != "" {
			return false
		}
		for _, name := range p.SecretVars() {
			if x.env.Get(name) != "" {
				return false
			}
		}
	}
	return true
}
