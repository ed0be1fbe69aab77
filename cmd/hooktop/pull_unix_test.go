//go:build unix

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// startClerk runs a stand-in for Clerk's API and Svix's, and gives the variables that
// lead there, with the instance's key.
func startClerk(t *testing.T, c standin.Config) (server *standin.Server, env []string) {
	t.Helper()
	server, stop := standin.Start(c)
	t.Cleanup(stop)
	return server, []string{"CLERK_API_URL=" + server.URL, "HOOKTOP_SVIX_URL=" + server.URL, "CLERK_SECRET_KEY=" + standin.Key}
}

// Without any tunnel, and without a signing secret, Clerk's messages are read from its
// API. Nothing claims that a signature was verified.
func TestPullNeedsNothingButTheKey(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	p, ready := startListening(t, dir, env, "--tunnel", "pull")
	if ready["public_url"] != nil {
		t.Errorf("ready is %v", ready)
	}
	if live := p.tunnelIs("live"); live["tunnel"] != "pull" || live["webhook_urls"] != nil || live["self_test"] != nil {
		t.Errorf("live is %v", live)
	}
	id, _ := clerk.Send("user.created", []byte(userEvent("user.created", "user_1", "ada@example.com", time.Now())))
	line := p.next("delivery")
	if line["message_id"] != id || line["origin"] != "pull" || line["verdict"] != "unverified" || line["vouched_by"] != "provider-api" || line["outcome"] != "created" {
		t.Errorf("got %v", line)
	}

	// What comes while hooktop is off is read at the next start, and nothing twice.
	p.interrupt()
	id, _ = clerk.Send("user.updated", []byte(userEvent("user.updated", "user_1", "lovelace@example.com", time.Now())))
	p, _ = startListening(t, dir, env, "--tunnel", "pull")
	if line := p.next("delivery"); line["message_id"] != id || line["outcome"] != "updated" {
		t.Errorf("after a restart: %v", line)
	}
}

func TestPullSaysWhyItCannot(t *testing.T) {
	for name, c := range map[string]struct {
		env  []string
		code int
		says string
	}{
		"without a key":        {nil, exit.CodeUsage, "CLERK_SECRET_KEY"},
		"with a live-mode key": {[]string{"CLERK_SECRET_KEY=sk_live_abcdefghijklmnopqrstuvwx"}, exit.CodeUsage, "--yes-production"},
	} {
		_, stderr, code := runHooktop(t, t.TempDir(), c.env, "listen", "--addr", "127.0.0.1:0", "--tunnel", "pull")
		if code != c.code || !strings.Contains(stderr, "\nfix: ") || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: exit code %d: %s", name, code, stderr)
		}
	}
	clerk, env := startClerk(t, standin.Config{})
	clerk.Fail(standin.Link, standin.Refuse(401, "secret_key_invalid", "no such key"), 0)
	_, stderr, code := runHooktop(t, t.TempDir(), env, "listen", "--addr", "127.0.0.1:0", "--tunnel", "pull")
	if code != exit.CodeFailed || !strings.Contains(stderr, "\nfix: ") {
		t.Errorf("a key that Clerk refuses: exit code %d: %s", code, stderr)
	}
}
