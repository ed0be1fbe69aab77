// Package query is how deliveries are asked for: the filter language with its
// completion and its errors, the patterns that route event types to apps, text
// search, and pages of deliveries with their answers. It reads nothing itself:
// the store answers, and Filter.Matches says the same of a delivery in memory.
package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Filter says which deliveries are wanted: those that every term holds for.
// The zero Filter wants them all. It is a value: two of them are compared with
// Equal, and String writes one so that Parse reads it again.
type Filter struct {
	Terms []Term
}

// Term is one word of a filter.
type Term struct {
	Key Key
	// Not turns the term round.
	Not bool
	// Values are the alternatives, at least one: the term holds where any does.
	Values []Value
}

// Key is what a term looks at.
type Key string

// The keys. How each compares:
const (
	// KeyType: the whole type, with * for any part of it; case does not matter.
	KeyType Key = "type"
	// KeyUser: the beginning of the user's id, to the letter.
	KeyUser Key = "user"
	// KeyEmail: any part of the e-mail address; case does not matter.
	KeyEmail Key = "email"
	// KeyMessage: the beginning of the message's id, to the letter.
	KeyMessage Key = "id"
	// KeyState: what became of it: one of States.
	KeyState Key = "is"
	// KeyCode: a rejection's code, with * for any part of it.
	KeyCode Key = "code"
	// KeyStatus: the status of our answer. Where there was none, none holds.
	KeyStatus Key = "status"
	// KeyApp: the status of the app's last answer, likewise.
	KeyApp Key = "app"
	// KeySince: received at that time or later. KeyBefore: received earlier.
	KeySince  Key = "since"
	KeyBefore Key = "before"
	// KeyProvider and KeyOrigin: the whole word.
	KeyProvider Key = "provider"
	KeyOrigin   Key = "origin"
	// KeyNumber: the delivery's own id; written #42.
	KeyNumber Key = "#"
	// KeyText: any part of the body, or of a header written "Name: value"; case
	// does not matter. It is a word without a key.
	KeyText Key = ""
)

// Keys are the keys that are written with a colon, in the order in which they
// are best learnt.
func Keys() []Key {
	return []Key{KeyType, KeyUser, KeyEmail, KeyMessage, KeyState, KeyCode, KeyStatus, KeyApp, KeySince, KeyBefore, KeyProvider, KeyOrigin}
}

// What is: may say beside the outcomes.
const (
	stateVerified  = "verified"
	stateForwarded = "forwarded"
	stateFailed    = "failed"
	stateResent    = "resent"
)

// States are the words after is: first those that are not outcomes.
//
//   - verified: the signature holds; rejected: it was refused for it
//   - failed: as Delivery.Failed
//   - forwarded: it was sent on to an app, whatever came of it
//   - resent: it is a resend of another
func States() []string {
	return append([]string{stateVerified, stateFailed, stateForwarded, stateResent}, words(webhook.Outcomes())...)
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
	// Text is the value as it was written, without its quotes.
	Text string
	// At is the time that Text stands for, of KeySince and KeyBefore.
	At time.Time
	// From and To are the statuses, both included, of KeyStatus and KeyApp.
	From, To int
	// ID is the delivery's, of KeyNumber.
	ID int64
}

// IDs wants the deliveries with these ids.
func IDs(ids ...int64) Filter {
	t := Term{Key: KeyNumber}
	for _, id := range ids {
		t.Values = append(t.Values, Value{Text: strconv.FormatInt(id, 10), ID: id})
	}
	return Filter{[]Term{t}}
}

// IsZero says that the filter wants every delivery.
func (f Filter) IsZero() bool { return len(f.Terms) == 0 }

// And wants what both want.
func (f Filter) And(g Filter) Filter {
	return Filter{append(f.Terms[:len(f.Terms):len(f.Terms)], g.Terms...)}
}

// Equal says whether two filters say the same, word for word and at the same
// times.
func (f Filter) Equal(g Filter) bool {
	return slices.EqualFunc(f.Terms, g.Terms, func(a, b Term) bool {
		return a.Key == b.Key && a.Not == b.Not && slices.EqualFunc(a.Values, b.Values, func(v, w Value) bool {
			return v.Text == w.Text && v.At.Equal(w.At) && v.From == w.From && v.To == w.To && v.ID == w.ID
		})
	})
}

// Searches says whether bodies and headers have to be read: that takes long,
// and no index helps.
func (f Filter) Searches() bool {
	return slices.ContainsFunc(f.Terms, func(t Term) bool { return t.Key == KeyText })
}

// String writes the filter as Parse reads it, in one line.
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

// quoted puts quotes around what would otherwise be read as something else;
// first says that it begins a word, where a sign or a key may stand.
func quoted(s string, first bool) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool { return isBlank(r) || r == '"' || r == '|' })
	if plain && first {
		plain = s[0] != '-' && s[0] != '#' && keyEnd(s) == 0
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
