package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// styles are the looks of the dashboard, with those of a delivery.
type styles struct{ draw.Styles }

// mark is the symbol of a delivery and its look.
func (st *styles) mark(d *webhook.Delivery) (symbol string, look draw.Style) {
	return st.standing(d.Standing())
}

// markHere is the mark that a delivery has whatever the app said.
func (st *styles) markHere(d *webhook.Delivery) (symbol string, look draw.Style) {
	return st.standing(d.StandingHere())
}

// standing is the symbol of a standing and its look.
func (st *styles) standing(s webhook.Standing) (symbol string, look draw.Style) {
	switch s {
	case webhook.StandingRejected, webhook.StandingResendFailed:
		look = st.Bad
	case webhook.StandingNotApplied, webhook.StandingAppFailed:
		look = st.Warn
	case webhook.StandingResent:
		look = st.Resent
	case webhook.StandingStale, webhook.StandingDuplicate, webhook.StandingNoEffect:
		look = st.Dim
	default:
		look = st.OK
	}
	return s.Symbol(), look
}

// number is an HTTP status in three cells.
func number(status int) string {
	if status <= 0 {
		return "  –"
	}
	return strconv.Itoa(status)
}

// appStatusText is the app's answer in four cells.
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

// eventName is what a delivery is about: its event's type or, where that could not
// be read, its request line.
func eventName(d *webhook.Delivery) string {
	if d.Type != "" {
		return d.Type
	}
	if d.Method != "" {
		return d.Method + " " + d.URL
	}
	return "no event type"
}

// outcomeSummary is the text column: whom it is about or, where there is more to say than
// that, what became of it.
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

// subjectOf is whom a delivery is about, or why it got nowhere.
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

// rowLook is how a row is set apart: selected, and by whom, and by the latest
// one-time code, where it is the one that carries it.
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
	if c.text > 0 {
		tint := quiet
		if d.Outcome == webhook.Rejected {
			tint = st.Bad
		} else if d.Outcome == webhook.Conflict || d.Outcome == webhook.MissingEmail || d.Outcome == webhook.Malformed {
			tint = st.Warn
		} else if !hasNoEffect(d) {
			tint = plain
		}
		what := outcomeSummary(d)
		if look.code != "" {
			tint, what = st.Strong, "code "+look.code
		}
		if c.app == 0 && appFailed(d) {
			what = "your app: " + strings.TrimPrefix(appStatusText(d), "→")
		}
		if re := resends(d); !told && what == none {
			what = re
		} else if !told && text.Width(text.Printable(what))+2+len(re) < c.text {
			what += "  " + re
		}
		l.Fit(tint, what, c.text)
	}
	if c.took > 0 {
		l.FitRight(quiet, text.Took(d.Duration), c.took)
	}
	return l.Styled()
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

// kind draws the type, with the delivery that it resends after it; told is
// false where there is no room for that.
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

// endingIn cuts an event's type to w cells so that what happened stays legible:
// customer.sub…updated. Other text is cut at its end.
func endingIn(kind string, w int) string {
	least := text.Width("use…")
	last := kind[strings.LastIndex(kind, ".")+1:]
	if room := w - text.Width(last); text.Width(kind) > w && last != kind && room >= least {
		return text.Cut(kind[:len(kind)-len(last)], room) + last
	}
	return kind
}

// resends is the mark of a resend: the delivery that it sends again.
func resends(d *webhook.Delivery) string {
	if d.ParentID == 0 {
		return ""
	}
	return "re #" + strconv.FormatInt(d.ParentID, 10)
}

// appFailed says whether the app, of the two, is the one that failed.
func appFailed(d *webhook.Delivery) bool {
	return d.Answer.Status > 0 && d.Answer.Status < 300 && (d.AppFailure != "" || d.AppStatus >= 300)
}

// hasNoEffect says that a delivery changed nothing, as was to be expected.
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
	if d.AppFailure != "" || d.AppStatus >= 300 {
		return st.Bad
	}
	return st.OK
}
