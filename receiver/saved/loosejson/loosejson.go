// Package loosejson reads JSON as many programs write it, each a little
// differently: names in any spelling, numbers where strings are usual, headers as an
// object or a list, times in a dozen forms. It reads values; it does not know what
// a request is.
package loosejson

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Object is a JSON object by its members' names in lower case, without -, _ and @:
// "body_b64" and "bodyB64" are one. Of two members with one name the first that is
// not null counts.
type Object map[string]json.RawMessage

// Parse returns the object that a JSON text is, false if it is something else.
func Parse(text []byte) (Object, bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' {
		return nil, false
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return nil, false
	}
	o := make(Object, len(members))
	// In order of their names, so that the outcome does not change between runs.
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		plain := Name(name)
		if old, twice := o[plain]; !twice || IsNull(old) {
			o[plain] = members[name]
		}
	}
	return o, true
}

// Name returns a name as Object has it.
func Name(name string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "", "@", "").Replace(strings.ToLower(name))
}

// First returns the first of the members that is there and not null.
func (o Object) First(names ...string) (json.RawMessage, bool) {
	for _, name := range names {
		if v, ok := o[name]; ok && !IsNull(v) {
			return v, true
		}
	}
	return nil, false
}

// Text returns the first of the members that is a text, a number or a truth value.
func (o Object) Text(names ...string) string {
	for _, name := range names {
		if s, ok := Text(o[name]); ok && s != "" {
			return s
		}
	}
	return ""
}

// Object returns the object in a member.
func (o Object) Object(name string) (Object, bool) { return Parse(o[name]) }

// Objects returns the values of the list in a member; false if it is not a list
// with an object in it.
func (o Object) Objects(name string) ([]json.RawMessage, bool) {
	items, ok := List(o[name])
	return items, ok && slices.ContainsFunc(items, func(v json.RawMessage) bool { return First(v) == '{' })
}

// IsNull reports whether a value is missing or null.
func IsNull(v json.RawMessage) bool {
	v = bytes.TrimSpace(v)
	return len(v) == 0 || string(v) == "null"
}

// First returns the first byte of a value, 0 for none.
func First(v json.RawMessage) byte {
	if v = bytes.TrimSpace(v); len(v) > 0 {
		return v[0]
	}
	return 0
}

// List returns the values of a list.
func List(v json.RawMessage) (items []json.RawMessage, ok bool) {
	if First(v) != '[' {
		return nil, false
	}
	return items, json.Unmarshal(v, &items) == nil
}

// Values returns the values of an object's members, in the order in which they
// stand.
func Values(v json.RawMessage) (values []json.RawMessage) {
	d := json.NewDecoder(bytes.NewReader(v))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		var value json.RawMessage
		if _, err := d.Token(); err != nil || d.Decode(&value) != nil {
			break
		}
		values = append(values, value)
	}
	return values
}

// Text returns a text, or a number or a truth value as it is written.
func Text(v json.RawMessage) (s string, ok bool) {
	switch First(v) {
	case '"':
		return s, json.Unmarshal(v, &s) == nil
	case 0, 'n', '{', '[':
		return "", false
	}
	return string(bytes.TrimSpace(v)), true
}

// Buffer returns the bytes of a Node.js Buffer as JSON.stringify writes it,
// {"type":"Buffer","data":[123,34]}, or of its list alone.
func Buffer(v json.RawMessage) (b []byte, ok bool) {
	if o, isObject := Parse(v); isObject {
		if o.Text("type") != "Buffer" {
			return nil, false
		}
		v = o["data"]
	}
	var numbers []uint8
	items, isList := List(v)
	if !isList || len(items) == 0 {
		return nil, false
	}
	numbers = make([]uint8, 0, len(items))
	for _, item := range items {
		var n uint8
		if json.Unmarshal(item, &n) != nil {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, true
}

// Base64 decodes base64 in any of its usual alphabets, with or without padding and
// line breaks.
func Base64(s string) ([]byte, error) {
	s = strings.TrimRight(strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/").Replace(strings.TrimSpace(s)), "=")
	return base64.RawStdEncoding.DecodeString(s)
}

// Header is a name with one value.
type Header struct{ Name, Value string }

// ErrNotHeaders reports a value that holds no headers.
var ErrNotHeaders = errors.New("its headers are neither an object nor a list")

// Headers reads headers out of an object of texts or lists, a list of objects with
// name and value, a list of pairs, or a flat list of names and values as Node's
// rawHeaders. It counts what it skips because it is not a header.
func Headers(v json.RawMessage) (all []Header, odd int, err error) {
	switch First(v) {
	case '{':
		var members map[string]json.RawMessage
		if json.Unmarshal(v, &members) != nil {
			return nil, 0, ErrNotHeaders
		}
		names := make([]string, 0, len(members))
		for name := range members {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			got, wrong := values(name, members[name])
			all, odd = append(all, got...), odd+wrong
		}
	case '[':
		all, odd = listed(v)
	case '"': // a map in a text, or a block of lines
		var text string
		if json.Unmarshal(v, &text) != nil {
			return nil, 0, ErrNotHeaders
		}
		if inner := json.RawMessage(strings.TrimSpace(text)); (First(inner) == '{' || First(inner) == '[') && json.Valid(inner) {
			return Headers(inner)
		}
		all, odd = Lines(text)
	default:
		return nil, 0, ErrNotHeaders
	}
	if len(all) == 0 && odd > 0 {
		return nil, odd, ErrNotHeaders
	}
	return all, odd, nil
}

// values returns the values of one header: a text, a list of texts, or of objects
// with a value, as Lambda@Edge has them.
func values(name string, v json.RawMessage) (all []Header, odd int) {
	if s, ok := Text(v); ok {
		return []Header{{name, s}}, 0
	}
	items, ok := List(v)
	if !ok {
		return nil, 1
	}
	for _, item := range items {
		s, ok := Text(item)
		if o, isObject := Parse(item); isObject {
			s, ok = Text(o["value"])
		}
		if !ok {
			odd++
			continue
		}
		all = append(all, Header{name, s})
	}
	return all, odd
}

func listed(v json.RawMessage) (all []Header, odd int) {
	items, _ := List(v)
	for i := 0; i < len(items); i++ {
		item := items[i]
		var name, value string
		var named, valued bool
		if o, ok := Parse(item); ok {
			name, named = o.Text("name", "key", "header"), true
			if o.Text("disabled") == "true" || o.Text("enabled", "active", "isactive") == "false" {
				continue // an API client does not send it
			}
			value, valued = Text(o["value"])
			valued = valued || IsNull(o["value"]) // an empty header
		} else if pair, ok := List(item); ok && len(pair) == 2 {
			name, named = Text(pair[0])
			value, valued = Text(pair[1])
		} else if name, named = Text(item); named && i+1 < len(items) {
			i++
			value, valued = Text(items[i])
		}
		if !named || !valued || name == "" {
			odd++
			continue
		}
		all = append(all, Header{name, value})
	}
	return all, odd
}

// Lines reads headers from "name: value" lines.
func Lines(text string) (all []Header, odd int) {
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
		case !ok || strings.TrimSpace(name) == "":
			odd++
		default:
			all = append(all, Header{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return all, odd
}

// Clipped bounds what an error quotes of a value.
func Clipped(v json.RawMessage) string {
	const most = 40
	if s := string(bytes.TrimSpace(v)); len(s) <= most {
		return s
	}
	return fmt.Sprintf("%.*s…", most, bytes.TrimSpace(v))
}
