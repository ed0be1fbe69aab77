package javascript

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
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

// Stringify writes a value as JSON.stringify does, "" for undefined.
func Stringify(v any) string {
	var b strings.Builder
	writeJSON(&b, v)
	return b.String()
}

func writeJSON(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		writeText(b, v)
	case float64:
		b.WriteString(number(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if _, ok := e.(undefined); ok {
				e = nil
			}
			writeJSON(b, e)
		}
		b.WriteByte(']')
	case *Object:
		comma := ""
		b.WriteByte('{')
		for _, k := range v.Keys {
			if _, ok := v.Values[k].(undefined); ok {
				continue
			}
			b.WriteString(comma)
			writeText(b, k)
			b.WriteByte(':')
			writeJSON(b, v.Values[k])
			comma = ","
		}
		b.WriteByte('}')
	case undefined:
	default:
		b.WriteString("null")
	}
}

// number writes a number as JavaScript does.
func number(v float64) string {
	if v == 0 {
		return "0" // and not -0
	}
	text, err := json.Marshal(v) // as JavaScript writes numbers
	if err != nil {
		return "null"
	}
	return string(text)
}

func writeText(b *strings.Builder, text string) {
	b.WriteByte('"')
	for i := range len(text) { // bytes, for not all texts are UTF-8
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			if at := strings.IndexByte("\b\f\n\r\t", c); at >= 0 {
				b.WriteString(`\` + "bfnrt"[at:at+1])
			} else {
				fmt.Fprintf(b, `\u%04x`, c)
			}
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
}
