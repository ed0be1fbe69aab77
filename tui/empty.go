package tui

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// empty teaches: there is nothing here yet, and this is how there will be.
func (l *deliveries) empty(m *model) []string {
	d := newDoc(&m.st, l.w)
	if !l.loaded {
		return nil
	}
	d.lines = append(d.lines, text.Spaces(l.w))
	if m.bar.text != "" {
		l.noHit(m, d)
	} else if l.cause != "" {
		d.mark(m.st.ok, "✓", m.st.strong, "No delivery fails for this cause any more", 0)
		d.blank()
		d.mark(m.st.key, "esc", m.st.text, "shows all causes", 1)
	} else if l.failures {
		m.noFailures(d)
	} else {
		m.noDeliveries(d)
	}
	return d.lines[:min(len(d.lines), l.h)]
}

// noHit says what was searched for, and how far.
func (l *deliveries) noHit(m *model, d *doc) {
	st := &m.st
	what := "No delivery matches"
	if l.failures {
		what = "No failure matches"
	}
	if !l.last || !l.first {
		d.mark(st.accent, m.spinner(), st.strong, "Searching, down to #"+text.Grouped(max(l.hunt.low, 1))+" so far", 0)
		what = "Nothing yet that matches"
	} else {
		d.mark(st.dim, "○", st.strong, what, 0)
		what = ""
	}
	d.blank()
	if what != "" {
		d.text(st.dim, what, 1)
	}
	d.text(st.accent, m.bar.text, 1)
	d.blank()
	if m.bar.open {
		d.mark(st.key, "esc", st.text, "goes back to what was shown before", 1)
		return
	}
	d.mark(st.key, "esc", st.text, "clears the filter", 1)
	d.mark(st.key, "/", st.text, "edits it", 1)
}

func (m *model) noFailures(d *doc) {
	st := &m.st
	if m.counts.Deliveries == 0 {
		d.mark(st.dim, "○", st.strong, "Nothing has failed: nothing has arrived", 0)
		d.blank()
		d.mark(st.key, "t", st.text, "sends a signed test event", 1)
		return
	}
	d.mark(st.ok, "✓", st.strong, "Nothing has failed", 0)
	d.blank()
	all := "All " + text.Plural(m.counts.Deliveries, "delivery that is kept") + " verified and did what they say."
	if m.counts.Deliveries > 1 {
		all = "All " + text.Grouped(m.counts.Deliveries) + " deliveries verified and were taken."
	}
	d.text(st.text, all, 0)
	d.blank()
	d.text(st.dim, "What is refused here, or by your app, comes to this tab with its cause and the fix.", 0)
}

func (m *model) noDeliveries(d *doc) {
	st := &m.st
	d.mark(st.accent, "○", st.strong, "Waiting for the first delivery", 0)
	d.blank()
	if len(m.d.Events) > 0 {
		d.mark(st.key, "t", st.text, "sends a signed test event right now", 1)
	}
	url := m.webhookURL()
	switch m.conn.State {
	case Live, Own:
		d.mark(st.key, "o", st.text, "opens the Clerk Dashboard: Webhooks → Add Endpoint, and paste there", 1)
		d.text(st.accent, url, 3)
		d.mark(st.key, "y", st.dim, "copies it", 1)
	default:
		if url != "" {
			d.blank()
			d.text(st.dim, "Listening on", 1)
			d.text(st.accent, url, 1)
		}
		d.blank()
		d.mark(st.key, "4", st.text, "says what is missing for Clerk to reach this machine", 1)
	}
	d.blank()
	if len(m.setup.Apps) == 0 {
		d.text(st.dim, "With --forward-to http://localhost:3000/… each goes on to your app, too.", 1)
	} else {
		d.text(st.dim, "Each goes on to "+strings.Join(m.setup.urls(), ", ")+".", 1)
	}
}

func (u *users) empty(m *model) []string {
	if !u.loaded {
		return nil
	}
	st := &m.st
	d := newDoc(st, u.w)
	d.lines = append(d.lines, text.Spaces(u.w))
	if m.counts.Deleted > 0 && !u.deleted {
		d.text(st.strong, "All users are deleted", 0)
		d.blank()
		d.mark(st.key, "d", st.text, "shows their tombstones", 1)
		return d.lines[:min(len(d.lines), u.h+1)]
	}
	d.mark(st.accent, "○", st.strong, "No users yet", 0)
	d.blank()
	d.text(st.text, "The first user.created that verifies makes a row here, and keeps it in step with Clerk from then on.", 0)
	d.blank()
	d.mark(st.key, "t", st.text, "sends one, signed", 1)
	if slices.Contains(m.d.Events, subscribing) {
		d.text(st.dim, "or "+subscribing+" there: a user who pays, changes the plan and cancels", 3)
	}
	d.blank()
	if m.setup.Database != "" {
		d.text(st.dim, `The table is "User" in `+m.setup.Database+", as Prisma has it.", 0)
	}
	return d.lines[:min(len(d.lines), u.h+1)]
}
