// Package realapps runs real apps, with the real packages from npm, and holds what
// hooktop says of their answers. Its test runs only where HOOKTOP_REAL_APPS names
// a folder: the apps are installed there once, which takes npm's registry and a
// minute. It holds tests alone.
package realapps

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	secret      = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_plJ3nmyCDGBKInavdOK15jslqwertyUI"
	path        = "/api/webhooks/clerk"
)

// surviving is an event that JSON.parse and JSON.stringify leave as it is.
const surviving = `{"data":{"id":"user_1","object":"user","first_name":"T","email_addresses":[{"id":"idn_1","email_address":"ada@example.com"}],"primary_email_address_id":"idn_1","created_at":1700000000000,"updated_at":1700000000000},"object":"event","timestamp":1700000000100,"type":"user.created"}`

// story is an app with something wrong, and what must be said of it.
type story struct {
	app, variant string
	// name is what is wrong, in words.
	name string
	// secret is the one that the app has, the right one if "". path is where the
	// delivery is sent, body what is sent of it: a made-up event if "".
	secret, path, body string
	// status is the app's, 0 if it depends on how the app was started. must and
	// mustNot match what the advice has to say and must not say; certain is whether it
	// has to be certain. silent is set if there is nothing to say.
	status        int
	must, mustNot string
	certain       bool
	silent        bool
}

var stories = []story{
	{app: "next", variant: "right", name: "all is well", status: 200, silent: true},
	{app: "next", variant: "right", name: "the path is wrong", path: "/api/webhooks/clrk", status: 404, must: `path|route`, mustNot: `createRouteMatcher|hid|exempt`, certain: true},
	{app: "next", variant: "wrong-matcher", name: "the middleware protects every path", must: `auth\.protect`, mustNot: `createRouteMatcher`, certain: true},
	{app: "next", variant: "middleware-401", name: "the middleware answers 401", status: 401, must: `middleware|proxy`},
	{app: "next", variant: "sign-in", name: "the middleware redirects to the sign-in page", status: 307, must: `sign-?in|auth`, mustNot: `--forward-to http`, certain: true},
	{app: "next", variant: "locale", name: "the middleware redirects to a locale", status: 307, must: `locale|language|i18n|/en`, mustNot: `auth\.protect|--forward-to http[^ ]*/en`, certain: true},
	{app: "next", variant: "auth-in-handler", name: "the route calls auth() itself", status: 401, must: `handler|route`, mustNot: `createRouteMatcher`},
	{app: "next", variant: "right", name: "the app has another secret", secret: otherSecret, body: surviving, status: 400, must: `secret`},
	{app: "next", variant: "catch-401", name: "another secret, and the catch answers 401", secret: otherSecret, status: 401, must: `secret`, mustNot: `createRouteMatcher`},
	{app: "next", variant: "catch-200", name: "another secret, and the catch answers 200", secret: otherSecret, status: 200, must: `signature|secret|verif`},
	{app: "next", variant: "read-twice", name: "req.json() runs before verifyWebhook", status: 400, must: `twice|already|once`, certain: true},
	{app: "next", variant: "uncaught", name: "another secret, and nobody catches", secret: otherSecret, status: 500, must: `secret|signature|verif`},
	{app: "next", variant: "fails-itself", name: "the route fails after the verification", status: 500, mustNot: `twice or out of order`},
	{app: "next", variant: "not-found", name: "the route calls notFound()", status: 404, must: `handler|code`, mustNot: `createRouteMatcher|auth\.protect`},
	{app: "next", variant: "right", name: "the app has no secret", secret: "-", status: 400, must: `CLERK_WEBHOOK_SIGNING_SECRET`, certain: true},
	{app: "express", variant: "right", name: "all is well", status: 200, silent: true},
	{app: "express", variant: "json-first", name: "express.json() ran first, and JSON.stringify is verified", status: 400, must: `express\.raw`, mustNot: `createRouteMatcher|route\.ts`},
	{app: "express", variant: "json-first-clerk", name: "express.json() ran first, and Clerk's verifyWebhook is used", status: 400, must: `express\.raw|raw body`},
	{app: "express", variant: "right", name: "the app has another secret", secret: otherSecret, body: surviving, status: 400, must: `secret`, mustNot: `createRouteMatcher`},
	{app: "express", variant: "no-parser", name: "no body parser ran", status: 500, must: `raw|body`, mustNot: `out of order|email`, certain: true},
	{app: "express", variant: "catch-401", name: "another secret, and the catch answers 401", secret: otherSecret, status: 401, must: `secret`, mustNot: `proxy\.ts|middleware\.ts`},
	{app: "express", variant: "catch-200", name: "another secret, and the catch answers 200", secret: otherSecret, status: 200, must: `signature|secret|verif`},
	{app: "express", variant: "right", name: "the path is wrong", path: "/webhooks", status: 404, must: `route|path`, mustNot: `auth\.protect`, certain: true},
	{app: "fastify", variant: "right", name: "all is well", status: 200, silent: true},
	{app: "fastify", variant: "clerk", name: "Clerk's verifyWebhook for Fastify", status: 400, must: `raw|re-?serial|bytes`, mustNot: `express\.`},
	{app: "fastify", variant: "stringify", name: "JSON.stringify(req.body) is verified", status: 400, must: `raw`, mustNot: `express\.`},
	{app: "fastify", variant: "right", name: "the path is wrong", path: "/webhooks", status: 404, must: `route|path`, mustNot: `\bNest|auth\.protect|express\.`, certain: true},
	{app: "fastify", variant: "body-limit", name: "the body limit is too small", status: 413, must: `bodyLimit`, mustNot: `express\.`, certain: true},
	{app: "fastify", variant: "schema", name: "the route's schema refuses the event", status: 400, must: `schema|valid|property`, mustNot: `secret|other bytes|different bytes|changed body`, certain: true},
	{app: "hono", variant: "right", name: "all is well", status: 200, silent: true},
	{app: "hono", variant: "right", name: "the path is wrong", path: "/webhooks", status: 404, must: `route|path`, mustNot: `auth\.protect|proxy\.ts`},
	{app: "hono", variant: "right", name: "the app has another secret", secret: otherSecret, body: surviving, status: 400, must: `secret`, mustNot: `express\.|createRouteMatcher`},
	{app: "hono", variant: "read-twice", name: "the body was read before", status: 400, must: `twice|already|once`, certain: true},
}

func TestRealApps(t *testing.T) {
	root := os.Getenv("HOOKTOP_REAL_APPS")
	if root == "" {
		t.Skip("HOOKTOP_REAL_APPS names no folder")
	}
	hooktop := os.Getenv("HOOKTOP")
	if hooktop == "" {
		hooktop = filepath.Join(t.TempDir(), "hooktop")
		command(t, "", nil, "go", "build", "-o", hooktop, "github.com/hooktop/hooktop/cmd/hooktop")
	}
	installed := map[string]string{}
	for _, s := range stories {
		t.Run(s.app+": "+s.name, func(t *testing.T) {
			if installed[s.app] == "" {
				installed[s.app] = install(t, root, s.app)
			}
			s.run(t, hooktop, installed[s.app])
		})
	}
}

// install copies an app into root and installs its packages, if they are not there.
func install(t *testing.T, root, app string) string {
	t.Helper()
	dir := filepath.Join(root, app)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyInto(dir, filepath.Join("testdata", app)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); errors.Is(err, os.ErrNotExist) {
		command(t, dir, nil, "npm", "install", "--no-audit", "--no-fund")
	}
	return dir
}

func (s story) run(t *testing.T, hooktop, dir string) {
	env := []string{
		"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "NO_COLOR=1", "VARIANT=" + s.variant, "NEXT_TELEMETRY_DISABLED=1",
		"NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk", "CLERK_PUBLISHABLE_KEY=pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk", "CLERK_SECRET_KEY=sk_test_" + strings.Repeat("a", 42), "NEXT_PUBLIC_CLERK_KEYLESS_DISABLED=1",
	}
	appEnv := env
	switch s.secret {
	case "":
		appEnv = append(appEnv, "CLERK_WEBHOOK_SIGNING_SECRET="+secret)
	case "-":
	default:
		appEnv = append(appEnv, "CLERK_WEBHOOK_SIGNING_SECRET="+s.secret)
	}
	if s.path == "" {
		s.path = path
	}
	to := start(t, dir, appEnv, s.app, s.path)
	args := []string{"trigger", "user.created", "--to", to, "--json", "--clerk-secret", secret, "--db", filepath.Join(t.TempDir(), "hooktop.db")}
	if s.body != "" {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, []byte(s.body), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"trigger", "--file", file}, args[2:]...)
	}
	var told struct {
		Status           int
		Says, Fix, Cause string
		Certain          bool
		Alternatives     []string
		Body             string
	}
	for line := range bytes.Lines(command(t, dir, env, append([]string{hooktop}, args...)...)) {
		if bytes.Contains(line, []byte(`"kind":"forward"`)) {
			if err := json.Unmarshal(line, &told); err != nil {
				t.Fatal(err)
			}
		}
	}
	said := strings.TrimSpace(told.Says + " " + told.Fix)
	t.Logf("%d %.160q\n  cause %q, certain %v, or %v\n  says: %s\n  fix:  %s", told.Status, told.Body, told.Cause, told.Certain, told.Alternatives, told.Says, told.Fix)
	if s.status != 0 && told.Status != s.status {
		t.Errorf("the app answered %d, not %d", told.Status, s.status)
	}
	if s.silent {
		if said != "" {
			t.Error("there is nothing to say")
		}
		return
	}
	if said == "" {
		t.Error("it says nothing")
	}
	if s.must != "" && !regexp.MustCompile("(?i)"+s.must).MatchString(said) {
		t.Errorf("it does not say %s", s.must)
	}
	if s.mustNot != "" && regexp.MustCompile("(?i)"+s.mustNot).MatchString(said) {
		t.Errorf("it says %s", s.mustNot)
	}
	if told.Certain != s.certain {
		t.Errorf("certain is %v", told.Certain)
	}
}

// start runs an app until the test ends and returns the address of a path there.
func start(t *testing.T, dir string, env []string, app, path string) string {
	t.Helper()
	argv := []string{"node", "server.mjs"}
	if app == "next" {
		argv = []string{"node", "node_modules/next/dist/bin/next", "dev", "--port", freePort(t)}
	}
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = time.Second
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	said, lines := regexp.MustCompile(`listening on (\d+)|Local:\s+http://localhost:(\d+)`), bufio.NewScanner(out)
	var all strings.Builder
	for lines.Scan() {
		fmt.Fprintln(&all, lines.Text())
		if found := said.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return ready(t, "http://localhost:"+found[1]+found[2]+path)
		}
	}
	t.Fatalf("%s does not start:\n%s", app, &all)
	return ""
}

// ready waits until an app answers anything: a dev server compiles first, which
// takes longer than a sender waits.
func ready(t *testing.T, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return address
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it only held the port
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// command runs a program to its end and returns what it prints. hooktop ends with 1
// where the app refuses.
func command(t *testing.T, dir string, env []string, argv ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && out.Len() == 0 {
		t.Fatalf("%v: %v\n%s", argv, err, &errs)
	}
	return out.Bytes()
}

// copyInto copies the files of a folder over those of another.
func copyInto(to, from string) error {
	return filepath.WalkDir(from, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o600)
	})
}
