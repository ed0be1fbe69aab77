//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
	relay "github.com/hooktop/hooktop/tunnel/relay/standin"
)

const ownURL = "https://hooks.example.com"

// register runs hooktop endpoint register --json, which has to succeed.
func register(t *testing.T, dir string, env []string, args ...string) (object map[string]any) {
	t.Helper()
	stdout, stderr, code := runHooktop(t, dir, env, append([]string{"endpoint", "register", "--json"}, args...)...)
	if code != exit.CodeDone || json.Unmarshal([]byte(stdout), &object) != nil || object["kind"] != "endpoint" {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	return object
}

func TestRegisterAndUnregister(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{NoApp: true})
	dir := t.TempDir()
	got := register(t, dir, env, "--url", ownURL)
	if len(clerk.Endpoints()) != 1 {
		t.Fatalf("at Clerk: %+v", clerk.Endpoints())
	}
	e := clerk.Endpoints()[0]
	secret := "whsec_…" + e.Secret[len(e.Secret)-4:]
	if got["id"] != e.ID || got["uid"] != e.UID || got["url"] != ownURL+"/api/webhooks/clerk" || got["created"] != true || got["secret"] != secret || got["written"] != nil || got["running"] != false {
		t.Errorf("%v", got)
	}
	if e.URL != ownURL+"/api/webhooks/clerk" || !slices.Equal(e.EventTypes, registration.Events()) {
		t.Errorf("%+v", e)
	}
	// Whatever was changed by hand is put right, and nothing else.
	clerk.Disable(e.ID)
	got = register(t, dir, env, "--url", "https://other.example/hooks?x=1")
	if changed := fmt.Sprint(got["changed"]); got["created"] != false || !strings.Contains(changed, "url") || !strings.Contains(changed, "disabled") || got["previous_url"] != ownURL+"/api/webhooks/clerk" || got["url"] != "https://other.example/hooks?x=1" {
		t.Errorf("%v", got)
	}
	if got = register(t, dir, env, "--url", "https://other.example/hooks?x=1"); fmt.Sprint(got["changed"]) != "[]" || got["secret"] != secret {
		t.Errorf("again: %v", got)
	}
	clerk.Add("https://somebody.example/")
	for _, want := range []string{"deleted the endpoint " + e.ID, "nothing to delete"} {
		stdout, stderr, code := runHooktop(t, dir, env, "endpoint", "unregister")
		if code != exit.CodeDone || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d: %s%s", code, stdout, stderr)
		}
	}
	if left := clerk.Endpoints(); len(left) != 1 || left[0].URL != "https://somebody.example/" {
		t.Errorf("left: %+v", left)
	}
}

func TestEachDeveloperHasAnEndpoint(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	ada, bob, other := t.TempDir(), t.TempDir(), t.TempDir()
	register(t, ada, env, "--url", "https://ada.example")
	register(t, bob, env, "--url", "https://bob.example")
	// The same folder by another user.
	register(t, ada, append(env, "HOME="+other), "--url", "https://other.example")
	before := clerk.Endpoints()
	register(t, bob, env, "--url", "https://bob2.example")
	if _, stderr, code := runHooktop(t, ada, append(env, "HOME="+other), "endpoint", "unregister"); code != exit.CodeDone {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	now := clerk.Endpoints()
	if len(before) != 3 || len(now) != 2 || fmt.Sprint(now[0]) != fmt.Sprint(before[0]) || now[1].ID != before[1].ID || now[1].Secret != before[1].Secret || now[1].URL != "https://bob2.example/api/webhooks/clerk" {
		t.Errorf("before %+v\nnow %+v", before, now)
	}
}

func TestRegisterNeedsAKeyAndAURL(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	live := strings.Replace(standin.Key, "sk_test_", "sk_live_", 1)
	for _, c := range []struct {
		name string
		env  []string
		args []string
		fix  string
	}{
		{"no URL", env, nil, "--url"},
		{"a URL that is none", env, []string{"--url", "ftp://x"}, "https://"},
		{"a password in it", env, []string{"--url", "https://ada:secret@x.example"}, "leave them out"},
		{"no key", env[:2], []string{"--url", ownURL}, "CLERK_SECRET_KEY=sk_test_"},
		{"a production key", append(slices.Clone(env), "CLERK_SECRET_KEY="+live), []string{"--url", ownURL}, "--yes-production"},
		{"a refused key", append(slices.Clone(env), "CLERK_SECRET_KEY=sk_test_"+strings.Repeat("x", 30)), []string{"--url", ownURL}, registration.Dashboard},
	} {
		stdout, stderr, code := runHooktop(t, t.TempDir(), c.env, append([]string{"endpoint", "register", "--json"}, c.args...)...)
		if _, fix, _ := strings.Cut(stderr, "\nfix: "); code != exit.CodeUsage || !strings.Contains(fix, c.fix) || stdout != "" {
			t.Errorf("%s: exit code %d: %s%s", c.name, code, stdout, stderr)
		}
	}
	if len(clerk.Endpoints()) > 0 {
		t.Errorf("at Clerk: %+v", clerk.Endpoints())
	}
	// The key of an app without an account.
	dir := t.TempDir()
	keyless := filepath.Join(dir, ".clerk", ".tmp", "keyless.json")
	if err := os.MkdirAll(filepath.Dir(keyless), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyless, []byte(`{"publishableKey":"pk_test_x","secretKey":"`+standin.Key+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := register(t, dir, env[:2], "--url", ownURL); got["created"] != true {
		t.Errorf("keyless: %v", got)
	}
}

// Each step's unexpected answers end in the manual steps, and a later try finds what
// was done.
func TestUnexpectedAnswersEndInManualSteps(t *testing.T) {
	// receiver/registration has more of them.
	faults := map[string]standin.Fault{
		"403": standin.Refuse(http.StatusForbidden, "insufficient access", "no"), "429": standin.RateLimit(time.Hour), "HTML": standin.HTML(http.StatusOK),
	}
	for _, route := range []string{standin.Link, standin.Exchange, standin.ListEndpoints, standin.CreateEndpoint, standin.PatchEndpoint, standin.Secret} {
		for name, fault := range faults {
			t.Run(route+"/"+name, func(t *testing.T) {
				t.Parallel()
				clerk, env := startClerk(t, standin.Config{})
				dir := t.TempDir()
				if route == standin.PatchEndpoint {
					register(t, dir, env, "--url", "https://before.example")
				}
				clerk.Fail(route, fault, 0)
				stdout, stderr, code := runHooktop(t, dir, env, "endpoint", "register", "--url", ownURL)
				_, fix, _ := strings.Cut(stderr, "\nfix: ")
				if code != exit.CodeFailed && code != exit.CodeUsage || !strings.Contains(fix, registration.Dashboard) || !strings.Contains(fix, ownURL+"/api/webhooks/clerk") {
					t.Errorf("exit code %d: %s%s", code, stdout, stderr)
				}
				if all := stdout + stderr; strings.Contains(all, standin.Key) || len(clerk.Endpoints()) > 0 && strings.Contains(all, clerk.Endpoints()[0].Secret) {
					t.Errorf("it shows a secret: %s", all)
				}
				clerk.Heal()
				if got := register(t, dir, env, "--url", ownURL); len(clerk.Endpoints()) != 1 || got["id"] != clerk.Endpoints()[0].ID {
					t.Errorf("afterwards: %v, %+v", got, clerk.Endpoints())
				}
			})
		}
	}
}

// Only a key and the relay: the endpoint is registered, its secret read, and what it
// sends verified. After a restart with another URL the endpoint follows.
func TestAStartWithRegisterNeedsNothingButTheKey(t *testing.T) {
	first, env := startRelay(t, relay.Options{})
	clerk, more := startClerk(t, standin.Config{})
	env = append(env, more...)
	dir := t.TempDir()
	p, ready := startListening(t, dir, env, "--tunnel", "relay", "--yes", "--register")
	p.complains("local mode is off")
	e := clerk.Endpoints()
	if len(e) != 1 || e[0].URL != clerkURL(t, ready) {
		t.Fatalf("%+v, ready is %v", e, ready)
	}
	p.tunnelIs("live")
	_, attempts := clerk.Send("user.created", []byte(userEvent("user.created", "user_1", "ada@example.com", time.Now())))
	if line := p.next("delivery"); line["verdict"] != "verified" || line["outcome"] != "created" || len(attempts) != 1 || !attempts[0].OK {
		t.Errorf("%v, %+v", line, attempts)
	}
	// A command in another process signs with hooktop's own secret.
	if _, stderr, code := runHooktop(t, dir, env, "trigger", "user.created", "--email", "bob@example.com"); code != exit.CodeDone {
		t.Errorf("trigger: exit code %d: %s", code, stderr)
	}
	if said := p.output() + p.complaints(); strings.Contains(said, e[0].Secret) || strings.Contains(said, standin.Key) {
		t.Error("it shows a secret")
	}
	p.interrupt()
	first.Close()
	_, moved := startRelay(t, relay.Options{})
	p, ready = startListening(t, dir, append(moved, more...), "--tunnel", "relay", "--register")
	p.complains("its URL is now " + clerkURL(t, ready))
	if now := clerk.Endpoints(); len(now) != 1 || now[0].ID != e[0].ID || now[0].URL != clerkURL(t, ready) || now[0].Secret != e[0].Secret {
		t.Errorf("%+v", now)
	}
}

func TestDoctorComparesTheEndpoint(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	look := func(env []string) (found []string) {
		t.Helper()
		stdout, _, _ := runHooktop(t, dir, env, "doctor", "--json", "--public-url", ownURL, "--addr", "127.0.0.1:0")
		for line := range strings.Lines(stdout) {
			var f struct{ Name, State, Text string }
			if json.Unmarshal([]byte(line), &f) == nil && f.Name == "registration" {
				found = append(found, f.State+" "+f.Text)
			}
		}
		return found
	}
	expect := func(when string, found []string, parts ...string) {
		t.Helper()
		if len(found) != len(parts) {
			t.Fatalf("%s: %q", when, found)
		}
		for i, part := range parts {
			if state, text, _ := strings.Cut(part, " "); !strings.HasPrefix(found[i], state+" ") || !strings.Contains(found[i], text) {
				t.Errorf("%s: %q", when, found)
			}
		}
	}
	expect("no key", look(env[:2]))
	expect("none yet", look(env), "unknown no endpoint")
	register(t, dir, env, "--url", "https://before.example")
	e := clerk.Endpoints()[0]
	expect("another URL, no secret", look(env), "failed before.example", "warning in no .env file")
	register(t, dir, env, "--url", ownURL, "--write-env")
	expect("in order", look(env), "ok "+e.ID)
	expect("another secret", look(append(env, "CLERK_WEBHOOK_SIGNING_SECRET="+secret)), "ok "+e.ID, "failed LaSw")
	clerk.Disable(e.ID)
	expect("disabled", look(env), "failed disabled")
	clerk.Fail(standin.Secret, standin.Refuse(http.StatusForbidden, "insufficient access", "no"), 0)
	expect("its secret may not be read", look(env), "failed disabled", "unknown cannot be read")
	clerk.Fail(standin.ListEndpoints, standin.HTML(http.StatusOK), 0)
	expect("unexpected", look(env), "unknown ")
	expect("refused", look(append(env, "CLERK_SECRET_KEY=sk_test_"+strings.Repeat("x", 30))), "failed ")
	expect("out of reach", look(append(env, "CLERK_API_URL=http://127.0.0.1:1")), "unknown ")
}

// Killed between creating the endpoint and reading its secret: the next start finds it.
func TestAKillLeavesOneEndpoint(t *testing.T) {
	_, env := startRelay(t, relay.Options{})
	clerk, more := startClerk(t, standin.Config{})
	env = append(env, more...)
	dir := t.TempDir()
	asked := make(chan struct{}, 8)
	clerk.Fail(standin.Secret, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}, 0)
	p, _ := startListening(t, dir, env, "--tunnel", "relay", "--yes", "--register")
	<-asked
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.ends()
	before := clerk.Endpoints()
	clerk.Heal()
	p, ready := startListening(t, dir, env, "--tunnel", "relay", "--register")
	p.complains("up to date")
	if now := clerk.Endpoints(); len(before) != 1 || len(now) != 1 || now[0].ID != before[0].ID || now[0].URL != clerkURL(t, ready) {
		t.Errorf("before %+v, now %+v", before, now)
	}
}
