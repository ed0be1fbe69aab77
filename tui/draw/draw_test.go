package draw

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

var styles = NewStyles(true, colorprofile.TrueColor)

// Whatever is put on a line, it is exactly as wide as it was made, and holds no
// sequence but the styles.
func TestALineIsAsWideAsItWasMade(t *testing.T) {
	for _, s := range []string{"", "plain", "\x1b[2J\x1b]0;t\x07", "漢字かな", "a\nb\r\u202e", "👨‍👩‍👧‍👦", strings.Repeat("long ", 40)} {
		for w := range 24 {
			whole := func() *Line {
				l := NewLine(w).Gap(1).Put(styles.OK, s).Fit(styles.Dim, s, 5)
				l.FitRight(styles.Bad, s, 4)
				return l.Keep(2).Chips([]Chip{styles.Key.Chip(s), Gap(1)}).Add(NewLine(3).Put(styles.Row, s).Styled(), 3)
			}
			lines := append(Box(w, 3, styles.Accent, []Chip{styles.Strong.Chip(s)}, []Chip{styles.Dim.Chip(s)}, []Styled{NewLine(w-2).Put(Style{}, s).Styled()}),
				whole().Styled(), Ends(w, []Chip{styles.OK.Chip(s)}, []Chip{styles.Bad.Chip(s)}))
			for i, l := range lines {
				if got := ansi.StringWidth(l.Plain()); got != w {
					t.Errorf("%q on line %d of %d cells takes %d: %q", s, i, w, got, l)
				}
				rest := strings.ReplaceAll(l.String(), reset, "")
				for _, st := range []Style{styles.OK, styles.Dim, styles.Bad, styles.Key, styles.Row, styles.Accent, styles.Strong} {
					rest = strings.ReplaceAll(rest, st.open, "")
				}
				if strings.ContainsFunc(rest, func(r rune) bool { return r < ' ' || r == 0x202e }) {
					t.Errorf("%q reaches line %d as %q", s, i, rest)
				}
			}
		}
	}
}

func TestADocWrapsAndLosesNothing(t *testing.T) {
	const words = "one two three four five six seven eight nine ten"
	d := NewDoc(&styles, 24)
	d.Text(styles.Text, words, 2)
	d.Item(styles.OK, "✓", styles.Text, words, 0)
	d.Pair(styles.Dim, "a long name indeed", styles.Text, words, 8)
	d.Check(true, "body", words, 6)
	d.Break()
	d.Break()
	if got := strings.Count(Screen(d.Lines).Plain(), "ten"); got != 4 {
		t.Errorf("%d of 4 texts are whole:\n%s", got, Screen(d.Lines).Plain())
	}
	for _, l := range d.Lines {
		if got := ansi.StringWidth(l.Plain()); got != 24 {
			t.Errorf("%d cells: %q", got, l.Plain())
		}
	}
	if n := len(d.Lines); strings.TrimSpace(d.Lines[n-1].Plain()) != "" || strings.TrimSpace(d.Lines[n-2].Plain()) == "" {
		t.Error("two breaks are not one empty line")
	}
}

func TestScrollingStaysInTheText(t *testing.T) {
	links := []Link{{Line: 2, ID: 1}, {Line: 30, ID: 2}}
	var s Scroll
	s.By(1, 40, 10, links)
	if s.Cursor != 1 || links[1].Line < s.Top || links[1].Line >= s.Top+10 {
		t.Errorf("the second link is out of sight: %+v", s)
	}
	s.Wheel(100, 40, 10)
	if s.Top != 30 {
		t.Errorf("scrolled past the end: %+v", s)
	}
	s.Clamp(5, 10, links[:1])
	if s != (Scroll{}) {
		t.Errorf("a short text is scrolled: %+v", s)
	}
	s.By(3, 40, 10, nil)
	if s.Top != 3 {
		t.Errorf("without links it goes line by line: %+v", s)
	}
}
