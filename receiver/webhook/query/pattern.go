package query

import (
	"fmt"
	"slices"
	"strings"
)

// Pattern chooses deliveries by their provider and event type. The zero value
// chooses all.
//
//	user.*          event types; * stands for any text, dots too
//	stripe          all of one provider
//	stripe:*        the same
//	clerk:user.*    event types of one provider
type Pattern struct {
	// Provider is a provider's name, "" for any.
	Provider string
	// Type is what event types look like, "" for any.
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
		return Pattern{}, &patternError{`"" is not a pattern`, "write event types, such as user.*, or the URL alone for all"}
	case strings.Contains(text, ":") && (p.Provider == "" || p.Type == ""):
		return Pattern{}, &patternError{fmt.Sprintf("%q is not a pattern", text), "write PROVIDER:TYPE, such as clerk:user.*"}
	}
	if p.Provider != "" && !slices.Contains(names, p.Provider) {
		return Pattern{}, &patternError{fmt.Sprintf("there is no provider %q", p.Provider), "write event types, such as " + p.Provider + ".*, or a provider: " + strings.Join(names, ", ")}
	}
	for _, r := range p.Type {
		if !inType(r) {
			return Pattern{}, &patternError{fmt.Sprintf("%q is not a pattern of event types", text), "write one such as user.*, with letters, digits, dots and *"}
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

// inType says whether a pattern of event types may hold a character.
func inType(r rune) bool {
	return r < 0x80 && (r == '.' || r == '*' || r == '_' || r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z')
}

// Takes says whether the pattern chooses the event types of a provider.
func (p Pattern) Takes(provider, eventType string) bool {
	return (p.Provider == "" || p.Provider == provider) && (p.Type == "" || matches(p.Type, eventType))
}

// matches says whether text looks like a pattern in which * stands for any
// text.
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

// String is the pattern as it is written, "" where it chooses all.
func (p Pattern) String() string {
	switch {
	case p.Provider == "":
		return p.Type
	case p.Type == "":
		return p.Provider
	}
	return p.Provider + ":" + p.Type
}
