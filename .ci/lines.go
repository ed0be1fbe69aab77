//go:build ignore

// Lines counts what .ci/lines prints. It is no part of the module's packages:
// the go command passes over folders that begin with a dot.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// The most lines that a package may have, and the most files of any.
var mostLines = map[string]int{
	"cmd/hooktop":      6000,
	"receiver/webhook": 3000,
}

const mostFiles = 55

// span is a file or a function with its length in lines.
type span struct {
	name  string
	lines int
}

// size is what a package has without its sub-packages and tests.
type size struct{ files, lines int }

func main() {
	packages, files, functions, err := count(os.DirFS("."))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if slices.Contains(os.Args[1:], "--longest") {
		fmt.Println("longest files")
		printLongest(files)
		fmt.Println("\nlongest functions")
		printLongest(functions)
		return
	}
	if !printTable(packages) {
		os.Exit(1)
	}
}

// count measures the Go files that are not tests.
func count(tree fs.FS) (packages map[string]size, files, functions []span, err error) {
	packages = map[string]size{}
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		lines := bytes.Count(text, []byte("\n"))
		files = append(files, span{name, lines})
		p := packages[path.Dir(name)]
		packages[path.Dir(name)] = size{p.files + 1, p.lines + lines}
		return measure(name, text, &functions)
	})
	return packages, files, functions, err
}

// measure adds the functions of a file.
func measure(name string, text []byte, functions *[]span) error {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			called := d.Name.Name
			if d.Recv != nil {
				called = types.ExprString(d.Recv.List[0].Type) + "." + called
			}
			*functions = append(*functions, span{name + " " + called, set.Position(d.End()).Line - set.Position(d.Pos()).Line + 1})
		}
	}
	return nil
}

func printLongest(spans []span) {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(b.lines, a.lines) })
	for _, s := range spans[:min(5, len(spans))] {
		fmt.Printf("%6d  %s\n", s.lines, s.name)
	}
}

// printTable reports whether no package is too large.
func printTable(packages map[string]size) (fine bool) {
	fine = true
	var all size
	fmt.Printf("%6s %6s  %s\n", "files", "lines", "package")
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		p := packages[name]
		wrong := ""
		if most := mostLines[name]; most > 0 && p.lines > most {
			wrong += fmt.Sprintf("  ✗ more than %d lines", most)
		}
		if p.files > mostFiles {
			wrong += fmt.Sprintf("  ✗ more than %d files", mostFiles)
		}
		fmt.Printf("%6d %6d  %s%s\n", p.files, p.lines, name, wrong)
		fine = fine && wrong == ""
		all = size{all.files + p.files, all.lines + p.lines}
	}
	fmt.Printf("%6d %6d  in all\n", all.files, all.lines)
	return fine
}
