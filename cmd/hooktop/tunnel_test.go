package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

// startStandin runs a stand-in for ngrok's service, and gives a folder whose
// ngrok.yml, in the place where ngrok's own agent keeps it, leads there.
func startStandin(t *testing.T, o standin.Options) (server *standin.Server, dir string) {
	t.Helper()
	server, err := standin.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	dir = t.TempDir()
	config := filepath.Join(dir, ".config", "ngrok")
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(config, "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	yml := "version: \"3\"\nagent:\n  authtoken: token_for_tests\n  connect_url: " + server.Addr() + "\n  connect_cas: " + ca + "\n"
	if err := os.WriteFile(filepath.Join(config, "ngrok.yml"), []byte(yml), 0o600); err != nil {
		t.Fatal(err)
	}
	return server, dir
}

func TestADeliveryThroughTheTunnelIsMarked(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, withSecret())
	if ready["tunnel"] != "connecting" && ready["tunnel"] != "live" {
		t.Errorf("ready says of the tunnel: %v", ready["tunnel"])
	}
	live := p.next("tunnel")
	for live["state"] != "live" {
		live = p.next("tunnel")
	}
	url, _ := live["public_url"].(string)
	if !strings.HasPrefix(url, "https://") {
		t.Fatalf("no public URL: %v", live)
	}
	public := "http://" + strings.TrimPrefix(url, "https://") // the stand-in's edge has ended TLS
	status, answer := post(t, edge.Client(), public+"/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if status != 200 || answer["message"] != "User created" {
		t.Errorf("got %d %v", status, answer)
	}
	if line := p.next("delivery"); line["origin"] != "tunnel" || line["outcome"] != "created" {
		t.Errorf("got %v", line)
	}
	// The public side shows the webhook path and nothing else.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, public+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := edge.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("healthz from outside: %d", res.StatusCode)
	}
	if code := p.interrupt(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	if err := edge.WaitSessions(ctx, 0); err != nil {
		t.Errorf("the tunnel was left open: %v", err)
	}
}

func TestARefusedTokenIsAFailureOnlyWhereTheTunnelIsRequired(t *testing.T) {
	refuse := standin.Options{OnAuth: func(standin.Auth) string {
		return standin.Refuse(107, "The authtoken you specified is properly formed, but it is invalid: token_for_tests")
	}}
	_, dir := startStandin(t, refuse)

	stdout, stderr, code := runHooktop(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "ngrok")
	if code != exitFailed || !strings.Contains(stderr, "\nfix: ") || !strings.Contains(stderr, "107") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	if strings.Contains(stdout+stderr, "token_for_tests") {
		t.Error("the token was printed")
	}

	p, ready := startListening(t, dir, withSecret())
	failedLine := p.next("tunnel")
	for failedLine["state"] != "failed" {
		failedLine = p.next("tunnel")
	}
	if failedLine["error"] == nil || failedLine["fix"] == nil {
		t.Errorf("got %v", failedLine)
	}
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("with a failed tunnel the local address answers %d", status)
	}
}
