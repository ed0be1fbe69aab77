package tui

import (
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// line is one line of the screen, put together from left to right. It cannot
// grow past its width, and everything that is put on it goes through Printable.
type line struct {
	b    strings.Builder
	base string // the look under all of it, as of the selected row
	left int    // the cells that remain
}

func newLine(w int) *line {
	l := &line{left: max(w, 0)}
	l.b.Grow(2*w + 64)
	return l
}

// put adds text in a look, as much of it as there is room for.
func (l *line) put(look, s string) *line {
	if s == "" || l.left <= 0 {
		return l
	}
	s = text.Printable(s)
	n := text.Width(s)
	if n > l.left {
		s = text.Cut(s, l.left)
		n = text.Width(s)
	}
	l.left -= n
	l.raw(look, s)
	return l
}

// fit adds text in exactly w cells.
func (l *line) fit(look, s string, w int) *line {
	if w = min(w, l.left); w <= 0 {
		return l
	}
	l.left -= w
	l.raw(look, text.Fit(s, w))
	return l
}

// fitRight adds text at the right of w cells.
func (l *line) fitRight(look, s string, w int) {
	if w = min(w, l.left); w <= 0 {
		return
	}
	s = text.Cut(text.Printable(s), w)
	l.left -= w
	l.raw(look, text.Spaces(w-text.Width(s))+s)
}

func (l *line) raw(look, s string) {
	if look == "" && l.base == "" {
		l.b.WriteString(s)
		return
	}
	l.b.WriteString(l.base)
	l.b.WriteString(look)
	l.b.WriteString(s)
	l.b.WriteString(reset)
}

func (l *line) gap(n int) *line { return l.fit("", "", n) }

// styled adds what another line was made of, w cells of it.
func (l *line) styled(s string, w int) *line {
	if w > l.left {
		return l
	}
	l.left -= w
	l.b.WriteString(s)
	return l
}

// String fills the line up with blanks.
func (l *line) String() string {
	if l.left > 0 {
		l.gap(l.left)
	}
	return l.b.String()
}

// chip is a piece of text in a look, for lines that are put together from
// pieces of which some may not find room.
type chip struct {
	look, text string
}

func chipsWidth(cs []chip) int {
	n := 0
	for _, c := range cs {
		n += text.Width(text.Printable(c.text))
	}
	return n
}

func (l *line) chips(cs []chip) *line {
	for _, c := range cs {
		l.put(c.look, c.text)
	}
	return l
}

// ends puts pieces at both ends of a line of w cells; the right ones are never
// cut while the left can be.
func ends(w int, left, right []chip) string {
	l := newLine(w)
	rw := min(chipsWidth(right), w)
	inner := newLine(w - rw).chips(left)
	l.styled(inner.String(), w-rw)
	return l.chips(right).String()
}

// box draws a frame around lines, each exactly w-2 cells wide; it is h lines
// tall. The titles are put into the frame.
func box(w, h int, look string, title, foot []chip, body []string) []string {
	if w < 2 || h < 2 {
		return nil
	}
	out := make([]string, 0, h)
	out = append(out, frameLine(w, look, "╭", "╮", title, false))
	edge := look + "│" + reset
	if look == "" {
		edge = "│"
	}
	empty := edge + text.Spaces(w-2) + edge
	for i := range h - 2 {
		if i < len(body) {
			out = append(out, edge+body[i]+edge)
		} else {
			out = append(out, empty)
		}
	}
	return append(out, frameLine(w, look, "╰", "╯", foot, true))
}

func frameLine(w int, look, open, end string, chips []chip, atRight bool) string {
	l := newLine(w)
	l.left--
	l.raw(look, open)
	room := w - 2
	n := chipsWidth(chips)
	if n > 0 && n+4 > room {
		n = max(room-4, 0)
	}
	var inner string
	if n > 0 {
		inner = newLine(n).chips(chips).String()
	}
	switch {
	case n <= 0:
		l.raw(look, strings.Repeat("─", room))
	case atRight:
		l.raw(look, strings.Repeat("─", room-n-3)+" ")
		l.b.WriteString(inner)
		l.raw(look, " ─")
	default:
		l.raw(look, "─ ")
		l.b.WriteString(inner)
		l.raw(look, " "+strings.Repeat("─", room-n-3))
	}
	l.raw(look, end)
	return l.b.String()
}
