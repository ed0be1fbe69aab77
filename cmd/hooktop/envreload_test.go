package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
)

// A change of the .env files reaches a hooktop that runs, and what is wrong
// with it costs nothing.
func TestEnvFilesAreWatched(t *testing.T) {
	dir := t.TempDir()
	write := func(lines ...string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, ready := startListening(t, dir, nil, "--local")
	url := clerkURL(t, ready)
	send := func(message string, want int) {
		t.Helper()
		body := userEvent("user.created", "user_"+message, message+"@example.com", time.Now())
		if status, answer := post(t, http.DefaultClient, url, message, body); status != want {
			t.Fatalf("%s: %d %v", message, status, answer)
		}
		p.next("delivery")
	}
	send("a", 400)

	write("CLERK_WEBHOOK_SECRET=" + secret)
	p.complains("note: Clerk's secret is now whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local); local mode is off; run hooktop reverify to verify 1 rejected delivery again")
	send("b", 200)

	write("CLERK_WEBHOOK_SECRET=sk_test_abcdefghijklmnop")
	p.complains("error: CLERK_WEBHOOK_SECRET in .env.local holds a secret API key (sk_…), not a signing secret\nfix: the signing secret starts with whsec_")
	send("c", 200)

	write("OTHER=1")
	p.complains("note: Clerk's signing secret was removed from the .env files; whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local) stays in use until hooktop ends\n")
	send("d", 200)

	write(`CLERK_WEBHOOK_SECRET="` + otherSecret)
	p.complains("error: CLERK_WEBHOOK_SECRET in .env.local has quotes in it")
	send("e", 200)

	write("CLERK_WEBHOOK_SECRET=" + otherSecret)
	p.complains("note: Clerk's secret is now whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env.local)")
	send("f", 400)
	out, _, _ := runHooktop(t, dir, nil, "show", "6", "--json")
	if !strings.Contains(out, `"code":"other-known-secret"`) || !strings.Contains(out, "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local, before it was changed)") {
		t.Errorf("the one before is not named: %s", out)
	}
}

func TestWhatTheProcessSaysWinsOverTheFiles(t *testing.T) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret())
	if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte("CLERK_WEBHOOK_SECRET="+otherSecret+"\nCLERK_WEBHOOK_SIGNING_SECRET="+otherSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.complains("note: Clerk's secret is now whsec_…5jsl (CLERK_WEBHOOK_SIGNING_SECRET in .env.local), whsec_…LaSw (CLERK_WEBHOOK_SECRET)")
	if status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "m", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("%d %v", status, answer)
	}
}

// A change of the .env files, be it a mistake, has the Setup tab look again.
func TestWhatChangesInTheEnvFilesIsLookedAtAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("CLERK_WEBHOOK_SECRET=\"whsec_"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHooktop(&config.Settings{Env: config.Environment{Process: os.Getenv}, EnvFile: file, Secrets: &config.Secrets{}}, nil)
	h.Reload(t.Context())
	select {
	case <-h.checkup.again:
	default:
		t.Error("the next look is made in its time")
	}
	if len(h.troubles) != 1 {
		t.Error("the mistake is not said")
	}
}
