package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Completion is how a part of a filter may continue.
type Completion struct {
	// From and To delimit the bytes that an option replaces.
	From, To int
	// Options are in the order to offer them.
	Options []string
}

// Complete returns how the word before a byte of the filter may continue: with
// keys, or the values of a key that has few. types are the known event types,
// names the providers.
func Complete(text string, cursor int, types, names []string) Completion {
	cursor = min(max(cursor, 0), len(text))
	from := wordAt(text[:cursor])
	word := text[from:cursor]
	if rest, ok := strings.CutPrefix(word, "-"); ok {
		from, word = from+1, rest
	}
	end := keyEnd(word)
	if end == 0 {
		return Completion{from, cursor, keysLike(word)}
	}
	last := max(end, strings.LastIndexByte(word, '|')) + 1
	c := Completion{From: from + last, To: cursor}
	for _, v := range Key(strings.ToLower(word[:end])).options(types, names) {
		if hasPrefixFold(v, word[last:]) && v != word[last:] {
			c.Options = append(c.Options, v)
		}
	}
	return c
}

// wordAt returns where the last word of a text begins.
func wordAt(text string) int {
	start, in := 0, false
	for i, r := range text {
		switch {
		case r == '"' && (i == 0 || text[i-1] != '\\'):
			in = !in
		case isSpace(r) && !in:
			start = i + utf8.RuneLen(r)
		}
	}
	return start
}

func keysLike(word string) (options []string) {
	for _, k := range Keys() {
		if hasPrefixFold(string(k), word) {
			options = append(options, string(k)+":")
		}
	}
	return options
}

// options returns the values of a key, if they can be listed.
func (k Key) options(types, names []string) []string {
	switch k {
	case KeyType:
		return typeOptions(types)
	case KeyState:
		return States()
	case KeyCode:
		return words(webhook.Codes())
	case KeyOrigin:
		return words(webhook.Origins())
	case KeyStatus, KeyApp:
		return []string{"200", "2xx", "4xx", "5xx", ">=400"}
	case KeySince, KeyBefore:
		return []string{"10m", "1h", "today", "1d", "1w"}
	case KeyProvider:
		return names
	case KeyUser, KeyEmail, KeyMessage, KeyNumber, KeyText: // too many to list
	}
	return nil
}

// typeOptions returns the types, each family before its members.
func typeOptions(types []string) []string {
	var options []string
	for _, t := range slices.Sorted(slices.Values(types)) {
		if dot := strings.LastIndexByte(t, '.'); dot > 0 {
			options = append(options, t[:dot]+".*")
		}
		options = append(options, t)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(options, func(o string) bool {
		was := seen[o]
		seen[o] = true
		return was || quoted(o, false) != o
	})
}

func hasPrefixFold(s, prefix string) bool {
	return len(prefix) <= len(s) && lowered(s[:len(prefix)]) == lowered(prefix)
}
