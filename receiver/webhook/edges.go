package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

const bom = "\xef\xbb\xbf"

// copying is how many bytes are copied or looked at in the time that it takes
// to hash one.
const copying = 8

// edgeForms are the changes to a body at its ends or in its line breaks alone:
// what happened on the way, and what undoes it.
var edgeForms = []struct {
	what string
	undo func(arrived []byte) []byte
}{
	{"a line break was added at the end", func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) }},
	{"a line break (CR LF) was added at the end", func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\r\n")) }},
	{"blanks or line breaks were added at the ends", func(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }},
	{"blanks or line breaks were added at the end", func(b []byte) []byte { return bytes.TrimRight(b, " \t\r\n") }},
	{"NUL bytes were added at the end", func(b []byte) []byte { return bytes.TrimRight(b, "\x00") }},
	{"a byte order mark was added at the start", func(b []byte) []byte { return bytes.TrimPrefix(b, []byte(bom)) }},
	{"a byte order mark was added at the start and a line break at the end", func(b []byte) []byte { return bytes.TrimRight(bytes.TrimPrefix(b, []byte(bom)), "\r\n") }},
	{"the line break at the end was lost", func(b []byte) []byte { return append(bytes.Clone(b), '\n') }},
	{"the line break (CR LF) at the end was lost", func(b []byte) []byte { return append(bytes.Clone(b), "\r\n"...) }},
	{"the byte order mark at the start was lost", func(b []byte) []byte { return append([]byte(bom), b...) }},
	{"line breaks became LF and were CR LF", toCRLF},
	{"line breaks became CR LF and were LF", toLF},
	{"line breaks became LF and were CR LF, and the last was lost", func(b []byte) []byte { return append(toCRLF(b), "\r\n"...) }},
	{"line breaks became CR LF and were LF, and the last was lost", func(b []byte) []byte { return append(toLF(b), '\n') }},
	{"line breaks became LF and were CR LF, and one was added at the end", func(b []byte) []byte { return toCRLF(bytes.TrimSuffix(b, []byte("\n"))) }},
	{"line breaks became CR LF and were LF, and one was added at the end", func(b []byte) []byte { return toLF(bytes.TrimSuffix(b, []byte("\r\n"))) }},
}

func toLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

func toCRLF(b []byte) []byte { return bytes.ReplaceAll(toLF(b), []byte("\n"), []byte("\r\n")) }

// edges: the body differs from the one that was signed at its ends or in its
// line breaks alone.
func (a *autopsy) edges() *Verdict {
	tried := make([][]byte, 0, len(edgeForms))
	for _, form := range edgeForms {
		if !a.work.spend(len(a.Body) / copying) {
			return nil
		}
		body := form.undo(a.Body)
		if containsBytes(tried, body) {
			continue
		}
		tried = append(tried, body)
		if s := a.signer(body); s != nil {
			d := difference(body, a.Body)
			return &Verdict{
				Code:       BodyNewline,
				Title:      "Blanks or line breaks were changed",
				Detail:     "The signature holds, with " + s.FullName() + ", for the body as it was before " + form.what + ". " + d.String(),
				Fix:        "Something between the sender and here edits the body: send a file with curl --data-binary @file (not -d or echo), and let proxies pass bytes on untouched.",
				Secret:     s.FullName(),
				Difference: d,
			}
		}
	}
	return nil
}

func containsBytes(all [][]byte, b []byte) bool {
	for _, x := range all {
		if bytes.Equal(x, b) {
			return true
		}
	}
	return false
}

// wrappings are what a body arrives in where something took it for data.
var wrappings = []struct {
	what, fix string
	// could says by a glance whether it may be one.
	could  func([]byte) bool
	unwrap func([]byte) ([]byte, error)
}{
	{
		"base64-encoded", "A function gateway does that (isBase64Encoded): decode the body before it is passed on, or switch binary media types off.",
		func(b []byte) bool { return b[0] != '{' },
		func(b []byte) ([]byte, error) { return base64.StdEncoding.DecodeString(string(bytes.TrimSpace(b))) },
	},
	{
		"as a JSON string", "The body was stringified twice: pass the text itself on, not JSON.stringify of it.",
		isQuoted,
		func(b []byte) ([]byte, error) {
			var text string
			err := json.Unmarshal(b, &text)
			return []byte(text), err
		},
	},
	{
		"as base64 in a JSON string", "The body was encoded twice: pass the bytes themselves on.",
		isQuoted,
		func(b []byte) (body []byte, err error) {
			err = json.Unmarshal(b, &body)
			return body, err
		},
	},
	{
		"inside a function gateway's event", `The gateway's whole event was passed on ({"body": …, "isBase64Encoded": …}): pass on its body, decoded from base64 where isBase64Encoded says so.`,
		func(b []byte) bool { return b[0] == '{' && bytes.Contains(b, []byte(`"body"`)) },
		unwrapEvent,
	},
	{
		"URL-encoded", "Something sends it as a form: send the JSON itself, with curl --data-binary and not --data-urlencode, and no URLSearchParams around it.",
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
func (a *autopsy) wrapped() *Verdict {
	arrived := bytes.TrimSpace(a.Body)
	for _, form := range wrappings {
		if len(arrived) == 0 || !form.could(arrived) {
			continue
		}
		if !a.work.spend(writing * len(a.Body)) {
			return nil
		}
		body, err := form.unwrap(a.Body)
		if err != nil || len(body) == 0 {
			continue
		}
		if s := a.signer(body); s != nil {
			return &Verdict{
				Code: BodyReserialized, Title: "The body arrived " + form.what,
				Detail: "The signature holds, with " + s.FullName() + ", for what is inside: the body arrived " + form.what + ".",
				Fix:    form.fix, Secret: s.FullName(),
			}
		}
	}
	return nil
}

// recoded: the body's text was read in one encoding and written in another.
func (a *autopsy) recoded() *Verdict {
	for _, form := range []struct {
		what string
		undo func([]byte) []byte
	}{
		{"read as Latin-1 and written as UTF-8 (café became cafÃ©)", fromLatin1},
		{"read as UTF-8 and written as Latin-1", toLatin1},
	} {
		if !a.work.spend(len(a.Body)) {
			return nil
		}
		body := form.undo(a.Body)
		if body == nil {
			continue
		}
		if s := a.signer(body); s != nil {
			d := difference(body, a.Body)
			return &Verdict{
				Code: BodyReserialized, Title: "The body's characters were encoded again",
				Detail: "The signature holds, with " + s.FullName() + ", for the body before it was " + form.what + ". " + d.String(),
				Fix:    "Something reads the body as text in the wrong encoding: pass the bytes on, or read and write them as UTF-8.",
				Secret: s.FullName(), Difference: d,
			}
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

// difference shows where two bodies part.
func difference(signed, arrived []byte) *BodyDifference {
	at := 0
	for at < len(signed) && at < len(arrived) && signed[at] == arrived[at] {
		at++
	}
	return &BodyDifference{int64(at), glimpse(signed, at), glimpse(arrived, at)}
}

// glimpse is a few bytes of a body around a place.
func glimpse(b []byte, at int) Excerpt {
	const before, after = 12, 20
	if at >= len(b) && len(b) <= before {
		return Excerpt{bytes.Clone(b), true}
	}
	return Excerpt{bytes.Clone(b[max(0, at-before):min(len(b), at+after)]), at >= len(b)}
}
