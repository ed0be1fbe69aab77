//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// In the dashboard e opens the editor on the body, whatever it made of it
// before; what is JSON in the end is sent, and the screen is there again.
func TestTheDashboardEditsABody(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com")
	temporary := t.TempDir()
	editor := filepath.Join(dir, "editor.sh")
	// Looks, spoils, mends, and is interrupted: one thing at each opening.
	script := `#!/bin/sh
n=$(cat turn 2>/dev/null || echo 0); echo $((n+1)) >turn
case $n in
0) ;;
1) sed -i.bak 's/"data":/"data"/' "$1" ;;
2) grep -q '"data" {' "$1" && sed -i.bak 's/"data"/"data":/; s/ada@/eve@/' "$1" ;;
3) echo EDITING; read line; exit 7 ;;
esac
`
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	env := append(withSecret(), "VISUAL="+editor, "TMPDIR="+temporary)
	d := openTerminal(t, 120, 36, command(t.Context(), t, dir, env, "--addr", "127.0.0.1:0"))
	d.see("ada@example.com", "Verified, and the user was created", "? help")
	d.press("e")
	d.see("#1 was not changed, nothing was sent")
	d.press("e")
	d.see("the edited #1 is not JSON: line", "press e to edit it again")
	d.press("e")
	d.see("sent the edited #1 to hooktop, with a new id: 200", "eve@example.com", "re #1")
	d.press("e") // on the one that is selected still
	d.see("EDITING")
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil { // as ctrl+c does there
		t.Fatal(err)
	}
	// It runs before the editor ends, and so has heard of it.
	post(t, http.DefaultClient, instances(t, dir)[0]+"/nowhere", "msg_nowhere", "{}")
	d.press("\r")
	d.see("the editor failed, nothing was sent: exit status 7", "set EDITOR")
	if rows := userRows(t, dir); len(rows) != 1 || !strings.HasSuffix(rows[0], "eve@example.com") {
		t.Errorf("the users are %v", rows)
	}
	d.press("q")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	if left, _ := filepath.Glob(temporary + "/*"); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}
