package webhook_test

import (
	"net/http"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAnswersAreThoseOfTheInterface(t *testing.T) {
	const user, other = "user_1", "user_2"
	for _, c := range []struct {
		name   string
		d      webhook.Delivery
		status int
		body   string
	}{
		{"created", webhook.Delivery{Outcome: webhook.Created}, 200, `{"message":"User created"}`},
		{"updated", webhook.Delivery{Outcome: webhook.Updated}, 200, `{"message":"User updated"}`},
		{"unchanged", webhook.Delivery{Outcome: webhook.Unchanged}, 200, `{"message":"User unchanged"}`},
		{"deleted", webhook.Delivery{Outcome: webhook.Deleted}, 200, `{"message":"User deleted"}`},
		{"synced", webhook.Delivery{Outcome: webhook.Synced}, 200, `{"message":"Subscription synced"}`},
		{"unlinked", webhook.Delivery{Outcome: webhook.Unlinked}, 200, `{"message":"No matching user yet"}`},
		{"unhandled", webhook.Delivery{Outcome: webhook.Unhandled}, 200, `{"message":"Event type not handled"}`},
		{"duplicate", webhook.Delivery{Outcome: webhook.Duplicate}, 200, `{"message":"Already processed"}`},
		{"stale", webhook.Delivery{Outcome: webhook.Stale}, 200, `{"message":"Stale event ignored"}`},
		{"without an e-mail address", webhook.Delivery{Outcome: webhook.MissingEmail}, 400, `{"message":"User has no email address","userId":"user_1"}`},
		{"malformed", webhook.Delivery{Outcome: webhook.Malformed, Note: "it has no type"}, 400, `{"message":"Malformed event","detail":"it has no type","delivery":7}`},
		{"conflict", webhook.Delivery{Outcome: webhook.Conflict, HeldBy: other}, 409, `{"message":"Email already belongs to another user","userId":"user_1","heldBy":"user_2"}`},
		{"rejected: wrong secret", rejected(webhook.WrongSecret), 400, `{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}`},
		{"rejected: missing headers", rejected(webhook.MissingHeaders), 400, `{"message":"Invalid webhook signature","code":"missing-headers","delivery":7}`},
		{"rejected: unsigned", rejected(webhook.Unsigned), 400, `{"message":"Invalid webhook signature","code":"unsigned","delivery":7}`},
		{"rejected: bad timestamp", rejected(webhook.BadTimestamp), 400, `{"message":"Invalid webhook signature","code":"bad-timestamp","delivery":7}`},
		{"rejected: too old", rejected(webhook.TooOld), 400, `{"message":"Invalid webhook signature","code":"too-old","delivery":7}`},
		{"rejected: too new", rejected(webhook.TooNew), 400, `{"message":"Invalid webhook signature","code":"too-new","delivery":7}`},
		{"rejected: malformed", rejected(webhook.MalformedSignature), 400, `{"message":"Invalid webhook signature","code":"malformed-signature","delivery":7}`},
		{"rejected: version", rejected(webhook.UnsupportedVersion), 400, `{"message":"Invalid webhook signature","code":"unsupported-version","delivery":7}`},
		{"rejected: provider", rejected(webhook.WrongProvider), 400, `{"message":"Invalid webhook signature","code":"wrong-provider","delivery":7}`},
		{"rejected: no secret", rejected(webhook.NoSecret), 400, `{"message":"Invalid webhook signature","code":"no-secret","delivery":7}`},
		{"rejected: path", rejected(webhook.WrongPath), 404, `{"message":"No webhook path","code":"wrong-path","delivery":7}`},
		{"rejected: method", rejected(webhook.WrongMethod), 405, `{"message":"Method not allowed","code":"wrong-method","delivery":7}`},
		{"rejected: too large", rejected(webhook.TooLarge), 413, `{"message":"Body too large","code":"too-large","delivery":7}`},
		{"rejected: incomplete", rejected(webhook.IncompleteBody), 400, `{"message":"Incomplete body","code":"incomplete-body","delivery":7}`},
		{"a resend to an app: nobody to tell", webhook.Delivery{}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.d.ID, c.d.UserID = 7, user
			a := webhook.AnswerTo(c.d)
			if a.Status != c.status || string(a.Body) != c.body {
				t.Errorf("%d %s, want %d %s", a.Status, a.Body, c.status, c.body)
			}
		})
	}
	for status, body := range map[int]string{
		http.StatusNotFound:            `{"message":"Not found"}`,
		http.StatusMethodNotAllowed:    `{"message":"Method not allowed"}`,
		http.StatusInternalServerError: `{"message":"Not captured"}`,
	} {
		if a := webhook.Refusal(status); a.Status != status || string(a.Body) != body {
			t.Errorf("Refusal(%d) = %d %s", status, a.Status, a.Body)
		}
	}
}

func rejected(code webhook.Code) webhook.Delivery {
	return webhook.Delivery{Outcome: webhook.Rejected, Verdict: webhook.Verdict{Code: code}}
}

func TestWhatCountsAsFailed(t *testing.T) {
	good := webhook.Verdict{Verified: true}
	for _, c := range []struct {
		name string
		d    webhook.Delivery
		want bool
	}{
		{"a verified one", webhook.Delivery{Verdict: good, Answer: webhook.Answer{Status: 200}}, false},
		{"a verified one that the app took", webhook.Delivery{Verdict: good, Answer: webhook.Answer{Status: 200}, AppStatus: 204}, false},
		{"a rejected one", webhook.Delivery{Answer: webhook.Answer{Status: 400}}, true},
		{"a verified one that was refused", webhook.Delivery{Verdict: good, Answer: webhook.Answer{Status: 409}}, true},
		{"one that the app redirected", webhook.Delivery{Verdict: good, Answer: webhook.Answer{Status: 200}, AppStatus: 307}, true},
		{"one that the app did not answer", webhook.Delivery{Verdict: good, Answer: webhook.Answer{Status: 200}, AppFailure: webhook.NoAnswer}, true},
		{"a verbatim resend that the app took though it would not verify here", webhook.Delivery{Origin: webhook.Resend, AppStatus: 200}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.d.Failed() != c.want {
				t.Errorf("Failed() = %v", !c.want)
			}
		})
	}
	for _, f := range []webhook.Forward{{Status: 199}, {Status: 300}, {Status: 0, Failure: webhook.NoAnswer}, {Status: 200, Failure: webhook.PartialAnswer}} {
		if !f.Failed() {
			t.Errorf("%+v is not failed", f)
		}
	}
	if (webhook.Forward{Status: 299}).Failed() {
		t.Error("299 is failed")
	}
}

func TestNoAppAnswer(t *testing.T) {
	for _, c := range []struct {
		failure webhook.Failure
		error   string
		status  int
		body    string
	}{
		{webhook.NotRunning, "nothing listens at localhost:3000: is the app running?", 502, `{"message":"The app gave no answer","detail":"nothing listens at localhost:3000: is the app running?","delivery":7}`},
		{webhook.Timeout, "no whole answer within 14 s", 504, `{"message":"The app did not answer in time","detail":"no whole answer within 14 s","delivery":7}`},
	} {
		if got := webhook.NoAppAnswer(webhook.Forward{DeliveryID: 7, Failure: c.failure, Error: c.error}); got.Status != c.status || string(got.Body) != c.body {
			t.Errorf("%d %s", got.Status, got.Body)
		}
	}
}
