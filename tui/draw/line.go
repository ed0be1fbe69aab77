package draw

import (
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// Line is one line of the screen, put together from left to right. It cannot
// grow past its width, and makes all text that is put on it printable.
type Line struct {
	b strings.Builder
	// Under is the style below all of it, such as that of the selected row.
	Under Style
	left  int // the cells that remain
	kept  int // of these, the cells at the right that stay free
}

// NewLine returns an empty line of w cells.
func NewLine(w int) *Line {
	l := &Line{left: max(w, 0)}
	l.b.Grow(2*w + 64)
	return l
}

// Left returns how many cells are still free.
func (l *Line) Left() int { return l.left }

// Keep leaves the last n cells of the line free.
func (l *Line) Keep(n int) *Line {
	l.left -= n
	l.kept += n
	return l
}

// Put adds text in a style, as much of it as there is room for.
func (l *Line) Put(look Style, s string) *Line {
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
	l.write(look, s)
	return l
}

// Fit adds text in exactly w cells.
func (l *Line) Fit(look Style, s string, w int) *Line {
	if w = min(w, l.left); w <= 0 {
		return l
	}
	l.left -= w
	l.write(look, text.Fit(s, w))
	return l
}

// FitRight adds text at the right of w cells.
func (l *Line) FitRight(look Style, s string, w int) {
	if w = min(w, l.left); w <= 0 {
		return
	}
	s = text.Cut(text.Printable(s), w)
	l.left -= w
	l.write(look, text.Spaces(w-text.Width(s))+s)
}

// Gap adds n spaces.
func (l *Line) Gap(n int) *Line { return l.Fit(Style{}, "", n) }

// Add adds what another line holds, if there is room for its w cells.
func (l *Line) Add(s Styled, w int) *Line {
	if w > l.left {
		return l
	}
	l.left -= w
	l.b.WriteString(s.s)
	return l
}

// write writes printable text.
func (l *Line) write(look Style, s string) {
	if look == (Style{}) && l.Under == (Style{}) {
		l.b.WriteString(s)
		return
	}
	l.b.WriteString(l.Under.open)
	l.b.WriteString(look.open)
	l.b.WriteString(s)
	l.b.WriteString(reset)
}

// Styled returns the line, filled up with spaces.
func (l *Line) Styled() Styled {
	l.left += l.kept
	l.kept = 0
	l.Gap(l.left)
	return Styled{l.b.String()}
}

// Chip is a piece of text in a style, for lines whose pieces are first counted.
type Chip struct {
	Look Style
	Text string
}

// Chip returns a piece of text in the style.
func (s Style) Chip(piece string) Chip { return Chip{s, piece} }

// Gap returns a piece of n spaces.
func Gap(n int) Chip { return Chip{Text: text.Spaces(n)} }

// ChipsWidth returns how many cells pieces take.
func ChipsWidth(cs []Chip) int {
	n := 0
	for _, c := range cs {
		n += text.Width(text.Printable(c.Text))
	}
	return n
}

// Chips adds pieces, as much of them as there is room for.
func (l *Line) Chips(cs []Chip) *Line {
	for _, c := range cs {
		l.Put(c.Look, c.Text)
	}
	return l
}

// Ends returns a line of w cells with pieces at both ends. The right ones are
// cut only when nothing of the left is there.
func Ends(w int, left, right []Chip) Styled {
	rw := min(ChipsWidth(right), w)
	return NewLine(w).Add(NewLine(w-rw).Chips(left).Styled(), w-rw).Chips(right).Styled()
}
