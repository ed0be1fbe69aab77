package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// inside returns the JSON inside a text, such as an event that a gateway wrapped,
// or nil. plain is set if it is neither in base64 nor URL-encoded.
func inside(text string) (body []byte, plain bool) {
	switch {
	case opensJSON(text):
		return []byte(text), true
	case strings.HasPrefix(text, "e") || strings.HasPrefix(text, "W"): // so { and [ begin in base64
		encoding := base64.RawStdEncoding
		if strings.ContainsAny(text, "-_") {
			encoding = base64.RawURLEncoding
		}
		body, err := encoding.DecodeString(strings.TrimRight(text, "="))
		if err == nil && opensJSON(string(body)) {
			return body, false
		}
	case strings.HasPrefix(text, "%7B") || strings.HasPrefix(text, "%7b"):
		if body, err := url.QueryUnescape(text); err == nil {
			return []byte(body), false
		}
	}
	return nil, false
}

func opensJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

func (r *redactor) gatherInside(text string) {
	if body, _ := inside(text); body != nil {
		in := redactor{body: body, codes: r.codes}
		in.gather()
	}
}

// maskInside masks secrets in the JSON inside a piece of a text: the whole piece
// if it is encoded.
func (r *redactor) maskInside(t unescaped, from, to int) {
	body, plain := inside(t.s[from:to])
	if body == nil {
		return
	}
	in := redactor{body: body, codes: r.codes}
	in.mask()
	switch {
	case plain:
		for _, m := range in.masks {
			r.masks = append(r.masks, mask{t.at(from + m.from), t.at(from + m.to), m.with})
		}
	case len(in.masks) > 0:
		r.masks = append(r.masks, mask{t.at(from), t.at(to), redacted})
	}
}

// eachLoose calls do with the pieces of a body that is not JSON which may contain
// JSON: the body itself, and the values of a form.
func (r *redactor) eachLoose(do func(t unescaped, from, to int)) {
	trimmed := bytes.TrimSpace(r.body)
	if len(trimmed) == 0 || opensJSON(string(trimmed)) || json.Valid(r.body) {
		return
	}
	t := plainText(r.body)
	from := bytes.Index(r.body, trimmed)
	do(t, from, from+len(trimmed))
	for field := range strings.SplitSeq(string(trimmed), "&") {
		if name, value, ok := strings.Cut(field, "="); ok {
			do(t, from+len(name)+1, from+len(name)+1+len(value))
		}
		from += len(field) + 1
	}
}
