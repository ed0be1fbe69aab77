package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

const (
	mirrorTarget = `SELECT name FROM mirror_target`
	// seedGone and seedRows queue everything for a new target.
	seedGone = `INSERT INTO mirror_change (user_id, gone)
		SELECT user_id, 1 FROM user_state WHERE deleted_at IS NOT NULL AND user_id NOT IN (SELECT id FROM "User")`
	seedRows = `INSERT INTO mirror_change (user_id, gone, stripe, "email", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
			"subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey", "createdAt", "updatedAt")
		SELECT id, 0, coalesce("stripeCustomerId", "stripeSubscriptionId", "stripePriceId", "subscriptionStatus", "subscriptionCurrentPeriodEnd", "planKey") IS NOT NULL
			OR "cancelAtPeriodEnd", "email", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
			"subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey", "createdAt", "updatedAt"
		FROM "User" ORDER BY id`
)

// MirrorTarget returns the name of the target, "" for none.
func (s *Store) MirrorTarget(ctx context.Context) (name string, err error) {
	err = s.read.QueryRowContext(ctx, mirrorTarget).Scan(&name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", s.fail("read the name of the users database", err)
	}
	return name, nil
}

// MirrorTo starts to queue every change of the users for the target of that name, which
// holds no password. For a new target it also queues the existing users, in the same
// transaction. "" stops it and deletes the queue.
func (s *Store) MirrorTo(ctx context.Context, name string) error {
	const doing = "queue the users for the users database"
	if have, err := s.MirrorTarget(ctx); err != nil || have == name {
		return err
	}
	return s.do(ctx, doing, func(t *tx) error {
		steps := []*writeconn.Stmt{t.mirrorStop, t.mirrorForget}
		if name != "" {
			steps = append(steps, t.mirrorSeedGone, t.mirrorSeedRows)
		}
		for _, step := range steps {
			if err := run(step); err != nil {
				return err
			}
		}
		if name == "" {
			return nil
		}
		return run(t.mirrorStart, name)
	})
}

// MirrorChanges returns the changes after a Seq that are not applied yet, oldest first. If an
// older change of the same user was refused, the newer one includes the columns the older one
// would have changed.
func (s *Store) MirrorChanges(ctx context.Context, after int64, most int) ([]webhook.RowChange, error) {
	return s.mirrorChanges(ctx, `WHERE refused = 0 AND seq > ? ORDER BY seq LIMIT ?`, after, pageLimit(most))
}

// MirrorRefused returns the changes the other database refused, oldest first, after a Seq.
func (s *Store) MirrorRefused(ctx context.Context, after int64, most int) ([]webhook.RowChange, error) {
	return s.mirrorChanges(ctx, `WHERE refused = 1 AND seq > ? ORDER BY seq LIMIT ?`, after, pageLimit(most))
}

func (s *Store) mirrorChanges(ctx context.Context, which string, args ...any) (list []webhook.RowChange, err error) {
	const doing = "read the changes for the users database"
	rows, err := s.read.QueryContext(ctx, `SELECT seq, user_id, gone, stripe OR EXISTS (SELECT 1 FROM mirror_change AS r
			WHERE r.refused = 1 AND r.user_id = c.user_id AND r.seq < c.seq AND (r.stripe OR r.gone)),
		"email", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
		"subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey", "createdAt", "updatedAt"
		FROM mirror_change AS c `+which, args...)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanRowChange(rows)
		if err != nil {
			return nil, s.fail(doing, err)
		}
		list = append(list, c)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(doing, err)
	}
	return list, nil
}

func scanRowChange(rows *sql.Rows) (c webhook.RowChange, err error) {
	var gone bool
	var row userColumns
	err = rows.Scan(append([]any{&c.Seq, &c.UserID, &gone, &c.Stripe}, row.columns()...)...)
	if err != nil || gone {
		return c, err
	}
	u := row.user(c.UserID)
	c.Row = &u
	return c, nil
}

// MirrorApplied deletes changes from the queue, except the refused ones among them, which are
// the newest of their users. At most one refused change is kept for each user.
func (s *Store) MirrorApplied(ctx context.Context, applied, refused []webhook.RowChange) error {
	return s.do(ctx, "delete the changes the users database has", func(t *tx) error {
		for _, c := range applied {
			if err := run(t.mirrorOutdate, c.UserID, c.Seq); err != nil {
				return err
			}
		}
		for _, c := range refused {
			if err := run(t.mirrorRefuse, c.Seq, c.Stripe); err != nil {
				return err
			}
		}
		for _, c := range applied {
			if err := run(t.mirrorApplied, c.Seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// MirrorTaken deletes changes that the other database accepted after it had refused them.
func (s *Store) MirrorTaken(ctx context.Context, seqs []int64) error {
	return s.do(ctx, "delete the changes the users database has", func(t *tx) error {
		for _, seq := range seqs {
			if err := run(t.mirrorTaken, seq); err != nil {
				return err
			}
		}
		return nil
	})
}
