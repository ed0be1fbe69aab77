package clerkapi

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// A link as Clerk gives it, for application app_1 in the region eu.
const link = `{"svix_url":"https://app.svix.com/login#key=eyJhcHBJZCI6ImFwcF8xIiwib25lVGltZVRva2VuIjoib3R0XzAxMjM0NTY3ODkiLCJyZWdpb24iOiJldSJ9"}`

// portal answers the routes about webhooks in turn: each with "link", a code that
// Clerk refuses with, or a text as it is.
func (a *account) portal(t *testing.T, answers ...string) {
	a.Before = func(w http.ResponseWriter, r *http.Request) bool {
		if body, _ := io.ReadAll(r.Body); string(body) != "{}" {
			t.Errorf("sent %q", body)
		}
		said := "link"
		if len(answers) > 0 {
			said, answers = answers[0], answers[1:]
		}
		switch {
		case said == "link":
			fmt.Fprint(w, link) //nolint:errcheck // the client is a test
		case strings.HasPrefix(said, "svix_"):
			standin.Refuse(w, 400, said, "…")
		case said == "busy":
			w.Header().Set("Retry-After", "7")
			standin.Refuse(w, 429, "too_many_requests", "…")
		default:
			fmt.Fprint(w, said) //nolint:errcheck // the client is a test
		}
		return true
	}
}

func TestThePortalIsOpenedAndItsApplicationMadeIfNeeded(t *testing.T) {
	const ask, create = "POST /v1/webhooks/svix_url", "POST /v1/webhooks/svix"
	for _, test := range []struct {
		name    string
		answers []string
		asked   []string
		says    string
	}{
		{"an instance with an application", nil, []string{ask}, ""},
		{"an instance without one", []string{"svix_app_missing"}, []string{ask, create}, ""},
		{"somebody else makes it meanwhile", []string{"svix_app_missing", "svix_app_exists"}, []string{ask, create, ask}, ""},
		{"a busy server", []string{"busy", "svix_app_missing", "busy"}, []string{ask, ask, create, create}, ""},
		{"it is missing although it exists", []string{"svix_app_missing", "svix_app_exists", "svix_app_missing"}, []string{ask, create, ask}, "400 svix_app_missing"},
		{"it cannot be made", []string{"svix_app_missing", "svix_app_create_error"}, []string{ask, create}, "400 svix_app_create_error"},
		{"another refusal", []string{"svix_other"}, []string{ask}, "400 svix_other"},
		{"a link without a key", []string{`{"svix_url":"https://app.svix.com/login"}`}, []string{ask}, " | check CLERK_API_URL"},
		{"no link", []string{`{}`}, []string{ask}, " | check CLERK_API_URL"},
		{"a page", []string{`<html>`}, []string{ask}, " | check CLERK_API_URL"},
		{"nothing", []string{``}, []string{ask}, " | check CLERK_API_URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := start(t)
			a.portal(t, test.answers...)
			l, err := a.Portal(t.Context())
			if test.says != "" {
				wantError(t, err, test.says)
			} else if err != nil || l.AppID != "app_1" || l.Region != "eu" {
				t.Errorf("%s, %v", l, err)
			}
			var asked []string
			for _, r := range a.Requests() {
				asked = append(asked, r.Method+" "+r.URL.Path)
				if r.Header.Get("Authorization") != "Bearer "+standin.Key {
					t.Errorf("sent %q", r.Header)
				}
			}
			if !slices.Equal(asked, test.asked) {
				t.Errorf("asked %v, want %v", asked, test.asked)
			}
			for _, d := range a.waits {
				if d != 7*time.Second {
					t.Errorf("waited %v", a.waits)
				}
			}
		})
	}
}

func TestLookingAtAnInstanceChangesNothing(t *testing.T) {
	a := start(t)
	a.portal(t, "svix_app_missing")
	_, err := a.ExistingPortal(t.Context())
	wantError(t, err, "400 svix_app_missing")
	wantError(t, err, " | hooktop endpoint register")
	if asked := a.Requests(); len(asked) != 1 || asked[0].URL.Path != "/v1/webhooks/svix_url" {
		t.Errorf("asked %v", asked)
	}
}

// A server may repeat the key, and its message may be cut off in the middle of it.
func TestNoPartOfTheKeyIsLeftWhereAMessageIsCutOff(t *testing.T) {
	a := start(t)
	for n := range 60 {
		a.Before = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Clerk-Trace-Id", strings.Repeat("x", 250+n)+standin.Key)
			standin.Refuse(w, 400, strings.Repeat("x", 250+n)+standin.Key, strings.Repeat("x", 250+n)+standin.Key)
			return true
		}
		if _, err := a.Portal(t.Context()); strings.Contains(err.Error(), standin.Key[:12]) {
			t.Fatalf("after %d characters: %v", 250+n, err)
		}
	}
}
