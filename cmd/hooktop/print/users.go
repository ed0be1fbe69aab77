package print

import (
	"cmp"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// UserColumns are the widths of the columns of some users: plan and status are 0
// if none of them has one.
type UserColumns struct{ id, email, plan, status int }

// longEmail is the widest address that others are padded to.
const longEmail = 36

// LayOutUsers returns the widths for some users.
func LayOutUsers(rows []webhook.UserRecord) UserColumns {
	l := UserColumns{id: 32}
	for i := range rows {
		u := &rows[i]
		l.email = max(l.email, min(lipgloss.Width(text.Printable(u.Email)), longEmail))
		l.plan = max(l.plan, lipgloss.Width(text.Printable(planKeyOf(u))))
		l.status = max(l.status, lipgloss.Width(text.Printable(subscriptionOf(u))))
	}
	return l
}

func planKeyOf(u *webhook.UserRecord) string {
	if u.PlanKey == nil {
		return ""
	}
	return *u.PlanKey
}

func subscriptionOf(u *webhook.UserRecord) string {
	switch {
	case u.Deleted():
		return "deleted"
	case u.SubscriptionStatus == nil:
		return ""
	}
	return *u.SubscriptionStatus
}

// Line returns a user in a line: the id, the address, plan and status if one of
// the users has them, and when the row changed.
func (l UserColumns) Line(u *webhook.UserRecord) Text {
	parts := []Text{Join(" ", padded(u.ID, l.id), padded(u.Email, l.email))}
	for _, column := range []struct {
		value string
		w     int
	}{{planKeyOf(u), l.plan}, {subscriptionOf(u), l.status}} {
		if column.w > 0 {
			parts = append(parts, padded(cmp.Or(column.value, "—"), column.w))
		}
	}
	line, at := Join("  ", parts...), u.UpdatedAt
	if u.Deleted() {
		at, line = u.DeletedAt, Faint(line)
	}
	return Join("", line, Faint("  "+at.Local().Format("2006-01-02 15:04:05")))
}

// padded fills text up to w cells.
func padded(s string, w int) Text {
	s = text.Printable(s)
	return Text{s + strings.Repeat(" ", max(w-lipgloss.Width(s), 0))}
}
