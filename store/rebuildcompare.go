package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxDifferences is the most differences a Rebuild lists.
const maxDifferences = 1000

// allRecords are all users, deleted ones included, ordered by id.
const allRecords = `SELECT ` + recordColumns + ` FROM (SELECT id FROM "User" UNION SELECT user_id FROM user_state ORDER BY 1) AS k
	LEFT JOIN user_state AS s ON s.user_id = k.id LEFT JOIN "User" AS u ON u.id = k.id ORDER BY k.id`

// compare walks along the users of both databases.
func (s *Store) compare(ctx context.Context, here *sql.Tx, fresh *Store, r *webhook.Rebuilt) error {
	a, err := here.QueryContext(ctx, allRecords)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := fresh.read.QueryContext(ctx, allRecords)
	if err != nil {
		return err
	}
	defer b.Close()
	x, moreX, err := nextRecord(a)
	if err != nil {
		return err
	}
	y, moreY, err := nextRecord(b)
	for err == nil && (moreX || moreY) {
		order := cmp.Compare(x.ID, y.ID)
		if !moreX {
			order = 1
		} else if !moreY {
			order = -1
		}
		var has, replayed record
		if order <= 0 {
			has = x
		}
		if order >= 0 {
			replayed = y
		}
		r.Users++
		noteDifferences(r, cmp.Or(has.ID, replayed.ID), has, replayed)
		if order <= 0 {
			if x, moreX, err = nextRecord(a); err != nil {
				break
			}
		}
		if order >= 0 {
			y, moreY, err = nextRecord(b)
		}
	}
	return errors.Join(err, a.Err(), b.Err())
}

func nextRecord(rows *sql.Rows) (r record, ok bool, err error) {
	if !rows.Next() {
		return r, false, rows.Err()
	}
	return r, true, r.scan(rows)
}

// noteDifferences lists the columns in which two records of one user differ.
func noteDifferences(r *webhook.Rebuilt, id string, has, replayed record) {
	note := func(column, a, b string) {
		if a == b {
			return
		}
		if r.Differences++; len(r.Differ) < maxDifferences {
			r.Differ = append(r.Differ, webhook.Difference{UserID: id, Column: column, Has: a, Replayed: b})
		}
	}
	if a, b := presence(has), presence(replayed); a != b {
		note("row", a, b)
		return
	}
	a, b := has.User, replayed.User
	note("email", a.Email, b.Email)
	note("stripeCustomerId", valueOrZero(a.StripeCustomerID), valueOrZero(b.StripeCustomerID))
	note("stripeSubscriptionId", valueOrZero(a.StripeSubscriptionID), valueOrZero(b.StripeSubscriptionID))
	note("stripePriceId", valueOrZero(a.StripePriceID), valueOrZero(b.StripePriceID))
	note("subscriptionStatus", valueOrZero(a.SubscriptionStatus), valueOrZero(b.SubscriptionStatus))
	note("subscriptionCurrentPeriodEnd", timeText(a.SubscriptionCurrentPeriodEnd), timeText(b.SubscriptionCurrentPeriodEnd))
	note("cancelAtPeriodEnd", fmt.Sprint(a.CancelAtPeriodEnd), fmt.Sprint(b.CancelAtPeriodEnd))
	note("planKey", valueOrZero(a.PlanKey), valueOrZero(b.PlanKey))
	if !has.tombstone { // after a deletion the version no longer matters
		note("version", fmt.Sprint(has.version), fmt.Sprint(replayed.version))
	}
}

func presence(r record) string {
	switch {
	case r.hasRow:
		return "present"
	case r.tombstone:
		return "deleted"
	}
	return "absent"
}

func timeText(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
