package tunnel

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel/selftest"
	"github.com/hooktop/hooktop/tunnel/standin"
)

func TestTheTunnelIsLiveOnceTheSelfTestPassed(t *testing.T) {
	s := start(t, standin.Options{})
	begun, pass := make(chan string), make(chan bool)
	tun := tested(t, s, func(c *Config) {
		run := c.Test
		c.Test = func(ctx context.Context, url string) selftest.Result {
			begun <- url
			<-pass
			return run(ctx, url)
		}
	})
	if url := <-begun; url != public {
		t.Errorf("tested %q", url)
	}
	if st := tun.Status(); st.State != Connecting || st.Proof != ProofPending || st.URL != public {
		t.Errorf("while it is tested: %+v", st)
	}
	before := time.Now().Add(-time.Second)
	close(pass)
	st := until(t, tun, "live", in(Live))
	if st.Proof != ProofPassed || st.Proven.Before(before) || st.Err != "" || st.Lost != "" || st.Attempt != 0 {
		t.Errorf("status %+v", st)
	}
	// And again after a reconnect.
	s.Drop()
	<-begun
	if st := tun.Status(); st.State != Reconnecting || st.Proof != ProofPending {
		t.Errorf("after a reconnect: %+v", st)
	}
	until(t, tun, "live", in(Live))
}

func TestWhoAnswersInPlaceOfHooktopIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*http.Request) *http.Response
		says   string
	}{
		"another server": {func(r *http.Request) *http.Response {
			a := standin.Answer(r, 404, "text/html", "<h1>Not here</h1>")
			a.Header.Set("Server", "nginx/1.27")
			return a
		}, "nginx/1.27"},
		"another hooktop": {func(r *http.Request) *http.Response {
			return standin.Answer(r, 400, "application/json", `{"message":"Invalid webhook signature","code":"missing_headers","delivery":12}`)
		}, "another hooktop"},
		"a redirect": {func(r *http.Request) *http.Response {
			a := standin.Answer(r, 308, "text/plain", "")
			a.Header.Set("Location", "https://www.example.com/")
			return a
		}, "https://www.example.com/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, standin.Options{OnRequest: c.answer})
			tun := tested(t, s, nil)
			st := until(t, tun, "refused", func(s Status) bool { return !s.NextTry.IsZero() })
			if st.State != Connecting || st.Proof != ProofFailed || !strings.Contains(st.Err, c.says) || st.Fix == "" || st.Code != "" {
				t.Errorf("status %+v", st)
			}
			until(t, tun, "tested again", func(s Status) bool { return s.Attempt > 2 })
		})
	}
}

// This machine may not reach its own URL although senders do.
func TestATunnelThatCannotBeTestedIsLiveAndUnproven(t *testing.T) {
	s := start(t, standin.Options{})
	var tests atomic.Int32
	c := config(s)
	c.Test = func(context.Context, string) selftest.Result {
		tests.Add(1)
		return selftest.Result{Outcome: selftest.Undecided, Err: "cannot resolve", Fix: "wait"}
	}
	tun := listen(t, c)
	serve(t, tun, prove)
	st := until(t, tun, "live", in(Live))
	if st.Proof != ProofUnknown || st.Err != "cannot resolve" || st.Fix != "wait" || !st.Proven.IsZero() || !st.NextTry.IsZero() {
		t.Errorf("status %+v", st)
	}
	// Requests for other hosts prove nothing.
	tun.Arrived("www.example.com")
	if st := tun.Status(); st.Proof != ProofUnknown {
		t.Errorf("status %+v", st)
	}
	tun.Arrived(strings.ToUpper(domain))
	st = until(t, tun, "proven", func(s Status) bool { return s.Proof == ProofPassed })
	if st.State != Live || st.Proven.IsZero() || st.Err != "" || st.Fix != "" {
		t.Errorf("status %+v", st)
	}
}

// A proxy of this network may answer in place of the URL, and then the test is wrong.
func TestADeliveryProvesMoreThanAFailedTest(t *testing.T) {
	s := start(t, standin.Options{})
	c := config(s)
	c.Test = func(context.Context, string) selftest.Result {
		return selftest.Result{Outcome: selftest.Refused, Err: "blocked", Fix: "ask"}
	}
	tun := listen(t, c)
	serve(t, tun, prove)
	until(t, tun, "refused", func(s Status) bool { return s.Proof == ProofFailed })
	tun.Arrived(domain)
	if st := until(t, tun, "live", in(Live)); st.Proof != ProofPassed || st.Err != "" || !st.NextTry.IsZero() {
		t.Errorf("status %+v", st)
	}
}

func TestTestsThatCannotDecideEnd(t *testing.T) {
	tests := 0
	retestFast(t, func() selftest.Result { tests++; return selftest.Result{Outcome: selftest.Undecided} })
	if tests != maxUndecided {
		t.Errorf("%d tests, want %d", tests, maxUndecided)
	}
}

// A changed URL is known although the SDK keeps to the first one.
func TestAURLThatChangesOnReconnectIsKnown(t *testing.T) {
	const moved = "https://moved-dev.ngrok-free.dev"
	s := start(t, standin.Options{Assign: func(b standin.Bind) string {
		if b.ID != "" {
			return moved
		}
		return public
	}})
	tun := tested(t, s, nil)
	until(t, tun, "live", in(Live))
	s.Drop()
	st := until(t, tun, "live at another URL", func(s Status) bool { return s.State == Live && s.URL == moved })
	if st.Proof != ProofPassed || tun.Addr().String() != "moved-dev.ngrok-free.dev" {
		t.Errorf("status %+v", st)
	}
	mustPost(t, client(t, s), "moved-dev.ngrok-free.dev", "{}")
}

// ngrok may lose an endpoint while the session stays: only a new session helps.
func TestASessionWhoseEndpointStaysOfflineIsReplaced(t *testing.T) {
	var sessions atomic.Int32
	s := start(t, standin.Options{
		OnAuth: func(a standin.Auth) string { sessions.Add(1); return "" },
		OnRequest: func(r *http.Request) *http.Response {
			if sessions.Load() < 2 {
				return standin.EdgeError(r, 404, 3200, "The endpoint is offline.")
			}
			return nil
		},
	})
	tun := tested(t, s, nil)
	st := until(t, tun, "refused", func(s Status) bool { return s.Code == "ERR_NGROK_3200" })
	if st.State != Connecting || st.URL != public {
		t.Errorf("status %+v", st)
	}
	st = until(t, tun, "live", in(Live))
	if st.Proof != ProofPassed || st.URL != public {
		t.Errorf("status %+v", st)
	}
	if a := s.Auths(); len(a) != 2 || a[1].ClientID != "" {
		t.Errorf("sign-ins %+v", a)
	}
	if err := s.WaitSessions(testContext(t), 1); err != nil {
		t.Error(err)
	}
	mustPost(t, client(t, s), domain, "{}")
}

// If even new sessions do not help, ngrok is not signed in to every few seconds.
func TestSessionsAreReplacedLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tun := &Tunnel{config: Config{Now: time.Now}, changed: make(chan struct{}, 1), endTest: func() {}, session: &session{stale: make(chan struct{}, 1)}}
		tun.config.Test = func(context.Context, string) selftest.Result {
			return selftest.Result{Outcome: selftest.Refused, Offline: true}
		}
		var took []time.Duration
		for range 10 {
			begun := time.Now()
			tun.mu.Lock()
			tun.test(false)
			tun.mu.Unlock()
			<-tun.session.stale
			took = append(took, time.Since(begun))
		}
		if took[0] != 3*time.Second || took[1] != 6*time.Second || took[9] != 2*maxRetest {
			t.Errorf("replaced after %v", took)
		}
		tun.stopTesting()
	})
}

// When the SDK makes its next attempt is known, although it does not say so.
func TestTheNextTryOfTheSDKIsKnown(t *testing.T) {
	var refusing atomic.Bool
	attempts := make(chan time.Time, 100)
	s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
		attempts <- time.Now()
		if refusing.Load() {
			return "not now"
		}
		return ""
	}})
	tun := listen(t, config(s))
	until(t, tun, "live", in(Live))
	<-attempts
	refusing.Store(true)
	s.Drop()
	<-attempts // at once
	for n := range 3 {
		st := until(t, tun, "waiting", func(s Status) bool { return s.Attempt == n+2 && !s.NextTry.IsZero() })
		if at := <-attempts; at.Sub(st.NextTry).Abs() > time.Second {
			t.Errorf("attempt %d at %v, not at %v", st.Attempt, at, st.NextTry)
		}
	}
	refusing.Store(false)
	if st := until(t, tun, "live", in(Live)); !st.NextTry.IsZero() {
		t.Errorf("status %+v", st)
	}
}

func TestWhatMayBeLostIsSaid(t *testing.T) {
	at := time.Date(2026, 11, 30, 14, 2, 10, 0, time.Local)
	if got := lost(at, at.Add(4*time.Second)); got != "" {
		t.Errorf("after a moment: %q", got)
	}
	got := lost(at, at.Add(10*time.Minute))
	if !strings.Contains(got, "14:02:10") || !strings.Contains(got, "14:12:10") {
		t.Errorf("after ten minutes: %q", got)
	}
}
