package tui

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// offer finds the completions at the cursor.
func (b *filterBar) offer(m *model) {
	b.offered = query.Complete(b.input.Value(), b.cursor(), m.types(), m.deps.Providers)
}

// cursor returns the position of the cursor in bytes.
func (b *filterBar) cursor() int {
	r := []rune(b.input.Value())
	return len(string(r[:min(b.input.Position(), len(r))]))
}

// types returns the event types that are known here.
func (m *model) types() []string {
	types := slices.Clone(m.deps.Events)
	for _, l := range m.lists {
		for i := range l.rows {
			if t := l.rows[i].Type; t != "" && !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	return types
}

// complete completes as far as all completions agree; if there is only one, or
// they agree on nothing more, it takes the first.
func (m *model) complete() tea.Cmd {
	b := &m.bar
	c := b.offered
	if len(c.Options) == 0 {
		return nil
	}
	value := b.input.Value()
	insert := c.Options[0]
	if common := agreement(c.Options); len(common) > c.To-c.From {
		insert = common
	}
	b.input.SetValue(value[:c.From] + insert + value[c.To:])
	b.input.SetCursor(len([]rune(value[:c.From] + insert)))
	b.at = -1
	return m.edited()
}

// agreement returns what all texts begin with.
func agreement(texts []string) string {
	common := texts[0]
	for _, t := range texts[1:] {
		for !strings.HasPrefix(t, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}

// editorLeast is how much of the tab row the editor wants, chipLeast a filter
// that is only shown.
const (
	minEditor = 40
	minChip   = 18
)

// barWants returns how much of the tab row the filter needs.
func (m *model) barWants() int {
	switch b := &m.bar; {
	case m.tab > tabFailures:
		return 0
	case b.open:
		return minEditor
	case b.text != "":
		return min(text.Width(text.Printable(b.text))+chipEdges, minChip)
	}
	return 0
}

// chipEdges is the width of a chip besides its text: " / " before it, " ✕ "
// after it.
const chipEdges = 6

// filterChip returns the current filter in at most room cells.
func (m *model) filterChip(room int) []draw.Chip {
	if m.bar.text == "" || m.tab > tabFailures || room < chipEdges+1 {
		return nil
	}
	st := &m.styles
	sign := "/"
	if m.list().search.slow {
		sign = m.spinner()
	}
	return []draw.Chip{draw.Gap(1), st.Key.Chip(sign), draw.Gap(1), st.Accent.Chip(text.Cut(text.Printable(m.bar.text), room-chipEdges)), draw.Gap(1), st.Key.Chip("✕"), draw.Gap(1)}
}

// editor draws the line that is edited in w cells, scrolled to the cursor. An
// error is marked.
func (m *model) editor(w int) draw.Styled {
	b, st := &m.bar, &m.styles
	l := draw.NewLine(w).Gap(1)
	sign := "/"
	if m.list().search.slow {
		sign = m.spinner()
	}
	l.Put(st.Key, sign).Gap(1)
	value, cursor := b.input.Value(), b.cursor()
	if value == "" {
		return l.Put(st.Accent, "▏").Put(st.Dim, text.Cut("type:user.*  is:failed  ada@", l.Left())).Styled()
	}
	from := 0
	for from < cursor && text.Width(text.Printable(value[from:cursor])) > l.Left()-2 {
		_, n := utf8.DecodeRuneInString(value[from:])
		from += n
	}
	at, end := len(value), len(value)
	if b.err != nil {
		at, end = min(max(b.err.At, from), len(value)), min(max(b.err.End, from), len(value))
	}
	cuts := []int{from, cursor, at, end, len(value)}
	slices.Sort(cuts)
	drawn := cursor < from
	for i, c := range cuts {
		if c == cursor && !drawn {
			l.Put(st.Accent, "▏")
			drawn = true
		}
		if i+1 < len(cuts) {
			look := st.Text
			if c >= at && c < end {
				look = st.Bad
			}
			l.Put(look, value[c:cuts[i+1]])
		}
	}
	if drawn := l.Styled(); text.SameWidth(drawn.Plain()) {
		return drawn
	}
	// cut in two, something has another width: draw it whole
	return draw.NewLine(w).Gap(1).Put(st.Key, sign).Gap(1).Put(st.Text, value[from:]).Styled()
}

// filterLines returns the status lines while the filter is edited: its error,
// or the completions.
func (m *model) filterLines(w int) []draw.Styled {
	b, st := &m.bar, &m.styles
	goesOn := b.err != nil && len(b.offered.Options) > 0 && b.err.At <= b.cursor() && b.cursor() <= b.err.End
	if b.err != nil && (b.told || !goesOn) {
		return failure(&placed{b.err}).lines(m, w)
	}
	l := draw.NewLine(w).Gap(1)
	if len(b.offered.Options) == 0 {
		return []draw.Styled{l.Styled()}
	}
	l.Put(st.Key, "tab").Gap(1)
	for i, o := range b.offered.Options {
		more := " …"
		if i == len(b.offered.Options)-1 {
			more = ""
		}
		if text.Width(text.Printable(o))+1+text.Width(more) > l.Left() {
			l.Put(st.Dim, more)
			break
		}
		l.Gap(1).Put(st.Dim, o)
	}
	return []draw.Styled{l.Styled()}
}

// placed is an error in a filter that is visible.
type placed struct{ err *query.Error }

func (p *placed) Error() string {
	return p.err.What + ", at character " + text.Grouped(p.err.Column())
}

func (p *placed) Fix() string { return p.err.Fix() }

// chipAt reports what part of the filter is at a column of the tab row.
func (m *model) chipAt(x int) (onFilter, onClear bool) {
	if m.bar.text == "" || m.bar.open || m.tab > tabFailures {
		return false, false
	}
	from := m.w - draw.ChipsWidth(m.filterChip(m.barRoom()))
	return x >= from, x >= m.w-3
}

// barRoom returns the room that the tabs leave in their row.
func (m *model) barRoom() int { return max(m.w-1-tabsWidth(m.tabLabels()), 0) }

func (m *model) clickTabs(x int) tea.Cmd {
	switch onFilter, onClear := m.chipAt(x); {
	case onClear:
		return m.clearFilter()
	case onFilter:
		return m.openFilter()
	case m.bar.open:
		return nil
	}
	if i := tabAt(m.tabLabels(), x-1); i >= 0 {
		m.show(i)
	}
	return nil
}
