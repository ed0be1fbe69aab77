package tui

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// hostile is what anyone who sends a webhook, or answers one, may write.
var hostile = map[string]string{
	"clipboard":           "\x1b]52;c;aGk=\x07",
	"title":               "\x1b]0;title\x1b\\",
	"cleared screen":      "\x1b[2J\x1b[H",
	"concealed":           "\x1b[8mhidden",
	"colour":              "\x1b[31mred",
	"device control":      "\x1bP+q544e\x1b\\\x1bc",
	"C1 as characters":    "\u009b2J\u009d0;t\u009c\u0085",
	"C1 as bytes":         "\x9b2J\x9d0;t\x9c",
	"bidi":                "a\u202eb\u2066c\u200b\u200d\ufeffd",
	"line breaks":         "tab\tnew\nline\r\b\x00\x7f",
	"emoji":               "⚠️ ❤️ 👨‍👩‍👧‍👦 🏳️‍🌈 क्षि",
	"wide":                "漢字かな交じり文漢字かな交じり文漢字かな交じり文",
	"accents":             "e" + strings.Repeat("\u0301", 80),
	"not text":            "\xff\xfe\x80 not text",
	"long":                strings.Repeat("long", 500),
	"tags":                "\U000e0041\U000e0042",
	"fillers":             "\u115f\u3164\uffa0",
	"flags and sparkles":  "🇩🇪✨ok",
	"invisible hyphen":    "soft\u00adhyphen",
	"line separators":     "a\u2028b\u2029c",
	"a sequence in parts": "\x1b",
}

var sequence = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// attributes takes the parameters of a style apart: "1;38;2;86;180;233" are bold
// and a colour.
func attributes(params string) []string {
	var out []string
	for ps := strings.Split(params, ";"); len(ps) > 0; {
		n := 1
		if (ps[0] == "38" || ps[0] == "48") && len(ps) >= 5 {
			n = 5
		}
		out = append(out, strings.Join(ps[:n], ";"))
		ps = ps[n:]
	}
	return out
}

// ours are the attributes that the dashboard's styles are made of.
func ours(st draw.Styles) map[string]bool {
	known := map[string]bool{"": true, "0": true, "22": true, "24": true, "39": true, "49": true}
	v := reflect.ValueOf(st)
	for i := range v.NumField() {
		styled := draw.NewLine(1).Put(v.Field(i).Interface().(draw.Style), "x").Styled().String()
		for _, m := range sequence.FindAllStringSubmatch(styled, -1) {
			for _, a := range attributes(m[1]) {
				known[a] = true
			}
		}
	}
	return known
}

// intact says what is wrong with a frame: text that is styled by another than
// the dashboard, a byte that a terminal would act on, a line that is too wide or
// a screen that is too tall.
func intact(frame string, known map[string]bool, w, h int) error {
	for _, m := range sequence.FindAllStringSubmatch(frame, -1) {
		for _, a := range attributes(m[1]) {
			if !known[a] {
				return fmt.Errorf("the style %q is not ours", a)
			}
		}
	}
	return check(frame, w, h)
}

// check says what is wrong with a frame, its styles aside.
func check(frame string, w, h int) error {
	lines := strings.Split(frame, "\n")
	if len(lines) > h {
		return fmt.Errorf("%d lines", len(lines))
	}
	for i, l := range lines {
		plain := sequence.ReplaceAllString(l, "")
		if !utf8.ValidString(plain) {
			return fmt.Errorf("line %d is not text: %q", i, plain)
		}
		for _, r := range plain {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) {
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

// everywhere are keys that lead through all tabs, panes and sheets, typing and
// pasting where that can be done.
const everywhere = "1 space j space j enter ] ] w w p / paste enter n p w esc ] ] ] j enter esc x esc R esc r esc y esc t paste esc F paste esc ? end esc / paste esc / tab enter esc esc " +
	"n e y c y b y f t enter R enter x enter r enter space r enter o F paste enter " +
	"2 c j tab ] esc enter esc esc c j 3 j s d enter ] j esc < < enter ] esc > esc 4 j y u " + walked

// walked are keys that lead through the Setup tab and its sheets.
const walked = "4 home enter paste x down enter esc j enter down enter down enter y n esc esc j enter enter enter y o esc E enter enter y esc esc j enter j enter esc 4 tab j enter 4 tab j j r y m esc esc"

func TestHostileTextStaysText(t *testing.T) {
	all := ""
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		if name != "long" {
			all += hostile[name]
		}
	}
	type drive struct {
		name    string
		p       poison
		failing bool
		w, h    int
	}
	drives := []drive{
		{"all of it, after", poison{text: all, after: true}, false, 80, 24},
		{"all of it, in closed sets too", poison{text: all, named: true}, false, 120, 36},
		{"all of it, in errors", poison{text: all}, true, 100, 30},
		{"in closed sets", poison{text: "\x1b[8mx", named: true}, false, 80, 24},
	}
	for i, name := range slices.Sorted(maps.Keys(hostile)) {
		drives = append(drives, drive{name, poison{text: hostile[name]}, false, []int{80, 140}[i%2], []int{24, 40}[i%2]})
	}
	for _, c := range drives {
		t.Run(c.name, func(t *testing.T) {
			d := c.p.dashboard(story(true), c.failing)
			x := newTerminal(t, d, c.w, c.h)
			x.m.exec = func(tea.ExecCommand, tea.ExecCallback) tea.Cmd { return func() tea.Msg { return editedMsg{id: 1024} } }
			known, shown := ours(x.m.styles.Styles), string([]rune(text.Printable(c.p.text) + "   ")[:3])
			frames, showing := 0, 0
			look := func(after string) {
				t.Helper()
				frame := x.m.View().Content
				if err := intact(frame, known, c.w, c.h); err != nil {
					t.Fatalf("after %s: %v", after, err)
				}
				frames++
				if strings.Contains(frame, shown) {
					showing++
				}
			}
			x.send(newsMsg{poisoned(c.p, News{Text: "news", Rejected: 2})})
			look("news")
			x.send(troubleMsg{c.p.err(errors.New("trouble"))})
			look("trouble")
			for i, k := range strings.Fields(everywhere) {
				if k == "paste" {
					x.send(tea.PasteMsg{Content: c.p.text})
				} else {
					x.keys(k)
				}
				look(fmt.Sprintf("%s (key %d)", k, i))
			}
			if strings.HasPrefix(c.p.text, "\x1b]") && showing < frames*9/10 {
				t.Errorf("%d of %d screens show the text: what is tested?", showing, frames)
			}
			x.hold = func(msg tea.Msg) bool { _, ok := msg.(doneMsg); return ok }
			x.keys("1", "t", "enter").send(spinMsg{})
			look("sending that goes on")
		})
	}
}

// The walk-through shows what the sender and the tunnel say.
func TestHostileTextOnSetupStaysText(t *testing.T) {
	all := ""
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		if name != "long" {
			all += hostile[name]
		}
	}
	byHand := func(s *Setup) { byHand(s); s.OfferRelay = true }
	for i, c := range []Connection{local, relayed, unproven, retrying, refused, pulling} {
		for _, failing := range []bool{false, true} {
			p := poison{text: all, after: true, named: i%2 == 1}
			s := verifiedDelivery()
			w, h := []int{80, 140}[i%2], []int{24, 40}[i%2]
			for _, change := range []func(*Setup){registered, keyless, byHand} {
				x := newTerminal(t, p.functions(newcomer(s, c, change), s, failing), w, h)
				known := ours(x.m.styles.Styles)
				for j, k := range strings.Fields(walked) {
					if k == "paste" {
						x.send(tea.PasteMsg{Content: p.text})
					} else {
						x.keys(k)
					}
					if err := intact(x.m.View().Content, known, w, h); err != nil {
						t.Fatalf("connection %d, after %s (key %d): %v", i, k, j, err)
					}
				}
			}
		}
	}
}

// What would be seen of a style that is not ours is seen by intact.
func TestForeignStylesAreFound(t *testing.T) {
	known := ours(draw.NewStyles(true, colorprofile.TrueColor))
	for _, bad := range []string{"\x1b[8m", "\x1b[31m", "\x1b[2J", "\x1b]52;c;\x07", "\u009b", "\x9b", "\u202e", "a\u2028"} {
		if intact(bad, known, 80, 24) == nil {
			t.Errorf("%q is not found", bad)
		}
	}
	if err := intact(draw.NewLine(9).Put(draw.NewStyles(true, colorprofile.TrueColor).Bad, "bad").Styled().String(), known, 80, 24); err != nil {
		t.Error(err)
	}
}
