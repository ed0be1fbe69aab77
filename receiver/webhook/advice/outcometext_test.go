package advice

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Every sentence is written for people, and ends with a full stop.
func TestOutcomesAreInSentences(t *testing.T) {
	for _, o := range []webhook.Outcome{webhook.Created, webhook.Duplicate, webhook.Stale, webhook.Unhandled, webhook.Unlinked, webhook.Conflict, webhook.MissingEmail, webhook.Malformed} {
		got := ExplainOutcome(&webhook.Delivery{Outcome: o})
		for _, s := range []string{got.Why, got.Fix} {
			if s != "" && !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q", o, s)
			}
		}
	}
}
