package registrar

import (
	"context"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/svixapi"
)

func TestATemporaryFailureHasTheManualStepsToo(t *testing.T) {
	const url = "https://one.example/in/c_0123456789/"
	for _, status := range []int{429, 500, 503} {
		r := &registration.Registrar{Open: func(context.Context) (registration.API, error) {
			return nil, &svixapi.Error{Status: status}
		}}
		_, err := r.Register(t.Context(), url)
		if !temporary(err) {
			t.Fatalf("%d: %v is not temporary", status, err)
		}
		err = TriedAgain(err)
		if o := NewFailure(err, ""); o.URL == nil || *o.URL != url {
			t.Errorf("%d: the object lacks the URL: %+v", status, o)
		}
		fix := exit.FixOf(err)
		for _, part := range []string{"tries again", url, registration.Dashboard} {
			if !strings.Contains(fix, part) {
				t.Errorf("%d: the fix lacks %q: %s", status, part, fix)
			}
		}
	}
}
