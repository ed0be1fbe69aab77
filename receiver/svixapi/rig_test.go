package svixapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// rig is a stand-in and what is needed to open a client on it. Waits are recorded,
// not waited.
type rig struct {
	*standin.Server
	t *testing.T

	mu    sync.Mutex
	waits []time.Duration
	// shown are the tokens that went over the wire: none may be in an error.
	shown []string
}

// start starts a stand-in.
func start(t *testing.T, c standin.Config) *rig {
	t.Helper()
	server, stop := standin.Start(c)
	t.Cleanup(stop)
	return &rig{Server: server, t: t}
}

func (r *rig) wait(ctx context.Context, d time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waits = append(r.waits, d)
	return ctx.Err()
}

// waited returns the waits so far and forgets them.
func (r *rig) waited() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	waits := r.waits
	r.waits = nil
	return waits
}

func (r *rig) config() Config {
	return Config{URL: r.URL, Wait: r.wait, Transport: r}
}

// RoundTrip passes requests on and keeps their tokens.
func (r *rig) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.shown = append(r.shown, strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "))
	r.mu.Unlock()
	return http.DefaultTransport.RoundTrip(req)
}

// clerk returns a client of Clerk's API on the stand-in.
func (r *rig) clerk() *clerkapi.Client {
	r.t.Helper()
	key, err := clerkapi.ParseKey(standin.Key, "CLERK_SECRET_KEY")
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := clerkapi.New(clerkapi.Config{Key: key, URL: r.URL, Wait: r.wait})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// links gets portal links and keeps their tokens.
func (r *rig) links(ctx context.Context) (portal.Link, error) {
	link, err := r.clerk().Portal(ctx)
	token, _ := link.Reveal()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = append(r.shown, token)
	return link, err
}

// open opens a client that gets new links.
func (r *rig) open() *Client {
	r.t.Helper()
	c, err := Open(r.t.Context(), r.links, r.config())
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// routes returns the routes of the requests to Svix so far, without those to Clerk.
func (r *rig) routes() []string {
	var list []string
	for _, req := range r.Requests() {
		if strings.HasPrefix(req.Path, "/api/") {
			list = append(list, req.Route)
		}
	}
	return list
}

// wantError checks that an error is of this package, has a fix, and shows no token
// or secret in any form.
func (r *rig) wantError(err error) *Error {
	r.t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		r.t.Fatalf("got error %v, want one of this package", err)
	}
	if e.Fix() == "" || e.Asked == "" {
		r.t.Errorf("%q has no fix, or does not say what was asked", e)
	}
	text := e.Error() + " " + e.Fix()
	for cause := errors.Unwrap(error(e)); cause != nil; cause = errors.Unwrap(cause) {
		text += " " + cause.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	secrets := slices.Clone(r.shown)
	for _, endpoint := range r.Endpoints() {
		secrets = append(secrets, endpoint.Secret)
	}
	for _, secret := range secrets {
		if len(secret) > 12 && strings.Contains(text, secret[:12]) {
			r.t.Errorf("%q shows a token or secret", text)
		}
	}
	return e
}

// collect returns the items of a list and the error that ended it.
func collect[T any](list func(func(T, error) bool)) (items []T, err error) {
	for item, e := range list {
		if e != nil {
			return items, e
		}
		items = append(items, item)
	}
	return items, nil
}
