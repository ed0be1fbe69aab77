package main

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/help"
)

// eachCommand calls test for hooktop and every command below it.
func eachCommand(t *testing.T, test func(*testing.T, *cobra.Command)) {
	t.Helper()
	root := (&program{getenv: func(string) string { return "" }}).root()
	for _, args := range commandNames(root) {
		cmd, _, err := root.Find(args)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(cmd.CommandPath(), func(t *testing.T) { test(t, cmd) })
	}
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

func shownFlags(cmd *cobra.Command) (all []*pflag.Flag) {
	for _, flags := range help.FlagsByGroup(cmd) {
		all = append(all, flags...)
	}
	return all
}

// runInside runs hooktop in this process and in an empty folder, with no time
// for more than to read its flags and the environment.
func runInside(t *testing.T, getenv func(string) string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &out, &errs, getenv)
	return out.String(), errs.String(), code
}

func emptyEnvironment(string) string { return "" }

func TestHelpFitsTheTerminal(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for _, width := range []int{60, 80, 120} {
			for line := range strings.SplitSeq(help.Text(cmd, width).String(), "\n") {
				if ansi.StringWidth(line) > width {
					t.Errorf("wider than %d columns: %s", width, line)
				}
			}
		}
	})
}

func TestHelpFillsTheTerminal(t *testing.T) {
	wait, _, _ := (&program{}).root().Find([]string{"wait"})
	narrow, wide := help.Text(wait, 60).String(), help.Text(wait, 120).String()
	if n, w := strings.Count(narrow, "\n"), strings.Count(wide, "\n"); n <= w {
		t.Errorf("the help has %d lines at 60 columns and %d at 120", n, w)
	}
	if strings.Join(strings.Fields(ansi.Strip(narrow)), " ") != strings.Join(strings.Fields(ansi.Strip(wide)), " ") {
		t.Error("the help has other words at 60 columns than at 120")
	}
}

func TestEachFlagSaysInALineWhatItDoes(t *testing.T) {
	known := append(config.Groups(), config.GroupOwn)
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for _, f := range shownFlags(cmd) {
			first, _ := utf8.DecodeRuneInString(f.Usage)
			switch {
			case utf8.RuneCountInString(f.Usage) >= 70:
				t.Errorf("--%s: the help has %d characters", f.Name, utf8.RuneCountInString(f.Usage))
			case f.Usage == "" || unicode.IsUpper(first) || strings.HasSuffix(f.Usage, "."):
				t.Errorf("--%s: want a phrase in lower case: %q", f.Name, f.Usage)
			case strings.Contains(f.Usage, "(env "):
				t.Errorf("--%s: the variable has a place of its own: %q", f.Name, f.Usage)
			}
			if takesNone := f.Value.Type() == "bool"; takesNone != (config.ValueOf(f) == "") {
				t.Errorf("--%s: what stands for its value is %q", f.Name, config.ValueOf(f))
			}
			if !slices.Contains(known, config.GroupOf(f)) {
				t.Errorf("--%s is in a group that the help does not show: %q", f.Name, config.GroupOf(f))
			}
		}
	})
}

func TestHelpGroupsFlags(t *testing.T) {
	help, _, code := runInside(t, emptyEnvironment, "--help")
	if code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	for _, group := range config.Groups() {
		if !strings.Contains(help, "\n\n"+group+"\n  -") {
			t.Errorf("there is no group %s in:\n%s", group, help)
		}
	}
	for _, x := range []struct {
		command, flag string
		shown         bool
	}{
		{"listen", "addr", true},
		{"listen", "theme", false},
		{"wait", "timeout", true},
		{"wait", "clerk-secret", false},
		{"doctor", "keep", true},
		{"doctor", "local", false},
		{"export", "json", true},
		{"export", "insecure-forward", false},
		{"torture", "stripe-secret", false},
		{"man", "db", false},
		{"completion", "json", false},
	} {
		help, _, _ := runInside(t, emptyEnvironment, x.command, "--help")
		if shown := strings.Contains(help, " --"+x.flag+" "); shown != x.shown {
			t.Errorf("hooktop %s --help shows --%s: %t", x.command, x.flag, shown)
		}
		if again, _, _ := runInside(t, emptyEnvironment, "help", x.command); again != help {
			t.Errorf("hooktop help %s prints something else than hooktop %s --help", x.command, x.command)
		}
	}
}

func TestHelpOfAnUnknownCommandIsAMistake(t *testing.T) {
	stdout, stderr, code := runInside(t, emptyEnvironment, "help", "\x1b[2Jnone")
	if stdout != "" || code != exit.CodeUsage || !strings.Contains(stderr, "fix: ") || strings.Contains(stderr, "\x1b") {
		t.Errorf("got exit code %d, %q and %q", code, stdout, stderr)
	}
}

func TestHelpIsPlainWhereNoTerminalIs(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		if help, _, _ := runInside(t, emptyEnvironment, args...); help == "" || strings.Contains(help, "\x1b") {
			t.Errorf("got %q", help)
		}
	})
}

// minimal are the arguments with which a command comes to read all its flags.
var minimal = map[string][]string{
	"resend":   {"42"},
	"show":     {"42"},
	"ack":      {"42"},
	"trigger":  {"user.created"},
	"export":   {"--format", "curl"},
	"users":    {"--rebuild"},
	"wait":     {"--timeout", "1ns"},
	"doctor":   nil,
	"hooktop":  nil,
	"listen":   nil,
	"reverify": nil,
	"torture":  nil,
	"drift":    nil,
	"verify":   nil,
	"import":   nil,
	"endpoint": {"status"},
	"status":   nil,
	"recover":  {"--since", "1h"},

	"register":   nil,
	"unregister": nil,
	"deliveries": nil,
}

// Every value shown in the help can be copied and used.
func TestValuesInHelpAreAccepted(t *testing.T) {
	tried := map[string]bool{}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.Name() == "doctor" { // its flags are listen's, and it goes on after a mistake
			return
		}
		for _, f := range shownFlags(cmd) {
			values := strings.Split(config.ValueOf(f), "|")
			if len(values) == 1 || strings.ToLower(config.ValueOf(f)) != config.ValueOf(f) {
				continue
			}
			tried[f.Name] = true
			complains := func(value string) bool {
				args := append(strings.Fields(cmd.CommandPath())[1:], minimal[cmd.Name()]...)
				stdout, stderr, _ := runInside(t, emptyEnvironment, append(args, "--"+f.Name, value)...)
				return strings.Contains(stdout+stderr, "--"+f.Name+": ")
			}
			if !complains("nonsense") {
				t.Errorf("--%s nonsense is accepted", f.Name)
			}
			for _, value := range values {
				if complains(value) {
					t.Errorf("--%s %s is refused", f.Name, value)
				}
			}
			if f.DefValue != "" && !slices.Contains(values, f.DefValue) {
				t.Errorf("--%s: the default %s is not among %q", f.Name, f.DefValue, values)
			}
		}
	})
	for _, flag := range []string{"as", "format", "tunnel", "reply", "theme"} {
		if !tried[flag] {
			t.Errorf("the help shows no values of --%s", flag)
		}
	}
}

// A variable that the help of a command shows is looked up by that command.
func TestVariablesInHelpAreRead(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		shown := map[string]bool{}
		for _, f := range shownFlags(cmd) {
			if variable := config.VariableOf(f); variable != "" {
				shown[variable] = true
			}
		}
		if len(shown) == 0 {
			return
		}
		extra, known := minimal[cmd.Name()]
		if !known {
			t.Fatal("which arguments does it need?")
		}
		read := map[string]bool{}
		var reading sync.Mutex // doctor's checks run beside each other
		runInside(t, func(name string) string {
			reading.Lock()
			defer reading.Unlock()
			read[name] = true
			return ""
		}, append(strings.Fields(cmd.CommandPath())[1:], extra...)...)
		for _, variable := range slices.Sorted(maps.Keys(shown)) {
			if !read[variable] {
				t.Errorf("%s is shown and not read", variable)
			}
		}
	})
}
