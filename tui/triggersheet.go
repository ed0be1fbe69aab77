package tui

import (
	"fmt"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// triggerSheet asks which event to send. Typing narrows the choice.
type triggerSheet struct {
	input textinput.Model
	all   []eventChoice
	found []eventChoice
	at    int // in found, never a heading where there is anything else
	top   int
	// first and rows are where the choices were drawn.
	first, rows int
	// about describes an event or a story.
	about func(string) string
}

func (m *model) cannotTrigger() string {
	if m.deps.Trigger == nil || len(m.deps.Events) == 0 {
		return "cannot send a test event here"
	}
	return ""
}

func (m *model) openTrigger() tea.Cmd {
	s := &triggerSheet{input: textinput.New(), all: eventChoices(m.deps.Events, m.recent), about: m.about}
	s.input.Focus()
	s.narrow()
	m.sheet = s
	return nil
}

// about describes an event or a story.
func (m *model) about(event string) string {
	if m.deps.About == nil {
		return ""
	}
	return m.deps.About(event)
}

func (s *triggerSheet) narrow() {
	s.found = matchingChoices(s.all, s.input.Value(), s.about)
	s.at, s.top = -1, 0
	s.move(1)
}

// move goes n events on, skipping headings, and stops at the ends.
func (s *triggerSheet) move(by int) {
	step := 1
	if by < 0 {
		step, by = -1, -by
	}
	for at := s.at + step; by > 0 && at >= 0 && at < len(s.found); at += step {
		if !s.found[at].heading {
			s.at = at
			by--
		}
	}
}

// turn is move by one that wraps around.
func (s *triggerSheet) turn(by int) {
	was := s.at
	if s.move(by); s.at != was {
		return
	}
	if s.at = -1; by < 0 {
		s.at = len(s.found)
	}
	s.move(by)
}

// family goes to the first event of the next or previous family.
func (s *triggerSheet) family(by int) {
	n := len(s.found)
	for i := 1; i < n; i++ {
		at := ((s.at+by*i)%n + n) % n
		if at > 0 && s.found[at-1].heading {
			s.at = at
			return
		}
	}
}

func (s *triggerSheet) press(m *model, k tea.KeyPressMsg, _ action) tea.Cmd {
	switch k.String() {
	case "up", "ctrl+p":
		s.turn(-1)
	case "down", "ctrl+n":
		s.turn(1)
	case "pgup":
		s.move(-max(s.height(m.h-sheetAround)-1, 1))
	case "pgdown":
		s.move(max(s.height(m.h-sheetAround)-1, 1))
	case "shift+tab":
		s.family(-1)
	case "tab":
		s.family(1)
	case "enter":
		return s.send(m)
	case "esc":
		return m.close()
	default:
		was := s.input.Value()
		s.input, _ = s.input.Update(k)
		if s.input.Value() != was {
			s.narrow()
		}
	}
	return nil
}

func (s *triggerSheet) send(m *model) tea.Cmd {
	if s.at < 0 || s.at >= len(s.found) {
		return nil
	}
	m.sheet = nil
	return m.trigger(s.found[s.at].name)
}

func (s *triggerSheet) paste(_ *model, pasted string) {
	s.input, _ = s.input.Update(tea.PasteMsg{Content: text.OneLine(pasted)})
	s.narrow()
}

func (s *triggerSheet) wheel(_ *model, by int) { s.move(by) }

const (
	// maxChoices is how many lines of choices are shown.
	maxChoices = 18
	// roomyFrom is the height from which there are empty lines around them.
	roomyFrom = 14
)

func (s *triggerSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	// The choices come first when there is little room.
	roomy := h >= roomyFrom
	if roomy {
		d.Skip()
	}
	d.Add(s.typed(m, d))
	if roomy {
		d.Skip()
	}
	s.first = len(d.Lines)
	s.rows = s.height(h)
	s.scroll()
	for i := range s.rows {
		at := s.top + i
		switch {
		case len(s.found) == 0 && i == 0:
			d.Text(st.Dim, "no event matches", 1)
		case at >= len(s.found):
			d.Skip()
		default:
			d.Add(s.row(m, d, at))
		}
	}
	if roomy {
		d.Skip()
		d.Text(st.Dim, "Signed and sent to hooktop itself: no account, no network.", 1)
		d.Skip()
	}
	return "Send a test event", d, []hint{m.keys.hint(actEnter, "send"), {"↑↓", "choose"}, {"tab", "family"}, m.keys.hint(actBack, "cancel")}
}

// height returns how many of h lines hold choices. It stays the same while the
// choice is narrowed.
func (s *triggerSheet) height(h int) int {
	if h--; h+1 >= roomyFrom {
		h -= 5
	}
	return max(min(len(s.all), maxChoices, h), 1)
}

// scroll keeps the choice visible, together with its heading if it is the first
// of a family.
func (s *triggerSheet) scroll() {
	least := s.at
	if least > 0 && s.found[least-1].heading && s.rows > 1 {
		least--
	}
	s.top = max(min(max(s.top, s.at-s.rows+1), least), 0)
	s.top = max(min(s.top, len(s.found)-s.rows), 0)
}

// typed returns the line that is typed into, and how many events there are.
func (s *triggerSheet) typed(m *model, d *draw.Doc) *draw.Line {
	st := &m.styles
	events := 0
	for _, p := range s.found {
		if !p.heading {
			events++
		}
	}
	count := fmt.Sprintf("%d of %d ", events, len(m.deps.Events))
	l := d.NewLine().Gap(1).Put(st.Accent, "› ")
	room := l.Left() - text.Width(count) - 1
	inner := draw.NewLine(room)
	if v := s.input.Value(); v == "" {
		inner.Put(st.Dim, "type to narrow")
	} else {
		inner.Put(st.Text, v).Put(st.Accent, "▏")
	}
	return l.Add(inner.Styled(), room).Gap(1).Put(st.Dim, count)
}

// aboutColumn is the column of the descriptions.
const aboutColumn = 22

func (s *triggerSheet) row(m *model, d *draw.Doc, at int) *draw.Line {
	st, p := &m.styles, s.found[at]
	l := draw.NewLine(d.W)
	if p.heading {
		return l.Gap(2).Put(st.Head, p.name)
	}
	look := st.Text
	if at == s.at {
		l.Under, look = st.Row, st.Strong
		l.Gap(1).Put(st.Brand, "▶ ")
	} else {
		l.Gap(3)
	}
	about := s.about(p.name)
	if about == "" {
		return l.Put(look, p.name)
	}
	l.Fit(look, p.name, max(aboutColumn, text.Width(text.Printable(p.name))+1))
	return l.Put(st.Dim, text.Cut(text.Printable(about), max(l.Left()-1, 0)))
}

func (s *triggerSheet) click(m *model, line int) tea.Cmd {
	at := s.top + line - s.first
	if line < s.first || line >= s.first+s.rows || at >= len(s.found) || s.found[at].heading {
		return nil
	}
	if at == s.at {
		return s.send(m)
	}
	s.at = at
	return nil
}

func (s *triggerSheet) width() int { return sheetWidth }
