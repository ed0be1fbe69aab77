//go:build unix

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// answering is an app that answers everything alike.
func answering(t *testing.T, status int, contentType, body string) string {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(app.Close)
	return app.URL + "/hook"
}

// Whoever reads the lines of listen, or the log of a CI job, has no database to ask:
// listen and wait say why the app did not accept a delivery, as show does.
func TestListenAndWaitSayWhyTheAppRefused(t *testing.T) {
	secured := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secured.Close)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + gone.Addr().String() + "/hook"
	gone.Close()
	for _, c := range []struct{ name, app string }{
		{"no signing secret", answering(t, 500, "text/plain", "Missing webhook signing secret. Set the CLERK_WEBHOOK_SIGNING_SECRET environment variable")},
		{"no route", answering(t, 404, "text/html", "<!DOCTYPE html><html><pre>Cannot POST /hook</pre></html>")},
		{"a unique column", answering(t, 500, "text/plain", "Unique constraint failed on the fields: (email)")},
		{"a redirect", answering(t, 307, "text/plain", "")},
		{"it closes the connection", answering(t, 0, "", "")},
		{"it speaks HTTPS", strings.Replace(secured.URL, "https:", "http:", 1) + "/hook"},
		{"it does not run", nobody},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "off", "--forward-to", c.app)
			p.says("receiving at")
			mustRun(t, dir, withSecret(), "trigger", "user.created")
			p.says("  fix: ")

			shown := objects(t, mustRun(t, dir, nil, "show", "1", "--json"))[0]
			forward := shown["forwards"].([]any)[0].(map[string]any)
			says, fix := forward["says"].(string), forward["fix"].(string)
			if !strings.Contains(p.output(), "\n  "+says+"\n  fix: "+fix) {
				t.Errorf("listen printed %s\nwant %s\n%s", p.output(), says, fix)
			}
			_, stderr, code := runHooktop(t, dir, nil, "wait", "--since", "0", "--forwarded", "--timeout", "10ms")
			if code != exit.CodeTimedOut || !strings.Contains(stderr, says+" "+fix) {
				t.Errorf("wait ended with %d: %s\nwant %s\n%s", code, stderr, says, fix)
			}
		})
	}
}

// Several failures with one cause in a row are explained once.
func TestListenExplainsARepeatedFailureOnce(t *testing.T) {
	dir := t.TempDir()
	app := answering(t, 500, "text/plain", "Unique constraint failed")
	p := start(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "off", "--forward-to", app)
	p.says("receiving at")
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--count", "3")
	for range 3 {
		p.says("→ 500")
	}
	p.interrupt()
	if n := strings.Count(p.output(), "  fix: "); n != 1 {
		t.Errorf("it is said %d times: %s", n, p.output())
	}
}

// A page that is one line of 10,000 characters does not push the fix off the screen.
func TestShowPrintsTheTextOfAPage(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct{ name, contentType, body, shows string }{
		{"Next.js' page", "text/html", "<!DOCTYPE html><html><head>" + strings.Repeat(`<script src="/_next/static/chunks/x.js" async=""></script>`, 180) + "</head><body><h1>404</h1><h2>This page could not be found.</h2></body></html>", "\n  This page could not be found."},
		{"Vite's overlay", "text/html", "<!DOCTYPE html><html><body><pre>Error: boom\n at x</pre><script>" + long + "</script></body></html>", "\n  Error: boom\n  at x"},
		{"a fragment", "text/html; charset=utf-8", "<div style='" + long + "'><p>Bad Gateway</p></div>", "\n  Bad Gateway"},
		{"minified JSON", "application/json", `{"error":"` + long + `","code":7}`, `"code": 7`},
		{"text", "text/plain", "begins " + long, "begins xxx"},
		{"an XML document", "application/xml", "<error>" + long + "</error>", "<error>xxx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			mustRunFailing(t, dir, "trigger", "user.created", "--forward-to", answering(t, 500, c.contentType, c.body))
			shown := mustRun(t, dir, nil, "show", "1")
			if !strings.Contains(shown, c.shows) {
				t.Errorf("it shows %s", shown)
			}
			for line := range strings.Lines(shown) {
				if len([]rune(line)) > 1001 {
					t.Errorf("a line of %d characters", len(line))
				}
			}
			whole := objects(t, mustRun(t, dir, nil, "show", "1", "--json"))[0]
			if got := whole["forwards"].([]any)[0].(map[string]any)["body"]; got != c.body {
				t.Errorf("--json has %.60q", got)
			}
		})
	}
}

// mustRunFailing runs a command whose app does not accept what it sends.
func mustRunFailing(t *testing.T, dir string, args ...string) {
	t.Helper()
	if _, stderr, code := runHooktop(t, dir, withSecret(), args...); code != exit.CodeFailed {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
}
