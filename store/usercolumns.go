package store

import (
	"database/sql"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// userColumns reads the columns of "User" beside the id, whoever wrote them. All are NULL if
// there is no row.
type userColumns struct {
	email                         sql.NullString
	customer, subscription, price sql.NullString
	status, plan                  sql.NullString
	periodEnd, created, updated   sqlTime
	cancel                        sqlBool
}

// columns are what Scan fills, in the order of the model.
func (r *userColumns) columns() []any {
	return []any{&r.email, &r.customer, &r.subscription, &r.price, &r.status, &r.periodEnd, &r.cancel, &r.plan, &r.created, &r.updated}
}

func (r *userColumns) user(id string) webhook.User {
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

// sqlTime reads a DATETIME of "User", whoever wrote it: text, or milliseconds since 1970.
// NULL and anything that is not a time read as the zero time: one odd value must not hide
// the row.
type sqlTime struct{ time.Time }

func (t *sqlTime) Scan(v any) error {
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

func (t *sqlTime) parse(s string) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			t.Time = at.UTC()
			return
		}
	}
}

func (t sqlTime) pointer() *time.Time {
	if t.IsZero() {
		return nil
	}
	at := t.Time
	return &at
}

// sqlBool reads a BOOLEAN of "User": 0 or 1, or a word.
type sqlBool bool

func (b *sqlBool) Scan(v any) error {
	*b = false
	switch v := v.(type) {
	case bool:
		*b = sqlBool(v)
	case int64:
		*b = v != 0
	case float64:
		*b = v != 0
	case string:
		word, err := strconv.ParseBool(v)
		*b = sqlBool(err == nil && word)
	}
	return nil
}
