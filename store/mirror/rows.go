package mirror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// lockKey is hooktop's own among the advisory locks of a database.
const lockKey = 0x686f6f6b746f70 // "hooktop"

// The statements write the columns of the model alone: what the app added is
// left as it is. The row's time of creation stays that of the first insert.
const (
	upsertEmail = `INSERT INTO "User" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4)
		ON CONFLICT ("id") DO UPDATE SET "email" = excluded."email", "updatedAt" = excluded."updatedAt"`
	upsertAll = `INSERT INTO "User" ("id", "email", "createdAt", "updatedAt", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
			"subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey")
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT ("id") DO UPDATE SET "email" = excluded."email", "updatedAt" = excluded."updatedAt",
			"stripeCustomerId" = excluded."stripeCustomerId", "stripeSubscriptionId" = excluded."stripeSubscriptionId",
			"stripePriceId" = excluded."stripePriceId", "subscriptionStatus" = excluded."subscriptionStatus",
			"subscriptionCurrentPeriodEnd" = excluded."subscriptionCurrentPeriodEnd",
			"cancelAtPeriodEnd" = excluded."cancelAtPeriodEnd", "planKey" = excluded."planKey"`
	remove = `DELETE FROM "User" WHERE "id" = $1`
)

// applyAll applies changes in their order, in one exchange with the server.
func applyAll(ctx context.Context, tx pgx.Tx, changes []webhook.RowChange) error {
	var b pgx.Batch
	for _, c := range changes {
		switch u := c.Row; {
		case u == nil:
			b.Queue(remove, c.UserID)
		case c.Stripe:
			b.Queue(upsertAll, u.ID, u.Email, u.CreatedAt.UTC(), u.UpdatedAt.UTC(), u.StripeCustomerID, u.StripeSubscriptionID, u.StripePriceID,
				u.SubscriptionStatus, utc(u.SubscriptionCurrentPeriodEnd), u.CancelAtPeriodEnd, u.PlanKey)
		default:
			b.Queue(upsertEmail, u.ID, u.Email, u.CreatedAt.UTC(), u.UpdatedAt.UTC())
		}
	}
	results := tx.SendBatch(ctx, &b)
	for _, c := range changes {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // the error is the first one's
			return refusal(c, err)
		}
	}
	return results.Close()
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

// RefusedError is a change that the target's own rules do not take: it is left
// out there.
type RefusedError struct {
	UserID string
	cause  *pgconn.PgError
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf(`users-db: "User" there does not take the change of %s: %s`, e.UserID, e.cause.Message)
	if e.cause.Detail != "" {
		text += " (" + e.cause.Detail + ")"
	}
	return text
}

func (e *RefusedError) Unwrap() error { return e.cause }

// Fix says what to do.
func (e *RefusedError) Fix() string {
	return "correct the rows there; the user's next change is applied again, and hooktop's own table has this one"
}

// refusal is the error of one change: the row's own fault where its values break
// a rule of the table, which no later attempt mends.
func refusal(c webhook.RowChange, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "23") || strings.HasPrefix(pg.Code, "22")) {
		return &RefusedError{c.UserID, pg}
	}
	return err
}
