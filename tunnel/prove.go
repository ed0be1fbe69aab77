package tunnel

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/hooktop/hooktop/tunnel/selftest"
)

const (
	firstRetest  = time.Second // then twice as long each time
	maxRetest    = 5 * time.Minute
	maxUndecided = 4 // self-tests in a row that could not decide; then a delivery has to prove the URL
	renewAfter   = 3 // self-tests that met an offline URL; then the session is made anew
)

// connected takes note that the endpoint is online at a URL, and tests whether the
// URL leads here. Without a test the tunnel is live at once. The caller holds t.mu.
func (t *Tunnel) connected(url string) {
	t.linked = true
	t.set(func(s *Status) {
		s.URL, s.LastHeard, s.NextTry = url, t.now(), time.Time{}
		s.Code, s.Err, s.Fix = "", "", ""
	})
	if t.config.Test == nil {
		t.live(ProofNone, selftest.Result{})
		return
	}
	t.test(false)
}

// test starts to test the URL, in place of a test that is running. afterSleep says
// that the link may be dead: any outcome but a pass then breaks it. The caller holds
// t.mu.
func (t *Tunnel) test(afterSleep bool) {
	t.endTest()
	if t.ended() {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.endTest = cancel
	t.set(func(s *Status) { s.Proof = ProofPending })
	url, first := t.status.URL, min(firstRetest<<t.renewals, maxRetest)
	t.tests.Go(func() {
		retest(ctx, first, func() selftest.Result { return t.config.Test(ctx, url) }, func(r selftest.Result, n int, wait time.Duration) bool {
			t.mu.Lock()
			defer t.mu.Unlock()
			if ctx.Err() != nil { // it no longer counts
				return false
			}
			return t.settle(r, n, wait, afterSleep)
		})
	})
}

// retest tests until settle says that it is enough, and waits in between, first for
// wait. settle gets the outcome, how many tests there were, and how long the wait for
// the next one would be.
func retest(ctx context.Context, wait time.Duration, test func() selftest.Result, settle func(r selftest.Result, n int, wait time.Duration) (again bool)) {
	for n := 1; settle(test(), n, wait); n++ {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		wait = min(2*wait, maxRetest)
	}
}

// settle takes note of the outcome of the n-th test in a row, and reports whether to
// test again after wait. The caller holds t.mu.
func (t *Tunnel) settle(r selftest.Result, n int, wait time.Duration, afterSleep bool) (again bool) {
	switch {
	case r.Outcome == selftest.Passed:
		t.live(ProofPassed, r)
		return false
	case afterSleep:
		t.session.cut(&Error{Title: "the link to ngrok did not survive the computer's sleep", fix: reconnectsFix})
		return false
	case r.Outcome == selftest.Undecided:
		t.live(ProofUnknown, r)
		return n < maxUndecided
	}
	t.down(t.now())
	t.set(func(s *Status) {
		if s.State == Live {
			s.State = Reconnecting
		}
		s.Proof, s.Code, s.Err, s.Fix = ProofFailed, r.Code, r.Err, r.Fix
		s.Attempt = n + 1
	})
	t.retryAfter(wait)
	if r.Offline && n%renewAfter == 0 {
		t.renewals = min(t.renewals+1, 10) // the next session is tested less often
		t.session.renew()
	}
	return true
}

// live makes the tunnel live. r says why its URL is not proven, if it is not. The
// caller holds t.mu.
func (t *Tunnel) live(p Proof, r selftest.Result) {
	now := t.now()
	t.set(func(s *Status) {
		s.State, s.Attempt, s.NextTry = Live, 0, time.Time{}
		s.Proof, s.Code, s.Err, s.Fix = p, r.Code, r.Err, r.Fix
		if p == ProofPassed {
			s.Proven, t.renewals = now, 0
		}
		if !t.downSince.IsZero() {
			s.Lost = lost(t.downSince, now)
		}
	})
	t.downSince = time.Time{}
}

// down takes note since when nothing gets through. The caller holds t.mu.
func (t *Tunnel) down(since time.Time) {
	if t.downSince.IsZero() && t.status.URL != "" {
		t.downSince = since
	}
}

// lost returns what may have been lost while nothing got through, "" for a moment in
// which that is unlikely.
func lost(since, until time.Time) string {
	const moment = 5 * time.Second
	if until.Sub(since) < moment {
		return ""
	}
	const clock = "15:04:05"
	return fmt.Sprintf("deliveries sent between %s and %s may not have arrived; most senders send them again",
		since.Local().Format(clock), until.Local().Format(clock))
}

// Arrived takes note that a request came through the tunnel for a public host. If it
// is the tunnel's, that proves the URL as a self-test does.
func (t *Tunnel) Arrived(host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.linked || !isHostOf(t.status.URL, host) {
		return
	}
	t.endTest()
	t.live(ProofPassed, selftest.Result{})
}

func isHostOf(public, host string) bool {
	u, err := url.Parse(public)
	return err == nil && u.Host != "" && plainHost(host) == plainHost(u.Host)
}

// plainHost returns a host without the port that a URL need not name, in lower case, in
// Punycode and without a dot at the end.
func plainHost(host string) string {
	if ascii, err := httpguts.PunycodeHostPort(host); err == nil {
		host = ascii
	}
	host = strings.ToLower(host)
	for _, port := range []string{":443", ":80"} {
		host = strings.TrimSuffix(host, port)
	}
	return strings.TrimSuffix(host, ".")
}
