package tui

import (
	"net/http"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// pulledStory ends with a delivery that hooktop read from the provider's API.
func pulledStory() *memory {
	s := story(false)
	d := happened{kind: "user.updated", outcome: webhook.Updated, id: adaID}.delivery(0)
	d.Origin, d.FromAPI, d.Answer = webhook.Pull, true, webhook.Answer{}
	d.Header = http.Header{"Content-Type": {"application/json"}, "Svix-Id": {d.MessageID}}
	d.Verdict = webhook.Verdict{
		Unverified: true, Title: "Not signed",
		Detail: "hooktop read this event from Clerk's API. The body is rebuilt from JSON, so no signature can be verified.",
		Checks: []webhook.Check{{Name: "source", OK: true, Detail: "read over an authenticated connection to Clerk's API"}},
	}
	s.add(d)
	return s
}

// What came without a signature never looks verified, and is no failure.
func TestAPulledDeliveryIsNotShownAsVerified(t *testing.T) {
	x := newTerminal(t, dashboard(pulledStory()), 120, 36)
	x.shows("○", "Read from the API, and the user was updated", "Not signed: hooktop read this event from")
	for _, said := range []string{"Verified, and the user was updated", "CHECKS PASSED", "The signature is valid"} {
		x.hides(said)
	}
	x.keys("r").shows("same id")
	x.keys("esc")
	x.keys("enter", "]", "]", "]").hides("Only a delivery with a valid signature")
}
