package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// read reads a folder that holds one package.json.
func read(t *testing.T, text string) Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(dir)
}

func TestAFolderWithoutPackageTellsNothing(t *testing.T) {
	if p := Read(t.TempDir()); p.HasPackage || p.Has("next") || p.Major("next") != 0 {
		t.Errorf("got %+v", p)
	}
}

func TestDependenciesOfAllKindsAreFound(t *testing.T) {
	p := read(t, "\xef\xbb\xbf"+`{"name":"web","dependencies":{"next":"16.0.1","@clerk/nextjs":"^7"},
		"devDependencies":{"next":"15","vite":"~6.1"},"peerDependencies":{"react":">=19"},"optionalDependencies":{"hono":"v4"}}`)
	if !p.HasPackage || !p.HasPrefix("@clerk/") || p.HasPrefix("@nestjs/") || p.Has("express") {
		t.Errorf("got %+v", p)
	}
	for name, want := range map[string]int{"next": 16, "@clerk/nextjs": 7, "vite": 6, "react": 19, "hono": 4, "express": 0} {
		if got := p.Major(name); got != want {
			t.Errorf("major of %s = %d, want %d", name, got, want)
		}
	}
}

func TestAMajorVersionIsReadFromEachForm(t *testing.T) {
	for version, want := range map[string]int{
		"16": 16, "^16.2.0-canary.1": 16, "~4.18": 4, ">=5 <6": 5, ">= 5": 5, "4.x": 4, "npm:next@15.1.0": 15, "npm:@scope/next@14": 14,
		"workspace:^3.2.1": 3, "4 || 5": 4, "latest": 0, "*": 0, "": 0, "workspace:*": 0, "catalog:": 0, "x": 0,
		"git+https://example.com/a.git": 0, "8f3a2c1": 0, "file:../next": 0, "99999999999999999999": 0,
	} {
		if got := (Project{Dependencies: map[string]string{"a": version}}).Major("a"); got != want {
			t.Errorf("major of %q = %d, want %d", version, got, want)
		}
	}
}

func TestAMalformedPackageStopsNothing(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no JSON": "{", "a list": "[1]", "null": "null", "too large": `{"a":"` + strings.Repeat("x", maxFile) + `"}`,
	} {
		if p := read(t, text); p.HasPackage {
			t.Errorf("%s: got %+v", name, p)
		}
	}
	p := read(t, `{"dependencies":["next"],"devDependencies":{"vite":6,"next":"16"}}`)
	if !p.HasPackage || p.Has("vite") || p.Major("next") != 16 {
		t.Errorf("other members: got %+v", p)
	}
}

func FuzzParsePackage(f *testing.F) {
	f.Add([]byte(`{"dependencies":{"next":"^16"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := parsePackage(text)
		for name := range p.Dependencies {
			if p.Major(name) < 0 {
				t.Errorf("major of %q is negative", name)
			}
		}
	})
}
