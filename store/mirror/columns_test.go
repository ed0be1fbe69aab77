package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A change of one Stripe column alone is copied, to a value and to NULL.
func TestEachStripeColumnIsCopied(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.run()
	r.capture(1, upsert("user_1", "one@example.com"))
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := webhook.Subscription{CustomerID: "cus_1", ID: "sub_1", Users: []string{"user_1"}, Rank: 2, Since: at, Status: "active"}
	for i, step := range []struct {
		change func()
		want   string
	}{
		{func() {}, "cus_1 sub_1 active f"},
		{func() { s.PriceID = "price_1" }, "cus_1 sub_1 price_1 active f"},
		{func() { s.PlanKey = "pro" }, "cus_1 sub_1 price_1 active f pro"},
		{func() { s.PeriodEnd = at.In(time.FixedZone("", 3600)) }, "cus_1 sub_1 price_1 active 2026-11-22 12:00:00 f pro"},
		{func() { s.Cancels = true }, "cus_1 sub_1 price_1 active 2026-11-22 12:00:00 t pro"},
		{func() { s.Status = "past_due" }, "cus_1 sub_1 price_1 past_due 2026-11-22 12:00:00 t pro"},
		{func() { s.ID, s.Since = "sub_2", at.Add(time.Second) }, "cus_1 sub_2 price_1 past_due 2026-11-22 12:00:00 t pro"},
		{func() { s.CustomerID, s.ID, s.Since = "cus_2", "sub_3", at.Add(2*time.Second) }, "cus_2 sub_3 price_1 past_due 2026-11-22 12:00:00 t pro"},
		{func() { s.Cancels = false }, "cus_2 sub_3 price_1 past_due 2026-11-22 12:00:00 f pro"},
		{func() { s.PeriodEnd = time.Time{} }, "cus_2 sub_3 price_1 past_due f pro"},
		{func() { s.PlanKey = "" }, "cus_2 sub_3 price_1 past_due f"},
		{func() { s.PriceID = "" }, "cus_2 sub_3 past_due f"},
	} {
		step.change()
		said := s
		e := webhook.Event{Type: "customer.subscription.updated", Action: webhook.SyncSubscription, At: at.Add(time.Duration(i) * time.Second), Subscription: &said}
		d := &webhook.Delivery{Provider: "stripe", MessageID: fmt.Sprint("evt_", i), Verdict: webhook.Verdict{Verified: true}}
		if err := r.Capture(t.Context(), d, e); err != nil || d.Outcome != webhook.Synced {
			t.Fatalf("%s %q, %v", d.Outcome, d.Note, err)
		}
		r.caughtUp()
		got := r.rows(`"stripeCustomerId", "stripeSubscriptionId", "stripePriceId", "subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey"`)
		if got["user_1"] != step.want {
			t.Errorf("step %d: the target has %q, want %q", i, got["user_1"], step.want)
		}
	}
}

// A new target may have the user already, with another address.
func TestAStripeChangeCopiesTheAddressToo(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.exec(`INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('user_1', 'old@example.com', now())`)
	r.capture(1, upsert("user_1", "one@example.com"))
	e := webhook.Event{Type: "checkout.session.completed", Action: webhook.LinkCustomer, At: time.UnixMilli(1716883200000), Subscription: &webhook.Subscription{CustomerID: "cus_1", Users: []string{"user_1"}}}
	d := &webhook.Delivery{Provider: "stripe", MessageID: "evt_1", Verdict: webhook.Verdict{Verified: true}}
	if err := r.Capture(t.Context(), d, e); err != nil {
		t.Fatal(err)
	}
	r.run()
	r.caughtUp()
	if got := r.rows(`"email", "stripeCustomerId"`)["user_1"]; got != "one@example.com cus_1" {
		t.Errorf("the target has %q", got)
	}
}
