package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// App is an app under development that deliveries are forwarded to.
type App struct {
	// Route is how it was given: a URL, or PATTERN=URL. Neither it nor URL
	// holds a password.
	Route   string
	Pattern query.Pattern
	URL     string
	// Known says that it was checked; Trouble says why it cannot be reached, ""
	// if it runs.
	Known   bool
	Trouble string
}

// targets returns the URLs of the apps, each once, those that take the delivery
// first.
func (s Setup) targets(d *webhook.Delivery) []string {
	var targets []string
	for _, takes := range []bool{true, false} {
		for _, a := range s.Apps {
			if a.Pattern.Takes(d.Provider, d.Type) == takes && !slices.Contains(targets, a.URL) {
				targets = append(targets, a.URL)
			}
		}
	}
	return targets
}

// urls returns the URLs of the apps, each once, for a sentence.
func (s Setup) urls() []string {
	var urls []string
	for _, a := range s.Apps {
		if u := shortURL(a.URL); !slices.Contains(urls, u) {
			urls = append(urls, u)
		}
	}
	return urls
}

// routes returns the apps as they are typed.
func (s Setup) routes() string {
	var routes []string
	for _, a := range s.Apps {
		routes = append(routes, a.Route)
	}
	return strings.Join(routes, " ")
}

// down returns the apps that cannot be reached.
func (s Setup) down() []App {
	var down []App
	for _, a := range s.Apps {
		if a.Trouble != "" && !slices.ContainsFunc(down, func(b App) bool { return b.URL == a.URL }) {
			down = append(down, a)
		}
	}
	return down
}

// appChips show the app and its state, in words if whole.
func (m *model) appChips(whole bool) []draw.Chip {
	st := &m.styles
	names, down := m.setup.urls(), m.setup.down()
	if len(names) == 0 {
		return []draw.Chip{st.Dim.Chip("→ no app   ")}
	}
	name := hostPort(m.setup.Apps[0].URL)
	if len(names) > 1 {
		name = fmt.Sprintf("%d apps", len(names))
	}
	cs := []draw.Chip{st.Dim.Chip("→ "), st.Text.Chip(name)}
	switch {
	case len(down) > 0:
		cs = append(cs, st.Bad.Chip(" ✗"))
		if says := " your app is not running"; whole && len(names) == 1 {
			cs = append(cs, st.Bad.Chip(says))
		} else if whole {
			cs = append(cs, st.Bad.Chip(fmt.Sprintf(" %d not running", len(down))))
		}
	case m.app.id != 0 && !m.app.ok && m.app.status != 0:
		cs = append(cs, st.Bad.Chip(fmt.Sprintf(" ✗ %d", m.app.status)))
	case m.app.id != 0 && !m.app.ok && !m.setup.Apps[0].Known: // whether it runs now is not known yet
		cs = append(cs, st.Bad.Chip(" ✗"))
	case m.app.ok || m.setup.Apps[0].Known:
		cs = append(cs, st.OK.Chip(" ✓"))
	}
	return append(cs, draw.Gap(3))
}

// downLine says that an app is not running, unless the Setup tab, which says so
// too, is shown.
func (m *model) downLine(l *draw.Line) bool {
	down := m.setup.down()
	if m.tab == tabSetup || len(down) == 0 {
		return false
	}
	st := &m.styles
	more := " · F: another app"
	l.Put(st.Bad, "✗").Gap(1)
	l.Put(st.Text, text.Cut(text.Printable(down[0].Trouble+": start your app"), max(l.Left()-text.Width(more), 8)))
	l.Put(st.Dim, more)
	return true
}
