package webhook_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAStandingSaysWhatBecameOfADelivery(t *testing.T) {
	verified := webhook.Verdict{Verified: true}
	answered := func(status int) webhook.Answer { return webhook.Answer{Status: status} }
	for _, c := range []struct {
		name string
		d    webhook.Delivery
		want webhook.Standing
		// here is the standing whatever the app answered, where it is another.
		here webhook.Standing
	}{
		{"created", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(200)}, "applied", ""},
		{"unchanged", webhook.Delivery{Verdict: verified, Outcome: webhook.Unchanged, Answer: answered(200)}, "applied", ""},
		{"synced", webhook.Delivery{Verdict: verified, Outcome: webhook.Synced, Answer: answered(200)}, "applied", ""},
		{"created, and the app accepted it", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(200), AppStatus: 204}, "applied", ""},
		{"created, but the app answered 400", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(200), AppStatus: 400}, "app-failed", "applied"},
		{"created, but the app redirected it", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(200), AppStatus: 307}, "app-failed", "applied"},
		{"created, but no app listens", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(200), AppFailure: webhook.NotRunning}, "app-failed", "applied"},
		{"created, and the app's 500 was the answer", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(500), AppStatus: 500}, "app-failed", "applied"},
		{"created, and the app accepted it after its 500 was the answer", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(500), AppStatus: 200}, "app-failed", "applied"},
		{"duplicate", webhook.Delivery{Verdict: verified, Outcome: webhook.Duplicate, Answer: answered(200)}, "duplicate", ""},
		{"duplicate that the app refused", webhook.Delivery{Verdict: verified, Outcome: webhook.Duplicate, Answer: answered(200), AppStatus: 500}, "app-failed", "duplicate"},
		{"stale", webhook.Delivery{Verdict: verified, Outcome: webhook.Stale, Answer: answered(200)}, "stale", ""},
		{"stale that the app refused", webhook.Delivery{Verdict: verified, Outcome: webhook.Stale, Answer: answered(200), AppStatus: 500}, "app-failed", "stale"},
		{"a type that is not handled", webhook.Delivery{Verdict: verified, Outcome: webhook.Unhandled, Answer: answered(200)}, "no-effect", ""},
		{"no user is linked yet", webhook.Delivery{Verdict: verified, Outcome: webhook.Unlinked, Answer: answered(200)}, "no-effect", ""},
		{"conflict", webhook.Delivery{Verdict: verified, Outcome: webhook.Conflict, HeldBy: "user_2", Answer: answered(409)}, "not-applied", ""},
		{"conflict that the app accepted", webhook.Delivery{Verdict: verified, Outcome: webhook.Conflict, HeldBy: "user_2", Answer: answered(200), AppStatus: 200}, "not-applied", ""},
		{"conflict that is over", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, HeldBy: "user_2", Answer: answered(409)}, "applied", ""},
		{"missing e-mail that the app refused, too", webhook.Delivery{Verdict: verified, Outcome: webhook.MissingEmail, Answer: answered(400), AppStatus: 400}, "not-applied", ""},
		{"malformed", webhook.Delivery{Verdict: verified, Outcome: webhook.Malformed, Answer: answered(400)}, "not-applied", ""},
		{"pulled and created", webhook.Delivery{Verdict: webhook.Verdict{Unverified: true}, FromAPI: true, Outcome: webhook.Created}, "unverified", ""},
		{"pulled, but the app refused it", webhook.Delivery{Verdict: webhook.Verdict{Unverified: true}, FromAPI: true, Outcome: webhook.Created, AppStatus: 500}, "app-failed", "unverified"},
		{"pulled after the webhook", webhook.Delivery{Verdict: webhook.Verdict{Unverified: true}, FromAPI: true, Outcome: webhook.Duplicate}, "duplicate", ""},
		{"unsigned in a file", webhook.Delivery{Verdict: webhook.Verdict{Unverified: true}, Outcome: webhook.Unhandled, Answer: answered(200)}, "no-effect", ""},
		{"rejected", webhook.Delivery{Outcome: webhook.Rejected, Answer: answered(400)}, "rejected", ""},
		{"rejected, and verified when it was checked again", webhook.Delivery{Verdict: verified, Outcome: webhook.Created, Answer: answered(400), ReverifiedAt: time.Unix(9, 0)}, "applied", ""},
		{"resend to the app", webhook.Delivery{Origin: webhook.Resend, AppStatus: 200}, "resent", ""},
		{"resend that has no answer yet", webhook.Delivery{Origin: webhook.Resend}, "resent", ""},
		{"resend that the app refused", webhook.Delivery{Origin: webhook.Resend, AppStatus: 500}, "resend-failed", "resent"},
		{"resend that found no app", webhook.Delivery{Origin: webhook.Resend, Verdict: verified, AppFailure: webhook.NotRunning}, "resend-failed", "resent"},
		{"resend to hooktop", webhook.Delivery{Origin: webhook.Resend, Verdict: verified, Outcome: webhook.Created, Answer: answered(200)}, "resent", ""},
		{"resend to hooktop that is a duplicate", webhook.Delivery{Origin: webhook.Resend, Verdict: verified, Outcome: webhook.Duplicate, Answer: answered(200)}, "resent", ""},
		{"resend to hooktop that was rejected", webhook.Delivery{Origin: webhook.Resend, Outcome: webhook.Rejected, Answer: answered(400)}, "rejected", ""},
		{"resend to hooktop that conflicts", webhook.Delivery{Origin: webhook.Resend, Verdict: verified, Outcome: webhook.Conflict, Answer: answered(409)}, "not-applied", ""},
		{"resend to hooktop that the app refused", webhook.Delivery{Origin: webhook.Resend, Verdict: verified, Outcome: webhook.Duplicate, Answer: answered(200), AppStatus: 500}, "app-failed", "resent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			here := c.want
			if c.here != "" {
				here = c.here
			}
			if got := c.d.Standing(); got != c.want {
				t.Errorf("Standing() = %s, want %s", got, c.want)
			}
			if got := c.d.StandingHere(); got != here {
				t.Errorf("StandingHere() = %s, want %s", got, here)
			}
			if got := c.d.Standing().Failed(); got != c.d.Failed() {
				t.Errorf("the standing %s is a failure: %v, the delivery: %v", c.want, got, c.d.Failed())
			}
			if c.d.Failed() && c.want != "resend-failed" && c.d.Cause().Standing() != c.want {
				t.Errorf("its cause %q stands as %s, want %s", c.d.Cause(), c.d.Cause().Standing(), c.want)
			}
		})
	}
}

// Whatever comes together in a delivery, what failed looks failed and nothing
// else does.
func TestTheStandingOfAFailureIsAFailure(t *testing.T) {
	outcomes := []webhook.Outcome{
		webhook.Created, webhook.Updated, webhook.Unchanged, webhook.Deleted, webhook.Stale, webhook.Duplicate, webhook.Unhandled,
		webhook.MissingEmail, webhook.Malformed, webhook.Conflict, webhook.Unlinked, webhook.Synced, webhook.Rejected, "",
	}
	for _, outcome := range outcomes {
		for _, origin := range []webhook.Origin{webhook.Tunnel, webhook.Local, webhook.Trigger, webhook.Resend} {
			for _, answer := range []int{0, 200, 400, 500} {
				for _, app := range []int{0, 200, 302, 401, 500} {
					for _, failure := range []webhook.Failure{"", webhook.NotRunning} {
						if outcome == webhook.Rejected && answer < 400 || outcome == "" && (origin != webhook.Resend || answer != 0) {
							continue // there are no such deliveries
						}
						d := webhook.Delivery{
							Outcome: outcome, Origin: origin, Answer: webhook.Answer{Status: answer}, AppStatus: app, AppFailure: failure,
							Verdict: webhook.Verdict{Verified: outcome != webhook.Rejected},
						}
						if s := d.Standing(); s.Failed() != d.Failed() {
							t.Errorf("%s %q, %d →%d %q stands as %s, and Failed() is %v", origin, outcome, answer, app, failure, s, d.Failed())
						}
					}
				}
			}
		}
	}
}

func TestASymbolTellsFailuresFromTheRest(t *testing.T) {
	failed := map[string]bool{}
	for _, s := range webhook.Standings() {
		symbol := s.Symbol()
		if before, known := failed[symbol]; known && before != s.Failed() {
			t.Errorf("%s stands for failures and for what did not fail", symbol)
		}
		failed[symbol] = s.Failed()
	}
	if got, want := fmt.Sprint(failed), "map[!:true -:false =:false ~:false ·:false »:false ↻:false ○:false ✓:false ✗:true]"; got != want {
		t.Errorf("the symbols are %s, want %s", got, want)
	}
}
