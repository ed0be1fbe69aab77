package store

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestFileStateDescribesTheFile(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "msg_1", upsert("user_1", "ada@example.com", 1))
	c, err := s.FileState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known, err := newestSchema()
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != known || c.Bytes < 4096 || c.LogBytes < 4096 || c.Mode.Perm() != 0o600 {
		t.Errorf("got %+v, want version %d", c, known)
	}
}

func TestQuickCheckFindsDamage(t *testing.T) {
	path := file(t)
	s := open(t, Config{Path: path})
	for n := range int64(40) {
		d, e := heavy(n)
		if err := s.Capture(t.Context(), d, e); err != nil {
			t.Fatal(err)
		}
	}
	if faults, err := s.QuickCheck(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("a sound database: %q, %v", faults, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.QuickCheck(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("with no time left: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A body, found by its content, has its own page; the bytes before it in the page
	// are the page's layout.
	at := strings.LastIndex(string(text), "xxxxxxxx") &^ 4095
	copy(text[at:at+8], "\xff\xff\xff\xff\xff\xff\xff\xff")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, Config{Path: path})
	faults, err := s.QuickCheck(t.Context())
	var own *Error
	if corrupt := errors.As(err, &own) && own.Kind == Corrupt; !corrupt && (err != nil || len(faults) == 0 || len(faults) > maxFaults) {
		t.Errorf("a damaged database: %q, %v", faults, err)
	}
}
