package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
)

// Going from tab to tab, into a delivery and back, and from pane to pane, each with
// the reason why it cannot.

func (m *model) show(tab int) {
	m.tab, m.focus = tab, focusList
	m.layout()
}

// links are what enter can open in the detail.
func (m *model) links() []draw.Link {
	switch m.tab {
	case tabUsers:
		return m.user.doc.Links
	case tabSetup:
		return m.side.doc.Links
	}
	return m.detail.doc.Links
}

func (m *model) cannotEnter() string {
	switch why := m.nothingSelected(); {
	case m.tab == tabSetup && m.focus == focusDetail:
		return m.side.cannotOpen()
	case m.tab == tabSetup:
		return m.steps.cannotDo()
	case why != "":
		return why
	case m.focus == focusDetail && len(m.links()) == 0:
		return "nothing to open on this tab"
	}
	return ""
}

// enter opens what is selected: a cause's deliveries, the detail, or the
// delivery that a line of the detail stands for.
func (m *model) enter() tea.Cmd {
	switch {
	case m.focus == focusDetail:
		return m.pressDetail(actEnter)
	case m.tab == tabSetup:
		return m.steps.selected().do()
	case m.causes.shown(m):
		return m.openCause()
	}
	m.openDetail()
	return nil
}

// openDetail gives the focus to the detail. Following ends, so that what is
// read stays.
func (m *model) openDetail() {
	if m.cannotShowDetail() != "" {
		return
	}
	m.focus = focusDetail
	m.side.wanted = m.side.wanted || m.tab == tabSetup
	if m.tab <= tabFailures && !m.causes.shown(m) {
		m.list().unfollow(m)
	}
	m.layout()
}

func (m *model) cannotGoLeft() string {
	switch {
	case m.focus == focusDetail, m.tab == tabUsers && m.users.history.inPast():
	case m.tab == tabFailures && (m.causes.on || m.lists[1].cause != ""):
	default:
		return "nothing to go back to: q quits"
	}
	return ""
}

// goLeft goes from the detail to the list, from the past to now, and from a
// cause to all of them.
func (m *model) goLeft() tea.Cmd {
	switch {
	case m.focus == focusDetail:
		m.focus = focusList
		m.layout()
	case m.tab == tabUsers && m.users.history.inPast():
		return m.users.now(m)
	default:
		m.backFromCause()
	}
	return nil
}

func (m *model) cannotBack() string {
	if m.tab <= tabFailures && m.focus == focusList && (len(m.marks) > 0 || m.bar.text != "") {
		return ""
	}
	return m.cannotGoLeft()
}

// back backs out of one thing at a time: a search, the marks, the filter, the
// detail.
func (m *model) back() tea.Cmd {
	switch onList := m.focus == focusList && m.tab <= tabFailures; {
	case onList && len(m.marks) > 0:
		return m.unmark()
	case onList && m.bar.text != "":
		return m.clearFilter()
	case m.inBody() && m.detail.search.text != "":
		m.detail.search = bodySearch{}
		return nil
	}
	return m.goLeft()
}

func (m *model) cannotSwitchPane() string {
	if m.focus == focusDetail {
		return ""
	}
	return m.cannotShowDetail()
}

func (m *model) switchPane() tea.Cmd {
	if m.focus == focusDetail {
		return m.goLeft()
	}
	m.openDetail()
	return nil
}
