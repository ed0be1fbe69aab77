// Package plainjson reads a few values out of JSON in one pass, many times faster than
// encoding/json, as long as the text is written as programs usually write it. At
// anything unusual it fails and says no more: the caller then reads the text with
// encoding/json. So what it does read has to be what encoding/json would read, and it
// may fail as often as it likes. It fails at
//
//   - invalid JSON, and a value of another kind than was asked for
//   - the name of a wanted value that comes twice or in another case
//   - a wanted text that is not plain ASCII
//   - an object within more than a hundred others
package plainjson

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// maxDepth is how deep values may be nested: less than encoding/json allows.
const maxDepth = 100

// Reader reads a text from its beginning to its end. Once it has failed, it reads
// nothing more; what was read before does not count.
type Reader struct {
	text   []byte
	at     int
	depth  int
	failed bool
}

// New returns a reader of a text, which must not change while it is read.
func New(text []byte) *Reader { return &Reader{text: text} }

// Done reports whether the whole text was read, without a failure.
func (r *Reader) Done() bool {
	r.blanks()
	return !r.failed && r.at == len(r.text)
}

// Object reads an object. It calls read for each of its values that names has, with
// the index of the name; read has to read that value. The others are skipped.
func (r *Reader) Object(names []string, read func(i int)) {
	seen := 0
	r.members('{', '}', func() {
		i, odd := wanted(r.rawText(), names)
		if odd || i >= 0 && seen&(1<<i) != 0 {
			r.failed = true
			return
		}
		r.blanks()
		r.take(':')
		if i < 0 {
			r.Skip()
			return
		}
		seen |= 1 << i
		read(i)
	})
}

// wanted returns the index of a name, -1 if it is not among names. odd means that
// encoding/json may take it for one of them.
func wanted(name []byte, names []string) (i int, odd bool) {
	for i, n := range names {
		if string(name) == n {
			return i, false
		}
	}
	for _, c := range name {
		if c == '\\' || c >= 0x80 {
			return -1, true
		}
	}
	for _, n := range names {
		if len(n) == len(name) && strings.EqualFold(n, string(name)) {
			return -1, true
		}
	}
	return -1, false
}

// Array reads an array. It calls read for each value, which read has to read.
func (r *Reader) Array(read func()) { r.members('[', ']', read) }

// Text reads a text. null is "", as it is in a field of that kind.
func (r *Reader) Text() string {
	if r.Null() {
		return ""
	}
	raw := r.rawText()
	for _, c := range raw {
		if c == '\\' || c >= 0x80 {
			r.failed = true
			return ""
		}
	}
	return string(raw)
}

// Null reads null if that comes next, and reports whether it did.
func (r *Reader) Null() bool {
	r.blanks()
	if r.next() != 'n' {
		return false
	}
	r.word("null")
	return true
}

// Number reads a number, and returns it as it is written.
func (r *Reader) Number() string {
	r.blanks()
	from := r.at
	r.number()
	if r.failed {
		return ""
	}
	return string(r.text[from:r.at])
}

// Raw reads any value, and returns its bytes in the text.
func (r *Reader) Raw() []byte {
	r.blanks()
	from := r.at
	r.Skip()
	if r.failed {
		return nil
	}
	return r.text[from:r.at:r.at]
}

// Skip reads any value.
func (r *Reader) Skip() {
	r.blanks()
	switch r.next() {
	case '"':
		r.rawText()
	case '{':
		r.members('{', '}', func() {
			r.rawText()
			r.blanks()
			r.take(':')
			r.Skip()
		})
	case '[':
		r.members('[', ']', r.Skip)
	case 't':
		r.word("true")
	case 'f':
		r.word("false")
	case 'n':
		r.word("null")
	default:
		r.number()
	}
}

// members reads what is between two brackets, separated by commas.
func (r *Reader) members(open, end byte, read func()) {
	r.blanks()
	r.take(open)
	r.depth++
	if r.depth > maxDepth {
		r.failed = true
	}
	r.blanks()
	if r.next() == end {
		r.at++
		r.depth--
		return
	}
	for !r.failed {
		r.blanks()
		read()
		r.blanks()
		if r.next() == end {
			r.at++
			r.depth--
			return
		}
		r.take(',')
	}
}

// next returns the next byte, 0 for none.
func (r *Reader) next() byte {
	if r.failed || r.at >= len(r.text) {
		return 0
	}
	return r.text[r.at]
}

func (r *Reader) take(c byte) {
	if r.next() != c {
		r.failed = true
		return
	}
	r.at++
}

func (r *Reader) word(w string) {
	if r.failed || string(r.text[r.at:min(len(r.text), r.at+len(w))]) != w {
		r.failed = true
		return
	}
	r.at += len(w)
}

func (r *Reader) blanks() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// rawText reads a text and returns what is between its quotes.
func (r *Reader) rawText() []byte {
	r.take('"')
	if r.failed {
		return nil
	}
	from := r.at
	for {
		r.at += ordinary(r.text[r.at:])
		switch r.next() {
		case '"':
			r.at++
			return r.text[from : r.at-1]
		case '\\':
			r.escape()
		default: // a control character, or the end
			r.failed = true
			return nil
		}
	}
}

// ordinary returns how many bytes come before the first that is a quote, a backslash or
// a control character: eight at a time, as most of a text is such bytes.
func ordinary(text []byte) (n int) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; n+8 <= len(text); n += 8 {
		w := binary.LittleEndian.Uint64(text[n:])
		quote, slash := w^ones*'"', w^ones*'\\'
		// The top bit of a byte is set if that byte is zero, or less than a blank. A byte
		// after such a one may be marked, too: only the first counts.
		if found := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & tops; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(text) && text[n] >= ' ' && text[n] != '"' && text[n] != '\\' {
		n++
	}
	return n
}

// escape reads an escape sequence in a text.
func (r *Reader) escape() {
	r.at++
	switch r.next() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		r.at++
	case 'u':
		for range 4 {
			r.at++
			if c := r.next(); (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				r.at = len(r.text) // the text does not end
				return
			}
		}
		r.at++
	default:
		r.at = len(r.text)
	}
}

// number reads a number (RFC 8259, 6).
func (r *Reader) number() {
	if r.next() == '-' {
		r.at++
	}
	if r.next() == '0' {
		r.at++
	} else {
		r.digits()
	}
	if r.next() == '.' {
		r.at++
		r.digits()
	}
	if c := r.next(); c == 'e' || c == 'E' {
		r.at++
		if c := r.next(); c == '+' || c == '-' {
			r.at++
		}
		r.digits()
	}
}

// digits reads one digit or more.
func (r *Reader) digits() {
	from := r.at
	for c := r.next(); c >= '0' && c <= '9'; c = r.next() {
		r.at++
	}
	if r.at == from {
		r.failed = true
	}
}
