package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/tui"
)

// paths are where an app's requests came to.
func (a *app) paths() (list []string) {
	for _, r := range a.got() {
		list = append(list, r.path)
	}
	slices.Sort(list)
	return list
}

func TestRoutesLeadToSeveralApps(t *testing.T) {
	for _, c := range []struct {
		name string
		how  func(users, all string) (env, args []string)
	}{
		{"by flags", func(users, all string) ([]string, []string) {
			return []string{"HOOKTOP_FORWARD_TO=" + nowhere(t)}, []string{"--forward-to", "user.*=" + users, "--forward-to", all, "--forward-to", all}
		}},
		{"by the environment, with a comma", func(users, all string) ([]string, []string) {
			return []string{"HOOKTOP_FORWARD_TO=clerk:user.*=" + users + "," + all}, nil
		}},
		{"by the environment, with blanks", func(users, all string) ([]string, []string) {
			return []string{"HOOKTOP_FORWARD_TO= user.*=" + users + "  " + all + " " + all}, nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, one, two := t.TempDir(), startApp(t, 200), startApp(t, 200)
			env, args := c.how(one.URL+"/users?a=b", two.URL+"/all")
			p, _ := startListening(t, dir, append(withSecret(), env...), args...)
			mustRun(t, dir, withSecret(), "trigger", "user.created")
			p.next("forward")
			p.next("forward")
			if !slices.Equal(one.paths(), []string{"/users?a=b"}) || !slices.Equal(two.paths(), []string{"/all"}) {
				t.Errorf("the apps got %q and %q", one.paths(), two.paths())
			}
		})
	}
}

// A delivery that any app did not take is a failure for scripts.
func TestTriggerSaysThatOneOfTwoAppsFailed(t *testing.T) {
	good, bad := startApp(t, 200), startApp(t, 500)
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"both take it", []string{"--forward-to", good.URL, "--forward-to", good.URL + "/b"}, exit.CodeDone},
		{"the first does not", []string{"--forward-to", bad.URL, "--forward-to", good.URL}, exit.CodeFailed},
		{"the second does not", []string{"--forward-to", good.URL, "--forward-to", bad.URL}, exit.CodeFailed},
		{"the one that does not is not asked", []string{"--forward-to", good.URL, "--forward-to", "session.*=" + bad.URL}, exit.CodeDone},
	} {
		t.Run(c.name, func(t *testing.T) {
			stdout, stderr, code := runHooktop(t, t.TempDir(), withSecret(), append([]string{"trigger", "user.created"}, c.args...)...)
			if code != c.code || stderr != "" {
				t.Errorf("exit code %d: %s%s", code, stdout, stderr)
			}
		})
	}
}

func TestResendGoesByTheRoutes(t *testing.T) {
	dir, one, two := t.TempDir(), startApp(t, 200), startApp(t, 200)
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	stdout := mustRun(t, dir, withSecret(), "resend", "1", "--json", "--forward-to", "user.*="+one.URL+"/a", "--forward-to", two.URL+"/b", "--forward-to", "session.*="+two.URL+"/c")
	if lines := objects(t, stdout); len(lines) != 4 || !slices.Equal(one.paths(), []string{"/a"}) || !slices.Equal(two.paths(), []string{"/b"}) {
		t.Errorf("%s; the apps got %q and %q", stdout, one.paths(), two.paths())
	}
	_, stderr, code := runHooktop(t, dir, withSecret(), "resend", "1", "--forward-to", "session.*="+one.URL)
	if code != exit.CodeFailed || !strings.Contains(stderr, "error: resend #1: no --forward-to route matches user.created\nfix: name the app with --to URL\n") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

func TestTheAppAnswersInHooktopsPlace(t *testing.T) {
	dir := t.TempDir()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Set-Cookie", "a=b")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, `the app "says" no`)
	}))
	defer app.Close()
	p, ready := startListening(t, dir, append(withSecret(), "HOOKTOP_REPLY=app"), "--forward-to", app.URL)
	req, err := signed(t.Context(), clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusTeapot || res.Header.Get("Content-Type") != "text/plain" || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("the sender got %d %v", res.StatusCode, res.Header)
	}
	p.next("forward")

	// What was told is what is kept, and hooktop did its own work.
	var shown struct {
		Status   int
		Outcome  string
		Response struct {
			Status int
			Body   string
		}
	}
	if err := json.Unmarshal([]byte(mustRun(t, dir, nil, "show", "1", "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Status != http.StatusTeapot || shown.Outcome != "created" || shown.Response.Status != http.StatusTeapot || shown.Response.Body != `the app "says" no` {
		t.Errorf("shown is %+v", shown)
	}
	// The door's own sender gets its receipt, and the app's answer with it.
	stdout, stderr, code := runHooktop(t, dir, withSecret(), "trigger", "user.created", "--json")
	if line := objects(t, stdout)[0]; code != exit.CodeFailed || line["status"] != 418.0 || line["outcome"] != "created" {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}

	// An app that is gone is answered for, with the reason.
	app.Close()
	status, answer, err := tryPost(t.Context(), http.DefaultClient, clerkURL(t, ready), "msg_2", userEvent("user.created", "user_2", "bo@example.com", time.Now()))
	if err != nil || status != http.StatusBadGateway || !strings.Contains(fmt.Sprint(answer), "nothing listens at ") {
		t.Errorf("got %d %v %v", status, answer, err)
	}
}

func TestForwardRetry(t *testing.T) {
	var asked atomic.Int32
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer app.Close()
	dir := t.TempDir()
	p, _ := startListening(t, dir, withSecret(), "--forward-to", app.URL, "--forward-retry")
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	if first, second := p.next("forward"), p.next("forward"); first["status"] != 503.0 || second["status"] != 200.0 || second["delivery_id"] != first["delivery_id"] {
		t.Errorf("%v and %v", first, second)
	}
}

func TestInsecureForward(t *testing.T) {
	app := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	app.Config.ErrorLog = receiver.Server(nil, nil).ErrorLog
	app.StartTLS()
	defer app.Close()
	dir := t.TempDir()
	stdout, _, code := runHooktop(t, dir, withSecret(), "trigger", "user.created", "--forward-to", app.URL)
	if code != exit.CodeFailed || !strings.Contains(stdout, "certificate") {
		t.Errorf("without the flag: exit code %d, %s", code, stdout)
	}
	if text := mustRun(t, dir, nil, "show", "1"); !strings.Contains(text, "fix: Start with --insecure-forward") {
		t.Errorf("the fix does not name the flag: %s", text)
	}
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--forward-to", app.URL, "--insecure-forward")
	mustRun(t, dir, withSecret(), "resend", "1", "--to", app.URL, "--insecure-forward")
}

// The header reaches the app, by flag or by variable, and shows up nowhere else.
func TestForwardHeader(t *testing.T) {
	const hidden = "s3cret-of-the-app"
	app, dir := startApp(t, 200), t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--forward-to", app.URL, "--forward-header", "Authorization: Bearer "+hidden, "--forward-header", "User-Agent: mine")
	env := append(withSecret(), "HOOKTOP_FORWARD_TO="+app.URL, "HOOKTOP_FORWARD_HEADER=Authorization: Bearer "+hidden+"\n User-Agent: mine\n")
	p, _ := startListening(t, dir, env)
	_, note, code := runHooktop(t, dir, env, "trigger", "user.created", "--forward-header", "User-Agent: other")
	if code != exit.CodeDone || !strings.Contains(note, "ignored: --forward-header") {
		t.Errorf("exit code %d, %s", code, note)
	}
	p.next("forward")
	mustRun(t, dir, env, "resend", "1")
	mustRun(t, dir, env, "trigger", "user.created", "--to", app.URL)
	requests := app.got()
	for i, r := range requests {
		if r.header.Get("Authorization") != "Bearer "+hidden || r.header.Get("User-Agent") != "mine" || !r.verified {
			t.Errorf("request %d has %v", i, r.header)
		}
	}
	if len(requests) != 4 {
		t.Errorf("the app got %d requests", len(requests))
	}
	for _, args := range [][]string{{"show", "1"}, {"show", "1", "--json"}, {"export"}, {"export", "--with-codes", "--format", "har"}, {"export", "--format", "curl", "--with-codes"}, {"doctor"}, {"trigger", "user.created", "--print"}} {
		stdout, stderr, _ := runHooktop(t, dir, env, args...)
		if stdout == "" || strings.Contains(stdout+stderr, hidden) {
			t.Errorf("hooktop %s: %s%s", strings.Join(args, " "), stdout, stderr)
		}
	}
}

func TestListenSaysThatTheAppIsNotRunning(t *testing.T) {
	app := nowhere(t)
	p, _ := startListening(t, t.TempDir(), withSecret(), "--forward-to", app)
	p.complains("note: nothing listens at " + strings.TrimPrefix(app, "http://") + ": start your app, or fix --forward-to\n")
}

func TestAppNotes(t *testing.T) {
	told := appNotes{}
	down := tui.App{URL: "http://localhost:3000", Known: true, Trouble: "nothing listens at localhost:3000"}
	up := tui.App{URL: "http://localhost:3000", Known: true}
	other := tui.App{URL: "http://localhost:4000", Known: true}
	for i, step := range []struct {
		apps []tui.App
		want string
	}{
		{[]tui.App{{URL: "http://localhost:3000"}, other}, "[]"},
		{[]tui.App{down, other}, "[nothing listens at localhost:3000: start your app, or fix --forward-to]"},
		{[]tui.App{down, down, other}, "[]"},
		{[]tui.App{up, other}, "[your app is running: http://localhost:3000]"},
		{[]tui.App{up, other}, "[]"},
	} {
		if got := fmt.Sprint(told.next(step.apps)); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
}

// appsOf is a hooktop that forwards by these routes, and does nothing else.
func appsOf(t *testing.T, routes string) *hooktop {
	t.Helper()
	h := &hooktop{settings: &config.Settings{}, health: receiver.NewHealth(nil)}
	h.forwarder = receiver.NewForwarder(&receiver.Forwarder{Health: h.health, Now: time.Now, Lost: func(err error) { t.Error(err) }})
	if err := h.redirect(routes); err != nil {
		t.Fatal(err)
	}
	return h
}

// The dashboard shows a target without its password, and gives back what it
// was shown.
func TestATargetThatIsEditedKeepsItsPassword(t *testing.T) {
	for _, c := range []struct{ name, typed, want string }{
		{"as it was", "user.*=http://ada:xxxxx@app.example/hook", "http://ada:" + password + "@app.example/hook"},
		{"with another path", "http://ada:xxxxx@app.example/other", "http://ada:" + password + "@app.example/other"},
		{"at another host", "http://ada:xxxxx@evil.example/hook", ""},
		{"of somebody else", "http://bo:xxxxx@app.example/hook", ""},
		{"with another password", "http://ada:new@app.example/hook", "http://ada:new@app.example/hook"},
		{"without one", "http://app.example/hook", "http://app.example/hook"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := appsOf(t, "user.*=http://ada:"+password+"@app.example/hook 3000")
			if shown := fmt.Sprint(h.apps()); strings.Contains(shown, password) || !strings.Contains(shown, "user.*=http://ada:xxxxx@app.example/hook") {
				t.Fatalf("shown is %s", shown)
			}
			err := h.redirect(c.typed)
			if c.want == "" { // it is not known there, and xxxxx is nobody's password
				if err == nil || exit.FixOf(err) == "" || len(h.apps()) != 2 {
					t.Errorf("%v, %v", err, h.apps())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := h.forwarder.Routes(); len(got) != 1 || got[0].Target != c.want {
				t.Errorf("%+v, want %s", got, c.want)
			}
		})
	}
	h := appsOf(t, "3000")
	if err := h.redirect("nowhere"); err == nil || exit.FixOf(err) == "" || len(h.apps()) != 1 {
		t.Errorf("%v, %v", err, h.apps())
	}
	if err := h.redirect(""); err != nil || len(h.apps()) != 0 {
		t.Errorf("%v, %v", err, h.apps())
	}
}
