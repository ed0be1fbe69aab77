package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestARebuildReportsWhatTheDeliveriesDoNotExplain(t *testing.T) {
	s := open(t, Config{Parse: read})
	for i, e := range []webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "d@b.c", 2), upsert("u3", "e@b.c", 3), remove("u3", 4)} {
		if err := s.Capture(t.Context(), written(message(i), e), e); err != nil {
			t.Fatal(err)
		}
	}
	other := another(t, s.path)
	must(t, other, `UPDATE "User" SET email = 'x@b.c', "planKey" = 'pro' WHERE id = 'u1'`)
	must(t, other, `DELETE FROM "User" WHERE id = 'u2'`)
	must(t, other, `INSERT INTO "User" (id, email, "updatedAt") VALUES ('u9', 'i@b.c', '2026-11-22T10:00:00.000+00:00')`)
	got, err := s.Rebuild(t.Context())
	want := "[{u1 email x@b.c a@b.c} {u1 planKey pro } {u2 row absent present} {u9 row present absent}]"
	if err != nil || got.Deliveries != 4 || got.Users != 4 || got.Differences != 4 || fmt.Sprint(got.Differ) != want {
		t.Errorf("%+v %v\nwant %s", got, err, want)
	}
	if again, err := s.Rebuild(t.Context()); err != nil || again.Differences != 4 {
		t.Errorf("Rebuild changed something: %+v %v", again, err)
	}
}

// Each Stripe column is written if it alone changed, and reported if it alone differs.
func TestEachStripeColumnIsCompared(t *testing.T) {
	s := open(t, Config{Parse: read})
	send := func(message string, e webhook.Event) {
		t.Helper()
		if err := s.Capture(t.Context(), written(message, e), e); err != nil {
			t.Fatal(err)
		}
	}
	send("m1", upsert("user_1", "a@b.c", 1))
	e := stated(1, "active", 3, "user_1")
	send("e1", e)
	for i, test := range []struct {
		change func(*webhook.Subscription)
		want   string
	}{
		{func(s *webhook.Subscription) { s.PriceID = "price_9" }, "cus_1 sub_1 price_9 plan_1 active 5003"},
		{func(s *webhook.Subscription) { s.PlanKey = "plan_9" }, "cus_1 sub_1 price_9 plan_9 active 5003"},
		{func(s *webhook.Subscription) { s.Status = "past_due" }, "cus_1 sub_1 price_9 plan_9 past_due 5003"},
		{func(s *webhook.Subscription) { s.PeriodEnd = second(9) }, "cus_1 sub_1 price_9 plan_9 past_due 9"},
		{func(s *webhook.Subscription) { s.Cancels = true }, "cus_1 sub_1 price_9 plan_9 past_due 9 cancels"},
		{func(s *webhook.Subscription) { s.PeriodEnd = time.Time{} }, "cus_1 sub_1 price_9 plan_9 past_due - cancels"},
		{func(s *webhook.Subscription) { s.ID, s.Since = "sub_9", second(2) }, "cus_1 sub_9 price_9 plan_9 past_due - cancels"},
		{func(s *webhook.Subscription) { s.CustomerID, s.ID, s.Since = "cus_9", "sub_99", second(3) }, "cus_9 sub_99 price_9 plan_9 past_due - cancels"},
	} {
		e = changedTo(e, test.change)
		e.At = second(10 + i)
		send(fmt.Sprint("e1", i), e)
		if got := rowOf(t, s, "user_1"); got != test.want {
			t.Errorf("row %s\nwant %s", got, test.want)
		}
	}
	other := another(t, s.path)
	for column, value := range map[string]string{
		"stripeCustomerId": "'cus_0'", "stripeSubscriptionId": "'sub_0'", "stripePriceId": "'price_0'", "subscriptionStatus": "'trialing'",
		"subscriptionCurrentPeriodEnd": "'2027-01-01T00:00:00.000+00:00'", "cancelAtPeriodEnd": "false", "planKey": "'plan_0'",
	} {
		got, err := s.Rebuild(t.Context())
		if err != nil || got.Differences != 0 {
			t.Fatalf("%+v %v", got, err)
		}
		must(t, other, `CREATE TABLE was AS SELECT * FROM "User"`)
		must(t, other, `UPDATE "User" SET "`+column+`" = `+value)
		if got, err = s.Rebuild(t.Context()); err != nil || got.Differences != 1 || got.Differ[0].Column != column {
			t.Errorf("%s: %+v %v", column, got, err)
		}
		must(t, other, `UPDATE "User" SET "`+column+`" = (SELECT "`+column+`" FROM was)`)
		must(t, other, `DROP TABLE was`)
	}
	must(t, other, `UPDATE user_state SET version = version + 1`)
	if got, err := s.Rebuild(t.Context()); err != nil || got.Differences != 1 || got.Differ[0].Column != "version" {
		t.Errorf("version: %+v %v", got, err)
	}
}
