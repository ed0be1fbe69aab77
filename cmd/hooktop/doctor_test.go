package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dustin/go-humanize"
	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel/standin"
)

// diagnosed runs doctor and gives its findings, of each name the last.
func diagnosed(t *testing.T, dir string, env []string, args ...string) (found map[string]map[string]any, code int) {
	t.Helper()
	stdout, stderr, code := runHooktop(t, dir, env, append([]string{"doctor", "--json"}, args...)...)
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	found = map[string]map[string]any{}
	for _, f := range objects(t, stdout) {
		found[fmt.Sprint(f["name"])] = f
	}
	return found, code
}

func wantFinding(t *testing.T, f map[string]any, state, text string) {
	t.Helper()
	if said, _ := f["text"].(string); f["state"] != state || !strings.Contains(said, text) {
		t.Errorf("got %v, want %s: %s", f, state, text)
	}
}

func TestDoctorKnowsTheHooktopThatRuns(t *testing.T) {
	_, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, withSecret())
	url, _ := p.tunnelIs("live")["public_url"].(string)
	address := strings.TrimPrefix(localURL(t, ready), "http://")

	found, code := diagnosed(t, dir, withSecret(), "--addr", address)
	wantFinding(t, found["receiver"], "ok", fmt.Sprintf("a hooktop on this database is listening there, process %d", p.cmd.Process.Pid))
	// The stand-in's domain is unknown to this machine's resolver.
	wantFinding(t, found["tunnel"], "warning", fmt.Sprintf("%s (not proven to lead here), according to process %d", url, p.cmd.Process.Pid))
	wantFinding(t, found["endpoint"], "unknown", "in Clerk: "+url+"/api/webhooks/clerk")
	wantFinding(t, found["hooktops"], "ok", "one is running on this database")
	wantFinding(t, found["token"], "ok", "ngrok.yml")
	if code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}

	// To another database, the same is a stranger that has the port.
	found, code = diagnosed(t, dir, withSecret(), "--addr", address, "--db", "other/hooktop.db")
	wantFinding(t, found["receiver"], "failed", "is in use by a hooktop on another database")
	if code != exit.CodeFailed {
		t.Errorf("exit code %d", code)
	}
}

func TestDoctorTellsWhyTheTunnelOfTheHooktopThatRunsFailed(t *testing.T) {
	_, dir := startStandin(t, standin.Options{OnAuth: func(standin.Auth) string {
		return standin.Refuse(107, "The authtoken you specified is properly formed, but it is invalid: token_for_tests")
	}})
	p, _ := startListening(t, dir, withSecret())
	p.tunnelIs("failed")
	found, code := diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
	wantFinding(t, found["tunnel"], "failed", "ERR_NGROK_107")
	if fix, _ := found["tunnel"]["fix"].(string); !strings.Contains(fix, "NGROK_AUTHTOKEN") || code != exit.CodeFailed {
		t.Errorf("exit code %d, fix %q", code, fix)
	}
}

func TestDoctorCountsTheHooktopsOnOneDatabase(t *testing.T) {
	dir := t.TempDir()
	first, _ := startListening(t, dir, withSecret())
	second, _ := startListening(t, dir, withSecret())
	found, code := diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
	wantFinding(t, found["hooktops"], "warning", "2 are running on this database: trigger and resend go to the newest, http://127.0.0.1")
	text := fmt.Sprint(found["hooktops"]["text"])
	newest, other, _ := strings.Cut(text, "; the others are")
	if !strings.Contains(newest, fmt.Sprintf("(process %d)", second.cmd.Process.Pid)) || !strings.Contains(other, fmt.Sprintf("(process %d)", first.cmd.Process.Pid)) || code != exit.CodeDone {
		t.Errorf("exit code %d, %s", code, text)
	}

	// One that was killed could not take its address back.
	_ = second.cmd.Process.Kill()
	second.ends()
	found, _ = diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
	wantFinding(t, found["hooktops"], "ok", fmt.Sprintf("(process %d)", first.cmd.Process.Pid))
	if n := len(queryRows(t, dir, `SELECT id FROM instance`)); n != 1 {
		t.Errorf("%d addresses are left in the database", n)
	}
}

// What was committed and not yet copied back takes room, too.
func TestDoctorCountsTheLogAmongTheBytes(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret())
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	found, _ := diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
	var bytes int64
	for _, file := range []string{"hooktop.db", "hooktop.db-wal"} {
		info, err := os.Stat(filepath.Join(dir, ".hooktop", file))
		if err != nil || info.Size() == 0 {
			t.Fatal(file, err)
		}
		bytes += info.Size()
	}
	wantFinding(t, found["database"], "ok", ", "+humanize.IBytes(uint64(bytes))+", ")
}

// skewed is a delivery whose sender's clock is off.
func skewed(ctx context.Context, t *testing.T, url, id string, by time.Duration) *http.Request {
	t.Helper()
	body := userEvent("user.created", "user_"+id, id+"@example.com", time.Now())
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(by)
	signature, err := wh.Sign("msg_"+id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Svix-Id": {"msg_" + id}, "Svix-Timestamp": {fmt.Sprint(at.Unix())}, "Svix-Signature": {signature}}
	return req
}

func TestDoctorMeasuresTheClockByThoseWhoSendFromOutside(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, withSecret())
	url, _ := p.tunnelIs("live")["public_url"].(string)
	public := "http://" + strings.TrimPrefix(url, "https://") + "/api/webhooks/clerk"
	for _, step := range []struct {
		name        string
		url         string
		by          time.Duration
		state, text string
	}{
		{"what this machine sends itself says nothing", clerkURL(t, ready), 0, "unknown", "not known until a delivery arrives from outside"},
		{"a sender in step", public, 0, "ok", "matches the last verified sender: #2, "},
		{"a sender that is a little off", public, -100 * time.Second, "warning", "according to #3, this machine's clock looks 10"},
		{"one that was refused may be an old request", public, -20 * time.Minute, "warning", "#4 was rejected for its timestamp: this machine's clock looks 20 min ahead"},
		{"two that were refused alike are the clock", public, -20 * time.Minute, "failed", "this machine's clock looks 20 min ahead: the last 2 deliveries were rejected for their time"},
		{"a third that was not alike is not", public, -40 * time.Minute, "warning", "#6 was rejected"},
		{"what verifies since shows that it was put right", public, 0, "ok", "#7"},
		{"behind", public, 30 * time.Minute, "warning", "this machine's clock looks 30 min behind"},
	} {
		client := http.DefaultClient
		if step.url == public {
			client = edge.Client()
		}
		if _, _, err := do(client, skewed(t.Context(), t, step.url, strings.ReplaceAll(step.name, " ", "_"), step.by)); err != nil {
			t.Fatal(err)
		}
		found, _ := diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
		if said, _ := found["clock"]["text"].(string); found["clock"]["state"] != step.state || !strings.Contains(said, step.text) {
			t.Errorf("%s: got %v, want %s: %s", step.name, found["clock"], step.state, step.text)
		}
	}
}

func TestDoctorLooksForTheAppWithoutSendingToIt(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	asked := make(chan int, 8)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			n, _ := conn.Read(make([]byte, 1))
			asked <- n
			_ = conn.Close()
		}
	}()
	found, code := diagnosed(t, t.TempDir(), withSecret(), "--addr", "127.0.0.1:0", "--forward-to", "http://ada:hunter2@"+l.Addr().String()+"/api")
	wantFinding(t, found["app"], "ok", "something is listening there")
	if strings.Contains(fmt.Sprint(found["app"]), "hunter2") || code != exit.CodeDone {
		t.Errorf("exit code %d, %v", code, found["app"])
	}
	if n := <-asked; n != 0 {
		t.Error("something was sent to the app")
	}
	found, _ = diagnosed(t, t.TempDir(), withSecret(), "--addr", l.Addr().String())
	wantFinding(t, found["receiver"], "failed", "is in use by another program")
}

func TestDoctorFindsDamage(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--count", "40")
	change(t, dir, `PRAGMA wal_checkpoint(TRUNCATE)`)
	path := filepath.Join(dir, ".hooktop", "hooktop.db")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	found, code := diagnosed(t, dir, withSecret(), "--addr", "127.0.0.1:0")
	wantFinding(t, found["database"], "warning", "can be read by other users of this machine (mode 644)")
	if code != exit.CodeDone {
		t.Errorf("exit code %d", code)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(text) / 2; i < len(text)/2+64<<10; i++ { // pages of the middle: the schema is at the front
		text[i] = 0xff
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, _, code := runHooktop(t, dir, withSecret(), "doctor", "--addr", "127.0.0.1:0")
	if code != exit.CodeFailed || !strings.Contains(stdout, "✗ database") || !strings.Contains(stdout, "damaged") {
		t.Errorf("exit code %d:\n%s", code, stdout)
	}
}
