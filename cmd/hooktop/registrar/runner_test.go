package registrar

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// rig is a runner whose Svix has one endpoint, or answers with fails, one after the
// other.
type rig struct {
	*Runner
	mu       sync.Mutex
	url      string
	endpoint *svixapi.Endpoint
	fails    []error
	opened   []time.Duration // since the start
	busy     int
	said     []string
	failed   []error
	took     int
	moved    chan struct{}
	began    time.Time
}

func newRig(url string, fails ...error) *rig {
	r := &rig{url: url, fails: fails, moved: make(chan struct{}, 1), began: time.Now()}
	locked := func(do func()) {
		r.mu.Lock()
		defer r.mu.Unlock()
		do()
	}
	r.Runner = NewRunner(Options{
		Registrar: func() (*registration.Registrar, error) {
			return &registration.Registrar{Open: r.open, Owner: registration.Owner{Identity: "x"}}, nil
		},
		URL:  func() (url string) { locked(func() { url = r.url }); return url },
		Took: func(context.Context, registration.Registered) { locked(func() { r.took++ }) },
		Tell: func(text string, _ bool) { locked(func() { r.said = append(r.said, text) }) },
		Failed: func(err error, again bool) {
			locked(func() {
				if r.failed = append(r.failed, err); again {
					r.said = append(r.said, "tries again")
				}
			})
		},
	})
	return r
}

func (r *rig) open(ctx context.Context) (registration.API, error) {
	r.mu.Lock()
	r.opened = append(r.opened, time.Since(r.began))
	r.busy++
	if r.busy > 1 {
		panic("two registrations at a time")
	}
	r.mu.Unlock()
	time.Sleep(time.Second) // a round trip, in synctest's time
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy--
	if len(r.fails) > 0 {
		err := r.fails[0]
		r.fails = r.fails[1:]
		if err != nil {
			return nil, err
		}
	}
	return r, ctx.Err()
}

func (r *rig) Can(svixapi.Capability) bool { return true }

func (r *rig) Endpoints(context.Context) iter.Seq2[svixapi.Endpoint, error] {
	return func(yield func(svixapi.Endpoint, error) bool) {
		if r.endpoint != nil {
			yield(*r.endpoint, nil)
		}
	}
}

func (r *rig) CreateEndpoint(_ context.Context, n svixapi.NewEndpoint) (svixapi.Endpoint, error) {
	r.endpoint = &svixapi.Endpoint{ID: "ep_1", UID: n.UID, URL: n.URL, EventTypes: n.EventTypes}
	return *r.endpoint, nil
}

func (r *rig) PatchEndpoint(_ context.Context, _ string, c svixapi.EndpointChange) (svixapi.Endpoint, error) {
	r.endpoint.URL = c.URL
	return *r.endpoint, nil
}

func (r *rig) Endpoint(context.Context, string) (svixapi.Endpoint, bool, error) {
	return svixapi.Endpoint{}, false, nil
}

func (r *rig) DeleteEndpoint(context.Context, svixapi.Endpoint) error { return errors.New("never") }

func (r *rig) Secret(context.Context, string) (webhook.Secret, error) {
	return webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", FromClerk()), nil
}

// runs runs Run and test beside it.
func (r *rig) runs(t *testing.T, test func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		r.Run(ctx, r.moved)
		close(done)
	}()
	test()
	cancel()
	<-done
}

func (r *rig) moves(url string) {
	r.mu.Lock()
	r.url = url
	r.mu.Unlock()
	r.moved <- struct{}{}
}

// after waits, and returns when registrations began and what was said.
func (r *rig) after(d time.Duration) (opened, said string) {
	time.Sleep(d)
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.opened), strings.Join(r.said, "|")
}

func TestTheEndpointFollowsTheURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		r.runs(t, func() {
			if opened, _ := r.after(time.Minute); opened != "[]" {
				t.Errorf("without a URL: %s", opened)
			}
			r.moves("https://one.example/")
			r.after(time.Minute)
			for range 3 { // heartbeats
				r.moves("https://one.example/")
				r.after(time.Minute)
			}
			r.moves("https://two.example/")
			opened, said := r.after(time.Minute)
			if opened != "[1m0s 6m0s]" && opened != "[1m0s 5m0s]" {
				t.Errorf("%s", opened)
			}
			if r.endpoint.URL != "https://two.example/" || r.took != 2 || !strings.Contains(said, "it was https://one.example/") {
				t.Errorf("%+v, took %d: %s", r.endpoint, r.took, said)
			}
			if s := r.State(); s.Err != nil || s.Last == nil || s.Last.Was != "https://one.example/" || s.Busy {
				t.Errorf("%+v", s)
			}
		})
	})
}

func TestWhatFailsForAWhileIsTriedAgain(t *testing.T) {
	busy, slow := &svixapi.Error{Status: 503}, &svixapi.Error{Status: 429}
	synctest.Test(t, func(t *testing.T) {
		r := newRig("https://one.example/", busy, slow, busy, nil)
		r.runs(t, func() {
			if s := r.State(); s.Err != nil {
				t.Error(s.Err)
			}
			opened, said := r.after(time.Hour)
			if opened != "[0s 6s 17s 38s]" || strings.Count(said, "tries again") != 1 || !strings.Contains(said, "created the endpoint") || len(r.failed) != 1 {
				t.Errorf("%s: %s, %v", opened, said, r.failed)
			}
		})
	})
	synctest.Test(t, func(t *testing.T) { // another URL does not wait
		r := newRig("https://one.example/", busy, busy, busy)
		r.runs(t, func() {
			r.after(30 * time.Second)
			r.moves("https://two.example/")
			if opened, _ := r.after(time.Hour); opened != "[0s 6s 17s 30s]" {
				t.Errorf("%s", opened)
			}
		})
	})
}

func TestWhatFailsForGoodIsSaidOnceWithTheSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		denied := &svixapi.Error{Status: 403}
		r := newRig("https://one.example/", denied, denied)
		r.runs(t, func() {
			opened, _ := r.after(24 * time.Hour)
			if opened != "[0s]" || len(r.failed) != 1 || !strings.Contains(exit.FixOf(r.failed[0]), registration.Dashboard) || r.State().Err == nil {
				t.Errorf("%s: %v", opened, r.failed)
			}
			r.Retry() // the key is another one
			r.after(time.Hour)
			r.Retry()
			r.after(time.Hour)
			r.Retry()
			if opened, _ := r.after(time.Hour); opened != "[0s 24h0m0s 25h0m0s]" || r.State().Err != nil || r.took != 1 {
				t.Errorf("%s: %v", opened, r.State().Err)
			}
		})
	})
}

func TestOneRegistrationAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("https://one.example/")
		r.runs(t, func() {
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if _, err := r.Register(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	})
	if _, err := newRig("").Register(t.Context()); exit.FixOf(err) == "" {
		t.Errorf("without a URL: %v", err)
	}
}

func TestWebhookURL(t *testing.T) {
	for _, c := range []struct{ text, url string }{
		{"https://x.example", "https://x.example/api/webhooks/clerk"},
		{"https://x.example/", "https://x.example/api/webhooks/clerk"},
		{"x.example", "https://x.example/api/webhooks/clerk"},
		{"https://x.example/hooks", "https://x.example/hooks"},
		{"https://webhooks.clerk.com/in/c_0123456789/", "https://webhooks.clerk.com/in/c_0123456789/"},
		{"http://127.0.0.1:4747#x", "http://127.0.0.1:4747/api/webhooks/clerk"},
		{"ftp://x.example", ""},
		{"https://ada:secret@x.example/", ""},
		{"", ""},
	} {
		url, err := WebhookURL(c.text, "/api/webhooks/clerk")
		if url != c.url || (err == nil) != (c.url != "") || err != nil && (exit.CodeOf(err) != exit.CodeUsage || exit.FixOf(err) == "" || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s: %s, %v", c.text, url, err)
		}
	}
}
