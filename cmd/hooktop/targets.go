package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

const forwardVariable = "HOOKTOP_FORWARD_TO"

// forwarding is how deliveries go on to the apps.
type forwarding struct {
	routes []receiver.Route
	// given says that the routes are this command's own flags.
	given    bool
	insecure bool
	retry    bool
	// replyByApp says that the sender gets the app's answer.
	replyByApp bool
}

// addForwardFlags puts on a command what sending on to an app takes.
func addForwardFlags(flags *pflag.FlagSet) {
	flags.StringArray("forward-to", nil, "your app: each verified delivery goes on to this URL; PATTERN=URL for some alone: "+
		"user.*=URL, clerk=URL; repeatable, and every one that matches gets it (env "+forwardVariable+", separated by blanks or commas)")
	flags.Bool("insecure-forward", false, "take your app's certificate even if it is self-signed")
}

// addAnswerFlags puts on a command that receives what it may do about the app's
// answer.
func addAnswerFlags(flags *pflag.FlagSet) {
	addOptions(flags, answerOptions)
	flags.Bool("forward-retry", false, "send on again what your app did not take: after 1 s, 5 s and 30 s")
}

var answerOptions = []option{
	{"reply", "HOOKTOP_REPLY", "hooktop", "whose answer the sender gets: hooktop, or app (the first of --forward-to that matches)"},
}

// readForwarding reads the routes and what is to be done with them.
func (s *settings) readForwarding(flags *pflag.FlagSet, value func(string) (string, string)) error {
	f := &s.forwarding
	f.insecure, _ = flags.GetBool("insecure-forward")
	f.retry, _ = flags.GetBool("forward-retry")
	if err := f.readRoutes(flags, s.env); err != nil {
		return err
	}
	who, source := value("reply")
	switch who {
	case "hooktop":
	case "app":
		f.replyByApp = true
		if len(f.routes) == 0 {
			s.warnings = append(s.warnings, source+" app: there is no app yet, so hooktop answers; add --forward-to URL")
		}
	default:
		return exit.Usage(fmt.Sprintf("%s: %q is neither app nor hooktop", source, who), "choose app or hooktop")
	}
	return nil
}

func (f *forwarding) readRoutes(flags *pflag.FlagSet, env environment) error {
	texts, _ := flags.GetStringArray("forward-to")
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		r, err := receiver.ParseRoute(strings.TrimSpace(text))
		if err != nil {
			return exit.Usage("--forward-to: "+err.Error(), exit.FixOf(err))
		}
		f.routes, f.given = append(f.routes, r), true
	}
	f.routes = receiver.Distinct(f.routes)
	if f.given {
		return nil
	}
	text, source := env.lookup(forwardVariable)
	routes, err := receiver.ParseRoutes(text)
	if err != nil {
		return exit.Usage(source.String()+": "+err.Error(), exit.FixOf(err))
	}
	f.routes = routes
	return nil
}

// schedule is when what an app did not take is sent on again.
func (f forwarding) schedule() receiver.Schedule {
	if f.retry {
		return receiver.RetrySchedule()
	}
	return nil
}

// apps are the apps as the dashboard shows them.
func (h *hooktop) apps() []tui.App {
	var apps []tui.App
	for _, r := range h.forwarder.Routes() {
		trouble, known := h.health.Of(r.Target)
		apps = append(apps, tui.App{Route: r.String(), Pattern: r.Pattern, URL: webhook.Redacted(r.Target), Known: known, Trouble: trouble})
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
		routes[i].Target = h.withPassword(r.Target)
	}
	h.forwarder.Redirect(routes...)
	return nil
}

// withPassword is a target as it was given, of one as it is shown.
func (h *hooktop) withPassword(shown string) string {
	u, err := url.Parse(shown)
	if err != nil || u.User == nil {
		return shown
	}
	for _, r := range h.forwarder.Routes() {
		given, err := url.Parse(r.Target)
		if err == nil && given.User != nil && given.Host == u.Host && redactedUser(given) == u.User.String() {
			u.User = given.User
			return u.String()
		}
	}
	return shown
}

// redactedUser is who logs in at a URL, as webhook.Redacted shows it.
func redactedUser(u *url.URL) string {
	if r, err := url.Parse(u.Redacted()); err == nil {
		return r.User.String()
	}
	return ""
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
			notes = append(notes, a.Trouble+": start your app")
		case had:
			notes = append(notes, "your app runs: "+a.URL)
		}
	}
	return notes
}
