package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/text"
)

// The least screen that the dashboard fits on, and the least with two panes.
const (
	leastW, leastH = 50, 10
	twoPanesFrom   = 100
)

func (m *model) tooSmall() bool { return m.w < leastW || m.h < leastH }

// twoPanes says whether list and detail are side by side.
func (m *model) twoPanes() bool { return m.w >= twoPanesFrom && m.tab != tabSetup }

// listWidth is the width of the left pane, its frame included.
func (m *model) listWidth() int {
	if !m.twoPanes() {
		return m.w
	}
	return min(max(m.w*54/100, 57), 104)
}

// statusHeight is 1, or more where an error needs it.
func (m *model) statusHeight() int {
	return max(min(len(m.status.lines(m, m.w)), m.h-leastH+1), 1)
}

// paneHeight is what remains for the panes, their frames included: over them
// are the header and the tabs, under them the status and the keys.
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
	m.steps.setSize(m.w-2, h)
}

// View is drawn anew only where something changed: Bubble Tea asks for it
// after every message.
func (m *model) View() tea.View {
	if m.dirty {
		m.frame, m.dirty = m.compose(), false
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (m *model) compose() string {
	if m.w <= 0 || m.h <= 0 {
		return ""
	}
	if m.tooSmall() {
		return newLine(m.w).put(m.st.text, "hooktop needs 50×10; this is "+text.Grouped(m.w)+"×"+text.Grouped(m.h)).String()
	}
	lines := make([]string, 0, m.h)
	lines = append(lines, m.header(), m.tabRow())
	lines = append(lines, m.panes()...)
	status := m.status.lines(m, m.w)
	lines = append(lines, status[:min(len(status), m.statusHeight())]...)
	lines = append(lines, m.footer())
	frame := strings.Join(lines, "\n")
	if m.sheet != nil {
		return m.overlay(frame)
	}
	return frame
}

func (m *model) panes() []string {
	h := m.paneHeight()
	if m.tab == tabSetup {
		return box(m.w, h, m.st.accent, []chip{{m.st.strong, "Setup"}}, m.st.span(m.steps.scroll.top, m.steps.h, len(m.steps.doc.lines)), m.steps.view())
	}
	left, right := m.leftPane(m.listWidth(), h), []string(nil)
	if !m.twoPanes() {
		if m.focus == focusDetail {
			return m.rightPane(m.w, h)
		}
		return left
	}
	right = m.rightPane(m.w-m.listWidth(), h)
	for i := range left {
		left[i] += right[i]
	}
	return left
}

// edge is the look of a pane's frame.
func (m *model) edge(f focus) string {
	if m.focus == f {
		return m.st.accent
	}
	return m.st.faint
}

func (m *model) leftPane(w, h int) []string {
	focused := m.focus == focusList
	var foot []chip
	add := func(s string) {
		if s != "" {
			foot = []chip{{m.st.dim, s}}
		}
	}
	if m.tab == tabUsers {
		add(m.users.foot(m))
		return box(w, h, m.edge(focusList), []chip{{m.st.strong, "Users"}}, foot, m.users.view(m, focused))
	}
	if m.causes.shown(m) {
		add(m.causes.foot())
		return box(w, h, m.edge(focusList), []chip{{m.st.strong, "Failures by cause"}}, foot, m.causes.view(m, focused))
	}
	l := m.list()
	add(l.foot(m))
	if n := len(m.marks); n > 0 {
		marked := []chip{{m.st.strong, text.Grouped(n) + " marked"}}
		if len(foot) > 0 {
			marked = append(marked, chip{m.st.dim, " · "})
		}
		foot = append(marked, foot...)
	}
	title := []chip{{m.st.strong, tabNames[m.tab]}}
	if l.cause != "" {
		title = append(title, chip{m.st.bad, "  " + string(l.cause)}, chip{m.st.key, "  esc"}, chip{m.st.dim, " all causes"})
	}
	if l.follow && len(l.rows) > 0 {
		title = append(title, chip{m.st.dim, "  following"})
	}
	return box(w, h, m.edge(focusList), title, foot, l.view(m, focused))
}

func (m *model) rightPane(w, h int) []string {
	if m.tab == tabUsers {
		foot := m.user.foot(m)
		return box(w, h, m.edge(focusDetail), m.user.title(m), foot, m.user.view(m))
	}
	return box(w, h, m.edge(focusDetail), m.detail.title(m), m.detail.foot(m), m.detail.view(m, m.selectedID()))
}
