package receiver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// wired returns a forwarder to apps in memory, by host. Its clock is that of the
// synctest bubble.
func wired(t *testing.T, s *shelf, apps map[string]http.HandlerFunc, routes string) *Forwarder {
	t.Helper()
	f := forwarder(t, s, "")
	f.Now, f.Endpoints[0].Secrets = time.Now, knowing() // the bubble's clock is not the signature's
	f.client = appclient.New(false, func(_ context.Context, _, addr string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(addr)
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			req, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			body, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(strings.NewReader(string(body)))
			w := httptest.NewRecorder()
			apps[host](w, req)
			res := w.Result()
			res.Close = true
			_ = res.Write(theirs)
		}()
		return ours, nil
	})
	parsed, err := ParseRoutes(routes)
	if err != nil {
		t.Fatal(err)
	}
	f.Redirect(parsed...)
	return f
}

// running runs a forwarder until the test stops it.
func running(f *Forwarder) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

// journal records which messages an app got.
type journal struct {
	mu  sync.Mutex
	got []string
}

func (j *journal) note(r *http.Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.got = append(j.got, strings.TrimPrefix(r.Header.Get("Svix-Id"), "msg_"))
}

func (j *journal) all() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.got, " ")
}

func TestASlowAppDoesNotDelayOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{recorded: make(chan webhook.Forward, 100)}
		var slow, quick journal
		f := wired(t, s, map[string]http.HandlerFunc{
			"slow":  func(_ http.ResponseWriter, r *http.Request) { slow.note(r); time.Sleep(10 * time.Second) },
			"quick": func(_ http.ResponseWriter, r *http.Request) { quick.note(r) },
		}, "http://slow http://quick")
		defer running(f)()
		begun := time.Now()
		for range 3 {
			f.Enqueue(captured(t, s, now, "{}", nil))
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("enqueueing took %v", took)
		}
		for i := range 3 {
			if sent := <-s.recorded; sent.Target != "http://quick"+clerkPath || sent.DeliveryID != int64(i+1) || time.Since(begun) > time.Second {
				t.Errorf("after %v the answer %d is %+v", time.Since(begun), i, sent)
			}
		}
		for i := range 3 {
			if sent := <-s.recorded; sent.Target != "http://slow"+clerkPath || sent.DeliveryID != int64(i+1) {
				t.Errorf("the slow app's answer %d is %+v", i, sent)
			}
		}
		if slow.all() != "1 2 3" || quick.all() != "1 2 3" {
			t.Errorf("the slow app got %s, the quick one %s", slow.all(), quick.all())
		}
	})
}

func TestRoutesSendByType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{recorded: make(chan webhook.Forward, 100)}
		var users, all, none journal
		f := wired(t, s, map[string]http.HandlerFunc{
			"users": func(_ http.ResponseWriter, r *http.Request) { users.note(r) },
			"all":   func(_ http.ResponseWriter, r *http.Request) { all.note(r) },
			"none":  func(_ http.ResponseWriter, r *http.Request) { none.note(r) },
		}, "clerk:user.*=http://users http://all email.*=http://none")
		defer running(f)()
		for _, kind := range []string{"user.created", "session.created", "user.deleted"} {
			f.Enqueue(captured(t, s, now, "{}", func(d *webhook.Delivery) { d.Type = kind }))
		}
		for range 5 {
			<-s.recorded
		}
		synctest.Wait()
		if users.all() != "1 3" || all.all() != "1 2 3" || none.all() != "" || len(s.recorded) != 0 {
			t.Errorf("got %q, %q and %q", users.all(), all.all(), none.all())
		}
	})
}

// A request in flight is waited for; what still waits is recorded.
func TestRedirectChangesWhereDeliveriesGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{recorded: make(chan webhook.Forward, 100)}
		var old, fresh journal
		f := wired(t, s, map[string]http.HandlerFunc{
			"old": func(_ http.ResponseWriter, r *http.Request) { old.note(r); time.Sleep(10 * time.Second) },
			"new": func(_ http.ResponseWriter, r *http.Request) { fresh.note(r) },
		}, "http://old")
		stop := running(f)
		for range 2 {
			f.Enqueue(captured(t, s, now, "{}", nil))
		}
		time.Sleep(time.Second) // the bubble's
		f.Redirect(Route{Target: "http://new"})
		f.Enqueue(captured(t, s, now, "{}", nil))
		if sent := <-s.recorded; sent.DeliveryID != 3 || sent.Status != 200 || sent.Target != "http://new"+clerkPath {
			t.Errorf("the first after the change is %+v", sent)
		}
		if sent := <-s.recorded; sent.DeliveryID != 1 || sent.Status != 200 {
			t.Errorf("what the old app had is %+v", sent)
		}
		if sent := <-s.recorded; sent.DeliveryID != 2 || sent.Error != "not sent: the target was changed before its turn" {
			t.Errorf("what waited for the old app is %+v", sent)
		}
		if old.all() != "1" || fresh.all() != "3" {
			t.Errorf("the old app got %s, the new one %s", old.all(), fresh.all())
		}
		f.Redirect()
		f.Enqueue(captured(t, s, now, "{}", nil))
		stop()
		if len(s.recorded) != 0 || len(f.Routes()) != 0 {
			t.Error("a delivery was sent without a route")
		}
		f.Lost = func(error) {}
		f.Redirect(Route{Target: "http://new"}) // after the end: nothing starts
		f.Enqueue(captured(t, s, now, "{}", nil))
	})
}

func TestFailedForwardsAreRetried(t *testing.T) {
	status := func(codes ...int) func(n int, w http.ResponseWriter) {
		return func(n int, w http.ResponseWriter) { w.WriteHeader(codes[min(n, len(codes)-1)]) }
	}
	asks := func(value string) func(n int, w http.ResponseWriter) {
		return func(n int, w http.ResponseWriter) {
			if n == 0 {
				w.Header().Set("Retry-After", value)
				w.WriteHeader(503)
			}
		}
	}
	seconds := func(ns ...int) (ds []time.Duration) {
		for _, n := range ns {
			ds = append(ds, time.Duration(n)*time.Second)
		}
		return ds
	}
	// The bubble's clock begins at the start of 2000.
	inSeconds := func(n int) string {
		return time.Date(2000, 1, 1, 0, 0, n, 0, time.UTC).Format(http.TimeFormat)
	}
	for _, c := range []struct {
		name     string
		schedule Schedule
		app      func(n int, w http.ResponseWriter)
		after    []time.Duration // since the attempt before
	}{
		{"never without a schedule", nil, status(500), seconds(0)},
		{"not if it was accepted", RetrySchedule(), status(200), seconds(0)},
		{"until it is accepted", RetrySchedule(), status(500, 404, 200), seconds(0, 1, 5)},
		{"after a redirect, too", RetrySchedule(), status(307, 200), seconds(0, 1)},
		{"three times at most", RetrySchedule(), status(500), seconds(0, 1, 5, 30)},
		{"when the app asks for, in seconds", RetrySchedule(), asks("10"), seconds(0, 10)},
		{"when the app asks for, by a date", RetrySchedule(), asks(inSeconds(20)), seconds(0, 20)},
		{"not sooner than the schedule says", RetrySchedule(), asks("0"), seconds(0, 1)},
		{"nor for a date in the past", RetrySchedule(), asks(inSeconds(-3600)), seconds(0, 1)},
		{"nor later than in a minute", RetrySchedule(), asks("86400"), seconds(0, 60)},
		{"and nonsense is ignored", RetrySchedule(), asks("soon"), seconds(0, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{recorded: make(chan webhook.Forward, 100)}
				n := -1
				f := wired(t, s, map[string]http.HandlerFunc{"app": func(w http.ResponseWriter, _ *http.Request) { n++; c.app(n, w) }}, "http://app")
				f.Retry = c.schedule
				defer running(f)()
				f.Enqueue(captured(t, s, now, "{}", nil))
				last := time.Now()
				var after []time.Duration
				for range c.after {
					sent := <-s.recorded
					after = append(after, sent.At.Sub(last).Round(time.Second))
					last = sent.At
				}
				time.Sleep(time.Hour) // the bubble's
				if !slices.Equal(after, c.after) || len(s.recorded) != 0 {
					t.Errorf("sent after %v, want %v, and then %d times", after, c.after, len(s.recorded))
				}
			})
		})
	}
}

// One that the app rejects does not block those that follow.
func TestAFailedDeliveryLetsOthersPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{recorded: make(chan webhook.Forward, 100)}
		var got journal
		f := wired(t, s, map[string]http.HandlerFunc{"app": func(w http.ResponseWriter, r *http.Request) {
			got.note(r)
			if id := r.Header.Get("Svix-Id"); id == "msg_1" || id == "msg_2" {
				w.WriteHeader(500)
			}
			time.Sleep(300 * time.Millisecond)
		}}, "http://app")
		f.Retry = Schedule{time.Second}
		defer running(f)()
		for range 8 {
			f.Enqueue(captured(t, s, now, "{}", nil))
		}
		for range 10 {
			<-s.recorded
		}
		// 1 is due again after 1.3 s, which is after the fifth.
		if got.all() != "1 2 3 4 5 1 2 6 7 8" {
			t.Errorf("the app got %s", got.all())
		}
	})
}

func TestTheEndDropsRetriesAndRecordsWhatWasNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{recorded: make(chan webhook.Forward, 100)}
		f := wired(t, s, map[string]http.HandlerFunc{"app": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }}, "http://app")
		f.Retry = RetrySchedule()
		stop := running(f)
		f.Enqueue(captured(t, s, now, "{}", nil))
		<-s.recorded
		stop()
		if len(s.recorded) != 0 {
			t.Errorf("recorded %+v", <-s.recorded)
		}
		var lost []error
		f.Lost = func(err error) { lost = append(lost, err) }
		f.Enqueue(captured(t, s, now, "{}", nil))
		if fmt.Sprint(lost) != "[forward #2: not sent: hooktop was stopped first]" {
			t.Errorf("lost %v", lost)
		}
	})
}

func TestRetriesAreBounded(t *testing.T) {
	l := newTargetQueue("http://app")
	for id := range int64(maxRetries + 10) {
		l.again(retry{id: id}, &webhook.Forward{Status: 500}, RetrySchedule(), now)
	}
	if len(l.retries) != maxRetries || l.retries[0].id != 0 || l.retries[1].id != 1 {
		t.Errorf("%d wait, the first is #%d", len(l.retries), l.retries[0].id)
	}
}
