package dotenv

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"unicode/utf8"
)

var (
	// ErrUTF16 is a file that apps cannot read.
	ErrUTF16 = errors.New("it is UTF-16, which apps do not read")
	// ErrValue is a value that is not one word of letters, digits and _ + / = -.
	ErrValue = errors.New("the value has characters that would need quotes")
	errSet   = errors.New("its other lines would change their meaning")
)

// Set returns the text of a .env file in which a variable has a value. Where the
// variable is set, the value replaces the one that counts, the last, in its quotes;
// else a line is added, at the end if possible. Every other byte stays as it is. Parse reads
// exactly that value from the result, and from the other lines what it read before.
func Set(text []byte, name, value string) ([]byte, error) {
	before := Parse(text)
	switch {
	case before.UTF16:
		return nil, ErrUTF16
	case !isWord(value):
		return nil, ErrValue
	}
	want := before.Values()
	want[name] = value
	for _, edited := range [][]byte{replaceValue(text, before, name, value), addLine(text, name, value), insertLine(text, name, value)} {
		if edited != nil && maps.Equal(Parse(edited).Values(), want) {
			return edited, nil
		}
	}
	return nil, errSet
}

// isWord reports whether a value reads the same with and without quotes, for dotenv,
// for @next/env and for shells.
func isWord(value string) bool {
	for i := range len(value) {
		if c := value[i]; !isNameByte(c) && c != '+' && c != '/' && c != '=' {
			return false
		}
	}
	return value != ""
}

// replaceValue returns nil if the variable is not set.
func replaceValue(text []byte, f File, name, value string) []byte {
	for _, v := range f.Variables {
		if v.Name != name {
			continue
		}
		from, to := original(text, v.from), original(text, v.to)
		if old := text[from:to]; len(old) >= 2 && old[0] == old[len(old)-1] && strings.IndexByte("'\"`", old[0]) >= 0 {
			from, to = from+1, to-1
		}
		return bytes.Join([][]byte{text[:from], []byte(value), text[to:]}, nil)
	}
	return nil
}

// addLine adds a line at the end.
func addLine(text []byte, name, value string) []byte {
	line := name + "=" + value
	if len(text) == 0 || bytes.HasSuffix(text, []byte("\n")) {
		line += lineBreak(text)
	} else {
		line = lineBreak(text) + line
	}
	return append(bytes.Clone(text), line...)
}

// insertLine adds a line at the beginning: the last one may be such that it would take
// the next as its value.
func insertLine(text []byte, name, value string) []byte {
	rest, _ := bytes.CutPrefix(text, []byte("\ufeff"))
	return bytes.Join([][]byte{text[:len(text)-len(rest)], []byte(name + "=" + value + lineBreak(text)), rest}, nil)
}

// lineBreak returns the kind of line break that a file has.
func lineBreak(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// original returns the place in a file's own bytes of a place in its decoded text,
// which has \n for \r\n and U+FFFD for what is not UTF-8.
func original(text []byte, decoded int) int {
	at := 0
	for n := 0; n < decoded && at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		switch {
		case r == '\r' && at+1 < len(text) && text[at+1] == '\n':
			n, at = n+1, at+2
		case r == utf8.RuneError && size == 1:
			n, at = n+utf8.RuneLen(utf8.RuneError), at+1
		default:
			n, at = n+size, at+size
		}
	}
	return at
}
