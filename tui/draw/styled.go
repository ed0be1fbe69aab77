// Package draw puts the dashboard's screen together: lines and texts in styles,
// frames around them, a sheet over them.
//
// Untrusted text cannot reach the terminal as it is: text only gets onto the
// screen through a Line, which makes it printable, and what a Line holds is a
// Styled, which no other package can make. Nor can another package make a Style.
//
// It knows nothing of deliveries, keys or Bubble Tea.
package draw

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hooktop/hooktop/tui/text"
)

// Styled is printable text together with the sequences that style it, ready for
// the terminal.
type Styled struct{ s string }

// String returns it as the terminal gets it.
func (s Styled) String() string { return s.s }

// Plain returns the text alone, without its styles.
func (s Styled) Plain() string { return ansi.Strip(s.s) }

// Blank returns w spaces.
func Blank(w int) Styled { return Styled{text.Spaces(w)} }

// Pointed returns a line whose first cell, a space, is ▶ in a style.
func (s Styled) Pointed(look Style) Styled {
	rest, ok := strings.CutPrefix(s.s, " ")
	if !ok {
		return s
	}
	return Styled{look.open + "▶" + reset + rest}
}

// Beside returns the lines of two blocks side by side: the left lines are all
// equally wide, and there are as many right ones.
func Beside(left, right []Styled) []Styled {
	out := make([]Styled, len(left))
	for i := range left {
		out[i] = Styled{left[i].s + right[i].s}
	}
	return out
}

// Screen returns lines as one text.
func Screen(lines []Styled) Styled {
	n := 0
	for _, l := range lines {
		n += len(l.s) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.s)
	}
	return Styled{b.String()}
}

// Overlay returns a screen of w by h cells in one style, with other lines over
// it from the column x and the row y on.
func Overlay(screen []Styled, look Style, w, h int, over []Styled, x, y int) Styled {
	under := make([]Styled, len(screen))
	for i, l := range screen {
		under[i] = Styled{look.open + l.Plain() + reset}
	}
	// A compositor alone would grow past the terminal; the canvas clips it.
	return Styled{lipgloss.NewCanvas(w, h).Compose(lipgloss.NewCompositor(
		lipgloss.NewLayer(Screen(under).s),
		lipgloss.NewLayer(Screen(over).s).X(x).Y(y).Z(1),
	)).Render()}
}

// Box returns lines in a frame of w by h cells, each line exactly w-2 cells
// wide. The title is in its upper edge, the foot in its lower one.
func Box(w, h int, look Style, title, foot []Chip, body []Styled) []Styled {
	if w < 2 || h < 2 {
		return nil
	}
	out := make([]Styled, 0, h)
	out = append(out, edge(w, look, "╭", "╮", title, false))
	side := look.open + "│" + reset
	if look == (Style{}) {
		side = "│"
	}
	empty := Styled{side + text.Spaces(w-2) + side}
	for i := range h - 2 {
		if i < len(body) {
			out = append(out, Styled{side + body[i].s + side})
		} else {
			out = append(out, empty)
		}
	}
	return append(out, edge(w, look, "╰", "╯", foot, true))
}

// edge returns the upper or lower edge of a frame with pieces in it.
func edge(w int, look Style, open, end string, cs []Chip, atRight bool) Styled {
	l := NewLine(w)
	l.write(look, open)
	room := w - 2
	n := ChipsWidth(cs)
	if n > 0 && n+4 > room {
		n = max(room-4, 0)
	}
	line := func(n int) string { return strings.Repeat("─", n) }
	switch {
	case n <= 0:
		l.write(look, line(room))
	case atRight:
		l.write(look, line(room-n-3)+" ")
		l.b.WriteString(NewLine(n).Chips(cs).Styled().s)
		l.write(look, " ─")
	default:
		l.write(look, "─ ")
		l.b.WriteString(NewLine(n).Chips(cs).Styled().s)
		l.write(look, " "+line(room-n-3))
	}
	l.write(look, end)
	return Styled{l.b.String()}
}
