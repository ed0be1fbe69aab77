// Package text prepares text for a terminal: it makes it safe to print, fits it
// to a width, and writes times, sizes and numbers for people. The dashboard and
// the commands both use it.
//
// It knows no colours and no screen (that is tui/draw), and does not import
// Bubble Tea.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Printable returns text that is safe on one line of a terminal, whoever wrote
// it. Control characters become their pictures (␛) and a tab two spaces.
// Characters that are invisible or change the direction of writing are dropped,
// as is whatever terminals disagree on the width of.
func Printable(s string) string {
	if IsPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n <= 1 {
				fmt.Fprintf(&b, `\x%02x`, s[i])
				continue
			}
			b.WriteRune(r)
		case r == '\t':
			b.WriteString("  ")
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune(0x2421)
		case r < 0xa0 && r > 0x7f:
			b.WriteRune(0xfffd)
		case unseen(r):
			continue
		case r == 0x200d, r == 0xfe0f:
			b.WriteRune(r)
			continue
		case unicode.In(r, unicode.Mn, unicode.Me):
			// A tower of accents would reach into the lines above.
			if marks++; marks <= 2 {
				b.WriteRune(r)
			}
			continue
		default:
			b.WriteRune(r)
		}
		marks = 0
	}
	return agreed(b.String())
}

// OneLine returns printable text with every run of white space as one space.
func OneLine(s string) string { return Printable(strings.Join(strings.Fields(s), " ")) }

// unseen reports whether a character shows nothing or changes the direction of
// what follows: bidi controls, zero-width characters, selectors, fillers. The
// two that join emoji are left to agreed.
func unseen(r rune) bool {
	switch r {
	case 0x200d, 0xfe0f:
		return false
	case 0x034f, 0x115f, 0x1160, 0x3164, 0xffa0:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector)
}

// IsPlain reports whether text is printable ASCII: each byte is one cell.
func IsPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// agreed drops the ends of clusters that terminals count differently, with and
// without mode 2027: a family emoji keeps its first member.
func agreed(s string) string {
	if !strings.ContainsFunc(s, doubtful) {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		seq, _, n, _ := ansi.GraphemeWidth.DecodeSequenceInString(rest, 0, nil)
		if n <= 0 {
			break
		}
		b.WriteString(agreedCluster(seq))
		rest = rest[n:]
	}
	// Some are doubtful only beside their neighbours: drop those, and if that is
	// not enough everything doubtful.
	out := b.String()
	for _, keep := range []func(r rune) bool{
		func(r rune) bool { return SameWidth("a" + string(r) + "a") },
		func(r rune) bool { return !doubtful(r) },
	} {
		if SameWidth(out) {
			break
		}
		out = strings.Map(func(r rune) rune {
			if keep(r) {
				return r
			}
			return -1
		}, out)
	}
	return out
}

// SameWidth reports whether all terminals give a text the same width.
func SameWidth(s string) bool { return ansi.StringWidth(s) == ansi.StringWidthWc(s) }

// agreedCluster returns a cluster, its first character, or nothing.
func agreedCluster(seq string) string {
	r, n := utf8.DecodeRuneInString(seq)
	if r == 0x200d || r == 0xfe0f {
		return ""
	}
	joined := strings.ContainsAny(seq, "\u200d\ufe0f")
	for _, s := range []string{seq, seq[:n]} {
		if SameWidth(s) && (unicode.Is(unicode.M, r) || ansi.StringWidth(s) > 0) && (len(s) == n || !joined) {
			return s
		}
	}
	return ""
}

// doubtful reports whether terminals may disagree on a character: it is not
// plain, accented or a drawing character.
func doubtful(r rune) bool { return r >= 0x300 && (r < 0x2010 || r > 0x27bf) }
