package main

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

// The colours of plain lines: the dashboard's, by name, so that they fit any
// terminal's palette. A symbol always says the same.
var (
	good  = lipgloss.NewStyle().Foreground(lipgloss.Blue)
	bad   = lipgloss.NewStyle().Foreground(lipgloss.Yellow).Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
)

// deliveryText is a delivery in a line:
//
//	12:04:05.91  #1023 ✗ 400 user.updated  wrong-secret  Signed with another secret
func deliveryText(d webhook.Delivery) string {
	mark, style := symbol(d)
	event := d.Type
	if event == "" {
		event = "?"
	}
	parts := []string{
		faint.Render(d.At.Local().Format("15:04:05.00")),
		fmt.Sprintf("%6s", fmt.Sprintf("#%d", d.ID)),
		style.Render(fmt.Sprintf("%s %s", mark, statusText(d))),
		fmt.Sprintf("%-14s", tui.Printable(event)),
	}
	if d.ParentID != 0 {
		parts = append(parts, fmt.Sprintf("re #%d", d.ParentID))
	}
	if d.Email != "" {
		parts = append(parts, tui.Printable(d.Email))
	} else if d.UserID != "" {
		parts = append(parts, tui.Printable(d.UserID))
	}
	parts = append(parts, saying(d))
	return strings.Join(parts, " ")
}

// saying is the outcome, or the cause of a rejection.
func saying(d webhook.Delivery) string {
	switch {
	case !d.Verdict.Verified && d.Verdict.Code != "":
		return bad.Render(string(d.Verdict.Code)) + faint.Render(fmt.Sprintf("  hooktop show %d says why", d.ID))
	case d.Outcome == "":
		return faint.Render("sent to the app")
	case d.Outcome == webhook.Duplicate && d.Note != "":
		return faint.Render(tui.Printable(d.Note)) // it says the outcome, too
	case d.Note != "":
		return faint.Render(string(d.Outcome) + ": " + tui.Printable(d.Note))
	}
	return faint.Render(string(d.Outcome))
}

// symbol marks what became of a delivery, as the dashboard's rows do.
func symbol(d webhook.Delivery) (string, lipgloss.Style) {
	switch {
	case d.Origin == webhook.Resend && !d.Failed():
		return "↻", good
	case d.Outcome == webhook.Rejected || d.Outcome == "" && d.Failed():
		return "✗", bad
	case d.Outcome == webhook.Duplicate:
		return "=", faint
	case d.Outcome == webhook.Stale:
		return "~", faint
	case d.Outcome == webhook.Unhandled:
		return "·", faint
	case d.Answer.Status >= 400:
		return "!", bad
	}
	return "✓", good
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
	head := fmt.Sprintf("%s %6s ", faint.Render(f.At.Local().Format("15:04:05.00")), fmt.Sprintf("#%d", f.DeliveryID))
	if f.Status == 0 {
		return head + bad.Render("→ ✗") + " " + tui.Printable(f.Target) + " " + tui.Printable(f.Error)
	}
	style := good
	if f.Failed() {
		style = bad
	}
	return head + style.Render(fmt.Sprintf("→ %d", f.Status)) + fmt.Sprintf(" %s %s", tui.Printable(f.Target), duration(f.Duration))
}

func duration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", milliseconds(d))
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
