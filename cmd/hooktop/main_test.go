package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
)

// asHooktop makes the test binary behave as hooktop itself: the real program,
// in a process of its own.
const asHooktop = "HOOKTOP_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asHooktop) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"hooktop": main})
}

// patient is how long a test waits for what should come at once; only a
// failing test waits that long.
const patient = 30 * time.Second

// secret is the published example of a signing secret.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// process is a running hooktop.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	dir   string
	lines chan map[string]any
	ended chan struct{}

	mu     sync.Mutex
	stderr strings.Builder
}

// startListening runs hooktop listen --json in dir and returns once it is ready.
func startListening(t *testing.T, dir string, env []string, args ...string) (p *process, ready map[string]any) {
	t.Helper()
	p = &process{t: t, dir: dir, lines: make(chan map[string]any, 1024), ended: make(chan struct{})}
	args = append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, args...)
	p.cmd = command(t, dir, env, args...)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(stdout)
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		_ = p.cmd.Wait()
	})
	return p, p.next("ready")
}

// command is hooktop in a folder and an environment that hold nothing else.
func command(t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append([]string{asHooktop + "=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), "TERM=xterm-256color"}, env...)
	return cmd
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *process) complaints() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

func (p *process) read(stdout io.Reader) {
	defer close(p.ended)
	defer close(p.lines)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var object map[string]any
		if err := json.Unmarshal(lines.Bytes(), &object); err != nil {
			p.t.Errorf("not an object: %s", lines.Text())
			return
		}
		p.lines <- object
	}
}

// next gives the next line of a kind.
func (p *process) next(kind string) map[string]any {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patient)
	defer cancel()
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("hooktop ended before a line of kind %s: %s", kind, p.complaints())
			}
			if line["kind"] == kind {
				return line
			}
		case <-ctx.Done():
			p.t.Fatalf("no line of kind %s: %s", kind, p.complaints())
		}
	}
}

// interrupt stops it as ctrl+c does and gives its exit code.
func (p *process) interrupt() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	<-p.ended
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// runHooktop runs a command to its end and gives what it printed.
func runHooktop(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := command(t, dir, env, args...)
	var out, complaints strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaints
	_ = cmd.Run()
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
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
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		return 0, nil, err
	}
	now := time.Now()
	signature, err := wh.Sign(messageID, now, []byte(body))
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("svix-id", messageID)
	req.Header.Set("svix-timestamp", fmt.Sprint(now.Unix()))
	req.Header.Set("svix-signature", signature)
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	return res.StatusCode, answer, json.NewDecoder(res.Body).Decode(&answer)
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
