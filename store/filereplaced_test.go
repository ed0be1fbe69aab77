//go:build unix

package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// What is written to a file nobody can find is lost: it must not be acknowledged.
func TestNothingIsCapturedIntoAReplacedFile(t *testing.T) {
	for name, remove := range map[string]func(t *testing.T, path string) (restore func()){
		"moved away": func(t *testing.T, path string) func() {
			ok(t, os.Rename(path, path+".away"))
			return func() { ok(t, os.Rename(path+".away", path)) }
		},
		"with its folder": func(t *testing.T, path string) func() {
			folder := filepath.Dir(path)
			ok(t, os.Rename(folder, folder+".away"))
			return func() { ok(t, os.Rename(folder+".away", folder)) }
		},
		"another in its place": func(t *testing.T, path string) func() {
			ok(t, os.Rename(path, path+".away"))
			ok(t, os.WriteFile(path, nil, 0o600))
			return func() { ok(t, os.Rename(path+".away", path)) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "folder", "hooktop.db")
			s := open(t, Config{Path: path})
			capture := func() error {
				d := webhook.Delivery{At: s.now(), Origin: webhook.Local, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Unhandled}
				return s.Capture(t.Context(), &d, webhook.Event{})
			}
			ok(t, capture())
			restore := remove(t, path)
			var e *Error
			if err := capture(); !errors.As(err, &e) || e.Kind != FileReplaced || e.Fix() == "" {
				t.Errorf("captured with %v", err)
			}
			restore()
			ok(t, capture())
			if c, err := s.Counts(t.Context()); err != nil || c.Deliveries != 2 {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
