//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// startRelay runs a stand-in for the relay, and gives the variables that lead there.
func startRelay(t *testing.T, o standin.Options) (server *standin.Server, env []string) {
	t.Helper()
	server, err := standin.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server, []string{"HOOKTOP_RELAY_URL=" + server.URL(), "HOOKTOP_RELAY_INBOX=" + server.Inbox()}
}

// fromStripe is an event as Stripe would send it to a URL.
func fromStripe(t *testing.T, url, secret string) *http.Request {
	t.Helper()
	stripe := providers.Stripe{}
	event := webhook.Sample{Type: "customer.created", At: time.Now()}
	body, err := stripe.Sample(event)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if err := stripe.Signing().SignMessage(req.Header, webhook.NewSecret(secret, webhook.Source{}), "", time.Now(), body); err != nil {
		t.Fatal(err)
	}
	return req
}

// Each provider has an inbox of its own, because relayed requests carry no path. What
// its sender is answered comes from here.
func TestDeliveriesComeThroughTheRelay(t *testing.T) {
	const stripeSecret = "whsec_stripe_secret_for_tests_0123456789"
	server, env := startRelay(t, standin.Options{})
	dir := t.TempDir()
	env = append(env, withSecret()...)
	p, ready := startListening(t, dir, env, "--tunnel", "relay", "--yes", "--clerk-path", "/hooks/users")
	inbox := clerkURL(t, ready)
	if !strings.HasPrefix(inbox, server.Inbox()) || ready["public_url"] != inbox {
		t.Errorf("ready is %v", ready)
	}
	if urls := ready["webhook_urls"].(map[string]any); urls["stripe"] != localURL(t, ready)+"/api/webhooks/stripe" {
		t.Errorf("Stripe sends nothing here, and has the URL %v", urls["stripe"])
	}
	live := p.tunnelIs("live")
	if live["tunnel"] != "relay" || live["public_url"] != inbox || live["self_test"] != "passed" {
		t.Errorf("live is %v", live)
	}
	status, answer := post(t, http.DefaultClient, inbox, "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if status != 200 || answer["message"] != "User created" {
		t.Errorf("the sender got %d %v", status, answer)
	}
	line := p.next("delivery")
	if line["origin"] != "relay" || line["verdict"] != "verified" || line["outcome"] != "created" {
		t.Errorf("got %v", line)
	}

	// A Stripe secret brings Stripe's own inbox, while hooktop runs.
	file := filepath.Join(dir, ".env.local")
	if err := os.WriteFile(file, []byte("STRIPE_WEBHOOK_SECRET="+stripeSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stripe string
	for stripe == "" {
		urls, _ := p.tunnelIs("live")["webhook_urls"].(map[string]any)
		stripe, _ = urls["stripe"].(string)
	}
	if !strings.HasPrefix(stripe, server.Inbox()) || stripe == inbox {
		t.Fatalf("Stripe's inbox is %s, Clerk's %s", stripe, inbox)
	}
	if status, answer, err := do(http.DefaultClient, fromStripe(t, stripe, stripeSecret)); err != nil || status != 200 {
		t.Errorf("Stripe got %d %v %v", status, answer, err)
	}
	if line := p.next("delivery"); line["provider"] != "stripe" || line["origin"] != "relay" || line["verdict"] != "verified" {
		t.Errorf("got %v", line)
	}

	// The next start has the same URLs, and needs no yes any more.
	p.interrupt()
	p, ready = startListening(t, dir, env, "--tunnel", "relay")
	if urls := ready["webhook_urls"].(map[string]any); urls["clerk"] != inbox || urls["stripe"] != stripe {
		t.Errorf("after a restart the URLs are %v", urls)
	}
	p.tunnelIs("live")
	if info, err := os.Stat(filepath.Join(dir, ".hooktop", "relay.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the tokens file: %v %v", info, err)
	}
}

func TestTheRelayNeedsAYes(t *testing.T) {
	_, env := startRelay(t, standin.Options{})
	env = append(env, withSecret()...)
	_, stderr, code := runHooktop(t, t.TempDir(), env, "listen", "--addr", "127.0.0.1:0", "--tunnel", "relay")
	if code != exit.CodeUsage || !strings.Contains(stderr, "\nfix: ") || !strings.Contains(stderr, "--yes") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	// --tunnel auto asks nobody where nobody is.
	_, ready := startListening(t, t.TempDir(), env)
	if ready["tunnel"] != "off" || ready["public_url"] != nil {
		t.Errorf("ready is %v", ready)
	}
}

// A webhook URL that is another one than at the last start has to be entered anew.
func TestANewURLIsAnnounced(t *testing.T) {
	first, env := startRelay(t, standin.Options{})
	dir := t.TempDir()
	p, ready := startListening(t, dir, append(env, withSecret()...), "--tunnel", "relay", "--yes")
	before := clerkURL(t, ready)
	p.tunnelIs("live")
	p.interrupt()
	first.Close()
	_, env = startRelay(t, standin.Options{})
	p, ready = startListening(t, dir, append(env, withSecret()...), "--tunnel", "relay")
	for urls := map[string]any(nil); urls["clerk"] != before; {
		urls, _ = p.next("tunnel")["previous_urls"].(map[string]any)
	}
	p.complains("it was " + before)
	if now := clerkURL(t, ready); !strings.Contains(p.complaints(), now) || !strings.Contains(p.complaints(), "hooktop endpoint register") {
		t.Errorf("it said %s", p.complaints())
	}
}
