//go:build unix

package owner

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderOfTheUsersOwnIsSafe(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hooktop.db")
	for _, step := range []func(){
		func() {},
		func() { write(t, path); write(t, path+"-wal"); write(t, filepath.Join(dir, "local-secret")) },
		func() { _ = os.Chmod(dir, 0o777) }, // a mounted Windows drive, or one shared with others
		func() { _ = os.Remove(path); write(t, path+".real"); _ = os.Symlink(path+".real", path) },
	} {
		step()
		if err := Database(path, false); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesThatLeadElsewhereAreRefused(t *testing.T) {
	for _, name := range []string{"hooktop.db-wal", "hooktop.db-shm", "hooktop.db-journal", "local-secret", "relay.json"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "hooktop.db")
			victim := filepath.Join(t.TempDir(), "victim")
			write(t, victim)
			for how, make := range map[string]func(to string) error{
				"a link":          func(to string) error { return os.Symlink(victim, to) },
				"a dangling link": func(to string) error { return os.Symlink(victim+"x", to) },
				"a hard link":     func(to string) error { return os.Link(victim, to) },
				"a pipe":          func(to string) error { return syscall.Mkfifo(to, 0o600) },
			} {
				to := filepath.Join(dir, name)
				if err := make(to); err != nil {
					t.Fatal(err)
				}
				for _, named := range []bool{false, true} {
					if err := Database(path, named); exit.CodeOf(err) != exit.CodeUsage || exit.FixOf(err) == "" {
						t.Errorf("%s: %v", how, err)
					}
				}
				if err := os.Remove(to); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestADatabaseWithTwoNamesIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hooktop.db")
	write(t, path)
	if err := os.Link(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	if err := Database(path, false); err == nil || !strings.Contains(exit.FixOf(err), "cp -p") {
		t.Error(err)
	}
}

func TestWhoseFilesAreAnothers(t *testing.T) {
	for _, c := range []struct {
		uid  uint32
		me   int
		want bool
	}{
		{1000, 1000, false},
		{0, 1000, false},
		{1001, 1000, true},
		{65534, 1000, true},
		{1000, 0, false}, // root in a container, with somebody's folder
	} {
		if got := isOther(c.uid, c.me); got != c.want {
			t.Errorf("files of %d for %d: %v", c.uid, c.me, got)
		}
	}
}

// As another user, which only root can become.
func TestAnothersFolderIsRefused(t *testing.T) {
	if os.Getenv("HOOKTOP_TEST_FOLDER") != "" {
		err := Database(filepath.Join(os.Getenv("HOOKTOP_TEST_FOLDER"), "hooktop.db"), os.Getenv("HOOKTOP_TEST_NAMED") != "")
		if err != nil {
			os.Exit(exit.CodeOf(err))
		}
		os.Exit(0)
	}
	if os.Geteuid() != 0 {
		t.Skip("it takes root")
	}
	dir, err := os.MkdirTemp("/tmp", "owner")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a leftover is harmless
	binary := filepath.Join(dir, "test")
	text, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, text, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name         string
		folder, file int
		named        string
		want         int
	}{
		{"its own", 12345, 12345, "", 0},
		{"root's", 0, 0, "", 0},
		{"another's folder", 12346, 12346, "", exit.CodeUsage},
		{"another's file in its own folder", 12345, 12346, "", exit.CodeUsage},
		{"another's, but named", 12346, 12346, "yes", 0},
	} {
		sub := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-"))
		if err := os.Mkdir(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(sub, "hooktop.db"))
		_ = os.Chown(filepath.Join(sub, "hooktop.db"), c.file, 12345)
		_ = os.Chown(sub, c.folder, 12345)
		_ = os.Chmod(dir, 0o755)
		cmd := exec.CommandContext(t.Context(), binary, "-test.run", "TestAnothersFolderIsRefused")
		cmd.Dir = "/"
		cmd.Env = []string{"HOOKTOP_TEST_FOLDER=" + sub, "HOOKTOP_TEST_NAMED=" + c.named}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 12345, Gid: 12345}}
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.want {
			t.Errorf("%s: exit code %d, want %d: %s", c.name, code, c.want, out)
		}
	}
}
