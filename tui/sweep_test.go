package tui

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/text"
)

var looks = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// check says what is wrong with a frame: a line that is too wide, a screen that
// is too tall, or a byte that a terminal would act on.
func check(frame string, w, h int) error {
	lines := strings.Split(frame, "\n")
	if len(lines) > h {
		return fmt.Errorf("%d lines", len(lines))
	}
	for i, l := range lines {
		plain := looks.ReplaceAllString(l, "")
		for _, r := range plain {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
				return fmt.Errorf("line %d has %U: %q", i, r, plain)
			}
		}
		grapheme, wc := ansi.StringWidth(plain), ansi.StringWidthWc(plain)
		if grapheme > w || wc != grapheme {
			return fmt.Errorf("line %d is %d or %d wide: %q", i, grapheme, wc, plain)
		}
	}
	return nil
}

func TestNothingOverflowsAtAnySize(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			x := newTerminal(t, s.make(), 120, 36).keys(s.keys...)
			for w := 1; w <= 200; w += 7 {
				for h := 1; h <= 60; h += 3 {
					x.size(w, h)
					frame := x.m.View().Content
					if err := check(frame, w, h); err != nil {
						t.Fatalf("%dx%d: %v\n%s", w, h, err, ansi.Strip(frame))
					}
					lines := strings.Split(ansi.Strip(frame), "\n")
					if w < leastW || h < leastH {
						if len(lines) != 1 {
							t.Fatalf("%dx%d: %d lines", w, h, len(lines))
						}
						continue
					}
					if len(lines) != h {
						t.Fatalf("%dx%d: %d lines", w, h, len(lines))
					}
					foot := lines[h-1]
					if !strings.Contains(foot, "? help  q quit") && !strings.Contains(foot, "? help  q back") {
						t.Fatalf("%dx%d: the footer is %q", w, h, foot)
					}
				}
			}
		})
	}
}

// hostile is what a sender may put wherever it likes.
var hostile = []string{
	"\x1b[2J\x1b[31mred\x1b]0;title\x07", "\x9b31m\u009dx", "a\u202eb\u2066c\u200b\u200d\ufeffd", "tab\tnew\nline\r\x00\x7f",
	"⚠️ ❤️ 👨‍👩‍👧‍👦 🏳️‍🌈 क्षि", "漢字かな交じり文漢字かな交じり文漢字かな交じり文", "e" + strings.Repeat("\u0301", 80), "\xff\xfe\x80 not text",
	strings.Repeat("long", 500), "\U000e0041\U000e0042", "\u115f\u3164\uffa0", "🇩🇪✨ok", "soft\u00adhyphen",
}

func TestHostileTextLeavesTheFrameIntact(t *testing.T) {
	for i, bad := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			s := story(true)
			for at := range s.rows[1000:] {
				d := &s.rows[1000+at]
				d.Type, d.Email, d.UserID, d.Note, d.URL, d.Host, d.RemoteAddr = bad, bad, bad, bad, bad, bad, bad
				d.Method, d.AppFailure, d.AppError, d.MessageID, d.HeldBy = bad, webhook.NoAnswer, bad, bad, bad
				d.Header = http.Header{bad: {bad, bad}, "X-Bad": {bad}}
				d.Body = []byte(`{"` + strings.ReplaceAll(bad, "\x00", "") + `": "` + bad + `", "n": [1, true]}` + bad)
				d.Bytes = int64(len(d.Body))
				d.Answer.Body = []byte(bad)
				d.Verdict.Title, d.Verdict.Detail, d.Verdict.Fix, d.Verdict.Secret = bad, bad, bad, bad
				if at%2 == 0 {
					part := &webhook.BodyDifference{Signed: webhook.Excerpt{Text: []byte(bad)}, Arrived: webhook.Excerpt{Text: []byte("x" + bad)}}
					d.Verdict.Detail, d.Verdict.Difference = bad+". "+part.String(), part
				}
				d.Verdict.Checks = []webhook.Check{{Name: bad, Detail: bad}}
				d.Forwards = []webhook.Forward{{Target: bad, Status: 500, Failure: webhook.NoAnswer, Error: bad, Header: http.Header{bad: {bad}, "Location": {bad}}, Body: []byte(bad)}}
				d.Change = &webhook.Change{UserID: bad, Before: &webhook.User{ID: bad}, After: &webhook.User{ID: bad, Email: bad, PlanKey: &bad}}
			}
			for at := range s.users {
				u := &s.users[at]
				u.Email, u.PlanKey, u.SubscriptionStatus, u.StripeCustomerID = bad, &bad, &bad, &bad
			}
			d := toApp(dashboard(s))
			setup := d.Setup
			d.Setup = func() Setup {
				s := setup()
				s.Apps = append(s.Apps, App{Route: bad, URL: bad, Pattern: query.Pattern{Type: bad}, Known: true, Trouble: bad})
				return s
			}
			conn := d.Connection
			d.Connection = func() Connection {
				c := conn()
				c.State, c.Reason, c.Fix, c.URL = Failed, bad, bad, bad
				return c
			}
			for _, size := range [][2]int{{80, 24}, {140, 40}} {
				x := newTerminal(t, d, size[0], size[1])
				x.m.say(failure(hintedError{bad, bad}))
				for _, k := range strings.Fields("1 space j space j enter ] ] w w p / enter n p w esc ] ] ] esc x esc R esc r esc y esc t esc F esc ? esc / esc / tab enter esc esc n 2 c j tab esc enter esc esc j 3 j enter ] esc < < enter ] esc > esc 4 y u") {
					if k == "t" || k == "F" || k == "/" {
						x.keys(k).send(tea.PasteMsg{Content: bad})
					} else {
						x.keys(k)
					}
					if err := check(x.m.View().Content, size[0], size[1]); err != nil {
						t.Fatalf("after %s: %v", k, err)
					}
				}
			}
		})
	}
}

func TestNoColorMeansNone(t *testing.T) {
	for _, s := range scenes {
		x := newTerminal(t, s.make(), 120, 36)
		t.Setenv("NO_COLOR", "yes")
		x.m = newModel(t.Context(), s.make())
		x.m.after = newTerminal(t, s.make(), 1, 1).m.after
		t.Setenv("NO_COLOR", "yes")
		x.run(x.m.Init())
		x.size(120, 36).send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}).keys(s.keys...)
		for _, m := range looks.FindAllStringSubmatch(x.m.View().Content, -1) {
			for _, p := range strings.Split(m[1], ";") {
				if !slices.Contains([]string{"", "0", "1", "2", "22", "4"}, p) {
					t.Fatalf("%s: colour %q", s.name, m[0])
				}
			}
		}
	}
}

func TestSixteenColoursHaveNoOthers(t *testing.T) {
	for _, dark := range []bool{true, false} {
		x := newTerminal(t, toApp(dashboard(story(true))), 120, 36)
		x.m.dark = dark
		x.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI}).keys("j")
		if f := x.m.View().Content; strings.Contains(f, "38;2") || strings.Contains(f, "48;") {
			t.Errorf("dark %v: 16 colours are not enough", dark)
		}
	}
}

func TestTextFitsExactly(t *testing.T) {
	for _, s := range append(slices.Clone(hostile), "", "a", "plain text", "ünïcödé") {
		for w := range 30 {
			if got := text.Fit(s, w); ansi.StringWidth(got) != w || ansi.StringWidthWc(got) != w {
				t.Errorf("fit(%q, %d) is %q, %d cells", s, w, got, ansi.StringWidth(got))
			}
			for _, l := range text.Wrap(s, w) {
				if n := ansi.StringWidth(l); n > max(w, 2) {
					t.Errorf("wrap(%q, %d) gives %q, %d cells", s, w, l, n)
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
		p := text.Printable(s)
		if err := check(p, 1<<30, 1); err != nil {
			t.Error(err)
		}
		if again := text.Printable(p); again != p {
			t.Errorf("Printable(%q) is %q, and of that %q", s, p, again)
		}
	})
}

// BenchmarkView draws a whole screen anew.
func BenchmarkView(b *testing.B) {
	x := newTerminal(b, toApp(dashboard(story(true))), 200, 60).keys("j", "j")
	for b.Loop() {
		x.m.dirty = true
		_ = x.m.View()
	}
}

// BenchmarkKey moves the selection, reads what it needs from memory and draws.
func BenchmarkKey(b *testing.B) {
	x := newTerminal(b, toApp(dashboard(story(true))), 200, 60)
	down, up := keyNamed("down"), keyNamed("up")
	for b.Loop() {
		x.send(down)
		_ = x.m.View()
		x.send(up)
		_ = x.m.View()
	}
}

// BenchmarkSheet draws a screen under an open sheet.
func BenchmarkSheet(b *testing.B) {
	x := newTerminal(b, toApp(dashboard(story(true))), 200, 60).keys("j", "r")
	for b.Loop() {
		x.m.dirty = true
		_ = x.m.View()
	}
}
