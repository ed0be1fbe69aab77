package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// subfolder makes a folder of a project: a repository whose root is dir.
func subfolder(t *testing.T, dir string, names ...string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	sub := filepath.Join(append([]string{dir}, names...)...)
	if err := os.MkdirAll(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	return sub
}

// inProject is the environment of a terminal whose home is the project's folder.
func inProject(dir string, env ...string) []string { return append(env, "HOME="+dir) }

func deliveriesIn(t *testing.T, dir string) int {
	t.Helper()
	return len(objects(t, mustRun(t, dir, nil, "deliveries", "--json", "--limit", "0")))
}

// An editor's terminal opens in a folder of the project; the hooktop that runs in
// its root is meant.
func TestACommandInASubfolderUsesTheRunningHooktop(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, dir, "apps", "web")
	if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte("CLERK_WEBHOOK_SECRET="+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	startListening(t, dir, nil, "--tunnel", "off")
	if err := os.WriteFile(filepath.Join(sub, "own.json"), []byte(`{"type":"user.created","data":{"id":"user_own","email_addresses":[]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"trigger", []string{"trigger", "user.created", "--user-id", "user_sub"}, "#1 ✓ 200"},
		{"a file of this folder", []string{"trigger", "--file", "own.json"}, "#2"},
		{"resend", []string{"resend", "1"}, "#3"},
		{"deliveries", []string{"deliveries"}, "#1"},
		{"show", []string{"show", "1"}, "user_sub"},
		{"wait", []string{"wait", "user:user_sub", "--since-start", "--timeout", "10s"}, "#1"},
		{"users", []string{"users"}, "user_sub"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stdout, stderr, _ := runHooktop(t, sub, inProject(dir), c.args...)
			if !strings.Contains(stdout, c.says) || !strings.Contains(stderr, "note: using the hooktop that is running in "+filepath.Join("..", "..")) {
				t.Errorf("it printed %s%s", stdout, stderr)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(sub, ".hooktop")); err == nil {
		t.Error("it made a database in the subfolder")
	}
	if n := deliveriesIn(t, dir); n != 3 {
		t.Errorf("the running hooktop has %d deliveries", n)
	}

	// What is named wins.
	if _, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), "trigger", "user.created", "--db", "own.db"); code != exit.CodeDone || strings.Contains(stderr, "note: using") {
		t.Errorf("with --db: %d, %s", code, stderr)
	}
	if _, stderr, code := runHooktop(t, sub, inProject(dir, append(withSecret(), "HOOKTOP_DB=own.db")...), "trigger", "user.created"); code != exit.CodeDone || strings.Contains(stderr, "note: using") {
		t.Errorf("with HOOKTOP_DB: %d, %s", code, stderr)
	}
	if n := deliveriesIn(t, dir); n != 3 {
		t.Errorf("the running hooktop got one more: %d deliveries", n)
	}
}

func TestADatabaseOfASubfolderIsKeptApart(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, dir, "apps", "web")
	mustRun(t, sub, withSecret(), "trigger", "user.created")
	startListening(t, dir, withSecret(), "--tunnel", "off")
	_, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), "trigger", "user.created")
	if code != exit.CodeDone || !strings.Contains(stderr, "--db "+filepath.Join("..", "..", ".hooktop", "hooktop.db")) {
		t.Errorf("it does not say that another one runs: %d, %s", code, stderr)
	}
	if n := deliveriesIn(t, dir); n != 0 {
		t.Errorf("the running hooktop got %d", n)
	}
}

func TestASubfolderWithoutARunningHooktopSaysWhereADatabaseIs(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, dir, "apps")
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	above := "--db " + filepath.Join("..", ".hooktop", "hooktop.db")
	for _, args := range [][]string{{"deliveries"}, {"show", "1"}, {"resend", "1"}} {
		if _, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), args...); code != exit.CodeFailed || !strings.Contains(stderr, above) {
			t.Errorf("%v: %d, %s", args, code, stderr)
		}
	}
	if _, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), "wait", "user.created", "--timeout", "10ms"); code != exit.CodeTimedOut || !strings.Contains(stderr, above) {
		t.Errorf("wait: %d, %s", code, stderr)
	}
	if _, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), "trigger", "user.created"); code != exit.CodeDone || !strings.Contains(stderr, above) {
		t.Errorf("trigger: %d, %s", code, stderr)
	}
}

func TestDoctorNamesTheHooktopThatRunsAbove(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, dir, "apps", "web")
	startListening(t, dir, withSecret(), "--tunnel", "off")
	stdout, _, _ := runHooktop(t, sub, inProject(dir, withSecret()...), "doctor")
	if !strings.Contains(stdout, "none is running on this database; one is running in "+filepath.Join("..", "..")) {
		t.Error(stdout)
	}
	if stdout, _, _ = runHooktop(t, sub, inProject(dir, withSecret()...), "doctor", "--db", "own.db"); strings.Contains(stdout, "one is running in") {
		t.Errorf("the database was named: %s", stdout)
	}
}

// The system takes .. to be above the folder that a symbolic link leads to.
func TestAFolderBehindALinkBelongsToItsRealProject(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, dir, "apps", "web")
	link := filepath.Join(t.TempDir(), "web")
	if err := os.Symlink(sub, link); err != nil {
		t.Skip(err)
	}
	startListening(t, dir, withSecret(), "--tunnel", "off")
	_, stderr, code := runHooktop(t, link, inProject(dir, append(withSecret(), "PWD="+link)...), "trigger", "user.created")
	if code != exit.CodeDone || !strings.Contains(stderr, "note: using the hooktop that is running in "+filepath.Join("..", "..")) {
		t.Errorf("%d, %s", code, stderr)
	}
}

// A hooktop of another project is not used.
func TestTheSearchEndsAtTheRepositorysRoot(t *testing.T) {
	dir := t.TempDir()
	sub := subfolder(t, filepath.Join(dir, "repository"), "web")
	startListening(t, dir, withSecret(), "--tunnel", "off")
	if _, stderr, code := runHooktop(t, sub, inProject(dir, withSecret()...), "trigger", "user.created"); code != exit.CodeDone || strings.Contains(stderr, "note: using") {
		t.Errorf("%d, %s", code, stderr)
	}
	if n := deliveriesIn(t, dir); n != 0 {
		t.Errorf("the hooktop outside the repository got %d", n)
	}
}
