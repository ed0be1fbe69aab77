//go:build ignore

// Generate makes the npm packages from what goreleaser built: hooktop, which holds a
// script alone, and @hooktop/OS-CPU for each system, which holds its program.
//
//	go run .packaging/npm/generate.go -dist dist -out dist/npm
//
// It publishes nothing. The go command passes over folders that begin with a dot, so
// this is no part of the module's packages.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// manifest is a package.json.
type manifest struct {
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Description string            `json:"description"`
	Keywords    []string          `json:"keywords,omitempty"`
	Homepage    string            `json:"homepage"`
	Bugs        string            `json:"bugs"`
	License     string            `json:"license"`
	Repository  map[string]string `json:"repository"`
	Bin         map[string]string `json:"bin,omitempty"`
	Files       []string          `json:"files"`
	Engines     map[string]string `json:"engines"`
	OS          []string          `json:"os,omitempty"`
	CPU         []string          `json:"cpu,omitempty"`
	// PreferUnplugged keeps Yarn from leaving the program inside a zip.
	PreferUnplugged      bool              `json:"preferUnplugged,omitempty"`
	OptionalDependencies map[string]string `json:"optionalDependencies,omitempty"`
	PublishConfig        map[string]string `json:"publishConfig"`
}

// artifact is what goreleaser says about a file that it made.
type artifact struct {
	Path, Type   string
	GOOS, GOARCH string
}

// What Node calls the systems that Go calls by other names.
var (
	nodeOS  = map[string]string{"linux": "linux", "darwin": "darwin", "windows": "win32"}
	nodeCPU = map[string]string{"amd64": "x64", "arm64": "arm64"}
)

// systems is how many packages there must be.
const systems = 6

func main() {
	dist := flag.String("dist", "dist", "what goreleaser made")
	out := flag.String("out", filepath.Join("dist", "npm"), "the folder for the packages; it is replaced")
	flag.Parse()
	if err := generate(*dist, *out); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func generate(dist, out string) error {
	var release struct{ Version string }
	var made []artifact
	if err := errors.Join(read(filepath.Join(dist, "metadata.json"), &release), read(filepath.Join(dist, "artifacts.json"), &made)); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	starter := newManifest("hooktop", release.Version, "top for webhooks: receive, verify, keep and resend Clerk and Stripe webhooks locally")
	starter.Keywords = []string{"webhook", "webhooks", "clerk", "stripe", "svix", "ngrok", "tunnel", "cli"}
	starter.Bin = map[string]string{"hooktop": "bin/hooktop.js"}
	starter.Files = []string{"bin/hooktop.js"}
	starter.OptionalDependencies = map[string]string{}
	for _, a := range made {
		if a.Type != "Binary" {
			continue
		}
		system, cpu := nodeOS[a.GOOS], nodeCPU[a.GOARCH]
		if system == "" || cpu == "" {
			return fmt.Errorf("%s: Node has no name for %s on %s", a.Path, a.GOOS, a.GOARCH)
		}
		m := newManifest("@hooktop/"+system+"-"+cpu, release.Version, "hooktop for "+system+" on "+cpu)
		m.OS, m.CPU, m.PreferUnplugged = []string{system}, []string{cpu}, true
		m.Files = []string{"bin/" + filepath.Base(a.Path)}
		starter.OptionalDependencies[m.Name] = m.Version
		if err := m.write(out, a.Path, []byte("# "+m.Name+"\n\nThe program of [hooktop](https://www.npmjs.com/package/hooktop) for "+system+" on "+cpu+". Install `hooktop` instead: it brings the package for your system.\n")); err != nil {
			return err
		}
	}
	if n := len(starter.OptionalDependencies); n != systems {
		return fmt.Errorf("%s has programs for %d systems, not %d", dist, n, systems)
	}
	readme, err := os.ReadFile(beside("README.md"))
	if err != nil {
		return err
	}
	return starter.write(out, beside("hooktop.js"), readme)
}

// beside returns the path of a file that stands beside this one.
func beside(name string) string { return filepath.Join(".packaging", "npm", name) }

func newManifest(name, version, description string) manifest {
	return manifest{
		Name: name, Version: version, Description: description, License: "MIT",
		Homepage: "https://github.com/hooktop/hooktop#readme", Bugs: "https://github.com/hooktop/hooktop/issues",
		Repository: map[string]string{"type": "git", "url": "git+https://github.com/hooktop/hooktop.git"},
		Engines:    map[string]string{"node": ">=18"}, PublishConfig: map[string]string{"access": "public"},
	}
}

// write writes a package into its folder below out. Its one file comes from the path
// source.
func (m manifest) write(out, source string, readme []byte) error {
	dir := filepath.Join(out, filepath.FromSlash(m.Name))
	text, err := m.text()
	if err != nil {
		return err
	}
	if len(m.Files) != 1 {
		return fmt.Errorf("%s has %d files, not one", m.Name, len(m.Files))
	}
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	program, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		return err
	}
	for name, content := range map[string][]byte{"package.json": text, "README.md": readme, "LICENSE": license, m.Files[0]: program} {
		mode := os.FileMode(0o644)
		if slices.Contains(m.Files, name) {
			mode = 0o755
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, mode); err != nil {
			return err
		}
	}
	return nil
}

// text returns the manifest as a package.json.
func (m manifest) text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // >=18
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

func read(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
