package store

import (
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// record is a user as the tables have it.
type record struct {
	webhook.UserRecord
	// hasRow reports whether "User" has the user, hasState whether user_state has. Another
	// program wrote a row without state. A state without a row was deleted by another
	// program, unless it is a tombstone.
	hasRow, hasState bool
	// tombstone means that an event deleted the user for good.
	tombstone bool
	// version is the time of the event, in milliseconds since 1970.
	version int64
}

// recordColumns are what scan reads, of "User" AS u and user_state AS s.
const recordColumns = `u.id, u.email, u."stripeCustomerId", u."stripeSubscriptionId", u."stripePriceId", u."subscriptionStatus",
	u."subscriptionCurrentPeriodEnd", u."cancelAtPeriodEnd", u."planKey", u."createdAt", u."updatedAt",
	s.user_id, s.version, s.delivery_id, s.deleted_at, s.row`

func (r *record) scan(row interface{ Scan(...any) error }) error {
	var (
		id, stateID, last          sql.NullString
		columns                    userColumns
		version, delivery, deleted sql.NullInt64
	)
	err := row.Scan(slices.Concat([]any{&id}, columns.columns(), []any{&stateID, &version, &delivery, &deleted, &last})...)
	if err != nil {
		return err
	}
	*r = record{hasRow: id.Valid, hasState: stateID.Valid, tombstone: deleted.Valid, version: version.Int64}
	switch {
	case r.hasRow:
		r.User = columns.user(id.String)
	case last.Valid:
		u, err := decodeUser(last)
		if err != nil {
			return fmt.Errorf("tombstone of %q: %w", stateID.String, err)
		}
		r.User = *u
	default:
		r.ID = stateID.String
	}
	r.DeliveryID = delivery.Int64
	if r.version != 0 { // 0 is a row that no event of Clerk's mentioned
		r.Version = time.UnixMilli(r.version).UTC()
	}
	if r.tombstone && !r.hasRow {
		r.DeletedAt = fromNanos(deleted.Int64)
	}
	return nil
}
