package store

import (
	"database/sql"
	"strconv"
	"time"

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

// prismaTime is how Prisma's SQLite connector writes a DateTime.
const prismaTime = "2006-01-02T15:04:05.000-07:00"

// instant reads a DATETIME of "User", whoever wrote it: text, or milliseconds
// since 1970. What is no time at all reads as the zero time, as does NULL: one
// odd value is not to keep anybody from seeing the row.
type instant struct{ time.Time }

func (t *instant) Scan(v any) error {
	t.Time = time.Time{}
	switch v := v.(type) {
	case time.Time:
		t.Time = v.UTC()
	case int64:
		t.Time = time.UnixMilli(v).UTC()
	case float64:
		t.Time = time.UnixMilli(int64(v)).UTC()
	case []byte:
		t.parse(string(v))
	case string:
		t.parse(v)
	}
	return nil
}

func (t *instant) parse(s string) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			t.Time = at.UTC()
			return
		}
	}
}

func (t instant) pointer() *time.Time {
	if t.IsZero() {
		return nil
	}
	at := t.Time
	return &at
}

// truth reads a BOOLEAN of "User": 0 or 1, or a word.
type truth bool

func (b *truth) Scan(v any) error {
	*b = false
	switch v := v.(type) {
	case bool:
		*b = truth(v)
	case int64:
		*b = v != 0
	case float64:
		*b = v != 0
	case string:
		word, err := strconv.ParseBool(v)
		*b = truth(err == nil && word)
	}
	return nil
}
