//go:build unix

package command

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Only regular files beside the command are opened.
func TestOpensOnlyFilesBesideTheCommand(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "dir")
	for _, made := range []error{
		os.MkdirAll(filepath.Join(dir, "sub"), 0o700), os.WriteFile(filepath.Join(dir, "sub", "in"), []byte("in"), 0o600),
		os.WriteFile(filepath.Join(top, "out"), []byte("out"), 0o600), os.Symlink("../out", filepath.Join(dir, "link")),
		os.Symlink("sub/in", filepath.Join(dir, "inner")), syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600),
	} {
		if made != nil {
			t.Fatal(made)
		}
	}
	files := Beside(dir)
	for _, name := range []string{"sub/in", "./sub/../sub/in", filepath.Join(dir, "sub", "in"), "inner"} {
		if b, err := files(name); err != nil || string(b) != "in" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	for _, name := range []string{"../out", filepath.Join(top, "out"), "link", "sub", "pipe", "none", "", "~/in", "/etc/hosts", "/dev/stdin"} {
		if b, err := files(name); err == nil {
			t.Errorf("%s was read: %q", name, b)
		}
	}
	if Beside("") != nil {
		t.Error("without a folder there are files")
	}
}
