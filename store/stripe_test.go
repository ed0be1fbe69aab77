package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The events of one customer, cus_1, and others by their number.

func stated(n int, status string, at int, users ...string) webhook.Event {
	e := webhook.Event{
		Type: "customer.subscription.updated", Action: webhook.SyncSubscription, At: second(at),
		Subscription: &webhook.Subscription{
			CustomerID: "cus_1", ID: fmt.Sprint("sub_", n), Users: users, Rank: 2, Since: second(n),
			PriceID: fmt.Sprint("price_", n), PlanKey: fmt.Sprint("plan_", n), Status: status, PeriodEnd: second(at + 5000),
		},
	}
	if len(users) > 0 {
		e.UserID = users[0]
	}
	return e
}

func changedTo(e webhook.Event, change func(*webhook.Subscription)) webhook.Event {
	s := *e.Subscription
	change(&s)
	e.Subscription = &s
	return e
}

func ofCustomer(e webhook.Event, id string) webhook.Event {
	return changedTo(e, func(s *webhook.Subscription) { s.CustomerID = id })
}

func subscriptionSince(e webhook.Event, at int) webhook.Event {
	return changedTo(e, func(s *webhook.Subscription) { s.Since = second(at) })
}

func rank(e webhook.Event, n int) webhook.Event {
	return changedTo(e, func(s *webhook.Subscription) { s.Rank = n })
}

func ended(n, at int) webhook.Event {
	e := rank(stated(n, "canceled", at), 3)
	e.Action = webhook.EndSubscription
	return e
}

func linked(n, at int, users ...string) webhook.Event {
	e := stated(n, "", at, users...)
	e.Action, e.Type = webhook.LinkCustomer, "checkout.session.completed"
	return changedTo(e, func(s *webhook.Subscription) { s.PriceID, s.PlanKey, s.PeriodEnd, s.Rank = "", "", time.Time{}, 0 })
}

// paidOnce is a checkout without a subscription.
func paidOnce(at int, users ...string) webhook.Event {
	return changedTo(linked(1, at, users...), func(s *webhook.Subscription) { s.ID = "" })
}

func invoiced(n, at int, users ...string) webhook.Event {
	e := linked(n, at, users...)
	e.Action, e.Type = webhook.ConfirmSubscription, "invoice.paid"
	return e
}

// invoicedOnce is an invoice without a subscription.
func invoicedOnce(at int, users ...string) webhook.Event {
	return changedTo(invoiced(1, at, users...), func(s *webhook.Subscription) { s.ID = "" })
}

func forgotten(at int) webhook.Event {
	return webhook.Event{
		Type: "customer.deleted", Action: webhook.ForgetCustomer, At: second(at),
		Subscription: &webhook.Subscription{CustomerID: "cus_1", Rank: 4},
	}
}

// rowOf returns a user's Stripe columns in one line, NULL as -.
func rowOf(t testing.TB, s *Store, id string) string {
	t.Helper()
	u, err := s.User(t.Context(), id)
	if err != nil {
		return err.Error()
	}
	return columnsOf(&u.User)
}

// columnsOf returns the Stripe columns in one line.
func columnsOf(u *webhook.User) string {
	text := func(p *string) string {
		if p == nil {
			return "-"
		}
		return *p
	}
	end := "-"
	if u.SubscriptionCurrentPeriodEnd != nil {
		end = fmt.Sprint(int(u.SubscriptionCurrentPeriodEnd.Sub(second(0)).Seconds()))
	}
	line := strings.Join([]string{
		text(u.StripeCustomerID), text(u.StripeSubscriptionID), text(u.StripePriceID), text(u.PlanKey), text(u.SubscriptionStatus), end,
	}, " ")
	if u.CancelAtPeriodEnd {
		line += " cancels"
	}
	return line
}

// billed captures an event as Stripe's message of that name.
func billed(t testing.TB, s *Store, message string, e webhook.Event) webhook.Delivery {
	t.Helper()
	d := verified(message)
	d.Provider = "stripe"
	if e.Subscription == nil {
		d.Provider = "clerk"
	}
	if err := s.Capture(t.Context(), d, e); err != nil {
		t.Fatal(err)
	}
	return *d
}

// told is one event of a billing story, and its result.
type told struct {
	message string
	event   webhook.Event
	sql     string
	outcome webhook.Outcome
	note    string
}

const active1 = "cus_1 sub_1 price_1 plan_1 active 5003"

func TestStripeGuards(t *testing.T) {
	born := told{message: "m0", event: upsert("user_1", "a@b.c", 1), outcome: webhook.Created}
	const synced, stale, unlinked = webhook.Synced, webhook.Stale, webhook.Unlinked
	for _, test := range []struct {
		name  string
		steps []told
		want  string // the row of user_1
	}{
		{"metadata names the user", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_0", "user_1"), outcome: synced},
		}, active1},
		{"the checkout links the user, and later events name nobody", []told{
			born,
			{message: "e1", event: linked(1, 2, "user_1"), outcome: synced},
			{message: "e2", event: stated(1, "active", 3), outcome: synced},
			{message: "e3", event: invoiced(1, 4), outcome: synced, note: "confirms what is known"},
		}, active1},
		{"the customer's id in a row of another program links the user", []told{
			born,
			{sql: `UPDATE "User" SET "stripeCustomerId" = 'cus_1'`},
			{message: "e1", event: stated(1, "active", 3, "user_2"), outcome: synced},
		}, active1},
		{"the subscription's id counts before the customer's", []told{
			born,
			{message: "m1", event: upsert("user_2", "d@b.c", 1), outcome: webhook.Created},
			{sql: `UPDATE "User" SET "stripeSubscriptionId" = 'sub_1' WHERE id = 'user_1'`},
			{message: "e1", event: stated(1, "active", 3, "user_2"), outcome: synced},
		}, active1},
		{"an e-mail address links the user if that is enabled", []told{
			born,
			{message: "e1", event: linked(1, 2), outcome: unlinked},
			{message: "e2", event: changedTo(linked(1, 2), func(s *webhook.Subscription) { s.LinkEmail = "a@b.c" }), outcome: synced},
		}, "cus_1 sub_1 - - - -"},
		{"an older event does not overwrite a newer", []told{
			born,
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e1", event: stated(1, "past_due", 1, "user_1"), outcome: stale, note: "2 s older"},
		}, active1},
		{"within a second created comes before updated", []told{
			born,
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e1", event: rank(stated(1, "incomplete", 3, "user_1"), 1), outcome: stale, note: "same second, but earlier than what is known"},
		}, active1},
		{"within a second updated comes before deleted", []told{
			born,
			{message: "e2", event: changedTo(ended(1, 3), func(s *webhook.Subscription) { s.Users = []string{"user_1"} }), outcome: synced},
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: stale},
		}, "cus_1 - - - canceled -"},
		{"of two updates in the same second the later arrival wins", []told{
			born,
			{message: "e1", event: stated(1, "past_due", 3, "user_1"), outcome: synced},
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
		}, active1},
		{"a deletion clears all but the customer", []told{
			born,
			{message: "e1", event: changedTo(stated(1, "active", 3, "user_1"), func(s *webhook.Subscription) { s.Cancels = true }), outcome: synced},
			{message: "e2", event: ended(1, 4), outcome: synced},
		}, "cus_1 - - - canceled -"},
		{"the end of an old subscription does not clear a newer one", []told{
			born,
			{message: "e1", event: stated(0, "active", 1, "user_1"), outcome: synced},
			{message: "e2", event: stated(1, "active", 3), outcome: synced},
			{message: "e3", event: ended(0, 9), outcome: synced, note: "nothing changed"},
		}, active1},
		{"nor does a late change of an old one", []told{
			born,
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e1", event: stated(0, "past_due", 9), outcome: synced, note: "nothing changed"},
		}, active1},
		{"the newer subscription is found by its time, not by its id", []told{
			born,
			{message: "e2", event: subscriptionSince(stated(1, "active", 3, "user_1"), 2), outcome: synced},
			{message: "e1", event: subscriptionSince(stated(2, "active", 9), 1), outcome: synced, note: "nothing changed"},
		}, active1},
		{"the customer of the newest event is shown, whatever arrives late", []told{
			born,
			{message: "e3", event: invoiced(1, 5, "user_1"), outcome: synced},
			{message: "e2", event: ofCustomer(invoiced(0, 3, "user_1"), "cus_0"), outcome: synced, note: "confirms what is known"},
			{message: "e1", event: invoiced(1, 2, "user_1"), outcome: synced, note: "confirms what is known"},
		}, "cus_1 - - - - -"},
		{"nor does an old subscription of the user's other customer", []told{
			born,
			{message: "e1", event: ofCustomer(stated(0, "active", 1, "user_1"), "cus_0"), outcome: synced},
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e3", event: ofCustomer(ended(0, 9), "cus_0"), outcome: synced, note: "nothing changed"},
		}, active1},
		{"an unknown subscription does not clear what another program wrote", []told{
			born,
			{sql: `UPDATE "User" SET "stripeCustomerId" = 'cus_1', "stripeSubscriptionId" = 'sub_1', "stripePriceId" = 'price_1', "planKey" = 'plan_1',
				"subscriptionStatus" = 'active', "subscriptionCurrentPeriodEnd" = '2026-11-22T13:06:43.000+00:00'`},
			{message: "e1", event: ended(0, 9), outcome: synced, note: "nothing changed"},
		}, active1},
		{"an unpaid subscription does not replace a paid one", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e2", event: stated(2, "incomplete", 4), outcome: synced, note: "nothing changed"},
			{message: "e3", event: linked(3, 4), outcome: synced, note: "nothing changed"},
		}, active1},
		{"nor does an expired or canceled one without a deletion", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e2", event: stated(2, "incomplete_expired", 4), outcome: synced, note: "nothing changed"},
			{message: "e3", event: stated(3, "canceled", 4), outcome: synced, note: "nothing changed"},
		}, active1},
		{"a late checkout does not bring back an ended subscription", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e2", event: ended(1, 4), outcome: synced},
			{message: "e0", event: linked(1, 2, "user_1"), outcome: synced, note: "nothing changed"},
		}, "cus_1 - - - canceled -"},
		{"a deleted customer is forgotten for good", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e3", event: forgotten(5), outcome: synced},
			{message: "e2", event: ended(1, 5), outcome: stale, note: "customer deleted"},
			{message: "e4", event: invoiced(1, 6, "user_1"), outcome: stale, note: "customer deleted"},
		}, "- - - - canceled -"},
		{"which does not affect the user's other customer", []told{
			born,
			{message: "e1", event: ofCustomer(stated(0, "active", 1, "user_1"), "cus_0"), outcome: synced},
			{message: "e2", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e3", event: changedTo(forgotten(5), func(s *webhook.Subscription) { s.CustomerID = "cus_0" }), outcome: synced, note: "nothing changed"},
		}, active1},
		{"a message is applied once", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "e1", event: stated(1, "active", 9, "user_1"), outcome: webhook.Duplicate, note: "duplicate of #2"},
		}, active1},
		{"a deleted user is not written to", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "m1", event: remove("user_1", 4), outcome: webhook.Deleted},
			{message: "e2", event: ended(1, 5), outcome: stale, note: "user deleted by #3"},
			{message: "e3", event: stated(2, "active", 6, "user_1"), outcome: stale, note: "user deleted by #3"},
		}, active1}, // the tombstone's
		{"a user who signs up again pays as the same customer", []told{
			{message: "m0", event: upsert("user_0", "a@b.c", 1), outcome: webhook.Created},
			{message: "e0", event: linked(1, 2, "user_0"), outcome: synced},
			{message: "m1", event: remove("user_0", 3), outcome: webhook.Deleted},
			{message: "m2", event: upsert("user_1", "a@b.c", 4), outcome: webhook.Created},
			{message: "e1", event: stated(2, "trialing", 5), outcome: webhook.Unlinked, note: "no user has customer cus_1: user_0, who had it, was deleted by #3"},
			{message: "e2", event: linked(2, 5, "user_1"), outcome: synced},
			{message: "e3", event: stated(2, "active", 6), outcome: synced},
			{message: "e4", event: stated(1, "active", 7), outcome: stale, note: "user deleted by #3"},
			{message: "e5", event: ended(1, 8), outcome: stale, note: "user deleted by #3"},
		}, "cus_1 sub_2 price_2 plan_2 active 5006"},
		{"and keeps a subscription paid before the deletion arrived", []told{
			{message: "m0", event: upsert("user_0", "a@b.c", 1), outcome: webhook.Created},
			{message: "e0", event: linked(1, 2, "user_0"), outcome: synced},
			{message: "m2", event: upsert("user_1", "a@b.c", 4), outcome: webhook.Conflict},
			{message: "e1", event: linked(2, 5, "user_1"), outcome: synced}, // to user_0, who is there still
			{message: "e2", event: stated(2, "trialing", 5), outcome: synced},
			{message: "m1", event: remove("user_0", 3), outcome: webhook.Deleted},
			{message: "e3", event: stated(2, "active", 6), outcome: stale, note: "user deleted by #6"},
			{message: "e4", event: stated(2, "active", 6, "user_9"), outcome: unlinked, note: "no user has customer cus_1: user_0, who had it, was deleted by #6"}, // who may yet come
			{message: "e5", event: invoiced(2, 7, "user_1"), outcome: synced},
			{message: "e6", event: stated(2, "past_due", 8), outcome: synced},
			// also where the row shows another
			{message: "e7", event: ofCustomer(stated(3, "active", 9, "user_1"), "cus_9"), outcome: synced},
			{message: "e8", event: stated(2, "active", 10), outcome: synced, note: "nothing changed"},
			{message: "e9", event: stated(0, "active", 11), outcome: synced, note: "nothing changed"},
		}, "cus_9 sub_3 price_3 plan_3 active 5009"},
		{"and the event waits for the named user, who is created later", []told{
			{message: "m0", event: upsert("user_0", "a@b.c", 1), outcome: webhook.Created},
			{message: "e0", event: linked(1, 2, "user_0"), outcome: synced},
			{message: "m1", event: remove("user_0", 3), outcome: webhook.Deleted},
			{message: "e1", event: linked(1, 5, "user_1"), outcome: unlinked, note: "no user has customer cus_1: user_0, who had it, was deleted by #3"},
			{message: "e2", event: paidOnce(6, "user_1"), outcome: unlinked, note: "no user has customer cus_1: user_0, who had it, was deleted by #3"},
			{message: "e3", event: stated(1, "active", 7, "user_1", "user_0"), outcome: stale, note: "user deleted by #3"},
			{message: "m2", event: upsert("user_1", "a@b.c", 8), outcome: webhook.Created},
			{message: "e4", event: stated(1, "past_due", 9), outcome: synced},
		}, "cus_1 sub_1 price_1 plan_1 past_due 5009"},
		{"a deleted customer stays deleted for a user who signs up again", []told{
			{message: "m0", event: upsert("user_0", "a@b.c", 1), outcome: webhook.Created},
			{message: "e0", event: linked(1, 2, "user_0"), outcome: synced},
			{message: "e1", event: forgotten(3), outcome: synced},
			{message: "m1", event: remove("user_0", 4), outcome: webhook.Deleted},
			{message: "m2", event: upsert("user_1", "a@b.c", 5), outcome: webhook.Created},
			{message: "e2", event: linked(2, 6, "user_1"), outcome: stale, note: "customer deleted"},
		}, "- - - - - -"},
		{"events about only the customer of a deleted user change nothing", []told{
			born,
			{message: "e1", event: stated(1, "active", 3, "user_1"), outcome: synced},
			{message: "m1", event: remove("user_1", 4), outcome: webhook.Deleted},
			{message: "e2", event: forgotten(5), outcome: stale, note: "user deleted by #3"},
		}, active1},
		{"a customer that another user holds is a conflict", []told{
			born,
			{message: "m1", event: upsert("user_2", "d@b.c", 1), outcome: webhook.Created},
			{sql: `UPDATE "User" SET "stripeSubscriptionId" = 'sub_1' WHERE id = 'user_1'`},
			{sql: `UPDATE "User" SET "stripeCustomerId" = 'cus_1' WHERE id = 'user_2'`},
			{message: "e1", event: stated(1, "active", 3), outcome: webhook.Conflict, note: "customer or subscription held by user_2"},
			{sql: `UPDATE "User" SET "stripeCustomerId" = NULL WHERE id = 'user_2'`},
			{message: "e1", event: stated(1, "active", 3), outcome: synced},
		}, active1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Config{})
			other := another(t, s.path)
			for i, step := range test.steps {
				if step.sql != "" {
					must(t, other, step.sql)
					continue
				}
				d := billed(t, s, step.message, step.event)
				if d.Outcome != step.outcome || step.note != "" && d.Note != step.note {
					t.Errorf("step %d: %s %q, want %s %q", i, d.Outcome, d.Note, step.outcome, step.note)
				}
				if d.Outcome == webhook.Conflict && step.event.Subscription != nil && (d.HeldBy != "user_2" || d.Answer.Status != 409 || !strings.Contains(string(d.Answer.Body), "Customer or subscription")) {
					t.Errorf("step %d: held by %q, answered %s", i, d.HeldBy, d.Answer.Body)
				}
			}
			if got := rowOf(t, s, "user_1"); got != test.want {
				t.Errorf("row %s\nwant %s", got, test.want)
			}
			consistent(t, s)
		})
	}
}

// At the same time the id decides, so the order of arrival does not matter.
func TestAtTheSameTimeTheGreaterIDIsShown(t *testing.T) {
	for _, order := range [][]int{{1, 2, 3, 4}, {4, 3, 2, 1}, {2, 4, 1, 3}} {
		s := open(t, Config{})
		capture(t, s, "m0", upsert("user_1", "a@b.c", 1))
		for _, n := range order {
			billed(t, s, fmt.Sprint("c", n), ofCustomer(paidOnce(5, "user_1"), fmt.Sprint("cus_", n)))
		}
		if got, want := rowOf(t, s, "user_1"), "cus_4 - - - - -"; got != want {
			t.Errorf("customers in the order %v: %s, want %s", order, got, want)
		}
		for _, n := range order {
			billed(t, s, fmt.Sprint("s", n), subscriptionSince(stated(n, "active", 3, "user_1"), 2))
		}
		if got, want := rowOf(t, s, "user_1"), "cus_1 sub_4 price_4 plan_4 active 5003"; got != want {
			t.Errorf("subscriptions in the order %v: %s, want %s", order, got, want)
		}
	}
}
