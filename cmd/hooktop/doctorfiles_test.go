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

func TestDoctorSaysWhoCanReadTheEnvFiles(t *testing.T) {
	for _, c := range []struct {
		name         string
		text         string
		folder, mode os.FileMode
		want         string
	}{
		{"everybody", "CLERK_WEBHOOK_SECRET=" + secret, 0o755, 0o644, "· files      .env.local contains a secret, and every user of this machine can read it"},
		{"its user alone", "CLERK_WEBHOOK_SECRET=" + secret, 0o755, 0o600, "✓ files      .env.local: only you can read them"},
		{"everybody, were the folder not closed", "CLERK_WEBHOOK_SECRET=" + secret, 0o700, 0o644, "✓ files      .env.local: only you can read them"},
		{"everybody, and there is no secret in it", "CLERK_WEBHOOK_SECRET=whsec_xxx", 0o755, 0o644, "✓ files      no .env file here contains a secret"},
		{"everybody, one with v1, before it", "CLERK_WEBHOOK_SECRET=v1," + secret, 0o755, 0o644, "· files      .env.local contains a secret, and every"},
		{"everybody, one in curly quotes", "CLERK_WEBHOOK_SECRET=“" + secret + "”", 0o755, 0o644, "· files      .env.local contains a secret, and every"},
		{"everybody, one without whsec_", "CLERK_WEBHOOK_SECRET=" + strings.TrimPrefix(secret, "whsec_"), 0o755, 0o644, "· files      .env.local contains a secret, and every"},
		{"everybody, an API key", "CLERK_SECRET_KEY=sk_test_abcdefghijklmn", 0o755, 0o644, "· files      .env.local contains a secret, and every"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := openFolder(t, c.folder)
			if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte(c.text+"\n"), c.mode); err != nil {
				t.Fatal(err)
			}
			stdout, _, _ := runHooktop(t, dir, nil, "doctor", "--addr", "127.0.0.1:0")
			if !strings.Contains(stdout, c.want) {
				t.Errorf("%s", stdout)
			}
		})
	}
}

// openFolder is a folder that every user of the machine can enter, but for its
// own mode.
func openFolder(t *testing.T, mode os.FileMode) string {
	t.Helper()
	parent := t.TempDir()
	for dir := parent; dir != filepath.Dir(dir) && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(parent, "app")
	if err := os.Mkdir(dir, mode); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDoctorSaysWhatGitWouldTake(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	dir := t.TempDir()
	inDir := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(what string, args ...string) {
		t.Helper()
		stdout, _, _ := runHooktop(t, dir, nil, append([]string{"doctor", "--addr", "127.0.0.1:0"}, args...)...)
		if !strings.Contains(stdout, what) {
			t.Errorf("it does not say %q:\n%s", what, stdout)
		}
	}
	inDir("init", "--quiet")
	write(".env.local", "CLERK_WEBHOOK_SECRET="+secret)
	wants(".env.local contains a secret and is not in .gitignore\n             fix: echo .env.local >> .gitignore")
	write(".gitignore", ".env*")
	wants("✓ files      .env.local: only you can read them")
	inDir("add", "--force", ".env.local")
	wants(".env.local contains a secret and is in git's index\n             fix: run git rm --cached .env.local")

	// The database's own folder is ignored by itself; another is the user's.
	mustRun(t, dir, nil, "trigger", "user.created")
	if stdout, _, _ := runHooktop(t, dir, nil, "doctor"); strings.Contains(stdout, "git would take it") {
		t.Errorf("%s", stdout)
	}
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, nil, "trigger", "user.created", "--db", "data/mine.db")
	wants("data/mine.db is in a folder of your own that has no .gitignore, so git would commit it\n             fix: echo 'mine.db*' >> .gitignore", "--db", "data/mine.db")
}

func TestTheSetupTabShowsWhatDoctorFinds(t *testing.T) {
	dir := t.TempDir()
	writeEnv(t, dir, "CLERK_WEBHOOK_SECRET="+secret, "CLERK_WEBHOOK_SIGNING_SECRET="+otherSecret)
	d := openTerminal(t, 120, 36, command(t.Context(), t, dir, nil, "--addr", "127.0.0.1:0", "--tunnel", "off", "--forward-to", "http://127.0.0.1:1/api"))
	d.press("4")
	d.see("✓ secret", "whsec_…5jsl, CLERK_WEBHOOK_SIGNING_SECRET in .env.local", "✗ app", "nothing listens at 127.0.0.1:1", "Setup 1 to do",
		"! names", "set both to the secret of the endpoint", ".hooktop/hooktop.db   0 deliveries, 0 users")
	if s := d.written(); strings.Contains(s, "conflicts") || strings.Contains(s, "hooktops") {
		t.Error("what is well beside the set-up is on the tab")
	}
	writeEnv(t, dir, "OTHER=1")
	d.see("! secret", "removed from there, in use until hooktop ends", "put CLERK_WEBHOOK_SIGNING_SECRET=whsec_… back into .env.local")
	d.press("q")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
}
