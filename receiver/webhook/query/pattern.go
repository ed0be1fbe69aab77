package query

import (
	"fmt"
	"slices"
	"strings"
)

// Pattern matches deliveries by their provider and event type. The zero value
// matches all.
//
//	user.*          event types; * matches any text, including dots
//	stripe          all of one provider
//	stripe:*        the same
//	clerk:user.*    event types of one provider
type Pattern struct {
	// Provider is a provider's name, "" for any.
	Provider string
	// Type is the pattern of event types, "" for any.
	Type string
}

// ParsePattern reads a pattern. A word alone is the name of a
// provider, one of names.
func ParsePattern(text string, names []string) (Pattern, error) {
	p := Pattern{Type: text}
	if provider, kind, ok := strings.Cut(text, ":"); ok {
		p = Pattern{provider, kind}
	} else if !strings.ContainsAny(text, ".*") {
		p = Pattern{Provider: text}
	}
	switch {
	case text == "":
		return Pattern{}, &patternError{`"" is not a pattern`, "write event types such as user.*, or the URL alone for all"}
	case strings.Contains(text, ":") && (p.Provider == "" || p.Type == ""):
		return Pattern{}, &patternError{fmt.Sprintf("%q is not a pattern", text), "write PROVIDER:TYPE, such as clerk:user.*"}
	}
	if p.Provider != "" && !slices.Contains(names, p.Provider) {
		return Pattern{}, &patternError{fmt.Sprintf("unknown provider %q", p.Provider), "write event types such as " + p.Provider + ".*, or a provider: " + strings.Join(names, ", ")}
	}
	for _, r := range p.Type {
		if !inType(r) {
			return Pattern{}, &patternError{fmt.Sprintf("%q is not a pattern of event types", text), "write letters, digits, dots and *, such as user.*"}
		}
	}
	if p.Type == "*" {
		p.Type = ""
	}
	return p, nil
}

// patternError reports what is wrong with a pattern, and what to write instead.
type patternError struct{ what, fix string }

func (e *patternError) Error() string { return e.what }

// Fix returns what to write instead.
func (e *patternError) Fix() string { return e.fix }

// inType reports whether a pattern of event types may contain a character.
func inType(r rune) bool {
	return r < 0x80 && (r == '.' || r == '*' || r == '_' || r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z')
}

// Takes reports whether the pattern matches a provider's event type.
func (p Pattern) Takes(provider, eventType string) bool {
	return (p.Provider == "" || p.Provider == provider) && (p.Type == "" || matches(p.Type, eventType))
}

// matches reports whether text matches a pattern in which * is any text.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return pattern == text
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// String returns the pattern as ParsePattern reads it, "" if it matches all.
func (p Pattern) String() string {
	switch {
	case p.Provider == "":
		return p.Type
	case p.Type == "":
		return p.Provider
	}
	return p.Provider + ":" + p.Type
}
