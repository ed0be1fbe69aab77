package main

import (
	"cmp"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/tui/text"
)

// The widths that help is wrapped at: a terminal's own, within bounds.
const (
	minHelpWidth = 40
	helpWidth    = 80
	maxHelpWidth = 110
)

// flagValues are what stands for the values of the flags of one command.
var flagValues = map[string]string{
	"limit": "N", "count": "N", "format": "FORMAT", "output": "FILE", "file": "FILE", "to": "URL", "probe": "URL", "as": "MODE",
	"where": "FILTER", "rate": "RATE", "case": "NAME", "email": "ADDRESS", "user-id": "ID", "set": "PATH=VALUE",
	"timeout": "DURATION", "since": "ID|TIME", "users at": "ID", "verify at": "TIME",
}

// flagValue returns what stands for a flag's value in the help, "" for a flag
// that is on or off.
func flagValue(cmd *cobra.Command, f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		return ""
	}
	return cmp.Or(config.ValueOf(f), flagValues[cmd.Name()+" "+f.Name], flagValues[f.Name])
}

// help prints the help of a command, wrapped at the terminal's width.
func (p *program) help(cmd *cobra.Command) {
	h := helpPage{width: p.helpWidth()}
	h.text(cmp.Or(cmd.Long, cmd.Short))
	h.title("Usage")
	if cmd.Runnable() {
		h.line("  %s", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		h.line("  %s COMMAND [flags]", cmd.CommandPath())
	}
	if cmd.HasExample() {
		h.title("Examples")
		for example := range strings.Lines(cmd.Example) {
			h.line("  %s", strings.TrimSpace(example))
		}
	}
	h.commands(cmd)
	for _, group := range append([]string{""}, config.Groups()...) {
		h.flags(cmd, group)
	}
	p.stdout.Say("%s", print.Join("\n", h.lines...))
}

func (p *program) helpWidth() int {
	if f, ok := p.stdout.Stream().(term.File); ok && p.stdout.IsTerminal() {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return max(minHelpWidth, min(w, maxHelpWidth))
		}
	}
	return helpWidth
}

// helpPage collects the lines of a command's help.
type helpPage struct {
	width int
	lines []print.Text
}

func (h *helpPage) line(format string, args ...any) {
	h.lines = append(h.lines, print.Sprintf(format, args...))
}

func (h *helpPage) title(title string) {
	h.line("")
	h.lines = append(h.lines, print.Good(title))
}

// text adds paragraphs: their lines are wrapped anew. Lines that begin with a
// space stay as they are.
func (h *helpPage) text(s string) {
	var paragraph []string
	flush := func() {
		for _, line := range text.Wrap(strings.Join(paragraph, " "), h.width) {
			h.line("%s", line)
		}
		paragraph = nil
	}
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			paragraph = append(paragraph, line)
			continue
		}
		if len(paragraph) > 0 {
			flush()
		}
		h.line("%s", line)
	}
	if len(paragraph) > 0 {
		flush()
	}
}

func (h *helpPage) commands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	h.title("Commands")
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			h.entry(c.Name(), c.Short)
		}
	}
}

// flags adds the flags of a group, "" for those of the command alone.
func (h *helpPage) flags(cmd *cobra.Command, group string) {
	begun := false
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || groupOf(f) != group {
			return
		}
		if !begun {
			h.title(cmp.Or(group, "Flags"))
			begun = true
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if value := flagValue(cmd, f); value != "" {
			name += " " + value
		}
		help := f.Usage
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "-" {
			help += " (default " + d + ")"
		}
		h.entry(name, help)
	})
}

func groupOf(f *pflag.Flag) string {
	if f.Name == "help" || f.Name == "version" {
		return config.GroupCommon
	}
	return config.GroupOf(f)
}

// nameWidth is the width of the names of flags and commands; a longer one has
// its text on the next line.
const nameWidth = 28

// entry adds a flag or a command with its text.
func (h *helpPage) entry(name, help string) {
	lines := text.Wrap(help, max(h.width-nameWidth-2, minHelpWidth/2))
	if text.Width(name) >= nameWidth {
		h.line("  %s", name)
		name = ""
	}
	for _, line := range lines {
		h.line("  %-*s%s", nameWidth, name, line)
		name = ""
	}
}
