package command

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// object is a JavaScript object. Its keys are in the order in which JavaScript
// lists them.
type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

// set sets a property. Those that look like the index of a list come first.
func (o *object) set(key string, value any) {
	if _, ok := o.values[key]; !ok {
		at := len(o.keys)
		if n, ok := index(key); ok {
			for at = 0; at < len(o.keys); at++ {
				if other, ok := index(o.keys[at]); !ok || other > n {
					break
				}
			}
		}
		o.keys = append(o.keys, "")
		copy(o.keys[at+1:], o.keys[at:])
		o.keys[at] = key
	}
	o.values[key] = value
}

// index returns the number that a key is as the index of a list.
func index(key string) (uint32, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return uint32(n), err == nil && n < math.MaxUint32 && strconv.FormatUint(n, 10) == key
}

// undefined is JavaScript's.
type undefined struct{}

// layout is how JSON is written: what stands after a comma and a colon, and what
// each level is indented with. ascii escapes all other characters.
type layout struct {
	item, name, indent string
	ascii              bool
}

// stringify writes a value as JSON.stringify does, "" for undefined.
func stringify(v any, l layout) string {
	var b strings.Builder
	writeJSON(&b, v, l, "\n")
	return b.String()
}

func writeJSON(b *strings.Builder, v any, l layout, line string) {
	switch v := v.(type) {
	case string:
		writeText(b, v, l.ascii)
	case float64:
		b.WriteString(number(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case []any:
		writeList(b, "[]", l, line, len(v), func(i int, inner string) {
			if _, ok := v[i].(undefined); ok {
				b.WriteString("null")
				return
			}
			writeJSON(b, v[i], l, inner)
		})
	case *object:
		keys := make([]string, 0, len(v.keys))
		for _, k := range v.keys {
			if _, ok := v.values[k].(undefined); !ok {
				keys = append(keys, k)
			}
		}
		name := l.name
		if name == "" {
			if name = ":"; l.indent != "" {
				name = ": "
			}
		}
		writeList(b, "{}", l, line, len(keys), func(i int, inner string) {
			writeText(b, keys[i], l.ascii)
			b.WriteString(name)
			writeJSON(b, v.values[keys[i]], l, inner)
		})
	case undefined:
	default:
		b.WriteString("null")
	}
}

func writeList(b *strings.Builder, brackets string, l layout, line string, n int, write func(i int, line string)) {
	b.WriteByte(brackets[0])
	item, inner := ",", line+l.indent
	if l.item != "" {
		item = l.item
	}
	for i := range n {
		if i > 0 {
			b.WriteString(item)
		}
		if l.indent != "" {
			b.WriteString(inner)
		}
		write(i, inner)
	}
	if l.indent != "" && n > 0 {
		b.WriteString(line)
	}
	b.WriteByte(brackets[1])
}

// number writes a number as JavaScript does.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "null"
	}
	if v == 0 {
		return "0" // and not -0
	}
	text, err := json.Marshal(v) // as JavaScript writes numbers
	if err != nil {
		return "null"
	}
	return string(text)
}

func writeText(b *strings.Builder, text string, ascii bool) {
	b.WriteByte('"')
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case c == utf8.RuneError && size == 1: // the text itself is not UTF-8
			b.WriteString(text[i : i+1])
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ':
			if at := strings.IndexRune("\b\f\n\r\t", c); at >= 0 {
				b.WriteString(`\` + "bfnrt"[at:at+1])
			} else {
				fmt.Fprintf(b, `\u%04x`, c)
			}
		case c > '~' && ascii && c != 0x7f:
			if c > 0xffff {
				high, low := utf16.EncodeRune(c)
				fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
			} else {
				fmt.Fprintf(b, `\u%04x`, c)
			}
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	b.WriteByte('"')
}
