package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Moment returns the moment of a delivery, of the newest for 0. The error is ErrNotFound if
// the delivery is not, or no longer, known.
func (s *Store) Moment(ctx context.Context, at int64) (webhook.Moment, error) {
	m, err := s.moment(ctx, at)
	if err != nil {
		return m, s.fail("read the history of the users table", err)
	}
	return m, nil
}

func (s *Store) moment(ctx context.Context, at int64) (m webhook.Moment, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return m, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if m.At, m.KnownFrom, err = momentRange(ctx, tx, at); err != nil {
		return m, err
	}
	err = tx.QueryRowContext(ctx, `SELECT coalesce((SELECT max(moment) FROM change WHERE moment < ?1), 0),
		coalesce((SELECT min(moment) FROM change WHERE moment > ?1), 0)`, m.At).Scan(&m.Before, &m.After)
	if err != nil {
		return m, err
	}
	if m.Before == 0 && m.KnownFrom > 0 && m.KnownFrom < m.At {
		m.Before = m.KnownFrom
	}
	m.Users, err = queryColumn[string](ctx, tx, `SELECT user_id FROM change INDEXED BY change_moment WHERE moment = ?
		GROUP BY user_id ORDER BY min(seq) LIMIT ?`, m.At, maxPage)
	return m, err
}

// momentRange returns the moment asked for, and the first one that is known.
func momentRange(ctx context.Context, tx *sql.Tx, at int64) (moment, from int64, err error) {
	var newest int64
	err = tx.QueryRowContext(ctx, `SELECT forgotten, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0) FROM tally`).
		Scan(&from, &newest)
	switch {
	case err != nil:
		return 0, 0, err
	case at == 0:
		return newest, from, nil
	case at > newest:
		return 0, 0, momentInFuture(at, newest)
	case at < from:
		return 0, 0, momentForgotten(at, from)
	}
	return at, from, nil
}

// usersAtQuery returns each user's record after ?2 as it is now, ordered by id, with what is
// needed to tell how it was at the moment ?1: the first delivery that changed the user
// since, the row before that change, and the last delivery that changed the user by then.
// For a user without a row it also returns the moment of the last delivery.
const usersAtQuery = `SELECT ` + recordColumns + `, c.delivery_id, c.before,
	coalesce((SELECT max(delivery_id, applied_by) FROM change
		WHERE user_id = k.id AND moment <= ?1 ORDER BY moment DESC, seq DESC LIMIT 1), 0),
	CASE WHEN u.id IS NULL THEN coalesce((SELECT moment FROM judged WHERE delivery_id = s.delivery_id), s.delivery_id) ELSE 0 END
	FROM (SELECT id FROM "User" WHERE id > ?2 UNION SELECT user_id FROM user_state WHERE user_id > ?2 ORDER BY 1) AS k
	LEFT JOIN user_state AS s ON s.user_id = k.id LEFT JOIN "User" AS u ON u.id = k.id
	LEFT JOIN change AS c ON c.delivery_id =
		(SELECT delivery_id FROM change WHERE user_id = k.id AND moment > ?1 ORDER BY moment, seq LIMIT 1)
	ORDER BY k.id`

func (s *Store) usersAt(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	list, err := s.usersAtPage(ctx, p)
	if err != nil {
		return nil, s.fail("read the history of the users table", err)
	}
	return list, nil
}

func (s *Store) usersAtPage(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if _, _, err := momentRange(ctx, tx, p.At); err != nil {
		return nil, err
	}
	from, b := "", topN{page: p, n: pageLimit(p.Limit)}
	if p.Sort == webhook.ByID && p.After != nil {
		from = p.After.ID
	}
	rows, err := tx.QueryContext(ctx, usersAtQuery, p.At, from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() && !b.full() {
		r, there, err := scanUserAt(rows, p.At)
		if err != nil {
			return nil, err
		}
		if there && (p.Deleted || !r.Deleted()) {
			b.add(r)
		}
	}
	return b.list(), rows.Err()
}

// scanUserAt reads a user as it was. there is false for one who did not exist yet.
func scanUserAt(rows *sql.Rows, at int64) (past webhook.UserRecord, there bool, err error) {
	var (
		r      record
		later  sql.NullInt64
		before sql.NullString
		last   int64
		ended  int64
	)
	err = r.scan(extendedRow{rows, []any{&later, &before, &last, &ended}})
	if err != nil {
		return past, false, err
	}
	if later.Valid {
		u, err := decodeUser(before)
		if err != nil || u == nil {
			return past, false, err
		}
		return webhook.UserRecord{User: *u, DeliveryID: last}, true, nil
	}
	past = r.UserRecord
	past.DeliveryID = last
	switch {
	case r.hasRow:
		return past, true, nil
	case !r.tombstone:
		return past, false, nil // another program deleted it
	case last == 0:
		// The deletion arrived before the creation, and changed no row.
		past.DeliveryID = r.DeliveryID
		return past, ended <= at, nil
	}
	return past, true, nil
}

// extendedRow scans more columns than those of a record.
type extendedRow struct {
	rows *sql.Rows
	more []any
}

func (w extendedRow) Scan(dest ...any) error { return w.rows.Scan(append(dest, w.more...)...) }

// topN collects the records of a page from all of them, in any order, and holds at most
// twice the page.
type topN struct {
	page webhook.UserPage
	n    int
	rows []webhook.UserRecord
}

func (b *topN) add(r webhook.UserRecord) {
	switch {
	case b.page.After != nil && compareUsers(b.page.Sort, r, *b.page.After) <= 0:
		return
	case b.page.After == nil && b.page.Before != nil && compareUsers(b.page.Sort, r, *b.page.Before) >= 0:
		return
	}
	if b.rows = append(b.rows, r); len(b.rows) == 2*b.n {
		b.trim()
	}
}

// full reports whether everything still to come follows the page.
func (b *topN) full() bool {
	return b.page.Sort == webhook.ByID && (b.page.After != nil || b.page.Before == nil) && len(b.rows) >= b.n
}

// trim keeps the n records nearest to the start of the page.
func (b *topN) trim() {
	slices.SortFunc(b.rows, func(x, y webhook.UserRecord) int { return compareUsers(b.page.Sort, x, y) })
	if n := len(b.rows) - b.n; n > 0 {
		if b.page.After == nil && b.page.Before != nil {
			b.rows = slices.Delete(b.rows, 0, n)
		} else {
			b.rows = b.rows[:b.n]
		}
	}
}

func (b *topN) list() []webhook.UserRecord {
	b.trim()
	return b.rows
}
