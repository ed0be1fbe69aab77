package draw

import (
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// Doc is a text of several lines, each drawn to the width of its pane. Some of
// them stand for a delivery that enter opens.
type Doc struct {
	W     int
	Lines []Styled
	// Links are the deliveries that can be opened, in order.
	Links []Link

	st *Styles
}

// Link is a delivery that can be opened, and the line its text begins on.
type Link struct {
	Line int
	ID   int64
}

// Margin is the space left and right of a doc's text.
const Margin = 1

// NewDoc returns an empty doc of w cells.
func NewDoc(st *Styles, w int) *Doc { return &Doc{W: w, st: st} }

// NewLine returns a line that begins with the margin.
func (d *Doc) NewLine() *Line { return NewLine(d.W).Gap(Margin) }

// Add adds a line.
func (d *Doc) Add(l *Line) { d.Lines = append(d.Lines, l.Styled()) }

// Skip adds an empty line.
func (d *Doc) Skip() { d.Lines = append(d.Lines, Blank(d.W)) }

// Break adds an empty line unless the last one is empty or there is none.
func (d *Doc) Break() {
	if n := len(d.Lines); n > 0 && strings.TrimSpace(d.Lines[n-1].s) != "" {
		d.Skip()
	}
}

// First returns at most h lines from the beginning.
func (d *Doc) First(h int) []Styled { return d.Lines[:max(min(len(d.Lines), h), 0)] }

// Link makes the next line the first of a delivery that can be opened.
func (d *Doc) Link(id int64) { d.Links = append(d.Links, Link{len(d.Lines), id}) }

// Beside adds two docs next to each other.
func (d *Doc) Beside(left, right *Doc) {
	at := func(d *Doc, i int) Styled {
		if i < len(d.Lines) {
			return d.Lines[i]
		}
		return Blank(d.W)
	}
	for i := range max(len(left.Lines), len(right.Lines)) {
		d.Lines = append(d.Lines, Styled{at(left, i).s + at(right, i).s})
	}
}

// Text adds a paragraph, every line of it indented.
func (d *Doc) Text(look Style, s string, indent int) {
	if s == "" {
		return
	}
	for _, part := range text.Wrap(s, d.W-2*Margin-indent) {
		d.Add(d.NewLine().Gap(indent).Put(look, part))
	}
}

// Item adds a paragraph that hangs from a symbol.
func (d *Doc) Item(symbolLook Style, symbol string, look Style, s string, indent int) {
	hang := text.Width(symbol) + 1
	for i, part := range text.Wrap(s, d.W-2*Margin-indent-hang) {
		l := d.NewLine().Gap(indent)
		if i == 0 {
			l.Put(symbolLook, symbol).Gap(1)
		} else {
			l.Gap(hang)
		}
		d.Add(l.Put(look, part))
	}
}

// Head adds a heading with a remark at the right, if there is room for it.
func (d *Doc) Head(s, remark string) {
	d.Break()
	l := d.NewLine().Put(d.st.Head, s)
	if n := text.Width(remark); remark != "" && l.left >= n+Margin+2 {
		l.Gap(l.left-Margin-n).Put(d.st.Dim, remark)
	}
	d.Add(l)
}

// HeadWith adds a heading that an explanation follows, if there is room for it.
func (d *Doc) HeadWith(s, more string) {
	d.Break()
	l := d.NewLine().Put(d.st.Head, s)
	if text.Width(more)+2 <= l.left-Margin {
		l.Gap(1).Put(d.st.Dim, more)
	}
	d.Add(l)
}

// Pair adds a name and its value, which begins at a column, at most half the
// width. Long values are wrapped and lose nothing.
func (d *Doc) Pair(nameLook Style, name string, look Style, value string, column int) {
	d.PairAt(nameLook, name, look, value, min(column, max(d.W/2, 1)))
}

// PairAt is Pair with the value exactly at the column, below a name that is
// longer.
func (d *Doc) PairAt(nameLook Style, name string, look Style, value string, column int) {
	for i, part := range text.Wrap(text.OrNone(value), d.W-2*Margin-column) {
		l := d.NewLine()
		switch {
		case i > 0:
			l.Gap(column)
		case text.Width(text.Printable(name)) >= column:
			d.Add(l.Put(nameLook, name))
			l = d.NewLine().Gap(column)
		default:
			l.Fit(nameLook, name, column)
		}
		d.Add(l.Put(look, part))
	}
}

// Check adds something that was examined: whether it is in order, its name and
// what was found.
func (d *Doc) Check(ok bool, name, detail string, column int) {
	symbol, look := "✓", d.st.OK
	if !ok {
		symbol, look = "✗", d.st.Bad
	}
	column = min(column, max(d.W/3, 1))
	for i, part := range text.Wrap(detail, d.W-2*Margin-3-column) {
		l := d.NewLine().Gap(1)
		if i == 0 {
			l.Put(look, symbol).Gap(1).Fit(d.st.Text, name, column)
		} else {
			l.Gap(2 + column)
		}
		d.Add(l.Put(d.st.Dim, part))
	}
}
