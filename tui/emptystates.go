package tui

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// empty shows what to do when the list is empty.
func (l *deliveries) empty(m *model) []draw.Styled {
	d := draw.NewDoc(&m.styles.Styles, l.w)
	if !l.loaded {
		return nil
	}
	d.Skip()
	if m.bar.text != "" {
		l.noHit(m, d)
	} else if l.cause != "" {
		d.Item(m.styles.OK, "✓", m.styles.Strong, "No failures with this cause are left", 0)
		d.Break()
		d.Item(m.styles.Key, "esc", m.styles.Text, "shows all causes", 1)
	} else if l.failures {
		m.noFailures(d)
	} else {
		m.noDeliveries(d)
	}
	return d.First(l.h)
}

// noHit shows what was searched for, and how far.
func (l *deliveries) noHit(m *model, d *draw.Doc) {
	st := &m.styles
	what := "No delivery matches"
	if l.failures {
		what = "No failure matches"
	}
	if !l.last || !l.first {
		d.Item(st.Accent, m.spinner(), st.Strong, "Searching, down to #"+text.Grouped(max(l.search.low, 1))+" so far", 0)
		what = "No match yet for"
	} else {
		d.Item(st.Dim, "○", st.Strong, what, 0)
		what = ""
	}
	d.Break()
	if what != "" {
		d.Text(st.Dim, what, 1)
	}
	d.Text(st.Accent, m.bar.text, 1)
	d.Break()
	if m.bar.open {
		d.Item(st.Key, "esc", st.Text, "goes back to the previous filter", 1)
		return
	}
	d.Item(st.Key, "esc", st.Text, "clears the filter", 1)
	d.Item(st.Key, "/", st.Text, "edits it", 1)
}

func (m *model) noFailures(d *draw.Doc) {
	st := &m.styles
	if m.counts.Deliveries == 0 {
		d.Item(st.Dim, "○", st.Strong, "No failures: nothing has arrived yet", 0)
		d.Break()
		d.Item(st.Key, "t", st.Text, "sends a signed test event", 1)
		return
	}
	d.Item(st.OK, "✓", st.Strong, "No failures", 0)
	d.Break()
	all := "The only delivery was verified and accepted."
	if m.counts.Deliveries > 1 {
		all = "All " + text.Grouped(m.counts.Deliveries) + " deliveries verified and were accepted."
	}
	d.Text(st.Text, all, 0)
	d.Break()
	d.Text(st.Dim, "Deliveries that hooktop or your app rejects are listed here, with the cause and the fix.", 0)
}

func (m *model) noDeliveries(d *draw.Doc) {
	st := &m.styles
	d.Item(st.Accent, "○", st.Strong, "Waiting for the first delivery", 0)
	d.Break()
	if len(m.deps.Events) > 0 {
		d.Item(st.Key, "t", st.Text, "sends a signed test event right now", 1)
	}
	url := m.webhookURL()
	switch {
	case m.conn.Kind == Pull && m.conn.State == Live:
		d.Text(st.Text, "Clerk's messages are read as they are sent: change a user in the Clerk Dashboard.", 1)
	case m.conn.public() && m.canRegister() && m.setup.Registered == nil:
		d.Item(st.Key, "E", st.Text, "registers this URL at Clerk (experimental)", 1)
		d.Text(st.Accent, url, 3)
		d.Item(st.Key, "4", st.Dim, "all steps to the first delivery", 1)
	case m.conn.public() && m.setup.Registered != nil:
		d.Text(st.Text, "Clerk sends here: sign up in your app, or change a user in the Clerk Dashboard.", 1)
		d.Item(st.Key, "4", st.Dim, "has Clerk send an example", 1)
	case m.conn.State == Live || m.conn.State == Own:
		d.Item(st.Key, "o", st.Text, "opens the Clerk Dashboard: Webhooks → Add Endpoint, then paste", 1)
		d.Text(st.Accent, url, 3)
		d.Item(st.Key, "y", st.Dim, "copies it", 1)
	default:
		if url != "" {
			d.Break()
			d.Text(st.Dim, "Listening on", 1)
			d.Text(st.Accent, url, 1)
		}
		d.Break()
		d.Item(st.Key, "4", st.Text, "finishes setup, so that Clerk can reach this machine", 1)
	}
	d.Break()
	if len(m.setup.Apps) == 0 {
		d.Text(st.Dim, "Press F to forward each one to your app.", 1)
	} else {
		d.Text(st.Dim, "Each is forwarded to "+strings.Join(m.setup.urls(), ", ")+".", 1)
	}
}

func (u *users) empty(m *model) []draw.Styled {
	if !u.loaded {
		return nil
	}
	st := &m.styles
	d := draw.NewDoc(&st.Styles, u.w)
	d.Skip()
	if m.counts.Deleted > 0 && !u.deleted {
		d.Text(st.Strong, "All users are deleted", 0)
		d.Break()
		d.Item(st.Key, "d", st.Text, "shows them", 1)
		return d.First(u.h + 1)
	}
	d.Item(st.Accent, "○", st.Strong, "No users yet", 0)
	d.Break()
	d.Text(st.Text, "The first verified user.created adds a row here; later events keep it in sync with Clerk.", 0)
	d.Break()
	d.Item(st.Key, "t", st.Text, "sends one, signed", 1)
	if slices.Contains(m.deps.Events, subscribing) {
		d.Text(st.Dim, "or pick "+subscribing+": a user who subscribes, changes plan and cancels", 3)
	}
	d.Break()
	if m.setup.Database != "" {
		d.Text(st.Dim, `The table is "User" in `+m.setup.Database+", as Prisma names it.", 0)
	}
	return d.First(u.h + 1)
}
