package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// paid captures an event of a subscription that names no user.
func (r *rig) paid(n int, customer string) {
	r.t.Helper()
	e := webhook.Event{Type: "customer.subscription.created", Action: webhook.SyncSubscription, At: time.UnixMilli(1716883200000 + int64(n)), Subscription: &webhook.Subscription{
		CustomerID: customer, ID: "sub_of_" + customer, Rank: 1, Status: "active",
	}}
	d := &webhook.Delivery{Provider: "stripe", MessageID: fmt.Sprint("evt_", n), Verdict: webhook.Verdict{Verified: true}}
	if err := r.Capture(r.t.Context(), d, e); err != nil || d.Outcome != webhook.Unlinked {
		r.t.Fatal(d.Outcome, err)
	}
}

// noneWaits waits until the users of all customers but some are known.
func (r *rig) waitFor(left int) {
	r.t.Helper()
	late := time.After(hang)
	for {
		customers, err := r.WaitingCustomers(r.t.Context(), "", 1000)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(customers) == left {
			return
		}
		select {
		case <-late:
			r.t.Fatalf("%q wait, want %d", customers, left)
		case <-time.After(time.Millisecond):
		}
	}
}

// The app stored the customer's id in its own table, and no event says whose it is.
func TestTheAppsTableSaysWhoseACustomerIs(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.run()
	r.capture(1, upsert("user_1", "one@example.com"))
	r.capture(2, upsert("user_2", "two@example.com"))
	r.caughtUp()
	r.exec(`UPDATE "User" SET "stripeCustomerId" = 'cus_1', "role" = 'admin' WHERE "id" = 'user_1'`)
	r.exec(`INSERT INTO "User" ("id", "email", "updatedAt", "stripeCustomerId") VALUES ('user_3', 'three@example.com', now(), 'cus_3')`)
	r.paid(3, "cus_1")
	r.paid(4, "cus_2") // the app does not know it yet
	r.paid(5, "cus_3") // Clerk has not announced its user yet
	r.waitFor(2)
	r.caughtUp()
	columns := `"stripeCustomerId", "stripeSubscriptionId", "subscriptionStatus", "role"`
	r.wantRows(columns, map[string]string{
		"user_1": "cus_1 sub_of_cus_1 active admin", "user_2": "member", "user_3": "cus_3 member",
	})
	r.exec(`UPDATE "User" SET "stripeCustomerId" = 'cus_2' WHERE "id" = 'user_2'`)
	r.waitFor(1)
	r.capture(6, upsert("user_3", "three@example.com"))
	r.waitFor(0)
	r.caughtUp()
	r.wantRows(columns, map[string]string{
		"user_1": "cus_1 sub_of_cus_1 active admin", "user_2": "cus_2 sub_of_cus_2 active member", "user_3": "cus_3 sub_of_cus_3 active member",
	})
	for user, customer := range map[string]string{"user_1": "cus_1", "user_2": "cus_2", "user_3": "cus_3"} {
		if u, err := r.User(t.Context(), user); err != nil || u.StripeCustomerID == nil || *u.StripeCustomerID != customer {
			t.Errorf("hooktop's %s: %+v, %v", user, u.User, err)
		}
	}
}
