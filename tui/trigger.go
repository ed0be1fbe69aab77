package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// triggerSheet asks which event is to be sent. Typing narrows the choice.
type triggerSheet struct {
	input textinput.Model
	all   []string
	found []string
	opts  options
	top   int
	first int
	rows  int
}

func (m *model) openTrigger() tea.Cmd {
	if m.d.Trigger == nil || len(m.d.Events) == 0 {
		return m.say(cannot("no test event can be sent from here"))
	}
	s := &triggerSheet{input: textinput.New(), all: m.d.Events}
	s.input.Focus()
	s.narrow()
	s.opts.at = max(slices.Index(s.found, m.lastEvent), 0)
	m.sheet = s
	return nil
}

// narrow keeps the events that have every word that was typed in them.
func (s *triggerSheet) narrow() {
	words := strings.Fields(strings.ToLower(s.input.Value()))
	s.found = slices.DeleteFunc(slices.Clone(s.all), func(e string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(strings.ToLower(e), w) })
	})
	s.opts = options{n: len(s.found)}
}

func (s *triggerSheet) press(m *model, k tea.KeyPressMsg, act action) tea.Cmd {
	switch k.String() {
	case "up", "ctrl+p", "shift+tab":
		s.opts.move(-1)
		return nil
	case "down", "ctrl+n", "tab":
		s.opts.move(1)
		return nil
	case "enter":
		if len(s.found) == 0 {
			return nil
		}
		m.sheet = nil
		return m.trigger(s.found[s.opts.at])
	case "esc":
		return m.close()
	}
	was := s.input.Value()
	s.input, _ = s.input.Update(k)
	if s.input.Value() != was {
		s.narrow()
	}
	return nil
}

func (s *triggerSheet) paste(text string) {
	s.input, _ = s.input.Update(tea.PasteMsg{Content: oneLine(text)})
	s.narrow()
}

func (s *triggerSheet) wheel(_ *model, by int) {
	if s.opts.n > 0 {
		s.opts.at = min(max(s.opts.at+by, 0), s.opts.n-1)
	}
}

func (s *triggerSheet) view(m *model, w, h int) (string, *doc, []hint) {
	st := &m.st
	d := newDoc(st, w)
	d.lines = append(d.lines, blanks(w))
	if v := s.input.Value(); v == "" {
		d.add(d.newLine().gap(1).put(st.accent, "› ").put(st.dim, "type to narrow"))
	} else {
		d.add(d.newLine().gap(1).put(st.accent, "› ").put(st.text, v).put(st.accent, "▏"))
	}
	d.lines = append(d.lines, blanks(w))
	s.first = len(d.lines)
	s.rows = max(min(len(s.all), 12, h-6), 1)
	s.top = min(max(s.top, s.opts.at-s.rows+1), s.opts.at)
	for i := range s.rows {
		at := s.top + i
		switch {
		case len(s.found) == 0 && i == 0:
			d.text(st.dim, "no event has that in its name", 1)
		case at >= len(s.found):
			d.lines = append(d.lines, blanks(w))
		default:
			s.row(m, d, at)
		}
	}
	d.lines = append(d.lines, blanks(w))
	d.text(st.dim, "Signed and sent through the front door: no account, no network.", 1)
	d.lines = append(d.lines, blanks(w))
	return "Send a test event", d, []hint{m.kb.hint(actEnter, "send"), {"↑↓", "choose"}, m.kb.hint(actBack, "cancel")}
}

func (s *triggerSheet) row(m *model, d *doc, at int) {
	st := &m.st
	l := newLine(d.w)
	if at == s.opts.at {
		l.base = st.row
		l.gap(1).put(st.brand, "▶ ").put(st.strong, s.found[at])
	} else {
		l.gap(3).put(st.text, s.found[at])
	}
	if s.found[at] == m.lastEvent {
		l.put(st.dim, "  sent last")
	}
	d.add(l)
}

func (s *triggerSheet) click(m *model, line int) tea.Cmd {
	at := s.top + line - s.first
	if line < s.first || line >= s.first+s.rows || at >= len(s.found) {
		return nil
	}
	if at == s.opts.at {
		m.sheet = nil
		return m.trigger(s.found[at])
	}
	s.opts.at = at
	return nil
}

func (s *triggerSheet) width() int { return sheetWidth }
