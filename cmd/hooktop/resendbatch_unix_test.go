//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// On a terminal a series has a bar, and leaves nothing of it behind.
func TestASeriesShowsItsProgressOnATerminalAlone(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--count", "3")
	d := openTerminal(t, 100, 30, command(t.Context(), t, dir, withSecret(), "resend", "--where", "type:user.*"))
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	d.mu.Lock()
	raw, screen := d.raw, d.emulator.String()
	d.mu.Unlock()
	if !bytes.Contains(raw, []byte(" 1 of 3")) || !bytes.Contains(raw, []byte(" 3 of 3")) {
		t.Errorf("it drew %q", raw)
	}
	if strings.Contains(screen, "█") || strings.Count(screen, "re #") != 3 || !strings.Contains(screen, "sent 3: 3 accepted, 0 rejected") {
		t.Errorf("it left\n%s", screen)
	}
	if _, stderr, _ := runHooktop(t, dir, withSecret(), "resend", "--where", "#1|2"); strings.Contains(stderr, "\x1b") || strings.Contains(stderr, "of 2") {
		t.Errorf("without a terminal it said %q", stderr)
	}
}

// On a terminal a body that is no JSON any more can be edited again, or given
// up.
func TestABodyThatIsNoJSONCanBeEditedAgain(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com")
	editor := filepath.Join(dir, "editor.sh")
	script := "#!/bin/sh\nif [ -e " + dir + "/once ]; then sed -i 's/\"data\"/\"data\":/; s/ada@/eve@/' \"$1\"; else sed -i 's/\"data\":/\"data\"/' \"$1\"; touch " + dir + "/once; fi\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	env := append(withSecret(), "EDITOR="+editor)
	d := openTerminal(t, 100, 40, command(t.Context(), t, dir, env, "resend", "1", "--edit"))
	d.see("Edit it again? [Y/n]")
	d.press("y\r")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	if rows := userRows(t, dir); len(rows) != 1 || !strings.HasSuffix(rows[0], "eve@example.com") {
		t.Errorf("the users are %v", rows)
	}
	if err := os.Remove(filepath.Join(dir, "once")); err != nil {
		t.Fatal(err)
	}
	d = openTerminal(t, 100, 40, command(t.Context(), t, dir, env, "resend", "1", "--edit"))
	d.see("Edit it again? [Y/n]")
	d.press("n\r")
	if code := d.ends(); code != exit.CodeFailed || len(queryRows(t, dir, `SELECT id FROM delivery`)) != 2 {
		t.Errorf("exit code %d", code)
	}
}
