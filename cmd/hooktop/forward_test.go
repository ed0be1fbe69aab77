package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// app is a webhook route as Clerk's documentation writes it: what the svix
// library does not verify is answered 400.
type app struct {
	*httptest.Server
	status int // of the answer to what verifies

	mu       sync.Mutex
	requests []received
}

type received struct {
	path           string
	header         http.Header
	body           string
	user, password string
	verified       bool
}

func startApp(t *testing.T, status int) *app {
	t.Helper()
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{status: status}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("the app reads: %v", err)
		}
		got := received{path: r.URL.RequestURI(), header: r.Header, body: string(body), verified: wh.Verify(body, r.Header) == nil}
		got.user, got.password, _ = r.BasicAuth()
		a.mu.Lock()
		a.requests = append(a.requests, got)
		a.mu.Unlock()
		w.Header().Set("Location", "/elsewhere")
		if !got.verified {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(a.status)
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *app) got() []received {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.requests)
}

// nowhere is the URL of a port at which nothing listens. A connection holds it,
// or it might be given to another: to the hooktop of the test as well.
func nowhere(t *testing.T) string {
	t.Helper()
	return "http://" + dial(t, hold(t, "127.0.0.1:0").Addr().String()).LocalAddr().String()
}

func TestAVerifiedDeliveryGoesOnToTheApp(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int // 0: the app is not running
		error  string
	}{
		{"the app takes it", 200, ""},
		{"the app fails", 500, ""},
		{"the app redirects, which a sender does not follow", 302, ""},
		{"the app is not running", 0, "nothing listens at "},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := startApp(t, c.status)
			if c.status == 0 {
				app.URL = nowhere(t)
			}
			target := app.URL + "/hooks/clerk?from=clerk"
			p, ready := startListening(t, t.TempDir(), withSecret(), "--forward-to", target)

			// A forgery is refused, and the app never sees it.
			forged, err := signed(t.Context(), clerkURL(t, ready), "msg_forged", userEvent("user.created", "user_0", "eve@example.com", time.Now()))
			if err != nil {
				t.Fatal(err)
			}
			forged.Header.Set("svix-id", "msg_other")
			if status, answer, err := do(http.DefaultClient, forged); err != nil || status != 400 {
				t.Fatalf("a forgery is answered %d %v %v", status, answer, err)
			}

			// Blanks, escapes and a line's end that no JSON encoder would write.
			body := " " + strings.ReplaceAll(userEvent("user.created", "user_1", "ada@example.com", time.Now()), `,"`, ",\r\n\t \"") + "\n\n"
			req, err := signed(t.Context(), clerkURL(t, ready), "msg_1", body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("User-Agent", "Svix-Webhooks/1.24 (sender-9YMgn)")
			req.Header.Set("Content-Type", "application/json")
			status, answer, err := do(http.DefaultClient, req)
			if err != nil || status != 200 {
				t.Fatalf("got %d %v %v: the app's state is not the sender's matter", status, answer, err)
			}

			line := p.next("forward")
			wantKeys(t, "forward", line, forwardKeys)
			if line["id"] != 1.0 || line["delivery_id"] != 2.0 || line["target"] != target {
				t.Errorf("got %v", line)
			}
			wantTime(t, line["at"])
			if d, ok := line["duration_ms"].(float64); !ok || d < 0 {
				t.Errorf("duration_ms is %v", line["duration_ms"])
			}
			switch reason, _ := line["error"].(string); {
			case c.status == 0 && (line["status"] != nil || !strings.HasPrefix(reason, c.error)),
				c.status != 0 && (line["status"] != float64(c.status) || line["error"] != nil):
				t.Errorf("got %v", line)
			}

			if c.status == 0 {
				return
			}
			requests := app.got()
			if len(requests) != 1 {
				t.Fatalf("the app got %d requests: %v", len(requests), requests)
			}
			got := requests[0]
			if !got.verified || got.body != body || got.path != "/hooks/clerk?from=clerk" {
				t.Errorf("the app got %+v", got)
			}
			for _, name := range []string{"Svix-Id", "Svix-Timestamp", "Svix-Signature", "User-Agent", "Content-Type"} {
				if want := req.Header.Values(name); !slices.Equal(got.header.Values(name), want) {
					t.Errorf("%s is %q, and was %q", name, got.header.Values(name), want)
				}
			}
		})
	}
}

// Whoever reads along knows each delivery before it hears what the app said.
func TestADeliveryComesBeforeItsForward(t *testing.T) {
	const deliveries = 40
	app := startApp(t, 200)
	p, ready := startListening(t, t.TempDir(), withSecret(), "--forward-to", app.URL)
	url := clerkURL(t, ready)
	var sending sync.WaitGroup
	for n := range deliveries {
		sending.Go(func() {
			id := fmt.Sprint(n)
			if status, answer, err := tryPost(t.Context(), http.DefaultClient, url, "msg_"+id, userEvent("user.created", "user_"+id, id+"@example.com", time.Now())); err != nil || status != 200 {
				t.Errorf("got %d %v %v", status, answer, err)
			}
		})
	}
	sending.Wait()
	for range deliveries {
		p.next("forward")
	}
	seen, forwards := map[any]bool{}, map[any]bool{}
	for _, line := range objects(t, p.output()) {
		switch line["kind"] {
		case "delivery":
			seen[line["id"]] = true
		case "forward":
			if id := line["delivery_id"]; !seen[id] || forwards[id] {
				t.Errorf("a forward of %v comes before it, or twice", id)
			}
			forwards[line["delivery_id"]] = true
		}
	}
	if len(seen) != deliveries || len(forwards) != deliveries {
		t.Errorf("%d deliveries and %d forwards", len(seen), len(forwards))
	}
	// A bare host gets them at the path that they came to.
	if got := app.got(); len(got) != deliveries || got[0].path != "/api/webhooks/clerk" {
		t.Errorf("the app got %d, the first %+v", len(got), got[0])
	}
}

// So it is where more comes at once than is read at a time, and the newest was
// forwarded first.
func TestADeliveryComesBeforeItsForwardInAFloodToo(t *testing.T) {
	const flood = 1_300
	dir := t.TempDir()
	p, _ := startListening(t, dir, withSecret())
	insertDeliveries(t, dir, 1, flood, `INSERT INTO forward (delivery_id, at, target, status, error, duration, truncated, header, body)
		SELECT id, at, 'http://localhost/', 200, '', 1, 0, '{}', X'' FROM delivery ORDER BY id DESC;`)
	seen := 0.0
	for forwards := 0; forwards < flood; {
		var line map[string]any
		p.line("a delivery or a forward", func(text string) bool {
			line = objects(t, text)[0]
			return line["kind"] == "delivery" || line["kind"] == "forward"
		})
		if line["kind"] == "delivery" {
			if line["id"] != seen+1 {
				t.Fatalf("after #%v comes #%v", seen, line["id"])
			}
			seen++
			continue
		}
		if line["delivery_id"].(float64) > seen {
			t.Fatalf("a forward of #%v comes after #%v", line["delivery_id"], seen)
		}
		forwards++
	}
}

// insertDeliveries puts deliveries that did nothing into the database, with the
// ids from first to last, as one transaction of another process, which does more
// besides.
func insertDeliveries(t *testing.T, dir string, first, last int, more string) {
	t.Helper()
	change(t, dir, `BEGIN;
		WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
		INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, attempt, verified, code, type, outcome, note, user_id, email, held_by, status, duration, failed)
		SELECT i, i, 'clerk', 'local', 0, 0, 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 1, 0 FROM n;
		INSERT INTO payload SELECT id, 'POST', '/', '', '', '{}', '{}', X'', X'' FROM delivery WHERE id BETWEEN ?1 AND ?2;
		UPDATE tally SET deliveries = deliveries + ?2 - ?1 + 1;`+more+`COMMIT`, first, last)
}

// Without a running hooktop trigger forwards by itself, and tells a script
// whether the app took it.
func TestTriggerForwardsByItself(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int // 0: the app is not running
		code   int
	}{
		{"an app that takes it", 204, exit.CodeDone},
		{"an app that fails", 500, exit.CodeFailed},
		{"an app that redirects", 301, exit.CodeFailed},
		{"an app that is not running", 0, exit.CodeFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := startApp(t, c.status)
			if c.status == 0 {
				app.URL = nowhere(t)
			}
			dir := t.TempDir()
			stdout, stderr, code := runHooktop(t, dir, withSecret(), "trigger", "user.created", "--json", "--forward-to", app.URL+"/hook")
			if code != c.code || stderr != "" {
				t.Errorf("exit code %d, stderr %q", code, stderr)
			}
			lines := objects(t, stdout)
			if len(lines) != 2 || lines[0]["kind"] != "delivery" || lines[1]["kind"] != "forward" {
				t.Fatalf("it printed %s", stdout)
			}
			if lines[0]["outcome"] != "created" || lines[1]["delivery_id"] != lines[0]["id"] {
				t.Errorf("it printed %s", stdout)
			}
			if c.status == 0 {
				if lines[1]["status"] != nil || lines[1]["error"] == nil {
					t.Errorf("the forward is %v", lines[1])
				}
				return
			}
			if lines[1]["status"] != float64(c.status) || lines[1]["error"] != nil {
				t.Errorf("the forward is %v", lines[1])
			}
			got := app.got()
			if len(got) != 1 || !got[0].verified || got[0].path != "/hook" {
				t.Fatalf("the app got %+v", got)
			}
			// What the app got is what was kept.
			var shown struct{ Body string }
			if err := json.Unmarshal([]byte(mustRun(t, dir, nil, "show", "1", "--json")), &shown); err != nil || shown.Body != got[0].body {
				t.Errorf("kept is %q (%v), the app got %q", shown.Body, err, got[0].body)
			}
		})
	}
}

// With a hooktop that runs, what is triggered is forwarded once, by that one.
func TestTriggerLeavesTheForwardToTheRunningHooktop(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	p, _ := startListening(t, dir, withSecret(), "--forward-to", app.URL)
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--forward-to", app.URL)
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	p.next("forward")
	if line := p.next("forward"); line["delivery_id"] != 2.0 || line["status"] != 200.0 {
		t.Errorf("got %v", line)
	}
	if got := app.got(); len(got) != 2 || !got[0].verified || !got[1].verified {
		t.Errorf("the app got %+v", got)
	}
}

// net/http logs what it finds odd about an app, which would end up in the dashboard.
func TestAnOddAnswerIsNotLogged(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_, _ = conn.Read(make([]byte, 64<<10))
			_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")
		}
	}()
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	for range 5 { // it is noticed only if it comes before the connection is closed
		if _, stderr, code := runHooktop(t, dir, withSecret(), "resend", "1", "--to", "http://"+l.Addr().String()); code != 0 || stderr != "" {
			t.Fatalf("%d, %s", code, stderr)
		}
	}
}

// What hooktop forwards to itself would come back without end.
func TestARouteToHooktopItselfIsRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	for _, to := range []string{port, addr, "localhost:" + port, "http://app.localhost:" + port + "/hook", "user.*=" + port, "0.0.0.0:" + port, "https://dev.example.com/api/webhooks/clerk", "https://DEV.example.com.:443/hook"} {
		_, stderr, code := runHooktop(t, t.TempDir(), withSecret(), "listen", "--addr", addr, "--tunnel", "off", "--public-url", "https://dev.example.com", "--forward-to", to)
		if code != exit.CodeUsage || !strings.Contains(stderr, "leads to hooktop itself") || !strings.Contains(stderr, "fix: ") {
			t.Errorf("%s: %d, %s", to, code, stderr)
		}
	}
	for _, to := range []string{"1", "192.0.2.1:" + port, "https://dev.example.com.test/hook"} {
		_, stderr, code := runHooktop(t, t.TempDir(), withSecret(), "listen", "--addr", addr, "--tunnel", "off", "--public-url", "https://dev.example.com", "--forward-to", to, "--", os.Args[0], "--version")
		if code != exit.CodeDone {
			t.Errorf("%s: %d, %s", to, code, stderr)
		}
	}
}
