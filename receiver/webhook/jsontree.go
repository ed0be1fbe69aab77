package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonNode is a JSON value that keeps what encoding/json's maps forget: the
// order of keys, keys that stand twice, and how numbers were written.
type jsonNode struct {
	kind byte // '{' '[' '"' '0' (a number) 'w' (true, false, null)
	text string
	keys []string
	kids []*jsonNode
}

// deepest is how far values may be nested in each other; events are not.
const deepest = 200

var errTooDeep = errors.New("nested too deeply")

// parseJSON reads one value, and nothing but blanks after it.
func parseJSON(body []byte) (*jsonNode, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	n, err := parseNode(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return n, nil
}

func parseNode(d *json.Decoder, depth int) (*jsonNode, error) {
	if depth > deepest {
		return nil, errTooDeep
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		return parseInner(d, byte(v), depth)
	case string:
		return &jsonNode{kind: '"', text: v}, nil
	case json.Number:
		return &jsonNode{kind: '0', text: v.String()}, nil
	case bool:
		return &jsonNode{kind: 'w', text: strconv.FormatBool(v)}, nil
	default:
		return &jsonNode{kind: 'w', text: "null"}, nil
	}
}

func parseInner(d *json.Decoder, kind byte, depth int) (*jsonNode, error) {
	n := &jsonNode{kind: kind}
	for d.More() {
		if kind == '{' {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, key.(string)) // the decoder gives a string for a key or an error
		}
		kid, err := parseNode(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
	}
	_, err := d.Token() // what closes it
	return n, err
}

// jsonStyle is a way to write JSON: that of a language, a framework or a
// person. The zero value is JavaScript's JSON.stringify without an indent.
type jsonStyle struct {
	// layout is what stands between the values.
	layout jsonLayout
	escape jsonEscape
	// sorted orders the keys, as Go's maps do; else they stay as they came.
	sorted bool
	// plain writes numbers as JavaScript does (1.0 becomes 1), and of keys that
	// stand twice keeps the last; else they stay as they came.
	plain bool
}

type jsonLayout byte

const (
	compact  jsonLayout = iota // {"a":1,"b":2}
	spaced                     // {"a": 1, "b": 2}
	indent2                    // a line a value
	indent4                    //
	indented                   // with tabs
)

type jsonEscape byte

const (
	escapeLeast jsonEscape = iota // what JSON requires, as JavaScript does
	escapeHTML                    // and < > & U+2028 U+2029, as Go does
	escapeASCII                   // and all that is not ASCII, as Python does
	escapePHP                     // likewise, and slashes
	escapeSlash                   // slashes alone
)

// jsonWriter writes a tree in a style.
type jsonWriter struct {
	b     []byte
	style jsonStyle
}

func (n *jsonNode) write(style jsonStyle) []byte {
	w := jsonWriter{style: style}
	w.node(n, 0)
	return w.b
}

func (w *jsonWriter) node(n *jsonNode, depth int) {
	switch n.kind {
	case '"':
		w.text(n.text)
	case '0':
		w.number(n.text)
	case 'w':
		w.b = append(w.b, n.text...)
	case '[':
		w.inner(n, '[', ']', depth, w.order(n))
	case '{':
		w.inner(n, '{', '}', depth, w.order(n))
	}
}

// order is the order in which the kids are written.
func (w *jsonWriter) order(n *jsonNode) []int {
	order := make([]int, 0, len(n.kids))
	last := map[string]int{}
	for i := range n.kids {
		if n.kind == '{' && (w.style.plain || w.style.sorted) {
			if at, twice := last[n.keys[i]]; twice {
				order[at] = i // the first's place, the last's value
				continue
			}
			last[n.keys[i]] = len(order)
		}
		order = append(order, i)
	}
	if n.kind == '{' && w.style.sorted {
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(n.keys[a], n.keys[b]) })
	}
	return order
}

func (w *jsonWriter) inner(n *jsonNode, open, shut byte, depth int, order []int) {
	w.b = append(w.b, open)
	for i, k := range order {
		if i > 0 {
			w.b = append(w.b, ',')
			if w.style.layout == spaced {
				w.b = append(w.b, ' ')
			}
		}
		w.line(depth + 1)
		if n.kind == '{' {
			w.text(n.keys[k])
			w.b = append(w.b, ':')
			if w.style.layout != compact {
				w.b = append(w.b, ' ')
			}
		}
		w.node(n.kids[k], depth+1)
	}
	if len(order) > 0 {
		w.line(depth)
	}
	w.b = append(w.b, shut)
}

func (w *jsonWriter) line(depth int) {
	var unit string
	switch w.style.layout {
	case compact, spaced:
		return
	case indent2:
		unit = "  "
	case indent4:
		unit = "    "
	case indented:
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
		w.b = append(w.b, s[plain:i]...)
		w.rune(r)
		plain = i + utf8.RuneLen(r)
	}
	w.b = append(append(w.b, s[plain:]...), '"')
}

// isPlainJSON says whether every style writes a character as it is.
func isPlainJSON(r rune) bool {
	switch r {
	case '"', '\\', '/', '<', '>', '&':
		return false
	}
	return r >= 0x20 && r < 0x7f
}

func (w *jsonWriter) rune(r rune) {
	const short = "\b\t\n\f\r\"\\"
	e := w.style.escape
	switch i := strings.IndexRune(short, r); {
	case i >= 0:
		w.b = append(w.b, '\\', `btnfr"\`[i])
	case r == '/' && (e == escapePHP || e == escapeSlash):
		w.b = append(w.b, '\\', '/')
	case r < 0x20,
		e == escapeHTML && (r == '<' || r == '>' || r == '&' || r == 0x2028 || r == 0x2029),
		(e == escapeASCII || e == escapePHP) && r > 0x7e && (r != 0x7f || e == escapeASCII):
		w.escaped(r)
	default:
		w.b = utf8.AppendRune(w.b, r)
	}
}

// escaped writes \u and four digits, twice for what lies beyond them.
func (w *jsonWriter) escaped(r rune) {
	units := []rune{r}
	if r > 0xffff {
		r -= 0x10000
		units = []rune{0xd800 + r>>10, 0xdc00 + r&0x3ff}
	}
	for _, u := range units {
		w.b = append(w.b, '\\', 'u')
		for shift := 12; shift >= 0; shift -= 4 {
			w.b = append(w.b, "0123456789abcdef"[u>>shift&0xf])
		}
	}
}

// number writes a number as it came, or as JavaScript does
// (https://tc39.es/ecma262/#sec-numeric-types-number-tostring).
func (w *jsonWriter) number(text string) {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case !w.style.plain || err != nil:
		w.b = append(w.b, text...)
	case v == 0:
		w.b = append(w.b, '0')
	case math.Abs(v) >= 1e21 || math.Abs(v) < 1e-6:
		s := strconv.FormatFloat(v, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		w.b = append(w.b, mantissa+"e"+exponent[:1]+strings.TrimLeft(exponent[1:], "0")...)
	default:
		w.b = strconv.AppendFloat(w.b, v, 'f', -1, 64)
	}
}
