package print

import (
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
)

// Finding returns a finding of doctor, its fix on lines of its own.
func Finding(f doctor.Finding) Text {
	mark := map[doctor.Status]Text{
		doctor.OK: Good("✓"), doctor.Todo: Bad("!"), doctor.Warning: Bad("!"), doctor.Failed: Bad("✗"), doctor.Unknown: Faint("·"),
	}[f.Status]
	p := &page{}
	p.line("%s %-10s %s", mark, f.Name, OneLine(f.Text))
	for i, line := range f.Fix {
		lead := "     "
		if i == 0 {
			lead = "fix: "
		}
		p.line("             %s", Faint(Sprintf("%s%s", lead, OneLine(line))))
	}
	return p.text()
}
