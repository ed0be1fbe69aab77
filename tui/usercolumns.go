package tui

import (
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// userColumns are the widths of the table; columns without room are 0, dropped
// in the order plan, status, id.
type userColumns struct{ id, email, plan, status, updated int }

func layUserColumns(w int) userColumns {
	w-- // a blank at the right
	c := userColumns{id: 14, plan: 10, status: 11, updated: 8}
	rest := func() int { return w - 1 - c.id - c.plan - c.status - c.updated }
	if rest() < 20 {
		c.plan = 7
	}
	if rest() < 17 {
		c.plan = 0
	}
	if rest() < 17 {
		c.status = 0
	}
	if rest() < 17 {
		c.id = 0
	}
	c.email = rest()
	if spare := min(c.email-30, 33-c.id); c.id > 0 && spare > 0 {
		c.id += spare
		c.email -= spare
	}
	if spare := min(c.email-40, 20); c.plan > 0 && spare > 1 {
		c.plan += spare / 2
		c.status += spare / 2
		c.email -= spare / 2 * 2
	}
	return c
}

// userColumn is a column of the table, with the order that it stands for.
type userColumn struct {
	head string
	w    int
	sort webhook.UserSort
	name string
}

// list are the columns from left to right. AGE is of the row's own time, and
// its order that of the deliveries: they part where another program wrote a row,
// or a delivery was judged again.
func (c userColumns) list() []userColumn {
	return []userColumn{
		{"ID", c.id, webhook.ByID, "id"},
		{"EMAIL", c.email, webhook.ByEmail, "e-mail"},
		{"PLAN", c.plan, webhook.ByPlan, "plan"},
		{"STATUS", c.status, webhook.ByStatus, "status"},
		{"AGE", c.updated, webhook.ByRecent, "newest change"},
	}
}

// sorted is the column that the table is sorted by.
func (u *users) sorted() userColumn {
	list := layUserColumns(u.w).list()
	return list[slices.IndexFunc(list, func(c userColumn) bool { return c.sort == u.sort })]
}

// nextSort is the order of the column to the right, and after the last of the
// first, whether there is room for them or not.
func nextSort(by webhook.UserSort) webhook.UserSort {
	list := userColumns{}.list()
	i := slices.IndexFunc(list, func(c userColumn) bool { return c.sort == by })
	return list[(i+1)%len(list)].sort
}

// sortNote says what the table is sorted by, and what else its heading does not.
func (u *users) sortNote() string {
	by := u.sorted()
	said := "sorted by " + by.name
	if by.w == 0 {
		said += " (no room for its column)"
	}
	switch {
	case by.sort == webhook.ByStatus && u.deleted:
		said += ": those without one, then the deleted, last"
	case by.sort == webhook.ByPlan || by.sort == webhook.ByStatus:
		said += ": those without one last"
	case by.sort == webhook.ByRecent:
		said += " by a delivery"
	}
	return said
}

// sortUnseen says what the table is sorted by where no heading can.
func (u *users) sortUnseen() string {
	if by := u.sorted(); by.w == 0 {
		return ", by " + by.name
	}
	return ""
}

func (u *users) headings(m *model, c userColumns) string {
	l := newLine(u.w)
	l.gap(1)
	for _, col := range c.list() {
		look, head := m.st.head, col.head
		if u.sort == col.sort {
			look = m.st.brand
			head += map[bool]string{true: " ▾", false: " ▴"}[col.sort == webhook.ByRecent]
		}
		if col.sort == webhook.ByRecent {
			l.fitRight(look, head, col.w)
		} else {
			l.fit(look, head, col.w)
		}
	}
	return l.String()
}
