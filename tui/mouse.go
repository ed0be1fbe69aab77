package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
)

// region is a part of the screen.
type region int

const (
	overNothing region = iota
	overTabs
	overList
	overDetail
)

// regionAt returns the region at a position, and the position inside its frame.
func (m *model) regionAt(x, y int) (u region, col, row int) {
	if m.tooSmall() {
		return overNothing, 0, 0
	}
	top := 2
	switch {
	case y == 1:
		return overTabs, x - 1, 0
	case y <= top || y >= top+m.paneHeight()-1:
		return overNothing, 0, 0
	}
	row = y - top - 1
	if m.twoPanes() {
		if x < m.listWidth() {
			return overList, x - 1, row
		}
		return overDetail, x - m.listWidth() - 1, row
	}
	if m.focus == focusDetail {
		return overDetail, x - 1, row
	}
	return overList, x - 1, row
}

func (m *model) click(e tea.Mouse) tea.Cmd {
	if e.Button != tea.MouseLeft {
		return nil
	}
	if m.sheet != nil && !m.tooSmall() {
		at, _ := m.drawSheet()
		if !at.has(e.X, e.Y) {
			return m.close()
		}
		return m.sheet.click(m, e.Y-at.y-1)
	}
	m.clearStatus()
	if m.bar.open && e.Y != 1 {
		return m.keepFilter()
	}
	switch u, col, row := m.regionAt(e.X, e.Y); u {
	case overTabs:
		return m.clickTabs(e.X)
	case overList:
		return m.clickList(row)
	case overDetail:
		return m.clickDetail(col, row)
	case overNothing:
	}
	return nil
}

// clickList selects a row; a click on the selected one opens it.
func (m *model) clickList(row int) tea.Cmd {
	switch m.tab {
	case tabSetup:
		m.focus, m.steps.chosen = focusList, true
		return m.clickLink(&m.steps.scroll, m.steps.doc.Links, row)
	case tabUsers:
		i := m.users.top + row - 1
		if row < 1 || i >= len(m.users.rows) {
			return nil
		}
		if m.users.rows[i].ID == m.users.sel {
			return m.enter()
		}
		m.users.selectAt(i)
	default:
		if m.causes.shown(m) {
			return m.clickCause(row)
		}
		l := m.list()
		i := l.top + row
		if i >= len(l.rows) {
			return nil
		}
		if l.rows[i].ID == l.sel {
			return m.enter()
		}
		l.selectAt(i)
		l.unfollow(m)
	}
	m.focus = focusList
	return nil
}

func (m *model) clickDetail(col, row int) tea.Cmd {
	if m.cannotShowDetail() != "" {
		return nil
	}
	m.openDetail()
	if m.tab == tabSetup {
		return m.clickLink(&m.side.scroll, m.side.doc.Links, row)
	}
	if row == 0 {
		if m.tab == tabUsers {
			if i := tabAt(m.user.tabNames(), col); i >= 0 {
				m.user.tab = i
			}
		} else if i := tabAt(m.detail.tabNames(m.detail.w), col); i >= 0 {
			m.detail.tab = i
		}
		return nil
	}
	if m.tab == tabUsers {
		return m.clickLink(&m.user.scroll[m.user.tab], m.user.doc.Links, row-2)
	}
	return m.clickLink(&m.detail.scroll[m.detail.tab], m.detail.doc.Links, row-2)
}

// clickLink selects the link at a line; a click on the selected one opens it.
func (m *model) clickLink(s *draw.Scroll, links []draw.Link, row int) tea.Cmd {
	if row < 0 {
		return nil
	}
	at := -1
	for i, l := range links {
		if l.Line <= s.Top+row {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	if at != s.Cursor {
		s.Cursor = at
		return nil
	}
	return m.enter()
}

// wheelLines is how many lines one turn of the wheel scrolls.
const wheelLines = 3

// wheel scrolls what is under the pointer, wherever the focus is.
func (m *model) wheel(e tea.Mouse) tea.Cmd {
	by := wheelLines
	switch e.Button {
	case tea.MouseWheelUp:
		by = -by
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if m.sheet != nil {
		m.sheet.wheel(m, by)
		return nil
	}
	switch u, _, _ := m.regionAt(e.X, e.Y); {
	case u == overDetail && m.tab == tabSetup:
		m.side.scroll.Wheel(by, len(m.side.doc.Lines), m.side.h)
	case u == overDetail && m.tab == tabUsers:
		m.user.scroll[m.user.tab].Wheel(by, len(m.user.doc.Lines), m.user.rows())
	case u == overDetail:
		m.detail.scroll[m.detail.tab].Wheel(by, m.detail.length(), m.detail.rows())
	case u == overList && m.tab == tabUsers:
		m.users.scroll(by)
	case u == overList && m.tab == tabSetup:
		m.steps.scroll.Wheel(by, len(m.steps.doc.Lines), m.steps.h)
	case u == overList && m.causes.shown(m):
		m.causes.scroll(by / wheelLines)
	case u == overList:
		m.list().wheel(m, by)
	}
	return nil
}
