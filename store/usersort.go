package store

import (
	"cmp"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The sorts by a column that may be NULL, or equal in many rows.

// orderedUsers are the rows in the order of user_order, which 00011_userorder.sql makes
// and keeps in step. CROSS JOIN has SQLite walk that table first.
const orderedUsers = `user_order AS o CROSS JOIN "User" AS u ON u.id = o.user_id LEFT JOIN user_state AS s ON s.user_id = u.id`

// tombstonePlanNullsLast is exactly the expression of the index in 00008_sorts.sql. An empty
// BLOB is greater than any text; NULL, which compares to nothing, would be on no page.
const tombstonePlanNullsLast = `ifnull(json_extract(s.row, '$.planKey'), x'')`

// nullsLast returns the value that user_order and that expression have for s.
func nullsLast(s *string) any {
	if s == nil {
		return []byte{}
	}
	return *s
}

// compareOptional gives the same order in Go.
func compareOptional(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*a, *b)
}

// compareStatus puts the tombstones last, all equal: the status of a deleted row means
// nothing.
func compareStatus(a, b webhook.UserRecord) int {
	switch {
	case a.Deleted() && b.Deleted():
		return 0
	case a.Deleted():
		return 1
	case b.Deleted():
		return -1
	}
	return compareOptional(a.SubscriptionStatus, b.SubscriptionStatus)
}

func planSources(p webhook.UserPage) []source {
	plan := func(r webhook.UserRecord) any { return nullsLast(r.PlanKey) }
	list := beyondCursor(p, source{from: orderedUsers, key: []string{"o.plan", "o.user_id"}}, plan)
	if p.Deleted {
		list = append(list, beyondCursor(p, source{from: tombstones, where: isTombstone(), key: []string{tombstonePlanNullsLast, "s.user_id"}}, plan)...)
	}
	return list
}

// statusSources are the living users, then the tombstones.
func statusSources(p webhook.UserPage) []source {
	alive := source{from: orderedUsers, key: []string{"o.status", "o.user_id"}}
	gone := source{from: tombstones, where: isTombstone(), key: []string{"s.user_id"}}
	aliveAround := beyondCursor(p, alive, func(r webhook.UserRecord) any { return nullsLast(r.SubscriptionStatus) })
	switch cursor := cmp.Or(p.After, p.Before); {
	case !p.Deleted || p.Before != nil && !cursor.Deleted():
		return aliveAround
	case cursor == nil || !cursor.Deleted():
		return append(aliveAround, gone) // all tombstones follow
	}
	gone.cursor = byID
	if p.After != nil {
		return []source{gone}
	}
	return []source{gone, alive} // all living users precede the cursor
}

// beyondCursor returns the part of a source beyond the page's cursor: the rows equal to it
// in the first column of the key, then the rest. Both at once, as (a, b) > (?, ?), would not
// use an index on an expression.
func beyondCursor(p webhook.UserPage, src source, value func(webhook.UserRecord) any) []source {
	cursor, op := p.After, " > ?"
	if cursor == nil {
		cursor, op = p.Before, " < ?"
	}
	if cursor == nil {
		return []source{src}
	}
	first, equal, other := src.key[0], src, src
	equal.args = []any{value(*cursor)}
	other.args = equal.args
	equal.where = append(slices.Clone(src.where), first+" = ?")
	equal.key, equal.cursor = src.key[1:], byID
	other.where = append(slices.Clone(src.where), first+op)
	return []source{equal, other}
}
