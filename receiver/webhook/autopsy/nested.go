package autopsy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
)

const (
	// nestedMost is how many values of a body are tried as the one that was signed,
	// and nestedDeepest how far inside each other they may be.
	nestedMost    = 48
	nestedDeepest = 8
)

// nested: the signed body is inside the JSON that arrived: as a member, a string, or
// bytes that something wrote as numbers.
func (s *search) nested() *Finding {
	arrived := bytes.TrimSpace(bytes.TrimPrefix(s.body, []byte(bom)))
	if len(arrived) == 0 || len(arrived) > bodyReadMost || !s.budget.Spend(2*writing*len(arrived)) || !json.Valid(arrived) {
		return nil
	}
	n := nestedSearch{search: s, left: nestedMost}
	return n.inside(arrived, Wrapping(0), 0)
}

type nestedSearch struct {
	*search
	left int
}

// inside looks at the values within one. way is the outermost step, which
// names the wrapping.
func (n *nestedSearch) inside(value []byte, way Wrapping, depth int) *Finding {
	if depth == nestedDeepest || len(value) == 0 || !n.budget.Spend(writing*len(value)) {
		return nil
	}
	switch value[0] {
	case '"':
		var text string
		if json.Unmarshal(value, &text) != nil {
			return nil
		}
		return n.text(text, way, depth)
	case '[':
		if raw, ok := numbered(value); ok {
			return n.try(raw, InBytes, depth)
		}
		var items []json.RawMessage
		if json.Unmarshal(value, &items) != nil {
			return nil
		}
		return n.each(items, way.or(InArray), depth)
	case '{':
		if raw, wrapping, ok := bytesAsJSON(value); ok {
			return n.try(raw, wrapping, depth)
		}
		members, key, err := membersOf(value)
		if err != nil {
			return nil
		}
		if strings.HasPrefix(key, "{") { // a form's parser took the JSON for a name
			if found := n.try([]byte(key), InForm, depth+1); found != nil {
				return found
			}
		}
		return n.each(members, way.or(InMember), depth)
	}
	return nil
}

// or returns the wrapping, or another if there is none yet.
func (w Wrapping) or(other Wrapping) Wrapping {
	if w == 0 {
		return other
	}
	return w
}

func (n *nestedSearch) each(values []json.RawMessage, way Wrapping, depth int) *Finding {
	for _, v := range values {
		if len(v) < 2 || v[0] != '{' && v[0] != '[' && v[0] != '"' {
			continue
		}
		if found := n.try(v, way, depth+1); found != nil || n.left <= 0 {
			return found
		}
	}
	return nil
}

// text tries a string as the body, and as base64 of it.
func (n *nestedSearch) text(text string, way Wrapping, depth int) *Finding {
	if len(text) < 2 {
		return nil
	}
	if found := n.try([]byte(text), way.or(InString), depth+1); found != nil {
		return found
	}
	if raw, ok := fromBase64(text); ok {
		return n.try(raw, way.or(InStringBase64), depth+1)
	}
	return nil
}

// try checks a value against the signature, and then looks inside it.
func (n *nestedSearch) try(body []byte, way Wrapping, depth int) *Finding {
	if n.left--; n.left <= 0 || len(body) == 0 {
		return nil
	}
	if secret, ok := n.signer(body); ok {
		return &Finding{Cause: Wrapped, Secret: secret, Wrapping: way}
	}
	inner := bytes.TrimSpace(body)
	if len(inner) < 2 || !json.Valid(inner) {
		return nil
	}
	return n.inside(inner, way, depth)
}

// membersOf returns an object's values in their order, and its first key.
func membersOf(object []byte) (values []json.RawMessage, key string, err error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, "", err
	}
	for d.More() && len(values) < nestedMost {
		name, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		if len(values) == 0 {
			key, _ = name.(string)
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, "", err
		}
		values = append(values, v)
	}
	return values, key, nil
}

// fromBase64 reads base64 in either alphabet, with its padding or without.
func fromBase64(text string) (raw []byte, ok bool) {
	if len(text) < 8 {
		return nil, false
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(text); err == nil {
			return raw, true
		}
	}
	return nil, false
}

// bytesAsJSON reads what JavaScript makes of bytes: a Buffer is
// {"type":"Buffer","data":[…]}, a Uint8Array {"0":123,"1":34,…}.
func bytesAsJSON(object []byte) (raw []byte, wrapping Wrapping, ok bool) {
	var buffer struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(object, &buffer) == nil && buffer.Type == "Buffer" && len(buffer.Data) > 0 {
		if raw, ok = numbered(buffer.Data); ok {
			return raw, InBuffer, true
		}
	}
	if !bytes.Contains(object[:min(len(object), 16)], []byte(`"0"`)) {
		return nil, 0, false
	}
	var indexed map[string]uint8
	if json.Unmarshal(object, &indexed) != nil {
		return nil, 0, false
	}
	raw = make([]byte, len(indexed))
	for i := range raw {
		b, known := indexed[strconv.Itoa(i)]
		if !known {
			return nil, 0, false
		}
		raw[i] = b
	}
	return raw, InBytes, true
}

// numbered reads an array of bytes as numbers: [123,34,…].
func numbered(array []byte) (raw []byte, ok bool) {
	var numbers []uint16 // of uint8 encoding/json makes base64
	if len(array) < 3 || json.Unmarshal(array, &numbers) != nil || len(numbers) == 0 {
		return nil, false
	}
	raw = make([]byte, len(numbers))
	for i, n := range numbers {
		if n > 0xff {
			return nil, false
		}
		raw[i] = byte(n)
	}
	return raw, true
}
