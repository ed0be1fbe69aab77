package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Printable is what the dashboard does to every text of a sender or an app
// before it reaches a terminal, for those who print beside it: see printable.
func Printable(s string) string { return printable(s) }

// printable makes a sender's text safe for a line of a terminal: control
// characters become their pictures, what is invisible or turns the direction of
// writing goes, and what terminals disagree on the width of is cut down to what
// they agree on. A tab becomes two blanks.
func printable(s string) string {
	if isPlain(s) {
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

// unseen are the characters that show nothing, or turn what follows: bidi
// controls, zero-width ones, selectors, fillers. The two that emoji are joined
// with are left for agreed.
func unseen(r rune) bool {
	switch r {
	case 0x200d, 0xfe0f:
		return false
	case 0x034f, 0x115f, 0x1160, 0x3164, 0xffa0:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector)
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// agreed drops the tails of clusters that terminals count differently, with
// and without mode 2027: of a family emoji its first member stays.
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
	// Some are doubtful only beside their neighbours: they go, and in the end
	// everything that could be.
	out := b.String()
	for _, keep := range []func(r rune) bool{
		func(r rune) bool { return sameWidth("a" + string(r) + "a") },
		func(r rune) bool { return !doubtful(r) },
	} {
		if sameWidth(out) {
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

// sameWidth says whether terminals agree on how wide a text is.
func sameWidth(s string) bool { return ansi.StringWidth(s) == ansi.StringWidthWc(s) }

// agreedCluster is a cluster, its first character or nothing.
func agreedCluster(seq string) string {
	r, n := utf8.DecodeRuneInString(seq)
	if r == 0x200d || r == 0xfe0f {
		return ""
	}
	joined := strings.ContainsAny(seq, "\u200d\ufe0f")
	for _, s := range []string{seq, seq[:n]} {
		if sameWidth(s) && (unicode.Is(unicode.M, r) || ansi.StringWidth(s) > 0) && (len(s) == n || !joined) {
			return s
		}
	}
	return ""
}

// doubtful are the characters outside of the plain, accented and drawn ones.
func doubtful(r rune) bool { return r >= 0x300 && (r < 0x2010 || r > 0x27bf) }

// width is the number of cells of printable text.
func width(s string) int {
	if isPlain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// cut shortens printable text to w cells at most, with … where it does.
func cut(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	if isPlain(s) {
		return s[:w-1] + "…"
	}
	return ansi.Truncate(s, w, "…")
}

// fit makes any text exactly w cells wide.
func fit(s string, w int) string {
	s = cut(printable(s), w)
	if n := w - width(s); n > 0 {
		return s + blanks(n)
	}
	return s
}

// cutMiddle shortens text to w cells and keeps both its ends: for paths.
func cutMiddle(s string, w int) string {
	s = printable(s)
	if width(s) <= w {
		return s
	}
	if w < 8 || !isPlain(s) {
		return cut(s, w)
	}
	head := (w - 1) / 2
	return s[:head] + "…" + s[len(s)-(w-1-head):]
}

const blank64 = "                                                                "

func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blank64) {
		return blank64[:n]
	}
	return strings.Repeat(" ", n)
}

// wrap breaks text into lines of w cells at most, at blanks where there are
// any. It never gives less than one line.
func wrap(s string, w int) []string {
	w = max(w, 1)
	var out []string
	for para := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		para = printable(strings.TrimRight(para, "\r "))
		for {
			if width(para) <= w {
				out = append(out, para)
				break
			}
			at := breakAt(para, w)
			out = append(out, strings.TrimRight(para[:at], " "))
			para = strings.TrimLeft(para[at:], " ")
		}
	}
	return out
}

// breakAt is the byte before which a line of w cells ends.
func breakAt(s string, w int) int {
	end := prefixLen(s, w)
	if end >= len(s) || s[end] == ' ' {
		return end
	}
	if i := strings.LastIndexByte(s[:end], ' '); i > 0 && i > end/4 {
		return i + 1
	}
	if i := strings.LastIndexAny(s[:end], "/,;"); i > end/3 {
		return i + 1
	}
	return end
}

// prefixLen is the length in bytes of what fits into w cells, and of one
// cluster at least.
func prefixLen(s string, w int) int {
	at, used := 0, 0
	for at < len(s) {
		if c := s[at]; c >= 0x20 && c < 0x7f && (at+1 == len(s) || s[at+1] < 0x80) {
			if used++; used > w {
				break
			}
			at++
			continue
		}
		_, cw, n, _ := ansi.GraphemeWidth.DecodeSequenceInString(s[at:], 0, nil)
		if used += cw; n <= 0 || used > w {
			break
		}
		at += n
	}
	if at == 0 && len(s) > 0 {
		_, at = utf8.DecodeRuneInString(s)
	}
	return at
}

// ago says how long before now a time was, in five cells at most.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "—"
	}
	switch d := now.Sub(t); {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	default:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
}

// since is ago in words.
func since(t, now time.Time) string {
	if s := ago(t, now); t.IsZero() || s == "now" {
		return s
	} else {
		return s + " ago"
	}
}

// took says how long something lasted, in five cells at most.
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return strconv.Itoa(int((d+time.Millisecond/2)/time.Millisecond)) + "ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case d < 100*time.Minute:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + "s"
	default:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
}

// grouped writes a number as 1,024.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size says how many bytes, for people.
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 10_000:
		return grouped(n) + " bytes"
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	default:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	}
}

// plural is "1 row", "2 rows".
func plural(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + one + "s"
}

// orNone is a value or the dash that stands for none.
func orNone(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// clock is the wall-clock time of a delivery, to the hundredth of a second.
func clock(t time.Time, hundredths bool) string {
	var b [11]byte
	two := func(at, n int) { b[at], b[at+1] = byte('0'+n/10), byte('0'+n%10) }
	two(0, t.Hour())
	two(3, t.Minute())
	two(6, t.Second())
	b[2], b[5] = ':', ':'
	if !hundredths {
		return string(b[:8])
	}
	b[8] = '.'
	two(9, t.Nanosecond()/int(10*time.Millisecond))
	return string(b[:])
}
