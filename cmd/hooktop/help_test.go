package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// eachCommand calls visit with every command that help lists.
func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		eachCommand(c, visit)
	}
}

func TestEveryFlagHasAShortHelpAndANameForItsValue(t *testing.T) {
	eachCommand((&program{}).root(), func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			help, _, _ := strings.Cut(f.Usage, " (env ")
			if text.Width(help) > 70 || help == "" || strings.Contains(help, "\n") {
				t.Errorf("%s --%s: the help has %d cells: %s", cmd.Name(), f.Name, text.Width(help), help)
			}
			if value := flagValue(cmd, f); (value == "") != (f.Value.Type() == "bool") {
				t.Errorf("%s --%s: its value is called %q", cmd.Name(), f.Name, value)
			}
		})
	})
}

func TestHelpIsWrappedGroupedAndNamesValuesAsTheyAreAccepted(t *testing.T) {
	stdout, stderr, code := inProcess(t, nil, "resend", "--help")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	for line := range strings.Lines(stdout) {
		if w := text.Width(strings.TrimSuffix(line, "\n")); w > helpWidth {
			t.Errorf("a line of %d cells: %s", w, line)
		}
	}
	last := 0
	for _, title := range []string{"\nUsage\n", "\nExamples\n", "\nFlags\n", "\nClerk\n", "\nStripe\n", "\nForwarding\n", "\nCommon flags\n"} {
		at := strings.Index(stdout, title)
		if at < last {
			t.Errorf("%q is missing, or not in its place", title)
		}
		last = at
	}
	for _, flag := range []string{"--to URL ", "--db PATH ", "--clerk-path PATH ", "--forward-to [PATTERN=]URL\n"} {
		if !strings.Contains(stdout, flag) {
			t.Errorf("there is no %q", flag)
		}
	}
	for _, mode := range []webhook.Mode{webhook.Same, webhook.New, webhook.Verbatim} {
		if !strings.Contains(stdout, "\n  "+string(mode)+" ") || checkMode(string(mode)) != nil {
			t.Errorf("the mode %s is not shown as it is accepted", mode)
		}
	}
	if checkMode("Same") == nil {
		t.Error("Same is accepted")
	}
	if listed, _, _ := inProcess(t, nil, "deliveries", "--help"); strings.Contains(listed, "--clerk-secret") || strings.Contains(listed, "\nClerk\n") {
		t.Error("a command shows flags that it does not read")
	}
}
