package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// styles are the styles of the dashboard, and how a delivery looks in them.
type styles struct{ draw.Styles }

// mark returns the symbol of a delivery and its style.
func (st *styles) mark(d *webhook.Delivery) (symbol string, look draw.Style) {
	return st.standing(d.Standing())
}

// markHere returns the symbol of a delivery whatever the app responded.
func (st *styles) markHere(d *webhook.Delivery) (symbol string, look draw.Style) {
	return st.standing(d.StandingHere())
}

// standing returns the symbol of a standing and its style.
func (st *styles) standing(s webhook.Standing) (symbol string, look draw.Style) {
	switch s {
	case webhook.StandingRejected, webhook.StandingResendFailed:
		look = st.Bad
	case webhook.StandingNotApplied, webhook.StandingAppFailed:
		look = st.Warn
	case webhook.StandingResent:
		look = st.Resent
	case webhook.StandingStale, webhook.StandingDuplicate, webhook.StandingNoEffect,
		webhook.StandingResolved, webhook.StandingAcknowledged:
		look = st.Dim
	default:
		look = st.OK
	}
	return s.Symbol(), look
}

// number returns an HTTP status in three cells.
func number(status int) string {
	if status <= 0 {
		return "  –"
	}
	return strconv.Itoa(status)
}

// appStatusText returns the app's response in four cells.
func appStatusText(d *webhook.Delivery) string {
	switch {
	case d.AppStatus > 0:
		return "→" + strconv.Itoa(d.AppStatus)
	case d.AppFailure == "":
		return ""
	case d.AppFailure == webhook.Timeout:
		return "→t/o"
	default:
		return "→err"
	}
}

// eventName returns the type of a delivery's event or, if it could not be read,
// the request line.
func eventName(d *webhook.Delivery) string {
	if d.Type != "" {
		return d.Type
	}
	if d.Method != "" {
		return d.Method + " " + d.URL
	}
	return "no event type"
}

// outcomeSummary returns the subject column of a row: the user or, if there is
// more to say, what became of the delivery.
func outcomeSummary(d *webhook.Delivery) string {
	switch d.Outcome {
	case webhook.Rejected:
		return text.OrNone(string(d.Verdict.Code))
	case webhook.Conflict:
		if d.Provider == "stripe" {
			return "customer-conflict"
		}
		return "conflict"
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
		return subjectOf(d)
	}
}

// subjectOf returns the user that a delivery is about, or why it got nowhere.
func subjectOf(d *webhook.Delivery) string {
	if d.Origin == webhook.Resend && d.AppFailure != "" {
		return d.AppError
	}
	for _, s := range []string{d.Email, d.UserID, d.Note} {
		if s != "" {
			return s
		}
	}
	return "—"
}

// rowLook is how a row stands out: selected, in the focused pane, marked, or
// with the latest one-time code.
type rowLook struct {
	selected, focused, marked bool
	code                      string
}

// deliveryRow draws a delivery in exactly w cells.
func (st *styles) deliveryRow(d *webhook.Delivery, w int, c columns, now time.Time, look rowLook) draw.Styled {
	l := draw.NewLine(w)
	quiet, plain := st.Dim, st.Text
	if look.selected {
		l.Under = st.Row
	}
	st.marker(l, look)
	if c.id > 0 {
		l.Fit(quiet, "#"+strconv.FormatInt(d.ID, 10), c.id)
	}
	if c.time > 0 {
		l.Fit(quiet, when(d.At, now, c.time-1), c.time)
	}
	symbol, mark := st.mark(d)
	l.Fit(mark, symbol, 2)
	said := appStatusText(d)
	switch {
	case d.Answer.Status > 0:
		l.Fit(st.ourLook(d, mark), number(d.Answer.Status), 4)
	case c.app > 0:
		l.Fit(quiet, "", 4)
	case d.AppStatus > 0:
		l.Fit(mark, number(d.AppStatus), 4)
	default:
		l.Fit(mark, strings.TrimPrefix(said, "→"), 4)
	}
	if c.app > 0 {
		l.Fit(st.appLook(d), said, c.app)
	}
	if hasNoEffect(d) {
		plain = quiet
	}
	told := st.kind(l, d, c, plain)
	if c.subject > 0 {
		st.summary(l, d, c, look.code, told)
	}
	if c.took > 0 {
		l.FitRight(quiet, text.Took(d.Duration), c.took)
	}
	return l.Styled()
}

// summary draws the subject column. told says that the row already shows which
// delivery it resends.
func (st *styles) summary(l *draw.Line, d *webhook.Delivery, c columns, code string, told bool) {
	tint, what := st.Text, outcomeSummary(d)
	done := resolution.Text(*d)
	switch {
	case done != "":
		tint, what = st.Dim, done
	case d.Failed() && d.AppFailure != "" && d.Origin != webhook.Resend && !d.Refused():
		tint, what = st.Warn, string(d.Cause())
	case d.Outcome == webhook.Rejected:
		tint = st.Bad
	case d.StandingHere() == webhook.StandingNotApplied:
		tint = st.Warn
	case hasNoEffect(d):
		tint = st.Dim
	}
	if code != "" {
		tint, what = st.Strong, "code "+code
	}
	if c.app == 0 && appFailed(d) && done == "" {
		what = "your app: " + strings.TrimPrefix(appStatusText(d), "→")
	}
	if re := resends(d); !told && what == none {
		what = re
	} else if !told && text.Width(text.Printable(what))+2+len(re) < c.subject {
		what += "  " + re
	}
	l.Fit(tint, what, c.subject)
}

func (st *styles) marker(l *draw.Line, look rowLook) {
	switch {
	case look.selected && look.marked && look.focused:
		l.Fit(st.Brand, "◆", 1)
	case look.selected && look.marked:
		l.Fit(st.Dim, "◇", 1)
	case look.marked:
		l.Fit(st.Brand, "●", 1)
	case look.selected && look.focused:
		l.Fit(st.Brand, "▶", 1)
	case look.selected:
		l.Fit(st.Dim, "▷", 1)
	default:
		l.Gap(1)
	}
}

// kind draws the event type, followed by the delivery that it resends; told is
// false if there was no room for that.
func (st *styles) kind(l *draw.Line, d *webhook.Delivery, c columns, look draw.Style) (told bool) {
	w := c.kind
	if re := resends(d); re != "" {
		what := text.Printable(eventName(d))
		gap := 2
		if text.Width(what)+gap+len(re) > w {
			gap = 1
		}
		if room := w - gap - len(re); room >= 8 {
			what = text.Cut(what, room)
			l.Put(look, what).Gap(gap).Fit(st.Resent, re, w-text.Width(what)-gap)
			l.Gap(1)
			return true
		}
	}
	l.Fit(look, endingIn(text.Printable(eventName(d)), w), w)
	l.Gap(1)
	return d.ParentID == 0
}

// endingIn shortens an event type to w cells and keeps its last word:
// customer.sub…updated. It cuts other text at the end.
func endingIn(kind string, w int) string {
	least := text.Width("use…")
	last := kind[strings.LastIndex(kind, ".")+1:]
	if room := w - text.Width(last); text.Width(kind) > w && last != kind && room >= least {
		return text.Cut(kind[:len(kind)-len(last)], room) + last
	}
	return kind
}

// resends returns the mark of a resend: which delivery it resends.
func resends(d *webhook.Delivery) string {
	if d.ParentID == 0 {
		return ""
	}
	return "re #" + strconv.FormatInt(d.ParentID, 10)
}

// appFailed reports whether it was the app that failed, and not hooktop.
func appFailed(d *webhook.Delivery) bool {
	return d.Answer.Status > 0 && d.Answer.Status < 300 && (d.AppFailure != "" || d.AppStatus >= 300)
}

// hasNoEffect reports whether a delivery changed nothing, as expected.
func hasNoEffect(d *webhook.Delivery) bool {
	switch d.Outcome {
	case webhook.Stale, webhook.Duplicate, webhook.Unhandled, webhook.Unlinked:
		return true
	default:
		return false
	}
}

func (st *styles) ourLook(d *webhook.Delivery, mark draw.Style) draw.Style {
	if !d.ReverifiedAt.IsZero() {
		return st.Dim // what it was told no longer counts
	}
	if d.Answer.Status < 400 && mark != st.Dim {
		return st.OK
	}
	return mark
}

func (st *styles) appLook(d *webhook.Delivery) draw.Style {
	if d.HasFailed() && !d.Failed() {
		return st.Dim // it was dealt with
	}
	if d.AppFailure != "" || d.AppStatus >= 300 {
		return st.Bad
	}
	return st.OK
}
