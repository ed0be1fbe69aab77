//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// The help of every command, as a terminal of 80 columns shows it.
func TestTextsOfHelp(t *testing.T) {
	var b strings.Builder
	for _, args := range commandNames((&program{getenv: func(string) string { return "" }}).root()) {
		d := openTerminal(t, 80, 400, command(t.Context(), t, t.TempDir(), nil, append(args, "--help")...))
		if code := d.ends(); code != exit.CodeDone {
			t.Errorf("%v --help ends with exit code %d", args, code)
		}
		fmt.Fprintf(&b, "$ hooktop %s\n\n%s\n\n", strings.Join(append(args, "--help"), " "), trimScreen(d.emulator.String()))
	}
	requireGolden(t, "help.golden", b.String())
}

// commandNames returns the arguments that name a command and each below it.
func commandNames(cmd *cobra.Command, above ...string) (names [][]string) {
	names = append(names, above)
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, commandNames(sub, append(above[:len(above):len(above)], sub.Name())...)...)
		}
	}
	return names
}

// trimScreen removes the empty space around what a terminal shows.
func trimScreen(screen string) string {
	lines := strings.Split(screen, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
