//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// On a terminal it asks once, and remembers a yes outside the folder.
func TestAValueOfAFileIsAskedAboutOnce(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("HOOKTOP_FORWARD_TO=http://me:hunter2@nowhere.invalid:1/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() *terminal {
		env := append(withSecret(), "XDG_STATE_HOME="+state)
		return openTerminal(t, 200, 30, command(t.Context(), t, dir, env, "--addr", "127.0.0.1:0", "--tunnel", "off"))
	}
	term := start()
	term.see("HOOKTOP_FORWARD_TO in .env", "nowhere.invalid", "[y/N]")
	if term.modes()["1049"] { // the alternate screen
		t.Error("the dashboard has the screen already")
	}
	term.press("n\n")
	if code := term.ends(); code != exit.CodeUsage {
		t.Errorf("after a no, exit code %d", code)
	}
	term = start()
	term.see("[y/N]")
	term.press("y\n4")
	term.see("4 Setup")
	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	term = start()
	term.press("4")
	term.see("4 Setup")
	term.press("q")
	term.ends()
}

// The address in the database may be anybody's. Nothing that is signed or secret goes to
// a program that does not prove that it is the hooktop of this folder.
func TestAStrangersAddressGetsNothing(t *testing.T) {
	heard := make(chan *http.Request, 100)
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		heard <- req
		w.Header().Set("Hooktop-Instance", "ID") // which is no secret
		w.Header().Set("Hooktop-Delivery", "1")
	}))
	defer stranger.Close()
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_1")
	change(t, dir, `INSERT INTO instance VALUES ('ID', ?, 'TOKEN', 1, ?)`, stranger.URL, time.Now().Add(time.Hour).UnixNano())
	for _, args := range [][]string{{"trigger", "user.updated"}, {"resend", "1"}, {"doctor"}, {"wait", "type:none", "--timeout", "10ms"}} {
		_, _, _ = runHooktop(t, dir, withSecret(), args...)
	}
	close(heard)
	asked := 0
	for req := range heard {
		asked++
		for _, name := range []string{"Svix-Signature", "Svix-Id", "Hooktop-Door"} {
			if req.Header.Get(name) != "" {
				t.Errorf("%s %s told it its %s", req.Method, req.URL, name)
			}
		}
		if req.Method != http.MethodGet || req.URL.Path != "/healthz" {
			t.Errorf("it got %s %s", req.Method, req.URL)
		}
	}
	if asked == 0 {
		t.Error("nobody asked it")
	}
}
