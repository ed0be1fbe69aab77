package query

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Matches reports whether the filter selects a delivery, which must be read whole.
func (f Filter) Matches(d webhook.Delivery) bool {
	return !slices.ContainsFunc(f.Terms, func(t Term) bool { return !t.Matches(d) })
}

// Matches reports whether the term matches a delivery. For KeyText the delivery
// must be read whole; for other keys a listed one will do.
func (t Term) Matches(d webhook.Delivery) bool {
	return t.Not != slices.ContainsFunc(t.Values, func(v Value) bool { return t.Key.matches(v, d) })
}

func (k Key) matches(v Value, d webhook.Delivery) bool {
	switch k {
	case KeyType:
		return glob(v.Text, d.Type)
	case KeyUser:
		return strings.HasPrefix(d.UserID, v.Text)
	case KeyEmail:
		return NewFinder(v.Text).In([]byte(d.Email))
	case KeyMessage:
		return strings.HasPrefix(d.MessageID, v.Text)
	case KeyState:
		return is(v.Text, d)
	case KeyCode:
		return slices.Contains(codesLike(v.Text), d.Verdict.Code)
	case KeyStatus:
		return v.From <= d.Answer.Status && d.Answer.Status <= v.To
	case KeyApp:
		return v.From <= d.AppStatus && d.AppStatus <= v.To
	case KeySince:
		return !d.At.Before(v.At)
	case KeyBefore:
		return d.At.Before(v.At)
	case KeyProvider:
		return d.Provider == v.Text
	case KeyOrigin:
		return string(d.Origin) == v.Text
	case KeyNumber:
		return d.ID == v.ID
	case KeyText:
		return NewFinder(v.Text).InRequest(d.Header, d.Body)
	}
	return false
}

func is(state string, d webhook.Delivery) bool {
	switch state {
	case stateVerified:
		return d.Verdict.Verified
	case stateUnverified:
		return d.Verdict.Unverified
	case stateFailed:
		return d.Failed()
	case stateResolved:
		return d.ResolvedBy != 0
	case stateAcknowledged:
		return !d.AcknowledgedAt.IsZero()
	case stateForwarded:
		return d.AppStatus != 0 || d.AppFailure != ""
	case stateResent:
		return d.ParentID != 0
	}
	return string(d.Outcome) == state
}

// Types returns the types that the term matches: all of them unless it is by type.
func (t Term) Types(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return t.Key == KeyType && !t.Matches(webhook.Delivery{Type: s}) })
}

// CodesWanted returns the codes that a term by code names.
func (t Term) CodesWanted() (codes []webhook.Code) {
	for _, v := range t.Values {
		codes = append(codes, codesLike(v.Text)...)
	}
	return codes
}

// glob reports whether a pattern matches all of s. * matches any text, also none;
// the case of A to Z is ignored.
func glob(pattern, s string) bool {
	star, from := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && lower(pattern[p]) == lower(s[i]):
			p++
			i++
		case star >= 0: // let the last * stand for one byte more
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func lowered(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = lower(b[i])
	}
	return string(b)
}

// InRequest reports whether the text is in the body, or in a header written
// "Name: value".
func (f Finder) InRequest(h http.Header, body []byte) bool { return f.In(body) || f.inHeader(h) }

func (f Finder) inHeader(h http.Header) bool {
	for name, values := range h {
		for _, v := range values {
			if f.In([]byte(name + ": " + v)) {
				return true
			}
		}
	}
	return false
}
