package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// Search looks for a window of the deliveries, and for no longer than some
// hundredths of a second: what it found until then it gives, and how far it
// came. Without a Filter the window is always whole.
//
// There is no index of the bodies. One (FTS5) makes a capture ten times as
// dear, and every capture is waited for by a sender; a search is waited for by
// somebody who reads the first hits meanwhile.
func (s *Store) Search(ctx context.Context, p query.Page) (query.Found, error) {
	found, err := s.search(ctx, p)
	if err != nil {
		return query.Found{}, s.fail("search the deliveries", err)
	}
	return found, nil
}

// reach bounds one search.
type reach struct {
	// rows is how many deliveries it looks at, at most; texts and bytes how many
	// it reads the body of, and how much of that, but at least one.
	rows, texts, bytes int64
	// few is how many rows an index may give for it to be worth sorting them by
	// id. Where there are more, going along the ids soon fills a page.
	few int64
}

// usual makes a search take some milliseconds, tens where it reads bodies.
func usual() reach { return reach{rows: 20_000, texts: 1_000, bytes: 16 << 20, few: 1000} }

// searchOn searches until the window is full or there are no more.
func (s *Store) searchOn(ctx context.Context, p query.Page) (list []webhook.Delivery, err error) {
	want := limit(p.Limit)
	for {
		p.Limit = want - len(list)
		found, err := s.search(ctx, p)
		if err != nil {
			return nil, err
		}
		if p.Upward() && !p.OldestFirst {
			list = append(found.Deliveries, list...)
		} else {
			list = append(list, found.Deliveries...)
		}
		p = p.Next(found)
		if found.Done || len(list) >= want {
			return list, nil
		}
	}
}

// search is one stretch, as one moment saw it.
type search struct {
	ctx  context.Context
	tx   *sql.Tx
	page query.Page
	reach
	up bool
	// low and high are the ids to look at, both included.
	low, high int64
	// bottom and top are the ends of what there is to look at.
	bottom, top int64

	index string
	where []string
	args  []any
	terms []textTerm
}

func (s *Store) search(ctx context.Context, p query.Page) (found query.Found, err error) {
	p.Limit = limit(p.Limit)
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return found, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	q := &search{ctx: ctx, tx: tx, page: p, reach: s.reach, up: p.Upward()}
	if err := q.bounds(); err != nil {
		return found, err
	}
	if q.bottom > q.top {
		return query.Found{From: q.from(), Upto: q.from(), Done: true}, nil
	}
	if err := q.plan(); err != nil {
		return found, err
	}
	if found, err = q.run(); err != nil || found.Done {
		return found, err
	}
	return found, q.atEnd(&found)
}

// from is where the search begins.
func (q *search) from() int64 {
	if q.up {
		return q.page.After
	}
	return q.page.Before
}

// bounds finds the ends of what the page leaves.
func (q *search) bounds() error {
	err := q.tx.QueryRowContext(q.ctx, endsQuery).Scan(&q.bottom, &q.top)
	q.bottom = max(q.bottom, q.page.After+1)
	if q.page.Before > 0 {
		q.top = min(q.top, q.page.Before-1)
	}
	return err
}

// endsQuery asks for each end alone: for both at once SQLite reads every row.
const endsQuery = `SELECT coalesce((SELECT min(id) FROM delivery), 1), coalesce((SELECT max(id) FROM delivery), 0)`

// plan settles how to look, and how far.
func (q *search) plan() (err error) {
	f := q.page.Filter
	q.low, q.high = q.bottom, q.top
	q.index, q.where, q.args = pageQuery(q.page)
	if f.IsZero() {
		return nil
	}
	var types []string
	if slices.ContainsFunc(f.Terms, func(t query.Term) bool { return t.Key == query.KeyType }) {
		if types, err = column[string](q.ctx, q.tx, typesQuery); err != nil {
			return err
		}
	}
	for _, t := range f.Terms {
		if t.Key == query.KeyText {
			q.terms = append(q.terms, newTextTerm(t))
			continue
		}
		c := sqlOf(t, types)
		q.where, q.args = append(q.where, c.text), append(q.args, c.args...)
	}
	few, ok, err := q.narrowest(f, types)
	if err != nil {
		return err
	}
	if ok {
		q.index, q.where = unindexed, append(q.where, "id IN (SELECT value FROM json_each(?))")
		q.args = append(q.args, few)
		return nil
	}
	if q.index == unindexed {
		var condition string
		if q.index, condition = ordered(f); condition != "" {
			q.where = append(q.where, condition)
		}
	}
	return q.horizon()
}

// horizon is where the stretch ends.
func (q *search) horizon() error {
	n := q.rows
	if len(q.terms) > 0 {
		n = q.texts
	}
	end := q.high - n + 1
	if q.up {
		end = q.low + n - 1
	}
	if q.index != unindexed {
		var err error
		if end, err = q.nth(n); err != nil {
			return err
		}
	}
	if q.up {
		q.high = min(q.high, end)
	} else {
		q.low = max(q.low, end)
	}
	return nil
}

// nth is the n-th id of the index from here on, or the end where there are not
// so many.
func (q *search) nth(n int64) (end int64, err error) {
	_, where, args := pageQuery(q.page)
	if len(where) == 0 { // the index is the filter's
		_, condition := ordered(q.page.Filter)
		where = append(where, condition)
	}
	last := q.low
	if q.up {
		last = q.high
	}
	err = q.tx.QueryRowContext(q.ctx, "SELECT coalesce((SELECT id FROM delivery "+q.index+" WHERE "+strings.Join(where, " AND ")+
		" AND id BETWEEN ? AND ? ORDER BY id "+q.order()+" LIMIT 1 OFFSET ?), ?)", append(args, q.low, q.high, n-1, last)...).Scan(&end)
	return end, err
}

// order is the one in which the nearest come first.
func (q *search) order() string {
	if q.up {
		return "ASC"
	}
	return "DESC"
}

// query is the text of what is looked for, the nearest first.
func (q *search) query(columns, from string) (text string, args []any) {
	where := append(q.where[:len(q.where):len(q.where)], "id BETWEEN ? AND ?")
	return "SELECT " + columns + " FROM delivery " + q.index + from + " WHERE " + strings.Join(where, " AND ") + " ORDER BY id " + q.order(),
		append(q.args[:len(q.args):len(q.args)], q.low, q.high)
}

// run looks through the stretch, until the page is full.
func (q *search) run() (found query.Found, err error) {
	if len(q.terms) > 0 {
		found, err = q.runText()
	} else {
		text, args := q.query(deliveryColumns, "")
		found.Deliveries, err = listed(q.ctx, q.tx, text+" LIMIT ?", append(args, q.page.Limit))
		found.Upto = q.reached(found.Deliveries)
	}
	if q.up && !q.page.OldestFirst {
		slices.Reverse(found.Deliveries)
	}
	if q.up {
		found.From, found.Done = q.low, found.Upto >= q.top
	} else {
		found.From, found.Done = q.high, found.Upto <= q.bottom
	}
	return found, err
}

// reached is how far the search came when it found these, the nearest first.
func (q *search) reached(list []webhook.Delivery) int64 {
	switch {
	case len(list) == q.page.Limit:
		return list[len(list)-1].ID
	case q.up:
		return q.high
	}
	return q.low
}

// atEnd leaps over what cannot be wanted any more, and says where that is all
// that is left.
func (q *search) atEnd(found *query.Found) error {
	for _, t := range q.page.Filter.Terms {
		if t.Not || len(t.Values) != 1 {
			continue
		}
		var text string
		switch { // the nearest in time comes first: where there is one it is found at once
		case t.Key == query.KeySince && !q.up:
			text = sinceLeft
		case t.Key == query.KeyBefore && q.up:
			text = beforeLeft
		default:
			continue
		}
		var left bool
		err := q.tx.QueryRowContext(q.ctx, text, nanos(t.Values[0].At), found.Upto).Scan(&left)
		if err != nil || !left {
			found.Done = !left
			return err
		}
	}
	return q.leap(found)
}

const (
	sinceLeft  = `SELECT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_at WHERE at >= ? AND id < ? ORDER BY at)`
	beforeLeft = `SELECT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_at WHERE at < ? AND id > ? ORDER BY at DESC)`
)

// leap passes over ids that retention took.
func (q *search) leap(found *query.Found) error {
	text := leapDown
	if q.up {
		text = leapUp
	}
	return q.tx.QueryRowContext(q.ctx, text, found.Upto).Scan(&found.Upto)
}

const (
	leapDown = `SELECT coalesce(max(id) + 1, ?1) FROM delivery WHERE id < ?1`
	leapUp   = `SELECT coalesce(min(id) - 1, ?1) FROM delivery WHERE id > ?1`
)
