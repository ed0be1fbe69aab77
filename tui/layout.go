package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// The smallest screen that the dashboard fits on, and the smallest with two
// panes.
const (
	minW, minH   = 50, 10
	twoPanesFrom = 100
)

func (m *model) tooSmall() bool { return m.w < minW || m.h < minH }

// twoPanes reports whether list and detail are side by side. Beside the set-up is what
// the sender says it sent, if it can be asked: that is about the endpoint, and so belongs
// to no delivery.
func (m *model) twoPanes() bool {
	return m.w >= twoPanesFrom && (m.tab != tabSetup || m.cannotAskProvider() == "")
}

// listWidth returns the width of the left pane with its frame.
func (m *model) listWidth() int {
	if !m.twoPanes() {
		return m.w
	}
	return min(max(m.w*54/100, 57), 104)
}

// statusHeight returns 1, or more if an error needs it.
func (m *model) statusHeight() int {
	return max(min(len(m.status.lines(m, m.w)), m.h-minH+1), 1)
}

// paneHeight returns the height of the panes with their frames: between the
// header and the tabs above and the status and the keys below.
func (m *model) paneHeight() int { return m.h - 3 - m.statusHeight() }

// layout gives every pane its size.
func (m *model) layout() {
	if m.tooSmall() {
		return
	}
	h := max(m.paneHeight()-2, 0)
	lw := m.listWidth() - 2
	dw := m.w - 2
	if m.twoPanes() {
		dw = m.w - m.listWidth() - 2
	}
	for _, l := range m.lists {
		l.setSize(lw, h, len(m.setup.Apps) > 0)
	}
	m.causes.setSize(lw, h)
	m.users.setSize(lw, h)
	m.detail.setSize(dw, h)
	m.user.setSize(dw, h)
	m.steps.setSize(lw, h)
	m.side.setSize(dw, h)
}

// View draws only if something changed: Bubble Tea calls it after every
// message.
func (m *model) View() tea.View {
	if m.dirty {
		m.frame, m.dirty = m.compose(), false
	}
	v := tea.NewView(m.frame.String())
	v.AltScreen = true
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (m *model) compose() draw.Styled {
	if m.w <= 0 || m.h <= 0 {
		return draw.Styled{}
	}
	if m.tooSmall() {
		return draw.NewLine(m.w).Put(m.styles.Text, "needs 50×10, has "+text.Grouped(m.w)+"×"+text.Grouped(m.h)).Styled()
	}
	lines := make([]draw.Styled, 0, m.h)
	lines = append(lines, m.header(), m.tabRow())
	lines = append(lines, m.panes()...)
	status := m.status.lines(m, m.w)
	lines = append(lines, status[:min(len(status), m.statusHeight())]...)
	lines = append(lines, m.footer())
	if m.sheet != nil {
		return m.overlay(lines)
	}
	return draw.Screen(lines)
}

func (m *model) panes() []draw.Styled {
	h := m.paneHeight()
	left, right := m.leftPane(m.listWidth(), h), []draw.Styled(nil)
	if !m.twoPanes() {
		if m.focus == focusDetail {
			return m.rightPane(m.w, h)
		}
		return left
	}
	right = m.rightPane(m.w-m.listWidth(), h)
	return draw.Beside(left, right)
}

// edge returns the style of a pane's frame.
func (m *model) edge(f focus) draw.Style {
	if m.focus == f {
		return m.styles.Accent
	}
	return m.styles.Faint
}

func (m *model) leftPane(w, h int) []draw.Styled {
	focused := m.focus == focusList
	var foot []draw.Chip
	add := func(s string) {
		if s != "" {
			foot = []draw.Chip{m.styles.Dim.Chip(s)}
		}
	}
	if m.tab == tabSetup {
		return draw.Box(w, h, m.edge(focusList), []draw.Chip{m.styles.Strong.Chip("Setup")}, m.styles.span(m.steps.scroll.Top, m.steps.h, len(m.steps.doc.Lines)), m.steps.view(m))
	}
	if m.tab == tabUsers {
		add(m.users.foot(m))
		return draw.Box(w, h, m.edge(focusList), []draw.Chip{m.styles.Strong.Chip("Users")}, foot, m.users.view(m, focused))
	}
	if m.causes.shown(m) {
		add(m.causes.foot())
		return draw.Box(w, h, m.edge(focusList), []draw.Chip{m.styles.Strong.Chip("Failures by cause")}, foot, m.causes.view(m, focused))
	}
	l := m.list()
	add(l.foot(m))
	if n := len(m.marks); n > 0 {
		marked := []draw.Chip{m.styles.Strong.Chip(text.Grouped(n) + " marked")}
		if len(foot) > 0 {
			marked = append(marked, m.styles.Dim.Chip(" · "))
		}
		foot = append(marked, foot...)
	}
	title := []draw.Chip{m.styles.Strong.Chip(tabNames[m.tab])}
	if l.cause != "" {
		title = append(title, m.styles.Bad.Chip("  "+string(l.cause)), m.styles.Key.Chip("  esc"), m.styles.Dim.Chip(" all causes"))
	}
	if l.follow && len(l.rows) > 0 {
		title = append(title, m.styles.Dim.Chip("  following"))
	}
	return draw.Box(w, h, m.edge(focusList), title, foot, l.view(m, focused))
}

func (m *model) rightPane(w, h int) []draw.Styled {
	if m.tab == tabSetup {
		return draw.Box(w, h, m.edge(focusDetail), m.side.title(m), m.styles.span(m.side.scroll.Top, m.side.h, len(m.side.doc.Lines)), m.side.view(m))
	}
	if m.tab == tabUsers {
		foot := m.user.foot(m)
		return draw.Box(w, h, m.edge(focusDetail), m.user.title(m), foot, m.user.view(m))
	}
	return draw.Box(w, h, m.edge(focusDetail), m.detail.title(m), m.detail.foot(m), m.detail.view(m, m.selectedID()))
}
