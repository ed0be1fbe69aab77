package advice

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// survivesJavaScript reports whether a JSON body comes out of JSON.parse and
// JSON.stringify unchanged. If it does, no JavaScript app can have changed it that
// way. It is false if in doubt.
func survivesJavaScript(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	w := &jsWriter{}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return len(body) > 0 && len(w.open) == 0 && bytes.Equal(w.out.Bytes(), body)
		}
		if err != nil || !w.token(t) {
			return false
		}
	}
}

// jsWriter writes JSON's tokens as JSON.stringify does.
type jsWriter struct {
	out  bytes.Buffer
	open []level
}

// level is an open object or array.
type level struct {
	object bool
	// key is set if an object's key comes next, filled if it has a member already.
	key, filled bool
	seen        map[string]bool
}

// token writes a token; ok is false if JavaScript would change it.
func (w *jsWriter) token(t json.Token) (ok bool) {
	if d, isDelim := t.(json.Delim); isDelim && (d == '}' || d == ']') {
		w.open = w.open[:len(w.open)-1]
		w.out.WriteByte(byte(d))
		w.written()
		return true
	}
	if len(w.open) > 0 {
		if top := &w.open[len(w.open)-1]; !top.object || top.key {
			if top.filled {
				w.out.WriteByte(',')
			}
			top.filled = true
		}
	}
	switch v := t.(type) {
	case json.Delim:
		w.out.WriteByte(byte(v))
		w.open = append(w.open, level{object: v == '{', key: v == '{', seen: map[string]bool{}})
		return true
	case string:
		return w.text(v)
	case json.Number:
		w.out.WriteString(jsNumber(v.String()))
	case bool:
		w.out.WriteString(strconv.FormatBool(v))
	case nil:
		w.out.WriteString("null")
	}
	w.written()
	return true
}

// written ends a value: in an object the next key follows.
func (w *jsWriter) written() {
	if n := len(w.open); n > 0 && w.open[n-1].object {
		w.open[n-1].key = true
	}
}

// text writes a string, or a key: JavaScript keeps the last of two alike and puts
// whole numbers first.
func (w *jsWriter) text(s string) (ok bool) {
	isKey := len(w.open) > 0 && w.open[len(w.open)-1].key
	if isKey {
		top := &w.open[len(w.open)-1]
		if top.seen[s] || isIndex(s) {
			return false
		}
		top.seen[s], top.key = true, false
	}
	w.out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.out.WriteByte('\\')
			w.out.WriteRune(r)
		case r < 0x20:
			w.out.WriteString(jsEscape(r))
		default:
			w.out.WriteRune(r)
		}
	}
	w.out.WriteByte('"')
	if isKey {
		w.out.WriteByte(':')
		return true
	}
	w.written()
	return true
}

func jsEscape(r rune) string {
	if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
		return `\` + "bfnrt"[i:i+1]
	}
	return `\u` + strconv.FormatInt(0x10000+int64(r), 16)[1:]
}

func isIndex(s string) bool {
	return s != "" && len(s) <= 10 && strings.Trim(s, "0123456789") == "" && (s == "0" || s[0] != '0')
}

// jsNumber writes a number as JavaScript does.
func jsNumber(text string) string {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsInf(v, 0):
		return "null"
	case v == 0:
		return "0"
	case math.Abs(v) >= 1e21 || math.Abs(v) < 1e-6:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
