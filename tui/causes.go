package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// causes lists the failures grouped by cause. Each group takes two lines and
// stands for its newest delivery, whose detail is shown and which keys act on.
type causes struct {
	window[query.Failures, webhook.Cause]
	// on says that they replace the list.
	on bool

	request request
	loaded  bool
	stale   bool
	w       int
}

// causeLines is how many lines of the screen a cause takes.
const causeLines = 2

func newCauses() *causes {
	c := &causes{}
	c.key = func(f query.Failures) webhook.Cause { return f.Cause }
	c.first, c.last = true, true
	return c
}

func (c *causes) setSize(w, h int) {
	c.w = w
	c.setHeight(max(h/causeLines, 1))
}

// shown reports whether the left pane shows the causes.
func (c *causes) shown(m *model) bool { return m.tab == tabFailures && c.on }

// wanted returns the read that the causes need now, if any. The list of one
// cause needs it, too, to count its deliveries.
func (c *causes) wanted(m *model) tea.Cmd {
	if !c.on && m.lists[1].cause == "" || !c.request.idle() || c.loaded && !c.stale {
		return nil
	}
	c.stale = false
	store := m.deps.Store
	return c.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		list, err := store.Causes(ctx)
		if err != nil {
			return nil, fmt.Errorf("group the failures: %w", err)
		}
		return func() tea.Cmd {
			if !c.loaded && len(list) > 0 {
				c.sel = list[0].Cause
			}
			c.loaded = true
			c.replace(list)
			c.show() // where there is room for all, none hides above
			return nil
		}, nil
	})
}

// count returns how many failures a cause has.
func (c *causes) count(cause webhook.Cause) int64 {
	if i := slices.IndexFunc(c.rows, func(f query.Failures) bool { return f.Cause == cause }); i >= 0 {
		return c.rows[i].Count
	}
	return 0
}

func (c *causes) press(m *model, act action) tea.Cmd {
	switch act {
	case actUp:
		c.move(-1)
	case actDown:
		c.move(1)
	case actPageUp:
		c.move(-max(c.h-1, 1))
	case actPageDown:
		c.move(max(c.h-1, 1))
	case actTop, actNewest:
		c.selectAt(0)
	case actBottom, actOldest:
		c.selectAt(len(c.rows) - 1)
	default:
	}
	return nil
}

func (m *model) cannotGroup() string {
	if m.tab != tabFailures {
		return "c groups failures by cause, but only on tab 2"
	}
	return ""
}

// toggleCauses switches between the list of failures and their causes.
func (m *model) toggleCauses() tea.Cmd {
	m.causes.on = !m.causes.on
	m.focus = focusList
	m.causes.stale = true
	m.showCause("")
	return nil
}

// openCause lists the deliveries of the selected cause.
func (m *model) openCause() tea.Cmd {
	f := m.causes.selected()
	if f == nil {
		return m.setStatus(cannot("no cause is selected"))
	}
	m.causes.on = false
	m.showCause(f.Cause)
	return nil
}

// showCause lists the failures of one cause, or all of them for "".
func (m *model) showCause(cause webhook.Cause) {
	l := m.lists[1]
	if l.cause != cause {
		l.request.drop()
		l.cause, l.loaded, l.follow, l.rows = cause, false, true, nil
		l.selectAt(0)
	}
	m.layout()
}

// backFromCause goes from a cause's deliveries to the causes, and from the
// causes to all failures.
func (m *model) backFromCause() {
	if m.tab != tabFailures {
		return
	}
	switch {
	case m.causes.on:
		m.causes.on = false
	case m.lists[1].cause != "":
		m.causes.on, m.causes.stale = true, true
		m.showCause("")
	}
}

func (c *causes) view(m *model, focused bool) []draw.Styled {
	if len(c.rows) == 0 {
		if !c.loaded {
			return nil
		}
		d := draw.NewDoc(&m.styles.Styles, c.w)
		d.Skip()
		m.noFailures(d)
		return d.First(c.h * causeLines)
	}
	name := 12
	for _, f := range c.rows {
		name = max(name, min(text.Width(text.Printable(string(f.Cause))), 24))
	}
	var out []draw.Styled
	for _, f := range c.visible() {
		out = append(out, m.styles.causeRow(&f, c.w, name, m, rowLook{selected: f.Cause == c.sel, focused: focused})...)
	}
	return out
}

// causeRow draws a cause in two lines of exactly w cells: what and how often,
// then when and whom.
func (st *styles) causeRow(f *query.Failures, w, name int, m *model, look rowLook) []draw.Styled {
	head, more := draw.NewLine(w), draw.NewLine(w)
	if look.selected {
		head.Under, more.Under = st.Row, st.Row
	}
	st.marker(head, look)
	symbol, mark := st.standing(f.Cause.Standing())
	count := text.Grouped(f.Count)
	if f.More {
		count += "+"
	}
	head.Fit(mark, symbol, 2).Fit(mark, string(f.Cause), name)
	head.FitRight(st.Strong, count, 8)
	head.Gap(2).Put(st.Text, text.Cut(text.Printable(f.Title), head.Left()-1))

	span := when(f.Newest.At, m.now, timeShort-1)
	if from := when(f.Oldest.At, m.now, timeShort-1); from != span {
		span = from + " – " + span
	}
	more.Gap(3).Put(st.Dim, span)
	room := more.Left() - 1
	if len(f.Types) > 0 {
		if len(f.Whom) > 0 {
			room /= 2
		}
		more.Put(st.Dim, "  "+enumerated(f.Types, room-2))
	}
	if len(f.Whom) > 0 && more.Left() > 8 {
		more.Put(st.Dim, "  "+enumerated(f.Whom, more.Left()-3))
	}
	return []draw.Styled{head.Styled(), more.Styled()}
}

// enumerated returns as many items of a list as there is room for, at least
// one, and how many more there are.
func enumerated(list []string, room int) string {
	shown := list[0]
	for i := 1; i <= len(list); i++ {
		rest := ""
		if i < len(list) {
			rest = fmt.Sprintf(" +%d", len(list)-i)
		}
		one := strings.Join(list[:i], ", ") + rest
		if text.Width(text.Printable(one)) > room && i > 1 {
			break
		}
		shown = one
	}
	return shown
}

// foot returns how many causes there are.
func (c *causes) foot() string {
	if len(c.rows) == 0 {
		return ""
	}
	return text.Plural(len(c.rows), "cause")
}

// clickCause selects a cause; a click on the selected one lists its deliveries.
func (m *model) clickCause(row int) tea.Cmd {
	c := m.causes
	i := c.top + row/causeLines
	if i >= len(c.rows) {
		return nil
	}
	m.focus = focusList
	if c.rows[i].Cause == c.sel {
		return m.openCause()
	}
	c.selectAt(i)
	return nil
}
