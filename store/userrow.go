package store

import (
	"database/sql"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// userRow reads the columns of "User" beside the id, whoever wrote them; all are
// NULL where there is no row.
type userRow struct {
	email                         sql.NullString
	customer, subscription, price sql.NullString
	status, plan                  sql.NullString
	periodEnd, created, updated   instant
	cancel                        truth
}

// columns are what Scan fills, in the order of the model.
func (r *userRow) columns() []any {
	return []any{&r.email, &r.customer, &r.subscription, &r.price, &r.status, &r.periodEnd, &r.cancel, &r.plan, &r.created, &r.updated}
}

func (r *userRow) user(id string) webhook.User {
	return webhook.User{
		ID: id, Email: r.email.String,
		StripeCustomerID: pointer(r.customer), StripeSubscriptionID: pointer(r.subscription), StripePriceID: pointer(r.price),
		SubscriptionStatus: pointer(r.status), SubscriptionCurrentPeriodEnd: r.periodEnd.pointer(),
		CancelAtPeriodEnd: bool(r.cancel), PlanKey: pointer(r.plan), CreatedAt: r.created.Time, UpdatedAt: r.updated.Time,
	}
}

func pointer(s sql.NullString) *string {
	if !s.Valid {
		return nil
	}
	return &s.String
}
