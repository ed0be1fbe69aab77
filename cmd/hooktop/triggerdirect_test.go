package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// --to goes past hooktop, to the app: with a signature that the official
// library accepts, and nothing is kept.
func TestTriggerStraightToAnApp(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		args   []string
		code   int
		events int
		says   []string
	}{
		{"that takes it", 200, []string{"user.created"}, exit.CodeDone, 1, []string{"→ 200 user.created"}},
		{"a story", 204, []string{"story:signup"}, exit.CodeDone, 3, []string{"→ 204 email.created", "→ 204 user.created", "→ 204 session.created"}},
		{"several", 200, []string{"session.ended", "--count", "3", "--rate", "1000/s"}, exit.CodeDone, 3, []string{"→ 200 session.ended"}},
		{"that has no such route", 404, []string{"user.created"}, exit.CodeFailed, 1, []string{"→ 404", "Probably the app has no POST route", "fix: Compare the target's path"}},
		{"that turns it away", 401, []string{"user.created"}, exit.CodeFailed, 1, []string{"→ 401", "auth in front of the route", "fix: Exempt the webhook path from auth"}},
		{"that redirects", 307, []string{"user.created"}, exit.CodeFailed, 1, []string{"→ 307", "redirects to /elsewhere", "fix: "}},
		{"that breaks down on one", 500, []string{"story:signup"}, exit.CodeFailed, 3, []string{"→ 500 session.created", "The app failed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, app := t.TempDir(), startApp(t, c.status)
			stdout, stderr, code := runHooktop(t, dir, withSecret(), append([]string{"trigger", "--to", withPassword(app.URL)}, c.args...)...)
			if code != c.code || stderr != "" {
				t.Errorf("exit code %d: %s", code, stderr)
			}
			for _, says := range c.says {
				if !strings.Contains(stdout, says) {
					t.Errorf("it does not say %q:\n%s", says, stdout)
				}
			}
			wantNoPassword(t, "trigger", stdout)
			got := app.got()
			if len(got) != c.events {
				t.Fatalf("the app got %d", len(got))
			}
			for _, r := range got {
				if !r.verified || r.path != "/api/webhooks/clerk" || r.header.Get("User-Agent") != "hooktop trigger" {
					t.Errorf("the app got %+v", r)
				}
				for name := range r.header {
					if strings.HasPrefix(name, "Hooktop-") {
						t.Errorf("the app got the header %s", name)
					}
				}
			}
			if kept := mustRun(t, dir, nil, "deliveries", "--json"); kept != "" {
				t.Errorf("hooktop kept %s", kept)
			}
		})
	}
}

func TestTriggerStraightAsObjects(t *testing.T) {
	app := startApp(t, 500)
	stdout, _, code := runHooktop(t, t.TempDir(), withSecret(), "trigger", "user.created", "--json", "--to", app.URL+"/hook")
	line := objects(t, stdout)[0]
	if code != exit.CodeFailed || line["kind"] != "forward" || line["id"] != nil || line["delivery_id"] != nil || line["event"] != "user.created" ||
		line["status"] != 500.0 || line["target"] != app.URL+"/hook" || line["error"] != nil || line["fix"] == nil || line["says"] == nil {
		t.Errorf("exit code %d: %v", code, line)
	}
	if id, _ := line["message_id"].(string); id != app.got()[0].header.Get("Svix-Id") || app.got()[0].path != "/hook" {
		t.Errorf("message %v, the app got %+v", line["message_id"], app.got()[0])
	}
}

// An own body arrives as it is in the file.
func TestTriggerStraightWithAnOwnBody(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	body := "{ \"type\":\"user.created\",\r\n\t\"b\": 1.50, \"a\": \"é & <\\u00e9>\", \"a\": 1e2 }\n\n"
	if err := os.WriteFile(filepath.Join(dir, "own.json"), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, withSecret(), "trigger", "--file", "own.json", "--to", app.URL)
	if got := app.got(); len(got) != 1 || got[0].body != body || !got[0].verified {
		t.Errorf("the app got %+v", got)
	}
}

// What --print prints is a command that a shell runs: the app verifies it.
func TestTriggerPrintsACommand(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	dir, app := t.TempDir(), startApp(t, 200)
	commands := mustRun(t, dir, withSecret(), "trigger", "story:team", "--print", "--to", app.URL)
	if len(app.got()) != 0 {
		t.Fatalf("it was sent: %+v", app.got())
	}
	if out, err := exec.CommandContext(t.Context(), "sh", "-e", "-c", commands).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := app.got()
	if len(got) != 7 || slices.ContainsFunc(got, func(r received) bool { return !r.verified }) {
		t.Errorf("the app got %+v", got)
	}
	if kept := mustRun(t, dir, nil, "deliveries", "--json"); kept != "" {
		t.Errorf("hooktop kept %s", kept)
	}
}
