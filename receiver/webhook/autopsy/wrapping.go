package autopsy

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Wrapping is what a body arrives in where something took it for data.
type Wrapping int

// The wrappings.
const (
	// InBase64: the body is in base64.
	InBase64 Wrapping = iota + 1
	// InString: it is the text of a JSON string.
	InString
	// InStringBase64: it is in base64 in a JSON string.
	InStringBase64
	// InEvent: it is the body in the event that a function gateway makes.
	InEvent
	// InForm: it is URL-encoded, as in a form.
	InForm
	// InBuffer: it is a Buffer written by JSON.stringify; InBytes: another array of bytes, written the same way.
	InBuffer
	InBytes
	// InMember: it is a member of other JSON, InArray an item of an array.
	InMember
	InArray
	// InChunks: the framing of chunked HTTP was left in it.
	InChunks
	// InRequest: it is a whole HTTP request, or its headers stand before it.
	InRequest
	// InMultipart: it is a part of a multipart form.
	InMultipart
	// InCompression: it is compressed.
	InCompression
	// InQuotes: there are quotes around it, or those in it have backslashes.
	InQuotes
	// InPythonBytes: it is bytes written by Python's str: b'…'.
	InPythonBytes
	// InEntities: its quotes, < > and & are HTML entities.
	InEntities
	// InPythonDict: it is the parsed JSON written by Python's str: {'a': True}.
	InPythonDict
)

// wrappings are what a body arrives in where something took it for data.
var wrappings = []struct {
	wrapping Wrapping
	// could reports by a glance whether it may be one.
	could  func([]byte) bool
	unwrap func(*search, []byte) ([]byte, bool)
}{
	{InBase64, func(b []byte) bool { return b[0] != '{' }, plain(func(b []byte) ([]byte, bool) { return fromBase64(string(bytes.TrimSpace(b))) })},
	{InString, isQuoted, plain(unquoted)},
	{InStringBase64, isQuoted, plain(func(b []byte) (body []byte, ok bool) {
		err := json.Unmarshal(b, &body)
		return body, err == nil
	})},
	{InEvent, isGatewayEvent, plain(unwrapEvent)},
	{InForm, isForm, plain(unwrapForm)},
	{InForm, isForm, plain(formValue)},
	{InCompression, isCompressed, (*search).inflated},
	{InChunks, func(b []byte) bool { return isHexDigit(b[0]) }, plain(unchunked)},
	{InRequest, func(b []byte) bool { return 'A' <= b[0] && b[0] <= 'Z' }, plain(afterHeaders)},
	{InMultipart, func(b []byte) bool { return bytes.HasPrefix(b, []byte("--")) }, plain(onePart)},
	{InQuotes, func(b []byte) bool { return b[0] == '\'' || b[0] == '`' }, plain(func(b []byte) ([]byte, bool) {
		b = bytes.TrimSpace(b)
		return b[1:max(1, len(b)-1)], b[0] == b[len(b)-1]
	})},
	{InQuotes, func(b []byte) bool { return bytes.HasPrefix(b, []byte(`{\"`)) }, plain(func(b []byte) ([]byte, bool) {
		return unquoted([]byte(`"` + string(bytes.TrimSpace(b)) + `"`))
	})},
	{InPythonBytes, func(b []byte) bool { return len(b) > 3 && b[0] == 'b' && (b[1] == '\'' || b[1] == '"') }, plain(pythonBytes)},
	{InEntities, func(b []byte) bool { return bytes.Contains(b, []byte("&")) && bytes.Contains(b, []byte(";")) }, plain(func(b []byte) ([]byte, bool) {
		return []byte(html.UnescapeString(string(b))), true
	})},
}

// plain makes an unwrapping of a function that needs no budget.
func plain(unwrap func([]byte) ([]byte, bool)) func(*search, []byte) ([]byte, bool) {
	return func(_ *search, b []byte) ([]byte, bool) { return unwrap(b) }
}

func isQuoted(b []byte) bool { return b[0] == '"' }

// isGatewayEvent reports at a glance whether a body may be a function gateway's event;
// other JSON may have a body in it, too.
func isGatewayEvent(b []byte) bool {
	return b[0] == '{' && bytes.Contains(b, []byte(`"body"`)) && (bytes.Contains(b, []byte(`"isBase64Encoded"`)) || bytes.Contains(b, []byte(`"requestContext"`)))
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isCompressed reports at a glance whether a body may be gzip, zlib or deflate.
func isCompressed(b []byte) bool {
	return bytes.ContainsFunc(b[:min(len(b), 64)], func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == utf8.RuneError })
}

func unquoted(b []byte) ([]byte, bool) {
	var text string
	err := json.Unmarshal(b, &text)
	return []byte(text), err == nil
}

// isForm reports at a glance whether a body may be a form, or a value of one.
func isForm(b []byte) bool {
	return b[0] == '%' || b[0] != '{' && b[0] != '[' && b[0] != '"' && bytes.IndexByte(b[:min(len(b), 64)], '=') > 0
}

// unwrapForm takes the first value, or the one without a name, from a URL-encoded form.
func unwrapForm(b []byte) ([]byte, bool) {
	text := string(bytes.TrimSpace(b))
	if name, value, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(name, "%7B") && !strings.HasPrefix(name, "%7b") {
		text = value
	}
	text, err := url.QueryUnescape(text)
	return []byte(text), err == nil
}

// formValue takes the value that can be an event from a form with several, or from one
// that was not encoded.
func formValue(b []byte) ([]byte, bool) {
	text := strings.TrimSpace(string(b))
	if _, value, ok := strings.Cut(text, "={"); ok {
		return []byte("{" + value), true
	}
	for range nestedMost {
		pair, rest, more := strings.Cut(text, "&")
		_, value, _ := strings.Cut(pair, "=")
		value, err := url.QueryUnescape(value)
		if err == nil && strings.HasPrefix(value, "{") {
			return []byte(value), true
		}
		if raw, ok := fromBase64(value); ok && bytes.HasPrefix(raw, []byte("{")) {
			return raw, true
		}
		if !more {
			break
		}
		text = rest
	}
	return nil, false
}

// pythonBytes reads bytes written by Python's str.
func pythonBytes(b []byte) ([]byte, bool) {
	b = bytes.TrimSpace(b)
	if len(b) < 4 || b[len(b)-1] != b[1] {
		return nil, false
	}
	in := b[2 : len(b)-1]
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		if in[i] != '\\' || i+1 == len(in) {
			out = append(out, in[i])
			continue
		}
		i++
		switch in[i] {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'x':
			if i+2 >= len(in) {
				return nil, false
			}
			n, err := strconv.ParseUint(string(in[i+1:i+3]), 16, 8)
			if err != nil {
				return nil, false
			}
			out = append(out, byte(n))
			i += 2
		default:
			out = append(out, in[i])
		}
	}
	return out, true
}

// unwrapEvent takes the body out of the event that AWS's API Gateway and its
// like hand to a function.
func unwrapEvent(b []byte) ([]byte, bool) {
	var event struct {
		Body            *string `json:"body"`
		IsBase64Encoded bool    `json:"isBase64Encoded"`
	}
	switch err := json.Unmarshal(b, &event); {
	case err != nil || event.Body == nil:
		return nil, false
	case event.IsBase64Encoded:
		return fromBase64(*event.Body)
	}
	return []byte(*event.Body), true
}

// wrapped: the body arrived in a wrapping of its own.
func (s *search) wrapped() *Finding {
	arrived := bytes.TrimSpace(s.body)
	for _, form := range wrappings {
		if len(arrived) == 0 || !form.could(arrived) {
			continue
		}
		if !s.budget.Spend(writing * len(s.body)) {
			return nil
		}
		body, ok := form.unwrap(s, s.body)
		if !ok || len(body) == 0 {
			continue
		}
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Wrapped, Secret: secret, Wrapping: form.wrapping}
		}
	}
	if found := s.pythonDict(); found != nil {
		return found
	}
	return s.nested()
}
