//go:build unix

package userfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// at puts something into a folder and returns its path.
func at(t *testing.T, put func(path string) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := put(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func file(text string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
}

func pipe(path string) error { return syscall.Mkfifo(path, 0o600) }

func socket(path string) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err == nil {
		l.SetUnlinkOnClose(false)
		err = l.Close()
	}
	return err
}

func sparse(size int64) func(string) error {
	return func(path string) error { return errors.Join(file("A=1\n")(path), os.Truncate(path, size)) }
}

var short = Limits{Bytes: 1 << 20, Idle: 20 * time.Millisecond, Total: time.Minute}

// Each hostile file ends each way of reading with an error of its kind and a fix, soon
// and without being kept in memory.
func TestHostileFilesAreErrors(t *testing.T) {
	const most = 1 << 20
	for _, c := range []struct {
		name                 string
		path                 string
		regular, whole, open Kind
	}{
		{"a pipe that nobody writes to", at(t, pipe), NotRegular, TooSlow, TooSlow},
		{"a socket", at(t, socket), NotRegular, Socket, Socket},
		{"a folder", t.TempDir(), Folder, Folder, Folder},
		{"a large file", at(t, file(strings.Repeat("x", most+1))), TooLarge, TooLarge, TooLarge},
		{"5 GiB of nothing", at(t, sparse(5<<30)), TooLarge, TooLarge, TooLarge},
		{"zeros without end", "/dev/zero", NotRegular, TooLarge, Device},
		{"random bytes without end", "/dev/urandom", NotRegular, TooLarge, Device},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(how string, err error, want Kind) {
				t.Helper()
				if e := (*Error)(nil); !errors.As(err, &e) || e.Kind != want || e.Fix() == "" {
					t.Errorf("%s: %v, want kind %d", how, err, want)
				}
			}
			_, err := Regular(c.path, most)
			check("regular", err, c.regular)
			ctx, stop := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, tooSlow(20*time.Millisecond))
			defer stop()
			if c.whole != TooSlow {
				ctx = t.Context()
			}
			_, err = Any(ctx, c.path, most)
			check("any", err, c.whole)
			check("stream", readAll(t.Context(), c.path, short), c.open)
		})
	}
	for _, path := range []string{"/nowhere/at/all", at(t, func(path string) error { return os.Symlink(path, path) })} {
		if _, err := Regular(path, most); err == nil {
			t.Errorf("%s was read", path)
		}
		if err := readAll(t.Context(), path, short); err == nil {
			t.Errorf("%s was opened", path)
		}
	}
}

func readAll(ctx context.Context, path string, l Limits) error {
	s, err := Open(ctx, path, l)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // it was only read from
	_, err = io.Copy(io.Discard, s)
	return err
}

func TestGoodFilesAreReadWhole(t *testing.T) {
	text := strings.Repeat("line\n", 100_000) // several pieces
	path := at(t, file(text))
	filled := at(t, pipe)
	go func() { _ = os.WriteFile(filled, []byte(text), 0o600) }()
	whole, err := Regular(path, int64(len(text)))
	if err != nil || string(whole) != text {
		t.Errorf("%d bytes, %v", len(whole), err)
	}
	c, err := Any(t.Context(), filled, 1<<20)
	if err != nil || string(c.Text) != text || c.Regular {
		t.Errorf("a pipe: %d bytes, regular %t, %v", len(c.Text), c.Regular, err)
	}
	s, err := Open(t.Context(), path, Limits{Bytes: int64(len(text)), Idle: time.Minute, Total: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s); err != nil || string(got) != text {
		t.Errorf("a stream: %d bytes, %v", len(got), err)
	}
	// No size is known of /proc's files, and /dev/null has an end.
	if got, err := Regular("/proc/self/status", 1<<20); err == nil && !bytes.Contains(got, []byte("Pid:")) {
		t.Errorf("/proc/self/status: %q", got)
	}
	if err := readAll(t.Context(), os.DevNull, short); err != nil {
		t.Errorf("%s: %v", os.DevNull, err)
	}
}

// What is appended while a file is read is not waited for.
func TestAFileThatGrowsEnds(t *testing.T) {
	path := at(t, file("first\n"))
	s, err := Open(t.Context(), path, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 6)
	if _, err := io.ReadFull(s, first); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("first\nsecond\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(s); err != nil || len(rest) > 0 {
		t.Errorf("then it read %q, %v", rest, err)
	}
}

// An interrupt ends every read, also one that the system does not end: here, the
// opening of a pipe.
func TestAReadEndsWithItsContext(t *testing.T) {
	interrupted := errors.New("interrupted")
	path := at(t, pipe)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	for name, read := range map[string]func(ctx context.Context) error{
		"any":    func(ctx context.Context) error { _, err := Any(ctx, path, 1); return err },
		"open":   func(ctx context.Context) error { return readAll(ctx, path, Limits{}) },
		"stream": func(ctx context.Context) error { _, err := Input(ctx, r, Limits{}).Read(make([]byte, 1)); return err },
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- read(ctx) }()
		cancel(interrupted)
		if err := <-ended; !errors.Is(err, interrupted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAStreamThatFallsSilentIsAnError(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if _, err := w.WriteString("half"); err != nil {
		t.Fatal(err)
	}
	s := Input(t.Context(), r, short)
	got, err := io.ReadAll(s)
	if string(got) != "half" || !errors.Is(err, tooSlow(0)) {
		t.Errorf("%q, %v", got, err)
	}
	s = Input(t.Context(), r, Limits{Total: 20 * time.Millisecond})
	if _, err := io.ReadAll(s); !errors.Is(err, tooLong(0)) {
		t.Errorf("in all: %v", err)
	}
}

func TestMissing(t *testing.T) {
	_, err := Any(t.Context(), filepath.Join(t.TempDir(), "none"), 1)
	if !IsMissing(err) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Any(t.Context(), t.TempDir(), 1); !IsMissing(err) {
		t.Errorf("a folder: %v", err)
	}
}
