package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel"
)

// tunnel says how the public side is: of the hooktop that runs, or how it would
// be of the next. None is opened here.
func (x *Checker) tunnel(context.Context) []Finding {
	s := x.Settings
	if x.Running != nil {
		return []Finding{x.tunnelNow()}
	}
	if err := x.Faults["tunnel"]; err != nil {
		return []Finding{fault("tunnel", Failed, err)}
	}
	if s.Domain != "" {
		if err := tunnel.CheckDomain(s.Domain); err != nil {
			return []Finding{fault("tunnel", Failed, err)}
		}
	}
	for _, n := range x.instances {
		if !n.mute {
			return []Finding{n.tunnel()}
		}
	}
	return []Finding{x.tunnelToCome()}
}

// tunnelNow is the tunnel of a hooktop that runs, as the hooktop itself knows
// it.
func (x *Checker) tunnelNow() Finding {
	s := x.Settings
	f := Finding{Name: "tunnel"}
	status, open, found, why := x.Running.Tunnel, x.Running.TunnelOpen, x.Running.Token, x.Running.WhyClosed
	switch {
	case s.PublicURL != "":
		f.Status, f.Text = OK, "your own: "+s.PublicURL
	case !open && s.Tunnel == "off":
		f.Status, f.Text = Unknown, why
	case !open && found.Token != "":
		f.Status, f.Text = Todo, fmt.Sprintf("ngrok token found (%s); %s", found.Source, why)
	case !open:
		f.Status, f.Text, f.Fix = Todo, why, howToGetToken
	default:
		f.be(status.State, status.URL, status.Err, status.Fix)
	}
	return f
}

// tunnel is the tunnel of a neighbour, as it told it.
func (n instance) tunnel() Finding {
	f := Finding{Name: "tunnel"}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	t := n.condition.Tunnel
	state := tunnel.State(t.State)
	switch {
	case state == tunnel.Off && t.PublicURL != nil:
		f.Status, f.Text = OK, "your own: "+*t.PublicURL
	case state == tunnel.Off:
		f.Status, f.Text = Unknown, cmp.Or(n.condition.Why, "off")
	default:
		f.be(state, text(t.PublicURL), text(t.Error), text(t.Fix))
	}
	f.Text += fmt.Sprintf(", according to process %d", n.PID)
	return f
}

// be puts into a finding how an open tunnel stands.
func (f *Finding) be(state tunnel.State, url, err, fix string) {
	switch state {
	case tunnel.Live:
		f.Status, f.Text = OK, url
	case tunnel.Failed:
		f.Status, f.Text, f.Fix = Failed, err, []string{fix}
	case tunnel.Off, tunnel.Connecting, tunnel.Reconnecting:
		f.Status, f.Text = Todo, string(state)+" …"
		if err != "" {
			f.Fix = []string{err, fix}
		}
	}
}

// tunnelToCome says what the next start would do.
func (x *Checker) tunnelToCome() Finding {
	s := x.Settings
	f := Finding{Name: "tunnel", Status: Todo}
	found, err := tunnel.FindToken(x.Env.Get)
	switch {
	case s.PublicURL != "":
		f.Status, f.Text = OK, "your own: "+s.PublicURL
	case s.Tunnel == "off":
		f.Status, f.Text = Unknown, "turned off by --tunnel off"
	case found.Token == "" && s.Tunnel == "ngrok":
		f.Status, f.Text, f.Fix = Failed, "--tunnel ngrok: there is no ngrok token", howToGetToken
	case found.Token == "" && err != nil && !errors.Is(err, tunnel.ErrNoToken):
		f.Text = "cannot read ngrok's configuration"
	case found.Token == "":
		f.Text, f.Fix = "no ngrok token", howToGetToken
	case s.Tunnel == "auto" && x.secretless(providers.All()...):
		f.Text = fmt.Sprintf("ngrok token found (%s); opens when there is a signing secret", found.Source)
	default:
		f.Status, f.Text = Unknown, "opens when hooktop starts; doctor opens none"
	}
	return f
}

// secretless says that none of some providers has a secret where the next
// hooktop would look.
func (x *Checker) secretless(providers ...webhook.Provider) bool {
	for _, p := range providers {
		if x.Settings.Secrets.Flag(p.Name()) != "" {
			return false
		}
		for _, name := range p.Signing().Variables {
			if x.Env.Get(name) != "" {
				return false
			}
		}
	}
	return true
}
