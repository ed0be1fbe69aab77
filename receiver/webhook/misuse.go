package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// svixKeyForms are the ways in which code turns a Svix secret into a key and
// should not.
var svixKeyForms = []keyForm{
	{"the whole text whsec_… as the key", func(s string) []byte { return []byte(s) }},
	{"the text after whsec_ as the key, not decoded", func(s string) []byte { return []byte(bare64(s)) }},
	{"the whole text with whsec_ decoded as base64, as Buffer.from(secret, 'base64') does", nodeBase64},
	{"the text after whsec_ decoded as hex", func(s string) []byte { b, _ := hex.DecodeString(bare64(s)); return b }},
	{"the text after whsec_ without its padding as the key, not decoded", func(s string) []byte { return []byte(strings.TrimRight(bare64(s), "=")) }},
	{"the whole text whsec_… and a line break as the key", func(s string) []byte { return []byte(s + "\n") }},
	{"the text after whsec_ and a line break as the key, not decoded", func(s string) []byte { return []byte(bare64(s) + "\n") }},
	{"the base64 decoded twice", func(s string) []byte {
		b, _ := base64.StdEncoding.DecodeString(string(decoded64(s)))
		return b
	}},
	{"the key written as hex, used as text", func(s string) []byte { return []byte(hex.EncodeToString(decoded64(s))) }},
	{"the key written as upper-case hex, used as text", func(s string) []byte { return []byte(strings.ToUpper(hex.EncodeToString(decoded64(s)))) }},
	{"the key written as url-safe base64, used as text", func(s string) []byte { return []byte(base64.URLEncoding.EncodeToString(decoded64(s))) }},
	{"the key written as url-safe base64 without padding, used as text", func(s string) []byte { return []byte(base64.RawURLEncoding.EncodeToString(decoded64(s))) }},
	{"the text after whsec_ decoded as url-safe base64", func(s string) []byte {
		b, _ := base64.RawURLEncoding.DecodeString(strings.TrimRight(bare64(s), "="))
		return b
	}},
	{"the key cut at its first NUL byte", func(s string) []byte { b, _, _ := bytes.Cut(decoded64(s), []byte{0}); return b }},
	{"the decoded key read as UTF-8 text", func(s string) []byte { return []byte(string([]rune(string(decoded64(s))))) }},
	{"the decoded key as text of one character a byte, as atob gives it", func(s string) []byte { return latin1Text(decoded64(s)) }},
}

func bare64(secret string) string { return strings.TrimPrefix(secret, secretPrefix) }

func decoded64(secret string) []byte { return keyOf(NewSecret(secret, Source{})) }

// latin1Text is the UTF-8 of a text that has a character for each byte.
func latin1Text(b []byte) []byte {
	text := make([]byte, 0, 2*len(b))
	for _, c := range b {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

// nodeBase64 is what Node's Buffer makes of the whole text: it takes both
// alphabets, in which _ is a letter, and drops what is left over at the end.
func nodeBase64(secret string) []byte {
	text := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(secret), "=")
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	b, _ := base64.RawURLEncoding.DecodeString(text)
	return b
}

// wrongKey: a hand-written sender uses the secret's text in another way.
func (a *autopsy) wrongKey() *Verdict {
	head := a.scheme.head(a.signed)
	secrets := a.likely(len(a.Body))
	for i := range secrets {
		s := &secrets[i]
		if s.Public() {
			continue
		}
		right := a.scheme.key(*s)
		for _, form := range a.scheme.keyForms {
			key := form.key(s.Reveal())
			if len(key) == 0 || bytes.Equal(key, right) {
				continue // no mistake
			}
			a.forms++
			if _, ok := a.holds(key, head, a.Body); !ok {
				continue
			}
			return &Verdict{
				Code:   LiteralSecret,
				Title:  a.scheme.keyTitle,
				Detail: "It was signed with the right secret, " + s.FullName() + ", but with " + form.what + ".",
				Fix:    a.scheme.keyFix,
				Secret: s.FullName(),
			}
		}
	}
	return nil
}

// svixContentForms are id.timestamp.body, and what is signed instead of it.
func svixContentForms(s signedHeaders, body []byte) []contentForm {
	id, ts, dot := []byte(s.id), []byte(s.timestamp), []byte(".")
	return []contentForm{
		{"", [][]byte{id, dot, ts, dot, body}},
		{"timestamp.body, without the message id", [][]byte{ts, dot, body}},
		{"the body alone", [][]byte{body}},
		{"id.body, without the timestamp", [][]byte{id, dot, body}},
		{"timestamp.id.body, in another order", [][]byte{ts, dot, id, dot, body}},
		{"body.timestamp.id, in another order", [][]byte{body, dot, ts, dot, id}},
		{"body.id.timestamp, in another order", [][]byte{body, dot, id, dot, ts}},
		{"the three parts without dots", [][]byte{id, ts, body}},
		{"the timestamp and the body without a dot", [][]byte{ts, body}},
		{"id.timestamp alone, without the body", [][]byte{id, dot, ts}},
		{"id.timestamp. alone: the body was empty when it was signed", [][]byte{id, dot, ts, dot}},
	}
}

// wrongContent: the key is right and what was signed is not what should be, or
// it is and the signature was written down in another form.
func (a *autopsy) wrongContent() *Verdict {
	forms := a.scheme.contentForms(a.signed, a.Body)
	secrets := a.likely(len(a.Body))
	for i := range secrets {
		s := &secrets[i]
		if s.Public() {
			continue
		}
		for _, form := range forms {
			a.forms++
			written, ok := a.holds(a.scheme.key(*s), form.parts...)
			if !ok {
				continue
			}
			return a.scheme.misused(s, form.what, written)
		}
	}
	return nil
}

// misused says what was signed, "" for what should be, and in which form that
// was written down.
func (c *scheme) misused(s *Secret, what, written string) *Verdict {
	v := &Verdict{Code: MalformedSignature, Secret: s.FullName(), Title: "Something else was signed"}
	v.Detail = "The secret is right, " + s.FullName() + ", and what was signed is " + what + "."
	if what == "" {
		v.Title = "The signature is written in another form"
		v.Detail = "The secret is right, " + s.FullName() + ", and " + c.content + " was signed, as it should be."
	}
	if written != "" {
		v.Detail += " The signature is written " + written + "."
	}
	v.Fix = c.contentFix
	return v
}
