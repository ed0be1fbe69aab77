package tui

import (
	"fmt"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// field is a column of the users table with its value.
type field struct{ name, value string }

const none = "—"

func fieldsOf(u *webhook.User) []field {
	when := func(t time.Time) string {
		if t.IsZero() {
			return none
		}
		return t.UTC().Format("2006-01-02 15:04:05.000Z")
	}
	end := none
	if u.SubscriptionCurrentPeriodEnd != nil {
		end = when(*u.SubscriptionCurrentPeriodEnd)
	}
	return []field{
		{"id", u.ID},
		{"email", u.Email},
		{"planKey", orNull(u.PlanKey)},
		{"subscriptionStatus", orNull(u.SubscriptionStatus)},
		{"subscriptionCurrentPeriodEnd", end},
		{"cancelAtPeriodEnd", strconv.FormatBool(u.CancelAtPeriodEnd)},
		{"stripeCustomerId", orNull(u.StripeCustomerID)},
		{"stripeSubscriptionId", orNull(u.StripeSubscriptionID)},
		{"stripePriceId", orNull(u.StripePriceID)},
		{"createdAt", when(u.CreatedAt)},
		{"updatedAt", when(u.UpdatedAt)},
	}
}

// changes lists what a delivery did to a row, value by value.
func (d *doc) changes(c *webhook.Change, indent int) {
	st := d.st
	switch {
	case c.Before == nil && c.After == nil:
		d.text(st.dim, "nothing", indent)
	case c.Before == nil:
		d.mark(st.added, "+", st.text, "a row: "+c.After.Email, indent)
	case c.After == nil:
		d.mark(st.removed, "−", st.text, "the row: "+c.Before.Email, indent)
	default:
		was, is := fieldsOf(c.Before), fieldsOf(c.After)
		column, widest := 0, 0
		for i := range is {
			if was[i] != is[i] && is[i].name != "updatedAt" {
				column = max(column, len(is[i].name)+2)
				widest = max(widest, text.Width(text.Printable(was[i].value))+3+text.Width(text.Printable(is[i].value)))
			}
		}
		beside := column
		if column+widest > d.w-2*margin-indent {
			beside = min(column, 22) // the longest name then stands above its values
		}
		for i := range is {
			if was[i] != is[i] && is[i].name != "updatedAt" {
				d.fromTo(is[i].name, was[i].value, is[i].value, beside, indent)
			}
		}
		if column == 0 {
			d.text(st.dim, "updatedAt alone", indent)
		}
	}
}

// fromTo is a value before and after: beside its name where there is room for
// all of it, else below, where it has the width of the pane.
func (d *doc) fromTo(name, was, is string, column, indent int) {
	st := d.st
	was, is = text.Printable(was), text.Printable(is)
	room := d.w - 2*margin - indent
	l := d.newLine().gap(indent)
	if text.Width(name) < column && column+text.Width(was)+3+text.Width(is) <= room {
		d.add(l.fit(st.dim, name, column).put(st.removed, was).put(st.dim, " → ").put(st.added, is))
		return
	}
	d.add(l.put(st.dim, name))
	indent, room = indent+2, room-2
	if was == none { // worth no line of its own
		is = text.CutMiddle(is, room-text.Width(was)-3)
	} else if is == none {
		was = text.CutMiddle(was, room-text.Width(is)-3)
	}
	l = d.newLine().gap(indent)
	if text.Width(was)+3+text.Width(is) <= room {
		d.add(l.put(st.removed, was).put(st.dim, " → ").put(st.added, is))
		return
	}
	d.add(l.put(st.removed, text.CutMiddle(was, room)))
	d.add(d.newLine().gap(indent).put(st.dim, "→ ").put(st.added, text.CutMiddle(is, room-2)))
}

// change shows the whole row, before and after.
func (p *detail) change(m *model, d *doc) {
	st, x := &m.st, p.d
	c := x.Change
	if c == nil || c.Before == nil && c.After == nil {
		p.noChange(m, d)
		return
	}
	before, after := c.Before, c.After
	title := "updated"
	switch {
	case before == nil:
		title, before = "created", &webhook.User{}
	case after == nil:
		title, after = "deleted", &webhook.User{}
	}
	d.lines = append(d.lines, ends(d.w, []chip{{"", " "}, {st.strong, "User "}, {st.text, title}}, []chip{{st.dim, "  " + c.UserID + " "}}))
	d.blank()
	was, is := fieldsOf(before), fieldsOf(after)
	for i := range is {
		d.diffLine(c, was[i], is[i])
	}
}

func (d *doc) diffLine(c *webhook.Change, was, is field) {
	st := d.st
	const column = 24
	name := is.name
	if name == "subscriptionCurrentPeriodEnd" {
		name = "…CurrentPeriodEnd"
	}
	one := func(symbol, look, value string) {
		look2 := look
		if symbol == " " {
			look2 = st.dim
		}
		for i, part := range text.Wrap(value, d.w-2*margin-column) {
			l := d.newLine()
			if i == 0 {
				l.put(look, symbol).gap(1).fit(look2, name, column-2)
			} else {
				l.gap(column)
			}
			d.add(l.put(look, part))
		}
	}
	switch {
	case c.Before == nil:
		one("+", st.added, text.OrNone(is.value))
	case c.After == nil:
		one("−", st.removed, text.OrNone(was.value))
	case was.value == is.value:
		one(" ", st.dim, is.value)
	default:
		one("−", st.removed, was.value)
		one("+", st.added, is.value)
	}
}

func (p *detail) noChange(m *model, d *doc) {
	st, x := &m.st, p.d
	d.text(st.text, "This delivery changed no user.", 0)
	d.blank()
	switch {
	case appAlone(x):
		d.text(st.dim, "It went to the app alone: to apply an event here, resend it to hooktop itself.", 0)
	case !x.Verdict.Verified:
		d.text(st.dim, "Only a delivery whose signature holds touches a user.", 0)
	default:
		d.text(st.dim, webhook.Explained(x).Why, 0)
	}
}

// triesDoc lists the deliveries of the same message.
func (p *detail) triesDoc(m *model, d *doc) {
	st := &m.st
	if p.d.MessageID == "" {
		d.text(st.text, "The request carried no message id, so it cannot be told what else was of the same message.", 0)
		return
	}
	d.pair(st.dim, "message", st.text, p.d.MessageID, 9)
	d.blank()
	c := layTries(d.w, p.tries)
	for i := range p.tries {
		d.link(p.tries[i].ID)
		d.try(m, &p.tries[i], c, p.tries[i].ID == p.d.ID)
	}
	d.blank()
	switch {
	case len(p.tries) >= mostTries:
		d.text(st.dim, fmt.Sprintf("The newest %d.", mostTries), 0)
	case len(p.tries) == 1:
		when := "Svix after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h"
		if p.d.Provider == (webhook.Stripe{}).Name() {
			when = "Stripe for three days, from a sandbox three times in a few hours"
		}
		d.text(st.dim, "The first delivery of this message. A sender tries again until it is told 2xx: "+when+".", 0)
	default:
		d.text(st.dim, "enter opens one.", 0)
	}
}

// tryColumns are how the deliveries of a message are laid out: the widths of
// their ids and of the app's answers, and whether there is room for where a
// resend came from, which the delivery that it resends says as well.
type tryColumns struct {
	id, app int
	origin  bool
}

func layTries(w int, tries []webhook.Delivery) tryColumns {
	c := tryColumns{id: 7, app: 1}
	told := 0
	for i := range tries {
		x := &tries[i]
		c.id = max(c.id, text.Width("#"+strconv.FormatInt(x.ID, 10))+2)
		if appSaid(x) != "" {
			c.app = 5
		}
		if re := resends(x); re != "" {
			told = max(told, text.Width(string(x.Origin))+2+text.Width(re)+2+text.Width(string(x.Outcome)))
		}
	}
	c.origin = c.id+timeDate+2+4+c.app+told <= w-2*margin
	return c
}

// try draws a delivery of a message: its id, time, status, and how it came.
func (d *doc) try(m *model, x *webhook.Delivery, c tryColumns, open bool) {
	st := &m.st
	l := d.newLine()
	symbol, look := st.mark(x)
	id := st.text
	if open {
		id = st.strong
	}
	status := number(x.Answer.Status)
	if x.Answer.Status == 0 {
		status = ""
	}
	l.fit(id, "#"+strconv.FormatInt(x.ID, 10), c.id).fit(st.dim, when(x.At, m.now, timeDate-1), timeDate)
	l.fit(look, symbol, 2).fit(st.ours(x, look), status, 4)
	l.fit(st.theirs(x), appSaid(x), c.app)
	re := resends(x)
	if c.origin || re == "" {
		l.put(st.dim, string(x.Origin))
		if re != "" {
			l.gap(2)
		}
	}
	l.put(st.resent, re)
	if gone := string(x.Outcome); gone != "" {
		l.put(st.dim, "  "+gone)
	}
	d.add(l)
}
