package main

import (
	"cmp"
	"context"
	"fmt"

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
	if s.domain != "" {
		if err := tunnel.CheckDomain(s.domain); err != nil {
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
	case s.publicURL != "":
		f.state, f.text = well, "your own: "+s.publicURL
	case !open && s.tunnel == "off":
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
	found, err := tunnel.FindToken(x.env.get)
	switch {
	case s.publicURL != "":
		f.state, f.text = well, "your own: "+s.publicURL
	case s.tunnel == "off":
		f.state, f.text = unknown, "off by --tunnel off"
	case found.Token == "" && s.tunnel == "ngrok":
		f.state, f.text, f.fix = broken, "--tunnel ngrok: no ngrok token was found", howToGetToken
	case found.Token == "" && err != nil && fixOf(err) != fixOf(tunnel.ErrNoToken):
		f.text = "ngrok's configuration cannot be read"
	case found.Token == "":
		f.text, f.fix = "no ngrok token", howToGetToken
	case s.tunnel == "auto" && x.secretless(webhook.Providers()...):
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
		if x.s.signing.flags[p.Name()] != "" {
			return false
		}
		for _, name := range p.SecretVars() {
			if x.env.get(name) != "" {
				return false
			}
		}
	}
	return true
}

// endpoint says what the provider is to be given.
func (x *exam) endpoint(context.Context) []finding {
	f := finding{name: "endpoint", state: unknown, text: "comes with the tunnel: Clerk needs a public URL to send to"}
	if err := x.faulty["endpoint"]; err != nil {
		return []finding{fault("endpoint", broken, err)}
	}
	if public := x.public(); public != "" {
		f.text = "in Clerk: " + public + x.s.clerkPath()
		f.fix = []string{"Clerk Dashboard (o opens it) → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		if x.running == nil {
			f.fix = []string{"Clerk Dashboard → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		}
	}
	return []finding{f}
}

// public is the public base URL: of the hooktop that runs, or of one that runs
// on the same database; "" where there is none.
func (x *exam) public() string {
	public := x.s.publicURL
	if x.running != nil {
		public = x.running.publicURL()
	}
	for _, n := range x.neighbours {
		if public == "" && n.condition.Tunnel.PublicURL != nil {
			public = *n.condition.Tunnel.PublicURL
		}
	}
	return public
}

// stripe says what Stripe is to be given. Many an app takes no payments.
func (x *exam) stripe(context.Context) []finding {
	if err := x.faulty["stripe"]; err != nil {
		return []finding{fault("stripe", broken, err)}
	}
	p := x.s.stripe
	base := x.public()
	if base == "" && x.running != nil {
		base = x.running.receiver.Door.URL
	}
	url := base + x.s.paths[p.Name()]
	if base == "" {
		url = "the path " + url
	}
	switch {
	case x.stripeless():
		return []finding{{name: "stripe", state: unknown, text: p.SecretVars()[0] + "=whsec_… in .env.local takes Stripe's events, too, at " + url}}
	case base == "":
		return []finding{{name: "stripe", state: unknown, text: "comes with the tunnel: Stripe needs a public URL to send to"}}
	}
	return []finding{{
		name: "stripe", state: well, text: "in Stripe: " + url,
		fix: []string{"Stripe Dashboard → Developers → Webhooks → Add destination, with checkout.session.completed, customer.subscription.*, invoice.paid, invoice.payment_failed, customer.deleted"},
	}}
}

// stripeless says that there is no secret of Stripe's: in use, or to be found.
func (x *exam) stripeless() bool {
	if x.running == nil {
		return x.secretless(x.s.stripe)
	}
	return x.s.signing.local() || len(x.s.signing.of(x.s.stripe.Name())) == 0
}
