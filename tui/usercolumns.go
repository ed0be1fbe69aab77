package tui

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// userColumns are the widths of the users table. Columns without room are 0;
// they are dropped in the order plan, status, id.
type userColumns struct{ id, email, plan, status, updated int }

// userNeeds are the widths that the rows need, each with the space after it;
// plan and status are 0 if no row has one.
type userNeeds struct{ id, email, plan, status int }

const (
	minEmail = 18
	// usualEmail is what addresses get before other columns do, usualPlan what
	// plans get before long addresses do.
	usualEmail, usualPlan = 32, 19
	// ageWidth fits "● 59m" and a space before it.
	ageWidth = 7
)

// minUserNeeds are the widths of the headings, with the arrow of the order.
var minUserNeeds = userNeeds{id: 14, email: minEmail, plan: 7, status: 9}

// needOfUsers measures rows: all that are in memory, so that the columns stay
// still while scrolling.
func needOfUsers(rows []webhook.UserRecord) userNeeds {
	n, least := userNeeds{id: minUserNeeds.id, email: minUserNeeds.email}, minUserNeeds
	more := func(most *int, s string, least, limit int) {
		if s != none {
			*most = max(*most, least, min(text.Width(text.Printable(s))+1, limit))
		}
	}
	for i := range rows {
		r := &rows[i]
		more(&n.id, r.ID, least.id, 33)
		more(&n.email, r.Email, least.email, 46)
		more(&n.plan, orNull(r.PlanKey), least.plan, 33)
		more(&n.status, statusOf(r), least.status, 19)
	}
	return n
}

// from returns new widths after old ones: they grow at once and shrink only if
// it gains much. A column that had a value stays, whatever time the table
// shows.
func (n userNeeds) from(was userNeeds) userNeeds {
	const worth = 3
	keep := func(n, was int) int {
		if n == 0 || n < was && n+worth >= was {
			return was
		}
		return n
	}
	return userNeeds{id: keep(n.id, was.id), email: keep(n.email, was.email), plan: keep(n.plan, was.plan), status: keep(n.status, was.status)}
}

func layUserColumns(w int, n userNeeds) userColumns {
	w-- // a blank at the right
	c := userColumns{id: minUserNeeds.id, plan: max(min(n.plan, 10), minUserNeeds.plan), status: max(min(n.status, 11), minUserNeeds.status), updated: ageWidth}
	rest := func() int { return w - 1 - c.id - c.plan - c.status - c.updated }
	if rest() < minEmail {
		c.plan = minUserNeeds.plan
	}
	// An empty column goes before an address is cut.
	usual := min(n.email, usualEmail)
	if rest() < minEmail || n.plan == 0 && rest() < usual {
		c.plan = 0
	}
	if rest() < minEmail || n.status == 0 && c.plan == 0 && rest() < usual {
		c.status = 0
	}
	if rest() < minEmail {
		c.id = 0
	}
	// Spare room goes to what is cut, as long as the addresses do not need it,
	// and the rest to them.
	grow := func(column *int, need, email int) {
		if spare := min(rest()-email, need-*column); *column > 0 && spare > 0 {
			*column += spare
		}
	}
	grow(&c.plan, min(n.plan, usualPlan), usual)
	grow(&c.status, n.status, usual)
	grow(&c.plan, n.plan, n.email)
	grow(&c.id, n.id, n.email)
	c.email = rest()
	return c
}

// userColumn is a column of the table, and the order that it stands for.
type userColumn struct {
	head string
	w    int
	sort webhook.UserSort
	name string
}

// list returns the columns from left to right. AGE shows the row's own time but
// sorts by delivery: they differ if another program wrote a row, or a delivery
// was re-verified.
func (c userColumns) list() []userColumn {
	return []userColumn{
		{"ID", c.id, webhook.ByID, "id"},
		{"EMAIL", c.email, webhook.ByEmail, "e-mail"},
		{"PLAN", c.plan, webhook.ByPlan, "plan"},
		{"STATUS", c.status, webhook.ByStatus, "status"},
		{"AGE", c.updated, webhook.ByRecent, "last change"},
	}
}

// sorted returns the column that the table is sorted by.
func (u *users) sorted() userColumn {
	list := u.columns.list()
	return list[slices.IndexFunc(list, func(c userColumn) bool { return c.sort == u.sort })]
}

// nextSort returns the order of the next column to the right, and of the first
// after the last, whether or not it is shown.
func nextSort(by webhook.UserSort) webhook.UserSort {
	list := userColumns{}.list()
	i := slices.IndexFunc(list, func(c userColumn) bool { return c.sort == by })
	return list[(i+1)%len(list)].sort
}

// sortNote says what the table is sorted by, and what its heading does not say.
func (u *users) sortNote() string {
	by := u.sorted()
	said := "sorted by " + by.name
	if by.w == 0 {
		said += " (its column does not fit)"
	}
	switch {
	case by.sort == webhook.ByStatus && u.deleted:
		said += "; users without one come last, and deleted ones after them"
	case by.sort == webhook.ByPlan || by.sort == webhook.ByStatus:
		said += "; users without one come last"
	}
	return said
}

// planCell returns a plan in w cells. A Stripe id keeps its end: the ids of an
// account begin alike.
func planCell(s string, w int) string {
	s = text.Printable(s)
	kind, id, ok := strings.Cut(s, "_")
	if text.Width(s) <= w || w < 2 || !ok || !text.IsPlain(s) || !slices.Contains([]string{"price", "plan", "prod"}, kind) || strings.ContainsFunc(id, notOfAnID) {
		return s
	}
	if head := len(kind) + 1; w >= head+1+8 {
		return s[:head] + "…" + s[len(s)-(w-head-1):]
	}
	return "…" + s[len(s)-(w-1):]
}

func notOfAnID(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// sortUnseen says what the table is sorted by if no heading does.
func (u *users) sortUnseen() string {
	if by := u.sorted(); by.w == 0 {
		return ", by " + by.name
	}
	return ""
}

func (u *users) headings(m *model, c userColumns) draw.Styled {
	l := draw.NewLine(u.w)
	l.Gap(1)
	for _, col := range c.list() {
		look, head := m.styles.Head, col.head
		if u.sort == col.sort {
			look = m.styles.Brand
			head += map[bool]string{true: " ▾", false: " ▴"}[col.sort == webhook.ByRecent]
		}
		if col.sort == webhook.ByRecent {
			l.FitRight(look, head, col.w)
		} else {
			l.Fit(look, head, col.w)
		}
	}
	return l.Styled()
}
