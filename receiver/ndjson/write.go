package ndjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Write writes an object on one line. It leaves & < > as they are, and escapes
// what would move a terminal's cursor or turn its text: the JSON means the same.
func Write(w io.Writer, line any) error { return WriteAll(w, []any{line}) }

// WriteAll writes objects as Write does, all with one write; none if there are none.
func WriteAll(w io.Writer, lines []any) error {
	if len(lines) == 0 {
		return nil
	}
	const about = 640 // bytes that a delivery takes
	b := bytes.NewBuffer(make([]byte, 0, about*len(lines)))
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for _, line := range lines {
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped escapes the characters that a terminal obeys or hides. encoding/json
// has escaped those below 0x20; outside strings there are none.
func escaped(text []byte) []byte {
	if !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x7f }) {
		return text
	}
	var out []byte
	for i, r := range string(text) {
		if !unsafe(r) {
			if out != nil {
				out = utf8.AppendRune(out, r)
			}
			continue
		}
		if out == nil {
			out = append(make([]byte, 0, len(text)+64), text[:i]...)
		}
		if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		} else {
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	if out == nil {
		return text
	}
	return out
}

// unsafe reports whether a terminal obeys or hides a character.
func unsafe(r rune) bool {
	if r < 0x7f {
		return false
	}
	return r == 0x7f || r >= 0x80 && r <= 0x9f || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
