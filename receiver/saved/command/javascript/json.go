package javascript

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Object is a JavaScript object. Its keys are in the order in which JavaScript
// lists them.
type Object struct {
	Keys   []string
	Values map[string]any
}

// NewObject returns an object without properties.
func NewObject() *Object { return &Object{Values: map[string]any{}} }

// Set sets a property. Those that look like the index of a list come first.
func (o *Object) Set(key string, value any) {
	if _, ok := o.Values[key]; !ok {
		at := len(o.Keys)
		if n, ok := index(key); ok {
			for at = 0; at < len(o.Keys); at++ {
				if other, ok := index(o.Keys[at]); !ok || other > n {
					break
				}
			}
		}
		o.Keys = append(o.Keys, "")
		copy(o.Keys[at+1:], o.Keys[at:])
		o.Keys[at] = key
	}
	o.Values[key] = value
}

// index returns the number that a key is as the index of a list.
func index(key string) (uint32, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return uint32(n), err == nil && n < math.MaxUint32 && strconv.FormatUint(n, 10) == key
}

// Layout is how JSON is written: what stands after a comma and a colon, and what
// each level is indented with. ASCII escapes all other characters.
type Layout struct {
	Item, Name string
	ASCII      bool
	indent     string
}

// Stringify writes a value as JSON.stringify does, "" for undefined.
func Stringify(v any, l Layout) string {
	var b strings.Builder
	writeJSON(&b, v, l, "\n")
	return b.String()
}

func writeJSON(b *strings.Builder, v any, l Layout, line string) {
	switch v := v.(type) {
	case string:
		writeText(b, v, l.ASCII)
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
	case *Object:
		keys := make([]string, 0, len(v.Keys))
		for _, k := range v.Keys {
			if _, ok := v.Values[k].(undefined); !ok {
				keys = append(keys, k)
			}
		}
		name := l.Name
		if name == "" {
			if name = ":"; l.indent != "" {
				name = ": "
			}
		}
		writeList(b, "{}", l, line, len(keys), func(i int, inner string) {
			writeText(b, keys[i], l.ASCII)
			b.WriteString(name)
			writeJSON(b, v.Values[keys[i]], l, inner)
		})
	case undefined:
	default:
		b.WriteString("null")
	}
}

func writeList(b *strings.Builder, brackets string, l Layout, line string, n int, write func(i int, line string)) {
	b.WriteByte(brackets[0])
	item, inner := ",", line+l.indent
	if l.Item != "" {
		item = l.Item
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
