package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

// These run on Linux alone: elsewhere no variable makes a program trust an authority.

// internet returns the variables that lead the self-test to a stand-in's edge, and a
// client that reaches it the same way.
func internet(t *testing.T, edge *standin.Server, dir string) (env []string, client *http.Client) {
	t.Helper()
	proxy, err := edge.StartProxy()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(edge.CAPEM())
	transport := &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{RootCAs: trusted}}
	t.Cleanup(transport.CloseIdleConnections)
	ca := filepath.Join(dir, ".config", "ngrok", "ca.pem")
	return append(withSecret(), "HTTPS_PROXY="+proxy, "SSL_CERT_FILE="+ca), &http.Client{Transport: transport}
}

// testIs gives the line that says what the self-test found.
func (p *process) testIs(found string) map[string]any {
	p.t.Helper()
	line := p.next("tunnel")
	for line["self_test"] != found {
		line = p.next("tunnel")
	}
	return line
}

func TestTheSelfTestPassesThroughTheRealURL(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{Domain: "ada-dev.ngrok-free.dev"})
	env, client := internet(t, edge, dir)
	p, _ := startListening(t, dir, env)
	live := p.tunnelIs("live")
	if live["self_test"] != "passed" || live["public_url"] != "https://ada-dev.ngrok-free.dev" || live["proven_at"] == nil {
		t.Errorf("live: %v", live)
	}
	wantNull(t, "a proven tunnel", live, "error", "fix", "unproven", "code", "next_try_at")

	// The same way leads a delivery here, which is the first one: tests are not kept.
	status, answer := post(t, client, "https://ada-dev.ngrok-free.dev/api/webhooks/clerk", "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if status != 200 || answer["message"] != "User created" {
		t.Errorf("got %d %v", status, answer)
	}
	if line := p.next("delivery"); line["id"] != float64(1) || line["origin"] != "tunnel" || line["verdict"] != "verified" {
		t.Errorf("got %v", line)
	}

	edge.Drop()
	again := p.tunnelIs("live")
	if again["self_test"] != "passed" || again["proven_at"] == live["proven_at"] {
		t.Errorf("after a reconnect: %v", again)
	}
}

func TestATunnelThatLeadsElsewhereIsNotLive(t *testing.T) {
	var elsewhere atomic.Bool
	elsewhere.Store(true)
	edge, dir := startStandin(t, standin.Options{OnRequest: func(r *http.Request) *http.Response {
		if elsewhere.Load() {
			return standin.EdgeError(r, http.StatusBadGateway, 8012, "failed to dial")
		}
		return nil
	}})
	env, _ := internet(t, edge, dir)
	p, _ := startListening(t, dir, env)
	line := p.testIs("failed")
	said, _ := line["error"].(string)
	fix, _ := line["fix"].(string)
	if line["state"] != "connecting" || line["code"] != "ERR_NGROK_8012" || !strings.Contains(said, "ERR_NGROK_8012") || !strings.Contains(fix, "--domain") {
		t.Errorf("got %v", line)
	}
	wantTime(t, line["next_try_at"])
	elsewhere.Store(false)
	if live := p.tunnelIs("live"); live["self_test"] != "passed" || live["error"] != nil {
		t.Errorf("got %v", live)
	}
}

// The user's own tunnel ends at the local address.
func TestTheUsersOwnURLIsTestedToo(t *testing.T) {
	const public = "https://ada-dev.ngrok-free.app"
	var local atomic.Value // where the user's tunnel leads, "" for nowhere
	local.Store("")
	edge, dir := startStandin(t, standin.Options{OnRequest: func(r *http.Request) *http.Response {
		to, _ := local.Load().(string)
		if to == "" {
			return nil
		}
		out, err := http.NewRequestWithContext(r.Context(), r.Method, to+r.URL.Path, r.Body)
		if err != nil {
			return nil
		}
		out.Header, out.Host = r.Header, r.Host
		out.Header.Set("X-Forwarded-For", "203.0.113.7")
		res, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			return nil
		}
		return res
	}})
	env, _ := internet(t, edge, dir)
	p, ready := startListening(t, dir, env, "--public-url", public)
	if ready["tunnel"] != "off" || ready["public_url"] != public {
		t.Errorf("ready: %v", ready)
	}
	failed := p.testIs("failed")
	if failed["state"] != "off" || failed["code"] != "ERR_NGROK_3200" || failed["error"] == nil || failed["fix"] == nil {
		t.Errorf("got %v", failed)
	}
	local.Store(localURL(t, ready))
	passed := p.testIs("passed")
	wantNull(t, "a URL that leads here", passed, "error", "fix", "code", "next_try_at")
	wantTime(t, passed["proven_at"])
	if all := mustRun(t, dir, env, "deliveries", "--json"); all != "" {
		t.Errorf("it stored %s", all)
	}
}
