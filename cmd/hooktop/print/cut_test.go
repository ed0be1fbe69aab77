package print

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestNoLineFloodsTheScreen(t *testing.T) {
	for _, c := range []struct{ name, line string }{
		{"text", strings.Repeat("x", 10_000)},
		{"wide characters", strings.Repeat("界", 10_000)},
		{"colours", Bad(strings.Repeat("x", 5000)).String() + Good(strings.Repeat("y", 5000)).String()},
		{"what was made printable", Sprintf("%s", strings.Repeat("\x1b", 10_000)).String()},
	} {
		got := cutLines("before\n" + c.line + "\nafter")
		lines := strings.Split(got, "\n")
		if len(lines) != 3 || lines[0] != "before" || lines[2] != "after" {
			t.Fatalf("%s: %d lines", c.name, len(lines))
		}
		if n := utf8.RuneCountInString(ansi.Strip(lines[1])); n > maxLine || !strings.Contains(lines[1], "more characters") {
			t.Errorf("%s: %d characters: …%s", c.name, n, lines[1][max(0, len(lines[1])-60):])
		}
	}
	for _, whole := range []string{strings.Repeat("x", 1000), strings.Repeat("é", 1000), strings.Repeat(strings.Repeat("x", 900)+"\n", 9)} {
		if got := cutLines(whole); got != whole {
			t.Errorf("%d bytes became %d", len(whole), len(got))
		}
	}
}
