// Package help lays out the help of a command: its flags in groups, each with
// the variable behind it, wrapped at the terminal's width. It knows no command
// and prints nothing.
package help

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/tui/text"
)

// MaxWidth is how wide the help gets, however wide the terminal is: longer
// lines are hard to read.
const MaxWidth = 100

// Text returns the help of a command in lines of at most width columns.
func Text(cmd *cobra.Command, width int) print.Text {
	h := &page{width: width}
	groups := FlagsByGroup(cmd)
	h.prose(cmp.Or(cmd.Long, cmd.Short))
	h.heading("Usage")
	if cmd.Runnable() {
		h.verbatim(cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		h.verbatim(cmd.CommandPath() + " COMMAND [flags]")
	}
	if cmd.Example != "" {
		h.heading("Examples")
		h.verbatim(cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		h.heading("Commands")
		h.commands(cmd.Commands())
	}
	h.flags(config.GroupOwn, groups)
	for _, group := range config.Groups() {
		h.flags(group, groups)
	}
	return print.Join("\n", h.lines...)
}

// FlagsByGroup returns the flags that the help of a command shows.
func FlagsByGroup(cmd *cobra.Command) map[string][]*pflag.Flag {
	groups := map[string][]*pflag.Flag{}
	add := func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		group := config.GroupOf(f)
		if f.Name == "version" {
			group, f.Usage = config.GroupCommon, "print the version"
		}
		groups[group] = append(groups[group], f)
	}
	local := cmd.LocalFlags()
	local.VisitAll(add)
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		if local.Lookup(f.Name) == nil {
			add(f)
		}
	})
	for _, flags := range groups {
		slices.SortFunc(flags, func(a, b *pflag.Flag) int { return strings.Compare(a.Name, b.Name) })
	}
	return groups
}

// page is a page of help in the making.
type page struct {
	width int
	lines []print.Text
}

func (h *page) heading(title string) {
	h.lines = append(h.lines, print.Text{}, print.Strong(title))
}

// verbatim adds lines that are never broken: they are for copying.
func (h *page) verbatim(lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		h.lines = append(h.lines, print.Sprintf("  %s", line))
	}
}

func (h *page) commands(all []*cobra.Command) {
	column := 0
	for _, c := range all {
		column = max(column, len(c.Name()))
	}
	for _, c := range all {
		if c.IsAvailableCommand() {
			h.entry(c.Name(), column, words(c.Short))
		}
	}
}

func (h *page) flags(group string, groups map[string][]*pflag.Flag) {
	if len(groups[group]) == 0 {
		return
	}
	h.heading(group)
	column := 0
	for _, flags := range groups { // one column for all groups
		for _, f := range flags {
			column = max(column, text.Width(flagLabel(f)))
		}
	}
	for _, f := range groups[group] {
		about := words(f.Usage)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			about = append(about, word{text: "(default " + f.DefValue + ")"})
		}
		if variable := config.VariableOf(f); variable != "" {
			about = append(about, word{"(env " + variable + ")", print.Faint})
		}
		h.entry(flagLabel(f), column, about)
	}
}

// flagLabel returns a flag with what stands for its value: -n, --limit N.
func flagLabel(f *pflag.Flag) string {
	label := "--" + f.Name
	if f.Shorthand != "" {
		label = "-" + f.Shorthand + ", " + label
	}
	if value := config.ValueOf(f); value != "" {
		label += " " + value
	}
	return label
}

// entry adds a name and, in a column beside it, what it is.
func (h *page) entry(name string, column int, about []word) {
	indent := column + len("    ")
	for i, line := range wrapWords(about, h.width-indent) {
		if i > 0 {
			name = ""
		}
		h.lines = append(h.lines, print.Sprintf("  %s%s%s", name, text.Spaces(indent-len("  ")-text.Width(name)), line))
	}
}

// prose adds paragraphs and tables. A paragraph is wrapped anew. A line that is
// indented is a row of a table: its last column is wrapped, and goes on in the
// lines that are indented as far as that column is.
func (h *page) prose(s string) {
	var row string
	var hanging int
	flush := func() {
		if row == "" {
			return
		}
		lead := row[:hanging]
		for _, line := range wrapWords(words(row[hanging:]), h.width-text.Width(lead)) {
			h.lines = append(h.lines, print.Sprintf("%s%s", lead, line))
			lead = text.Spaces(text.Width(lead))
		}
		row = ""
	}
	for line := range strings.SplitSeq(strings.Trim(s, "\n"), "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case line == "":
			flush()
			h.lines = append(h.lines, print.Text{})
		case row != "" && indent == text.Width(row[:hanging]):
			row += " " + line[indent:]
		default:
			flush()
			row, hanging = line, lastColumn(line, indent)
		}
	}
	flush()
}

// lastColumn returns where the last column of a table's row begins: behind two
// spaces, or behind a sign such as ✓.
func lastColumn(line string, indent int) int {
	if indent == 0 {
		return 0
	}
	if i := strings.Index(line[indent:], "  "); i > 0 {
		return len(line) - len(strings.TrimLeft(line[indent+i:], " "))
	}
	if sign, _, _ := strings.Cut(line[indent:], " "); text.Width(sign) == 1 {
		return indent + len(sign) + 1
	}
	return indent
}

// word is part of a line that is not broken if there is room for it.
type word struct {
	text  string
	style print.Style // nil for none
}

func words(s string) (all []word) {
	for _, field := range strings.Fields(s) {
		all = append(all, word{text: field})
	}
	return all
}

// wrapWords puts words into lines of at most width columns. It returns at least
// one line.
func wrapWords(all []word, width int) (lines []print.Text) {
	var line []print.Text
	used := 0
	for _, w := range all {
		for _, part := range text.Wrap(w.text, width) { // one part, unless it is too long for a line
			if len(line) > 0 && used+1+text.Width(part) > width {
				lines = append(lines, print.Join(" ", line...))
				line, used = nil, 0
			}
			if len(line) > 0 {
				used++
			}
			used += text.Width(part)
			if w.style != nil {
				line = append(line, w.style(part))
			} else {
				line = append(line, print.Sprintf("%s", part))
			}
		}
	}
	return append(lines, print.Join(" ", line...))
}
