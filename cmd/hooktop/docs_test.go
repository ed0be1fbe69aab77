package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// docPath matches a path within the repository in the text of a document.
var docPath = regexp.MustCompile(`(?:^|[^\w./])((?:\.ci|\.golangci\.yml|\.goreleaser\.yaml|\.packaging|cmd|docs|receiver|store|tui|tunnel)(?:/[\w.-]+)*)`)

func TestPathsInDocsExist(t *testing.T) {
	root := os.DirFS(filepath.Join("..", ".."))
	for _, doc := range []string{"docs/ARCHITECTURE.md", "docs/CONTRIBUTING.md"} {
		text, err := fs.ReadFile(root, doc)
		if err != nil {
			t.Fatal(err)
		}
		found := docPath.FindAllStringSubmatch(string(text), -1)
		if len(found) < 5 {
			t.Errorf("%s names %d paths: does the pattern still match?", doc, len(found))
		}
		for _, m := range found {
			if _, err := fs.Stat(root, strings.TrimRight(m[1], ".")); err != nil {
				t.Errorf("%s names a path that does not exist: %v", doc, err)
			}
		}
	}
}

// Every package that hooktop is built from has a line in ARCHITECTURE.md.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	found, err := scanTexts(filepath.Join("..", ".."), "github.com/hooktop/hooktop", "cmd/hooktop")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range found {
		if (i == 0 || f.pkg != found[i-1].pkg) && !strings.Contains(string(text), "`"+f.pkg+"`") {
			t.Errorf("ARCHITECTURE.md does not name %s", f.pkg)
		}
	}
}

// A rule of the linter guards nothing once its package has moved.
func TestEveryArrowOfTheLinterGuardsFiles(t *testing.T) {
	root := os.DirFS(filepath.Join("..", ".."))
	text, err := fs.ReadFile(root, ".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct{ Files []string }
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	var files []string
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rules := config.Linters.Settings.Depguard.Rules
	if len(rules) < 5 {
		t.Fatalf("the linter has %d rules", len(rules))
	}
	for name, rule := range rules {
		for _, glob := range rule.Files {
			if strings.HasPrefix(glob, "$") || strings.HasPrefix(glob, "!") {
				continue
			}
			guarded := slices.ContainsFunc(files, func(file string) bool {
				dir := strings.TrimPrefix(path.Dir(glob), "**/")
				if below, ok := strings.CutSuffix(dir, "/**"); ok {
					return strings.HasPrefix(file, below+"/")
				}
				return path.Dir(file) == dir
			})
			if !guarded {
				t.Errorf("the rule %s guards no file: %s", name, glob)
			}
		}
	}
}
