package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// User returns one user, alive or as a tombstone, else ErrNotFound.
func (s *Store) User(ctx context.Context, id string) (webhook.UserRecord, error) {
	var r record
	err := r.scan(s.read.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM (SELECT ? AS id) AS asked
		LEFT JOIN user_state AS s ON s.user_id = asked.id LEFT JOIN "User" AS u ON u.id = asked.id`, id))
	if err == nil && !r.hasRow && !r.tombstone {
		err = noUser(id)
	}
	if err != nil {
		return webhook.UserRecord{}, s.fail("read the user", err)
	}
	return r.UserRecord, nil
}

// Users lists a page of the users table, at most 1000 records. Equal records are ordered by
// id. A page of the table's past reads all users, unless sorted by id: then it reads only
// those of the page. The error is ErrNotFound if the page's moment or cursor is not, or no
// longer, known.
func (s *Store) Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	if p.At > 0 {
		return s.usersAt(ctx, p)
	}
	list, err := s.users(ctx, p)
	if err != nil {
		return nil, s.fail("list users", err)
	}
	return list, nil
}

// users merges pages of the sources of a sort: each source is in the order of its index, and
// no index has them all.
func (s *Store) users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if p.After != nil {
		p.Before = nil
	}
	n := pageLimit(p.Limit)
	var list []webhook.UserRecord
	for _, src := range sources(p) {
		if src.tail && len(list) >= n && list[n-1].DeliveryID > 0 {
			continue // its records follow all of these
		}
		text, args := src.query(p, n)
		if list, err = appendRecords(ctx, tx, list, text, args); err != nil {
			return nil, err
		}
	}
	back := p.Before != nil
	slices.SortStableFunc(list, func(a, b webhook.UserRecord) int {
		if back {
			a, b = b, a
		}
		return compareUsers(p.Sort, a, b)
	})
	list = list[:min(n, len(list))]
	if back {
		slices.Reverse(list)
	}
	return list, nil
}

func appendRecords(ctx context.Context, tx *sql.Tx, list []webhook.UserRecord, text string, args []any) ([]webhook.UserRecord, error) {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r record
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		list = append(list, r.UserRecord)
	}
	return list, rows.Err()
}

// compareUsers compares two records in the order of the sort. Recent sorts ids descending
// too: Clerk's grow with time.
func compareUsers(sort webhook.UserSort, a, b webhook.UserRecord) int {
	switch sort {
	case webhook.ByEmail:
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	case webhook.ByID:
		return cmp.Compare(a.ID, b.ID)
	case webhook.ByPlan:
		return cmp.Or(compareOptional(a.PlanKey, b.PlanKey), cmp.Compare(a.ID, b.ID))
	case webhook.ByStatus:
		return cmp.Or(compareStatus(a, b), cmp.Compare(a.ID, b.ID))
	case webhook.ByRecent:
	}
	return cmp.Or(cmp.Compare(b.DeliveryID, a.DeliveryID), cmp.Compare(b.ID, a.ID))
}

// source is one query behind a sort.
type source struct {
	from  string
	where []string
	// args are the values for where.
	args []any
	// key are the columns of the order, cursor their values in a record.
	key    []string
	cursor func(webhook.UserRecord) []any
	// descending is the order's own direction.
	descending bool
	// tail means that its records follow all those that a delivery changed.
	tail bool
}

const (
	// livingUsers are the rows, with what is known of them.
	livingUsers = `"User" AS u LEFT JOIN user_state AS s ON s.user_id = u.id`
	// tombstones are deleted users, unless another program created the row again.
	tombstones = `user_state AS s LEFT JOIN "User" AS u ON u.id = s.user_id`
)

func sources(p webhook.UserPage) []source {
	byEmail := func(r webhook.UserRecord) []any { return []any{r.Email, r.ID} }
	var list []source
	switch p.Sort {
	case webhook.ByEmail:
		list = []source{
			{from: livingUsers, key: []string{"u.email", "u.id"}, cursor: byEmail},
			{from: tombstones, where: isTombstone(), key: []string{"s.email", "s.user_id"}, cursor: byEmail},
		}
	case webhook.ByID:
		list = []source{
			{from: livingUsers, key: []string{"u.id"}, cursor: byID},
			{from: tombstones, where: isTombstone(), key: []string{"s.user_id"}, cursor: byID},
		}
	case webhook.ByPlan:
		return planSources(p)
	case webhook.ByStatus:
		return statusSources(p)
	default:
		return recentSources(p)
	}
	if !p.Deleted {
		list = list[:1]
	}
	return list
}

func byID(r webhook.UserRecord) []any { return []any{r.ID} }

func isTombstone() []string { return []string{"s.deleted_at IS NOT NULL", "u.id IS NULL"} }

// recentSources are the users that deliveries changed, then the rows that no delivery did.
func recentSources(p webhook.UserPage) []source {
	known := source{
		from: tombstones, key: []string{"s.delivery_id", "s.user_id"}, descending: true,
		cursor: func(r webhook.UserRecord) []any { return []any{r.DeliveryID, r.ID} },
		where:  []string{"u.id IS NOT NULL"},
	}
	if p.Deleted {
		known.where = []string{"(u.id IS NOT NULL OR s.deleted_at IS NOT NULL)"}
	}
	unknown := source{from: livingUsers, where: []string{"s.user_id IS NULL"}, key: []string{"u.id"}, descending: true, cursor: byID}
	switch {
	case p.Before != nil && p.Before.DeliveryID > 0:
		return []source{known}
	case p.Before != nil:
		// going back, the unknown come first: they are always queried
	case p.After != nil && p.After.DeliveryID == 0:
		unknown.tail = true
	default:
		// all of the unknown follow
		unknown.tail, unknown.cursor = true, nil
	}
	return []source{known, unknown}
}

func (s source) query(p webhook.UserPage, n int) (text string, args []any) {
	where := slices.Clone(s.where)
	args = slices.Clone(s.args)
	from, down := p.After, s.descending
	if p.Before != nil {
		from, down = p.Before, !down
	}
	dir, op := " ASC", ">"
	if down {
		dir, op = " DESC", "<"
	}
	if from != nil && s.cursor != nil {
		values := s.cursor(*from)
		where = append(where, "("+strings.Join(s.key, ", ")+") "+op+" ("+strings.Repeat("?, ", len(values)-1)+"?)")
		args = append(args, values...)
	}
	text = "SELECT " + recordColumns + " FROM " + s.from
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	text += " ORDER BY " + strings.Join(s.key, dir+", ") + dir + " LIMIT ?"
	return text, append(args, n)
}
