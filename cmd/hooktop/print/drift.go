package print

import (
	"fmt"

	"github.com/hooktop/hooktop/receiver/drift"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui/text"
)

// DriftObject is a user that is not, or was not, in step.
type DriftObject struct {
	Kind   string      `json:"kind"`
	State  drift.State `json:"state"`
	UserID string      `json:"user_id"`
	Here   *string     `json:"here"`
	There  *string     `json:"there"`
	Fixed  bool        `json:"fixed"`
	// Note says why it stays.
	Note *string `json:"note"`
}

// NewDriftObject returns a user that is not, or was not, in step, for JSON.
func NewDriftObject(r drift.Result) DriftObject {
	return DriftObject{"drift", r.State, r.UserID, ndjson.Null(r.Here), ndjson.Null(r.There), r.Fixed, ndjson.Null(r.Note)}
}

// Drift returns a difference on one line:
//
//	≠ user_2ab…  email  old@example.com → new@example.com  fixed
func Drift(r drift.Result, fix bool) Text {
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
	style := Bad
	if r.Fixed {
		style = Good
	}
	out := Sprintf("%s %-32s %-12s %s", style(mark), r.UserID, r.State, addresses)
	switch {
	case r.Fixed:
		return Join("  ", out, Good("fixed"))
	case fix && r.Note != "":
		return Join("  ", out, Sprintf("%s: %s", Bad("not fixed"), r.Note))
	case fix:
		return Join("  ", out, Bad("not fixed"))
	case r.Note != "":
		return Join("  ", out, Faint(r.Note))
	}
	return out
}

func addressText(email string) string {
	if email == "" {
		return "(none)"
	}
	return email
}

// DriftSummary returns the last line. unfixable counts those that a fix cannot
// change.
func DriftSummary(c *drift.Comparison, all, left, unfixable int, fix bool) string {
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
		return out + "; hooktop drift --fix updates them to match"
	case !fix && unfixable == all:
		return out + " that --fix cannot fix; see each for what to do"
	case !fix:
		return out + fmt.Sprintf("; hooktop drift --fix fixes %d of them; each of the others says what to do", all-unfixable)
	case left == 0:
		return out + ", all fixed"
	}
	return out + fmt.Sprintf(", %d fixed, %d left", all-left, left)
}
