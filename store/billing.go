package store

import (
	"cmp"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// billing is what is known of a user's customers and subscriptions, by id. What the row
// shows is derived from all of it, so it is the same in whatever order the events came.
type billing struct {
	customers     map[string]customer
	subscriptions map[string]subscription
}

type customer struct {
	version int64 // of the newest event, in milliseconds since 1970
	deleted bool
}

// subscription is the last known state of one.
type subscription struct {
	webhook.Subscription
	// Version is the time of the event with this state, in milliseconds since 1970; 0 if
	// only the subscription's id is known.
	Version int64 `json:"version"`
	Ended   bool  `json:"ended,omitempty"`
}

// adoptRow adds what another program wrote to the row and no event mentioned.
func (b *billing) adoptRow(u *webhook.User) {
	c := valueOrZero(u.StripeCustomerID)
	if _, known := b.customers[c]; c != "" && !known {
		b.customers[c] = customer{}
	}
	id := valueOrZero(u.StripeSubscriptionID)
	if _, known := b.subscriptions[id]; id == "" || known {
		return
	}
	s := webhook.Subscription{
		CustomerID: c, ID: id, PriceID: valueOrZero(u.StripePriceID), PlanKey: valueOrZero(u.PlanKey), Status: valueOrZero(u.SubscriptionStatus),
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

// The classes of subscriptions. The row shows one of the highest class.
const (
	classEnded    = iota // it ended, or its customer was deleted
	classUnpaid          // it will not be paid again
	classExpected        // it was not paid yet, or only its id is known
	classAlive
)

func (b *billing) class(s subscription) int {
	switch {
	case s.Ended || b.customers[s.CustomerID].deleted:
		return classEnded
	case s.Status == "canceled" || s.Status == "incomplete_expired":
		return classUnpaid
	case s.Status == "" || s.Status == "incomplete":
		return classExpected
	}
	return classAlive
}

// current returns the subscription that the row shows: the newest of the highest class. When
// an old one ends, it never replaces a newer one.
func (b *billing) current() (best subscription, ok bool) {
	for _, s := range b.subscriptions {
		if !ok || cmp.Or(cmp.Compare(b.class(s), b.class(best)), s.Since.Compare(best.Since), cmp.Compare(s.ID, best.ID)) > 0 {
			best, ok = s, true
		}
	}
	return best, ok
}

// customer returns the newest customer that was not deleted, "" if there is none.
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

// fillRow sets the Stripe columns of a row, and no others.
func (b *billing) fillRow(u *webhook.User) {
	best, ok := b.current()
	ended := ok && b.class(best) == classEnded
	for _, c := range b.customers {
		ended = ended || !ok && c.deleted
	}
	u.StripeCustomerID = nullable(b.customer())
	switch {
	case ended:
		u.StripeSubscriptionID, u.StripePriceID, u.PlanKey, u.SubscriptionCurrentPeriodEnd = nil, nil, nil, nil
		u.SubscriptionStatus, u.CancelAtPeriodEnd = nullable("canceled"), false
	case ok:
		u.StripeCustomerID = nullable(best.CustomerID)
		u.StripeSubscriptionID, u.StripePriceID, u.PlanKey = nullable(best.ID), nullable(best.PriceID), nullable(best.PlanKey)
		u.SubscriptionStatus, u.CancelAtPeriodEnd = nullable(best.Status), best.Cancels
		u.SubscriptionCurrentPeriodEnd = nil
		if end := best.PeriodEnd; !end.IsZero() {
			u.SubscriptionCurrentPeriodEnd = &end
		}
	}
}

// sameBilling reports whether two rows have the same Stripe columns.
func sameBilling(a, b *webhook.User) bool {
	return valueOrZero(a.StripeCustomerID) == valueOrZero(b.StripeCustomerID) && valueOrZero(a.StripeSubscriptionID) == valueOrZero(b.StripeSubscriptionID) &&
		valueOrZero(a.StripePriceID) == valueOrZero(b.StripePriceID) && valueOrZero(a.PlanKey) == valueOrZero(b.PlanKey) &&
		valueOrZero(a.SubscriptionStatus) == valueOrZero(b.SubscriptionStatus) && a.CancelAtPeriodEnd == b.CancelAtPeriodEnd &&
		valueOrZero(a.SubscriptionCurrentPeriodEnd).Equal(valueOrZero(b.SubscriptionCurrentPeriodEnd))
}

// valueOrZero returns the zero value for NULL.
func valueOrZero[T string | time.Time](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

// nullable returns NULL for "".
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
