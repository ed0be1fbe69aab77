package registrar

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestAServerThatHangsEndsInTheManualSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const url = "https://one.example/in/c_0123456789/"
		r := NewRunner(Options{
			Registrar: func() (*registration.Registrar, error) {
				return &registration.Registrar{Open: func(ctx context.Context) (registration.API, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				}}, nil
			},
			URL: func() string { return url },
		})
		began := time.Now()
		_, err := r.Register(t.Context())
		if fix := exit.FixOf(err); !temporary(err) || !strings.Contains(fix, url) || !strings.Contains(fix, registration.Dashboard) {
			t.Errorf("%v, fix: %s", err, fix)
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
