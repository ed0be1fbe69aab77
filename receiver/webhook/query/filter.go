// Package query is how deliveries are asked for: the filter language with its
// completion and its errors, the patterns that route event types to apps, text
// search, and pages of deliveries with their answers. It reads nothing itself:
// the store answers, and Filter.Matches says the same of a delivery in memory.
//
// Where to look: filter.go has the keys and states of a filter, parse.go reads its
// text, value.go the value of each key, complete.go offers what may follow, match.go
// compares it with a delivery, textsearch.go searches headers and bodies. pattern.go
// is for --forward-to's event types, page.go for pages and their answers.
package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Filter selects the deliveries that match all its terms; the zero Filter selects
// all. Compare two with Equal; Parse reads what String writes.
type Filter struct {
	Terms []Term
}

// Term is one word of a filter.
type Term struct {
	Key Key
	// Not inverts the term.
	Not bool
	// Values are the alternatives, at least one: any of them may match.
	Values []Value
}

// Key is what a term looks at.
type Key string

// The keys, and how each compares.
const (
	// KeyType: the whole type, with * for any part; case is ignored.
	KeyType Key = "type"
	// KeyUser: the beginning of the user's id, case-sensitive.
	KeyUser Key = "user"
	// KeyEmail: any part of the e-mail address; case is ignored.
	KeyEmail Key = "email"
	// KeyMessage: the beginning of the message's id, case-sensitive.
	KeyMessage Key = "id"
	// KeyState: one of States.
	KeyState Key = "is"
	// KeyCode: a rejection's code, with * for any part of it.
	KeyCode Key = "code"
	// KeyStatus: the status that hooktop answered; no status matches no answer.
	KeyStatus Key = "status"
	// KeyApp: the status that the app answered last, likewise.
	KeyApp Key = "app"
	// KeySince: received at that time or later; KeyBefore: received earlier.
	KeySince  Key = "since"
	KeyBefore Key = "before"
	// KeyProvider and KeyOrigin: the whole word.
	KeyProvider Key = "provider"
	KeyOrigin   Key = "origin"
	// KeyNumber: the delivery's id, written #42.
	KeyNumber Key = "#"
	// KeyText: any part of the body, or of a header written "Name: value"; case is
	// ignored. A word without a key.
	KeyText Key = ""
)

// Keys lists the keys that are written with a colon, the most useful first.
func Keys() []Key {
	return []Key{KeyType, KeyUser, KeyEmail, KeyMessage, KeyState, KeyCode, KeyStatus, KeyApp, KeySince, KeyBefore, KeyProvider, KeyOrigin}
}

// The states beside the outcomes.
const (
	stateVerified   = "verified"
	stateUnverified = "unverified"
	stateForwarded  = "forwarded"
	stateFailed     = "failed"
	stateResent     = "resent"
	stateResolved   = "resolved"

	stateAcknowledged = "acknowledged"
)

// States lists what may follow is: first the states that are not outcomes.
//
//   - verified: the signature verifies
//   - unverified: there was no signature to verify
//   - failed: Delivery.Failed
//   - resolved: it failed, and a later delivery resolved that
//   - acknowledged: it failed, and a person acknowledged that
//   - forwarded: sent on to an app, with any result
//   - resent: a resend of another delivery
func States() []string {
	return append([]string{stateVerified, stateFailed, stateResolved, stateAcknowledged, stateForwarded, stateResent, stateUnverified}, words(webhook.Outcomes())...)
}

func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

// Value is one alternative of a term.
type Value struct {
	// Text is the value as written, without quotes.
	Text string
	// At is the time that Text means, for KeySince and KeyBefore.
	At time.Time
	// From and To are the statuses, both included, for KeyStatus and KeyApp.
	From, To int
	// ID is the delivery's id, for KeyNumber.
	ID int64
}

// IDs returns the filter for the deliveries with these ids.
func IDs(ids ...int64) Filter {
	t := Term{Key: KeyNumber}
	for _, id := range ids {
		t.Values = append(t.Values, Value{Text: strconv.FormatInt(id, 10), ID: id})
	}
	return Filter{[]Term{t}}
}

// IsZero reports whether the filter selects every delivery.
func (f Filter) IsZero() bool { return len(f.Terms) == 0 }

// And returns the filter for what both select.
func (f Filter) And(g Filter) Filter {
	return Filter{append(f.Terms[:len(f.Terms):len(f.Terms)], g.Terms...)}
}

// Equal reports whether two filters have the same words and the same times.
func (f Filter) Equal(g Filter) bool {
	return slices.EqualFunc(f.Terms, g.Terms, func(a, b Term) bool {
		return a.Key == b.Key && a.Not == b.Not && slices.EqualFunc(a.Values, b.Values, func(v, w Value) bool {
			return v.Text == w.Text && v.At.Equal(w.At) && v.From == w.From && v.To == w.To && v.ID == w.ID
		})
	})
}

// Searches reports whether bodies and headers must be read, which is slow: no
// index helps.
func (f Filter) Searches() bool {
	return slices.ContainsFunc(f.Terms, func(t Term) bool { return t.Key == KeyText })
}

// String returns the filter in one line, as Parse reads it.
func (f Filter) String() string {
	words := make([]string, len(f.Terms))
	for i, t := range f.Terms {
		words[i] = t.String()
	}
	return strings.Join(words, " ")
}

func (t Term) String() string {
	var b strings.Builder
	if t.Not {
		b.WriteByte('-')
	}
	switch t.Key {
	case KeyText:
	case KeyNumber:
		b.WriteByte('#')
	default:
		b.WriteString(string(t.Key) + ":")
	}
	for i, v := range t.Values {
		if i > 0 {
			b.WriteByte('|')
		}
		if t.Key == KeyNumber {
			b.WriteString(v.Text)
			continue
		}
		b.WriteString(quoted(v.Text, i == 0 && t.Key == KeyText))
	}
	return b.String()
}

// quoted returns s in quotes if it would otherwise be read as something else;
// first is set if s begins a word, where a sign or a key may come.
func quoted(s string, first bool) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool { return isSpace(r) || r == '"' || r == '|' })
	if plain && first {
		plain = s[0] != '-' && s[0] != '#' && keyEnd(s) == 0
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
