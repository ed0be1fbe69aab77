package main

import (
	"fmt"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

// driftLine is a user that is not, or was not, in step.
type driftLine struct {
	Kind   string        `json:"kind"`
	State  webhook.Drift `json:"state"`
	UserID string        `json:"user_id"`
	Here   *string       `json:"here"`
	There  *string       `json:"there"`
	Fixed  bool          `json:"fixed"`
	// Note is why it stays.
	Note *string `json:"note"`
}

func driftLines(list []webhook.Departure) []driftLine {
	lines := make([]driftLine, len(list))
	for i, d := range list {
		lines[i] = driftLine{Kind: "drift", State: d.State, UserID: d.UserID, Here: absent(d.Here), There: absent(d.There)}
		switch {
		case d.State == webhook.DriftDeletedHere:
			lines[i].Note = absent("a deletion here is final: a new database that drift --fix fills has it again")
		case d.State == webhook.DriftEmail && d.There == "":
			lines[i].Note = absent("no address at Clerk, and a row cannot be without one")
		}
	}
	return lines
}

// printDrift says what is not in step, and the sum. What is left is exit code 1.
func (p *program) printDrift(s *settings, c *comparison, lines []driftLine, fix bool) error {
	w, left := p.colour(p.stdout, s), 0
	for _, line := range lines {
		if !line.Fixed {
			left++
		}
		if s.json {
			if err := ndjson(p.stdout, line); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, driftText(line, fix)); err != nil {
			return err
		}
	}
	if !s.json {
		if _, err := fmt.Fprintln(w, c.sum(len(lines), left, fix)); err != nil {
			return err
		}
	}
	if left > 0 {
		return errSilent // the lines say it
	}
	return nil
}

// driftText is a difference in a line:
//
//	≠ user_2ab…  email  old@example.com → new@example.com  fixed
func driftText(l driftLine, fix bool) string {
	mark, says := "?", ""
	here, there := addressText(l.Here), addressText(l.There)
	switch l.State {
	case webhook.DriftMissing:
		mark, says = "+", there
	case webhook.DriftExtra:
		mark, says = "-", here
	case webhook.DriftEmail:
		mark, says = "≠", here+" → "+there
	case webhook.DriftDeletedHere:
		mark, says = "†", there
	}
	style := bad
	if l.Fixed {
		style = good
	}
	text := fmt.Sprintf("%s %-32s %-12s %s", style.Render(mark), tui.Printable(l.UserID), l.State, says)
	switch {
	case l.Fixed:
		text += "  " + good.Render("fixed")
	case fix && l.Note != nil:
		text += "  " + bad.Render("not fixed") + ": " + tui.Printable(*l.Note)
	case fix:
		text += "  " + bad.Render("not fixed")
	case l.Note != nil:
		text += faint.Render("  " + tui.Printable(*l.Note))
	}
	return text
}

func addressText(email *string) string {
	if email == nil {
		return "(none)"
	}
	return tui.Printable(*email)
}

// sum is the last line.
func (c *comparison) sum(all, left int, fix bool) string {
	text := fmt.Sprintf("%s at Clerk", plural(c.there, "user"))
	if c.addressless > 0 {
		text += fmt.Sprintf(", %d of them without an e-mail address and so without a row", c.addressless)
	}
	text += fmt.Sprintf("; %d here: ", c.living)
	switch {
	case all == 0:
		return text + "in step"
	case !fix:
		return text + plural(all, "difference") + "; hooktop drift --fix brings them in step"
	case left == 0:
		return text + plural(all, "difference") + ", all fixed"
	}
	return text + fmt.Sprintf("%s, %d fixed, %d left", plural(all, "difference"), all-left, left)
}
