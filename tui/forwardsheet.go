package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// targetSheet asks which app to forward deliveries to until the program ends.
type targetSheet struct {
	input textinput.Model
	was   string
	// then opens the sheet that it was opened from; nil for none.
	then func() tea.Cmd
}

func (m *model) cannotRedirect() string {
	if m.deps.Redirect == nil {
		return "cannot change the app here"
	}
	return ""
}

func (m *model) openTarget() tea.Cmd {
	s := &targetSheet{input: textinput.New(), was: text.Printable(m.setup.routes())}
	s.input.SetValue(s.was)
	s.input.CursorEnd()
	s.input.Focus()
	m.sheet = s
	return nil
}

func (s *targetSheet) press(m *model, k tea.KeyPressMsg, _ action) tea.Cmd {
	switch k.String() {
	case "enter":
		return s.set(m)
	case "esc":
		return tea.Batch(m.close(), s.back())
	}
	s.input, _ = s.input.Update(k)
	return nil
}

func (s *targetSheet) set(m *model) tea.Cmd {
	m.sheet = nil
	routes := strings.TrimSpace(s.input.Value())
	if routes == strings.TrimSpace(s.was) {
		return s.back()
	}
	redirect := m.deps.Redirect
	return m.inBackground("changing the app", func(context.Context) (func() tea.Cmd, error) {
		return func() tea.Cmd { return tea.Batch(m.setStatus(good(m.redirected())), s.back()) }, redirect(routes)
	})
}

// back opens the sheet that it was opened from.
func (s *targetSheet) back() tea.Cmd {
	if s.then == nil {
		return nil
	}
	return s.then()
}

// redirected says where deliveries are forwarded from now on.
func (m *model) redirected() string {
	if len(m.setup.Apps) == 0 {
		return "deliveries are no longer forwarded"
	}
	return "verified deliveries are now forwarded to " + strings.Join(m.setup.urls(), ", ")
}

func (s *targetSheet) paste(_ *model, pasted string) {
	s.input, _ = s.input.Update(tea.PasteMsg{Content: text.OneLine(pasted)})
}

func (s *targetSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= 12
	if roomy {
		d.Skip()
	}
	d.Add(s.field(st, w))
	if roomy {
		d.Skip()
	}
	d.Text(st.Dim, "A port (3000) or a URL; separate several with spaces. Empty for none.", 1)
	d.Text(st.Dim, "user.*=URL forwards only matching events, clerk=URL only Clerk's.", 1)
	if roomy {
		d.Skip()
		for _, a := range m.setup.Apps {
			switch {
			case a.Trouble != "":
				d.Item(st.Bad, "✗", st.Text, a.Route+": "+a.Trouble, 1)
			case a.Known:
				d.Item(st.OK, "✓", st.Text, a.Route, 1)
			default:
				d.Item(st.Dim, "·", st.Text, a.Route, 1)
			}
		}
		if len(m.setup.Apps) == 0 {
			d.Text(st.Dim, "Not set.", 1)
		}
		d.Skip()
		d.Text(st.Dim, "Until you quit. To keep it: --forward-to or HOOKTOP_FORWARD_TO.", 1)
		d.Skip()
	}
	return "Forward to", d, []hint{m.keys.hint(actEnter, "set"), m.keys.hint(actBack, "cancel")}
}

// field shows as much of what is typed around the cursor as fits.
func (s *targetSheet) field(st *styles, w int) *draw.Line {
	typed := []rune(s.input.Value())
	at := min(s.input.Position(), len(typed))
	l := draw.NewLine(w).Gap(1).Put(st.Accent, "› ")
	if len(typed) == 0 {
		return l.Put(st.Accent, "▏").Put(st.Dim, "http://localhost:3000/api/webhooks/clerk")
	}
	room := max(l.Left()-2, 1)
	from := 0
	for from < at && text.Width(string(typed[from:at])) >= room {
		from++
	}
	before := text.Printable(string(typed[from:at]))
	after := text.Cut(text.Printable(string(typed[at:])), max(room-text.Width(before), 0))
	return l.Put(st.Text, before).Put(st.Accent, "▏").Put(st.Text, after)
}

func (s *targetSheet) wheel(*model, int)         {}
func (s *targetSheet) click(*model, int) tea.Cmd { return nil }
func (s *targetSheet) width() int                { return sheetWidth }

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
