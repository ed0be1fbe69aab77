package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

// TestExpress is about a real app: Express, with Clerk's own verifyWebhook. It
// installs both from npm, so it runs only where it is asked for.
func TestExpress(t *testing.T) {
	if os.Getenv("HOOKTOP_EXPRESS") == "" {
		t.Skip("set HOOKTOP_EXPRESS=1 to run it: it needs Node.js 20.9 and installs Express and Clerk's library with npm ci")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "express"))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	t.Run("a delivery is forwarded to it", func(t *testing.T) { testExpressForward(t, startExpress(t, dir, "correct")) })
	t.Run("a delivery of an hour ago is resent to it", func(t *testing.T) { testExpressResend(t, startExpress(t, dir, "correct")) })
	t.Run("an edited delivery is resent to it", func(t *testing.T) { testExpressEdit(t, startExpress(t, dir, "correct")) })
	t.Run("a correct handler stands the torture", func(t *testing.T) {
		app := startExpress(t, dir, "correct")
		cases, sum := tortured(t, t.TempDir(), exit.CodeDone, "--to", app, "--probe", app+"/users/{id}")
		if names := found(cases); len(names) > 0 || sum["looks"] != 0.0 || len(cases) < 24 {
			t.Errorf("findings %v, %v", names, sum)
		}
	})
	t.Run("a naive handler does not", func(t *testing.T) {
		app := startExpress(t, dir, "naive")
		cases, sum := tortured(t, t.TempDir(), exit.CodeFailed, "--to", app, "--probe", app+"/users/{id}")
		want := []string{"at-once", "delete-first", "exact-bytes", "large", "no-email", "stale-update", "twice", "unknown-type", "update-after-delete", "update-first"}
		if names := found(cases); !slices.Equal(names, want) || sum["stopped"] != nil {
			t.Errorf("findings %v, %v", names, sum)
		}
		for name, says := range map[string]string{
			"twice":        "hit a unique column",
			"update-first": "found no row to update",
			"no-email":     "assumed an e-mail address",
			"large":        "body limit is below",
			"stale-update": "the user has torture+",
		} {
			if detail, _ := cases[name]["detail"].(string); !strings.Contains(detail, says) {
				t.Errorf("%s: it says %q", name, detail)
			}
		}
	})
}

// startExpress starts the app with one of its handlers, and gives its URL.
func startExpress(t *testing.T, dir, handler string) (url string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "app.mjs")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HANDLER=" + handler, "PORT=0", "CLERK_WEBHOOK_SIGNING_SECRET=" + secret}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatalf("the app says no port: %v", lines.Err())
	}
	return "http://127.0.0.1:" + lines.Text()
}

// expressUser is what the app shows of a user.
func expressUser(t *testing.T, app, id string) (email string, ok bool) {
	t.Helper()
	res, err := http.Get(app + "/users/" + id)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotFound {
		return "", false
	}
	var user struct{ Email string }
	if err := json.NewDecoder(res.Body).Decode(&user); err != nil {
		t.Fatal(err)
	}
	return user.Email, true
}

func testExpressForward(t *testing.T, app string) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret(), "--forward-to", app)
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if line := p.next("forward"); line["status"] != 200.0 {
		t.Errorf("got %v", line)
	}
	if email, _ := expressUser(t, app, "user_1"); email != "ada@example.com" {
		t.Errorf("the app has %q", email)
	}
}

// A delivery that verified an hour ago: as it was, Clerk's library refuses it;
// signed afresh it is taken, once as the same message.
func testExpressResend(t *testing.T, app string) {
	dir := t.TempDir()
	captureHourAgo(t, dir, "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now().Add(-time.Hour)))
	for _, c := range []struct {
		as     string
		code   int
		status float64
		says   string
		there  bool
	}{
		{"verbatim", exit.CodeFailed, 400, "@clerk/backend: Unable to verify incoming webhook: Message timestamp too old", false},
		{"same", exit.CodeDone, 200, "user.created", true},
		{"same", exit.CodeDone, 200, "Already processed", true},
		{"new", exit.CodeDone, 200, "user.created", true},
	} {
		stdout, stderr, code := runHooktop(t, dir, withSecret(), "resend", "1", "--json", "--as", c.as, "--to", app+"/api/webhooks/clerk")
		if code != c.code {
			t.Fatalf("as %s: exit code %d: %s%s", c.as, code, stdout, stderr)
		}
		sent := objects(t, stdout)[0]
		whole := objects(t, mustRun(t, dir, nil, "show", fmt.Sprint(sent["id"]), "--json"))[0]
		forward := whole["forwards"].([]any)[0].(map[string]any)
		if forward["status"] != c.status || forward["body"] != fmt.Sprintf(`{"message":%q}`, c.says) {
			t.Errorf("as %s: the app answers %v %v", c.as, forward["status"], forward["body"])
		}
		if _, there := expressUser(t, app, "user_1"); there != c.there {
			t.Errorf("as %s: the user is there: %v", c.as, there)
		}
	}
}

// An edit changes the bytes, so only a fresh signature lets Clerk's library take
// them; the app then has what was typed.
func testExpressEdit(t *testing.T, app string) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret())
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	editor := filepath.Join(dir, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed s/ada@/lovelace@/ \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n"), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	mustRun(t, dir, append(withSecret(), "EDITOR="+editor), "resend", "1", "--edit", "--to", app+"/api/webhooks/clerk")
	if email, _ := expressUser(t, app, "user_1"); email != "lovelace@example.com" {
		t.Errorf("the app has %q", email)
	}
}

// captureHourAgo has the store of a folder hold a delivery that verified an
// hour ago, with its headers of then.
func captureHourAgo(t *testing.T, dir, messageID, body string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	hourAgo := func() time.Time { return then }
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, ".hooktop", "hooktop.db"), Keep: 100, Now: hourAgo})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := wh.Sign(messageID, then, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/api/webhooks/clerk", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("svix-id", messageID)
	req.Header.Set("svix-timestamp", fmt.Sprint(then.Unix()))
	req.Header.Set("svix-signature", signature)
	secrets := func() []webhook.Secret {
		return []webhook.Secret{webhook.NewSecret(secret, webhook.Source{Variable: "a test"})}
	}
	door := &receiver.Receiver{
		Store: db, Endpoints: []receiver.Endpoint{{Path: "/api/webhooks/clerk", Provider: providers.Clerk{}, Secrets: secrets}},
		MaxBody: 1 << 20, Now: hourAgo, Self: receiver.NewInstance(), Captured: func(webhook.Delivery) {},
	}
	answer := httptest.NewRecorder()
	door.Local().ServeHTTP(answer, req)
	if answer.Code != http.StatusOK {
		t.Fatalf("it was captured with %d: %s", answer.Code, answer.Body)
	}
}
