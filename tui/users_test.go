package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestUsers(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36).keys("3")
	x.shows("ada@example.com", "cy@example.com", "deleted", "12 users, 1 deleted", "planKey", "trialing → active")
	x.keys("d").hides("cy@example.com")
	x.keys("d", "s", "s").shows("sorted by e-mail", "EMAIL ▴")
	x.keys("enter", "down", "enter").shows("1 Deliveries", "#1021", "the user's row was as it says")
	x = newTerminal(t, dashboard(s), 120, 36).keys("3")
	s.users[3].DeliveryID = 1025
	x.send(changedMsg{})
	x.shows("● 3m")
}

func TestUsersAreSortedByEachColumnInTurn(t *testing.T) {
	for _, size := range []struct {
		w, h   int
		unseen string // the columns without room
	}{{120, 36, ""}, {100, 30, "PLAN"}, {80, 24, ""}, {50, 20, "PLAN STATUS"}} {
		x := newTerminal(t, dashboard(story(false)), size.w, size.h).keys("3")
		for _, c := range []struct {
			column, mark, first, last, order string
		}{
			{"ID", "▴", "el", "cy", ""},
			{"EMAIL", "▴", "ada bo cy di", "mo", ""},
			{"PLAN", "▴", "ada di el", "cy", ": those without one last"},
			{"STATUS", "▴", "ada di el", "cy", ": those without one, then the deleted, last"},
			{"AGE", "▾", "ada bo cy di", "mo", " by a delivery"},
		} {
			x.keys("s")
			var got []string
			for _, r := range x.m.users.rows {
				name, _, _ := strings.Cut(r.Email, "@")
				got = append(got, name)
			}
			if all := strings.Join(got, " "); !strings.HasPrefix(all, c.first+" ") || !strings.HasSuffix(all, " "+c.last) {
				t.Errorf("%d wide by %s: %s", size.w, c.column, all)
			}
			if strings.Contains(size.unseen, c.column) {
				name := strings.ToLower(c.column)
				x.shows("sorted by "+name+" (no room for its column)", "1 deleted, by "+name+" ─")
				continue
			}
			x.shows(c.column+" "+c.mark, "sorted by ")
			x.hides("no room")
			x.hides("deleted, by")
			if size.w == 120 {
				x.shows(c.order)
			}
		}
	}
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("3", "s", "s", "s", "s", "d")
	if rows := x.m.users.rows; len(rows) != 12 || slices.ContainsFunc(rows, webhook.UserRecord.Deleted) {
		t.Errorf("%d rows without the deleted", len(rows))
	}
	x.keys("s", "s", "s", "s", "s").shows("sorted by status: those without one last")
}

func TestTheValuesOfARowAreWhole(t *testing.T) {
	s := story(false)
	subscription, price, end := "sub_1MowQVLkdIwHu7ixeWuAaAda", "price_1MowQULkdIwHu7ixraBm8ada", noon
	u := &s.users[0]
	u.StripeSubscriptionID, u.StripePriceID, u.SubscriptionCurrentPeriodEnd = &subscription, &price, &end
	for _, w := range []int{50, 80, 100, 110, 120, 160} {
		x := newTerminal(t, dashboard(s), w, 36).keys("3", "enter", "]")
		x.shows(u.ID, "  "+u.Email, "  "+subscription, "  "+price, "  "+*u.StripeCustomerID, "  2026-11-22 12:04:07.000Z")
	}
}
