package store

import (
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// textTerm is a term for which bodies and headers have to be read.
type textTerm struct {
	not     bool
	finders []query.Finder
	// plainInJSON tells for each finder whether its text appears unchanged in a header's
	// JSON.
	plainInJSON []bool
}

func newTextTerm(t query.Term) textTerm {
	x := textTerm{not: t.Not}
	for _, v := range t.Values {
		x.finders = append(x.finders, query.NewFinder(v.Text))
		x.plainInJSON = append(x.plainInJSON, isPlainInJSON(v.Text))
	}
	return x
}

// isPlainInJSON reports whether a text fits within one name or value of a header, and JSON
// writes it unchanged.
func isPlainInJSON(text string) bool {
	if strings.HasPrefix(text, " ") {
		return false // it may start between a name and its value
	}
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || strings.IndexByte(`:"\<>&`, c) >= 0 {
			return false
		}
	}
	return true
}

func (x textTerm) holds(header, body []byte) (bool, error) {
	for i, f := range x.finders {
		if f.In(body) {
			return !x.not, nil
		}
		// Most rows end here: decoding a header takes longer than searching a body.
		if x.plainInJSON[i] && !f.In(header) && !escapedText.In(header) {
			continue
		}
		h, err := decodeHeader(string(header))
		if err != nil {
			return false, err
		}
		if f.InRequest(h, nil) {
			return !x.not, nil
		}
	}
	return x.not, nil
}

// escapedText finds the headers that hold something that is not text.
var escapedText = query.NewFinder(escapePrefix)

// runText reads the bodies of the stretch, the nearest first.
func (q *search) runText() (found query.Found, err error) {
	hits, err := q.scan(&found)
	if err != nil || len(hits) == 0 {
		return found, err
	}
	ids, err := json.Marshal(hits)
	if err != nil {
		return found, err
	}
	found.Deliveries, err = queryDeliveries(q.ctx, q.tx, "SELECT "+deliveryColumns+" FROM delivery WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id "+q.order(),
		[]any{string(ids)})
	return found, err
}

// The join goes from the deliveries to their payloads, never the other way.
const (
	textColumns = "id, p.header, p.body"
	textFrom    = " CROSS JOIN payload AS p ON p.delivery_id = id"
)

// scan returns the ids that match the terms, and sets how far it came.
func (q *search) scan(found *query.Found) (hits []int64, err error) {
	text, args := q.query(textColumns, textFrom)
	rows, err := q.tx.QueryContext(q.ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var id, read int64
	var header, body sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&id, &header, &body); err != nil {
			return nil, err
		}
		wanted, err := q.matches(header, body)
		if err != nil {
			return nil, err
		}
		if wanted {
			hits = append(hits, id)
		}
		if read += int64(len(body)); len(hits) == q.page.Limit || read >= q.bytes {
			found.Upto = id
			return hits, nil
		}
	}
	found.Upto = q.reached(nil)
	return hits, rows.Err()
}

func (q *search) matches(header, body []byte) (bool, error) {
	for _, x := range q.terms {
		if holds, err := x.holds(header, body); err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}
