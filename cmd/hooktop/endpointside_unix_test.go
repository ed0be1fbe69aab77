//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/machine"
	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
	"github.com/hooktop/hooktop/tui/text"
)

// sideRig is a folder whose endpoint at the stand-in leads to a hooktop that runs
// there.
type sideRig struct {
	*process
	clerk *standin.Server
	svix  *svixapi.Client
	env   []string
	id    string // of the endpoint
	here  string // the webhook URL
}

func startSide(t *testing.T, args ...string) *sideRig {
	t.Helper()
	clerk, env := startClerk(t, standin.Config{})
	dir := t.TempDir()
	t.Setenv("HOME", dir) // as command sets it: it is part of whose folder it is
	key, err := clerkapi.ParseKey(standin.Key, "the test")
	if err != nil {
		t.Fatal(err)
	}
	api, err := clerkapi.New(clerkapi.Config{Key: key, URL: clerk.URL})
	if err != nil {
		t.Fatal(err)
	}
	svix, err := svixapi.Open(t.Context(), api.Portal, svixapi.Config{URL: clerk.URL})
	if err != nil {
		t.Fatal(err)
	}
	e, err := svix.CreateEndpoint(t.Context(), svixapi.NewEndpoint{URL: "http://127.0.0.1:1/api/webhooks/clerk", UID: machine.Owner(dir).UID(), EventTypes: registration.Events()})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := svix.Secret(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	env = append(env, "CLERK_WEBHOOK_SIGNING_SECRET="+secret.Reveal())
	p, ready := startListening(t, dir, env, append([]string{"--tunnel", "off"}, args...)...)
	return &sideRig{process: p, clerk: clerk, svix: svix, env: env, id: e.ID, here: ready["webhook_urls"].(map[string]any)["clerk"].(string)}
}

// point points the endpoint at a URL.
func (g *sideRig) point(t *testing.T, url string) {
	t.Helper()
	if _, err := g.svix.PatchEndpoint(context.WithoutCancel(t.Context()), g.id, svixapi.EndpointChange{URL: url}); err != nil {
		t.Fatal(err)
	}
}

func (g *sideRig) send(event, user string) (id string) {
	id, _ = g.clerk.Send(event, []byte(userEvent(event, user, user+"@example.com", time.Now())))
	return id
}

// status returns the endpoint's object and the newest attempt of each message.
func (g *sideRig) status(t *testing.T) (endpoint map[string]any, messages map[string]map[string]any) {
	t.Helper()
	messages = map[string]map[string]any{}
	for _, o := range objects(t, mustRun(t, g.dir, g.env, "endpoint", "status", "--json")) {
		switch o["kind"] {
		case "endpoint":
			endpoint = o
		case "attempt":
			if id := o["message_id"].(string); messages[id] == nil {
				messages[id] = o
			}
		default:
			t.Errorf("an object of kind %v", o["kind"])
		}
	}
	return endpoint, messages
}

// finding is what doctor says of the messages.
func (g *sideRig) finding(t *testing.T) (f map[string]any) {
	t.Helper()
	stdout, _, _ := runHooktop(t, g.dir, g.env, "doctor", "--json", "--tunnel", "off")
	for _, o := range objects(t, stdout) {
		if o["name"] == "messages" {
			f = o
		}
	}
	return f
}

func causeOf(o map[string]any) string {
	reason, _ := o["reason"].(map[string]any)
	return fmt.Sprint(reason["cause"])
}

// Svix's side is told next to what arrived, and what did not arrive is sent again:
// what failed by recover, what counts as a success one by one.
func TestTheProvidersSideIsComparedAndRecovered(t *testing.T) {
	g := startSide(t)
	failed := g.send("user.created", "user_failed")
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer elsewhere.Close()
	g.point(t, elsewhere.URL+"/api/webhooks/clerk")
	missing := g.send("user.created", "user_missing")
	g.point(t, g.here)
	arrived := g.send("user.created", "user_arrived")
	unselected := g.send("session.created", "user_arrived")

	endpoint, messages := g.status(t)
	if endpoint["id"] != g.id || endpoint["url"] != g.here || endpoint["disabled"] != false || fmt.Sprint(endpoint["arrived"], endpoint["failed"], endpoint["missing"]) != "1 1 1" {
		t.Errorf("the endpoint is %v", endpoint)
	}
	for id, want := range map[string]string{failed: "failed no-answer", missing: "missing answered-elsewhere", arrived: "arrived <nil>"} {
		o := messages[id]
		if got := fmt.Sprint(o["state"], " ", causeOf(o)); got != want {
			t.Errorf("%s is %s, want %s: %v", id, got, want, o)
		}
		if (o["delivery_id"] != nil) != (id == arrived) || o["attempt_id"] == nil || o["url"] == nil {
			t.Errorf("%v", o)
		}
	}
	if o := messages[unselected]; o == nil || o["state"] != "never-tried" || causeOf(o) != "event-not-selected" || o["attempt_id"] != nil {
		t.Errorf("what is not selected is %v", o)
	}

	stdout := mustRun(t, g.dir, g.env, "endpoint", "status", "--no-color")
	for line := range strings.Lines(stdout) {
		if text.Width(strings.TrimRight(line, "\n")) > 80 {
			t.Errorf("wider than 80 columns: %s", line)
		}
	}
	for _, want := range []string{g.id, arrived, "missing", "fix: ", "hooktop endpoint recover --since 24h"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, stdout)
		}
	}

	if f := g.finding(t); f["state"] != "warning" || !strings.Contains(fmt.Sprint(f["text"]), "2 messages") || !strings.Contains(fmt.Sprint(f["fix"]), "hooktop endpoint status") {
		t.Errorf("doctor finds %v", f)
	}

	stdout, stderr, code := runHooktop(t, g.dir, g.env, "endpoint", "recover", "--since", "2h", "--json")
	if code != exit.CodeDone || !strings.Contains(stderr, missing) {
		t.Fatalf("exit code %d, %s%s", code, stdout, stderr)
	}
	if got := objects(t, stdout); len(got) != 1 || got[0]["message_id"] != failed || got[0]["outcome"] != "created" || got[0]["verdict"] != "verified" {
		t.Errorf("recovered %v", got)
	}
	if got := objects(t, mustRun(t, g.dir, g.env, "endpoint", "resend", missing, "--json")); len(got) != 1 || got[0]["message_id"] != missing || got[0]["verdict"] != "verified" {
		t.Errorf("resent %v", got)
	}
	if endpoint, _ := g.status(t); fmt.Sprint(endpoint["arrived"], endpoint["failed"], endpoint["missing"]) != "3 0 0" {
		t.Errorf("then the endpoint is %v", endpoint)
	}
	if f := g.finding(t); f["state"] != "ok" {
		t.Errorf("then doctor finds %v", f)
	}
	_, stderr, code = runHooktop(t, g.dir, g.env, "endpoint", "resend", "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S")
	if code != exit.CodeFailed || !strings.Contains(stderr, "\nfix: hooktop endpoint status") {
		t.Errorf("an unknown message: exit code %d: %s", code, stderr)
	}
}

func TestRecoverIsRefusedBeforeSvixIsAsked(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	for _, since := range []string{"", "2099-01-01T10:00", "15d", "400h", "soon"} {
		args := []string{"endpoint", "recover"}
		if since != "" {
			args = append(args, "--since", since)
		}
		_, stderr, code := runHooktop(t, t.TempDir(), env, args...)
		if code != exit.CodeUsage || !strings.Contains(stderr, "--since") || !strings.Contains(stderr, "\nfix: ") {
			t.Errorf("--since %q: exit code %d: %s", since, code, stderr)
		}
	}
	if got := clerk.Requests(); len(got) != 0 {
		t.Errorf("it was asked: %v", got)
	}
}

func TestWithoutAnEndpointTheFixIsToRegisterOne(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	clerk.Add("https://somebody.example/hook")
	dir := t.TempDir()
	o := objects(t, mustRun(t, dir, env, "endpoint", "status", "--json"))
	if len(o) != 1 || o[0]["id"] != nil || o[0]["others"] != 1.0 || !strings.Contains(fmt.Sprint(o[0]["problems"]), "no-endpoint") {
		t.Errorf("%v", o)
	}
	for _, args := range [][]string{{"endpoint", "recover", "--since", "1h"}, {"endpoint", "resend", "msg_1"}} {
		_, stderr, code := runHooktop(t, dir, env, args...)
		if code != exit.CodeFailed || !strings.Contains(stderr, "hooktop endpoint register") {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	if missing := mustRun(t, dir, env, "endpoint", "status"); !strings.Contains(missing, "hooktop endpoint register") {
		t.Error(missing)
	}
}

// What Svix and Clerk refuse ends with a fix.
func TestSvixsRefusalsEndInAFix(t *testing.T) {
	g := startSide(t)
	for _, c := range []struct {
		name, route string
		fault       standin.Fault
		code        int
		says        string
	}{
		{"a key that Clerk refuses", standin.Link, standin.Refuse(401, "secret_key_invalid", "no such key"), exit.CodeUsage, "CLERK_SECRET_KEY"},
		{"a page", standin.ListAttempts, standin.HTML(200), exit.CodeFailed, "HOOKTOP_SVIX_URL"},
		{"no right to read", standin.ListAttempts, standin.Refuse(403, "insufficient access", "no"), exit.CodeFailed, "dashboard.clerk.com"},
	} {
		g.clerk.Fail(c.route, c.fault, 0)
		_, stderr, code := runHooktop(t, g.dir, g.env, "endpoint", "status")
		g.clerk.Heal()
		if code != c.code || !strings.Contains(stderr, "\nfix: ") || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: exit code %d: %s", c.name, code, stderr)
		}
	}
	g.clerk.Narrow("ViewBase", "ManageEndpoint")
	_, stderr, code := runHooktop(t, g.dir, g.env, "endpoint", "recover", "--since", "1h")
	if code != exit.CodeFailed || !strings.Contains(stderr, "CreateAttempts") || !strings.Contains(stderr, "dashboard.clerk.com") {
		t.Errorf("without the right to recover: exit code %d: %s", code, stderr)
	}
}

// The dashboard shows Svix's side, and r there has Svix send a message again.
func TestTheDashboardShowsTheProvidersSide(t *testing.T) {
	g := startSide(t)
	g.send("user.created", "user_failed")
	g.point(t, g.here)
	g.interrupt()
	address := strings.TrimSuffix(strings.TrimPrefix(g.here, "http://"), "/api/webhooks/clerk")
	term := openTerminal(t, 120, 36, command(t.Context(), t, g.dir, g.env, "--tunnel", "off", "--addr", address))
	term.see("? help")
	term.press("4")
	term.press("\t")
	term.see(g.id, "user.created", "failed")
	term.press("r")
	term.see("1 Deliveries")
	term.press("1")
	term.see("✓ 200 user.created", "user_failed@example.com")
	term.press("q")
}
