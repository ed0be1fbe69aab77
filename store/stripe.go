package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// stripeStatements are about events of Stripe's.
type stripeStatements struct {
	bySubscription, byCustomer            *writeconn.Stmt
	subscriptions, customers              *writeconn.Stmt
	setSubscription, setCustomer          *writeconn.Stmt
	updateUser, otherHolder, setChangedBy *writeconn.Stmt
}

func (s *stripeStatements) texts() []statement {
	return []statement{
		{&s.bySubscription, `SELECT id FROM "User" WHERE "stripeSubscriptionId" = ?1
			UNION ALL SELECT user_id FROM stripe_subscription WHERE id = ?1 LIMIT 1`},
		{&s.byCustomer, `SELECT id FROM "User" WHERE "stripeCustomerId" = ?1
			UNION ALL SELECT user_id FROM stripe_customer WHERE id = ?1 LIMIT 1`},
		{&s.subscriptions, `SELECT id, state FROM stripe_subscription WHERE user_id = ?1 OR id = ?2`},
		{&s.customers, `SELECT id, version, deleted FROM stripe_customer WHERE user_id = ?1 OR id = ?2`},
		{&s.setSubscription, `INSERT INTO stripe_subscription (id, user_id, state) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET user_id = excluded.user_id, state = excluded.state`},
		{&s.setCustomer, `INSERT INTO stripe_customer (id, user_id, version, deleted) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET user_id = excluded.user_id, version = excluded.version, deleted = excluded.deleted`},
		{&s.updateUser, `UPDATE "User" SET "stripeCustomerId" = ?2, "stripeSubscriptionId" = ?3, "stripePriceId" = ?4, "subscriptionStatus" = ?5,
			"subscriptionCurrentPeriodEnd" = ?6, "cancelAtPeriodEnd" = ?7, "planKey" = ?8, "updatedAt" = ?9 WHERE id = ?1`},
		{&s.otherHolder, `SELECT id FROM "User" WHERE id <> ?1 AND ("stripeCustomerId" = ?2 OR "stripeSubscriptionId" = ?3) LIMIT 1`},
		{&s.setChangedBy, `INSERT INTO user_state (user_id, version, delivery_id) VALUES (?, 0, ?)
			ON CONFLICT DO UPDATE SET delivery_id = excluded.delivery_id`},
	}
}

// applySubscription updates the user's Stripe columns, or stores the event until its user is
// known.
func (t *tx) applySubscription(d *webhook.Delivery, e webhook.Event) error {
	s := e.Subscription
	r, ok, err := t.findPayer(s)
	if err != nil {
		return err
	}
	if !ok {
		return t.waitForUser(d, e, r)
	}
	if err := t.applyBilling(d, e, r, 0); err != nil || d.Outcome != webhook.Synced {
		return err
	}
	return t.applyPendingFor(d.ID, r.ID, customerKey(s))
}

// findPayer returns the user an event is about. If nobody is found, r may be a deleted user
// who had the customer.
func (t *tx) findPayer(s *webhook.Subscription) (r record, ok bool, err error) {
	subscriber, ids, err := t.payerCandidates(s)
	if err != nil {
		return r, false, err
	}
	var former record
	awaited := false
	for _, id := range ids {
		if err := r.scan(t.user.Row(id)); err != nil {
			return r, false, err
		}
		switch named := slices.Contains(s.Users, id); {
		case r.hasRow, r.tombstone && (named || id == subscriber && !awaited):
			return r, true, nil
		case r.tombstone:
			former = r
		case named: // Clerk has not announced this user yet: wait
			awaited = true
		}
	}
	// A new subscription may belong to another user: it waits for its link.
	return former, former.tombstone && s.ID == "" && !awaited, nil
}

// payerCandidates returns the users an event may be about, the likeliest first: by
// subscription, by customer, by the ids the event names, and last by e-mail address if that
// is enabled. A deleted user counts, but loses a customer or subscription to the next user
// named with it: someone who signs up again pays as the same customer.
func (t *tx) payerCandidates(s *webhook.Subscription) (subscriber string, ids []string, err error) {
	subscriber, err = lookupText(t.stripe.bySubscription, s.ID)
	if err != nil {
		return "", nil, err
	}
	var r record
	if err := r.scan(t.user.Row(subscriber)); err != nil {
		return "", nil, err
	}
	if r.tombstone && !r.hasRow {
		return subscriber, append(slices.Clone(s.Users), subscriber), nil
	}
	owner, err := lookupText(t.stripe.byCustomer, s.CustomerID)
	if err != nil {
		return "", nil, err
	}
	addressee, err := lookupText(t.holder, s.LinkEmail)
	if err != nil {
		return "", nil, err
	}
	return subscriber, nonEmpty(slices.Concat([]string{subscriber, owner}, s.Users, []string{addressee})...), nil
}

// lookupText returns the text a statement finds for a key, "" if there is none.
func lookupText(stmt *writeconn.Stmt, key string) (text string, err error) {
	if key == "" {
		return "", nil
	}
	err = stmt.Row(key).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, err
}

// applyBilling applies an event to its user. by is the delivery that made the link for a
// pending event, else 0.
func (t *tx) applyBilling(d *webhook.Delivery, e webhook.Event, r record, by int64) error {
	d.UserID, d.Email = r.ID, r.Email
	if r.tombstone {
		d.Outcome = webhook.Stale
		d.Because(webhook.UserDeleted, r.DeliveryID, "")
		return nil
	}
	known, err := t.billingOf(r, e.Subscription)
	if err != nil {
		return err
	}
	if why, age := known.stale(e); why != "" {
		d.Outcome = webhook.Stale
		d.Because(why, 0, age)
		return nil
	}
	known.learn(e)
	before, after := &r.User, r.User
	known.fillRow(&after)
	d.Outcome = webhook.Synced
	if sameBilling(before, &after) {
		unchanged := webhook.NothingChanged
		if e.Action == webhook.ConfirmSubscription {
			unchanged = webhook.Confirmed
		}
		d.Because(unchanged, 0, "")
		return t.saveBilling(r.ID, known, e.Subscription)
	}
	after.UpdatedAt = t.now().UTC().Truncate(time.Millisecond)
	var end any
	if after.SubscriptionCurrentPeriodEnd != nil {
		end = after.SubscriptionCurrentPeriodEnd.UTC().Format(prismaTime)
	}
	err = run(t.stripe.updateUser, r.ID, after.StripeCustomerID, after.StripeSubscriptionID, after.StripePriceID, after.SubscriptionStatus,
		end, after.CancelAtPeriodEnd, after.PlanKey, after.UpdatedAt.Format(prismaTime))
	if code(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return t.customerConflict(d, &after, err)
	}
	if err != nil {
		return err
	}
	if err := t.saveBilling(r.ID, known, e.Subscription); err != nil {
		return err
	}
	if err := run(t.stripe.setChangedBy, r.ID, max(d.ID, by)); err != nil {
		return err
	}
	return t.recordChange(by, d, before, &after)
}

// customerConflict names the user who already has the customer or the subscription.
func (t *tx) customerConflict(d *webhook.Delivery, u *webhook.User, cause error) error {
	err := t.stripe.otherHolder.Row(u.ID, u.StripeCustomerID, u.StripeSubscriptionID).Scan(&d.HeldBy)
	if errors.Is(err, sql.ErrNoRows) {
		return cause
	}
	d.Outcome = webhook.Conflict
	d.Because(webhook.CustomerHeld, 0, d.HeldBy)
	return err
}

// billingOf reads what is known of a user's billing, and of the event's own customer and
// subscription, whoever had them.
func (t *tx) billingOf(r record, s *webhook.Subscription) (*billing, error) {
	b := &billing{customers: map[string]customer{}, subscriptions: map[string]subscription{}}
	err := t.stripe.customers.Each([]any{r.ID, s.CustomerID}, func(rows *writeconn.Row) error {
		var id string
		var c customer
		err := rows.Scan(&id, &c.version, &c.deleted)
		b.customers[id] = c
		return err
	})
	if err != nil {
		return nil, err
	}
	err = t.stripe.subscriptions.Each([]any{r.ID, s.ID}, func(rows *writeconn.Row) error {
		var id, state string
		if err := rows.Scan(&id, &state); err != nil {
			return err
		}
		var have subscription
		if err := json.Unmarshal([]byte(state), &have); err != nil {
			return fmt.Errorf("subscription %q: %w", id, err)
		}
		b.subscriptions[id] = have
		return nil
	})
	b.adoptRow(&r.User)
	return b, err
}

// saveBilling stores what an event told.
func (t *tx) saveBilling(userID string, b *billing, s *webhook.Subscription) error {
	c := b.customers[s.CustomerID]
	if err := run(t.stripe.setCustomer, s.CustomerID, userID, c.version, c.deleted); err != nil {
		return err
	}
	have, ok := b.subscriptions[s.ID]
	if !ok {
		return nil
	}
	state, err := json.Marshal(have)
	if err != nil {
		return err
	}
	return run(t.stripe.setSubscription, s.ID, userID, string(state))
}
