package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
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

// tunnelIs gives the line that says that the tunnel is in a state.
func (p *process) tunnelIs(state string) map[string]any {
	p.t.Helper()
	line := p.next("tunnel")
	for line["state"] != state {
		line = p.next("tunnel")
	}
	return line
}

func TestADeliveryThroughTheTunnelIsMarked(t *testing.T) {
	edge, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, withSecret())
	if ready["tunnel"] != "connecting" && ready["tunnel"] != "live" {
		t.Errorf("ready says of the tunnel: %v", ready["tunnel"])
	}
	live := p.tunnelIs("live")
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
}

func TestARefusedTokenIsAFailureOnlyWhereTheTunnelIsRequired(t *testing.T) {
	refuse := standin.Options{OnAuth: func(standin.Auth) string {
		return standin.Refuse(107, "The authtoken you specified is properly formed, but it is invalid: token_for_tests")
	}}
	_, dir := startStandin(t, refuse)

	stdout, stderr, code := runHooktop(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "ngrok")
	if code != exit.CodeFailed || !strings.Contains(stderr, "\nfix: ") || !strings.Contains(stderr, "107") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	if strings.Contains(stdout+stderr, "token_for_tests") {
		t.Error("the token was printed")
	}

	p, ready := startListening(t, dir, withSecret())
	if line := p.tunnelIs("failed"); line["error"] == nil || line["fix"] == nil {
		t.Errorf("got %v", line)
	}
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("with a failed tunnel the local address answers %d", status)
	}
}

// What fails later takes nothing from local receiving, also where the tunnel was asked
// for by name.
func TestATunnelThatFailsLaterLeavesTheRest(t *testing.T) {
	var revoked atomic.Bool
	edge, dir := startStandin(t, standin.Options{OnAuth: func(standin.Auth) string {
		if revoked.Load() {
			return standin.Refuse(107, "revoked")
		}
		return ""
	}})
	p, ready := startListening(t, dir, withSecret(), "--tunnel", "ngrok")
	p.tunnelIs("live")
	revoked.Store(true)
	edge.Drop()
	if line := p.tunnelIs("failed"); line["code"] != "ERR_NGROK_107" || line["fix"] == nil || line["tunnel"] != "ngrok" {
		t.Errorf("got %v", line)
	}
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("the local address answers %d", status)
	}
	p.next("delivery")
}

func TestTheDomainAndThePathsReachTheEdge(t *testing.T) {
	for _, c := range []struct {
		name      string
		env, args []string
		url       string
		policy    []string // what it names; none: there is no policy
	}{
		{"by flags", nil, []string{"--domain", "hooks-of-ada.ngrok-free.dev", "--clerk-path", "/hooks/clerk"}, "https://hooks-of-ada.ngrok-free.dev", []string{"POST", "'/hooks/clerk'", "404"}},
		{"by variables", []string{"NGROK_DOMAIN=https://hooks-of-ada.ngrok-free.dev", "HOOKTOP_CLERK_PATH=/hooks/clerk"}, nil, "https://hooks-of-ada.ngrok-free.dev", []string{"POST", "'/hooks/clerk'", "404"}},
		{"with nothing given", nil, nil, "", []string{"POST", "'/api/webhooks/clerk'", "404"}},
		{"without a policy", nil, []string{"--no-edge-policy"}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			edge, dir := startStandin(t, standin.Options{})
			p, _ := startListening(t, dir, append(withSecret(), c.env...), c.args...)
			live := p.tunnelIs("live")
			if c.url != "" && live["public_url"] != c.url {
				t.Errorf("the tunnel is at %v", live["public_url"])
			}
			binds := edge.Binds()
			if len(binds) != 1 || binds[0].URL() != c.url {
				t.Fatalf("asked for %+v", binds)
			}
			policy := binds[0].TrafficPolicy()
			if (policy == "") != (c.policy == nil) {
				t.Errorf("the policy is %q", policy)
			}
			for _, text := range c.policy {
				if !strings.Contains(policy, text) {
					t.Errorf("the policy names no %s: %s", text, policy)
				}
			}
		})
	}
}

// In each of these cases there is a token, and no tunnel all the same.
func TestATunnelIsOpenedOnlyWhereItIsWanted(t *testing.T) {
	for _, c := range []struct {
		name      string
		env, args []string
		publicURL any
	}{
		{"--public-url names the user's own", withSecret(), []string{"--public-url", "https://hooks.example.com/"}, "https://hooks.example.com"},
		{"HOOKTOP_PUBLIC_URL does", append(withSecret(), "HOOKTOP_PUBLIC_URL=https://hooks.example.com/api/webhooks/clerk"), nil, "https://hooks.example.com"},
		{"--public-url goes before --tunnel ngrok", withSecret(), []string{"--public-url", "https://hooks.example.com", "--tunnel", "ngrok"}, "https://hooks.example.com"},
		{"local mode has no secret that a sender could know", nil, []string{"--local"}, nil},
		{"--tunnel off says so", withSecret(), []string{"--tunnel", "off"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			edge, dir := startStandin(t, standin.Options{})
			p, ready := startListening(t, dir, c.env, c.args...)
			if ready["tunnel"] != "off" || ready["public_url"] != c.publicURL {
				t.Errorf("ready is %v", ready)
			}
			mustRun(t, dir, c.env, "trigger", "user.created")
			p.next("delivery")
			if auths := edge.Auths(); len(auths) != 0 {
				t.Errorf("it signed in at ngrok: %+v", auths)
			}
		})
	}

	// People read the URL with the path, as Clerk wants it.
	p := start(t, t.TempDir(), withSecret(), "listen", "--addr", "127.0.0.1:0", "--public-url", "https://hooks.example.com")
	p.says("https://hooks.example.com/api/webhooks/clerk")
}

// The user's own tunnel ends at the local address and may write any host, so only what
// looks local in every way is from this machine.
func TestWhatComesThroughTheUsersOwnTunnelIsFromOutside(t *testing.T) {
	p, ready := startListening(t, t.TempDir(), withSecret(), "--public-url", "https://hooks.example.com")
	for n, c := range []struct {
		name, host, header string
		origin             string
		health             int
	}{
		{"a request of this machine", "", "", "local", 200},
		{"one for localhost", "localhost:" + strconv.Itoa(portOf(t, localURL(t, ready))), "", "local", 200},
		{"one for the public host", "hooks.example.com", "", "tunnel", 404},
		{"one for the public host, in capitals", "HOOKS.example.com", "", "tunnel", 404},
		{"one for the public host and its port", "hooks.example.com:443", "", "tunnel", 404},
		{"one for the public host with a dot at its end", "hooks.example.com.", "", "tunnel", 404},
		{"one for any other host", "tunnel.internal", "", "tunnel", 404},
		{"one for localhost without the port", "localhost", "", "tunnel", 404},
		{"one that a proxy rewrote the host of", "", "X-Forwarded-For", "tunnel", 404},
		{"one through Cloudflare", "", "Cf-Ray", "tunnel", 404},
		{"one through Tailscale", "", "Tailscale-User-Login", "tunnel", 404},
		{"one through ngrok's agent", "", "ngrok-auth-user-email", "tunnel", 404},
		{"one through a proxy of HTTP", "", "Via", "tunnel", 404},
		{"one with a header that nobody has heard of", "", "X-New-Tunnel", "tunnel", 404},
		{"both", "hooks.example.com", "X-Forwarded-For", "tunnel", 404},
	} {
		id := strconv.Itoa(n + 1)
		req, err := signed(t.Context(), clerkURL(t, ready), "msg_"+id, userEvent("user.created", "user_"+id, id+"@example.com", time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		health, err := http.NewRequestWithContext(t.Context(), http.MethodGet, localURL(t, ready)+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []*http.Request{req, health} {
			r.Host = c.host
			if c.header != "" {
				r.Header.Set(c.header, "203.0.113.7")
			}
		}
		if status, answer, err := do(http.DefaultClient, req); err != nil || status != 200 {
			t.Errorf("%s: got %d %v %v", c.name, status, answer, err)
		}
		if line := p.next("delivery"); line["origin"] != c.origin {
			t.Errorf("%s: its origin is %v, want %s", c.name, line["origin"], c.origin)
		}
		res, err := http.DefaultClient.Do(health)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.health {
			t.Errorf("%s: healthz answers %d, want %d", c.name, res.StatusCode, c.health)
		}
	}
}

// This machine cannot resolve the user's own host, so a delivery is the first proof that
// the URL leads here.
func TestADeliveryProvesTheUsersOwnTunnel(t *testing.T) {
	p, ready := startListening(t, t.TempDir(), withSecret(), "--public-url", "https://hooks.example.com")
	line := p.next("tunnel")
	for line["self_test"] == "pending" {
		line = p.next("tunnel")
	}
	if line["self_test"] != "unknown" || line["unproven"] == nil || line["proven_at"] != nil || line["state"] != "off" {
		t.Errorf("before, it is %v", line)
	}
	req, err := signed(t.Context(), clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "hooks.example.com"
	if status, answer, err := do(http.DefaultClient, req); err != nil || status != 200 {
		t.Fatalf("got %d %v %v", status, answer, err)
	}
	if line := p.next("tunnel"); line["self_test"] != "passed" || line["proven_at"] == nil || line["public_url"] != "https://hooks.example.com" {
		t.Errorf("after a delivery, it is %v", line)
	}
}

// With a token in the environment nothing of ngrok's file is needed.
func TestABrokenAgentFileIsANoteWhereThereIsAToken(t *testing.T) {
	_, dir := startStandin(t, standin.Options{})
	file := filepath.Join(dir, ".config", "ngrok", "ngrok.yml")
	if err := os.WriteFile(file, []byte("agent:\n  authtoken: [token_in_the_file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]string{"auto": "auto", "asked for": "ngrok"} {
		t.Run(name, func(t *testing.T) {
			env := append(withSecret(), "NGROK_AUTHTOKEN=token_of_the_environment")
			p, ready := startListening(t, dir, env, "--tunnel", mode)
			if ready["tunnel"] != "connecting" {
				t.Errorf("ready says of the tunnel: %v", ready["tunnel"])
			}
			p.complains("note: ")
			p.complains("ngrok.yml")
			if said := p.complaints() + p.output(); strings.Contains(said, "token_") {
				t.Errorf("a token was printed: %s", said)
			}
		})
	}
	// Without one it is the reason why there is no tunnel.
	p, ready := startListening(t, dir, withSecret())
	if ready["tunnel"] != "off" {
		t.Errorf("ready says of the tunnel: %v", ready["tunnel"])
	}
	p.complains("ngrok.yml")
	stdout, stderr, code := runHooktop(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--tunnel", "ngrok")
	if code != exit.CodeUsage || !strings.HasPrefix(stderr, "error: ") || !strings.Contains(stderr, "\nfix: ") || strings.Contains(stdout+stderr, "token_") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
