package resolution_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
)

func rejected(code webhook.Code) webhook.Delivery {
	return webhook.Delivery{ID: 1, Outcome: webhook.Rejected, Verdict: webhook.Verdict{Code: code}}
}

func outcome(o webhook.Outcome) webhook.Delivery {
	return webhook.Delivery{ID: 2, Outcome: o, Verdict: webhook.Verdict{Verified: true}}
}

// What resolves hooktop's own refusal: hooktop or, with app, an app took the later one.
func TestWhatResolvesARefusal(t *testing.T) {
	toApp := webhook.Delivery{ID: 2, Origin: webhook.Resend, Verdict: webhook.Verdict{Verified: true}}
	told := outcome(webhook.Created)
	told.Answer.Status = 500
	for _, c := range []struct {
		name          string
		failed, later webhook.Delivery
		app, want     bool
	}{
		{"a rejection: it is applied later", rejected(webhook.WrongSecret), outcome(webhook.Created), false, true},
		{"a rejection: it verifies later, and cannot be applied", rejected(webhook.WrongSecret), outcome(webhook.Conflict), false, true},
		{"a rejection: it verifies later, and is of no use", rejected(webhook.WrongSecret), outcome(webhook.Unhandled), false, true},
		{"a rejection: it was applied before", rejected(webhook.WrongSecret), outcome(webhook.Duplicate), false, true},
		{"a rejection: its retry is rejected", rejected(webhook.WrongSecret), rejected(webhook.WrongSecret), false, false},
		{"a rejection: nothing vouches for the retry", rejected(webhook.WrongSecret), webhook.Delivery{ID: 2, Outcome: webhook.Unhandled, Verdict: webhook.Verdict{Unverified: true}}, false, false},
		{"a rejection: the provider's API has it", rejected(webhook.WrongSecret), webhook.Delivery{ID: 2, Outcome: webhook.Created, Verdict: webhook.Verdict{Unverified: true}, FromAPI: true}, false, true},
		{"a rejection: an app accepts what hooktop signed", rejected(webhook.WrongSecret), toApp, true, false},
		{"too old: an app accepts it", rejected(webhook.TooOld), toApp, true, true},
		{"too new: an app accepts it", rejected(webhook.TooNew), toApp, true, true},
		{"too old: it was sent to an app", rejected(webhook.TooOld), toApp, false, false},
		{"too old: the app accepts another delivery of its message", rejected(webhook.TooOld), outcome(webhook.Created), true, false},
		{"a conflict: applied", outcome(webhook.Conflict), outcome(webhook.Updated), false, true},
		{"a conflict: out of date", outcome(webhook.Conflict), outcome(webhook.Stale), false, true},
		{"a conflict: another conflict", outcome(webhook.Conflict), outcome(webhook.Conflict), false, false},
		{"a conflict: an app accepts it", outcome(webhook.Conflict), toApp, true, false},
		{"a conflict: an app accepts a later one", outcome(webhook.Conflict), outcome(webhook.Created), true, false},
		{"no address: it has one now", outcome(webhook.MissingEmail), outcome(webhook.Created), false, true},
		{"malformed: well-formed now", outcome(webhook.Malformed), outcome(webhook.Synced), false, true},
		{"malformed: its user is not known yet", outcome(webhook.Malformed), outcome(webhook.Unlinked), false, false},
		{"malformed: sent to an app", outcome(webhook.Malformed), toApp, false, false},
		{"the app's error was passed on: the app accepts it", told, toApp, true, true},
		{"the app's error was passed on: already processed", told, outcome(webhook.Duplicate), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !c.failed.Refused() {
				t.Fatal("it was not refused")
			}
			if got := resolution.OfRefusal(c.failed, c.later, c.app); got != c.want {
				t.Errorf("resolved: %v", got)
			}
		})
	}
}

// Which failed forwards an app's acceptance resolves: those to it or, if there is one, the
// one to where it was before.
func TestWhatResolvesAForward(t *testing.T) {
	failed := func(id int64, target string) webhook.Forward {
		return webhook.Forward{ID: id, Target: target, Failure: webhook.NotRunning}
	}
	accepted := func(target string) webhook.Forward { return webhook.Forward{ID: 9, Target: target, Status: 200} }
	for _, c := range []struct {
		name string
		sent []webhook.Forward
		by   string
		want []int64
	}{
		{"the same app", []webhook.Forward{failed(1, "a")}, "a", []int64{1}},
		{"it moved", []webhook.Forward{failed(1, "a")}, "b", []int64{1}},
		{"the other app, which has it already", []webhook.Forward{failed(1, "a"), accepted("b")}, "b", nil},
		{"the other app by another name of this machine", []webhook.Forward{failed(1, "http://localhost:3001/a"), accepted("http://localhost:3000/a")}, "http://127.0.0.1:3000/a", nil},
		{"the same app by another name of this machine", []webhook.Forward{failed(1, "http://localhost:3000/a"), failed(2, "http://localhost:3001/a")}, "http://[::1]:3000/a", []int64{1}},
		{"the same app by its usual port", []webhook.Forward{failed(1, "http://LOCALHOST/a"), failed(2, "http://localhost/b")}, "http://localhost:80/a", []int64{1}},
		{"another route of the app", []webhook.Forward{failed(1, "http://localhost/a"), failed(2, "http://localhost/b")}, "http://localhost:80/c", nil},
		{"the same address with and without TLS", []webhook.Forward{failed(1, "https://localhost:3000/a"), failed(2, "b")}, "http://localhost:3000/a", []int64{1}},
		{"it moved, and the other app has it", []webhook.Forward{failed(1, "a"), accepted("b")}, "c", []int64{1}},
		{"one of two", []webhook.Forward{failed(1, "a"), failed(2, "b")}, "b", []int64{2}},
		{"one of two moved, but which", []webhook.Forward{failed(1, "a"), failed(2, "b")}, "c", nil},
		{"resolved before", []webhook.Forward{{ID: 1, Target: "a", Status: 500, ResolvedBy: 7}}, "a", nil},
		{"nothing failed", []webhook.Forward{accepted("a")}, "a", nil},
		{"nothing was sent", nil, "a", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []int64
			for _, f := range resolution.OfForwards(c.sent, accepted(c.by)) {
				got = append(got, f.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAResolvedFailureSaysHow(t *testing.T) {
	app := webhook.Delivery{ID: 38, Outcome: webhook.Created, Verdict: webhook.Verdict{Verified: true}, AppStatus: 500}
	resolved := func(by int64, how webhook.Resolution, status int) webhook.Delivery {
		d := app
		d.ResolvedBy, d.ResolvedHow, d.ResolvedStatus = by, how, status
		return d
	}
	acknowledged := app
	acknowledged.AcknowledgedAt = time.Now()
	both := resolved(44, webhook.ByResend, 200)
	both.AcknowledgedAt = time.Now()
	fine := resolved(38, webhook.ByForward, 200)
	fine.AppStatus = 200
	for _, c := range []struct {
		d        webhook.Delivery
		want     string
		standing webhook.Standing
	}{
		{resolved(44, webhook.ByResend, 200), "resent as #44: 200", webhook.StandingResolved},
		{resolved(44, webhook.ByRetry, 204), "retried as #44: 204", webhook.StandingResolved},
		{resolved(44, webhook.ByRetry, 0), "retried as #44", webhook.StandingResolved},
		{resolved(44, "", 0), "resolved by #44", webhook.StandingResolved},
		{resolved(44, "one of tomorrow", 200), "resolved by #44: 200", webhook.StandingResolved},
		{resolved(38, webhook.ByForward, 200), "sent again: 200", webhook.StandingResolved},
		{acknowledged, "acknowledged: app 500", webhook.StandingAcknowledged},
		{both, "resent as #44: 200", webhook.StandingResolved},
		{fine, "", webhook.StandingApplied},
		{app, "", webhook.StandingAppFailed},
	} {
		if got := resolution.Text(c.d); got != c.want || c.d.Standing() != c.standing {
			t.Errorf("%q, %s, want %q, %s", got, c.d.Standing(), c.want, c.standing)
		}
	}
}

func TestHowAFailureWasResolved(t *testing.T) {
	failed := webhook.Delivery{ID: 1}
	for want, later := range map[webhook.Resolution]webhook.Delivery{
		webhook.ByResend:  {ID: 2, Origin: webhook.Resend, ParentID: 1},
		webhook.ByRetry:   {ID: 2, Origin: webhook.Tunnel},
		webhook.ByForward: {ID: 1},
		"":                {ID: 2, ReverifiedAt: time.Now()},
	} {
		if got := resolution.How(failed, later); got != want {
			t.Errorf("%+v: %q, want %q", later, got, want)
		}
	}
}
