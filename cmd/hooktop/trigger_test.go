package main

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// A script that triggers an event wants to know whether it was taken.
func TestTriggerFailsWhereTheEventIsNotTaken(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com", "--user-id", "user_1")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"the address is another user's", []string{"user.created", "--email", "ada@example.com", "--user-id", "user_2"}, exit.CodeFailed, "409"},
		{"a user without an address", []string{"user.created", "--set", "data.email_addresses=[]"}, exit.CodeFailed, "400"},
		{"the type is not text", []string{"user.created", "--set", "type=[]"}, exit.CodeFailed, "400"},
		{"nothing to change is no failure", []string{"user.updated", "--email", "ada@example.com", "--user-id", "user_1"}, exit.CodeDone, "unchanged"},
		{"one of several", []string{"user.created", "--count", "2", "--email", "ada@example.com", "--user-id", "user_3"}, exit.CodeFailed, "409"},
	} {
		stdout, stderr, code := runHooktop(t, dir, withSecret(), append([]string{"trigger"}, c.args...)...)
		if code != c.code || !strings.Contains(stdout, c.says) {
			t.Errorf("%s: exit code %d, %s%s", c.name, code, stdout, stderr)
		}
		_, stderr, code = runHooktop(t, dir, withSecret(), append([]string{"trigger", "--json"}, c.args...)...)
		if code != c.code {
			t.Errorf("%s, with --json: exit code %d, %s", c.name, code, stderr)
		}
	}
}

// What the running hooktop says of an event is said on: whoever triggers it
// does not have to guess.
func TestTriggerSaysWhyTheRunningHooktopRejectsIt(t *testing.T) {
	for _, c := range []struct {
		name         string
		listen, args []string
		code         string
	}{
		{"at another path", []string{"--clerk-path", "/hooks/clerk"}, nil, "wrong-path"},
		{"with a body that is too large", []string{"--max-body", "512B"}, nil, "too-large"},
		{"with another secret", nil, []string{"--clerk-secret", otherSecret}, "wrong-secret"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			p, _ := startListening(t, dir, withSecret(), c.listen...)
			_, stderr, code := runHooktop(t, dir, withSecret(), append([]string{"trigger", "user.created"}, c.args...)...)
			if line := p.next("delivery"); line["code"] != c.code || line["origin"] != "trigger" {
				t.Errorf("got %v", line)
			}
			if code != exit.CodeFailed || strings.Count(stderr, "\n") != 2 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if c.code == "wrong-secret" {
				// Here trigger knows more than the one that rejects: it is the
				// secret that it signed with itself.
				if !strings.Contains(stderr, "different secret") || !strings.Contains(stderr, "\nfix: ") {
					t.Errorf("it says %s", stderr)
				}
				return
			}
			diagnosis := object(t, objects(t, mustRun(t, dir, nil, "show", "1", "--json"))[0]["diagnosis"])
			title, _ := diagnosis["title"].(string)
			fix, _ := diagnosis["fix"].(string)
			if want := "error: " + title + "\nfix: " + fix + "\n"; title == "" || fix == "" || stderr != want {
				t.Errorf("it says %q, want %q", stderr, want)
			}
		})
	}
}
