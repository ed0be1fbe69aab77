package receiver

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// fullError is a store's error that says when to try again.
type fullError struct{ error }

func (fullError) RetryAfter() time.Duration { return time.Minute }

// A delivery that has no room now comes again; one that met a fault, too, but nobody can say
// when.
func TestARefusalSaysWhenToTryAgain(t *testing.T) {
	r := &Receiver{Lost: func(webhook.Delivery, error) {}}
	for _, test := range []struct {
		err    error
		status int
		after  string
	}{
		{fullError{errors.New("no room")}, http.StatusServiceUnavailable, "60"},
		{errors.New("disk I/O error"), http.StatusInternalServerError, ""},
	} {
		w := httptest.NewRecorder()
		r.refuseUncaptured(w, webhook.Delivery{}, test.err)
		if w.Code != test.status || w.Header().Get("Retry-After") != test.after || w.Body.Len() < 10 {
			t.Errorf("%v: %d %q %s", test.err, w.Code, w.Header(), w.Body)
		}
	}
}
