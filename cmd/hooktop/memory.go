package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// memory is what the dashboard remembers from one run to the next, in a file
// that only its user can read. Of two dashboards that write it at the same time
// the later one's word counts.
type memory struct{ path string }

func memoryBeside(db string) memory { return memory{filepath.Join(filepath.Dir(db), "dashboard.json")} }

// recall gives what was kept under a key, "" where there is nothing, or nothing
// that can be read: what is remembered is a comfort, and no reason to stop.
func (m memory) recall(key string) string { return m.read()[key] }

func (m memory) read() map[string]string {
	values := map[string]string{}
	text, err := os.ReadFile(m.path)
	if err != nil || json.Unmarshal(text, &values) != nil || values == nil { // null
		return map[string]string{}
	}
	return values
}

// remember keeps a value under a key, with the others as they are; the file is
// written whole or not at all.
func (m memory) remember(key, value string) error {
	values := m.read()
	values[key] = value
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return fmt.Errorf("remember %s: %w", key, err)
	}
	if err := replaceFile(m.path, append(text, '\n')); err != nil {
		return fmt.Errorf("remember %s: %w", key, reason(err))
	}
	return nil
}

// replaceFile writes a file that only its user can read in the place of the one
// that is there, if any.
func replaceFile(path string, content []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if removed := os.Remove(temporary.Name()); err == nil && !errors.Is(removed, fs.ErrNotExist) {
			err = removed
		}
	}()
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
