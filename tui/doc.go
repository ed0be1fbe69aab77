package tui

import (
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// doc is a text of lines, each drawn to the width of its pane. Some of them
// stand for a delivery that enter opens.
type doc struct {
	st    *styles
	w     int
	lines []string
	// links are the deliveries that can be opened, in order, and the lines that
	// they begin on.
	links []link
}

type link struct {
	line int
	id   int64
}

// margin is the blank left and right of a doc's text.
const margin = 1

func newDoc(st *styles, w int) *doc { return &doc{st: st, w: w} }

func (d *doc) add(l *line) { d.lines = append(d.lines, l.String()) }

func (d *doc) newLine() *line { return newLine(d.w).gap(margin) }

func (d *doc) blank() {
	if n := len(d.lines); n > 0 && strings.TrimSpace(d.lines[n-1]) != "" {
		d.lines = append(d.lines, text.Spaces(d.w))
	}
}

// text adds a paragraph, with every line indented by so many cells.
func (d *doc) text(look, s string, indent int) {
	if s == "" {
		return
	}
	for _, part := range text.Wrap(s, d.w-2*margin-indent) {
		d.add(d.newLine().gap(indent).put(look, part))
	}
}

// mark adds a paragraph that hangs from a symbol.
func (d *doc) mark(symbolLook, symbol, look, s string, indent int) {
	hang := text.Width(symbol) + 1
	for i, part := range text.Wrap(s, d.w-2*margin-indent-hang) {
		l := d.newLine().gap(indent)
		if i == 0 {
			l.put(symbolLook, symbol).gap(1)
		} else {
			l.gap(hang)
		}
		d.add(l.put(look, part))
	}
}

// head adds a heading with a remark at the right.
func (d *doc) head(s, remark string) {
	d.blank()
	l := d.newLine()
	at := text.Width(s)
	l.put(d.st.head, s)
	if n := text.Width(remark); remark != "" && l.left >= n+margin+2 {
		l.gap(d.w-2*margin-at-n).put(d.st.dim, remark)
	}
	d.add(l)
}

// headWith is a heading that goes on with an explanation in the same line.
func (d *doc) headWith(s, more string) {
	d.blank()
	l := d.newLine().put(d.st.head, s)
	if text.Width(more)+2 <= l.left-margin {
		d.add(l.gap(1).put(d.st.dim, more))
		return
	}
	d.add(l)
}

// pair adds a name with its value, which hangs at the column, of half the width
// at most; long values are broken and lose nothing.
func (d *doc) pair(nameLook, name, look, value string, column int) {
	d.pairAt(nameLook, name, look, value, min(column, max(d.w/2, 1)))
}

// pairAt is a pair whose value begins at the column, below the name where that
// is longer.
func (d *doc) pairAt(nameLook, name, look, value string, column int) {
	for i, part := range text.Wrap(text.OrNone(value), d.w-2*margin-column) {
		l := d.newLine()
		if i == 0 {
			if text.Width(text.Printable(name)) >= column {
				d.add(l.put(nameLook, name))
				l = d.newLine().gap(column)
			} else {
				l.fit(nameLook, name, column)
			}
		} else {
			l.gap(column)
		}
		d.add(l.put(look, part))
	}
}

// check adds what was examined: a symbol, the name, what was found.
func (d *doc) check(ok bool, name, detail string, column int) {
	symbol, look := "✓", d.st.ok
	if !ok {
		symbol, look = "✗", d.st.bad
	}
	column = min(column, max(d.w/3, 1))
	for i, part := range text.Wrap(detail, d.w-2*margin-3-column) {
		l := d.newLine().gap(1)
		if i == 0 {
			l.put(look, symbol).gap(1).fit(d.st.text, name, column)
		} else {
			l.gap(2 + column)
		}
		d.add(l.put(d.st.dim, part))
	}
}

// link says that the next line begins what stands for a delivery.
func (d *doc) link(id int64) { d.links = append(d.links, link{len(d.lines), id}) }
