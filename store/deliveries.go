package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/receiver/webhook/safeurl"
)

// maxPage is the most rows on one page.
const maxPage = 1000

// deliveryColumns are what scanDelivery reads: the row without its payload. Texts that
// most rows do not have are NULL, which costs the driver less.
const deliveryColumns = `id, at, provider, origin, parent_id, bytes, message_id, attempt, type, outcome, user_id, email, status, duration, app_status,
	reverified_at, related_id, resolved_by, resolved_status, acknowledged_at, verified + unverified * 2 + (vouched_by IS 'provider-api') * 4,
	nullif(code, ''), nullif(note, ''), nullif(held_by, ''), nullif(app_error, ''), nullif(reason, ''), nullif(app_failure, ''), nullif(resolved_how, '')`

// scanDelivery scans into plain types. database/sql converts to any other by reflection,
// which takes longer than SQLite takes to read the row.
func scanDelivery(row interface{ Scan(...any) error }, d *webhook.Delivery) error {
	var (
		at, attempt, status, duration, appStatus, reverified, resolved, acknowledged, flags int64
		origin, outcome                                                                     string
		message, user, code, note, heldBy, said, reason, failure, how                       any
	)
	err := row.Scan(&d.ID, &at, &d.Provider, &origin, &d.ParentID, &d.Bytes, &message, &attempt, &d.Type, &outcome, &user, &d.Email,
		&status, &duration, &appStatus, &reverified, &d.RelatedID, &d.ResolvedBy, &resolved, &acknowledged, &flags,
		&code, &note, &heldBy, &said, &reason, &failure, &how)
	d.At, d.Duration, d.ReverifiedAt = fromNanos(at), time.Duration(duration), fromNanos(reverified)
	d.Attempt, d.Answer.Status, d.AppStatus = int(attempt), int(status), int(appStatus)
	d.Origin, d.Outcome, d.MessageID, d.UserID = webhook.Origin(origin), webhook.Outcome(outcome), textOrNone(message), textOrNone(user)
	d.Verdict.Code, d.Verdict.Verified, d.Verdict.Unverified, d.FromAPI = webhook.Code(textOrNone(code)), flags&1 != 0, flags&2 != 0, flags&4 != 0
	d.Note, d.HeldBy, d.AppError = textOrNone(note), textOrNone(heldBy), textOrNone(said)
	d.ResolvedHow, d.ResolvedStatus, d.AcknowledgedAt = webhook.Resolution(textOrNone(how)), int(resolved), fromNanos(acknowledged)
	d.Reason, d.AppFailure = webhook.Reason(textOrNone(reason)), webhook.Failure(textOrNone(failure))
	return err
}

// textOrNone returns a text that may be NULL, "" for NULL.
func textOrNone(v any) string {
	s, _ := v.(string)
	return s
}

// Deliveries lists a page of the deliveries, at most 1000, without their Request and the
// body of the Answer. With a Filter it searches until the page is full or nothing is left,
// which may take seconds: see Search.
func (s *Store) Deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error) {
	list, err := s.deliveries(ctx, p)
	if err != nil {
		return nil, s.fail("list deliveries", err)
	}
	return list, nil
}

func (s *Store) deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error) {
	if !p.Filter.IsZero() {
		return s.searchAll(ctx, p)
	}
	text, args := deliveriesQuery(p)
	list, err := queryDeliveries(ctx, &s.queries, text, args)
	if p.Upward() && !p.OldestFirst {
		slices.Reverse(list)
	}
	return list, err
}

// All iterates over every delivery a page asks for, in its order. Limit is how many are read
// at a time, 0 for 500. Deliveries that arrive meanwhile are not included. An error ends the
// iteration and comes last.
func (s *Store) All(ctx context.Context, p query.Page) iter.Seq2[webhook.Delivery, error] {
	if p.Limit == 0 {
		p.Limit = maxPage / 2
	}
	return func(yield func(webhook.Delivery, error) bool) {
		p := p // so that the sequence can be iterated again
		newest, _, err := s.Latest(ctx)
		if p.Before == 0 || p.Before > newest {
			p.Before = newest + 1
		}
		for found := (query.Found{}); err == nil && !found.Done; p = p.Next(found) {
			if found, err = s.Search(ctx, p); err != nil {
				break
			}
			for _, d := range found.Deliveries {
				if !yield(d, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(webhook.Delivery{}, err)
		}
	}
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// queries prepares each query once per connection: parsing one takes as long as reading
// a page. It keeps every text, so no text may contain a value.
type queries struct {
	db    *sql.DB
	stmts sync.Map // by text
}

func (p *queries) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, ok := p.stmts.Load(text)
	if !ok {
		made, err := p.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // closed with the database
		if err != nil {
			return nil, err
		}
		if stmt, ok = p.stmts.LoadOrStore(text, made); ok {
			_ = made.Close() //nolint:sqlclosecheck // another was faster, and this one is not used
		}
	}
	return stmt.(*sql.Stmt).QueryContext(ctx, args...)
}

// queryColumn reads a query's only column.
func queryColumn[T any](ctx context.Context, q querier, text string, args ...any) (list []T, err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

func queryDeliveries(ctx context.Context, q querier, text string, args []any) (list []webhook.Delivery, err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d webhook.Delivery
		if err := scanDelivery(rows, &d); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// notIndexed makes SQLite go along the ids.
const notIndexed = "NOT INDEXED"

// pageQuery returns the index and the conditions of a page, without those of its place and
// its filter.
func pageQuery(p query.Page) (index string, where []string, args []any) {
	// The narrowest first, and by name: SQLite has no statistics to tell which of
	// two indexes is better.
	index = notIndexed
	switch {
	case p.MessageID != "":
		index = "INDEXED BY delivery_message"
	case p.UserID != "":
		index = "INDEXED BY delivery_user"
	case p.Cause != "":
		index = "INDEXED BY delivery_cause"
	case p.Failures:
		index = "INDEXED BY delivery_failed"
	}
	if p.MessageID != "" {
		where, args = append(where, "message_id = ?"), append(args, p.MessageID)
	}
	if p.UserID != "" {
		where, args = append(where, "user_id = ?"), append(args, p.UserID)
	}
	if p.Failures || p.Cause != "" {
		where = append(where, "failed = 1")
	}
	if p.Cause != "" {
		where, args = append(where, "cause = ?"), append(args, string(p.Cause))
	}
	return index, where, args
}

func deliveriesQuery(p query.Page) (text string, args []any) {
	index, where, args := pageQuery(p)
	and := func(condition string, arg any) {
		where = append(where, condition)
		args = append(args, arg)
	}
	if p.Before > 0 {
		and("id < ?", p.Before)
	}
	order := "DESC"
	if p.After > 0 {
		and("id > ?", p.After)
	}
	if p.Upward() {
		order = "ASC"
	}
	text = "SELECT " + deliveryColumns + " FROM delivery " + index
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return text + " ORDER BY id " + order + " LIMIT ?", append(args, pageLimit(p.Limit))
}

func pageLimit(n int) int { return min(max(n, 1), maxPage) }

// Delivery returns a whole delivery. The error is ErrNotFound if it is not, or no longer,
// kept.
func (s *Store) Delivery(ctx context.Context, id int64) (webhook.Delivery, error) {
	d, err := s.wholeDelivery(ctx, id)
	if err != nil {
		return webhook.Delivery{}, s.fail("read the delivery", err)
	}
	return d, nil
}

// wholeDelivery reads in one transaction, so that retention cannot delete parts meanwhile.
func (s *Store) wholeDelivery(ctx context.Context, id int64) (d webhook.Delivery, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return d, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	err = scanDelivery(tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM delivery WHERE id = ?`, id), &d)
	if errors.Is(err, sql.ErrNoRows) {
		return d, noDelivery(id)
	}
	if err != nil {
		return d, err
	}
	if err := readPayload(ctx, tx, &d); err != nil {
		return d, err
	}
	if d.Forwards, err = readForwards(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Change, err = readChange(ctx, tx, id); err != nil {
		return d, err
	}
	d.Resends, err = queryColumn[int64](ctx, tx, `SELECT id FROM delivery INDEXED BY delivery_resent WHERE parent_id = ? AND parent_id <> 0 ORDER BY id`, id)
	return d, err
}

func readPayload(ctx context.Context, tx *sql.Tx, d *webhook.Delivery) error {
	var header, verdict string
	err := tx.QueryRowContext(ctx, `SELECT method, url, host, remote_addr, header, verdict, answer, body FROM payload WHERE delivery_id = ?`, d.ID).
		Scan(&d.Method, &d.URL, &d.Host, &d.RemoteAddr, &header, &verdict, &d.Answer.Body, &d.Body)
	if err != nil {
		return err
	}
	if d.Origin == webhook.Resend {
		d.URL = safeurl.Mask(d.URL) // an older hooktop stored tokens of the app's URL
	}
	if d.Header, err = decodeHeader(header); err != nil {
		return err
	}
	return decodeVerdict(verdict, &d.Verdict)
}

// Change returns what a delivery did to a user, nil for nothing.
func (s *Store) Change(ctx context.Context, id int64) (*webhook.Change, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, s.fail("read the change", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	c, err := readChange(ctx, tx, id)
	if err != nil {
		return nil, s.fail("read the change", err)
	}
	return c, nil
}

func readChange(ctx context.Context, tx *sql.Tx, id int64) (*webhook.Change, error) {
	c := webhook.Change{DeliveryID: id}
	var before, after sql.NullString
	err := tx.QueryRowContext(ctx, `SELECT user_id, before, after, moment FROM change WHERE delivery_id = ?`, id).
		Scan(&c.UserID, &before, &after, &c.Moment)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if c.Before, err = decodeUser(before); err != nil {
		return nil, err
	}
	c.After, err = decodeUser(after)
	return &c, err
}
