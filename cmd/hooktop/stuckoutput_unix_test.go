//go:build unix

package main

import (
	"errors"
	"net/http"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// stuffed fills what a terminal or a pipe takes before somebody reads it. Its other
// users still wait when they write.
func stuffed(t *testing.T, name string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it is full
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Write(func(fd uintptr) bool {
		for {
			if _, err := syscall.Write(int(fd), []byte(strings.Repeat("x", 512))); errors.Is(err, syscall.EAGAIN) {
				if _, err := syscall.Write(int(fd), []byte("x")); errors.Is(err, syscall.EAGAIN) {
					return true
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A terminal that nobody draws, or that is stopped with ctrl+s, takes nothing. hooktop
// ends all the same, in order, and puts the line's settings back.
func TestAStuckTerminalDoesNotKeepTheDashboard(t *testing.T) {
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP, os.Interrupt} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			screen, line, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer screen.Close() //nolint:errcheck // nobody reads it
			defer line.Close()   //nolint:errcheck // nobody reads it
			if err := pty.Setsize(screen, &pty.Winsize{Rows: 50, Cols: 200}); err != nil {
				t.Fatal(err)
			}
			before, err := term.GetState(line.Fd())
			if err != nil {
				t.Fatal(err)
			}
			stuffed(t, line.Name())
			cmd := command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0", "--tunnel", "off")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = line, line, line
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "it receives", func() bool { return hasInstance(t, dir) })
			base := instances(t, dir)[0]
			if status, _ := post(t, http.DefaultClient, base+"/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != http.StatusOK {
				t.Errorf("a delivery is answered %d", status)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				_ = cmd.Wait()
				close(ended)
			}()
			select {
			case <-ended:
			case <-time.After(patient):
				_ = cmd.Process.Kill()
				t.Fatal("it does not end")
			}
			if code := cmd.ProcessState.ExitCode(); code != exit.CodeInterrupted {
				t.Errorf("exit code %d", code)
			}
			if rows := instances(t, dir); len(rows) != 0 {
				t.Errorf("the addresses %v were left in the database", rows)
			}
			if rows := userRows(t, dir); len(rows) != 1 {
				t.Errorf("the users are %v", rows)
			}
			if after, err := term.GetState(line.Fd()); err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("the terminal's settings are not as they were: %v", err)
			}
		})
	}
}

// hasInstance reports whether hooktop's address is in the database already.
func hasInstance(t *testing.T, dir string) bool {
	t.Helper()
	_, err := os.Stat(dir + "/.hooktop/hooktop.db-wal")
	if err != nil {
		return false
	}
	if tables := queryRows(t, dir, `SELECT name FROM sqlite_schema WHERE name = 'instance'`); len(tables) == 0 {
		return false
	}
	return len(instances(t, dir)) > 0
}

// listen | head ends once head has its lines, though nothing more is printed.
func TestListenEndsWhenNobodyReads(t *testing.T) {
	for _, args := range [][]string{{"listen", "--json"}, {"listen"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			cmd := command(t.Context(), t, dir, withSecret(), append(args, "--addr", "127.0.0.1:0")...)
			cmd.Stdout, cmd.Stderr = writer, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			_ = writer.Close() // it has its own
			if _, err := reader.Read(make([]byte, 4096)); err != nil {
				t.Fatal(err)
			}
			_ = reader.Close()
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ended with %v: %s", err, &said)
			}
			if !strings.Contains(said.String(), "note: nobody reads the output") {
				t.Errorf("it said %s", &said)
			}
			if rows := instances(t, dir); len(rows) != 0 {
				t.Errorf("the addresses %v were left in the database", rows)
			}
		})
	}
}

// A reader that never reads holds up no delivery, and not the end. Neither does a closed
// stderr.
func TestListenReceivesWhateverItsReadersDo(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(t *testing.T, dir string) (stdout, stderr *os.File)
	}{
		{"stdout is never read", func(t *testing.T, dir string) (stdout, stderr *os.File) {
			return fullPipe(t, dir), nil
		}},
		{"stderr is never read", func(t *testing.T, dir string) (stdout, stderr *os.File) {
			return nil, fullPipe(t, dir)
		}},
		{"stderr is closed", func(t *testing.T, _ string) (stdout, stderr *os.File) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			_ = reader.Close()
			return nil, writer
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := command(t.Context(), t, dir, []string{"CLERK_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw=="}, "listen", "--json", "--addr", "127.0.0.1:0") // a short one: it has something to say
			stdout, stderr := c.set(t, dir)
			if stdout != nil {
				cmd.Stdout = stdout
			}
			if stderr != nil {
				cmd.Stderr = stderr
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "it receives", func() bool { return hasInstance(t, dir) })
			for range 3 {
				mustRun(t, dir, []string{"CLERK_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw=="}, "trigger", "user.created")
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != exit.CodeInterrupted {
				t.Errorf("exit code %d", code)
			}
			if rows := queryRows(t, dir, `SELECT id FROM delivery`); len(rows) != 3 {
				t.Errorf("%d deliveries were kept", len(rows))
			}
		})
	}
}

// fullPipe returns the writing end of a pipe that takes nothing more.
func fullPipe(t *testing.T, dir string) *os.File {
	t.Helper()
	name := dir + "/pipe"
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0) // both ends: it never closes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	stuffed(t, name)
	return f
}
