package autopsy

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonStyle is a way to write JSON: that of a language, a framework or a
// person. The zero value is JavaScript's JSON.stringify without an indent, but
// for numbers.
type jsonStyle struct {
	// layout is what stands between the values.
	layout Layout
	// escape are the characters that are escaped beside those that must be.
	escape jsonEscape
	// sorted orders the keys, as Go's maps do; else they stay as they came.
	sorted bool
	// plain writes numbers as JavaScript does (1.0 becomes 1), and of keys that
	// stand twice keeps the last; else they stay as they came.
	plain bool
	// number replaces a number's text by another.
	number, with string
}

// Layout is what stands between the values of JSON.
type Layout byte

// The layouts.
const (
	Compact Layout = iota // {"a":1,"b":2}
	Spaced                // {"a": 1, "b": 2}
	Indent2               // a line a value
	Indent4               //
	Tabs                  // with tabs
)

// jsonEscape is a set of characters that are written as \u…, and how.
type jsonEscape uint16

const (
	escapeLines  jsonEscape = 1 << iota // U+2028 U+2029
	escapeHTML                          // < > &
	escapeWide                          // all that is not ASCII
	escapeDelete                        // U+007F
	escapeSlash                         // / as \/
	escapeApos                          // '
	escapeEquals                        // =
	escapePlus                          // + `
	escapeQuote                         // " as \u0022
	escapeUpper                         // with the digits A to F, not a to f
)

// escapesFor are the escapes that a character may fall under.
func escapesFor(r rune) jsonEscape {
	switch {
	case r == '<', r == '>', r == '&':
		return escapeHTML | escapeUpper
	case r == '/':
		return escapeSlash
	case r == '\'':
		return escapeApos
	case r == '=':
		return escapeEquals | escapeUpper
	case r == '+', r == '`':
		return escapePlus | escapeUpper
	case r == '"':
		return escapeQuote
	case r == 0x7f:
		return escapeDelete | escapeUpper
	case r == 0x2028, r == 0x2029:
		return escapeLines | escapeWide | escapeUpper
	case r > 0x7f:
		return escapeWide | escapeUpper
	case r < 0x20 && !strings.ContainsRune("\b\t\n\f\r", r):
		return escapeUpper
	}
	return 0
}

// jsonWriter writes a tree in a style, most bytes of it at most.
type jsonWriter struct {
	b     []byte
	style jsonStyle
	most  int
}

// write gives the tree in a style; ok is false where that would be longer than
// most. It stops soon after.
func (n *jsonNode) write(style jsonStyle, most int) (body []byte, ok bool) {
	w := jsonWriter{style: style, most: most}
	w.node(n, 0)
	return w.b, len(w.b) <= most
}

func (w *jsonWriter) node(n *jsonNode, depth int) {
	if len(w.b) > w.most {
		return
	}
	switch n.kind {
	case '"':
		w.text(n.text)
	case '0':
		w.number(n.text)
	case 'w':
		w.b = append(w.b, n.text...)
	case '[':
		w.inner(n, '[', ']', depth)
	case '{':
		w.inner(n, '{', '}', depth)
	}
}

// kids are the values of an object or an array in the order in which they are
// written.
func (w *jsonWriter) kids(n *jsonNode) []jsonNode {
	kids := n.kids
	if n.twice && (w.style.plain || w.style.sorted) {
		last := make(map[string]int, len(kids))
		kept := make([]jsonNode, 0, len(kids))
		for _, kid := range kids {
			if at, twice := last[kid.key]; twice {
				kept[at] = kid // the first's place, the last's value
				continue
			}
			last[kid.key] = len(kept)
			kept = append(kept, kid)
		}
		kids = kept
	}
	if n.unsorted && w.style.sorted {
		kids = slices.SortedStableFunc(slices.Values(kids), byKey)
	}
	return kids
}

func (w *jsonWriter) inner(n *jsonNode, open, shut byte, depth int) {
	kids := w.kids(n)
	w.b = append(w.b, open)
	for i := range kids {
		if len(w.b) > w.most {
			return
		}
		if i > 0 {
			w.b = append(w.b, ',')
			if w.style.layout == Spaced {
				w.b = append(w.b, ' ')
			}
		}
		w.line(depth + 1)
		if n.kind == '{' {
			w.text(kids[i].key)
			w.b = append(w.b, ':')
			if w.style.layout != Compact {
				w.b = append(w.b, ' ')
			}
		}
		w.node(&kids[i], depth+1)
	}
	if len(kids) > 0 && len(w.b) <= w.most {
		w.line(depth)
	}
	w.b = append(w.b, shut)
}

func (w *jsonWriter) line(depth int) {
	var unit string
	switch w.style.layout {
	case Compact, Spaced:
		return
	case Indent2:
		unit = "  "
	case Indent4:
		unit = "    "
	case Tabs:
		unit = "\t"
	}
	w.b = append(w.b, '\n')
	for range depth {
		w.b = append(w.b, unit...)
	}
}

func (w *jsonWriter) text(s string) {
	w.b = append(w.b, '"')
	plain := 0 // where a run of characters that are written as they are began
	for i, r := range s {
		if isPlainJSON(r) {
			continue
		}
		if len(w.b) > w.most {
			return
		}
		w.b = append(w.b, s[plain:i]...)
		w.rune(r)
		plain = i + utf8.RuneLen(r)
	}
	w.b = append(append(w.b, s[plain:]...), '"')
}

// isPlainJSON says whether every style writes a character as it is.
func isPlainJSON(r rune) bool {
	switch r {
	case '"', '\\', '/', '<', '>', '&', '\'', '=', '+', '`':
		return false
	}
	return r >= 0x20 && r < 0x7f
}

func (w *jsonWriter) rune(r rune) {
	const short = "\b\t\n\f\r\"\\"
	e := w.style.escape
	switch i := strings.IndexRune(short, r); {
	case r == '"' && e&escapeQuote != 0:
		w.escaped(r)
	case i >= 0:
		w.b = append(w.b, '\\', `btnfr"\`[i])
	case r == '/' && e&escapeSlash != 0:
		w.b = append(w.b, '\\', '/')
	case r < 0x20, e&escapesFor(r)&^(escapeUpper|escapeSlash) != 0:
		w.escaped(r)
	default:
		w.b = utf8.AppendRune(w.b, r)
	}
}

// escaped writes \u and four digits, twice for what lies beyond them.
func (w *jsonWriter) escaped(r rune) {
	digits := "0123456789abcdef"
	if w.style.escape&escapeUpper != 0 {
		digits = "0123456789ABCDEF"
	}
	units := [2]rune{r}
	n := 1
	if r > 0xffff {
		r -= 0x10000
		units, n = [2]rune{0xd800 + r>>10, 0xdc00 + r&0x3ff}, 2
	}
	for _, u := range units[:n] {
		w.b = append(w.b, '\\', 'u')
		for shift := 12; shift >= 0; shift -= 4 {
			w.b = append(w.b, digits[u>>shift&0xf])
		}
	}
}

func (w *jsonWriter) number(text string) {
	switch {
	case w.style.number != "" && text == w.style.number:
		text = w.style.with
	case w.style.plain:
		text = javascriptNumber(text)
	}
	w.b = append(w.b, text...)
}

// javascriptNumber is a number as JavaScript writes it
// (https://tc39.es/ecma262/#sec-numeric-types-number-tostring); one that is
// too large for it stays.
func javascriptNumber(text string) string {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return text
	case v == 0:
		return "0"
	case math.Abs(v) < 1e21 && math.Abs(v) >= 1e-6:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}
