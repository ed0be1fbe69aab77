package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/receiver/ndjson"
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
	if n := x.talking(); n != nil {
		f := tunnelFinding(n.condition.Tunnel, n.condition.Why)
		f.Text += fmt.Sprintf(", according to process %d", n.PID)
		return []Finding{f}
	}
	return []Finding{x.tunnelToCome()}
}

// talking returns the newest hooktop on this database that told its condition, nil for
// none.
func (x *Checker) talking() *instance {
	for i := range x.instances {
		if !x.instances[i].mute {
			return &x.instances[i]
		}
	}
	return nil
}

// tunnelNow is the tunnel of a hooktop that runs, as the hooktop itself knows
// it.
func (x *Checker) tunnelNow() Finding {
	s := x.Settings
	f := Finding{Name: "tunnel"}
	open, found, why := x.Running.TunnelOpen, x.Running.Token, x.Running.WhyClosed
	switch {
	case open || s.PublicURL != "":
		return tunnelFinding(x.Running.Tunnel, why)
	case s.Tunnel == public.Off:
		f.Status, f.Text = Unknown, why
	case found.Token != "":
		f.Status, f.Text = Todo, fmt.Sprintf("ngrok token found (%s); %s", found.Source, why)
	default:
		f.Status, f.Text, f.Fix = Todo, why, howToBeReached
	}
	return f
}

// tunnelFinding is how an open tunnel stands, or the user's own. why says why there is
// none.
func tunnelFinding(t ndjson.Tunnel, why string) Finding {
	f := Finding{Name: "tunnel"}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	url, kind := text(t.PublicURL), text(t.Tunnel)
	switch state := tunnel.State(t.State); {
	case state == tunnel.Off && url == "":
		f.Status, f.Text = Unknown, cmp.Or(why, "off")
	case state == tunnel.Off:
		f.Status, f.Text = OK, "your own: "+url
	case state == tunnel.Live:
		f.Status, f.Text = OK, url
	case state == tunnel.Failed:
		f.Status, f.Text, f.Fix = Failed, text(t.Error), []string{text(t.Fix)}
	default:
		f.Status, f.Text = Todo, t.State+" …"
		if t.Error != nil {
			f.Fix = []string{text(t.Error), text(t.Fix)}
		}
	}
	if kind == public.Relay || kind == public.Pull {
		f.Text = strings.TrimSuffix(kind+": "+cmp.Or(f.Text, "reads Clerk's messages"), ": ")
	}
	if f.Status == OK {
		f.proof(t, text)
	}
	if t.Lost != nil {
		f.Fix = append(f.Fix, text(t.Lost))
	}
	return f
}

// proof adds what the self-test of a URL found.
func (f *Finding) proof(t ndjson.Tunnel, text func(*string) string) {
	switch tunnel.Proof(text(t.SelfTest)) {
	case tunnel.ProofFailed:
		f.Status, f.Fix = Failed, []string{text(t.Error), text(t.Fix)}
		f.Text += " does not lead here"
	case tunnel.ProofUnknown:
		f.Status, f.Fix = Warning, []string{text(t.Unproven)}
		f.Text += " (not proven to lead here)"
	case tunnel.ProofPending:
		f.Text += " (being tested)"
	case tunnel.ProofPassed, tunnel.ProofNone:
	}
}

// tunnelToCome says what the next start would do.
func (x *Checker) tunnelToCome() Finding {
	s, f := x.Settings, Finding{Name: "tunnel", Status: Todo}
	side := x.side()
	kind, why, err := side.Plan()
	found, _ := side.WhyClosed()
	switch {
	case err != nil:
		return fault("tunnel", Failed, err)
	case s.PublicURL != "":
		f.Status, f.Text = OK, "your own: "+s.PublicURL
	case s.Tunnel == public.Off:
		f.Status, f.Text = Unknown, why
	case kind == public.Relay && !side.Agreed() && !s.Yes:
		f.Text, f.Fix = "the relay needs your consent once", []string{"start hooktop on a terminal, which asks, or add --yes"}
	case kind == public.Relay:
		f.Status, f.Text = Unknown, "the relay opens when hooktop starts; doctor opens none"
	case kind == public.Pull:
		f.Status, f.Text = Unknown, "Clerk's messages are read when hooktop starts; doctor reads none"
	case kind != "":
		f.Status, f.Text = Unknown, "opens when hooktop starts; doctor opens none"
	case found.Token != "":
		f.Text = fmt.Sprintf("ngrok token found (%s); %s", found.Source, why)
	default:
		f.Text, f.Fix = why, howToBeReached
	}
	return f
}

// side is the public side of the next hooktop, which is never opened.
func (x *Checker) side() *public.Side {
	return &public.Side{
		Settings: x.Settings, Notice: func(string) {},
		HasKey:   func() bool { return account.Given(x.Env) },
		NoSecret: func() bool { return x.secretless(providers.All()...) },
	}
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
