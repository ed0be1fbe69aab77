//go:build unix

// Package faults runs the real binary under faults: kill -9, files removed, a full disk, a
// locked or damaged database, other processes, a terminal or a pipe that takes nothing, and no
// descriptors left. It holds what was acknowledged to be in the database afterwards, and the
// users to be what a replay makes. It runs only with HOOKTOP_FAULTS=1 and prints a table;
// HOOKTOP_FAULTS_KILLS says how often it kills, HOOKTOP_FAULTS_BINARY tests another binary. It
// holds tests alone.
//
// The clock of a Go program cannot be set from outside: jumps of it are tested where it is
// injected, in store and receiver.
package faults

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

const key = "0123456789abcdef01234567"

var binary string

func TestMain(m *testing.M) {
	if os.Getenv("HOOKTOP_FAULTS") == "" {
		os.Exit(m.Run()) // the others
	}
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		panic(err)
	}
	if binary = os.Getenv("HOOKTOP_FAULTS_BINARY"); binary == "" {
		binary = filepath.Join(dir, "hooktop")
		if out, err := exec.CommandContext(context.Background(), "go", "build", "-o", binary, "github.com/hooktop/hooktop/cmd/hooktop").CombinedOutput(); err != nil {
			panic(string(out))
		}
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	fmt.Println("\n| fault | answers to senders | what the user saw | acknowledged | lost | then |\n|---|---|---|---|---|---|")
	for _, row := range rows {
		fmt.Println(row)
	}
	os.Exit(code)
}

var rows []string

// world is a folder with a database, and what was acknowledged into it.
type world struct {
	*testing.T
	dir, db string

	mu           sync.Mutex
	acknowledged map[string]bool
	answers      map[string]int
	sent         atomic.Int64
}

func newWorld(t *testing.T, dir string) *world {
	if binary == "" {
		t.Skip("set HOOKTOP_FAULTS=1 to run it")
	}
	return &world{T: t, dir: dir, db: filepath.Join(dir, "h.db"), acknowledged: map[string]bool{}, answers: map[string]int{}}
}

// hook is a hooktop that runs.
type hook struct {
	w       *world
	cmd     *exec.Cmd
	url     string
	stdout  io.ReadCloser
	errs    lockedBuffer
	drained chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), binary, args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "HOME="+w.dir, "XDG_STATE_HOME="+w.dir, "XDG_CONFIG_HOME="+w.dir,
		"CLERK_WEBHOOK_SECRET=whsec_"+base64.StdEncoding.EncodeToString([]byte(key)))
	return cmd
}

var clerkURL = regexp.MustCompile(`"clerk":"(http[^"]*)"`)

// listen starts hooktop and waits until it is ready.
func (w *world) listen(args ...string) *hook {
	w.Helper()
	return w.run(w.command(append([]string{"listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0", "--db", w.db}, args...)...), true)
}

func (w *world) run(cmd *exec.Cmd, drain bool) *hook {
	w.Helper()
	h := &hook{w: w, cmd: cmd, drained: make(chan struct{})}
	out, err := cmd.StdoutPipe()
	w.ok(err)
	h.stdout = out
	cmd.Stderr = &h.errs
	w.ok(cmd.Start())
	w.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewReader(out)
	for h.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			w.Fatalf("not ready: %v\n%s", err, h.errs.String())
		}
		if m := clerkURL.FindStringSubmatch(line); m != nil {
			h.url = m[1]
		}
	}
	go func() {
		defer close(h.drained)
		if drain {
			_, _ = io.Copy(io.Discard, lines)
		}
	}()
	return h
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// kill ends it with SIGKILL.
func (h *hook) kill() {
	_ = h.cmd.Process.Kill()
	_ = h.cmd.Wait()
}

// end ends it in order, or says how it did not.
func (h *hook) end(within time.Duration) string {
	_ = h.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- h.cmd.Wait() }()
	select {
	case <-done:
		return fmt.Sprintf("ends with %d", h.cmd.ProcessState.ExitCode())
	case <-time.After(within):
		h.kill()
		h.w.Errorf("SIGTERM did not end it within %v", within)
		return "did not end"
	}
}

// send sends a delivery and notes the answer. It returns the status, 0 for none.
func (h *hook) send(client *http.Client) int {
	n := h.w.sent.Add(1)
	id := fmt.Sprintf("msg_%06d", n)
	body := fmt.Sprintf(`{"data":{"id":"user_%d","object":"user","first_name":"T","email_addresses":[{"id":"idn_1","email_address":"u%d@example.com"}],"primary_email_address_id":"idn_1","created_at":1700000000000,"updated_at":%d},"object":"event","timestamp":%d,"type":"user.created"}`,
		n, n, 1700000000000+n, 1700000000000+n)
	at := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + at + "." + body))
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second) // as Svix
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, strings.NewReader(body))
	if err != nil {
		h.w.Error(err)
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Svix-Id", id)
	req.Header.Set("Svix-Timestamp", at)
	req.Header.Set("Svix-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	status := 0
	if r, err := client.Do(req); err == nil {
		status = r.StatusCode
		_ = r.Body.Close()
	}
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	h.w.answers[fmt.Sprint(status)]++
	if status >= 200 && status < 300 {
		h.w.acknowledged[id] = true
	}
	return status
}

// load sends from several connections until stop is called.
func (h *hook) load(connections int) (stop func()) {
	var wg sync.WaitGroup
	var ended atomic.Bool
	for range connections {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for !ended.Load() {
				if h.send(client) == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	return func() { ended.Store(true); wg.Wait() }
}

// some sends a few, one after another.
func (h *hook) some(n int) {
	for range n {
		h.send(http.DefaultClient)
	}
}

// intact holds that everything acknowledged is there, that the file is sound, and that the
// users are what a replay makes. It adds a row to the table.
func (w *world) intact(fault, saw, then string) {
	w.Helper()
	db, err := sql.Open("sqlite", w.db)
	w.ok(err)
	defer func() { _ = db.Close() }()
	there := map[string]bool{}
	list, err := db.QueryContext(context.Background(), `SELECT message_id FROM delivery WHERE outcome = 'created' AND EXISTS (SELECT 1 FROM change WHERE delivery_id = delivery.id)
		AND EXISTS (SELECT 1 FROM payload WHERE delivery_id = delivery.id) AND EXISTS (SELECT 1 FROM "User" WHERE id = user_id)`)
	w.ok(err)
	defer list.Close()
	for list.Next() {
		var id string
		w.ok(list.Scan(&id))
		there[id] = true
	}
	w.ok(list.Err())
	var lost []string
	for id := range w.acknowledged {
		if !there[id] {
			lost = append(lost, id)
		}
	}
	if len(lost) > 0 {
		w.Errorf("%d of %d acknowledged are lost, such as %s", len(lost), len(w.acknowledged), lost[0])
	}
	var sound string
	w.ok(db.QueryRowContext(context.Background(), `PRAGMA integrity_check`).Scan(&sound))
	if sound != "ok" {
		w.Errorf("the database is damaged: %s", sound)
	}
	if out, err := w.command("users", "--rebuild", "--db", w.db).CombinedOutput(); err != nil {
		w.Errorf("the users are not what a replay makes: %v\n%s", err, out)
	}
	rows = append(rows, fmt.Sprintf("| %s | %v | %s | %d | %d | %s |", fault, w.answers, saw, len(w.acknowledged), len(lost), then))
}

// told returns the lines that a user reads, each kind once.
func (h *hook) told() string {
	seen, lines := map[string]bool{}, []string{}
	for line := range strings.SplitSeq(strings.TrimSpace(h.errs.String()), "\n") {
		line = strings.ReplaceAll(line, h.w.dir, "")
		if line != "" && !seen[line] && len(lines) < 3 {
			seen[line] = true
			lines = append(lines, fmt.Sprintf("%.200s", line))
		}
	}
	return strings.Join(lines, "; ")
}
