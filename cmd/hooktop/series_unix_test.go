//go:build unix

package main

import (
	"bytes"
	"strings"
	"testing"
)

// On a terminal a series has a bar, and leaves nothing of it behind.
func TestASeriesShowsItsProgressOnATerminalAlone(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--count", "3")
	d := openTerminal(t, 100, 30, command(t.Context(), t, dir, withSecret(), "resend", "--where", "type:user.*"))
	<-d.done
	d.mu.Lock()
	raw, screen := d.raw, d.emulator.String()
	d.mu.Unlock()
	if !bytes.Contains(raw, []byte(" 1 of 3")) || !bytes.Contains(raw, []byte(" 3 of 3")) {
		t.Errorf("it drew %q", raw)
	}
	if strings.Contains(screen, "█") || strings.Count(screen, "re #") != 3 || !strings.Contains(screen, "sent 3: 3 taken, 0 not") {
		t.Errorf("it left\n%s", screen)
	}
	if _, stderr, _ := runHooktop(t, dir, withSecret(), "resend", "--where", "#1|2"); strings.Contains(stderr, "\x1b") || strings.Contains(stderr, "of 2") {
		t.Errorf("without a terminal it said %q", stderr)
	}
}
