package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// A target or a public URL may hold a password. It is for the app alone.
const password = "hunter2-of-ada"

// withPassword puts it into a URL.
func withPassword(url string) string {
	return strings.Replace(url, "://", "://ada:"+password+"@", 1)
}

func wantNoPassword(t *testing.T, what, text string) {
	t.Helper()
	if strings.Contains(text, password) {
		t.Errorf("%s shows the password: %s", what, text)
	}
}

func TestAPasswordInAURLIsForTheAppAlone(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	target := withPassword(app.URL) + "/hook?stage=dev&token=" + password
	dead := withPassword(nowhere(t)) + "/hook?api_key=" + password
	shown := strings.ReplaceAll(target, password, "xxxxx")
	public := withPassword("https://hooks.example.com")

	ndjson, ready := startListening(t, dir, withSecret(), "--forward-to", target, "--public-url", public)
	if ready["public_url"] != "https://hooks.example.com" && ready["public_url"] != "https://ada:xxxxx@hooks.example.com" {
		t.Errorf("the public URL is %v", ready["public_url"])
	}
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	ndjson.next("forward")

	other := t.TempDir()
	text := start(t, other, append(withSecret(), "HOOKTOP_FORWARD_TO="+dead, "HOOKTOP_PUBLIC_URL="+public), "listen", "--addr", "127.0.0.1:0")
	text.says("forward to ")
	mustRun(t, other, withSecret(), "trigger", "user.created")
	text.says("→ ✗ ")
	for _, p := range []*process{ndjson, text} {
		wantNoPassword(t, "listen", p.output())
		wantNoPassword(t, "listen, on stderr,", p.complaints())
	}
	if !strings.Contains(text.output(), "hooks.example.com") || !strings.Contains(text.output(), "/hook") {
		t.Errorf("the rest of the URLs is not shown: %s", text.output())
	}

	own := t.TempDir()
	for _, c := range []struct {
		dir  string
		args []string
	}{
		{dir, []string{"show", "1"}},
		{dir, []string{"show", "1", "--json"}},
		{dir, []string{"deliveries", "--json"}},
		{other, []string{"show", "1"}},
		{own, []string{"trigger", "user.created", "--forward-to", target}},
		{own, []string{"trigger", "user.created", "--forward-to", dead, "--json"}},
		{own, []string{"resend", "1", "--to", target}},
		{own, []string{"resend", "1", "--to", target, "--as", "new", "--json"}},
		{own, []string{"resend", "1", "--to", dead}},
		{own, []string{"resend", "1", "--to", shown, "--forward-to", target}},
		{own, []string{"export", "--format", "curl", "--to", target}},
		{own, []string{"export", "--format", "har", "--with-codes"}},
		{own, []string{"export", "--with-codes"}},
		{own, []string{"trigger", "user.created", "--to", target, "--print"}},
		{own, []string{"show", "3"}},
		{own, []string{"show", "3", "--json"}},
		{own, []string{"show", "5", "--json"}},
	} {
		stdout, stderr, _ := runHooktop(t, c.dir, withSecret(), c.args...)
		wantNoPassword(t, strings.Join(c.args, " "), stdout+stderr)
		if stdout == "" {
			t.Errorf("%v printed nothing: %s", c.args, stderr)
		}
	}

	got := app.got()
	if len(got) != 5 {
		t.Fatalf("the app got %d requests", len(got))
	}
	for _, r := range got {
		if r.user != "ada" || r.password != password || !r.verified {
			t.Errorf("the app got %+v", r)
		}
	}

	// It is not kept either: a database is shown around.
	for _, dir := range []string{dir, other, own} {
		files, err := filepath.Glob(filepath.Join(dir, ".hooktop", "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%v %v", files, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err == nil && strings.Contains(string(content), password) {
				t.Errorf("%s holds the password", filepath.Base(file))
			}
		}
	}
}

// What is shown of a URL is not enough to send to it, if nothing here knows the rest.
func TestAMaskedURLIsNotSentTo(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	for _, to := range []string{"http://ada:xxxxx@127.0.0.1:1/hook", "http://127.0.0.1:1/hook?token=xxxxx"} {
		stdout, stderr, code := runHooktop(t, dir, withSecret(), "resend", "1", "--to", to, "--forward-to", withPassword("http://127.0.0.1:2")+"?token="+password)
		if code != exit.CodeUsage || stdout != "" || !strings.Contains(stderr, "fix: ") || !strings.Contains(stderr, "--forward-to") {
			t.Errorf("%s: %d %s%s", to, code, stdout, stderr)
		}
	}
}

// What is wrong with a URL is said without quoting its password.
func TestAPasswordIsNotInAnError(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	for name, url := range map[string]string{
		"another scheme":        "ftp://ada:" + password + "@app.example.com/hook",
		"a port that is none":   "http://ada:" + password + "@app.example.com:port/hook",
		"a broken escape":       "http://ada:" + password + "@app.example.com/%zz",
		"a blank in the host":   "http://ada:" + password + "@app example.com/hook",
		"no host":               "http://ada:" + password + "@/hook",
		"no scheme":             "ada:" + password + "@app.example.com:port",
		"a bracket in the host": "http://ada:" + password + "@[::1/hook",
		"a control character":   "http://ada:" + password + "@app.example.com/\x7f",
		"an escape in the user": "http://ada%zz:" + password + "@app.example.com/",
	} {
		for _, args := range [][]string{
			{"listen", "--local", "--forward-to", url},
			{"listen", "--local", "--public-url", url},
			{"resend", "1", "--to", url},
			{"trigger", "user.created", "--forward-to", url},
		} {
			stdout, stderr, code := runHooktop(t, dir, nil, args...)
			if code != exit.CodeUsage || !strings.HasPrefix(stderr, "error: ") || !strings.Contains(stderr, "\nfix: ") {
				t.Errorf("%s, %s: exit code %d, %s%s", name, args[0], code, stdout, stderr)
			}
			wantNoPassword(t, name+", "+args[0]+" "+args[len(args)-2]+",", stdout+stderr)
		}
	}
}
