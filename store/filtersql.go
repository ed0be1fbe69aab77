package store

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// clause is a part of a statement, such as its WHERE, with its values.
type clause struct {
	text string
	args []any
}

func (c *clause) add(text string, args ...any) {
	c.text += text
	c.args = append(c.args, args...)
}

// noRows matches nothing.
func noRows() clause { return clause{text: "0"} }

// sqlOf returns a term as SQL over delivery that matches the same rows as Term.Matches.
// types are all stored event types. A text term cannot be expressed this way.
func sqlOf(t query.Term, types []string) clause {
	if t.Key == query.KeyType { // in Go, so that a glob is the same everywhere
		return isOneOf("type", t.Types(types))
	}
	either := anySQL(t)
	if t.Not {
		return clause{"NOT (" + either.text + ")", either.args}
	}
	return clause{"(" + either.text + ")", either.args}
}

// anySQL matches any of a term's alternatives.
func anySQL(t query.Term) (c clause) {
	if t.Key == query.KeyNumber { // there may be hundreds
		ids := make([]int64, len(t.Values))
		for i, v := range t.Values {
			ids[i] = v.ID
		}
		return isOneOf("id", ids)
	}
	for i, v := range t.Values {
		if i > 0 {
			c.add(" OR ")
		}
		alternative := valueSQL(t.Key, v)
		c.add(alternative.text, alternative.args...)
	}
	return c
}

// valueSQL is never NULL, which NOT would leave as it is.
func valueSQL(k query.Key, v query.Value) clause {
	switch k {
	case query.KeyUser:
		return hasPrefix("user_id", v.Text)
	case query.KeyMessage:
		return hasPrefix("message_id", v.Text)
	case query.KeyEmail: // as bytes: on text, instr does not look inside a character
		return clause{"instr(CAST(lower(email) AS BLOB), CAST(lower(?) AS BLOB)) > 0", []any{v.Text}}
	case query.KeyState:
		return stateSQL(v.Text)
	case query.KeyCode:
		return hasCode(query.Term{Key: k, Values: []query.Value{v}})
	case query.KeyStatus:
		return clause{"status BETWEEN ? AND ?", []any{v.From, v.To}}
	case query.KeyApp:
		return clause{"app_status BETWEEN ? AND ?", []any{v.From, v.To}}
	case query.KeySince:
		return clause{"at >= ?", []any{nanos(v.At)}}
	case query.KeyBefore:
		return clause{"at < ?", []any{nanos(v.At)}}
	case query.KeyProvider:
		return clause{"provider = ?", []any{v.Text}}
	case query.KeyOrigin:
		return clause{"origin = ?", []any{v.Text}}
	case query.KeyType, query.KeyNumber, query.KeyText: // not by value
	}
	return noRows()
}

func stateSQL(state string) clause {
	switch state {
	case "verified":
		return clause{text: "verified"}
	case "unverified":
		return clause{text: "unverified"}
	case "failed":
		return clause{text: "failed = 1"}
	case "forwarded":
		return clause{text: "(app_status <> 0 OR app_failure <> '')"}
	case "resent":
		return clause{text: "parent_id <> 0"}
	case "resolved":
		return clause{text: "resolved_by <> 0"}
	case "acknowledged":
		return clause{text: "acknowledged_at <> 0"}
	}
	return clause{"outcome = ?", []any{state}}
}

// isOneOf matches a column that has one of the values.
func isOneOf[T string | int64](column string, all []T) clause {
	if len(all) == 0 {
		return noRows()
	}
	c := clause{text: column + " IN (?" + strings.Repeat(", ?", len(all)-1) + ")"}
	for _, v := range all {
		c.args = append(c.args, v)
	}
	return c
}

func hasCode(t query.Term) clause {
	var codes []string
	for _, c := range t.CodesWanted() {
		codes = append(codes, string(c))
	}
	return isOneOf("code", codes)
}

// hasPrefix matches a column that begins with a text: a range of its index.
func hasPrefix(column, prefix string) clause {
	c := clause{"(" + column + " IS NOT NULL AND " + column + " >= ?", []any{prefix}}
	if end := afterPrefix(prefix); end != "" {
		c.add(" AND "+column+" < ?", end)
	}
	c.add(")")
	return c
}

// afterPrefix returns the first text after all those that begin with a prefix, "" if there
// is none.
func afterPrefix(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}
