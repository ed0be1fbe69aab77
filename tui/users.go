package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// users is the users table.
type users struct {
	window[webhook.UserRecord, string]
	sort    webhook.UserSort
	deleted bool

	// above is the record before the first of the window, nil at the top.
	above *webhook.UserRecord
	// changed are the rows that just changed, and until when they are marked.
	changed map[string]time.Time
	history tableHistory

	request request
	loaded  bool
	stale   bool

	w       int
	needs   userNeeds
	columns userColumns
}

// marked is how long a row that just changed stays marked.
const marked = 2 * time.Second

func newUsers() *users {
	u := &users{sort: webhook.ByRecent, deleted: true}
	u.key = func(r webhook.UserRecord) string { return r.ID }
	return u
}

func (u *users) setSize(w, h int) {
	if u.w != w {
		u.needs = userNeeds{}
	}
	u.w = w
	u.setHeight(h - 1)
}

// prepare lays out the columns for the rows.
func (u *users) prepare() {
	u.needs = needOfUsers(u.rows).from(u.needs)
	u.columns = layUserColumns(u.w, u.needs)
}

func (u *users) ask(m *model, p webhook.UserPage, put func(rows []webhook.UserRecord)) tea.Cmd {
	p.Sort, p.Deleted, p.At = u.sort, u.deleted, u.history.moment.At
	p.Limit = min(max(p.Limit, u.limit()), 1000)
	store := m.deps.Store
	return u.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		rows, err := store.Users(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("read the users: %w", err)
		}
		return func() tea.Cmd {
			u.loaded = true
			put(rows)
			return nil
		}, nil
	})
}

// start goes to the top of the table.
func (u *users) start(m *model) tea.Cmd {
	u.above = nil
	return u.ask(m, webhook.UserPage{}, func(rows []webhook.UserRecord) {
		u.first, u.last = true, len(rows) < u.limit()
		u.rows = rows
		u.selectAt(0)
	})
}

func (u *users) wanted(m *model) tea.Cmd {
	if !u.request.idle() {
		return nil
	}
	switch {
	case !u.loaded:
		return u.start(m)
	case u.stale:
		u.stale = false
		if u.history.inPast() { // what comes now changes nothing of what was
			return nil
		}
		want := min(max(len(u.rows), u.limit()), 1000)
		return u.ask(m, webhook.UserPage{After: u.above, Limit: want}, func(rows []webhook.UserRecord) {
			u.last = len(rows) < want
			u.markChanged(rows, m.now)
			if u.first && u.top == 0 {
				u.keep(rows)
				return
			}
			u.replace(rows)
		})
	case u.wantsBefore():
		first := u.rows[0]
		limit := u.limit()
		return u.ask(m, webhook.UserPage{Before: &first, Limit: limit}, func(rows []webhook.UserRecord) {
			u.first, u.above = len(rows) < limit, nil
			if u.first {
				u.before(rows)
				return
			}
			// The first of them stands for what is above the window.
			u.above = &rows[0]
			u.before(rows[1:])
		})
	case u.wantsAfter():
		final, limit := u.rows[len(u.rows)-1], u.limit()
		return u.ask(m, webhook.UserPage{After: &final, Limit: limit}, func(rows []webhook.UserRecord) {
			had := u.rows
			u.last = len(rows) < limit
			u.after(rows)
			if dropped := len(had) + len(rows) - len(u.rows); dropped > 0 {
				u.above = &had[dropped-1]
			}
		})
	}
	return nil
}

// keep takes new rows and keeps the selected user selected, on whatever line,
// with the top of the table visible.
func (u *users) keep(rows []webhook.UserRecord) {
	u.rows = rows
	if i := u.index(u.sel); i >= 0 {
		u.at, u.top = i, 0
		u.show()
		return
	}
	u.selectAt(0)
}

// markChanged marks the rows that another delivery changed since the last read.
func (u *users) markChanged(rows []webhook.UserRecord, now time.Time) {
	had := make(map[string]int64, len(u.rows))
	for _, r := range u.rows {
		had[r.ID] = r.DeliveryID
	}
	if u.changed == nil {
		u.changed = map[string]time.Time{}
	}
	for id, until := range u.changed {
		if now.After(until) {
			delete(u.changed, id)
		}
	}
	for _, r := range rows {
		if was, ok := had[r.ID]; !ok && u.first || ok && was != r.DeliveryID {
			u.changed[r.ID] = now.Add(marked)
		}
	}
}

func (m *model) cannotSort() string {
	if m.tab != tabUsers {
		return "s sorts users and d shows deleted ones, but only on tab 3"
	}
	return ""
}

func (m *model) cannotTravel() string {
	if m.tab != tabUsers {
		return "‹ and › show the users table at another time, but only on tab 3"
	}
	return ""
}

func (u *users) press(m *model, act action) tea.Cmd {
	switch act {
	case actUp:
		u.move(-1)
	case actDown:
		u.move(1)
	case actPageUp:
		u.move(-max(u.h-1, 1))
	case actPageDown:
		u.move(max(u.h-1, 1))
	case actNewest, actTop:
		return u.start(m)
	case actOldest, actBottom:
		u.selectAt(len(u.rows) - 1)
	case actPast, actFuture:
		return u.step(m, act == actPast)
	case actSort:
		u.sort = nextSort(u.sort)
		return tea.Batch(m.setStatus(note(u.sortNote())), u.start(m))
	case actDeleted:
		u.deleted = !u.deleted
		said := "deleted users are hidden"
		if u.deleted {
			said = "deleted users are shown, dimmed"
		}
		return tea.Batch(m.setStatus(note(said)), u.start(m))
	default:
	}
	return nil
}

func (u *users) view(m *model, focused bool) []draw.Styled {
	if len(u.rows) == 0 {
		return u.empty(m)
	}
	c := u.columns
	out := make([]draw.Styled, 0, u.h+1)
	out = append(out, u.headings(m, c))
	for i := range u.visible() {
		r := &u.rows[u.top+i]
		out = append(out, u.row(m, r, c, rowLook{selected: r.ID == u.sel, focused: focused}))
	}
	return out
}

func (u *users) row(m *model, r *webhook.UserRecord, c userColumns, look rowLook) draw.Styled {
	st := &m.styles
	l := draw.NewLine(u.w)
	if look.selected {
		l.Under = st.Row
	}
	st.marker(l, look)
	plain, quiet := st.Text, st.Dim
	at, status := r.UpdatedAt, statusOf(r)
	if r.Deleted() {
		plain, at = st.Dim, r.DeletedAt
	}
	cell := func(look draw.Style, s string, w int) {
		if w > 1 {
			l.Fit(look, s, w-1).Gap(1)
		}
	}
	cell(quiet, r.ID, c.id)
	cell(plain, r.Email, c.email)
	plan, tint := plain, st.Dim
	if r.PlanKey == nil {
		plan = st.Faint
	}
	if !r.Deleted() {
		tint = st.subscription(status)
	}
	cell(plan, planCell(orNull(r.PlanKey), c.plan-1), c.plan)
	cell(tint, text.CutMiddle(status, c.status-1), c.status)
	if until, ok := u.changed[r.ID]; ok && m.now.Before(until) || u.history.mark(r.ID) {
		l.FitRight(st.Brand, "● "+text.Age(at, m.now), c.updated)
	} else {
		l.FitRight(quiet, text.Age(at, m.now), c.updated)
	}
	return l.Styled()
}

// subscription returns the style of a subscription's status.
func (st *styles) subscription(s string) draw.Style {
	switch s {
	case "active", "trialing":
		return st.OK
	case "past_due", "unpaid", "incomplete":
		return st.Warn
	case "—":
		return st.Faint
	default:
		return st.Dim
	}
}

// statusOf returns a user's status in the table: of the subscription, or
// deleted.
func statusOf(r *webhook.UserRecord) string {
	if r.Deleted() {
		return "deleted"
	}
	return orNull(r.SubscriptionStatus)
}

// orNull returns a value that may be NULL, or — for NULL.
func orNull(s *string) string {
	if s == nil {
		return "—"
	}
	return *s
}

func (u *users) foot(m *model) string {
	if len(u.rows) == 0 {
		return ""
	}
	if u.history.inPast() {
		return "as it was at #" + text.Grouped(u.history.moment.At) + u.sortUnseen()
	}
	s := text.Plural(m.counts.Users, "user")
	switch {
	case m.counts.Deleted > 0 && u.deleted:
		s += fmt.Sprintf(", %s deleted", text.Grouped(m.counts.Deleted))
	case m.counts.Deleted > 0:
		s += fmt.Sprintf(", %s deleted hidden", text.Grouped(m.counts.Deleted))
	}
	return s + u.sortUnseen()
}
