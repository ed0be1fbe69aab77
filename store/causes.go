package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

const (
	// maxCauses is the most causes listed: each status of an app is one.
	maxCauses = 100
	// maxCounted is the most failures counted for one cause, and maxSampled the most that
	// are read to name the users affected. Counting uses an index: 50,000 take about 10 ms.
	maxCounted = 50_000
	maxSampled = 100
	// maxNamed is the most types and users named for one cause.
	maxNamed = 8
)

// Causes groups the failures by their cause, the most recent cause first. It returns at most
// 100 causes, and counts at most 50,000 failures of each.
func (s *Store) Causes(ctx context.Context) ([]query.Failures, error) {
	list, err := s.causes(ctx)
	if err != nil {
		return nil, s.fail("group the failures", err)
	}
	return list, nil
}

// causes reads in one transaction, so that the counts match.
func (s *Store) causes(ctx context.Context) (list []query.Failures, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	names, err := queryColumn[string](ctx, tx, causesQuery, maxCauses)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		f, err := failuresOf(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b query.Failures) int { return cmp.Compare(b.Newest.ID, a.Newest.ID) })
	return list, nil
}

// causesQuery jumps from each cause to the next in the index, without reading the failures
// in between.
const causesQuery = `WITH RECURSIVE c(cause) AS (
	SELECT min(cause) FROM delivery INDEXED BY delivery_cause WHERE failed = 1
	UNION ALL SELECT (SELECT min(d.cause) FROM delivery AS d INDEXED BY delivery_cause WHERE d.failed = 1 AND d.cause > c.cause) FROM c WHERE c.cause IS NOT NULL
) SELECT cause FROM c WHERE cause IS NOT NULL LIMIT ?`

const ofCause = " FROM delivery INDEXED BY delivery_cause WHERE failed = 1 AND cause = ?"

func failuresOf(ctx context.Context, tx *sql.Tx, cause string) (f query.Failures, err error) {
	f.Cause = webhook.Cause(cause)
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1"+ofCause+" LIMIT ?)", cause, maxCounted+1).Scan(&f.Count)
	if err != nil {
		return f, err
	}
	if f.Count > maxCounted {
		f.Count, f.More = maxCounted, true
	}
	err = scanDelivery(tx.QueryRowContext(ctx, "SELECT "+deliveryColumns+ofCause+" ORDER BY id LIMIT 1", cause), &f.Oldest)
	if err != nil {
		return f, err
	}
	newest, err := queryDeliveries(ctx, tx, "SELECT "+deliveryColumns+ofCause+" ORDER BY id DESC LIMIT ?", []any{cause, maxSampled})
	if err != nil {
		return f, err
	}
	f.Newest = newest[0]
	for i := range newest {
		d := &newest[i]
		f.Types = appendName(f.Types, d.Type)
		f.Whom = appendName(f.Whom, cmp.Or(d.Email, d.UserID))
	}
	f.Title = f.Cause.Title()
	if f.Title == "" {
		f.Title, err = titleOf(ctx, tx, f.Newest.ID)
	}
	return f, err
}

func appendName(list []string, name string) []string {
	if name == "" || len(list) == maxNamed || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// titleOf returns the title of a delivery's verdict.
func titleOf(ctx context.Context, tx *sql.Tx, id int64) (string, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT verdict FROM payload WHERE delivery_id = ?`, id).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var v webhook.Verdict
	err = decodeVerdict(text, &v)
	return v.Title, err
}
