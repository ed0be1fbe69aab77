package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

func TestDoctorSaysWhatIsOddAboutASecret(t *testing.T) {
	bare := strings.TrimPrefix(secret, "whsec_")
	for _, c := range []struct {
		name, env string
		code      int
		says, not []string
	}{
		{"without its prefix", "CLERK_WEBHOOK_SECRET=" + bare, exit.CodeDone, []string{"! secret     CLERK_WEBHOOK_SECRET in .env.local does not start with whsec_"}, []string{bare}},
		{"where browsers get it", "NEXT_PUBLIC_CLERK_WEBHOOK_SECRET=" + secret, exit.CodeFailed, []string{"✗ names      NEXT_PUBLIC_CLERK_WEBHOOK_SECRET in .env.local (whsec_…LaSw) is sent to browsers", "rotate it"}, []string{secret}},
		{"where browsers get it, beside the right one", "CLERK_WEBHOOK_SECRET=" + secret + "\nVITE_WEBHOOK=" + secret, exit.CodeFailed, []string{"✗ names      VITE_WEBHOOK in .env.local"}, nil},
		{"under several odd names", "CLERK_HOOK=" + secret + "\nHOOK_SECRET=" + otherSecret, exit.CodeDone, []string{"nor Clerk's verifyWebhook reads CLERK_HOOK in .env.local", "nor Clerk's verifyWebhook reads HOOK_SECRET in .env.local"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte(c.env+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			out, stderr, code := runHooktop(t, dir, nil, "doctor", "--addr", "127.0.0.1:0")
			if code != c.code {
				t.Errorf("exit code %d, %s%s", code, out, stderr)
			}
			for _, text := range c.says {
				if !strings.Contains(out, text) {
					t.Errorf("it does not say %q: %s", text, out)
				}
			}
			for _, text := range c.not {
				if strings.Contains(out, text) {
					t.Errorf("it shows the secret: %s", out)
				}
			}
		})
	}
}

func TestDoctorSeesStripesSecret(t *testing.T) {
	const stripes = "STRIPE_WEBHOOK_SECRET=whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0"
	public := []string{"--public-url", "https://hooks.example.com"}
	for _, c := range []struct {
		name  string
		env   []string
		args  []string
		state string
		text  string
	}{
		{"and the public URL", []string{stripes}, public, "ok", "in Stripe: https://hooks.example.com/api/webhooks/stripe"},
		{"and no public URL yet", []string{stripes}, nil, "unknown", "needs the tunnel: Stripe sends to a public URL"},
		{"given as a flag", nil, append([]string{"--stripe-secret", "whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0"}, public...), "ok", "in Stripe: https://hooks.example.com/api/webhooks/stripe"},
		{"not there", withSecret(), public, "unknown", "also accepts Stripe's events, at https://hooks.example.com/api/webhooks/stripe"},
		{"not there, and no public URL", withSecret(), nil, "unknown", "also accepts Stripe's events, at the path /api/webhooks/stripe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, _ := diagnosed(t, t.TempDir(), c.env, append([]string{"--addr", "127.0.0.1:0"}, c.args...)...)
			wantFinding(t, found["stripe"], c.state, c.text)
		})
	}
}

// What hooktop would not start with, doctor says.
func TestDoctorReadsStripesRulesAndTheUsersDatabase(t *testing.T) {
	env := []string{"HOOKTOP_STRIPE_PLAN_KEY=colour", "HOOKTOP_USERS_DB=mysql://ada:hunter2@localhost/app"}
	found, code := diagnosed(t, t.TempDir(), env, "--addr", "127.0.0.1:0")
	wantFinding(t, found["stripe"], "failed", `HOOKTOP_STRIPE_PLAN_KEY: "colour" is not a source for the plan key`)
	wantFinding(t, found["users-db"], "failed", "HOOKTOP_USERS_DB: not a PostgreSQL URL")
	if fix, _ := found["users-db"]["fix"].(string); fix == "" || code != exit.CodeFailed || strings.Contains(fmt.Sprint(found), "hunter2") {
		t.Errorf("exit code %d: %v", code, found)
	}

	env = []string{"HOOKTOP_STRIPE_PLAN_KEY=product", "HOOKTOP_USERS_DB=postgres://ada:hunter2@127.0.0.1:1/app"}
	found, code = diagnosed(t, t.TempDir(), env, "--addr", "127.0.0.1:0")
	wantFinding(t, found["users-db"], "warning", "does not answer")
	if found["stripe"]["state"] != "unknown" || code != exit.CodeDone || strings.Contains(fmt.Sprint(found), "hunter2") {
		t.Errorf("exit code %d: %v", code, found)
	}
}
