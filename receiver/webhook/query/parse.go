package query

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Error reports which part of a filter cannot be read, and what is allowed there.
type Error struct {
	// Text is the whole filter; At and End delimit the bytes at fault. Both are
	// len(Text) if something is missing at the end.
	Text    string
	At, End int
	// What says what is wrong, Allowed what is allowed there.
	What, Allowed string
}

// Error returns the message, with an arrow at the fault.
func (e *Error) Error() string {
	return fmt.Sprintf("%s, at character %d of the filter: %s▸%s", e.What, e.Column(), e.Text[:e.At], e.Text[e.At:])
}

// Fix returns what is allowed there.
func (e *Error) Fix() string { return e.Allowed }

// Column returns the place of the fault in characters, from 1.
func (e *Error) Column() int { return utf8.RuneCountInString(e.Text[:e.At]) + 1 }

const (
	// maxLength is the length of a filter, in bytes.
	maxLength = 4096
	// maxWords is the number of words, and of alternatives in one of them.
	maxWords = 64
)

// Parse reads a filter: all its words must match. A leading - excludes,
// | separates alternatives, and quotes keep spaces and other characters with a
// meaning; within quotes \" is a quote and \\ a backslash.
//
// Relative times such as since:10m count from now; a time without a zone is in
// now's location. The error is an *Error.
func Parse(text string, now time.Time) (Filter, error) {
	p := &parser{text: text, now: now}
	if len(text) > maxLength {
		return Filter{}, p.err(maxLength, len(text), "the filter is too long", fmt.Sprintf("at most %d bytes", maxLength))
	}
	var f Filter
	for p.skip() {
		if len(f.Terms) == maxWords {
			return Filter{}, p.tooMany("words")
		}
		t, err := p.term()
		if err != nil {
			return Filter{}, err
		}
		f.Terms = append(f.Terms, t)
	}
	return f, nil
}

type parser struct {
	text string
	at   int
	now  time.Time
}

func (p *parser) err(at, end int, what, allowed string) error {
	return &Error{Text: p.text, At: at, End: end, What: what, Allowed: allowed}
}

func (p *parser) tooMany(what string) error {
	return p.err(p.at, len(p.text), "too many "+what, fmt.Sprintf("at most %d", maxWords))
}

// isSpace reports whether a character separates words.
func isSpace(r rune) bool { return unicode.IsSpace(r) }

// skip moves to the next word and reports whether there is one.
func (p *parser) skip() bool {
	p.at = len(p.text) - len(strings.TrimLeftFunc(p.text[p.at:], isSpace))
	return p.at < len(p.text)
}

// ended reports whether the word ends here.
func (p *parser) ended() bool {
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return p.at == len(p.text) || isSpace(r)
}

// keyEnd returns the index of the colon after a key, 0 if the text does not begin
// with a key.
func keyEnd(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':':
			return i
		case (c < 'a' || c > 'z') && (c < 'A' || c > 'Z'):
			return 0
		}
	}
	return 0
}

func (p *parser) term() (t Term, err error) {
	start := p.at
	if p.text[p.at] == '-' {
		t.Not = true
		if p.at++; p.ended() {
			return t, p.err(start, p.at, "nothing follows the -", "put - right before what to exclude: -type:user.*")
		}
	}
	t.Key = KeyText
	switch end := keyEnd(p.text[p.at:]); {
	case p.text[p.at] == '#':
		t.Key = KeyNumber
		p.at++
	case end > 0:
		if t.Key, err = p.key(end); err != nil {
			return t, err
		}
	}
	for {
		part, err := p.part(t.Key)
		if err != nil {
			return t, err
		}
		v, what, allowed := t.Key.value(part.text, p.now)
		if what != "" {
			return t, p.err(part.at, p.at, what, allowed)
		}
		if len(t.Values) == maxWords {
			return t, p.tooMany("alternatives")
		}
		t.Values = append(t.Values, v)
		if p.ended() {
			return t, nil
		}
		p.at++ // the |
	}
}

func (p *parser) key(end int) (Key, error) {
	word := p.text[p.at : p.at+end]
	for _, k := range Keys() {
		if strings.EqualFold(word, string(k)) {
			p.at += end + 1
			return k, nil
		}
	}
	var all []string
	for _, k := range Keys() {
		all = append(all, string(k)+":")
	}
	return "", p.err(p.at, p.at+end, fmt.Sprintf("unknown key %q", word),
		"the keys are "+strings.Join(all, " ")+"; quote the word to search for it as text")
}

// part is one alternative as it was written, without its quotes.
type part struct {
	text string
	at   int
}

// part reads up to the next | or blank outside of quotes.
func (p *parser) part(k Key) (part, error) {
	x := part{at: p.at}
	var b strings.Builder
	for !p.ended() && p.text[p.at] != '|' {
		if p.text[p.at] == '"' {
			if err := p.quote(&b); err != nil {
				return x, err
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if err := p.printing(r, n); err != nil {
			return x, err
		}
		b.WriteString(p.text[p.at : p.at+n])
		p.at += n
	}
	if x.text = b.String(); x.text == "" {
		what, allowed := k.missing()
		return x, p.err(x.at, p.at, what, allowed)
	}
	return x, nil
}

func (p *parser) quote(b *strings.Builder) error {
	open := p.at
	for p.at++; p.at < len(p.text); {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		switch {
		case r == '"':
			p.at++
			return nil
		case r == '\\' && p.at+1 < len(p.text) && (p.text[p.at+1] == '"' || p.text[p.at+1] == '\\'):
			p.at++
		default:
			if err := p.printing(r, n); err != nil {
				return err
			}
		}
		b.WriteString(p.text[p.at : p.at+n])
		p.at += n
	}
	return p.err(open, len(p.text), "the quote is not closed", `close it with a second "; inside quotes write \" for a quote`)
}

func (p *parser) printing(r rune, n int) error {
	const allowed = "letters, digits, punctuation and spaces"
	switch {
	case unicode.IsControl(r):
		return p.err(p.at, p.at+n, fmt.Sprintf("a control character (%U)", r), allowed)
	case r == utf8.RuneError && n == 1:
		return p.err(p.at, p.at+n, "a byte that is not UTF-8 text", allowed)
	}
	return nil
}
