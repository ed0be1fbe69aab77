package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestMemory(t *testing.T) {
	dir := t.TempDir()
	m := memoryBeside(filepath.Join(dir, "hooktop.db"))
	if got := m.recall("a"); got != "" {
		t.Errorf("with no file it recalls %q", got)
	}
	keep := func(key, value string) {
		t.Helper()
		if err := m.remember(key, value); err != nil {
			t.Fatal(err)
		}
	}
	keep("a", "1\n\"2\"")
	keep("b", "3")
	keep("a", "4")
	again := memoryBeside(filepath.Join(dir, "hooktop.db"))
	if a, b, c := again.recall("a"), again.recall("b"), again.recall("c"); a != "4" || b != "3" || c != "" {
		t.Errorf("it recalls %q, %q, %q", a, b, c)
	}
	info, err := os.Stat(filepath.Join(dir, "dashboard.json"))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("beside it are %v", files)
	}

	// What cannot be read is as good as none, and is written anew.
	for _, bad := range []string{"", "{", "null", `{"a":1}`, "\xff"} {
		if err := os.WriteFile(m.path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := m.recall("a"); got != "" {
			t.Errorf("of %q it recalls %q", bad, got)
		}
		if keep("a", "5"); m.recall("a") != "5" {
			t.Errorf("after %q it recalls %q", bad, m.recall("a"))
		}
	}
	if err := memoryBeside(filepath.Join(dir, "none", "hooktop.db")).remember("a", "1"); err == nil {
		t.Error("it remembers where there is no folder")
	}
}
