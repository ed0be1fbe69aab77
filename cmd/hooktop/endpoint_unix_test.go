//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
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

func TestRegisterWritesTheSecretIntoItsLine(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	file := filepath.Join(dir, ".env.local")
	register(t, dir, env, "--url", ownURL)
	secret := clerk.Endpoints()[0].Secret
	for _, c := range []struct{ name, before, after string }{
		{"no file", "", "CLERK_WEBHOOK_SIGNING_SECRET=@\n"},
		{"other lines", "A=1\r\n# it's\r\nB='x y'", "A=1\r\n# it's\r\nB='x y'\r\nCLERK_WEBHOOK_SIGNING_SECRET=@"},
		{"the name that is used", "\ufeffA=1\nexport CLERK_WEBHOOK_SECRET=\"whsec_old\" # mine\n\nB=2\n", "\ufeffA=1\nexport CLERK_WEBHOOK_SECRET=\"@\" # mine\n\nB=2\n"},
		{"a reference that nothing replaces", "CLERK_WEBHOOK_SECRET=op://vault/item/x\n", "CLERK_WEBHOOK_SECRET=@\n"},
	} {
		_ = os.Remove(file)
		if c.before != "" {
			if err := os.WriteFile(file, []byte(c.before), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		got := register(t, dir, env, "--url", ownURL, "--write-env")
		text, err := os.ReadFile(file)
		if want := strings.ReplaceAll(c.after, "@", secret); err != nil || string(text) != want || got["written"] != ".env.local" {
			t.Errorf("%s: %q, %v, %v", c.name, text, got, err)
		}
		mode := os.FileMode(0o640)
		if c.before == "" {
			mode = 0o600
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: mode %v", c.name, info.Mode())
		}
		values := dotenv.Parse(text).Values()
		if values["CLERK_WEBHOOK_SIGNING_SECRET"] != secret && values["CLERK_WEBHOOK_SECRET"] != secret {
			t.Errorf("%s: read as %v", c.name, values)
		}
	}
	if leftovers, _ := filepath.Glob(filepath.Join(dir, ".hooktop-env-*")); len(leftovers) > 0 {
		t.Errorf("left behind: %v", leftovers)
	}
	// A link stays one, and --env-file names another file.
	shared := filepath.Join(t.TempDir(), "shared.env")
	if err := os.WriteFile(shared, []byte("A=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shared, filepath.Join(dir, "linked.env")); err != nil {
		t.Fatal(err)
	}
	register(t, dir, env, "--url", ownURL, "--write-env", "--env-file", "linked.env")
	if text, _ := os.ReadFile(shared); string(text) != "A=1\nCLERK_WEBHOOK_SIGNING_SECRET="+secret+"\n" {
		t.Errorf("through a link: %q", text)
	}
	if info, err := os.Lstat(filepath.Join(dir, "linked.env")); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link: %v, %v", info, err)
	}
}

func TestWhatKeepsTheSecretFromBeingUsedIsSaid(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("git: %v %s", err, out)
		}
	}
	notes := func(env []string) string {
		return fmt.Sprint(register(t, dir, env, "--url", ownURL, "--write-env")["notes"])
	}
	git("init", "-q")
	if got := notes(append(env, "CLERK_WEBHOOK_SECRET="+secret)); !strings.Contains(got, "CLERK_WEBHOOK_SECRET in hooktop's own environment has another secret (whsec_…LaSw)") || !strings.Contains(got, ".env.local is not ignored by git") {
		t.Errorf("%s", got)
	}
	git("add", ".env.local")
	if got := notes(env); !strings.Contains(got, "tracked by git") {
		t.Errorf("tracked: %s", got)
	}
	git("rm", "-q", "--cached", ".env.local")
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(".env*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := notes(env); got != "[]" {
		t.Errorf("ignored: %s", got)
	}
	if err := os.WriteFile(filepath.Join(dir, ".env.development.local"), []byte("CLERK_WEBHOOK_SIGNING_SECRET="+secret), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := notes(env); !strings.Contains(got, ".env.development.local has another secret") {
		t.Errorf("overridden: %s", got)
	}
	_ = clerk
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

// From another process: the hooktop that runs here says its URL and takes the secret;
// strangers get nowhere.
func TestARunningHooktopTakesTheSecret(t *testing.T) {
	_, env := startRelay(t, relay.Options{})
	clerk, more := startClerk(t, standin.Config{})
	env = append(env, more...)
	dir := t.TempDir()
	p, ready := startListening(t, dir, env, "--local", "--tunnel", "relay", "--yes")
	p.tunnelIs("live")
	got := register(t, dir, env)
	if got["running"] != true || got["url"] != clerkURL(t, ready) {
		t.Errorf("%v", got)
	}
	p.complains("local mode is off")
	clerk.Send("user.created", []byte(userEvent("user.created", "user_1", "ada@example.com", time.Now())))
	if line := p.next("delivery"); line["verdict"] != "verified" {
		t.Errorf("%v", line)
	}
	for _, path := range []string{"/_hooktop/secret", "/_hooktop/"} {
		res, err := http.Post(fmt.Sprint(ready["local_url"])+path, "application/json", strings.NewReader(`{"secret":"`+secret+`"}`))
		if err != nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v, %v", path, res, err)
		}
	}
	// Without a public URL there is nothing to register.
	p.interrupt()
	startListening(t, dir, env, "--local", "--tunnel", "off")
	if _, stderr, code := runHooktop(t, dir, env, "endpoint", "register"); code != exit.CodeUsage || !strings.Contains(stderr, "--tunnel relay") {
		t.Errorf("exit code %d: %s", code, stderr)
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

// On a terminal the question names the file, and only a yes writes it.
func TestAYesOnATerminalWritesTheSecret(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	file := filepath.Join(dir, ".env.local")
	ask := func(answer string) {
		t.Helper()
		d := openTerminal(t, 120, 24, command(t.Context(), t, dir, env, "endpoint", "register", "--url", ownURL))
		if answer != "" {
			d.see("Write the signing secret into CLERK_WEBHOOK_SIGNING_SECRET in .env.local?")
			d.press(answer + "\r")
		}
		if code := d.ends(); code != exit.CodeDone {
			t.Errorf("exit code %d", code)
		}
	}
	ask("n")
	if _, err := os.Stat(file); err == nil {
		t.Error("a no wrote it")
	}
	ask("y")
	if text, _ := os.ReadFile(file); string(text) != "CLERK_WEBHOOK_SIGNING_SECRET="+clerk.Endpoints()[0].Secret+"\n" {
		t.Errorf("%q", text)
	}
	ask("") // it is there: nothing to ask
}
