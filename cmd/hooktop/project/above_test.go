package project

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheFoldersAbove(t *testing.T) {
	top := t.TempDir()
	deep := filepath.Join(top, "repo", "apps", "web")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	apps, repo := filepath.Dir(deep), filepath.Join(top, "repo")
	if got := above(deep, repo); !slices.Equal(got, []string{apps, repo}) {
		t.Errorf("up to home: %v", got)
	}
	if got := above(repo, repo); len(got) != 0 {
		t.Errorf("from home: %v", got)
	}
	if got := above(deep, ""); len(got) < 3 || got[2] != top {
		t.Errorf("up to the disk's root: %v", got)
	}
	if err := os.WriteFile(filepath.Join(repo, ".git"), nil, 0o600); err != nil { // a worktree's is a file
		t.Fatal(err)
	}
	if got := above(deep, ""); !slices.Equal(got, []string{apps, repo}) {
		t.Errorf("up to the repository: %v", got)
	}
	if got := above(repo, ""); len(got) != 0 {
		t.Errorf("from the repository's root: %v", got)
	}
}
