package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

func TestUsers(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36).keys("3")
	x.shows("ada@example.com", "cy@example.com", "deleted", "12 users, 1 deleted", "planKey", "trialing → active")
	x.keys("d").hides("cy@example.com")
	x.keys("d", "s", "s").shows("sorted by e-mail", "EMAIL ▴")
	x.keys("enter", "down", "enter").shows("1 Deliveries", "#1021", "the user was already up to date")
	x = newTerminal(t, dashboard(s), 120, 36).keys("3")
	s.users[3].DeliveryID = 1025
	x.send(changedMsg{})
	x.shows("● 3m")
}

func TestWithoutUsersTheSubscriptionStoryIsOffered(t *testing.T) {
	d := firstStart(dashboard(&memory{}))
	newTerminal(t, d, 80, 24).keys("3").hides("story:subscribe")
	d.Events = append(d.Events, "story:subscribe")
	x := newTerminal(t, d, 120, 40).keys("3")
	x.shows("or pick story:subscribe: a user who subscribes")
	x.keys("4").shows("story:subscribe in the same list sends a subscription's events")
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
			{"PLAN", "▴", "ada di el", "cy", "; users without one come last"},
			{"STATUS", "▴", "ada di el", "cy", "; users without one come last, and deleted ones after them"},
			{"AGE", "▾", "ada bo cy di", "mo", "last change"},
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
				x.shows("sorted by "+name+" (its column does not fit)", "1 deleted, by "+name+" ─")
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
	x.keys("s", "s", "s", "s", "s").shows("sorted by status; users without one come last")
}

func TestValuesOfARowAreWholeAndAligned(t *testing.T) {
	s := story(false)
	subscription, price, end := "sub_1MowQVLkdIwHu7ixeWuAaAda", "price_1MowQULkdIwHu7ixraBm8ada", noon
	u := &s.users[0]
	u.StripeSubscriptionID, u.StripePriceID, u.SubscriptionCurrentPeriodEnd = &subscription, &price, &end
	for _, w := range []int{50, 80, 100, 110, 120, 160} {
		x := newTerminal(t, dashboard(s), w, 36).keys("3", "enter", "]")
		x.shows(u.ID, "  "+u.Email, "  "+subscription, "  "+price, "  "+*u.StripeCustomerID, "  2026-11-22 12:04:07.000Z")
		places := map[int]string{}
		for line := range strings.Lines(x.screen()) {
			for _, value := range []string{u.ID, subscription, price, *u.StripeCustomerID, "2026-11-22 12:04:07.000Z", "false"} {
				before, _, ok := strings.Cut(line, " "+value+" ")
				if detail := before[strings.LastIndex(before, "│")+1:]; ok && len(detail) < len(before) {
					places[text.Width(detail)] = value
				}
			}
		}
		if len(places) != 1 {
			t.Errorf("%d wide, the values begin in different places: %v", w, places)
		}
	}
}

func TestPlansWithoutANameCanBeToldApart(t *testing.T) {
	for _, c := range []struct {
		name, plan string
		w          int
		shows      string
	}{
		{"a name is whole where there is room", "pro", 9, "pro"},
		{"a name begins as it does, and is cut at its end", "pro_monthly_2026", 9, "pro_monthly_2026"},
		{"an id is whole where there is room", "price_1MoBy5LkdIwHu7ixZhnattbh", 30, "price_1MoBy5LkdIwHu7ixZhnattbh"},
		{"of an id the end is seen", "price_1MoBy5LkdIwHu7ixZhnattbh", 9, "…Zhnattbh"},
		{"and of what kind it is, with more room", "price_1MoBy5LkdIwHu7ixZhnattbh", 18, "price_…7ixZhnattbh"},
		{"a product's likewise", "prod_NWjs8kKbJWmuuc", 6, "…Wmuuc"},
		{"what only begins like one is a name", "price_pro monthly", 9, "price_pro monthly"},
		{"a column without room shows nothing", "price_1MoBy5LkdIwHu7ixZhnattbh", -1, "price_1MoBy5LkdIwHu7ixZhnattbh"},
	} {
		if got := planCell(c.plan, c.w); got != c.shows {
			t.Errorf("%s: %q in %d cells is %q", c.name, c.plan, c.w, got)
		}
	}
	s := story(false)
	ada, bo := "price_1QaBcDLkdIwHu7ixHtYbP4Aa", "price_1QaBcDLkdIwHu7ixZq81Kd2b"
	s.users[0].PlanKey, s.users[1].PlanKey = &ada, &bo
	for _, w := range []int{80, 120, 160} {
		newTerminal(t, dashboard(s), w, 36).keys("3").shows("P4Aa", "Kd2b")
	}
	newTerminal(t, dashboard(s), 120, 36).keys("3").shows("…ixHtYbP4Aa", "…ixZq81Kd2b")
}

func TestTheUsersColumnsFillTheirWidthAndAreDroppedInOrder(t *testing.T) {
	for _, n := range []userNeeds{minUserNeeds, {id: 33, email: 27}, {id: 33, email: 46, plan: 31, status: 19}, {id: 33, email: 20, plan: 8, status: 10}} {
		for w := 34; w < 160; w++ {
			c := layUserColumns(w, n)
			if got := 1 + c.id + c.email + c.plan + c.status + c.updated; got != w-1 {
				t.Fatalf("%d wide for %v: %+v make %d", w, n, c, got)
			}
			if c.plan > 0 && c.status == 0 || c.status > 0 && c.id == 0 {
				t.Errorf("%d wide for %v: dropped out of order: %+v", w, n, c)
			}
			if c.id > 0 && c.email < minEmail {
				t.Errorf("%d wide for %v: an address has %d cells: %+v", w, n, c.email, c)
			}
			if c.id > n.id || c.plan > max(n.plan, minUserNeeds.plan) || c.status > max(n.status, minUserNeeds.status) {
				t.Errorf("%d wide for %v: wider than what is in it: %+v", w, n, c)
			}
		}
	}
	// A column with nothing in it does not cut an address.
	for _, c := range []struct {
		needs                       userNeeds
		w                           int
		plan, status, addressWholly bool
	}{
		{userNeeds{id: 33, email: 27}, 62, false, true, true},
		{userNeeds{id: 33, email: 32}, 55, false, false, true},
		{userNeeds{id: 33, email: 27}, 78, true, true, true},
		{userNeeds{id: 33, email: 27, plan: 7, status: 9}, 62, true, true, false},
	} {
		if got := layUserColumns(c.w, c.needs); got.plan > 0 != c.plan || got.status > 0 != c.status || got.email >= c.needs.email != c.addressWholly {
			t.Errorf("%d wide for %+v: %+v", c.w, c.needs, got)
		}
	}
	// What is shown keeps its place where what comes is a little shorter.
	was := userNeeds{id: 33, email: 30, plan: 12, status: 11}
	if got := (userNeeds{id: 33, email: 28, plan: 9, status: 9}).from(was); got != was {
		t.Errorf("the columns jump to %+v", got)
	}
	if got := (userNeeds{id: 33, email: 30, status: 11}).from(was); got != was {
		t.Errorf("a column is gone: %+v", got)
	}
	if got := (userNeeds{id: 33, email: 20, plan: 12, status: 11}).from(was); got.email != 20 {
		t.Errorf("the columns stay wide: %+v", got)
	}
}
