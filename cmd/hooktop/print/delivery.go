package print

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
)

// Time returns a time of day, with the date unless it is today.
func Time(at time.Time) string {
	at = at.Local()
	if now := time.Now(); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("15:04:05.00")
}

// DeliveryLine returns a delivery in a line:
//
//	12:04:05.91  #1023 ✗ 400 user.updated  wrong-secret  hooktop show 1023 says why
func DeliveryLine(d webhook.Delivery) Text {
	line := deliveryHead(d)
	if !d.Verdict.Verified && d.Verdict.Code != "" && d.Failed() {
		line = Join("  ", line, Faint(Sprintf("hooktop show %d says why", d.ID)))
	}
	return line
}

func deliveryHead(d webhook.Delivery) Text {
	mark, style := symbol(d.Standing())
	parts := []Text{
		Faint(Time(d.At)),
		Sprintf("%6s", fmt.Sprintf("#%d", d.ID)),
		style(Sprintf("%s %s", mark, statusText(d))),
	}
	if d.Answer.Status != 0 && d.AppFailure != "" {
		parts = append(parts, Bad("→✗"))
	} else if d.Answer.Status != 0 && d.AppStatus != 0 {
		parts = append(parts, StatusStyle(d.AppStatus)(Sprintf("→%d", d.AppStatus)))
	}
	parts = append(parts, Sprintf("%-14s", cmp.Or(d.Type, "?")))
	if d.ParentID != 0 {
		parts = append(parts, Sprintf("re #%d", d.ParentID))
	}
	if who := cmp.Or(d.Email, d.UserID); who != "" {
		parts = append(parts, Sprintf("%s", who))
	}
	return Join(" ", append(parts, outcomeWord(d))...)
}

// StatusStyle returns the style of an app's status.
func StatusStyle(status int) Style {
	if status < 200 || status > 299 {
		return Bad
	}
	return Good
}

// outcomeWord returns the outcome or the cause of a rejection or, once that was dealt
// with, how.
func outcomeWord(d webhook.Delivery) Text {
	done := resolution.Text(d)
	switch {
	case done != "":
		return Faint(done)
	case !d.Verdict.Verified && d.Verdict.Code != "":
		return Bad(string(d.Verdict.Code))
	case d.Outcome == "":
		return Faint("sent to the app")
	case d.Outcome == webhook.Duplicate && d.Note != "":
		return Faint(d.Note) // it says the outcome, too
	case d.Note != "":
		return Faint(Sprintf("%s: %s", d.Outcome, d.Note))
	}
	return Faint(string(d.Outcome))
}

// symbol returns the character that stands for where a delivery stands, as in
// the dashboard's rows, and its style.
func symbol(s webhook.Standing) (string, Style) {
	switch s {
	case webhook.StandingRejected, webhook.StandingResendFailed, webhook.StandingNotApplied, webhook.StandingAppFailed:
		return s.Symbol(), Bad
	case webhook.StandingDuplicate, webhook.StandingStale, webhook.StandingNoEffect, webhook.StandingResolved, webhook.StandingAcknowledged:
		return s.Symbol(), Faint
	default:
		return s.Symbol(), Good
	}
}

// statusText returns the status that hooktop answered, the app's for a resend to
// it, or dashes.
func statusText(d webhook.Delivery) string {
	if status := cmp.Or(d.Answer.Status, d.AppStatus); status != 0 {
		return fmt.Sprint(status)
	}
	return "---"
}

// ForwardLine returns a forward in a line, below its delivery.
func ForwardLine(f webhook.Forward) Text {
	head := Sprintf("%s %6s", Faint(Time(f.At)), fmt.Sprintf("#%d", f.DeliveryID))
	if f.Status == 0 {
		return Sprintf("%s %s %s %s", head, Bad("→ ✗"), f.Target, f.Error)
	}
	return Sprintf("%s %s %s %s", head, StatusStyle(f.Status)(Sprintf("→ %d", f.Status)), f.Target, Duration(f.Duration))
}

// Duration returns how long something took, in milliseconds.
func Duration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", ndjson.Milliseconds(d))
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// Indent puts spaces before each line of a text.
func Indent(t Text, spaces int) Text {
	if t.IsEmpty() {
		return t
	}
	pad := strings.Repeat(" ", spaces)
	return Text{pad + strings.ReplaceAll(t.safe, "\n", "\n"+pad)}
}
