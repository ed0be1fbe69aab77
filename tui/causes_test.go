package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// failureStory returns a story with many failures of a few causes.
func failureStory() *memory {
	s := story(true)
	for i := int64(600); i < 1010; i += 2 {
		d := s.at(i)
		d.AppStatus, d.Forwards[0].Status = 0, 0
		switch i % 10 {
		case 0:
			d.AppFailure, d.AppError = webhook.NotRunning, "nothing listens at localhost:3000: is the app running?"
		case 4:
			d.AppStatus = 401
		case 6:
			d.AppFailure, d.AppError = webhook.Timeout, "no whole answer within 15 s"
		default:
			old := s.at(1023)
			d.Outcome, d.Verdict, d.Answer, d.Email, d.UserID = old.Outcome, old.Verdict, old.Answer, "", ""
			d.AppStatus, d.AppFailure, d.AppError, d.Forwards = 0, "", "", nil
		}
		d.Forwards = slices.Clone(d.Forwards)
		if len(d.Forwards) > 0 {
			d.Forwards[0].Status, d.Forwards[0].Failure, d.Forwards[0].Error = d.AppStatus, d.AppFailure, d.AppError
		}
	}
	return s
}

func TestFailuresByCause(t *testing.T) {
	s := failureStory()
	x := newTerminal(t, toApp(dashboard(s)), 120, 36)
	x.keys("c").shows("c groups failures by cause, but only on tab 2")
	x.keys("2", "c").shows("Failures by cause", "5 causes", "▶✗ wrong-secret          83  Signed with another secret", "12:01:45 – 12:04:05  user.updated +1", "app 401")
	if x.m.selectedID() != 1023 {
		t.Errorf("beside the newest cause is #%d", x.m.selectedID())
	}
	x.shows("#1023")

	// A cause's deliveries, and nothing else, to the end.
	x.keys("enter").shows("Failures  wrong-secret  esc all causes", " of 83 ─")
	seen := map[int64]bool{}
	for range 90 {
		seen[x.m.selectedID()] = true
		x.keys("j")
	}
	if len(seen) != 83 {
		t.Errorf("going down met %d of 83", len(seen))
	}
	for id := range seen {
		if cause := s.at(id).Cause(); cause != "wrong-secret" {
			t.Errorf("#%d is among them: %s", id, cause)
		}
	}
	for _, step := range []struct {
		key  string
		want int64
	}{{"g", 1023}, {"n", 1008}, {"n", 1002}, {"N", 1008}} {
		if x.keys(step.key); x.m.selectedID() != step.want {
			t.Errorf("%s leads to #%d, want #%d", step.key, x.m.selectedID(), step.want)
		}
	}

	// esc backs out: the detail, the cause, the causes.
	x.keys("enter", "esc").shows("esc all causes")
	x.keys("esc").shows("Failures by cause", "5 causes")
	if x.m.causes.sel != "wrong-secret" {
		t.Errorf("%s is selected now", x.m.causes.sel)
	}
	x.keys("esc").shows("─ Failures  following", "of 208")
	x.hides("esc all causes")
	x.keys("esc").shows("─ Failures  following")

	// c leaves a cause behind, too.
	x.keys("c", "j", "enter").shows("Failures  app 401")
	x.keys("c").shows("Failures by cause")
	x.keys("c").shows("─ Failures  following", "of 208")
}

func TestCausesGrowAsFailuresArrive(t *testing.T) {
	s := failureStory()
	x := newTerminal(t, toApp(dashboard(s)), 120, 36).keys("2", "c", "j")
	if x.m.causes.sel != "app 401" {
		t.Fatalf("%s is selected", x.m.causes.sel)
	}
	d := *s.at(1009 - 1)
	d.At, d.Outcome, d.Verdict, d.AppFailure, d.AppError, d.Forwards = noon, webhook.Rejected, webhook.Verdict{Code: webhook.TooOld, Title: "Signed too long ago"}, "", "", nil
	x.arrive(s, d)
	x.shows(" ✗ too-old", "Signed too long ago", "6 causes", "▶! app 401")
	x.keys("g", "enter").shows("Failures  too-old", "1–1 of 1")
	x.arrive(s, d)
	x.shows("1–2 of 2")
	for i := range s.rows {
		if s.rows[i].Cause() == "too-old" {
			s.rows[i].Outcome, s.rows[i].Verdict, s.rows[i].Answer = webhook.Updated, webhook.Verdict{Verified: true}, webhook.Answer{Status: 200}
		}
	}
	x.send(changedMsg{})
	x.shows("No failures with this cause are left", "esc shows all causes")
	x.keys("esc").shows("5 causes")
}

func TestCausesWithTheMouse(t *testing.T) {
	x := newTerminal(t, toApp(dashboard(failureStory())), 120, 36).keys("2", "c")
	click := func(y int) { x.send(tea.MouseClickMsg{X: 10, Y: y, Button: tea.MouseLeft}) }
	click(3 + 2*causeLines + 1)
	third := x.m.causes.rows[2].Cause
	if x.m.causes.sel != third {
		t.Errorf("%s is selected, want %s", x.m.causes.sel, third)
	}
	click(3 + 2*causeLines)
	x.shows("Failures  " + string(third))
	x.keys("esc")
	click(30)
	x.shows("Failures by cause")
	x.send(tea.MouseWheelMsg{X: 10, Y: 5, Button: tea.MouseWheelDown})
	x.shows("Failures by cause")
}

func TestListsOfNamesFit(t *testing.T) {
	for _, c := range []struct {
		list []string
		room int
		want string
	}{
		{[]string{"a"}, 1, "a"},
		{[]string{"ada", "bo", "cy"}, 11, "ada, bo, cy"},
		{[]string{"ada", "bo", "cy"}, 10, "ada, bo +1"},
		{[]string{"ada", "bo", "cy"}, 9, "ada +2"},
		{[]string{"ada", "bo", "cy"}, 1, "ada +2"},
	} {
		if got := enumerated(c.list, c.room); got != c.want {
			t.Errorf("%s in %d: %q, want %q", strings.Join(c.list, " "), c.room, got, c.want)
		}
	}
}
