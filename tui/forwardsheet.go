package tui

import (
	"context"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

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

func (s *targetSheet) paste(pasted string) {
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
