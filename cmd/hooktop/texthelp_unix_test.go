//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"

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

// NO_COLOR is for those who want the text alone.
func TestHelpHasStylesOnATerminalThatWantsThem(t *testing.T) {
	for variable, styled := range map[string]bool{"NO_COLOR=": true, "NO_COLOR=1": false, "TERM=dumb": false} {
		cmd := command(t.Context(), t, t.TempDir(), []string{variable}, "wait", "--help")
		d := openTerminal(t, 80, 100, cmd)
		if code := d.ends(); code != exit.CodeDone {
			t.Errorf("exit code %d", code)
		}
		if got := strings.Contains(string(d.raw), "\x1b["); got != styled {
			t.Errorf("%s: styled is %t: %q", variable, got, d.raw)
		}
	}
}

// trimScreen removes the empty space around what a terminal shows.
func trimScreen(screen string) string {
	lines := strings.Split(screen, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
