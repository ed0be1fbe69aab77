package store

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// narrowest queries the index of each term that has one, and returns the shortest list of
// ids as a JSON array. ok is false if no list is short.
func (q *search) narrowest(f query.Filter, types []string) (ids string, ok bool, err error) {
	least := q.few + 1
	for _, look := range indexLookups(f, types, q.few+1) {
		var n int64
		var list string
		err := q.tx.QueryRowContext(q.ctx, "SELECT count(*), json_group_array(id) FROM ("+look.text+")", look.args...).Scan(&n, &list)
		if err != nil {
			return "", false, err
		}
		if n < least {
			least, ids, ok = n, list, true
		}
		if least <= 1 {
			break
		}
	}
	return ids, ok, nil
}

// indexLookups are queries for ids, each by an index and for one term, with at most so many
// results.
func indexLookups(f query.Filter, types []string, most int64) (queries []clause) {
	for _, t := range f.Terms {
		if q := lookup(t, types, most); q.text != "" {
			queries = append(queries, q)
		}
	}
	if between := timeRange(f); between.text != "" {
		queries = append(queries, byIndex("delivery_at", between, most))
	}
	return queries
}

func lookup(t query.Term, types []string, most int64) (q clause) {
	switch {
	case t.Key == query.KeyType:
		return byIndex("delivery_type", sqlOf(t, types), most)
	case t.Not:
		return q
	case t.Key == query.KeyNumber:
		c := anySQL(t)
		return clause{"SELECT id FROM delivery NOT INDEXED WHERE " + c.text, c.args}
	case t.Key == query.KeyCode:
		c := hasCode(t)
		return byIndex("delivery_code", clause{"code <> '' AND " + c.text, c.args}, most)
	}
	for i, v := range t.Values {
		one := lookupValue(t.Key, v, most)
		if one.text == "" {
			return clause{}
		}
		if i > 0 {
			q.add(" UNION ")
		}
		q.add("SELECT id FROM ("+one.text+")", one.args...)
	}
	return q
}

func lookupValue(k query.Key, v query.Value, most int64) clause {
	c := valueSQL(k, v)
	switch k {
	case query.KeyUser:
		return byIndex("delivery_user", c, most)
	case query.KeyMessage:
		return byIndex("delivery_message", c, most)
	case query.KeyState:
	default:
		return clause{}
	}
	switch webhook.Outcome(v.Text) {
	case "failed":
		return byIndex("delivery_failed", c, most)
	case "resent":
		return byIndex("delivery_resent", c, most)
	case "resolved":
		return byIndex("delivery_resolved", c, most)
	case "acknowledged":
		return byIndex("delivery_acknowledged", c, most)
	case webhook.Rejected:
		return byIndex("delivery_rejected", clause{text: "outcome = 'rejected'"}, most)
	case webhook.Duplicate, webhook.Stale, webhook.Conflict, webhook.MissingEmail, webhook.Malformed, webhook.Unlinked:
		return byIndex("delivery_refused", clause{isRefused + " AND " + c.text, c.args}, most)
	default: // the common ones, of which there are always too many
		return clause{}
	}
}

// isRefused is exactly the condition of delivery_refused: SQLite uses a partial index only
// if it can see that the index has all the rows.
const isRefused = `outcome IN ('duplicate', 'stale', 'conflict', 'missing-email', 'malformed', 'unlinked')`

func byIndex(name string, c clause, most int64) clause {
	return clause{"SELECT id FROM delivery INDEXED BY " + name + " WHERE " + c.text + " LIMIT ?", append(c.args[:len(c.args):len(c.args)], most)}
}

// timeRange is the time between since: and before:, as a condition for the index on at.
func timeRange(f query.Filter) clause {
	var texts []string
	var c clause
	for _, t := range f.Terms {
		if (t.Key == query.KeySince || t.Key == query.KeyBefore) && !t.Not && len(t.Values) == 1 {
			one := valueSQL(t.Key, t.Values[0])
			texts, c.args = append(texts, one.text), append(c.args, one.args...)
		}
	}
	c.text = strings.Join(texts, " AND ")
	return c
}

// orderedIndex returns an index that lists its rows by id and includes everything wanted.
func orderedIndex(f query.Filter) (index, condition string) {
	for _, t := range f.Terms {
		switch {
		case t.Not || len(t.Values) == 0:
		case t.Key == query.KeyStatus && allFrom(t, 400):
			return "INDEXED BY delivery_told", answeredError
		case t.Key == query.KeyApp && allFrom(t, 300):
			return "INDEXED BY delivery_app_answered_error", appAnsweredError
		case t.Key == query.KeyState && len(t.Values) == 1:
			if index, condition = stateIndex(t.Values[0].Text); condition != "" {
				return index, condition
			}
		}
	}
	return notIndexed, ""
}

// stateIndex returns the index that lists the deliveries in a state by id, if there is one.
func stateIndex(state string) (index, condition string) {
	switch state {
	case "failed":
		return "INDEXED BY delivery_failed", "failed = 1"
	case "resolved":
		return "INDEXED BY delivery_resolved", "(resolved_by <> 0) = 1 AND resolved_by <> 0"
	case "acknowledged":
		return "INDEXED BY delivery_acknowledged", "(acknowledged_at <> 0) = 1 AND acknowledged_at <> 0"
	case string(webhook.Rejected):
		return "INDEXED BY delivery_rejected", "outcome = 'rejected'"
	}
	return "", ""
}

// answeredError and appAnsweredError are exactly the conditions of delivery_told and
// delivery_app_answered_error, and their one key. Not all of these deliveries have Failed:
// some were applied later, or resolved.
const (
	answeredError    = `(status >= 400) = 1 AND status >= 400`
	appAnsweredError = `(app_status >= 300) = 1 AND app_status >= 300`
)

// allFrom reports whether a term matches only statuses of at least that.
func allFrom(t query.Term, least int) bool {
	for _, v := range t.Values {
		if v.From < least {
			return false
		}
	}
	return true
}

// typesQuery returns the stored event types by jumping from each to the next in the index.
const typesQuery = `WITH RECURSIVE t(type) AS (
	SELECT min(type) FROM delivery INDEXED BY delivery_type
	UNION ALL SELECT (SELECT min(d.type) FROM delivery AS d INDEXED BY delivery_type WHERE d.type > t.type) FROM t WHERE t.type IS NOT NULL
) SELECT type FROM t WHERE type IS NOT NULL`
