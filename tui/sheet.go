package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hooktop/hooktop/tui/text"
)

// sheet is what lies over the panes and takes the keys while it does.
type sheet interface {
	press(m *model, k tea.KeyPressMsg, act action) tea.Cmd
	paste(s string)
	// view gives the title, the text in at most w cells and h lines, and the
	// keys.
	view(m *model, w, h int) (title string, d *doc, keys []hint)
	// width is how wide it wants to be.
	width() int
	// click acts on a line of the text.
	click(m *model, line int) tea.Cmd
	wheel(m *model, by int)
}

func (m *model) close() tea.Cmd {
	m.sheet = nil
	return nil
}

// place is where the open sheet is, its frame included.
type place struct{ x, y, w, h int }

func (p place) has(x, y int) bool { return x >= p.x && x < p.x+p.w && y >= p.y && y < p.y+p.h }

const (
	// sheetWidth is the width of most sheets.
	sheetWidth = 76
	// sheetAround is how many lines of the screen are no sheet's text.
	sheetAround = 3
)

// drawSheet draws the open sheet.
func (m *model) drawSheet() (place, []string) {
	st := &m.st
	w := min(m.sheet.width(), m.w-2)
	title, d, keys := m.sheet.view(m, w-2, m.h-sheetAround)
	h := min(len(d.lines)+2, m.h-1)
	lines := box(w, h, st.accent, []chip{{st.strong, title}}, nil, d.lines)
	if h >= 2 && w > 12 {
		lines[h-1] = sheetFoot(w, st, keys)
	}
	return place{(m.w - w) / 2, max((m.h-h)/2, 0), w, h}, lines
}

func hintsWidth(hs []hint) int {
	n := 0
	for i, h := range hs {
		if n += text.Width(h.key) + 1 + text.Width(h.does); i > 0 {
			n += 2
		}
	}
	return n
}

// sheetFoot is the lower edge of a sheet, with its keys in it.
func sheetFoot(w int, st *styles, keys []hint) string {
	room := w - 8
	for len(keys) > 0 && hintsWidth(keys) > room {
		keys = append(keys[:len(keys)-2:len(keys)-2], keys[len(keys)-1:]...)
		if len(keys) == 1 && hintsWidth(keys) > room {
			keys = nil
		}
	}
	n := hintsWidth(keys)
	if n == 0 {
		return frameLine(w, st.accent, "╰", "╯", nil, true)
	}
	l := newLine(w)
	edge := func(s string) {
		l.left -= text.Width(s)
		l.raw(st.accent, s)
	}
	edge("╰" + strings.Repeat("─", w-n-5) + " ")
	st.hints(l, keys)
	edge(" ─╯")
	return l.String()
}

// overlay puts the open sheet over a frame. The canvas clips it: a compositor
// alone would grow past the terminal.
func (m *model) overlay(frame string) string {
	at, lines := m.drawSheet()
	base := strings.Split(ansi.Strip(frame), "\n")
	for i, s := range base {
		base[i] = m.st.faint + s + reset
	}
	return lipgloss.NewCanvas(m.w, m.h).Compose(lipgloss.NewCompositor(
		lipgloss.NewLayer(strings.Join(base, "\n")),
		lipgloss.NewLayer(strings.Join(lines, "\n")).X(at.x).Y(at.y).Z(1),
	)).Render()
}

// options is a choice of one in some lines.
type options struct {
	at int
	n  int
}

func (o *options) move(by int) {
	if o.n > 0 {
		o.at = (o.at + by + o.n) % o.n
	}
}
