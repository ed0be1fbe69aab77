package main

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tui/text"
)

// finding is what one look at the set-up came to. Doctor prints it and the
// Setup tab shows it.
type finding struct {
	// name is one word, the same for a check's every finding.
	name  string
	state standing
	// text says how it stands, in a line. It never holds a part of a secret but
	// its last four characters.
	text string
	// fix says what to do, one line each.
	fix []string
	// counted has the Setup tab add how many deliveries and users there are.
	counted bool
}

// standing is how a finding stands.
type standing string

// The standings. A todo is what is not set up yet: for scripts, a warning.
const (
	well    standing = "ok"
	todo    standing = "todo"
	warning standing = "warning"
	broken  standing = "failed"
	unknown standing = "unknown"
)

// fault is a finding that tells of an error with its fix.
func fault(name string, state standing, err error) finding {
	f := finding{name: name, state: state, text: err.Error()}
	if fix := exit.FixOf(err); fix != "" {
		f.fix = []string{fix}
	}
	return f
}

// step is the finding on the Setup tab.
func (f finding) step() tui.Step {
	states := map[standing]tui.StepState{
		well: tui.StepDone, todo: tui.StepTodo, warning: tui.StepWarning, broken: tui.StepFailed, unknown: tui.StepOptional,
	}
	return tui.Step{State: states[f.state], Name: f.name, Text: f.text, Lines: f.fix, Counted: f.counted}
}

// findingLine is what doctor --json prints.
type findingLine struct {
	Kind  string   `json:"kind"`
	Name  string   `json:"name"`
	State standing `json:"state"`
	Text  string   `json:"text"`
	Fix   *string  `json:"fix"`
}

func (f finding) object() findingLine {
	state := f.state
	if state == todo {
		state = warning
	}
	return findingLine{"finding", f.name, state, f.text, ndjson.Null(strings.Join(f.fix, " "))}
}

// String is the finding as doctor prints it: its fix on lines of its own.
func (f finding) String() string {
	marks := map[standing]struct {
		symbol string
		look   lipgloss.Style
	}{
		well: {"✓", print.Good}, todo: {"!", print.Bad}, warning: {"!", print.Bad}, broken: {"✗", print.Bad}, unknown: {"·", print.Faint},
	}
	mark := marks[f.state]
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-10s %s", mark.look.Render(mark.symbol), f.name, text.OneLine(f.text))
	for i, line := range f.fix {
		lead := "     "
		if i == 0 {
			lead = "fix: "
		}
		b.WriteString("\n" + strings.Repeat(" ", 13) + print.Faint.Render(lead+text.OneLine(line)))
	}
	return b.String()
}

// toll counts the findings of each standing.
func toll(all []finding) (failed, warned int) {
	for _, f := range all {
		switch f.state {
		case broken:
			failed++
		case warning, todo:
			warned++
		case well, unknown:
		}
	}
	return failed, warned
}
