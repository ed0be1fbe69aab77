package webhook

import (
	"strings"
	"testing"
)

// Every sentence is written for people, and ends with a full stop.
func TestOutcomesAreInSentences(t *testing.T) {
	for _, o := range []Outcome{Created, Duplicate, Stale, Unhandled, Unlinked, Conflict, MissingEmail, Malformed} {
		got := ExplainOutcome(&Delivery{Outcome: o})
		for _, s := range []string{got.Why, got.Fix} {
			if s != "" && !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q", o, s)
			}
		}
	}
}
