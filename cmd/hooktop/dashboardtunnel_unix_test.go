//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	svix "github.com/hooktop/hooktop/receiver/svixapi/standin"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// The relay is asked about in plain text, before the dashboard takes the screen. What is
// typed behind the answer is for the dashboard.
func TestTheRelayIsAskedAboutBeforeTheDashboard(t *testing.T) {
	server, env := startRelay(t, standin.Options{})
	dir := t.TempDir()
	args := []string{"--addr", "127.0.0.1:0", "--tunnel", "relay"}
	term := openTerminal(t, 120, 36, command(t.Context(), t, dir, append(env, withSecret()...), args...))
	term.see("whoever knows your inbox URL can read what passes", "[y/N]")
	if term.modes()["1049"] { // the alternate screen
		t.Error("the dashboard has the screen already")
	}
	term.press("n\n")
	if code := term.ends(); code != exit.CodeUsage {
		t.Errorf("after a no, exit code %d", code)
	}
	if server.Starts() != 0 {
		t.Error("it connected all the same")
	}

	term = openTerminal(t, 120, 36, command(t.Context(), t, dir, append(env, withSecret()...), args...))
	term.see("[y/N]")
	term.press("y\n4")
	term.see("live", strings.TrimPrefix(server.Inbox(), "http://"), "4 Setup")
	term.press("q")
	if code := term.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
}

// Without an ngrok token the dashboard offers the relay once, and uses it from then on.
func TestTheDashboardOffersTheRelayOnce(t *testing.T) {
	server, env := startRelay(t, standin.Options{})
	dir := t.TempDir()
	start := func() *terminal {
		return openTerminal(t, 120, 36, command(t.Context(), t, dir, append(env, withSecret()...), "--addr", "127.0.0.1:0"))
	}
	term := start()
	term.see("Use Clerk's relay?", "whoever knows your", "y yes", "n no")
	term.press("y")
	term.see("live", strings.TrimPrefix(server.Inbox(), "http://"))
	term.press("q")
	term.ends()

	term = start()
	term.see("live", strings.TrimPrefix(server.Inbox(), "http://"))
	term.press("q")
	term.ends()
}

// A newcomer with nothing but Clerk's key gets from an empty dashboard to the first
// verified delivery with four keys.
func TestTheFirstRealDeliveryFromTheDashboard(t *testing.T) {
	clerk, _ := startClerk(t, svix.Config{Transport: roads{}})
	_, env := startRelay(t, standin.Options{})
	j := startStory(t, clerk, env)
	term := openTerminal(t, 120, 36, command(t.Context(), t, j.dir, j.env, "--addr", "127.0.0.1:0"))
	term.see("Use Clerk's relay?")
	term.press("y")
	term.see("2 ✓ tunnel", "live")
	term.press("E")
	term.see("Register the endpoint at Clerk", "a new one, for this machine and folder") // it has asked Clerk
	term.press("\r")
	term.see("3 ✓ endpoint", "enter write it to .env.local")
	term.press("\r")
	term.see("1 ✓ secret", "next enter: have Clerk send")
	if text, err := os.ReadFile(filepath.Join(j.dir, ".env.local")); err != nil || !strings.Contains(string(text), "CLERK_WEBHOOK_SIGNING_SECRET="+clerk.Endpoints()[0].Secret) {
		t.Errorf("the file is %s (%v)", text, err)
	}
	own := clerk.Endpoints()
	if len(own) != 1 {
		t.Fatalf("the endpoints are %+v", own)
	}
	term.press("\r")
	term.see("5 ✓ arrival", "user.created")
	term.press("q")
	term.ends()
	if list := mustRun(t, j.dir, j.env, "deliveries", "--json"); !strings.Contains(list, `"origin":"relay"`) || !strings.Contains(list, `"verdict":"verified"`) {
		t.Errorf("the deliveries are %s", list)
	}
}
