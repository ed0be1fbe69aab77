package autopsy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
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
)

// Recoding is what was done to the text of a body.
type Recoding int

// The recodings.
const (
	// FromLatin1: UTF-8 was read as Latin-1 and written as UTF-8.
	FromLatin1 Recoding = iota + 1
	// ToLatin1: it was read as UTF-8 and written as Latin-1.
	ToLatin1
)

// wrappings are what a body arrives in where something took it for data.
var wrappings = []struct {
	wrapping Wrapping
	// could reports by a glance whether it may be one.
	could  func([]byte) bool
	unwrap func([]byte) ([]byte, error)
}{
	{
		InBase64,
		func(b []byte) bool { return b[0] != '{' },
		func(b []byte) ([]byte, error) { return base64.StdEncoding.DecodeString(string(bytes.TrimSpace(b))) },
	},
	{
		InString,
		isQuoted,
		func(b []byte) ([]byte, error) {
			var text string
			err := json.Unmarshal(b, &text)
			return []byte(text), err
		},
	},
	{
		InStringBase64,
		isQuoted,
		func(b []byte) (body []byte, err error) {
			err = json.Unmarshal(b, &body)
			return body, err
		},
	},
	{
		InEvent,
		func(b []byte) bool { return b[0] == '{' && bytes.Contains(b, []byte(`"body"`)) },
		unwrapEvent,
	},
	{
		InForm,
		func(b []byte) bool { return bytes.Contains(b, []byte("%7B")) || bytes.Contains(b, []byte("%7b")) },
		func(b []byte) ([]byte, error) {
			text := string(bytes.TrimSpace(b))
			if _, value, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(text, "%7B") {
				text = value
			}
			text, err := url.QueryUnescape(text)
			return []byte(text), err
		},
	},
}

func isQuoted(b []byte) bool { return b[0] == '"' }

// unwrapEvent takes the body out of the event that AWS's API Gateway and its
// like hand to a function.
func unwrapEvent(b []byte) ([]byte, error) {
	var event struct {
		Body            *string `json:"body"`
		IsBase64Encoded bool    `json:"isBase64Encoded"`
	}
	err := json.Unmarshal(b, &event)
	switch {
	case err != nil || event.Body == nil:
		return nil, err
	case event.IsBase64Encoded:
		return base64.StdEncoding.DecodeString(*event.Body)
	}
	return []byte(*event.Body), nil
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
		body, err := form.unwrap(s.body)
		if err != nil || len(body) == 0 {
			continue
		}
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Wrapped, Secret: secret, Wrapping: form.wrapping}
		}
	}
	return nil
}

// recoded: the body's text was read in one encoding and written in another.
func (s *search) recoded() *Finding {
	for _, form := range []struct {
		recoding Recoding
		undo     func([]byte) []byte
	}{{FromLatin1, fromLatin1}, {ToLatin1, toLatin1}} {
		if !s.budget.Spend(len(s.body)) {
			return nil
		}
		body := form.undo(s.body)
		if body == nil {
			continue
		}
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Recoded, Secret: secret, Recoding: form.recoding, Difference: difference(body, s.body)}
		}
	}
	return nil
}

// fromLatin1 gives back the bytes of which each was taken for a character; nil
// where there are others.
func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			return nil
		}
		out = append(out, byte(r))
	}
	return out
}

// toLatin1 takes each byte for a character, where they are not UTF-8 already.
func toLatin1(b []byte) []byte {
	if utf8.Valid(b) {
		return nil
	}
	return latin1Text(b)
}
