package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// Search searches a page of the deliveries for at most a few hundredths of a second, and
// returns what it found and how far it came. Without a Filter the page is always complete.
//
// The bodies have no index. One (FTS5) makes a capture ten times as expensive, and a sender
// waits for every capture; whoever waits for a search can read its first hits meanwhile.
func (s *Store) Search(ctx context.Context, p query.Page) (query.Found, error) {
	found, err := s.search(ctx, p)
	if err != nil {
		return query.Found{}, s.fail("search the deliveries", err)
	}
	return found, nil
}

// searchBudget bounds one search.
type searchBudget struct {
	// rows is the most deliveries it looks at, texts the most bodies it reads, and bytes how
	// much of them, but at least one.
	rows, texts, bytes int64
	// few is how many rows an index may find for it to be worth sorting them by id. With
	// more, going along the ids soon fills a page.
	few int64
}

// defaultBudget makes a search take a few milliseconds, tens if it reads bodies.
func defaultBudget() searchBudget {
	return searchBudget{rows: 20_000, texts: 1_000, bytes: 16 << 20, few: 1000}
}

// searchAll searches until the page is full or nothing is left.
func (s *Store) searchAll(ctx context.Context, p query.Page) (list []webhook.Delivery, err error) {
	want := pageLimit(p.Limit)
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

// search is one stretch of deliveries, read at one moment.
type search struct {
	ctx  context.Context
	tx   *sql.Tx
	page query.Page
	searchBudget
	up bool
	// lowest and highest are the ids of the stretch, both included.
	lowest, highest int64
	// bottom and top are the ids between which the page may look.
	bottom, top int64

	index string
	where []string
	args  []any
	terms []textTerm
}

func (s *Store) search(ctx context.Context, p query.Page) (found query.Found, err error) {
	p.Limit = pageLimit(p.Limit)
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return found, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	q := &search{ctx: ctx, tx: tx, page: p, searchBudget: s.budget, up: p.Upward()}
	if err := q.bounds(); err != nil {
		return found, err
	}
	if q.bottom > q.top {
		return query.Found{From: q.start(), Upto: q.start(), Done: true}, nil
	}
	if err := q.plan(); err != nil {
		return found, err
	}
	if found, err = q.run(); err != nil || found.Done {
		return found, err
	}
	return found, q.skipHopeless(&found)
}

// start returns the id where the search begins.
func (q *search) start() int64 {
	if q.up {
		return q.page.After
	}
	return q.page.Before
}

// bounds sets bottom and top.
func (q *search) bounds() error {
	err := q.tx.QueryRowContext(q.ctx, endsQuery).Scan(&q.bottom, &q.top)
	q.bottom = max(q.bottom, q.page.After+1)
	if q.page.Before > 0 {
		q.top = min(q.top, q.page.Before-1)
	}
	return err
}

// endsQuery asks for each end separately: for both at once SQLite reads every row.
const endsQuery = `SELECT coalesce((SELECT min(id) FROM delivery), 1), coalesce((SELECT max(id) FROM delivery), 0)`

// plan decides how to search, and how far.
func (q *search) plan() (err error) {
	f := q.page.Filter
	q.lowest, q.highest = q.bottom, q.top
	q.index, q.where, q.args = pageQuery(q.page)
	if f.IsZero() {
		return nil
	}
	var types []string
	if slices.ContainsFunc(f.Terms, func(t query.Term) bool { return t.Key == query.KeyType }) {
		if types, err = queryColumn[string](q.ctx, q.tx, typesQuery); err != nil {
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
		q.index, q.where = notIndexed, append(q.where, "id IN (SELECT value FROM json_each(?))")
		q.args = append(q.args, few)
		return nil
	}
	if q.index == notIndexed {
		var condition string
		if q.index, condition = orderedIndex(f); condition != "" {
			q.where = append(q.where, condition)
		}
	}
	return q.limitStretch()
}

// limitStretch sets where the stretch ends.
func (q *search) limitStretch() error {
	n := q.rows
	if len(q.terms) > 0 {
		n = q.texts
	}
	end := q.highest - n + 1
	if q.up {
		end = q.lowest + n - 1
	}
	if q.index != notIndexed {
		var err error
		if end, err = q.nthID(n); err != nil {
			return err
		}
	}
	if q.up {
		q.highest = min(q.highest, end)
	} else {
		q.lowest = max(q.lowest, end)
	}
	return nil
}

// nthID returns the n-th id in the index from here, or the end if there are fewer.
func (q *search) nthID(n int64) (end int64, err error) {
	_, where, args := pageQuery(q.page)
	if len(where) == 0 { // the index is the filter's
		_, condition := orderedIndex(q.page.Filter)
		where = append(where, condition)
	}
	last := q.lowest
	if q.up {
		last = q.highest
	}
	err = q.tx.QueryRowContext(q.ctx, "SELECT coalesce((SELECT id FROM delivery "+q.index+" WHERE "+strings.Join(where, " AND ")+
		" AND id BETWEEN ? AND ? ORDER BY id "+q.order()+" LIMIT 1 OFFSET ?), ?)", append(args, q.lowest, q.highest, n-1, last)...).Scan(&end)
	return end, err
}

// order returns the order in which the nearest come first.
func (q *search) order() string {
	if q.up {
		return "ASC"
	}
	return "DESC"
}

// query returns the text of the search, the nearest first.
func (q *search) query(columns, from string) (text string, args []any) {
	where := append(q.where[:len(q.where):len(q.where)], "id BETWEEN ? AND ?")
	return "SELECT " + columns + " FROM delivery " + q.index + from + " WHERE " + strings.Join(where, " AND ") + " ORDER BY id " + q.order(),
		append(q.args[:len(q.args):len(q.args)], q.lowest, q.highest)
}

// run searches the stretch until the page is full.
func (q *search) run() (found query.Found, err error) {
	if len(q.terms) > 0 {
		found, err = q.runText()
	} else {
		text, args := q.query(deliveryColumns, "")
		found.Deliveries, err = queryDeliveries(q.ctx, q.tx, text+" LIMIT ?", append(args, q.page.Limit))
		found.Upto = q.reached(found.Deliveries)
	}
	if q.up && !q.page.OldestFirst {
		slices.Reverse(found.Deliveries)
	}
	if q.up {
		found.From, found.Done = q.lowest, found.Upto >= q.top
	} else {
		found.From, found.Done = q.highest, found.Upto <= q.bottom
	}
	return found, err
}

// reached returns how far the search came, given what it found, the nearest first.
func (q *search) reached(list []webhook.Delivery) int64 {
	switch {
	case len(list) == q.page.Limit:
		return list[len(list)-1].ID
	case q.up:
		return q.highest
	}
	return q.lowest
}

// skipHopeless skips deliveries that cannot match any more, and reports the search done if
// only such deliveries are left.
func (q *search) skipHopeless(found *query.Found) error {
	for _, t := range q.page.Filter.Terms {
		if t.Not || len(t.Values) != 1 {
			continue
		}
		var text string
		switch { // the nearest in time comes first, so an existing one is found at once
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
	return q.skipDeleted(found)
}

const (
	sinceLeft  = `SELECT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_at WHERE at >= ? AND id < ? ORDER BY at)`
	beforeLeft = `SELECT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_at WHERE at < ? AND id > ? ORDER BY at DESC)`
)

// skipDeleted skips ids that retention deleted.
func (q *search) skipDeleted(found *query.Found) error {
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
