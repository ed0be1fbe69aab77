package main

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/direct"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/safeurl"
	"github.com/hooktop/hooktop/tui"
)

// apps are the apps as the dashboard shows them.
func (h *hooktop) apps() []tui.App {
	var apps []tui.App
	for _, r := range h.forwarder.Routes() {
		trouble, known := h.health.Of(r.Target)
		apps = append(apps, tui.App{Route: r.String(), Pattern: r.Pattern, URL: webhook.WithoutPassword(r.Target), Known: known, Trouble: trouble})
	}
	return apps
}

// redirect has deliveries go on by other routes from now on, as they are typed:
// what HOOKTOP_FORWARD_TO takes; "" for nowhere. A password that was shown as
// xxxxx is still the one it stood for.
func (h *hooktop) redirect(text string) error {
	routes, err := receiver.ParseRoutes(text)
	if err != nil {
		return err
	}
	for i, r := range routes {
		if routes[i].Target, err = unmasked(r.Target, h.forwarder.Routes()); err != nil {
			return err
		}
	}
	if err := h.refuseLoop(routes); err != nil {
		return err
	}
	h.forwarder.Redirect(routes...)
	return nil
}

// refuseLoop returns an error if a route leads to this hooktop, which would receive
// and forward the same delivery without end.
func (h *hooktop) refuseLoop(routes []receiver.Route) error {
	for _, r := range routes {
		u, err := url.Parse(r.Target)
		if err == nil && (h.listensAt(u) || h.isPublic(u)) {
			return exit.Usage(fmt.Sprintf("%s leads to hooktop itself, which would forward it again", r), "forward to your app's own port, such as http://localhost:3000")
		}
	}
	return nil
}

// isPublic reports whether a target is the user's own tunnel, which ends here.
func (h *hooktop) isPublic(target *url.URL) bool {
	own, err := url.Parse(h.settings.PublicURL)
	return err == nil && direct.SameHost(target.Host, own.Host) && strings.HasPrefix(target.Path+"/", own.Path+"/")
}

// listensAt reports whether this hooktop's local address is that of a target.
func (h *hooktop) listensAt(target *url.URL) bool {
	if h.local == nil {
		return false
	}
	own, ok := h.local.Addr().(*net.TCPAddr)
	return ok && appclient.LeadsTo(target, own)
}

// unmasked returns a target as it was given, of one as it is shown: what was masked in it
// is taken from the routes. The error says that they do not have it.
func unmasked(shown string, routes []receiver.Route) (string, error) {
	var given []string
	for _, r := range routes {
		given = append(given, r.Target)
	}
	whole := safeurl.Restore(shown, given...)
	if safeurl.HasMasked(whole) {
		return "", exit.Usage(fmt.Sprintf("%s is masked: its password or token is not known here", webhook.WithoutPassword(shown)), "write it in place of "+safeurl.Masked+", or give the whole URL with --forward-to or HOOKTOP_FORWARD_TO")
	}
	return whole, nil
}

// appNotes tells on plain lines what changes about the apps.
type appNotes map[string]string

// next are the notes on what is new since the last time.
func (told appNotes) next(apps []tui.App) (notes []string) {
	for _, a := range apps {
		was, had := told[a.URL]
		if !a.Known || had && was == a.Trouble {
			continue
		}
		told[a.URL] = a.Trouble
		switch {
		case a.Trouble != "":
			notes = append(notes, a.Trouble+": start your app, or fix --forward-to")
		case had:
			notes = append(notes, "your app is running: "+a.URL)
		}
	}
	return notes
}
