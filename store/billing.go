package store

import (
	"cmp"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// billing is what is known of a user's customers and subscriptions, by id. What
// the user's row shows is derived from all of it, so that it is the same in
// whatever order the events came.
type billing struct {
	customers     map[string]customer
	subscriptions map[string]subscription
}

type customer struct {
	version int64 // of the newest event, in milliseconds since 1970
	deleted bool
}

// subscription is the last that was said of one.
type subscription struct {
	webhook.Subscription
	// Version is of the event that said it, in milliseconds since 1970; 0 where
	// nothing was said but that the subscription is there.
	Version int64 `json:"version"`
	Ended   bool  `json:"ended,omitempty"`
}

// adopt takes from the row what another program wrote there and no event told.
func (b *billing) adopt(u *webhook.User) {
	c := value(u.StripeCustomerID)
	if _, known := b.customers[c]; c != "" && !known {
		b.customers[c] = customer{}
	}
	id := value(u.StripeSubscriptionID)
	if _, known := b.subscriptions[id]; id == "" || known {
		return
	}
	s := webhook.Subscription{
		CustomerID: c, ID: id, PriceID: value(u.StripePriceID), PlanKey: value(u.PlanKey), Status: value(u.SubscriptionStatus),
		Cancels: u.CancelAtPeriodEnd,
	}
	if u.SubscriptionCurrentPeriodEnd != nil {
		s.PeriodEnd = *u.SubscriptionCurrentPeriodEnd
	}
	b.subscriptions[id] = subscription{Subscription: s}
}

// learn adds what an event that is not stale says.
func (b *billing) learn(e webhook.Event) {
	s, version := *e.Subscription, e.At.UnixMilli()
	c := b.customers[s.CustomerID]
	switch e.Action {
	case webhook.SyncSubscription, webhook.EndSubscription:
		b.subscriptions[s.ID] = subscription{s, version, e.Action == webhook.EndSubscription}
	case webhook.LinkCustomer:
		if _, known := b.subscriptions[s.ID]; s.ID != "" && !known {
			b.subscriptions[s.ID] = subscription{Subscription: s}
		}
	case webhook.ForgetCustomer:
		c.deleted = true
	case webhook.ConfirmSubscription, webhook.NoAction, webhook.Upsert, webhook.Remove:
		// it says who the customer is and nothing else, or is not an event of Stripe's
	}
	c.version = max(c.version, version)
	b.customers[s.CustomerID] = c
}

// The classes of subscriptions: one of a higher class is shown before all of a
// lower.
const (
	gone     = iota // ended, or its customer was deleted
	over            // it will not be paid any more
	expected        // it was not paid yet, or nothing is known but its id
	alive
)

func (b *billing) class(s subscription) int {
	switch {
	case s.Ended || b.customers[s.CustomerID].deleted:
		return gone
	case s.Status == "canceled" || s.Status == "incomplete_expired":
		return over
	case s.Status == "" || s.Status == "incomplete":
		return expected
	}
	return alive
}

// shown is the subscription that the row shows: of those that live best the
// newest. An old one that ends never takes the place of a newer.
func (b *billing) shown() (best subscription, ok bool) {
	for _, s := range b.subscriptions {
		if !ok || cmp.Or(cmp.Compare(b.class(s), b.class(best)), s.Since.Compare(best.Since), cmp.Compare(s.ID, best.ID)) > 0 {
			best, ok = s, true
		}
	}
	return best, ok
}

// customer is the newest that was not deleted, "" where there is none.
func (b *billing) customer() (id string) {
	for other, c := range b.customers {
		if c.deleted {
			continue
		}
		if have := b.customers[id]; id == "" || cmp.Or(cmp.Compare(c.version, have.version), cmp.Compare(other, id)) > 0 {
			id = other
		}
	}
	return id
}

// show writes the Stripe columns of a row, and no other.
func (b *billing) show(u *webhook.User) {
	best, ok := b.shown()
	ended := ok && b.class(best) == gone
	for _, c := range b.customers {
		ended = ended || !ok && c.deleted
	}
	u.StripeCustomerID = given(b.customer())
	switch {
	case ended:
		u.StripeSubscriptionID, u.StripePriceID, u.PlanKey, u.SubscriptionCurrentPeriodEnd = nil, nil, nil, nil
		u.SubscriptionStatus, u.CancelAtPeriodEnd = given("canceled"), false
	case ok:
		u.StripeCustomerID = given(best.CustomerID)
		u.StripeSubscriptionID, u.StripePriceID, u.PlanKey = given(best.ID), given(best.PriceID), given(best.PlanKey)
		u.SubscriptionStatus, u.CancelAtPeriodEnd = given(best.Status), best.Cancels
		u.SubscriptionCurrentPeriodEnd = nil
		if end := best.PeriodEnd; !end.IsZero() {
			u.SubscriptionCurrentPeriodEnd = &end
		}
	}
}

// alike says whether two rows have the same Stripe columns.
func alike(a, b *webhook.User) bool {
	return value(a.StripeCustomerID) == value(b.StripeCustomerID) && value(a.StripeSubscriptionID) == value(b.StripeSubscriptionID) &&
		value(a.StripePriceID) == value(b.StripePriceID) && value(a.PlanKey) == value(b.PlanKey) &&
		value(a.SubscriptionStatus) == value(b.SubscriptionStatus) && a.CancelAtPeriodEnd == b.CancelAtPeriodEnd &&
		value(a.SubscriptionCurrentPeriodEnd).Equal(value(b.SubscriptionCurrentPeriodEnd))
}

// value is a column's, the zero value for NULL.
func value[T string | time.Time](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

// given is a column of that value, NULL for "".
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
