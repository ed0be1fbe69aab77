// Package print writes deliveries, users and findings as text for a terminal. It
// reads no database and sends nothing; objects for scripts are receiver/ndjson's.
package print

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// The colours of plain lines: the dashboard's, by name, so that they fit any
// terminal's palette. A symbol always says the same.
var (
	Good  = lipgloss.NewStyle().Foreground(lipgloss.Blue)
	Bad   = lipgloss.NewStyle().Foreground(lipgloss.Yellow).Bold(true)
	Faint = lipgloss.NewStyle().Faint(true)
)

// Time is a time of day, and the date where it is not today's.
func Time(at time.Time) string {
	at = at.Local()
	if now := time.Now(); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("15:04:05.00")
}

// DeliveryLine is a delivery in a line:
//
//	12:04:05.91  #1023 ✗ 400 user.updated  wrong-secret  hooktop show 1023 says why
func DeliveryLine(d webhook.Delivery) string {
	line := deliveryHead(d)
	if !d.Verdict.Verified && d.Verdict.Code != "" {
		line += Faint.Render(fmt.Sprintf("  hooktop show %d says why", d.ID))
	}
	return line
}

func deliveryHead(d webhook.Delivery) string {
	mark, style := symbol(d.Standing())
	event := d.Type
	if event == "" {
		event = "?"
	}
	parts := []string{
		Faint.Render(Time(d.At)),
		fmt.Sprintf("%6s", fmt.Sprintf("#%d", d.ID)),
		style.Render(fmt.Sprintf("%s %s", mark, statusText(d))),
	}
	if d.Answer.Status != 0 && d.AppFailure != "" {
		parts = append(parts, Bad.Render("→✗"))
	} else if d.Answer.Status != 0 && d.AppStatus != 0 {
		parts = append(parts, AppStyle(d.AppStatus).Render(fmt.Sprintf("→%d", d.AppStatus)))
	}
	parts = append(parts, fmt.Sprintf("%-14s", text.Printable(event)))
	if d.ParentID != 0 {
		parts = append(parts, fmt.Sprintf("re #%d", d.ParentID))
	}
	if d.Email != "" {
		parts = append(parts, text.Printable(d.Email))
	} else if d.UserID != "" {
		parts = append(parts, text.Printable(d.UserID))
	}
	return strings.Join(append(parts, saying(d)), " ")
}

func AppStyle(status int) lipgloss.Style {
	if status < 200 || status > 299 {
		return Bad
	}
	return Good
}

// saying is the outcome, or the cause of a rejection.
func saying(d webhook.Delivery) string {
	switch {
	case !d.Verdict.Verified && d.Verdict.Code != "":
		return Bad.Render(string(d.Verdict.Code))
	case d.Outcome == "":
		return Faint.Render("sent to the app")
	case d.Outcome == webhook.Duplicate && d.Note != "":
		return Faint.Render(text.Printable(d.Note)) // it says the outcome, too
	case d.Note != "":
		return Faint.Render(string(d.Outcome) + ": " + text.Printable(d.Note))
	}
	return Faint.Render(string(d.Outcome))
}

// symbol returns the character that stands for where a delivery stands, as in
// the dashboard's rows, and its style.
func symbol(s webhook.Standing) (string, lipgloss.Style) {
	switch s {
	case webhook.StandingRejected, webhook.StandingResendFailed, webhook.StandingNotApplied, webhook.StandingAppFailed:
		return s.Symbol(), Bad
	case webhook.StandingDuplicate, webhook.StandingStale, webhook.StandingNoEffect:
		return s.Symbol(), Faint
	default:
		return s.Symbol(), Good
	}
}

// statusText is our answer's status, the app's for a resend to it, or dashes.
func statusText(d webhook.Delivery) string {
	status := d.Answer.Status
	if status == 0 {
		status = d.AppStatus
	}
	if status == 0 {
		return "---"
	}
	return fmt.Sprint(status)
}

// ForwardLine is a forward in a line, below its delivery.
func ForwardLine(f webhook.Forward) string {
	head := fmt.Sprintf("%s %6s ", Faint.Render(Time(f.At)), fmt.Sprintf("#%d", f.DeliveryID))
	if f.Status == 0 {
		return head + Bad.Render("→ ✗") + " " + text.Printable(f.Target) + " " + text.Printable(f.Error)
	}
	return head + AppStyle(f.Status).Render(fmt.Sprintf("→ %d", f.Status)) + fmt.Sprintf(" %s %s", text.Printable(f.Target), Duration(f.Duration))
}

func Duration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", ndjson.Milliseconds(d))
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
