//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// oddEvent is a user event that would be damaged if it was read and written again: a
// long number, and zeros at its end.
func oddEvent(user string, at time.Time) string {
	event := userEvent("user.created", user, user+"@example.com", at)
	return strings.Replace(event, `{"data":{`, `{"data":{"z":12345678901234567890,"a":1.50,`, 1)
}

// What was pulled is a delivery as any other, but for its verdict: it is forwarded
// signed, found, shown, replayed and exported, and nowhere counts as verified.
func TestAPulledDeliveryIsUnverifiedEverywhere(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	env = append(env, withSecret()...)
	dir, app := t.TempDir(), startApp(t, http.StatusOK)
	p, ready := startListening(t, dir, env, "--tunnel", "pull", "--forward-to", app.URL+"/hook")
	body := oddEvent("user_1", time.Now())
	id, _ := clerk.Send("user.created", []byte(body))
	line, sent := p.next("delivery"), p.next("forward")
	if line["verdict"] != "unverified" || line["vouched_by"] != "provider-api" || line["standing"] != "unverified" || line["status"] != nil || line["code"] != nil {
		t.Errorf("got %v", line)
	}
	if got := app.got(); sent["status"] != 200.0 || len(got) != 1 || !got[0].verified || got[0].header.Get("Svix-Id") != id {
		t.Errorf("the app got %+v, and answered %v", got, sent)
	}

	// The same message arrives as it was sent, too.
	if status, answer := post(t, http.DefaultClient, clerkURL(t, ready), id, body); status != http.StatusOK || answer["message"] != "Already processed" {
		t.Errorf("the webhook was answered %d %v", status, answer)
	}
	if line := p.next("delivery"); line["verdict"] != "verified" || line["outcome"] != "duplicate" || line["note"] != "duplicate of #1" {
		t.Errorf("then it is %v", line)
	}

	var whole map[string]any
	shown := mustRun(t, dir, env, "show", "1", "--json")
	if err := json.Unmarshal([]byte(shown), &whole); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`12345678901234567890`, `1.50`} {
		if got := fmt.Sprint(whole["body"]); !strings.Contains(got, part) {
			t.Errorf("the body lost %s: %s", part, got)
		}
	}
	text := mustRun(t, dir, env, "show", "1", "--no-color")
	if !strings.Contains(text, "○ Not signed") || !strings.Contains(text, "hooktop read this event from Clerk's API. The body is rebuilt from JSON, so no signature can be verified.") || strings.Contains(text, "✓ Verified") || strings.Contains(text, "✗") {
		t.Error(text)
	}
	for filter, want := range map[string]int{"is:unverified": 1, "is:verified": 1, "origin:pull": 1, "is:failed": 0} {
		if got := objects(t, mustRun(t, dir, env, "deliveries", filter, "--json")); len(got) != want {
			t.Errorf("%s finds %d", filter, len(got))
		}
	}
	if out := mustRun(t, dir, env, "users", "--rebuild"); !strings.Contains(out, "1 user") {
		t.Error(out)
	}
	if _, stderr, code := runHooktop(t, dir, env, "reverify", "1"); code == exit.CodeDone || !strings.Contains(stderr, "\nfix: ") {
		t.Errorf("reverify: exit code %d, %s", code, stderr)
	}
	if got := objects(t, mustRun(t, dir, env, "resend", "1", "--json")); len(got) == 0 || got[0]["verdict"] != "verified" || got[0]["parent_id"] != 1.0 {
		t.Errorf("resent: %v", got)
	}
	if _, stderr, code := runHooktop(t, dir, env, "resend", "1", "--as", "verbatim"); code == exit.CodeDone || !strings.Contains(stderr, "--as same") {
		t.Errorf("resent without a signature: exit code %d, %s", code, stderr)
	}
	curl := mustRun(t, dir, env, "export", "#1", "--format", "curl")
	if !strings.Contains(curl, "svix-signature: v1,") && !strings.Contains(curl, "Svix-Signature: v1,") {
		t.Errorf("not signed: %s", curl)
	}

	// A file cannot vouch for what Clerk's API returned.
	file, elsewhere := filepath.Join(dir, "x.jsonl"), t.TempDir()
	if err := os.WriteFile(file, []byte(mustRun(t, dir, env, "export", "#1")), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, elsewhere, env, "import", file)
	got := objects(t, mustRun(t, elsewhere, env, "deliveries", "--json"))
	if len(got) != 1 || got[0]["verdict"] != "unverified" || got[0]["vouched_by"] != nil || got[0]["outcome"] != "unhandled" || got[0]["message_id"] != id {
		t.Errorf("imported: %v", got)
	}
	if out := mustRun(t, elsewhere, env, "users", "--json"); out != "" {
		t.Errorf("a file made %s", out)
	}
}

// What came as a webhook is not pulled again, unless it was rejected then: that is
// resolved.
func TestWhatArrivedIsNotPulledAgain(t *testing.T) {
	clerk, env := startClerk(t, standin.Config{})
	env = append(env, withSecret()...)
	dir := t.TempDir()
	p, ready := startListening(t, dir, env, "--tunnel", "off")
	body := userEvent("user.created", "user_1", "ada@example.com", time.Now())
	arrived, _ := clerk.Send("user.created", []byte(body))
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), arrived, body); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	forged := userEvent("user.created", "user_2", "bob@example.com", time.Now())
	rejected, _ := clerk.Send("user.created", []byte(forged))
	req, err := signed(t.Context(), clerkURL(t, ready), rejected, forged)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("svix-signature", "v1,bm90IHJpZ2h0IGF0IGFsbCwgYnV0IGFzIGxvbmc9PT0=")
	if status, _, err := do(http.DefaultClient, req); err != nil || status != http.StatusBadRequest {
		t.Fatalf("answered %d, %v", status, err)
	}
	p.interrupt()

	p, _ = startListening(t, dir, env, "--tunnel", "pull")
	if line := p.next("delivery"); line["message_id"] != rejected || line["outcome"] != "created" || line["attempt"] != 2.0 {
		t.Errorf("pulled %v", line)
	}
	all := objects(t, mustRun(t, dir, env, "deliveries", "--json"))
	if len(all) != 3 || all[1]["resolved_by"] != 3.0 {
		t.Errorf("stored %v", all)
	}
}
