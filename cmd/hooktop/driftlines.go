package main

import (
	"fmt"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
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
		lines[i] = driftLine{Kind: "drift", State: d.State, UserID: d.UserID, Here: ndjson.Null(d.Here), There: ndjson.Null(d.There)}
		switch {
		case d.State == webhook.DriftDeletedHere:
			lines[i].Note = ndjson.Null("a deletion here is final: delete it at Clerk, too, or let drift --fix fill a new database (--db)")
		case d.State == webhook.DriftEmail && d.Unkept != "":
			lines[i].Note = ndjson.Null(d.Unkept + ": give it another at Clerk")
		case d.State == webhook.DriftEmail && d.There == "":
			lines[i].Note = ndjson.Null("no address at Clerk, and a row cannot be without one: give it one there, or delete it there")
		}
	}
	return lines
}

// foreseen are the lines with who keeps a fix from being taken.
func foreseen(lines []driftLine, holders map[string]string) []driftLine {
	for i, line := range lines {
		if holder := holders[line.UserID]; holder != "" {
			lines[i].Note = ndjson.Null(holder + " has this address here, and only one user can: give one of the two another at Clerk")
		}
	}
	return lines
}

// printDrift says what is not in step, and the sum. What is left is exit code 1.
func (p *program) printDrift(s *config.Settings, c *comparison, lines []driftLine, fix bool) error {
	w, left, hopeless := p.colour(p.stdout, s), 0, 0
	for _, line := range lines {
		if !line.Fixed {
			left++
			if line.Note != nil {
				hopeless++
			}
		}
		if s.JSON {
			if err := ndjson.Write(p.stdout, line); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, driftText(line, fix)); err != nil {
			return err
		}
	}
	if !s.JSON {
		if _, err := fmt.Fprintln(w, c.sum(len(lines), left, hopeless, fix)); err != nil {
			return err
		}
	}
	if left > 0 {
		return exit.ErrSilent // the lines say it
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
	style := print.Bad
	if l.Fixed {
		style = print.Good
	}
	out := fmt.Sprintf("%s %-32s %-12s %s", style.Render(mark), text.Printable(l.UserID), l.State, says)
	switch {
	case l.Fixed:
		out += "  " + print.Good.Render("fixed")
	case fix && l.Note != nil:
		out += "  " + print.Bad.Render("not fixed") + ": " + text.Printable(*l.Note)
	case fix:
		out += "  " + print.Bad.Render("not fixed")
	case l.Note != nil:
		out += print.Faint.Render("  " + text.Printable(*l.Note))
	}
	return out
}

func addressText(email *string) string {
	if email == nil {
		return "(none)"
	}
	return text.Printable(*email)
}

// sum is the last line. hopeless are those that a fix cannot mend.
func (c *comparison) sum(all, left, hopeless int, fix bool) string {
	out := fmt.Sprintf("%s at Clerk", text.Plural(c.there, "user"))
	if c.addressless > 0 {
		out += fmt.Sprintf(", %d of them without an e-mail address and so without a row", c.addressless)
	}
	if c.unkept > 0 {
		out += fmt.Sprintf(", %d of them with an e-mail address that is too long for a row", c.unkept)
	}
	out += fmt.Sprintf("; %d here: ", c.living)
	switch {
	case all == 0:
		return out + "in step"
	case !fix && hopeless == 0:
		return out + text.Plural(all, "difference") + "; hooktop drift --fix brings them in step"
	case !fix && hopeless == all:
		return out + text.Plural(all, "difference") + " that --fix cannot mend; what to do stands with each"
	case !fix:
		return out + fmt.Sprintf("%s; hooktop drift --fix brings %d in step, and what to do about the others stands with them", text.Plural(all, "difference"), all-hopeless)
	case left == 0:
		return out + text.Plural(all, "difference") + ", all fixed"
	}
	return out + fmt.Sprintf("%s, %d fixed, %d left", text.Plural(all, "difference"), all-left, left)
}
