package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many cells printable text takes.
func Width(s string) int {
	if IsPlain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Cut shortens printable text to at most w cells, ending it in … if it does.
func Cut(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	if IsPlain(s) {
		return s[:w-1] + "…"
	}
	return ansi.Truncate(s, w, "…")
}

// Fit returns any text, printable and exactly w cells wide.
func Fit(s string, w int) string {
	s = Cut(Printable(s), w)
	if n := w - Width(s); n > 0 {
		return s + Spaces(n)
	}
	return s
}

// CutMiddle shortens any text to at most w cells and keeps both ends, as suits
// paths and ids.
func CutMiddle(s string, w int) string {
	s = Printable(s)
	if Width(s) <= w {
		return s
	}
	if w < 8 || !IsPlain(s) {
		return Cut(s, w)
	}
	head := (w - 1) / 2
	return s[:head] + "…" + s[len(s)-(w-1-head):]
}

const space64 = "                                                                "

// Spaces returns n spaces, none if n is negative.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(space64) {
		return space64[:n]
	}
	return strings.Repeat(" ", n)
}

// Wrap breaks any text into printable lines of at most w cells, at spaces if
// there are any. It returns at least one line.
func Wrap(s string, w int) []string {
	w = max(w, 1)
	var out []string
	for para := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		para = Printable(strings.TrimRight(para, "\r "))
		for {
			if Width(para) <= w {
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

// breakAt returns how many bytes of s make a line of w cells.
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

// prefixLen returns how many bytes of s fit into w cells: at least one cluster.
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
