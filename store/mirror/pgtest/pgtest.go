// Package pgtest runs a real PostgreSQL for tests, from the installed programs (Debian:
// postgresql), on its own socket.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// ErrNotInstalled means that this machine has no PostgreSQL.
var ErrNotInstalled = errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")

// Server is a PostgreSQL with one empty database.
type Server struct {
	bin, dir string
}

// Password is the one in the URL. The server asks for none.
const Password = "hunter2-of-postgres"

// Start creates a server and starts it.
func Start(ctx context.Context) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	// Short, since the path of a socket has at most about 100 characters.
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{bin, dir}
	if err := give(dir); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	if err := s.run(ctx, "initdb", "-D", s.data(), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	if err := s.Resume(ctx); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// programs finds the newest of Debian's, or those on the path.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrNotInstalled
	}
	return filepath.Dir(path), nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// URL is how an app connects to it.
func (s *Server) URL() string {
	return "postgres://postgres:" + Password + "@/postgres?" + url.Values{"host": {s.dir}}.Encode()
}

// Resume starts it again after a Stop.
func (s *Server) Resume(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "-w", "-t", "300", "-s", "-D", s.data(), "-l", filepath.Join(s.dir, "log"),
		"-o", fmt.Sprintf("-k %s -c listen_addresses='' -c fsync=off", s.dir), "start")
}

// Stop ends it at once, as a crash would.
func (s *Server) Stop(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "-w", "-t", "300", "-s", "-D", s.data(), "-m", "immediate", "stop")
}

// Remove deletes the server and its data.
func (s *Server) Remove() error {
	ctx := context.Background()
	if _, err := os.Stat(filepath.Join(s.data(), "postmaster.pid")); err == nil {
		_ = s.Stop(ctx) // it may have ended already
	}
	return os.RemoveAll(s.dir)
}

func (s *Server) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	asOther(cmd)
	// A started server keeps inherited files open: use a file, not a pipe.
	log, err := os.Create(filepath.Join(s.dir, name+".out"))
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // its text is read below
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	return nil
}
