package text

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// hostile is what a sender may write anywhere.
var hostile = []string{
	"\x1b[2J\x1b[31mred\x1b]0;title\x07", "\x9b31m\u009dx", "a\u202eb\u2066c\u200b\u200d\ufeffd", "tab\tnew\nline\r\x00\x7f",
	"⚠️ ❤️ 👨‍👩‍👧‍👦 🏳️‍🌈 क्षि", "漢字かな交じり文漢字かな交じり文漢字かな交じり文", "e" + strings.Repeat("\u0301", 80), "\xff\xfe\x80 not text",
	strings.Repeat("long", 500), "\U000e0041\U000e0042", "\u115f\u3164\uffa0", "🇩🇪✨ok", "soft\u00adhyphen",
}

// unsafe returns what a terminal would act on in a line, or count differently
// from another one.
func unsafe(line string) error {
	for _, r := range line {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			return fmt.Errorf("%U in %q", r, line)
		}
	}
	if grapheme, wc := ansi.StringWidth(line), ansi.StringWidthWc(line); wc != grapheme {
		return fmt.Errorf("%d or %d wide: %q", grapheme, wc, line)
	}
	return nil
}

func TestTextFitsExactly(t *testing.T) {
	for _, s := range append(hostile[:len(hostile):len(hostile)], "", "a", "plain text", "ünïcödé") {
		for w := range 30 {
			if got := Fit(s, w); ansi.StringWidth(got) != w || ansi.StringWidthWc(got) != w {
				t.Errorf("Fit(%q, %d) is %q, %d cells", s, w, got, ansi.StringWidth(got))
			}
			for _, l := range Wrap(s, w) {
				if n := ansi.StringWidth(l); n > max(w, 2) {
					t.Errorf("Wrap(%q, %d) gives %q, %d cells", s, w, l, n)
				}
			}
		}
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := Printable(s)
		if err := unsafe(p); err != nil {
			t.Error(err)
		}
		if again := Printable(p); again != p {
			t.Errorf("Printable(%q) is %q, and of that %q", s, p, again)
		}
		for _, l := range append(Wrap(s, 7), Fit(s, 7), CutMiddle(s, 9), OneLine(s)) {
			for _, r := range l {
				if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
					t.Errorf("%U in a part of %q", r, s)
				}
			}
		}
	})
}

func TestPlural(t *testing.T) {
	for _, c := range []struct {
		n         int64
		one, want string
	}{
		{0, "user", "0 users"},
		{1, "delivery", "1 delivery"},
		{2, "delivery", "2 deliveries"},
		{1024, "delivery", "1,024 deliveries"},
		{3, "key", "3 keys"},
		{-1500, "byte", "-1,500 bytes"},
	} {
		if got := Plural(c.n, c.one); got != c.want {
			t.Errorf("Plural(%d, %q) is %q, want %q", c.n, c.one, got, c.want)
		}
	}
}

func Example() {
	noon := time.Date(2026, 11, 22, 12, 4, 5, 910e6, time.UTC)
	fmt.Println(Age(noon.Add(-90*time.Second), noon), Ago(noon.Add(-90*time.Second), noon), Took(41*time.Millisecond), Clock(noon, true))
	fmt.Println(Grouped(1024), Size(1), Size(986), Size(20480), OrNone(""))
	fmt.Println(Cut("customer.created", 9), CutMiddle("user_2g7np7Hrk0SN6kj5", 12), Printable("a\tb\x1b[2J"))
	// Output:
	// 1m 1m ago 41ms 12:04:05.91
	// 1,024 1 byte 986 bytes 20 KiB —
	// customer… user_…SN6kj5 a  b␛[2J
}
