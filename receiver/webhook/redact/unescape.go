package redact

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// unescaped is a string of the body, decoded, with the places in the body that its
// bytes come from.
type unescaped struct {
	s     string
	from  int
	place []int // nil if nothing was escaped
}

func plainText(body []byte) unescaped { return unescaped{s: string(body)} }

// at returns where in the body a place of the text is.
func (u unescaped) at(i int) int {
	if u.place == nil {
		return u.from + i
	}
	return u.place[i]
}

// unescape decodes a span. What is not a valid escape stays as it is.
func unescape(body []byte, from, to int) unescaped {
	raw := body[from:to]
	if bytes.IndexByte(raw, '\\') < 0 {
		return unescaped{s: string(raw), from: from}
	}
	u := unescaped{from: from}
	var b strings.Builder
	for i := 0; i < len(raw); {
		text, n := raw[i:i+1], 1
		if raw[i] == '\\' {
			text, n = escaped(raw[i:])
		}
		for range text {
			u.place = append(u.place, from+i)
		}
		b.Write(text)
		i += n
	}
	u.place = append(u.place, to)
	u.s = b.String()
	return u
}

// escaped decodes the escape at the beginning of b, and returns its length.
func escaped(b []byte) (text []byte, n int) {
	if len(b) < 2 {
		return b[:1], 1
	}
	if i := strings.IndexByte(`"\/bfnrt`, b[1]); i >= 0 {
		return []byte{"\"\\/\b\f\n\r\t"[i]}, 2
	}
	unit, ok := hexUnit(b)
	if !ok {
		return b[:1], 1
	}
	if utf16.IsSurrogate(unit) {
		if low, ok := hexUnit(b[6:]); ok {
			if r := utf16.DecodeRune(unit, low); r != unicode.ReplacementChar {
				return utf8.AppendRune(nil, r), 12
			}
		}
	}
	return utf8.AppendRune(nil, unit), 6
}

// hexUnit reads \uXXXX.
func hexUnit(b []byte) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}
