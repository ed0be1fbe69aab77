//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// silentPipe makes a pipe; opened waits until somebody reads from it, and then writes
// nothing.
func silentPipe(t *testing.T, path string) (opened func()) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { _ = w.Close() })
	}
}

// The first signal ends every command that waits for a file, whatever the file is for.
func TestTheFirstSignalEndsAReadThatWaits(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		args []string
		with os.Signal
	}{
		"verify":                 {"pipe", []string{"verify", "pipe"}, os.Interrupt},
		"import":                 {"pipe", []string{"import", "pipe"}, os.Interrupt},
		"trigger":                {"pipe", []string{"trigger", "--file", "pipe"}, syscall.SIGTERM},
		"the file of --env-file": {"pipe", []string{"listen", "--env-file", "pipe"}, os.Interrupt},
		".env at the start":      {".env", []string{"listen", "--addr", "127.0.0.1:0"}, syscall.SIGTERM},
		".env for a command":     {".env.local", []string{"deliveries"}, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			opened := silentPipe(t, filepath.Join(dir, c.file))
			p := start(t, dir, withSecret(), c.args...)
			opened()
			p.signal(c.with)
			if code := p.ends(); code != exit.CodeInterrupted {
				t.Errorf("exit code %d: %s", code, p.complaints())
			}
		})
	}
}

// A .env file that becomes a pipe while hooktop runs keeps it neither from reading the
// others nor from ending.
func TestAnEnvFileThatBecomesAPipeIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	env := filepath.Join(dir, ".env")
	if err := os.WriteFile(env, []byte("A=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, _ := startListening(t, dir, withSecret())
	if err := os.Remove(env); err != nil {
		t.Fatal(err)
	}
	silentPipe(t, env)
	if code := p.interrupt(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d: %s", code, p.complaints())
	}
}
