package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The statements write only the columns of the model, never those the app added. The
// row's time of creation stays that of the first insert.
const (
	upsertEmail = `INSERT INTO "User" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4)
		ON CONFLICT ("id") DO UPDATE SET "email" = excluded."email", "updatedAt" = excluded."updatedAt"
			WHERE ("User"."email", "User"."updatedAt") IS DISTINCT FROM (excluded."email", excluded."updatedAt")`
	upsertAll = `INSERT INTO "User" ("id", "email", "createdAt", "updatedAt", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
			"subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey")
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT ("id") DO UPDATE SET "email" = excluded."email", "updatedAt" = excluded."updatedAt",
			"stripeCustomerId" = excluded."stripeCustomerId", "stripeSubscriptionId" = excluded."stripeSubscriptionId",
			"stripePriceId" = excluded."stripePriceId", "subscriptionStatus" = excluded."subscriptionStatus",
			"subscriptionCurrentPeriodEnd" = excluded."subscriptionCurrentPeriodEnd",
			"cancelAtPeriodEnd" = excluded."cancelAtPeriodEnd", "planKey" = excluded."planKey"`
	deleteRow = `DELETE FROM "User" WHERE "id" = $1`
)

// applyAll applies changes in order, in one exchange with the server.
func applyAll(ctx context.Context, to *session, changes []webhook.RowChange) error {
	var b pgconn.Batch
	queue := func(text string, args ...any) { b.ExecParams(text, values(args), nil, nil, nil) }
	for _, c := range changes {
		switch u := c.Row; {
		case u == nil:
			queue(deleteRow, c.UserID)
		case c.Stripe:
			queue(upsertAll, u.ID, u.Email, u.CreatedAt, u.UpdatedAt, u.StripeCustomerID, u.StripeSubscriptionID, u.StripePriceID,
				u.SubscriptionStatus, u.SubscriptionCurrentPeriodEnd, u.CancelAtPeriodEnd, u.PlanKey)
		default:
			queue(upsertEmail, u.ID, u.Email, u.CreatedAt, u.UpdatedAt)
		}
	}
	done := 0
	results := to.conn.ExecBatch(ctx, &b)
	for results.NextResult() {
		if _, err := results.ResultReader().Close(); err == nil {
			done++
		}
	}
	if err := results.Close(); err != nil {
		return rowError(changes[min(done, len(changes)-1)], err)
	}
	return nil
}

// applyOne applies a change in its own savepoint. If Stripe's columns are refused, it
// applies the e-mail address alone.
func applyOne(ctx context.Context, to *session, c webhook.RowChange) error {
	try := func(c webhook.RowChange) error {
		return to.within(ctx, func() error { return applyAll(ctx, to, []webhook.RowChange{c}) })
	}
	err := try(c)
	var row *RefusedError
	if !errors.As(err, &row) {
		return err
	}
	if row.permanent() && c.Row == nil {
		return nil // such a user was never there
	}
	if c.Row != nil && c.Stripe {
		c.Stripe = false
		var alone *RefusedError
		if err := try(c); err != nil && !errors.As(err, &alone) {
			return err
		}
	}
	return row
}

// RefusedError is a change that breaks a rule of the target's table: it is skipped and tried
// again.
type RefusedError struct {
	UserID string
	cause  *pgconn.PgError
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf(`users-db: table "User" refused the change to %s: %s`, e.UserID, e.cause.Message)
	if e.cause.Detail != "" {
		text += " (" + e.cause.Detail + ")"
	}
	return text
}

func (e *RefusedError) Unwrap() error { return e.cause }

// Fix says what to do.
func (e *RefusedError) Fix() string {
	if e.permanent() {
		return "nothing can be done there: PostgreSQL cannot store such text; hooktop's own table has it"
	}
	return fmt.Sprintf("correct the rows or the columns there; hooktop tries again within %d minutes and at each start", int(maxRetryPause.Minutes()))
}

// permanent reports whether no correction of the table can help: the change holds a NUL, or
// a character that the encoding there lacks.
func (e *RefusedError) permanent() bool {
	return e.cause.Code == "22021" || e.cause.Code == "22P05"
}

// rowError returns a *RefusedError if the values of one change break a rule of the table or
// of a trigger there, else err.
func rowError(c webhook.RowChange, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && slices.ContainsFunc([]string{"22", "23", "P0"}, func(class string) bool { return strings.HasPrefix(pg.Code, class) }) {
		return &RefusedError{c.UserID, pg}
	}
	return err
}
