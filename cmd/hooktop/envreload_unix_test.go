//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// writeEnv puts a secret into the folder's .env.local, as an editor does.
func writeEnv(t *testing.T, dir string, lines ...string) {
	t.Helper()
	temporary := filepath.Join(dir, "env.new")
	if err := os.WriteFile(temporary, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temporary, filepath.Join(dir, ".env.local")); err != nil {
		t.Fatal(err)
	}
}

var localAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/api/webhooks/clerk`)

// A wrong secret in .env.local is mended under a running hooktop: what failed
// becomes users, and nothing is lost.
func TestAWrongSecretIsMendedWhileItRuns(t *testing.T) {
	dir := t.TempDir()
	writeEnv(t, dir, "CLERK_WEBHOOK_SECRET="+otherSecret)
	d := openTerminal(t, 120, 36, command(t.Context(), t, dir, nil, "--addr", "127.0.0.1:0"))
	url := localAddress.FindString(d.see("? help", "/api/webhooks/clerk"))
	for i := range 3 {
		body := userEvent("user.created", fmt.Sprintf("user_%d", i), fmt.Sprintf("ada+%d@example.com", i), time.Now())
		if status, answer := post(t, http.DefaultClient, url, fmt.Sprintf("msg_%d", i), body); status != 400 {
			t.Fatalf("#%d: %d %v", i, status, answer)
		}
	}
	d.press("2")
	d.see("Failures 3", "wrong-secret", "The signature does not match", "1–3 of 3")

	writeEnv(t, dir, "CLERK_WEBHOOK_SECRET="+secret)
	d.see("Clerk's secret is now whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local) · R re-verifies 3 rejected")
	d.press("R")
	d.see("Re-verify", "● all: the 3 rejected deliveries")
	d.press("\r")
	d.see("re-verified 3: 3 now verify and are applied")
	d.press("3")
	d.see("Users 3", "ada+0@example.com", "ada+1@example.com", "ada+2@example.com")
	d.press("2")
	d.see("No failures")
	d.press("q")
	if code := d.ends(); code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	stdout, _, _ := runHooktop(t, dir, nil, "users", "--json")
	if n := strings.Count(stdout, `"kind":"user"`); n != 3 {
		t.Errorf("%d users: %s", n, stdout)
	}
	// The sender's retries of the same messages change nothing more.
	p, ready := startListening(t, dir, nil)
	body := userEvent("user.created", "user_0", "ada+0@example.com", time.Now())
	if status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_0", body); status != 200 || answer["message"] != "Already processed" {
		t.Errorf("the retry: %d %v", status, answer)
	}
	p.next("delivery")
	for what, text := range map[string]string{"screen": d.written(), "users": stdout} {
		if strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) || strings.Contains(text, strings.TrimPrefix(otherSecret, "whsec_")) {
			t.Errorf("a secret is on the %s", what)
		}
	}
}

// What Setup says to put into .env.local is taken up without a new start.
func TestTheTunnelOpensOnceThereIsASecret(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, nil, "--local")
	if ready["tunnel"] != "off" {
		t.Errorf("in local mode the tunnel is %v", ready["tunnel"])
	}
	if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte("CLERK_WEBHOOK_SECRET="+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.complains("local mode is off; the tunnel opens")
	url, _ := p.tunnelIs("live")["public_url"].(string)
	public := "http://" + strings.TrimPrefix(url, "https://")
	if status, answer := post(t, edge.Client(), public+"/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("got %d %v", status, answer)
	}
	if line := p.next("delivery"); line["origin"] != "tunnel" {
		t.Errorf("got %v", line)
	}
	p.signal(os.Interrupt)
	if code := p.ends(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d", code)
	}
}
