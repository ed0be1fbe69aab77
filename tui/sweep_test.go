package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func TestNothingOverflowsAtAnySize(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			x := newTerminal(t, complete(s.make()), 120, 36).keys(s.keys...)
			wider, taller := 7, 3
			if strings.HasPrefix(s.name, "walk-") { // there are many of them, and they are alike
				wider, taller = 11, 5
			}
			for w := 1; w <= 200; w += wider {
				for h := 1; h <= 60; h += taller {
					x.size(w, h)
					frame := x.m.View().Content
					if err := check(frame, w, h); err != nil {
						t.Fatalf("%dx%d: %v\n%s", w, h, err, ansi.Strip(frame))
					}
					lines := strings.Split(ansi.Strip(frame), "\n")
					if w < minW || h < minH {
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

func TestNoColorMeansNoColours(t *testing.T) {
	for _, s := range scenes {
		x := newTerminal(t, complete(s.make()), 120, 36)
		t.Setenv("NO_COLOR", "yes")
		x.m = newModel(t.Context(), complete(s.make()))
		x.m.after = newTerminal(t, complete(s.make()), 1, 1).m.after
		t.Setenv("NO_COLOR", "yes")
		x.run(x.m.Init())
		x.size(120, 36).send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}).keys(s.keys...)
		for _, m := range sequence.FindAllStringSubmatch(x.m.View().Content, -1) {
			for _, p := range strings.Split(m[1], ";") {
				if !slices.Contains([]string{"", "0", "1", "2", "22", "4"}, p) {
					t.Fatalf("%s: colour %q", s.name, m[0])
				}
			}
		}
	}
}

func TestSixteenColoursAreEnough(t *testing.T) {
	for _, dark := range []bool{true, false} {
		x := newTerminal(t, toApp(dashboard(story(true))), 120, 36)
		x.m.dark = dark
		x.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI}).keys("j")
		if f := x.m.View().Content; strings.Contains(f, "38;2") || strings.Contains(f, "48;") {
			t.Errorf("dark %v: 16 colours are not enough", dark)
		}
	}
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
