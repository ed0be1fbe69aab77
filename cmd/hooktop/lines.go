package main

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
	good  = lipgloss.NewStyle().Foreground(lipgloss.Blue)
	bad   = lipgloss.NewStyle().Foreground(lipgloss.Yellow).Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
)

// clockText is a time of day, and the date where it is not today's.
func clockText(at time.Time) string {
	at = at.Local()
	if now := time.Now(); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("15:04:05.00")
}

// deliveryText is a delivery in a line:
//
//	12:04:05.91  #1023 ✗ 400 user.updated  wrong-secret  hooktop show 1023 says why
func deliveryText(d webhook.Delivery) string {
	line := deliveryHead(d)
	if !d.Verdict.Verified && d.Verdict.Code != "" {
		line += faint.Render(fmt.Sprintf("  hooktop show %d says why", d.ID))
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
		faint.Render(clockText(d.At)),
		fmt.Sprintf("%6s", fmt.Sprintf("#%d", d.ID)),
		style.Render(fmt.Sprintf("%s %s", mark, statusText(d))),
	}
	if d.Answer.Status != 0 && d.AppError != "" {
		parts = append(parts, bad.Render("→✗"))
	} else if d.Answer.Status != 0 && d.AppStatus != 0 {
		parts = append(parts, appStyle(d.AppStatus).Render(fmt.Sprintf("→%d", d.AppStatus)))
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

func appStyle(status int) lipgloss.Style {
	if status < 200 || status > 299 {
		return bad
	}
	return good
}

// saying is the outcome, or the cause of a rejection.
func saying(d webhook.Delivery) string {
	switch {
	case !d.Verdict.Verified && d.Verdict.Code != "":
		return bad.Render(string(d.Verdict.Code))
	case d.Outcome == "":
		return faint.Render("sent to the app")
	case d.Outcome == webhook.Duplicate && d.Note != "":
		return faint.Render(text.Printable(d.Note)) // it says the outcome, too
	case d.Note != "":
		return faint.Render(string(d.Outcome) + ": " + text.Printable(d.Note))
	}
	return faint.Render(string(d.Outcome))
}

// symbol returns the character that stands for where a delivery stands, as in
// the dashboard's rows, and its style.
func symbol(s webhook.Standing) (string, lipgloss.Style) {
	switch s {
	case webhook.StandingRejected, webhook.StandingResendFailed, webhook.StandingNotApplied, webhook.StandingAppFailed:
		return s.Symbol(), bad
	case webhook.StandingDuplicate, webhook.StandingStale, webhook.StandingNoEffect:
		return s.Symbol(), faint
	default:
		return s.Symbol(), good
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

// forwardText is a forward in a line, below its delivery.
func forwardText(f webhook.Forward) string {
	head := fmt.Sprintf("%s %6s ", faint.Render(clockText(f.At)), fmt.Sprintf("#%d", f.DeliveryID))
	if f.Status == 0 {
		return head + bad.Render("→ ✗") + " " + text.Printable(f.Target) + " " + text.Printable(f.Error)
	}
	return head + appStyle(f.Status).Render(fmt.Sprintf("→ %d", f.Status)) + fmt.Sprintf(" %s %s", text.Printable(f.Target), duration(f.Duration))
}

func duration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", ndjson.Milliseconds(d))
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
