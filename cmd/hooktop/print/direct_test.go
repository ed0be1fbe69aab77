package print

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// What an app answered stands there once: quoted in the explanation, or above it.
func TestDirectQuotesAnAnswerOnce(t *testing.T) {
	for _, c := range []struct {
		name, answer, quotes string
	}{
		{"a reason", `Missing field "username" in user data`, "Missing field"},
		{"a refused signature", "Error verifying webhook", "Error verifying webhook"},
		{"what the explanation does not quote", `{"trace":"9c2f"}`, "9c2f"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := webhook.Delivery{Type: "user.created", Verdict: webhook.Verdict{Verified: true}, Forwards: []webhook.Forward{{
				At: time.Unix(1614265330, 0), Target: "http://localhost:3000/hook", Status: http.StatusBadRequest,
				Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(c.answer),
			}}}
			if said := Direct(d, advice.App{}).String(); strings.Count(said, c.quotes) != 1 {
				t.Errorf("it quotes the answer %d times:\n%s", strings.Count(said, c.quotes), said)
			}
		})
	}
}
