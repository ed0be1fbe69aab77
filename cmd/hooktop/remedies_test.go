package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// Whoever reads on the command line what was not applied learns why, and what
// to do, as in the dashboard.
func TestShowSaysWhyAVerifiedDeliveryWasNotApplied(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret())
	now := time.Now()
	ada := userEvent("user.created", "user_1", "ada@example.com", now)
	send := func(message, body string) { post(t, http.DefaultClient, clerkURL(t, ready), message, body) }
	send("msg_1", ada)
	send("msg_1", ada)
	send("msg_3", userEvent("user.created", "user_2", "ada@example.com", now))
	send("msg_4", userEvent("user.updated", "user_1", "old@example.com", now.Add(-time.Hour)))
	send("msg_5", `{"type":[]}`)
	send("msg_6", `{"type":"user.created","object":"event","data":{"id":"user_3","email_addresses":[]},"timestamp":1716883200000}`)
	send("msg_7", userEvent("user.created", "user_7", "seven@example.com", now.Add(-time.Hour)))
	send("msg_8", `{"type":"user.deleted","object":"event","data":{"id":"user_7","deleted":true},"timestamp":`+fmt.Sprint(now.Add(-time.Hour).UnixMilli())+`}`)
	send("msg_9", userEvent("user.updated", "user_7", "later@example.com", now))
	for _, c := range []struct {
		name, id, says, fix string
	}{
		{"a late one of a deleted user", "9", "~ Verified, but the user had already been deleted\n  User deleted by #8. ", ""},
		{"a duplicate", "2", "= Verified; this message was already applied\n  ", ""},
		{"a conflict", "3", "! Verified, but another user holds this e-mail\n  The e-mail address ada@example.com already belongs to user_1", "\n  fix: If that user was deleted in Clerk"},
		{"a stale one", "4", "~ Verified, but a newer event was already applied\n  ", ""},
		{"a malformed one", "5", "! Verified, but the body is not the expected JSON\n  ", "\n  fix: Check its body."},
		{"a user without an address", "6", "! Verified, but the user has no e-mail address\n  ", "\n  fix: To test with an address"},
	} {
		out := mustRun(t, dir, withSecret(), "show", c.id)
		if !strings.Contains(out, c.says) || !strings.Contains(out, c.fix) || c.fix == "" && strings.Contains(out, "fix:") {
			t.Errorf("%s: %s", c.name, out)
		}
	}
	if out := mustRun(t, dir, withSecret(), "show", "1"); strings.Contains(out, "Verified") {
		t.Errorf("of an applied one there is nothing to say: %s", out)
	}
}

// What an app's refusal means stands below it, whatever sent the delivery.
func TestSendingSaysWhatTheAppsRefusalMeans(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, http.StatusMethodNotAllowed)
	const fix = "  fix: Let the route accept POST"
	for _, args := range [][]string{
		{"trigger", "user.created", "--forward-to", app.URL},
		{"resend", "1", "--to", app.URL},
	} {
		out, stderr, code := runHooktop(t, dir, withSecret(), args...)
		if code != exit.CodeFailed || !strings.Contains(out, "→ 405") || !strings.Contains(out, fix) {
			t.Errorf("%v: exit code %d, %s%s", args, code, out, stderr)
		}
	}
	out, _, _ := runHooktop(t, dir, withSecret(), "resend", "1", "1", "--to", app.URL)
	if n := strings.Count(out, fix); n != 1 {
		t.Errorf("a series that fails alike is given its advice %d times: %s", n, out)
	}
}

// What goes on to the app once it is re-verified again says so, too.
func TestJudgingAgainSaysWhatTheAppsRefusalMeans(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, http.StatusMethodNotAllowed)
	p, ready := startListening(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret})
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	p.next("delivery")
	if out := mustRun(t, dir, withSecret(), "reverify", "1", "--forward-to", app.URL); !strings.Contains(out, "→ 405") || !strings.Contains(out, "  fix: Let the route accept POST") {
		t.Error(out)
	}
}

// A command that ends with what could not be applied ends with its fix.
func TestSendingEndsWithTheFixOfWhatWasNotApplied(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada@example.com", "--user-id", "user_1")
	const says = "error: Verified, but another user holds this e-mail\nfix: If that user was deleted in Clerk"
	for _, args := range [][]string{
		{"trigger", "user.created", "--email", "ada@example.com", "--user-id", "user_2"},
		{"resend", "2", "--as", "new"},
	} {
		if _, stderr, code := runHooktop(t, dir, withSecret(), args...); code != exit.CodeFailed || !strings.Contains(stderr, says) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}
