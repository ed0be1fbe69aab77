// Package readyfile keeps the file of listen --ready-file: it is there while hooktop
// receives, and only then. It does not know when that is.
package readyfile

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/ndjson"
)

// File is a ready file. A nil File writes and removes nothing.
type File struct {
	path string
	// written is what was put there, nil before.
	written []byte
}

const (
	everyone = 0o644 // a health check may run as another user
	onlyUser = 0o600
	// largest is how long a ready file may be to be told as one.
	largest = 64 << 10
)

// New returns the ready file at a path, nil for "". It removes one that an earlier
// hooktop left there, and checks that a new one can be written. Any other file at
// the path is an error, and stays.
func New(path string) (*File, error) {
	if path == "" {
		return nil, nil
	}
	f := &File{path: path}
	old, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, f.cannotWrite(err)
	case !isReadyFile(path, old):
		return nil, exit.Usage(fmt.Sprintf("--ready-file: %s exists and was not written by hooktop", path), "choose another path, or remove it: hooktop only replaces a file that is empty or its own")
	default:
		if err := os.Remove(path); err != nil {
			return nil, f.cannotWrite(err)
		}
	}
	probe, err := f.temporary(onlyUser)
	if err != nil {
		return nil, f.cannotWrite(err)
	}
	return f, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// isReadyFile reports whether hooktop may have written what is at a path, or somebody
// made it for hooktop (mktemp).
func isReadyFile(path string, info os.FileInfo) bool {
	if !info.Mode().IsRegular() || info.Size() > largest {
		return false
	}
	text, err := userfile.Regular(path, largest)
	if err != nil {
		return false
	}
	var line struct{ Kind string }
	return len(bytes.TrimSpace(text)) == 0 || json.Unmarshal(text, &line) == nil && line.Kind == "ready"
}

func (f *File) cannotWrite(err error) error {
	fix := "choose a file in a folder where hooktop may write"
	if errors.Is(err, fs.ErrNotExist) {
		fix = "create the folder " + filepath.Dir(f.path) + ", or choose another path"
	}
	return exit.Usage(fmt.Sprintf("--ready-file: cannot write %s: %v", f.path, exit.Reason(err)), fix)
}

// temporary creates the file that is renamed when it is whole. The umask counts.
func (f *File) temporary(mode os.FileMode) (*os.File, error) {
	name := filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+"."+rand.Text())
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

// Write puts the file there with an object as JSON, complete or not at all. private
// keeps other users from reading it; they still see that it is there.
func (f *File) Write(object any, private bool) error {
	if f == nil {
		return nil
	}
	mode := os.FileMode(everyone)
	if private {
		mode = onlyUser
	}
	t, err := f.temporary(mode)
	if err != nil {
		return f.lost(err)
	}
	var text bytes.Buffer
	if err = ndjson.Write(&text, object); err == nil {
		_, err = t.Write(text.Bytes())
	}
	if err = errors.Join(err, t.Close()); err == nil {
		err = os.Rename(t.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(t.Name())
		return f.lost(err)
	}
	f.written = text.Bytes()
	return nil
}

// lost returns the error of a file that could be written at the start and cannot now.
func (f *File) lost(err error) error {
	return exit.Failure(fmt.Sprintf("--ready-file: cannot write %s: %v", f.path, exit.Reason(err)), "check its folder and the disk's free space")
}

// Remove removes the file that was written. One that another hooktop put there since,
// which receives at another address, stays.
func (f *File) Remove() {
	if f == nil || f.written == nil {
		return
	}
	if now, err := userfile.Regular(f.path, largest); err == nil && bytes.Equal(now, f.written) {
		_ = os.Remove(f.path) // the next start removes it
	}
}
