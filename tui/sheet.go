package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
)

// sheet is a dialog over the panes. It takes the keys while it is open.
type sheet interface {
	press(m *model, k tea.KeyPressMsg, act action) tea.Cmd
	paste(m *model, s string)
	// view returns the title, the text in at most w cells and h lines, and the
	// keys.
	view(m *model, w, h int) (title string, d *draw.Doc, keys []hint)
	// width returns how wide it wants to be.
	width() int
	// click acts on a line of the text.
	click(m *model, line int) tea.Cmd
	wheel(m *model, by int)
}

func (m *model) close() tea.Cmd {
	m.sheet = nil
	return nil
}

// area is where the open sheet is, with its frame.
type area struct{ x, y, w, h int }

func (p area) has(x, y int) bool { return x >= p.x && x < p.x+p.w && y >= p.y && y < p.y+p.h }

const (
	// sheetWidth is the width of most sheets.
	sheetWidth = 76
	// sheetAround is how many lines of the screen a sheet leaves free.
	sheetAround = 3
)

// drawSheet draws the open sheet.
func (m *model) drawSheet() (area, []draw.Styled) {
	st := &m.styles
	w := min(m.sheet.width(), m.w-2)
	title, d, keys := m.sheet.view(m, w-2, m.h-sheetAround)
	h := min(len(d.Lines)+2, m.h-1)
	var foot []draw.Chip
	if w > 12 {
		foot = st.hintChips(fittingHints(keys, w-8))
	}
	return area{(m.w - w) / 2, max((m.h-h)/2, 0), w, h}, draw.Box(w, h, st.Accent, []draw.Chip{st.Strong.Chip(title)}, foot, d.Lines)
}

// fittingHints leaves out keys until the others fit: the last but one first,
// as the last one closes the sheet.
func fittingHints(keys []hint, room int) []hint {
	for len(keys) > 1 && hintsWidth(keys) > room {
		keys = append(keys[:len(keys)-2:len(keys)-2], keys[len(keys)-1])
	}
	if hintsWidth(keys) > room {
		return nil
	}
	return keys
}

// overlay draws the open sheet over a screen.
func (m *model) overlay(screen []draw.Styled) draw.Styled {
	at, lines := m.drawSheet()
	return draw.Overlay(screen, m.styles.Faint, m.w, m.h, lines, at.x, at.y)
}

// options is a choice of one out of n lines.
type options struct {
	at int
	n  int
}

func (o *options) move(by int) {
	if o.n > 0 {
		o.at = (o.at + by + o.n) % o.n
	}
}
