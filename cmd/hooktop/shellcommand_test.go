package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver"
)

// A curl command goes to where a forward would: to a bare host at the path that
// the delivery came to.
func TestACurlCommandGoesWhereTheForwardGoes(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--clerk-path", "/hooks/clerk")
	for _, c := range []struct{ name, to, want string }{
		{"a port", "3000", "http://localhost:3000/hooks/clerk"},
		{"a bare host", "https://app.example.com/", "https://app.example.com/hooks/clerk"},
		{"a whole URL", "localhost:3000/api?a=b", "http://localhost:3000/api?a=b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if script := mustRun(t, dir, withSecret(), "export", "--format", "curl", "--to", c.to); !strings.Contains(script, " '"+c.want+"' ") {
				t.Errorf("export sends to another than %s: %s", c.want, script)
			}
			route, err := receiver.ParseRoute(c.to)
			if err != nil {
				t.Fatal(err)
			}
			if command := curlOf(t, dir, route); !strings.Contains(command, " '"+c.want+"' ") {
				t.Errorf("the dashboard's goes to another than %s: %s", c.want, command)
			}
		})
	}
	if command := curlOf(t, dir); !strings.Contains(command, " 'http://127.0.0.1:4747/hooks/clerk' ") {
		t.Errorf("without an app it does not go to hooktop: %s", command)
	}
}

// curlOf is the command that the dashboard copies for delivery 1.
func curlOf(t *testing.T, dir string, routes ...receiver.Route) string {
	t.Helper()
	signing, _, err := newSigning(map[string]string{"clerk": secret}, environment{process: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	s := &settings{
		db: filepath.Join(dir, ".hooktop", "hooktop.db"), signing: signing,
		paths: map[string]string{"clerk": "/hooks/clerk"}, forwarding: forwarding{routes: routes},
	}
	db, err := openStore(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written
	h := newHooktop(s, db)
	h.receiver.Door.URL = "http://127.0.0.1:4747"
	command, err := h.curl(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return command
}
