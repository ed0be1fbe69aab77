package clerkapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/clerkapi/standin"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// account is a stand-in with a client that records its waits instead of waiting.
type account struct {
	*standin.Server
	*Client
	waits []time.Duration
}

func start(t *testing.T, users ...standin.User) *account {
	t.Helper()
	server, stop := standin.Start(users...)
	t.Cleanup(stop)
	key, err := ParseKey(standin.Key, "CLERK_SECRET_KEY")
	if err != nil {
		t.Fatal(err)
	}
	a := &account{Server: server}
	a.Client, err = New(Config{
		Key: key, URL: server.URL, Now: func() time.Time { return time.Unix(1716883200, 0) },
		Wait: func(_ context.Context, d time.Duration) error { a.waits = append(a.waits, d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// many returns n users who were created at the times that at returns.
func many(n int, at func(i int) int64) []standin.User {
	users := make([]standin.User, n)
	for i := range users {
		users[i] = standin.User{ID: fmt.Sprintf("user_%05d", i), Email: fmt.Sprintf("u%d@example.com", i), Created: at(i), Updated: 1716883200000}
	}
	return users
}

func (a *account) ids(t *testing.T) []string {
	t.Helper()
	var ids []string
	if err := a.Users(t.Context(), func(u webhook.AccountUser) error { ids = append(ids, u.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestEachUserIsReadOnce(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		at   func(int) int64
	}{
		{"no users", 0, nil},
		{"less than a page", 3, func(i int) int64 { return 1000 + int64(i) }},
		{"exactly one page", 500, func(i int) int64 { return 1000 + int64(i) }},
		{"several pages", 1712, func(i int) int64 { return 1000 + int64(i) }},
		{"many created in the same millisecond", 1712, func(i int) int64 { return 1000 + int64(i/7) }},
		{"more than a page created in the same millisecond", 1712, func(i int) int64 { return 1000 + int64(i/1200) }},
		{"more than a page, and the next page ends in a later millisecond", 1712, func(i int) int64 { return 1000 + int64(i/600) }},
		{"all created in the same millisecond", 1500, func(int) int64 { return 1000 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := start(t, many(test.n, test.at)...)
			want := make([]string, test.n)
			for i := range want {
				want[i] = fmt.Sprintf("user_%05d", i)
			}
			for _, a.Inclusive = range []bool{false, true} {
				got := a.ids(t)
				if slices.Sort(got); !slices.Equal(got, want) {
					t.Errorf("read %d users, want %d, each once; inclusive: %v", len(got), len(want), a.Inclusive)
				}
			}
			if n, err := a.Count(t.Context()); err != nil || n != int64(test.n) {
				t.Errorf("counted %d, %v", n, err)
			}
		})
	}
}

func TestNobodyIsMissedWhenUsersChangeWhileReading(t *testing.T) {
	a := start(t, many(1200, func(i int) int64 { return 1000 + int64(i) })...)
	pages := 0
	a.Before = func(http.ResponseWriter, *http.Request) bool {
		if pages++; pages > 1 { // before each further page
			for i := range 60 {
				a.Remove(fmt.Sprintf("user_%05d", (pages-2)*60+i))
			}
			a.Put(standin.User{ID: fmt.Sprintf("user_new%d", pages), Email: fmt.Sprintf("new%d@example.com", pages), Created: 9000 + int64(pages), Updated: 1})
		}
		return false
	}
	got := a.ids(t)
	seen := map[string]bool{}
	for _, id := range got {
		if seen[id] {
			t.Errorf("%s was read twice", id)
		}
		seen[id] = true
	}
	for i := 120; i < 1200; i++ {
		if id := fmt.Sprintf("user_%05d", i); !seen[id] {
			t.Fatalf("%s was there all the time but was not read", id)
		}
	}
	if !seen["user_new2"] {
		t.Error("a user created while reading was not read")
	}
}

func TestAUserIsReadLikeItsEventsAndKeepsItsBytes(t *testing.T) {
	raw := `{ "object":"user", "id":"user_1","name":"\u003cZo\u00eb\u003e", "big":12345678901234567890,"email_addresses":[{"id":"a","email_address":"first@b.c"},{"id":"b","email_address":"primary@b.c"}],"primary_email_address_id":"b","created_at":5,"updated_at":1716883200123}`
	a := start(t, standin.User{ID: "user_1", Raw: raw}, standin.User{ID: "user_2", Created: 6, Updated: 7})
	var got []webhook.AccountUser
	if err := a.Users(t.Context(), func(u webhook.AccountUser) error { got = append(got, u); return nil }); err != nil {
		t.Fatal(err)
	}
	u := got[1]
	if u.ID != "user_1" {
		u = got[0]
	}
	if u.Email != "primary@b.c" || u.UpdatedAt.UnixMilli() != 1716883200123 || string(u.JSON) != raw {
		t.Errorf("read %+v\n%s", u, u.JSON)
	}
	named, err := a.UsersByID(t.Context(), "user_2", "user_gone")
	if err != nil || len(named) != 1 || named[0].ID != "user_2" || named[0].Email != "" {
		t.Errorf("by id: %+v, %v", named, err)
	}
	if id, err := a.InstanceID(t.Context()); id != standin.InstanceID || err != nil {
		t.Errorf("instance %q, %v", id, err)
	}
}

func TestTemporaryErrorsAreRetriedWhenClerkAsks(t *testing.T) {
	second := time.Second
	for _, test := range []struct {
		name  string
		fails func(n int, w http.ResponseWriter) bool
		waits []time.Duration
		ok    bool
		says  string
	}{
		{"a rate limit with seconds", func(n int, w http.ResponseWriter) bool {
			if n > 2 {
				return false
			}
			w.Header().Set("Retry-After", "7")
			standin.Refuse(w, 429, "too_many_requests", "Too many requests, retry later")
			return true
		}, []time.Duration{7 * second, 7 * second}, true, ""},
		{"a rate limit with a date", func(n int, w http.ResponseWriter) bool {
			if n > 1 {
				return false
			}
			w.Header().Set("Retry-After", time.Unix(1716883200+9, 0).UTC().Format(http.TimeFormat))
			standin.Refuse(w, 429, "too_many_requests", "Too many requests")
			return true
		}, []time.Duration{9 * second}, true, ""},
		{"a rate limit that is too long to wait", func(_ int, w http.ResponseWriter) bool {
			w.Header().Set("Retry-After", "3600")
			standin.Refuse(w, 429, "too_many_requests", "Too many requests")
			return true
		}, nil, false, "answered 429 too_many_requests: Too many requests (trace trace_standin) | try again in 1h0m0s"},
		{"a server that recovers", func(n int, w http.ResponseWriter) bool {
			if n > 3 {
				return false
			}
			http.Error(w, "<html>bad gateway", http.StatusBadGateway)
			return true
		}, []time.Duration{second / 2, second, 2 * second}, true, ""},
		{"a server that keeps failing", func(_ int, w http.ResponseWriter) bool {
			http.Error(w, "<html>bad gateway", http.StatusBadGateway)
			return true
		}, []time.Duration{second / 2, second, 2 * second, 4 * second, 8 * second}, false, "answered 502 | try again; https://status.clerk.com"},
		{"an answer that is cut off", func(n int, w http.ResponseWriter) bool {
			if n > 1 {
				return false
			}
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "[{")
			return true
		}, []time.Duration{second / 2}, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := start(t, many(2, func(i int) int64 { return int64(i) })...)
			n := 0
			a.Before = func(w http.ResponseWriter, _ *http.Request) bool { n++; return test.fails(n, w) }
			got := 0
			err := a.Users(t.Context(), func(webhook.AccountUser) error { got++; return nil })
			if test.ok && (err != nil || got != 2) {
				t.Errorf("read %d: %v", got, err)
			}
			if !test.ok {
				wantError(t, err, test.says)
			}
			if !slices.Equal(a.waits, test.waits) {
				t.Errorf("waited %v, want %v", a.waits, test.waits)
			}
		})
	}
}

// wantError checks that "error | fix" contains says, and not the key.
func wantError(t *testing.T, err error, says string) {
	t.Helper()
	var e interface {
		error
		Fix() string
	}
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want one with a fix", err)
	}
	if got := e.Error() + " | " + e.Fix(); !strings.Contains(got, says) || strings.Contains(got, standin.Key) {
		t.Errorf("got %q, want %q and not the key", got, says)
	}
}

func TestRefusalsHaveAFixAndDoNotShowTheKey(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		says   string
		key    bool // the key was refused
	}{
		{"invalid key", func(w http.ResponseWriter) {
			standin.Refuse(w, 401, "secret_key_invalid", "The provided Clerk Secret Key is invalid: "+standin.Key)
		}, "answered 401 secret_key_invalid: The provided Clerk Secret Key is invalid: sk_test_…q2Zx (trace trace_standin) | check CLERK_SECRET_KEY", true},
		{"key without permission", func(w http.ResponseWriter) { standin.Refuse(w, 403, "authorization_invalid", "Not authorized") }, "answered 403 authorization_invalid", true},
		{"invalid parameter", func(w http.ResponseWriter) { standin.Refuse(w, 422, "form_param_value_invalid", "limit is invalid") }, "answered 422 form_param_value_invalid: limit is invalid", false},
		{"not Clerk's server", func(w http.ResponseWriter) { fmt.Fprint(w, "<html>hello") }, " | check CLERK_API_URL", false},
		{"JSON that is not users", func(w http.ResponseWriter) { fmt.Fprint(w, `[{"id":7}]`) }, " | check CLERK_API_URL", false},
		{"redirect", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://example.com/")
			w.WriteHeader(307)
		}, "answered 307: ", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := start(t)
			a.Before = func(w http.ResponseWriter, _ *http.Request) bool { test.answer(w); return true }
			err := a.Users(t.Context(), nil)
			wantError(t, err, test.says)
			var e *Error
			if !errors.As(err, &e) || e.KeyRefused() != test.key {
				t.Errorf("%v: KeyRefused is %t", err, !test.key)
			}
			if len(a.waits) > 0 {
				t.Errorf("retried after %v", a.waits)
			}
		})
	}
}

// unusedURL returns the URL of a port where nothing listens. An open connection
// occupies the port, so that nobody else gets it.
func unusedURL(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return "http://" + conn.LocalAddr().String()
}

func TestUnreachable(t *testing.T) {
	a := start(t)
	key, _ := ParseKey(standin.Key, "")
	c, err := New(Config{Key: key, URL: unusedURL(t), Wait: func(_ context.Context, d time.Duration) error { a.waits = append(a.waits, d); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Count(t.Context())
	wantError(t, err, "connection refused | ")
	if len(a.waits) != maxUnanswered-1 {
		t.Errorf("waited %v", a.waits)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Count(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v, want context.Canceled", err)
	}
}

func TestTheKeyIsNeverSentUnencrypted(t *testing.T) {
	for _, test := range []struct{ url, base string }{
		{"", "https://api.clerk.com/v1"},
		{"https://api.clerk.test", "https://api.clerk.test/v1"},
		{"https://api.clerk.test/v1/", "https://api.clerk.test/v1"},
		{"http://127.0.0.1:9", "http://127.0.0.1:9/v1"},
		{"http://localhost:9/v1", "http://localhost:9/v1"},
		{"http://api.clerk.com", ""},
		{"ftp://api.clerk.com", ""},
		{"api.clerk.com", ""},
		{"https://me:secret@api.clerk.com", ""},
	} {
		base, err := baseURL(test.url)
		if base != test.base || (err != nil) != (test.base == "") {
			t.Errorf("%q: %q, %v", test.url, base, err)
		}
		if err != nil {
			wantError(t, err, "CLERK_API_URL")
		}
	}
}

// Clerk documents no length: only its answer says that a short key is wrong.
func TestAShortKeyIsLeftToClerk(t *testing.T) {
	key, err := ParseKey("sk_test_abc", "CLERK_SECRET_KEY in .env")
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprint(key); strings.Contains(shown, "abc") {
		t.Errorf("%q shows all of a short key", shown)
	}
}

func TestAKeyIsCheckedAndNeverShown(t *testing.T) {
	good := standin.Key
	for _, test := range []struct{ name, value, says string }{
		{"test instance", good, ""},
		{"production instance", "sk_live_" + good[8:], ""},
		{"publishable key", "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", "publishable key"},
		{"signing secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "signing secret"},
		{"another API", "ak_0123456789012345678901234567", "different Clerk API"},
		{"not a key", "hello", "sk_test_ or sk_live_"},
		{"only the prefix", "sk_test_", "part of it is missing"},
		{"abbreviated", "sk_test_...", "part of it is missing"},
		{"with a quote", good + `"`, "quote"},
	} {
		t.Run(test.name, func(t *testing.T) {
			key, err := ParseKey(test.value, "CLERK_SECRET_KEY in .env")
			if test.says != "" {
				wantError(t, err, test.says)
				if !strings.HasPrefix(err.Error(), "CLERK_SECRET_KEY in .env ") {
					t.Errorf("%v: it does not name the source", err)
				}
				if strings.Contains(err.Error(), test.value) {
					t.Errorf("%v: it shows the key", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			text, _ := json.Marshal(key)
			for _, shown := range []string{key.String(), fmt.Sprintf("%v %+v %#v %s %q %x", key, key, key, key, key, key), string(text), key.LogValue().String()} {
				if strings.Contains(shown, test.value[8:20]) || !strings.Contains(shown, "q2Zx") {
					t.Errorf("%q shows more than the end of the key", shown)
				}
			}
		})
	}
}
