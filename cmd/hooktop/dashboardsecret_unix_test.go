//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// A signing secret that is pasted on the Setup tab is in use at once, and in the file if
// wanted: in that line alone.
func TestASecretIsPastedIntoTheDashboard(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, ".env.local")
	if err := os.WriteFile(file, []byte("# mine\nDATABASE_URL='x'  # as it is\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	term := openTerminal(t, 120, 36, command(t.Context(), t, dir, nil, "--addr", "127.0.0.1:0", "--tunnel", "off"))
	term.see("Local mode", "1 ○ secret")
	term.press("g\r")
	term.see("igning secret")
	term.press("\x1b[200~" + secret + "\x1b[201~")
	shown := term.see("LaSw")
	if strings.Contains(shown, secret[:20]) {
		t.Errorf("the secret is on the screen: %s", shown)
	}
	term.press("\t\r")
	term.see("1 ✓ secret", "whsec_…LaSw is in use, and in .env.local")
	if _, stderr, code := runHooktop(t, dir, withSecret(), "trigger", "user.created"); code != exit.CodeDone {
		t.Errorf("it does not verify with it: %d %s", code, stderr)
	}
	want := "# mine\nDATABASE_URL='x'  # as it is\nCLERK_WEBHOOK_SIGNING_SECRET=" + secret + "\n"
	if text, err := os.ReadFile(file); err != nil || string(text) != want {
		t.Errorf("the file is %q (%v)", text, err)
	}
	term.press("q")
	term.ends()
}
