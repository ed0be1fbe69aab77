package tui

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// bodyText is a body prepared for the screen. It is made where the body is
// read, not in the event loop.
type bodyText struct {
	lines []string
	// json says that the lines are formatted JSON.
	json bool
	// binary says that it is not text.
	binary bool
	// hits are the matches to underline in the piece that is drawn.
	hits []hit
}

// rawBodyText returns a body as received, line by line.
func rawBodyText(body []byte) bodyText {
	s := string(body)
	return bodyText{lines: strings.Split(strings.TrimSuffix(s, "\n"), "\n"), binary: !utf8.ValidString(s)}
}

func newBodyText(body []byte) bodyText {
	if len(body) == 0 {
		return bodyText{}
	}
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") == nil {
		return bodyText{lines: strings.Split(b.String(), "\n"), json: true}
	}
	return rawBodyText(body)
}

// piece is the part of a body's line that fits on one line of the screen.
type piece struct {
	line, from, to int
	// in is the token that the piece begins in the middle of.
	in token
}

// pieces splits a body into lines of w cells. Lines that are too long are
// wrapped or, if wrapped is false, left for draw to cut.
func (t bodyText) pieces(w int, wrapped bool) []piece {
	out := make([]piece, 0, len(t.lines))
	for i, s := range t.lines {
		if !wrapped || len(s) <= w && text.IsPlain(s) {
			out = append(out, piece{line: i, to: len(s)})
			continue
		}
		out = append(out, t.broken(i, w)...)
	}
	return out
}

func (t bodyText) broken(i, w int) []piece {
	var out []piece
	s := t.lines[i]
	indent := t.indent(i, w)
	at, room, in := 0, w, tokenPlain
	for {
		n := clipLen(s[at:], room)
		out = append(out, piece{line: i, from: at, to: at + n, in: in})
		if t.json {
			in = lastToken(s[at:at+n], in)
		}
		if at += n; at >= len(s) {
			return out
		}
		room = w - indent
	}
}

// indent returns how far wrapped lines are indented.
func (t bodyText) indent(i, w int) int {
	s := t.lines[i]
	n := len(s) - len(strings.TrimLeft(s, " "))
	if t.json {
		n += 2
	}
	return min(n, w/2)
}

// clipLen returns how many bytes of a raw line fit into w cells once it is
// printable. It counts generously: a character counts as nothing only if it is
// dropped here, too.
func clipLen(s string, w int) int {
	used := 0
	for i, r := range s {
		n := 1
		if r >= 0x80 || r < 0x20 {
			_, size := utf8.DecodeRuneInString(s[i:])
			if n = text.Width(text.Printable(s[i : i+size])); r == 0xfe0f || r == 0x200d {
				n = 0
			}
		}
		if used += n; used > w {
			if i == 0 {
				_, size := utf8.DecodeRuneInString(s)
				return size
			}
			return i
		}
	}
	return len(s)
}

// draw draws a piece in w cells.
func (t bodyText) draw(st *styles, p piece, l *draw.Line, w int) {
	s := t.lines[p.line]
	if p.from > 0 {
		l.Gap(t.indent(p.line, w))
	}
	cutShort := false
	part := s[p.from:p.to]
	if len(part) > 8*w && len(part) > 4096 {
		part, cutShort = part[:clipLen(part, w+1)], true
	}
	if !t.json {
		t.underlined(st, l, st.Text, part, p.from)
		return
	}
	at := p.from
	put := func(look draw.Style, s string) { t.underlined(st, l, look, s, at); at += len(s) }
	if !cutShort && (text.IsPlain(part) && len(part) <= l.Left() || text.Width(text.Printable(part)) <= l.Left()) {
		highlight(st, part, p.in, put)
		return
	}
	room := l.Left() - 1
	highlight(st, part[:clipLen(part, room)], p.in, put)
	l.Put(st.Dim, "…")
}

type token int

const (
	tokenPlain token = iota
	tokenName
	tokenString
)

// highlight splits a line of formatted JSON into tokens. in is the token that
// the line begins in the middle of.
func highlight(st *styles, s string, in token, put func(look draw.Style, s string)) {
	for at := 0; at < len(s); {
		var n int
		var look draw.Style
		switch c := s[at]; {
		case in != tokenPlain || c == '"':
			start := at
			if in == tokenPlain {
				start++
				in = nameOrString(s[at:])
			}
			n = stringEnd(s, start) - at
			if look = st.Text; in == tokenName {
				look = st.Name
			}
			in = tokenPlain
		case c >= '0' && c <= '9' || c == '-' || c == 't' || c == 'f' || c == 'n':
			n, look = literalLen(s[at:]), st.Literal
		default:
			for at+n < len(s) && strings.IndexByte(" {}[],:", s[at+n]) >= 0 {
				n++
			}
			n, look = max(n, 1), st.Dim
		}
		put(look, s[at:at+n])
		at += n
	}
}

func literalLen(s string) int {
	n := strings.IndexAny(s, " ,]}")
	if n < 0 {
		return len(s)
	}
	return max(n, 1)
}

// stringEnd returns the end of the string that is open at from, after its
// quote.
func stringEnd(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// nameOrString tells a member's name from a string value: a colon follows the
// name.
func nameOrString(s string) token {
	if end := stringEnd(s, 1); strings.HasPrefix(s[end:], ":") {
		return tokenName
	}
	return tokenString
}

// lastToken returns the token that a piece ends in the middle of.
func lastToken(s string, in token) token {
	for at := 0; at < len(s); {
		if in == tokenPlain {
			next := strings.IndexByte(s[at:], '"')
			if next < 0 {
				return tokenPlain
			}
			at += next
			in = nameOrString(s[at:])
			at++
		}
		end := stringEnd(s, at)
		if end == len(s) && (end == at || s[end-1] != '"' || escaped(s, end-1)) {
			return in
		}
		at, in = end, tokenPlain
	}
	return in
}

func escaped(s string, at int) bool {
	n := 0
	for at-1-n >= 0 && s[at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
