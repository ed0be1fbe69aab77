//go:build unix

package main

import (
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// The first minute of a newcomer: nothing configured, an empty folder.
func TestTheFirstMinute(t *testing.T) {
	dir := t.TempDir()
	term := openTerminal(t, 120, 36, command(t.Context(), t, dir, nil))
	term.see("Local mode", "receiver", "/api/webhooks/clerk", "paste a signing secret", "2 ○ tunnel", "? help", "q quit")

	term.press("t")
	term.see("user.created", "user.deleted")
	term.press("\r")
	term.press("1")
	term.see("✓ 200 user.created", "@example.com")
	term.press("\r")
	term.see("Diagnosis", "Verified, and the user was created")

	term.press("r")
	term.see("same", "original headers")
	term.press("\r")
	term.see("re #1")

	term.press("3")
	term.see("user_", "@example.com")

	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	term.see("deliveries are stored in .hooktop/hooktop.db")
}

// What another process does is on the screen of the one that runs, which is
// the door that it went through.
func TestARunningDashboardShowsWhatOthersDo(t *testing.T) {
	dir := t.TempDir()
	term := openTerminal(t, 80, 24, command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0"))
	term.see("? help")
	term.press("1")
	if _, stderr, code := runHooktop(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com"); code != exit.CodeDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	term.see("user.created", "ada@example.com")

	// Another secret than the running hooktop's is refused, and says so.
	other := []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}
	_, stderr, code := runHooktop(t, dir, other, "trigger", "user.created")
	if code != exit.CodeFailed {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	term.see("wrong-secret")
	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
}

// The Setup tab names the app and the public URL, and not their passwords.
func TestAPasswordIsNotOnTheScreen(t *testing.T) {
	app := startApp(t, 200)
	d := openTerminal(t, 160, 40, command(t.Context(), t, t.TempDir(), withSecret(), "--addr", "127.0.0.1:0",
		"--forward-to", withPassword(app.URL)+"/hook", "--public-url", withPassword("https://hooks.example.com")))
	d.see("? help", "/hook", "hooks.example.com/api/webhooks/clerk")
	d.press("t")
	d.see("user.deleted")
	d.press("\r")
	d.press("1")
	d.see("→200 user.created")
	d.press("\r")
	d.see("Diagnosis")
	d.press("q")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	wantNoPassword(t, "the dashboard", d.written())
}

// The picker begins with what was sent last, in the run before, too. Whoever
// signs up reads the code off the screen.
func TestThePickerRemembersAndTheCodeIsSaid(t *testing.T) {
	dir := t.TempDir()
	term := openTerminal(t, 120, 36, command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0"))
	term.see("? help")
	term.press("t")
	term.see("user.created", "stories", "story:signup")
	term.press("email")
	term.see("1 of 60")
	term.press("\r")
	term.see("sent email.created, signed: #1, 200", ": code ")
	term.press("3")
	term.see("latest code ", "y o copies it")
	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	term = openTerminal(t, 80, 24, command(t.Context(), t, dir, withSecret(), "--addr", "127.0.0.1:0"))
	term.see("latest code ")
	term.press("t")
	term.see("last used", "email.created")
	term.press("\r")
	term.see("sent email.created, signed: #2")
	term.press("t")
	term.see("last used")
	term.press("signup")
	term.see("1 of 60")
	term.press("\r")
	term.see("sent story:signup, signed: #5, 200")
	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
}
