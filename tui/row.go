package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// columns are the widths of the deliveries' columns; 0 is a column that has no
// room. They are dropped in a fixed order: the duration, the hundredths of a
// second, what the app said, the text, the time.
type columns struct {
	time, app, kind, text, took int
}

// fixed is what every row has: the marker, the symbol, the status, and the
// blanks after them.
const fixed = 1 + 2 + 4

func layColumns(w int, app bool) columns {
	w-- // a blank at the right
	const leastKind, leastText = 16, 15
	c := columns{time: 12, took: 6}
	if app {
		c.app = 5
	}
	rest := func() int { return w - fixed - c.time - c.app - c.took - 1 }
	enough := func() bool { return rest() >= leastKind+leastText }
	if !enough() {
		c.took = 0
	}
	if !enough() {
		c.time = 9
	}
	if rest() < 14+10 {
		c.app = 0
	}
	if rest() < 14+8 {
		c.kind = max(rest()+1, 0)
		if c.kind < 12 {
			c.kind, c.time = max(c.kind+c.time, 0), 0
		}
		return c
	}
	c.kind = min(max(rest()*11/20, min(rest()-16, 20)), 34)
	c.text = rest() - c.kind
	return c
}

// mark is the symbol of a delivery and its look.
func (st *styles) mark(d *webhook.Delivery) (symbol, look string) {
	appFailed := d.AppStatus >= 300 || d.AppError != ""
	switch {
	case d.Origin == webhook.Resend && d.Failed():
		return "↻", st.bad
	case d.Origin == webhook.Resend:
		return "↻", st.resent
	case !d.Verdict.Verified:
		return "✗", st.bad
	case d.Outcome == webhook.Conflict, d.Outcome == webhook.MissingEmail, d.Outcome == webhook.Malformed, appFailed:
		return "!", st.warn
	case d.Outcome == webhook.Stale:
		return "~", st.dim
	case d.Outcome == webhook.Duplicate:
		return "=", st.dim
	case d.Outcome == webhook.Unhandled, d.Outcome == webhook.Unlinked:
		return "·", st.dim
	default:
		return "✓", st.ok
	}
}

// number is an HTTP status in three cells.
func number(status int) string {
	if status <= 0 {
		return "  –"
	}
	return strconv.Itoa(status)
}

// appSaid is the app's answer in four cells.
func appSaid(d *webhook.Delivery) string {
	switch {
	case d.AppStatus > 0:
		return "→" + strconv.Itoa(d.AppStatus)
	case d.AppError == "":
		return ""
	case timedOut(d.AppError):
		return "→t/o"
	default:
		return "→err"
	}
}

func timedOut(err string) bool {
	return strings.Contains(err, "timeout") || strings.Contains(err, "timed out") || strings.Contains(err, "deadline exceeded")
}

// kindOf is what a delivery is about: its event's type or, where that could not
// be read, its request line.
func kindOf(d *webhook.Delivery) string {
	if d.Type != "" {
		return d.Type
	}
	if d.Method != "" {
		return d.Method + " " + d.URL
	}
	return "no event type"
}

// gist is the text column: whom it is about or, where there is more to say than
// that, what became of it.
func gist(d *webhook.Delivery) string {
	switch d.Outcome {
	case webhook.Rejected:
		return orNone(string(d.Verdict.Code))
	case webhook.Conflict:
		return "email-conflict"
	case webhook.MissingEmail:
		return "missing-email"
	case webhook.Malformed:
		return "malformed"
	case webhook.Unhandled:
		return "not handled"
	case webhook.Unlinked:
		return "no user yet"
	case webhook.Stale:
		if d.Note != "" {
			return "stale, " + d.Note
		}
		return "stale"
	case webhook.Duplicate:
		if d.Note != "" {
			return d.Note
		}
		return "duplicate"
	default:
		return about(d)
	}
}

// about is whom a delivery is about, or why it got nowhere.
func about(d *webhook.Delivery) string {
	if d.Origin == webhook.Resend && d.AppError != "" {
		return d.AppError
	}
	for _, s := range []string{d.Email, d.UserID, d.Note} {
		if s != "" {
			return s
		}
	}
	return "—"
}

// rowLook is how a row is set apart: selected, and by whom.
type rowLook struct {
	selected, focused bool
}

// deliveryRow draws a delivery in exactly w cells.
func (st *styles) deliveryRow(d *webhook.Delivery, w int, c columns, where *time.Location, look rowLook) string {
	l := newLine(w)
	quiet, plain := st.dim, st.text
	if look.selected {
		l.base = st.row
	}
	st.marker(l, look)
	if c.time > 0 {
		l.fit(quiet, clock(d.At.In(where), c.time == 12), c.time)
	}
	symbol, mark := st.mark(d)
	l.fit(mark, symbol, 2)
	said := appSaid(d)
	switch {
	case d.Answer.Status > 0:
		l.fit(st.ours(d, mark), number(d.Answer.Status), 4)
	case c.app > 0:
		l.fit(quiet, "", 4)
	case d.AppStatus > 0:
		l.fit(mark, number(d.AppStatus), 4)
	default:
		l.fit(mark, strings.TrimPrefix(said, "→"), 4)
	}
	if c.app > 0 {
		l.fit(st.theirs(d), said, c.app)
	}
	if secondary(d) {
		plain = quiet
	}
	st.kind(l, d, c, plain)
	if c.text > 0 {
		tint := quiet
		if d.Outcome == webhook.Rejected {
			tint = st.bad
		} else if d.Outcome == webhook.Conflict || d.Outcome == webhook.MissingEmail || d.Outcome == webhook.Malformed {
			tint = st.warn
		} else if !secondary(d) {
			tint = plain
		}
		l.fit(tint, gist(d), c.text)
	}
	if c.took > 0 {
		l.fitRight(quiet, took(d.Duration), c.took)
	}
	return l.String()
}

func (st *styles) marker(l *line, look rowLook) {
	switch {
	case look.selected && look.focused:
		l.fit(st.brand, "▶", 1)
	case look.selected:
		l.fit(st.dim, "▷", 1)
	default:
		l.gap(1)
	}
}

// kind draws the type, with the delivery that it resends at the right.
func (st *styles) kind(l *line, d *webhook.Delivery, c columns, look string) {
	w := c.kind
	if d.ParentID > 0 {
		re := "re #" + strconv.FormatInt(d.ParentID, 10)
		if rw := len(re) + 2; w >= rw+8 {
			what := cut(printable(kindOf(d)), w-rw)
			l.put(look, what).gap(2).fit(st.resent, re, w-width(what)-2)
			l.gap(1)
			return
		}
	}
	l.fit(look, kindOf(d), w)
	l.gap(1)
}

// secondary says that a delivery changed nothing, as was to be expected.
func secondary(d *webhook.Delivery) bool {
	switch d.Outcome {
	case webhook.Stale, webhook.Duplicate, webhook.Unhandled, webhook.Unlinked:
		return true
	default:
		return false
	}
}

func (st *styles) ours(d *webhook.Delivery, mark string) string {
	if d.Answer.Status < 400 && mark != st.dim {
		return st.ok
	}
	return mark
}

func (st *styles) theirs(d *webhook.Delivery) string {
	if d.AppError != "" || d.AppStatus >= 300 {
		return st.bad
	}
	return st.ok
}
