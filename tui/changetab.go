package tui

import (
	"fmt"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
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

// changes lists what a delivery changed in a row, value by value.
func changes(d *draw.Doc, st *styles, c *webhook.Change, indent int) {
	switch {
	case c.Before == nil && c.After == nil:
		d.Text(st.Dim, "nothing", indent)
	case c.Before == nil:
		d.Item(st.Added, "+", st.Text, "created user "+c.After.Email, indent)
	case c.After == nil:
		d.Item(st.Removed, "−", st.Text, "deleted user "+c.Before.Email, indent)
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
		if column+widest > d.W-2*draw.Margin-indent {
			beside = min(column, 22) // the longest name then stands above its values
		}
		for i := range is {
			if was[i] != is[i] && is[i].name != "updatedAt" {
				fromTo(d, st, is[i].name, was[i].value, is[i].value, beside, indent)
			}
		}
		if column == 0 {
			d.Text(st.Dim, "only updatedAt", indent)
		}
	}
}

// fromTo shows a value before and after: next to its name if both fit there,
// else below it.
func fromTo(d *draw.Doc, st *styles, name, was, is string, column, indent int) {
	was, is = text.Printable(was), text.Printable(is)
	room := d.W - 2*draw.Margin - indent
	l := d.NewLine().Gap(indent)
	if text.Width(name) < column && column+text.Width(was)+3+text.Width(is) <= room {
		d.Add(l.Fit(st.Dim, name, column).Put(st.Removed, was).Put(st.Dim, " → ").Put(st.Added, is))
		return
	}
	d.Add(l.Put(st.Dim, name))
	indent, room = indent+2, room-2
	if was == none { // worth no line of its own
		is = text.CutMiddle(is, room-text.Width(was)-3)
	} else if is == none {
		was = text.CutMiddle(was, room-text.Width(is)-3)
	}
	l = d.NewLine().Gap(indent)
	if text.Width(was)+3+text.Width(is) <= room {
		d.Add(l.Put(st.Removed, was).Put(st.Dim, " → ").Put(st.Added, is))
		return
	}
	d.Add(l.Put(st.Removed, text.CutMiddle(was, room)))
	d.Add(d.NewLine().Gap(indent).Put(st.Dim, "→ ").Put(st.Added, text.CutMiddle(is, room-2)))
}

// change shows the whole row, before and after.
func (p *detail) change(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
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
	d.Lines = append(d.Lines, draw.Ends(d.W, []draw.Chip{draw.Gap(1), st.Strong.Chip("User "), st.Text.Chip(title)}, []draw.Chip{st.Dim.Chip("  " + c.UserID + " ")}))
	d.Break()
	was, is := fieldsOf(before), fieldsOf(after)
	for i := range is {
		diffLine(d, st, c, was[i], is[i])
	}
}

func diffLine(d *draw.Doc, st *styles, c *webhook.Change, was, is field) {
	const column = 24
	name := is.name
	if name == "subscriptionCurrentPeriodEnd" {
		name = "…CurrentPeriodEnd"
	}
	one := func(symbol string, look draw.Style, value string) {
		look2 := look
		if symbol == " " {
			look2 = st.Dim
		}
		for i, part := range text.Wrap(value, d.W-2*draw.Margin-column) {
			l := d.NewLine()
			if i == 0 {
				l.Put(look, symbol).Gap(1).Fit(look2, name, column-2)
			} else {
				l.Gap(column)
			}
			d.Add(l.Put(look, part))
		}
	}
	switch {
	case c.Before == nil:
		one("+", st.Added, text.OrNone(is.value))
	case c.After == nil:
		one("−", st.Removed, text.OrNone(was.value))
	case was.value == is.value:
		one(" ", st.Dim, is.value)
	default:
		one("−", st.Removed, was.value)
		one("+", st.Added, is.value)
	}
}

func (p *detail) noChange(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
	d.Text(st.Text, "This delivery changed no user.", 0)
	d.Break()
	switch {
	case appAlone(x):
		d.Text(st.Dim, "It went only to the app. To apply the event here, resend it to hooktop.", 0)
	case x.Verdict.Rejected():
		d.Text(st.Dim, "Only a delivery with a valid signature changes a user.", 0)
	default:
		d.Text(st.Dim, explainOutcome(x).Why, 0)
	}
}

// triesDoc lists the deliveries of the same message.
func (p *detail) triesDoc(m *model, d *draw.Doc) {
	st := &m.styles
	if p.d.MessageID == "" {
		d.Text(st.Text, "The request has no message id, so its other deliveries are unknown.", 0)
		return
	}
	d.Pair(st.Dim, "message", st.Text, p.d.MessageID, 9)
	d.Break()
	c := layTries(d.W, p.tries)
	for i := range p.tries {
		d.Link(p.tries[i].ID)
		try(d, m, &p.tries[i], c, p.tries[i].ID == p.d.ID)
	}
	d.Break()
	switch {
	case len(p.tries) >= maxTries:
		d.Text(st.Dim, fmt.Sprintf("The newest %d.", maxTries), 0)
	case len(p.tries) == 1:
		when := "Svix after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h"
		if p.d.Provider == "stripe" {
			when = "Stripe for three days, or three times in a few hours in a sandbox"
		}
		d.Text(st.Dim, "The first delivery of this message. The sender retries until it gets a 2xx: "+when+".", 0)
	default:
		d.Text(st.Dim, "enter opens one.", 0)
	}
}

// tryColumns are the columns of the list of tries: the widths of the id and of
// the app's response, and whether there is room for the origin of a resend.
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
		if appStatusText(x) != "" {
			c.app = 5
		}
		if re := resends(x); re != "" {
			told = max(told, text.Width(string(x.Origin))+2+text.Width(re)+2+text.Width(string(x.Outcome)))
		}
	}
	c.origin = c.id+timeDate+2+4+c.app+told <= w-2*draw.Margin
	return c
}

// try draws one delivery of a message: id, time, status and origin.
func try(d *draw.Doc, m *model, x *webhook.Delivery, c tryColumns, open bool) {
	st := &m.styles
	l := d.NewLine()
	symbol, look := st.mark(x)
	id := st.Text
	if open {
		id = st.Strong
	}
	status := number(x.Answer.Status)
	if x.Answer.Status == 0 {
		status = ""
	}
	l.Fit(id, "#"+strconv.FormatInt(x.ID, 10), c.id).Fit(st.Dim, when(x.At, m.now, timeDate-1), timeDate)
	l.Fit(look, symbol, 2).Fit(st.ourLook(x, look), status, 4)
	l.Fit(st.appLook(x), appStatusText(x), c.app)
	re := resends(x)
	if c.origin || re == "" {
		l.Put(st.Dim, string(x.Origin))
		if re != "" {
			l.Gap(2)
		}
	}
	l.Put(st.Resent, re)
	if gone := string(x.Outcome); gone != "" {
		l.Put(st.Dim, "  "+gone)
	}
	d.Add(l)
}
