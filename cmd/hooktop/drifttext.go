package main

import (
	"fmt"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/drift"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui/text"
)

// driftLine is a user that is not, or was not, in step.
type driftLine struct {
	Kind   string      `json:"kind"`
	State  drift.State `json:"state"`
	UserID string      `json:"user_id"`
	Here   *string     `json:"here"`
	There  *string     `json:"there"`
	Fixed  bool        `json:"fixed"`
	// Note says why it stays.
	Note *string `json:"note"`
}

// printDrift prints the differences and a summary. Any that is left is exit code 1.
func (p *program) printDrift(s *config.Settings, c *drift.Comparison, results []drift.Result, fix bool) error {
	w, left, unfixable := p.colour(p.stdout, s), 0, 0
	for _, r := range results {
		if !r.Fixed {
			left++
			if r.Note != "" {
				unfixable++
			}
		}
		line := driftLine{"drift", r.State, r.UserID, ndjson.Null(r.Here), ndjson.Null(r.There), r.Fixed, ndjson.Null(r.Note)}
		if err := printRow(w, s, line, func() string { return driftText(r, fix) }); err != nil {
			return err
		}
	}
	if !s.JSON {
		if _, err := fmt.Fprintln(w, driftSummary(c, len(results), left, unfixable, fix)); err != nil {
			return err
		}
	}
	if left > 0 {
		return exit.ErrSilent // the lines said it
	}
	return nil
}

// driftText returns a difference on one line:
//
//	≠ user_2ab…  email  old@example.com → new@example.com  fixed
func driftText(r drift.Result, fix bool) string {
	mark, addresses := "?", ""
	here, there := addressText(r.Here), addressText(r.There)
	switch r.State {
	case drift.Missing:
		mark, addresses = "+", there
	case drift.Extra:
		mark, addresses = "-", here
	case drift.Email:
		mark, addresses = "≠", here+" → "+there
	case drift.DeletedHere:
		mark, addresses = "†", there
	}
	style := print.Bad
	if r.Fixed {
		style = print.Good
	}
	out := fmt.Sprintf("%s %-32s %-12s %s", style.Render(mark), text.Printable(r.UserID), r.State, addresses)
	switch {
	case r.Fixed:
		out += "  " + print.Good.Render("fixed")
	case fix && r.Note != "":
		out += "  " + print.Bad.Render("not fixed") + ": " + text.Printable(r.Note)
	case fix:
		out += "  " + print.Bad.Render("not fixed")
	case r.Note != "":
		out += print.Faint.Render("  " + text.Printable(r.Note))
	}
	return out
}

func addressText(email string) string {
	if email == "" {
		return "(none)"
	}
	return text.Printable(email)
}

// driftSummary returns the last line. unfixable counts those that a fix cannot
// change.
func driftSummary(c *drift.Comparison, all, left, unfixable int, fix bool) string {
	out := text.Plural(c.There, "user") + " at Clerk"
	if c.Addressless > 0 {
		out += fmt.Sprintf(", %d of them without an e-mail address and so without a row", c.Addressless)
	}
	if c.Unkept > 0 {
		out += fmt.Sprintf(", %d of them with an e-mail address too long for a row", c.Unkept)
	}
	out += fmt.Sprintf("; %d here: ", c.Living)
	if all == 0 {
		return out + "in step"
	}
	out += text.Plural(all, "difference")
	switch {
	case !fix && unfixable == 0:
		return out + "; hooktop drift --fix brings them in step"
	case !fix && unfixable == all:
		return out + " that --fix cannot fix; see each for what to do"
	case !fix:
		return out + fmt.Sprintf("; hooktop drift --fix brings %d in step; see the others for what to do", all-unfixable)
	case left == 0:
		return out + ", all fixed"
	}
	return out + fmt.Sprintf(", %d fixed, %d left", all-left, left)
}
