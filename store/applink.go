package store

import (
	"context"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Links that the app knows: it wrote a Stripe customer's id into its own users table
// (--users-db), and no event says whose the customer is. The mirror looks there and passes on what it
// found. The link is stored with each delivery that it helped, because the delivery does not
// say it and a rebuild needs it.

// waitingCustomer begins the key of an event that waits for a customer's user.
const waitingCustomer = "customer:"

// WaitingCustomers returns Stripe customers whose events wait for their user, in order,
// after one of them or "".
func (s *Store) WaitingCustomers(ctx context.Context, after string, most int) ([]string, error) {
	// ';' follows ':'
	keys, err := queryColumn[string](ctx, s.read, `SELECT DISTINCT key FROM parked_key WHERE key > ? AND key < 'customer;' ORDER BY key LIMIT ?`,
		waitingCustomer+after, pageLimit(most))
	if err != nil {
		return nil, s.fail("list the customers without a user", err)
	}
	for i, key := range keys {
		keys[i] = strings.TrimPrefix(key, waitingCustomer)
	}
	return keys, nil
}

// LinkCustomer applies the events that wait for a customer's user to the user whom the app's
// own table names. If Clerk has not announced that user yet, they wait for that. A deleted
// user is not linked.
func (s *Store) LinkCustomer(ctx context.Context, customerID, userID string) error {
	return s.do(ctx, "link the customer", func(t *tx) error {
		var r record
		if err := r.scan(t.user.Row(userID)); err != nil {
			return err
		}
		if r.tombstone && !r.hasRow {
			return nil
		}
		waiting, err := t.pendingUnder(waitingCustomer + customerID)
		if err != nil {
			return err
		}
		for _, p := range waiting {
			if err := run(t.pending.setNamed, p.deliveryID, userID); err != nil {
				return err
			}
			if err := run(t.pending.addKey, "user:"+userID, p.deliveryID); err != nil {
				return err
			}
		}
		if !r.hasRow {
			return nil
		}
		return t.applyPendingFor(0, userID, waitingCustomer+customerID)
	})
}

// withNamed adds the user whom the app's table named to those an event names, as the
// likeliest.
func withNamed(e webhook.Event, userID string) webhook.Event {
	if userID == "" || e.Subscription == nil {
		return e
	}
	of := *e.Subscription
	of.Users = append([]string{userID}, of.Users...)
	e.Subscription = &of
	return e
}
