package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
)

// A resend that was a duplicate, with the app's answer and without.
func TestTheOutcomeOfATryIsNotCut(t *testing.T) {
	for _, test := range []struct {
		name  string
		app   int
		w     int
		shows string
	}{
		{"at 120 columns", 0, 120, "resend  re #8  duplicate "},
		{"at 120 columns, with the app's answer", 200, 120, "→200 re #8  duplicate "},
		{"at 80 columns, with the app's answer", 200, 80, "→200 resend  re #8  duplicate "},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := story(false)
			d := s.at(1021)
			d.Outcome, d.AppStatus = webhook.Duplicate, test.app
			x := newTerminal(t, dashboard(s), test.w, 24).keys("j", "j", "j", "enter", "[")
			x.shows(test.shows, " tunnel  created ")
			x.hides("dupli…")
		})
	}
}

func TestHooktopsAndTheAppsResponseHaveTheirOwnColours(t *testing.T) {
	s := story(false)
	for _, test := range []struct {
		name   string
		change func(d *webhook.Delivery)
		look   func(st *styles) draw.Style
		status string
	}{
		{"applied, and refused by the app", func(d *webhook.Delivery) { d.AppStatus = 500 }, func(st *styles) draw.Style { return st.OK }, "200"},
		{"refused, and judged again", func(d *webhook.Delivery) { d.Answer.Status, d.ReverifiedAt = 400, noon.Add(time.Minute) }, func(st *styles) draw.Style { return st.Dim }, "400"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newTerminal(t, dashboard(s), 120, 36)
			d := *s.at(8)
			test.change(&d)
			doc := draw.NewDoc(&x.m.styles.Styles, 60)
			try(doc, x.m, &d, layTries(60, []webhook.Delivery{d}), false)
			if want := styledAs(test.look(&x.m.styles), test.status); !strings.Contains(doc.Lines[0].String(), want) {
				t.Errorf("%q, want %q", doc.Lines[0], want)
			}
		})
	}
}
