package doctor

import (
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/ndjson"
)

// Finding is what one look at the set-up came to. Doctor prints it and the
// Setup tab shows it.
type Finding struct {
	// Name is one word, the same for a check's every finding.
	Name   string
	Status Status
	// Text says how it stands, in a line. It never holds a part of a secret but
	// its last four characters.
	Text string
	// Fix says what to do, one line each.
	Fix []string
	// Counted has the Setup tab add how many deliveries and users there are.
	Counted bool
}

// Status is how a finding stands.
type Status string

// The standings. A todo is what is not set up yet: for scripts, a warning.
const (
	OK      Status = "ok"
	Todo    Status = "todo"
	Warning Status = "warning"
	Failed  Status = "failed"
	Unknown Status = "unknown"
)

// fault is a finding that tells of an error with its fix.
func fault(name string, state Status, err error) Finding {
	f := Finding{Name: name, Status: state, Text: err.Error()}
	if fix := exit.FixOf(err); fix != "" {
		f.Fix = strings.Split(fix, "\n") // manual steps stand one on each line
	}
	return f
}

// findingLine is what doctor --json prints.
type findingLine struct {
	Kind  string  `json:"kind"`
	Name  string  `json:"name"`
	State Status  `json:"state"`
	Text  string  `json:"text"`
	Fix   *string `json:"fix"`
}

func (f Finding) Object() findingLine {
	state := f.Status
	if state == Todo {
		state = Warning
	}
	return findingLine{"finding", f.Name, state, f.Text, ndjson.Null(strings.Join(f.Fix, " "))}
}

// Count counts the findings of each standing.
func Count(all []Finding) (failed, warned int) {
	for _, f := range all {
		switch f.Status {
		case Failed:
			failed++
		case Warning, Todo:
			warned++
		case OK, Unknown:
		}
	}
	return failed, warned
}
