package tui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bytesApart is how a verdict's detail says where two bodies part: quoted as
// Go does, with " and no more" where one of them ends.
const bytesApart, thenArrived, noMore = ": signed was ", ", arrived is ", " and no more"

// evidence adds a verdict's detail. Where it quotes how the body was signed and
// how it arrived, these stand under each other, so that the eye finds the
// difference.
func (d *doc) evidence(detail string) {
	st := d.st
	before, signed, arrived, after, ok := apart(detail)
	if !ok {
		d.text(st.text, detail, 0)
		return
	}
	intro, last := before, ""
	if i := strings.LastIndex(before, ". "); i >= 0 {
		intro, last = before[:i+1], before[i+2:]
	}
	d.text(st.text, intro, 0)
	d.blank()
	d.text(st.text, strings.TrimSpace(last)+":", 0)
	same := common(signed.text, arrived.text)
	for _, q := range []struct {
		name string
		quote
		look string
	}{{"signed", signed, st.ok}, {"arrived", arrived, st.bad}} {
		d.quoted(q.name, q.text[:same], q.text[same:], q.look, q.ends)
	}
	if after != "" {
		d.blank()
		d.text(st.text, after, 0)
	}
}

// quoted adds a line of bytes whose second part is what differs.
func (d *doc) quoted(name, same, differs, look string, ends bool) {
	const column = 9
	end := ""
	if ends {
		end = " (its end)"
	}
	whole := same + differs
	if room := d.w - 2*margin - 1 - column; width(printable(whole))+len(end) <= room {
		d.add(d.newLine().gap(1).fit(d.st.dim, name, column).put(d.st.dim, same).put(look, differs).put(d.st.faint, end))
		return
	}
	for i, part := range wrap(whole, d.w-2*margin-1-column) {
		if i > 0 {
			name = ""
		}
		d.add(d.newLine().gap(1).fit(d.st.dim, name, column).put(look, part))
	}
	if end != "" {
		d.add(d.newLine().gap(1+column).put(d.st.faint, strings.TrimSpace(end)))
	}
}

// quote is a piece of a body; ends says that the body ends with it.
type quote struct {
	text string
	ends bool
}

// apart takes a detail apart where it says how two bodies differ.
func apart(detail string) (before string, signed, arrived quote, after string, ok bool) {
	before, rest, ok := strings.Cut(detail, bytesApart)
	if !ok {
		return
	}
	if signed, rest, ok = quoteOf(rest); !ok {
		return
	}
	if rest, ok = strings.CutPrefix(rest, thenArrived); !ok {
		return
	}
	if arrived, rest, ok = quoteOf(rest); !ok {
		return
	}
	return before, signed, arrived, strings.TrimSpace(strings.TrimPrefix(rest, ".")), true
}

func quoteOf(s string) (q quote, rest string, ok bool) {
	head, err := strconv.QuotedPrefix(s)
	if err != nil {
		return q, s, false
	}
	rest = s[len(head):]
	if q.text, err = strconv.Unquote(head); err != nil {
		return q, s, false
	}
	q.text = visible(q.text)
	rest, q.ends = strings.CutPrefix(rest, noMore)
	return q, rest, true
}

// visible shows blanks and line breaks as pictures, and escaped what would not
// be seen.
func visible(text string) string {
	var b strings.Builder
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[at])
		case r == ' ':
			b.WriteString("·")
		case r == '\n', r == '\r', r == '\t':
			b.WriteRune(0x2400 + r)
		case r >= 0x20 && r < 0x7f, r > 0xa0 && r < 0x300 && strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
		at += n
	}
	return b.String()
}

// common is the length of what two texts begin with alike, in bytes, up to the
// end of a character.
func common(a, b string) int {
	n := 0
	for i, r := range a {
		if i >= len(b) || !strings.HasPrefix(b[i:], string(r)) {
			break
		}
		n = i + len(string(r))
	}
	return min(n, len(a), len(b))
}
