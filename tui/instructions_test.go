package tui

import (
	"errors"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// What is left to do, and its fix, stands above what is optional.
func TestOptionalStepsAreLast(t *testing.T) {
	d := dashboard(story(true))
	d.Setup = func() Setup {
		return Setup{Steps: []Step{
			{State: StepDone, Name: "receiver"}, {State: StepOptional, Name: "stripe", Text: "is optional"}, {State: StepWarning, Name: "names", Text: "differ"},
		}}
	}
	x := newTerminal(t, d, 80, 24)
	screen := x.keys("4").screen()
	done, warning, optional := strings.Index(screen, "receiver"), strings.Index(screen, "differ"), strings.Index(screen, "is optional")
	if done < 0 || warning < done || optional < warning {
		t.Errorf("the steps are in another order:\n%s", screen)
	}
}

// commandError is an error whose fix is for a terminal.
type commandError struct{ error }

func (commandError) Fix() string { return "name the app with --to URL" }

// What the dashboard is given names commands and flags; it shows keys.
func TestWhatIsGivenIsShownWithKeys(t *testing.T) {
	const command, key = "Set --forward-to to http://localhost:3000.", "Press F and enter http://localhost:3000."
	if s := failure(commandError{errors.New("no app")}); s.fix != "press F and enter its URL" {
		t.Errorf("the fix of an error: %q", s.fix)
	}
	set := Setup{Steps: []Step{{Text: command, Lines: []string{command}}}, Notices: []string{command}}.withKeys()
	if s := set.Steps[0]; s.Text != key || s.Lines[0] != key || set.Notices[0] != key {
		t.Errorf("the Setup tab: %+v", set)
	}
	if c := (Connection{Reason: command, Fix: command}).withKeys(); c.Reason != key || c.Fix != key {
		t.Errorf("the connection: %+v", c)
	}
	given := webhook.Verdict{Detail: command, Fix: command, Checks: []webhook.Check{{Detail: command}}}
	if v := verdictWithKeys(given); v.Detail != key || v.Fix != key || v.Checks[0].Detail != key || given.Checks[0].Detail != command {
		t.Errorf("a verdict: %+v", v)
	}
}
