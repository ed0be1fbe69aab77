package registration

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// real is a registrar whose calls go over HTTP, through Clerk's and Svix's clients, to
// a stand-in.
func real(t *testing.T, s *standin.Server, o Owner) *Registrar {
	t.Helper()
	key, err := clerkapi.ParseKey(standin.Key, "CLERK_SECRET_KEY")
	if err != nil {
		t.Fatal(err)
	}
	wait := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	clerk, err := clerkapi.New(clerkapi.Config{Key: key, URL: s.URL, Wait: wait})
	if err != nil {
		t.Fatal(err)
	}
	return &Registrar{Owner: o, Open: func(ctx context.Context) (API, error) {
		c, err := svixapi.Open(ctx, clerk.Portal, svixapi.Config{URL: s.URL, Wait: wait})
		if err != nil {
			return nil, err
		}
		return c, nil
	}}
}

func startSvix(t *testing.T, c standin.Config) *standin.Server {
	t.Helper()
	s, stop := standin.Start(c)
	t.Cleanup(stop)
	return s
}

// writes returns the routes of the requests that change something at Svix.
func writes(s *standin.Server) []string {
	var list []string
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.Path, "/api/v1/app/") && !strings.HasPrefix(r.Route, "GET ") {
			list = append(list, r.Route)
		}
	}
	return list
}

func TestTheStoryOfAnEndpointOverHTTP(t *testing.T) {
	for _, eventTypes := range []bool{false, true} {
		s := startSvix(t, standin.Config{NoApp: true, EventTypes: eventTypes})
		r := real(t, s, mine)
		reg, err := r.Register(t.Context(), "https://one.example")
		if err != nil || !reg.Created || reg.Secret.Reveal() != s.Endpoints()[0].Secret {
			t.Fatalf("%+v, %v", reg, err)
		}
		if again, err := r.Register(t.Context(), "https://one.example"); err != nil || again.Created || again.Was != "" || len(writes(s)) != 1 {
			t.Errorf("a second time: %+v, %v; it wrote %v", again, err, writes(s))
		}
		was := s.Endpoints()[0]
		s.Disable(reg.ID)
		moved, err := r.Register(t.Context(), secondURL)
		if err != nil || moved.Was == "" || !moved.Enabled {
			t.Errorf("moved: %+v, %v", moved, err)
		}
		now := s.Endpoints()[0]
		if now.URL != secondURL || now.Disabled || now.Secret != was.Secret || now.UID != was.UID || now.ID != was.ID || !slices.Equal(now.EventTypes, Events()) {
			t.Errorf("moved from %+v to %+v", was, now)
		}
		other := Owner{Host: "desk", Folder: "shop", Identity: "bob"}
		if _, err := real(t, s, other).Register(t.Context(), firstURL); err != nil {
			t.Error(err)
		}
		if _, removed, err := real(t, s, other).Unregister(t.Context()); err != nil || !removed {
			t.Errorf("removed %t, %v", removed, err)
		}
		if left := s.Endpoints(); len(left) != 1 || left[0].ID != now.ID {
			t.Errorf("left are %+v", left)
		}
	}
}

func TestEveryRouteThatFailsEndsInManualSteps(t *testing.T) {
	for _, f := range []struct {
		name  string
		fault standin.Fault
	}{
		{"401", standin.Refuse(401, "authentication_failed", "No.")},
		{"403", standin.Refuse(403, "insufficient access", "No.")},
		{"404", standin.Refuse(404, "not_found", "No.")},
		{"429", standin.RateLimit(time.Second)},
		{"429, for an hour", standin.RateLimit(time.Hour)},
		{"500", standin.Refuse(500, "server_error", "No.")},
		{"a page", standin.HTML(200)},
		{"a page, 404", standin.HTML(404)},
		{"another shape", standin.JSON(`{"surprise":true}`)},
		{"no answer", standin.Break},
	} {
		for _, route := range []string{standin.Link, standin.CreateApp, standin.Exchange, standin.ListEndpoints, standin.CreateEndpoint, standin.PatchEndpoint, standin.Secret} {
			t.Run(f.name+" "+route, func(t *testing.T) {
				s := startSvix(t, standin.Config{NoApp: route == standin.CreateApp})
				if route == standin.PatchEndpoint {
					if _, err := real(t, s, mine).Register(t.Context(), firstURL); err != nil {
						t.Fatal(err)
					}
				}
				s.Fail(route, f.fault, 0)
				_, err := real(t, s, mine).Register(t.Context(), secondURL)
				var manual *Manual
				if !errors.As(err, &manual) || !strings.Contains(manual.Fix(), secondURL) || !strings.Contains(manual.Fix(), Dashboard) {
					t.Fatalf("%v", err)
				}
				if text := manual.Error() + manual.Fix(); strings.Contains(text, "whsec_") || strings.Contains(text, standin.Key) || strings.Contains(text, "appsk_") || strings.Contains(text, "ott_") {
					t.Errorf("it shows a secret: %s", text)
				}
				if slices.ContainsFunc(s.Requests(), func(q standin.Request) bool { return q.Route == standin.DeleteApp }) {
					t.Error("asked Clerk to drop the application")
				}
			})
		}
	}
}
