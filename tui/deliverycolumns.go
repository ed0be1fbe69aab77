package tui

import (
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// columns are the widths of the deliveries' columns, each with the space after
// it (but kind); 0 is a column without room. If there is too little room for
// the subject and the type, columns are dropped in a fixed order: the id, the
// duration, the hundredths of a second, the app's response, the subject, the time.
type columns struct {
	id, time, app, kind, took int
	// subject is the column of the user's e-mail address or, if there is more to
	// say, what became of the delivery (outcomeSummary).
	subject int
}

// needs is how wide the rows of a list need their columns.
type needs struct {
	id, kind, subject int
	app               bool // an app answered one of them, or there is one now
	dated             bool // one of them is not of today
}

const (
	// fixed is the width that every row takes: the marker, the symbol, the
	// status and the spaces after them and after the type.
	fixed = 1 + 2 + 4 + 1

	minKind, usualKind, maxKind = 12, 19, 34
	minSubject, maxSubject      = 12, 34

	timeDate, timeFine, timeShort = 13, 12, 9
	appWidth, tookWidth           = 5, 6
)

// need measures rows: all that are in memory, so that the columns stay still
// while scrolling.
func need(rows []webhook.Delivery, now time.Time) needs {
	n := needs{kind: minKind, subject: minSubject}
	for i := range rows {
		d := &rows[i]
		kind := text.Width(text.Printable(eventName(d)))
		if re := resends(d); re != "" {
			kind += 2 + len(re)
		}
		n.kind = max(n.kind, min(kind, maxKind))
		n.subject = max(n.subject, min(text.Width(text.Printable(outcomeSummary(d))), maxSubject))
		n.app = n.app || d.AppStatus > 0 || d.AppFailure != ""
		n.dated = n.dated || !sameDay(d.At, now)
	}
	if len(rows) > 0 {
		n.id = 2 + len(strconv.FormatInt(rows[0].ID, 10))
	}
	return n
}

// from returns new widths after old ones: they grow at once and shrink only if
// it gains much.
func (n needs) from(was needs) needs {
	const worth = 3
	n.id = max(n.id, was.id)
	if n.kind < was.kind && n.kind+worth >= was.kind {
		n.kind = was.kind
	}
	if n.subject < was.subject && n.subject+worth >= was.subject {
		n.subject = was.subject
	}
	return n
}

func layColumns(w int, n needs) columns {
	w-- // a blank at the right
	c := columns{id: n.id, time: timeFine, took: tookWidth}
	if n.dated {
		c.time = timeDate
	}
	if n.app {
		c.app = appWidth
	}
	rest := func() int { return w - fixed - c.id - c.time - c.app - c.took }
	for _, drop := range []func(){func() { c.id = 0 }, func() { c.took = 0 }, func() { c.time = timeShort }} {
		if rest() >= min(n.kind, usualKind)+n.subject {
			break
		}
		drop()
	}
	if rest() < minKind+minSubject {
		c.app = 0
	}
	if rest() < minKind+minSubject {
		if c.kind = max(rest(), 0); c.kind < minKind {
			c.kind, c.time = max(rest()+c.time, 0), 0
		}
		return c
	}
	c.kind = min(n.kind, max(rest()-n.subject, minKind))
	c.subject = rest() - c.kind
	return c
}

func sameDay(t, now time.Time) bool {
	t = t.In(now.Location())
	return t.YearDay() == now.YearDay() && t.Year() == now.Year()
}

// when returns the time of a delivery in at most w cells: the time of day if it
// is from today, else the date with as much of the time as fits.
func when(t, now time.Time, w int) string {
	t = t.In(now.Location())
	switch short := w < timeFine-1; {
	case sameDay(t, now):
		return text.Clock(t, !short)
	case t.Year() != now.Year() && short:
		return t.Format("Jan 2006")
	case t.Year() != now.Year():
		return t.Format("2006-01-02")
	case w < timeDate-1:
		return t.Format("Jan _2")
	}
	return t.Format("Jan _2 15:04")
}
