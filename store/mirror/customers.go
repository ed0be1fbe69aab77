package mirror

import (
	"context"
	"encoding/json"
	"time"
)

const (
	// lookupInterval is how often the app's table is asked which user a customer belongs to, while events
	// wait for that.
	lookupInterval = time.Second
	// lookupBatch is the most customers in one question.
	lookupBatch = 1000

	whoseCustomers = `SELECT "stripeCustomerId", "id" FROM "User" WHERE "stripeCustomerId" IN (SELECT json_array_elements_text($1::json))`
)

// customerLookup holds when the app's table was asked, and what it said.
type customerLookup struct {
	waited time.Duration
	// named are the users it named, by customer: they are passed on once. An event may go on
	// waiting for a user whom Clerk has not announced yet.
	named map[string]string
}

// lookUpCustomers asks the app's table for the users of the customers that events wait for:
// the app may have stored the id where no event says it. It reads that column and the id, and
// nothing else.
func (m *Mirror) lookUpCustomers(ctx context.Context) error {
	if m.lookup.waited < lookupInterval {
		return nil
	}
	m.lookup.waited = 0
	for after := ""; ; {
		customers, err := m.Source.WaitingCustomers(ctx, after, lookupBatch)
		if err != nil {
			return sourceError{err}
		}
		if len(customers) == 0 {
			return nil
		}
		if err := m.link(ctx, customers); err != nil {
			return err
		}
		if len(customers) < lookupBatch {
			return nil
		}
		after = customers[len(customers)-1]
	}
}

// link passes on the customers that the app's table knows.
func (m *Mirror) link(ctx context.Context, customers []string) error {
	list, err := json.Marshal(customers)
	if err != nil {
		return err
	}
	rows, err := m.conn.rows(ctx, whoseCustomers, string(list))
	if err != nil {
		return err
	}
	for _, row := range rows {
		customer, user := row[0], row[1]
		if m.lookup.named[customer] == user {
			continue
		}
		if err := m.Source.LinkCustomer(ctx, customer, user); err != nil {
			return sourceError{err}
		}
		m.lookup.named[customer] = user
	}
	return nil
}
