package saved

import (
	"os/exec"
	"testing"
)

func TestShellsReadAShellWordAsItsText(t *testing.T) {
	for _, text := range []string{"it's", `\n %s $HOME`, "caf\u00e9\u202e", "-v: \u009b31m", "--\x7f", "100%\x1b[2J\\"} {
		word := ShellWord(text)
		for _, shell := range []string{"sh", "bash"} {
			if _, err := exec.LookPath(shell); err != nil {
				continue
			}
			out, err := exec.CommandContext(t.Context(), shell, "-c", "printf '<%s>' "+word).CombinedOutput()
			if err != nil || string(out) != "<"+text+">" {
				t.Errorf("%s reads %s as %q, not as %q: %v", shell, word, out, text, err)
			}
		}
	}
}
