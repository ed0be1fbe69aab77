//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// The dashboard's export is what the command writes, in a new file that others
// cannot read.
func TestTheDashboardExports(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com", "--count", "3")
	d := openTerminal(t, 120, 36, command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0"))
	d.see("ada@example.com", "Diagnosis", "? help")
	d.press(" x\r")
	d.see("exported 1 delivery, ", ".jsonl")
	d.press("\x1b")
	d.see("removed 1 mark")
	d.press("x \r")
	d.see("exported 3 deliveries, ", ".jsonl")
	d.press("xk\r")
	d.see(".sh")
	d.press("q")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	files, _ := filepath.Glob(dir + "/hooktop-export-*")
	if len(files) != 3 {
		t.Fatalf("it wrote %v", files)
	}
	lines := map[int]bool{}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".sh") {
			if strings.Count(string(text), "| curl ") != 3 {
				t.Errorf("the script is\n%s", text)
			}
			continue
		}
		n := strings.Count(string(text), "\n")
		lines[n] = true
		if masked := !strings.Contains(string(text), "@example.com"); masked != (n == 3) {
			t.Errorf("of %d, personal data is masked: %v", n, masked)
		}
	}
	if !lines[1] || !lines[3] {
		t.Errorf("the lines are %v", lines)
	}
}
