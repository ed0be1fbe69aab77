package receiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Forwardable is what the store returns.
func (s *shelf) Forwardable(_ context.Context, since time.Time, users []string) (list []webhook.Delivery, err error) {
	for _, d := range s.all() {
		if d.At.After(since) && slices.Contains(users, d.UserID) {
			list = append(list, d)
		}
	}
	return list, s.fail
}

// arrive captures a delivery about a user as it would be received now. It is not enqueued.
func arrive(s *shelf, user, kind string) webhook.Delivery {
	d := webhook.Delivery{
		At: time.Now(), Provider: "clerk", Type: kind, UserID: user, Verdict: webhook.Verdict{Verified: true},
		Request: webhook.Request{Method: http.MethodPost, URL: clerkPath},
	}
	s.add(&d)
	return d
}

func TestAnAppHasItsTurnUntilItAnswered(t *testing.T) {
	for _, test := range []struct {
		name  string
		app   http.HandlerFunc
		retry Schedule
		over  time.Duration // how long the app's turn is
	}{
		{"it answers after 700 ms", slow(700*time.Millisecond, 200), nil, 700 * time.Millisecond},
		{"it fails after 700 ms", slow(700*time.Millisecond, 500), nil, 700 * time.Millisecond},
		{"it fails and is asked again", slow(700*time.Millisecond, 500), Schedule{time.Second}, 2400 * time.Millisecond},
		{"it fails and is asked again too late", slow(700*time.Millisecond, 500), Schedule{time.Minute}, SendTimeout},
		{"it hangs", slow(time.Minute, 200), nil, SendTimeout},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{}
				f := wired(t, s, map[string]http.HandlerFunc{"app": test.app}, "user.*=http://app/hook")
				f.Retry = test.retry
				defer running(f)()
				turn := f.AppsTurn(s)
				is := func() bool {
					t.Helper()
					got, err := turn(t.Context(), []string{"user_1", "user_2"})
					if err != nil || got["user_2"] {
						t.Fatal(got, err)
					}
					return got["user_1"]
				}
				if is() {
					t.Error("it is the app's turn before anything arrived")
				}
				d := arrive(s, "user_1", "user.created")
				if !is() {
					t.Error("it is not the app's turn between the commit and the forward")
				}
				f.Enqueue(d)
				time.Sleep(test.over - 10*time.Millisecond) // the bubble's time
				if !is() {
					t.Error("the app's turn is over too early")
				}
				time.Sleep(50 * time.Millisecond)
				if is() {
					t.Error("it is still the app's turn")
				}
				time.Sleep(2 * time.Minute) // so that the app ends
			})
		})
	}
}

// slow is an app that takes its time.
func slow(takes time.Duration, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(takes)
		w.WriteHeader(status)
	}
}

func TestWithoutAForwardItIsNobodysTurn(t *testing.T) {
	for _, routes := range []string{"", "session.*=http://app/hook", "stripe=http://app/hook"} {
		s := &shelf{}
		f := wired(t, s, nil, routes)
		arrive(s, "user_1", "user.created")
		if got, err := f.AppsTurn(s)(t.Context(), []string{"user_1"}); err != nil || len(got) > 0 {
			t.Errorf("%q: %v %v", routes, got, err)
		}
	}
}

// Each app that is told of the user has its turn.
func TestAllAppsHaveTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		f := wired(t, s, map[string]http.HandlerFunc{"a": slow(time.Second, 200), "b": slow(3*time.Second, 200)}, "http://a/hook,user.*=http://b/hook")
		defer running(f)()
		f.Enqueue(arrive(s, "user_1", "user.created"))
		time.Sleep(2 * time.Second)
		if got, err := f.AppsTurn(s)(t.Context(), []string{"user_1"}); err != nil || !got["user_1"] {
			t.Errorf("after one answer: %v %v", got, err)
		}
		time.Sleep(2 * time.Second)
		if got, err := f.AppsTurn(s)(t.Context(), []string{"user_1"}); err != nil || got["user_1"] {
			t.Errorf("after both: %v %v", got, err)
		}
	})
}

// Many sign-ups at once: an app that answers one after the other has its turn with each.
func TestAQueueThatMovesIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		f := wired(t, s, map[string]http.HandlerFunc{"app": slow(700*time.Millisecond, 200)}, "http://app/hook")
		defer running(f)()
		var users []string
		for i := range 40 {
			users = append(users, fmt.Sprint("user_", i))
			f.Enqueue(arrive(s, users[i], "user.created"))
		}
		turn := f.AppsTurn(s)
		time.Sleep(10 * time.Millisecond) // to look between two answers, never at the moment of one
		for i := range 40 {
			got, err := turn(t.Context(), users)
			if want := users[i:]; err != nil || !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(slices.Values(want))) {
				t.Fatalf("after %d answers it is the app's turn with %d, %v", i, len(got), err)
			}
			time.Sleep(700 * time.Millisecond)
		}
		if got, _ := turn(t.Context(), users); len(got) != 0 {
			t.Errorf("at the end: %v", got)
		}
	})
}

// Nor is a queue behind an app that hangs: its deliveries would wait for minutes.
func TestAQueueThatStandsStillIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		f := wired(t, s, map[string]http.HandlerFunc{"app": slow(time.Hour, 200)}, "http://app/hook")
		stop := running(f)
		for i := range 3 {
			f.Enqueue(arrive(s, fmt.Sprint("user_", i), "user.created"))
		}
		time.Sleep(SendTimeout + time.Second)
		if got, err := f.AppsTurn(s)(t.Context(), []string{"user_0", "user_1", "user_2"}); err != nil || len(got) > 0 {
			t.Errorf("%v %v", got, err)
		}
		stop()
		time.Sleep(2 * time.Hour)
	})
}

func TestWhoseTurnItIsMayBeUnknown(t *testing.T) {
	s := &shelf{fail: errors.New("the disk is away")}
	f := wired(t, s, nil, "http://app/hook")
	if _, err := f.AppsTurn(s)(t.Context(), []string{"user_1"}); err == nil || !strings.Contains(err.Error(), "away") {
		t.Error(err)
	}
}
