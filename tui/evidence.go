package tui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// evidence adds the detail of a verdict. How the body was signed and how it
// arrived are shown one below the other, so that the difference stands out.
func evidence(d *draw.Doc, st *styles, v webhook.Verdict) {
	parts := v.Difference
	if parts == nil {
		d.Text(st.Text, v.Detail, 0)
		return
	}
	before, after, _ := strings.Cut(v.Detail, parts.String())
	d.Text(st.Text, strings.TrimSpace(before), 0)
	d.Break()
	d.Text(st.Text, fmt.Sprintf("First difference at byte %d:", parts.Offset), 0)
	signed, arrived := visible(string(parts.Signed.Text)), visible(string(parts.Arrived.Text))
	same := common(signed, arrived)
	quoted(d, st, "signed", signed[:same], signed[same:], st.OK, parts.Signed.Ends)
	quoted(d, st, "arrived", arrived[:same], arrived[same:], st.Bad, parts.Arrived.Ends)
	if after = strings.TrimSpace(after); after != "" {
		d.Break()
		d.Text(st.Text, after, 0)
	}
}

// quoted adds a line of bytes whose second part differs.
func quoted(d *draw.Doc, st *styles, name, same, differs string, look draw.Style, ends bool) {
	const column = 9
	end := ""
	if ends {
		end = " (its end)"
	}
	whole := same + differs
	if room := d.W - 2*draw.Margin - 1 - column; text.Width(text.Printable(whole))+len(end) <= room {
		d.Add(d.NewLine().Gap(1).Fit(st.Dim, name, column).Put(st.Dim, same).Put(look, differs).Put(st.Faint, end))
		return
	}
	for i, part := range text.Wrap(whole, d.W-2*draw.Margin-1-column) {
		if i > 0 {
			name = ""
		}
		d.Add(d.NewLine().Gap(1).Fit(st.Dim, name, column).Put(look, part))
	}
	if end != "" {
		d.Add(d.NewLine().Gap(1+column).Put(st.Faint, strings.TrimSpace(end)))
	}
}

// visible returns text with spaces and line breaks as pictures and invisible
// characters escaped.
func visible(s string) string {
	var b strings.Builder
	for at := 0; at < len(s); {
		r, n := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[at])
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

// common returns how many bytes two texts have in common at the beginning, in
// whole characters.
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
