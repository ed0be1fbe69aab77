package print

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/tui/text"
)

// Finding returns a finding of doctor, its fix on lines of its own.
func Finding(f doctor.Finding) string {
	marks := map[doctor.Status]struct {
		symbol string
		look   lipgloss.Style
	}{
		doctor.OK: {"✓", Good}, doctor.Todo: {"!", Bad}, doctor.Warning: {"!", Bad}, doctor.Failed: {"✗", Bad}, doctor.Unknown: {"·", Faint},
	}
	mark := marks[f.Status]
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-10s %s", mark.look.Render(mark.symbol), f.Name, text.OneLine(f.Text))
	for i, line := range f.Fix {
		lead := "     "
		if i == 0 {
			lead = "fix: "
		}
		b.WriteString("\n" + strings.Repeat(" ", 13) + Faint.Render(lead+text.OneLine(line)))
	}
	return b.String()
}
