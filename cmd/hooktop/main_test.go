package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	svix "github.com/svix/svix-webhooks/go"
	_ "modernc.org/sqlite"
)

// asHooktop makes the test binary behave as hooktop itself: the real program,
// in a process of its own.
const asHooktop = "HOOKTOP_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	hooktop := func() {
		offline()
		main()
	}
	if os.Getenv(asHooktop) != "" {
		hooktop()
	}
	testscript.Main(m, map[string]func(){"hooktop": hooktop})
}

// offline keeps a hooktop of these tests on this machine: where no name server
// answers, a tunnel that should not have been opened leads nowhere.
func offline() {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("tests are offline")
	}}
}

// patient is how long a test waits for what should come at once; only a
// failing test waits that long.
const patient = 30 * time.Second

// secret is the published example of a signing secret, otherSecret a second one.
const (
	secret      = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_plJ3nmyCDGBKInavdOK15jsl"
)

// process is a running hooktop. What it prints is kept, whether or not a test
// asks for it: a pipe that nobody drains would stop it.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	dir   string
	ended chan struct{} // closed once it has ended and everything is read

	mu     sync.Mutex
	lines  []string
	stderr strings.Builder
	passed int           // the lines that next and line have given or left behind
	more   chan struct{} // closed and renewed when something was printed
}

// start runs hooktop in dir.
func start(t *testing.T, dir string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, ended: make(chan struct{}), more: make(chan struct{})}
	p.cmd = command(t.Context(), t, dir, env, args...)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.drain(stdout)
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// startListening runs hooktop listen --json in dir, at any free port, and
// returns once it is ready.
func startListening(t *testing.T, dir string, env []string, args ...string) (p *process, ready map[string]any) {
	t.Helper()
	p = start(t, dir, env, append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, args...)...)
	return p, p.next("ready")
}

// command is hooktop in a folder and an environment that hold nothing else.
func command(ctx context.Context, t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append([]string{asHooktop + "=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), "TERM=xterm-256color"}, env...)
	return cmd
}

// Write takes what it says on stderr.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stderr.Write(b)
	p.announce()
	return len(b), nil
}

// announce wakes those who wait; the lock is held.
func (p *process) announce() {
	close(p.more)
	p.more = make(chan struct{})
}

func (p *process) drain(stdout io.Reader) {
	defer close(p.ended)
	reader := bufio.NewReader(stdout)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			p.mu.Lock()
			p.lines = append(p.lines, strings.TrimSuffix(line, "\n"))
			p.announce()
			p.mu.Unlock()
		}
		if err != nil {
			_ = p.cmd.Wait()
			return
		}
	}
}

// output is everything that it printed so far.
func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// complaints is everything that it said on stderr so far.
func (p *process) complaints() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// line gives the next line that is wanted, and leaves those before it behind.
func (p *process) line(what string, wanted func(string) bool) string {
	p.t.Helper()
	var found string
	p.await("a line of "+what, func() bool {
		for p.passed < len(p.lines) {
			line := p.lines[p.passed]
			if p.passed++; wanted(line) {
				found = line
				return true
			}
		}
		return false
	})
	return found
}

// next gives the next line of a kind, of those that --json prints.
func (p *process) next(kind string) (object map[string]any) {
	p.t.Helper()
	p.line("kind "+kind, func(line string) bool {
		object = nil
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			p.t.Errorf("not an object: %s", line)
		}
		return object["kind"] == kind
	})
	return object
}

// says waits until it has printed a text.
func (p *process) says(text string) {
	p.t.Helper()
	p.line(strconv.Quote(text), func(line string) bool { return strings.Contains(line, text) })
}

// complains waits until it has said a text on stderr.
func (p *process) complains(text string) {
	p.t.Helper()
	p.await("the complaint "+strconv.Quote(text), func() bool { return strings.Contains(p.stderr.String(), text) })
}

// await looks, with the lock held, after each thing that it prints.
func (p *process) await(what string, met func() bool) {
	p.t.Helper()
	late := time.After(patient)
	for over := false; ; {
		p.mu.Lock()
		ok, more := met(), p.more
		p.mu.Unlock()
		switch {
		case ok:
			return
		case over:
			p.t.Fatalf("hooktop ended before %s: %s", what, p.complaints())
		}
		select {
		case <-more:
		case <-p.ended:
			over = true // look once more: the last of it may have come since
		case <-late:
			p.t.Fatalf("hooktop did not print %s: %s", what, p.complaints())
		}
	}
}

// ends waits for its end and gives its exit code.
func (p *process) ends() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patient):
		p.t.Fatalf("hooktop does not end: %s", p.complaints())
	}
	return p.cmd.ProcessState.ExitCode()
}

// runHooktop runs a command to its end and gives what it printed.
func runHooktop(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	cmd := command(ctx, t, dir, env, args...)
	var out, complaints strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaints
	_ = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("hooktop %s does not end: %s%s", strings.Join(args, " "), &out, &complaints)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// mustRun runs a command that has to go well, and gives what it printed.
func mustRun(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	stdout, stderr, code := runHooktop(t, dir, env, args...)
	if code != exitDone {
		t.Fatalf("hooktop %s: exit code %d, %s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// objects reads what --json printed.
func objects(t *testing.T, stdout string) (list []map[string]any) {
	t.Helper()
	for line := range strings.Lines(stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("not an object: %s", line)
		}
		list = append(list, object)
	}
	return list
}

// eventually waits for what another program does without saying so.
func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patient)
	for !met() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it does not come to be that %s", what)
		}
	}
}

// post sends a body as Clerk does, signed by the official library.
func post(t *testing.T, client *http.Client, url, messageID, body string) (status int, answer map[string]any) {
	t.Helper()
	status, answer, err := tryPost(t.Context(), client, url, messageID, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, answer
}

func tryPost(ctx context.Context, client *http.Client, url, messageID, body string) (status int, answer map[string]any, err error) {
	req, err := signed(ctx, url, messageID, body)
	if err != nil {
		return 0, nil, err
	}
	return do(client, req)
}

// signed is a delivery as Clerk sends it.
func signed(ctx context.Context, url, messageID, body string) (*http.Request, error) {
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	signature, err := wh.Sign(messageID, now, []byte(body))
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("svix-id", messageID)
	req.Header.Set("svix-timestamp", fmt.Sprint(now.Unix()))
	req.Header.Set("svix-signature", signature)
	return req, nil
}

func do(client *http.Client, req *http.Request) (status int, answer map[string]any, err error) {
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	return res.StatusCode, answer, json.NewDecoder(res.Body).Decode(&answer)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// userEvent is a small but whole user event.
func userEvent(kind, userID, email string, at time.Time) string {
	data := fmt.Sprintf(`{"email_addresses":[{"email_address":%q,"id":"idn_1"}],"id":%q,"object":"user","primary_email_address_id":"idn_1"}`, email, userID)
	if kind == "user.deleted" {
		data = fmt.Sprintf(`{"deleted":true,"id":%q,"object":"user"}`, userID)
	}
	return fmt.Sprintf(`{"data":%s,"instance_id":"ins_1","object":"event","timestamp":%d,"type":%q}`, data, at.UnixMilli(), kind)
}

func clerkURL(t *testing.T, ready map[string]any) string {
	t.Helper()
	urls, _ := ready["webhook_urls"].(map[string]any)
	url, ok := urls["clerk"].(string)
	if !ok {
		t.Fatalf("no URL for Clerk in %v", ready)
	}
	return url
}

// localURL is where it receives.
func localURL(t *testing.T, ready map[string]any) string {
	t.Helper()
	url, ok := ready["local_url"].(string)
	if !ok {
		t.Fatalf("no local URL in %v", ready)
	}
	return url
}

// query gives the rows of a query, a line each, as any SQLite client would find
// them, whether or not hooktop runs.
func query(t *testing.T, dir, text string, args ...any) (rows []string) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	found, err := db.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// change writes into the database past hooktop.
func change(t *testing.T, dir, text string, args ...any) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, ".hooktop", "hooktop.db"))+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func withSecret() []string { return []string{"CLERK_WEBHOOK_SECRET=" + secret} }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": exitCode},
	})
}

// exitCode runs a command and wants its exit code: code N COMMAND [ARG...].
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: code N COMMAND [ARG...]")
	}
	var failure *exec.ExitError
	got := 0
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failure) {
		got = failure.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
