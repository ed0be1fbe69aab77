// Package project says what the files of a folder tell about the app in it:
// which packages it depends on, and in which versions. It also finds the folders
// above that may belong to the same project. It never stops a start:
// a file that is missing, too large or malformed tells nothing. It reads what
// is on disk and runs nothing of the app.
package project

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
)

// maxFile bounds what is read of one file.
const maxFile = 1 << 20

// Project is what the files of a folder say about the app.
type Project struct {
	// HasPackage reports whether there is a package.json that could be read.
	HasPackage bool
	// Dependencies holds package.json's dependencies by name, each with the
	// version that it asks for as it is written there: "^16.0.1", "workspace:*".
	// Those for development and the optional ones are among them.
	Dependencies map[string]string
}

// Read reads the files of a folder.
func Read(dir string) Project {
	text, ok := readFile(filepath.Join(dir, "package.json"))
	if !ok {
		return Project{}
	}
	return parsePackage(text)
}

// parsePackage reads a package.json. One that is not a JSON object counts as
// missing; a member of another type than npm wants is left out.
func parsePackage(text []byte) Project {
	var file map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), &file) != nil || file == nil {
		return Project{}
	}
	p := Project{HasPackage: true, Dependencies: map[string]string{}}
	// What stands in several lists counts as the first of them says.
	for _, list := range []string{"dependencies", "optionalDependencies", "devDependencies", "peerDependencies"} {
		var members map[string]json.RawMessage
		if json.Unmarshal(file[list], &members) != nil {
			continue
		}
		for name, raw := range members {
			var version string
			if _, ok := p.Dependencies[name]; ok || json.Unmarshal(raw, &version) != nil {
				continue
			}
			p.Dependencies[name] = version
		}
	}
	return p
}

// Has reports whether the app depends on a package.
func (p Project) Has(name string) bool {
	_, ok := p.Dependencies[name]
	return ok
}

// HasPrefix reports whether the app depends on a package whose name starts
// with prefix: "@clerk/".
func (p Project) HasPrefix(prefix string) bool {
	for name := range p.Dependencies {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// Major returns the major version that the app asks for of a package: 16 of
// "^16.0.1", "16" and "npm:next@16". It returns 0 if the app does not depend on
// it, or package.json does not say: "latest", "workspace:*", "catalog:".
func (p Project) Major(name string) int {
	version := p.Dependencies[name]
	if rest, ok := strings.CutPrefix(version, "npm:"); ok {
		version = rest[strings.LastIndexByte(rest, '@')+1:]
	}
	version = strings.TrimPrefix(version, "workspace:")
	version = strings.TrimLeft(version, "^~>=v ")
	major, digits := 0, 0
	for digits < len(version) && version[digits] >= '0' && version[digits] <= '9' && digits < 6 {
		major = 10*major + int(version[digits]-'0')
		digits++
	}
	if digits < len(version) && !strings.ContainsRune(".-+ |", rune(version[digits])) {
		return 0 // a commit or a URL that begins with digits
	}
	return major
}

// readFile reads a regular file of a bounded size.
func readFile(path string) (text []byte, ok bool) {
	text, err := userfile.Regular(path, maxFile)
	return text, err == nil
}
