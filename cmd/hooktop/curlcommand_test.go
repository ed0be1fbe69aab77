package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/saved"
)

// A bare host gets it at the provider's path.
func TestACurlCommandGoesWhereAForwardGoes(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--clerk-path", "/hooks/clerk")
	for _, c := range []struct{ name, to, want string }{
		{"a port", "3000", "http://localhost:3000/hooks/clerk"},
		{"a bare host", "https://app.example.com", "https://app.example.com/hooks/clerk"},
		{"a slash", "https://app.example.com/", "https://app.example.com/"},
		{"a whole URL", "localhost:3000/api?a=b", "http://localhost:3000/api?a=b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if script := mustRun(t, dir, withSecret(), "export", "--format", "curl", "--clerk-path", "/hooks/clerk", "--to", c.to); !strings.Contains(script, " '"+c.want+"' ") {
				t.Errorf("export does not send to %s: %s", c.want, script)
			}
			route, err := receiver.ParseRoute(c.to)
			if err != nil {
				t.Fatal(err)
			}
			if command := curlOf(t, dir, 1, route); !strings.Contains(command, " '"+c.want+"' ") {
				t.Errorf("the dashboard's command does not send to %s: %s", c.want, command)
			}
		})
	}
	if command := curlOf(t, dir, 1); !strings.Contains(command, " 'http://127.0.0.1:4747/hooks/clerk' ") {
		t.Errorf("without an app it does not send to hooktop: %s", command)
	}
}

// A shell runs it and a terminal shows it, however long the body is.
func TestACurlCommandCanSendAnyBody(t *testing.T) {
	for _, tool := range []string{"sh", "curl", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	dir, app := t.TempDir(), startApp(t, 200)
	bodies := []string{
		`{"type":"cake.baked","data":{"id":"user_1","bio":"it's 100% $HOME \\ \u0041"}}`,
		"{\"type\":\"cake.baked\",\"data\":{\"id\":\"user_1\",\"bio\":\"\u202eder \x7f\u009b31m\"}}\n\n",
		`{"type":"cake.baked","data":{"id":"user_1","bio":"` + strings.Repeat("0123456789abcdef", 20_000) + `"}}`,
	}
	for i, body := range bodies {
		if err := os.WriteFile(filepath.Join(dir, "own.json"), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		command := mustRun(t, dir, withSecret(), "trigger", "--file", "own.json", "--print", "--to", app.URL)
		mustRun(t, dir, withSecret(), "trigger", "--file", "own.json")
		copied := curlOf(t, dir, int64(i+1), receiver.Route{Target: app.URL})
		for _, text := range []string{command, copied} {
			if strings.ContainsAny(text, "\u202e\x7f\u009b") {
				t.Errorf("a terminal obeys %.400q", text)
			}
			sh := exec.CommandContext(t.Context(), "sh", "-e")
			sh.Stdin = strings.NewReader(text)
			if out, err := sh.CombinedOutput(); err != nil {
				t.Errorf("%v: %.400s", err, out)
			}
		}
		got := app.got()
		if len(got) != 2*(i+1) {
			t.Fatalf("of %.60q the app got %d in all", body, len(got))
		}
		for _, r := range got[2*i:] {
			if r.body != body || !r.verified {
				t.Errorf("the app got %.60q, verified %v, of %.60q", r.body, r.verified, body)
			}
		}
	}
}

// curl expands some URLs into several or none, unless it is told not to.
func TestACurlCommandSendsOneRequest(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	app := startApp(t, 200)
	for i, query := range []string{"a={b,c}", "ids[]=1", "n=[1-3]"} {
		sh := exec.CommandContext(t.Context(), "sh", "-c", saved.CurlCommand(app.URL+"/hook?"+query, nil, []byte("{}")))
		if out, err := sh.CombinedOutput(); err != nil || len(app.got()) != i+1 {
			t.Errorf("?%s: the app got %d in all: %v, %s", query, len(app.got()), err, out)
		}
	}
}

// curlOf returns the command that the dashboard copies for a delivery.
func curlOf(t *testing.T, dir string, id int64, routes ...receiver.Route) string {
	t.Helper()
	signing, _, err := config.FindSecrets(map[string]string{"clerk": secret}, config.Environment{Process: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	s := &config.Settings{
		DB: filepath.Join(dir, ".hooktop", "hooktop.db"), Secrets: signing,
		Paths: map[string]string{"clerk": "/hooks/clerk"}, Forwarding: config.Forwarding{Routes: routes},
	}
	db, err := openStore(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written
	h := newHooktop(s, db)
	h.receiver.Self.URL = "http://127.0.0.1:4747"
	command, err := h.curl(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return command
}
