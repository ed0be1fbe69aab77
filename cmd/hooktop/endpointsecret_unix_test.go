//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
	relay "github.com/hooktop/hooktop/tunnel/relay/standin"
)

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
