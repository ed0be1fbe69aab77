//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// The recipe of the README runs as it stands there.
func TestTheRecipeForCIRunsAsItStands(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, _ := strings.Cut(string(readme), "\n## In CI\n")
	_, recipe, _ = strings.Cut(recipe, "\n```sh\n")
	recipe, _, ok := strings.Cut(recipe, "\n```\n")
	if !ok || !strings.Contains(recipe, "hooktop wait") {
		t.Fatal("the README has no recipe")
	}
	bin := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "hooktop")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name        string
		status      int
		code        int
		says, fails string
	}{
		{"an app that takes it", 204, exit.CodeDone, `"email":"ada@example.com"`, ""},
		{"an app that fails", 500, exit.CodeTimedOut, "", "but the app answered 500."},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := startApp(t, c.status)
			text := recipe
			if c.code == exit.CodeTimedOut { // what is certain not to come need not be waited for, once the app has answered
				text = strings.Replace(text, "  hooktop wait ", "  hooktop wait app:500 --since 0 --timeout 0 >/dev/null\n  hooktop wait ", 1)
				text = strings.Replace(text, "10s", "10ms", 1)
			}
			rig := command(t.Context(), t, t.TempDir(), []string{"APP_URL=" + app.URL + "/api/webhooks/clerk"})
			for range 2 { // in the same folder, as on a machine that keeps it
				runRecipe(t, rig, bin, text, app, c.code, c.says, c.fails)
			}
		})
	}
}

func runRecipe(t *testing.T, rig *exec.Cmd, bin, text string, app *app, wanted int, says, fails string) {
	t.Helper()
	before := len(app.got())
	cmd := exec.CommandContext(t.Context(), "sh", "-c", text)
	cmd.Dir, cmd.Env = rig.Dir, append(rig.Env, "PATH="+bin+":"+os.Getenv("PATH"))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != wanted {
		t.Errorf("exit code %d, %s%s", code, &stdout, &stderr)
	}
	if !strings.Contains(stdout.String(), says) || !strings.Contains(stderr.String(), fails) {
		t.Errorf("it said %s%s", &stdout, &stderr)
	}
	if got := app.got(); len(got) != before+1 || !got[before].verified {
		t.Errorf("the app got %+v", got)
	}
}
