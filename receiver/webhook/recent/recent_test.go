package recent_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

var signedAt = time.Unix(1716883200, 0)

// verdict returns the verdict on a Clerk delivery that a known or unknown secret
// signed, received age later.
func verdict(t *testing.T, known bool, age time.Duration) webhook.Verdict {
	t.Helper()
	secret := webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "CLERK_WEBHOOK_SECRET"})
	by := secret
	if !known {
		by = webhook.NewSecret("whsec_YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2Rm", webhook.Source{})
	}
	r := webhook.Request{Method: "POST", URL: "/api/webhooks/clerk", Header: http.Header{}, Body: []byte(`{"type":"user.created"}`)}
	if err := (providers.Clerk{}).Signing().SignMessage(r.Header, by, "msg_1", signedAt, r.Body); err != nil {
		t.Fatal(err)
	}
	return providers.Verify(providers.Clerk{}, r, signedAt.Add(age), []webhook.Secret{secret})
}

// Earlier deliveries distinguish a wrong clock from a stored request that was sent
// again.
func TestHistoryTellsAClockFromAStoredRequest(t *testing.T) {
	now := signedAt.Add(24 * time.Hour)
	seen := func(id string, ago, age time.Duration) recent.Delivery {
		return recent.Delivery{At: now.Add(-ago), Signed: now.Add(-ago - age), MessageID: id}
	}
	for _, c := range []struct {
		name    string
		history recent.History
		age     time.Duration
		title   string
		says    string
		clock   string // + looks right, - wrong, "" not said
	}{
		{"nothing is known", nil, time.Hour, "Signed too long ago", "most likely a stored request was sent again; otherwise a clock is wrong", ""},
		{"the last ones were in time", recent.History{seen("a", time.Minute, time.Second), seen("b", 2*time.Minute, 2*time.Second)}, time.Hour, "Signed too long ago", "The last 2 deliveries whose signature verified were 2 s old, so this machine's clock looks right", "+"},
		{"the last one was in time", recent.History{seen("a", time.Minute, time.Second)}, 20 * time.Minute, "Signed too long ago", "The last delivery whose signature verified was 1 s old", "+"},
		{"all are seven minutes late", recent.History{seen("a", time.Minute, 7*time.Minute), seen("b", 2*time.Minute, 7*time.Minute+3*time.Second), seen("c", 3*time.Minute, 7*time.Minute)}, 7*time.Minute + time.Second, "Signed too long ago", "The last 3 deliveries whose signature verified were off by the same amount, so this machine's clock looks ahead by 421 s", "-"},
		{"all are an hour early", recent.History{seen("a", time.Minute, -time.Hour)}, -time.Hour + time.Second, "Signed in the future", "behind by 59 min", "-"},
		{"late by more than the others are", recent.History{seen("a", time.Minute, 7*time.Minute), seen("b", 2*time.Minute, 7*time.Minute)}, 3 * time.Hour, "Signed too long ago", "most likely a stored request was sent again; otherwise a clock is wrong", ""},
		{"early, where the others were in time", recent.History{seen("a", time.Minute, 0)}, -time.Hour, "Signed in the future", "most likely the signer's clock is ahead", "+"},
		{"the others contradict each other", recent.History{seen("a", time.Minute, 0), seen("b", time.Minute, 4*time.Minute)}, time.Hour, "Signed too long ago", "otherwise a clock", ""},
		{"the others are of yesterday", recent.History{seen("a", 20*time.Hour, 0)}, time.Hour, "Signed too long ago", "otherwise a clock", ""},
		{"the same signature was here in time", recent.History{{At: now.Add(-time.Hour), Signed: now.Add(-time.Hour), MessageID: "this"}}, time.Hour, "A stored request, sent again", "The same message, signed at the same time, verified here 60 min ago", "+"},
		{"the same message was here, signed anew since", recent.History{{At: now.Add(-2 * time.Hour), Signed: now.Add(-2 * time.Hour), MessageID: "this"}}, time.Hour, "Signed too long ago", "otherwise a clock", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verdict(t, true, c.age)
			if v.Code != webhook.TooOld && v.Code != webhook.TooNew {
				t.Fatalf("verdict %+v", v)
			}
			before := len(v.Checks)
			got := c.history.Reconsider(recent.Delivery{At: now, Signed: now.Add(-c.age), MessageID: "this", Tolerance: 300 * time.Second}, v)
			if got.Code != v.Code || got.Secret != v.Secret || got.Title != c.title || !strings.Contains(got.Detail, c.says) || got.Fix == "" {
				t.Errorf("%s: %s\n%s", got.Title, got.Detail, got.Fix)
			}
			clock := ""
			for _, check := range got.Checks {
				if check.Name == "clock" {
					clock = map[bool]string{true: "+", false: "-"}[check.OK]
					if !check.Hint {
						t.Error("a clock is no proof")
					}
				}
			}
			if clock != c.clock || len(v.Checks) != before {
				t.Errorf("clock %q: %+v", clock, got.Checks)
			}
		})
	}
}

func TestHistoryNamesAnotherEnvironment(t *testing.T) {
	h := recent.History{{At: signedAt, Signed: signedAt}, {At: signedAt, Signed: signedAt, InstanceID: "ins_dev"}}
	v := verdict(t, false, 0)
	other := h.Reconsider(recent.Delivery{At: signedAt, Signed: signedAt, InstanceID: "ins_prod"}, v)
	if !strings.Contains(other.Detail, "instance ins_prod, but the deliveries that verified come from ins_dev") || !last(other.Checks).Hint || last(other.Checks).OK {
		t.Errorf("%s\n%+v", other.Detail, other.Checks)
	}
	same := h.Reconsider(recent.Delivery{At: signedAt, Signed: signedAt, InstanceID: "ins_dev"}, v)
	if same.Detail != v.Detail || !last(same.Checks).OK || last(same.Checks).Name != "instance" {
		t.Errorf("%s\n%+v", same.Detail, same.Checks)
	}
	if unknown := h.Reconsider(recent.Delivery{At: signedAt, Signed: signedAt}, v); len(unknown.Checks) != len(v.Checks) {
		t.Errorf("%+v", unknown.Checks)
	}
	hostile := h.Reconsider(recent.Delivery{At: signedAt, InstanceID: "\x1b[2J"}, v)
	if strings.Contains(hostile.Detail+last(hostile.Checks).Detail, "\x1b") {
		t.Errorf("%q", hostile.Detail)
	}
	verified := webhook.Verdict{Verified: true}
	if got := h.Reconsider(recent.Delivery{InstanceID: "ins_prod"}, verified); len(got.Checks) != 0 {
		t.Errorf("%+v", got)
	}
}

func last(checks []webhook.Check) webhook.Check { return checks[len(checks)-1] }

// The age is proven, why it is so is not: the title says the first, the detail
// "most likely" or "looks" of the second. A request that was here in time is proven
// to have been sent again.
func TestWhyASignatureIsOldIsNotSaidForCertain(t *testing.T) {
	now := signedAt.Add(24 * time.Hour)
	seen := func(ago, age time.Duration) recent.Delivery {
		return recent.Delivery{At: now.Add(-ago), Signed: now.Add(-ago - age), MessageID: ago.String()}
	}
	for name, c := range map[string]struct {
		history recent.History
		age     time.Duration
	}{
		"nothing known":             {nil, time.Hour},
		"from the future":           {nil, -time.Hour},
		"others in time":            {recent.History{seen(time.Minute, 0)}, time.Hour},
		"others in time, this new":  {recent.History{seen(time.Minute, 0)}, -time.Hour},
		"all late by as much":       {recent.History{seen(time.Minute, time.Hour), seen(2*time.Minute, time.Hour)}, time.Hour},
		"all early by as much":      {recent.History{seen(time.Minute, -time.Hour)}, -time.Hour},
		"others contradict another": {recent.History{seen(time.Minute, 0), seen(2*time.Minute, 4*time.Minute)}, time.Hour},
	} {
		v := c.history.Reconsider(recent.Delivery{At: now, Signed: now.Add(-c.age), MessageID: "this", Tolerance: 300 * time.Second}, verdict(t, true, c.age))
		if v.Title != "Signed too long ago" && v.Title != "Signed in the future" || !v.Certain() {
			t.Errorf("%s: %s, certain: %v", name, v.Title, v.Certain())
		}
		if !strings.Contains(v.Detail, "most likely") && !strings.Contains(v.Detail, "Most likely") && !strings.Contains(v.Detail, "looks") {
			t.Errorf("%s: %s", name, v.Detail)
		}
	}
}
