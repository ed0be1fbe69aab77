package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

func TestASignedDeliveryIsKeptAppliedAndPrinted(t *testing.T) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret())
	status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if status != 200 || answer["message"] != "User created" {
		t.Fatalf("got %d %v", status, answer)
	}
	// It was committed before it was answered: any other client sees the row.
	if rows := userRows(t, dir); !slices.Equal(rows, []string{"user_1 ada@example.com"}) {
		t.Errorf("the users table holds %v", rows)
	}
	line := p.next("delivery")
	want := map[string]any{
		"kind": "delivery", "id": 1.0, "provider": "clerk", "event": "user.created", "message_id": "msg_1", "attempt": 1.0,
		"verdict": "verified", "code": nil, "outcome": "created", "standing": "applied", "user_id": "user_1", "email": "ada@example.com",
		"status": 200.0, "origin": "local", "parent_id": nil, "note": nil, "resolved_by": nil, "vouched_by": "signature", "acknowledged_at": nil, "truncated": false,
	}
	for key, value := range want {
		if got, there := line[key]; !there || got != value {
			t.Errorf("%s is %v (%t), want %v", key, got, there, value)
		}
	}
	for _, key := range []string{"at", "duration_ms", "bytes"} {
		if line[key] == nil {
			t.Errorf("%s is missing", key)
		}
	}
	if len(line) != len(want)+3 {
		t.Errorf("the line has other keys: %v", line)
	}
}

// userRows reads the users as any SQLite client would, while hooktop runs.
func userRows(t *testing.T, dir string) []string {
	t.Helper()
	return queryRows(t, dir, `SELECT id || ' ' || email FROM "User" ORDER BY id`)
}

// Every answer of the table that scripts and senders rely on, from the real
// program over its real database.
func TestEveryEventGetsItsAnswer(t *testing.T) {
	_, ready := startListening(t, t.TempDir(), withSecret())
	url, now := clerkURL(t, ready), time.Now()
	ada := func(kind, email string, age time.Duration) string {
		return userEvent(kind, "user_ada", email, now.Add(-age))
	}
	for _, step := range []struct {
		name, message, body string
		status              int
		says                map[string]any
	}{
		{"a new user is created", "msg_1", ada("user.created", "ada@example.com", time.Hour), 200, map[string]any{"message": "User created"}},
		{"the same message again is processed already", "msg_1", ada("user.created", "ada@example.com", time.Hour), 200, map[string]any{"message": "Already processed"}},
		{"an update changes the address", "msg_2", ada("user.updated", "lovelace@example.com", time.Minute), 200, map[string]any{"message": "User updated"}},
		{"an update that says the same changes nothing", "msg_3", ada("user.updated", "lovelace@example.com", time.Second), 200, map[string]any{"message": "User unchanged"}},
		{"an older update is stale", "msg_4", ada("user.updated", "old@example.com", 30*time.Minute), 200, map[string]any{"message": "Stale event ignored"}},
		{"another user cannot take the address", "msg_5", userEvent("user.created", "user_eve", "lovelace@example.com", now), 409, map[string]any{"message": "Email already belongs to another user", "userId": "user_eve", "heldBy": "user_ada"}},
		{"a user needs an address", "msg_6", `{"data":{"email_addresses":[],"id":"user_bo"},"timestamp":1716883200,"type":"user.created"}`, 400, map[string]any{"message": "User has no email address", "userId": "user_bo"}},
		{"what is not JSON is malformed", "msg_7", `{"data":`, 400, map[string]any{"message": "Malformed event"}},
		{"a deletion needs an id", "msg_8", `{"data":{"deleted":true},"timestamp":1716883200,"type":"user.deleted"}`, 400, map[string]any{"message": "Malformed event"}},
		{"other types are not handled", "msg_9", `{"data":{},"timestamp":1716883200,"type":"session.created"}`, 200, map[string]any{"message": "Event type not handled"}},
		{"a deletion deletes", "msg_10", ada("user.deleted", "", 0), 200, map[string]any{"message": "User deleted"}},
		{"a deleted user stays deleted", "msg_11", userEvent("user.updated", "user_ada", "back@example.com", now.Add(time.Hour)), 200, map[string]any{"message": "Stale event ignored"}},
		{"the freed address was taken by the event that waited for it", "msg_5", userEvent("user.created", "user_eve", "lovelace@example.com", now), 200, map[string]any{"message": "Already processed"}},
	} {
		status, answer := post(t, http.DefaultClient, url, step.message, step.body)
		if status != step.status {
			t.Errorf("%s: status %d, want %d (%v)", step.name, status, step.status, answer)
		}
		for key, value := range step.says {
			if answer[key] != value {
				t.Errorf("%s: %s is %v, want %v", step.name, key, answer[key], value)
			}
		}
	}
}

// A hooktop that is killed under load has every delivery that it acknowledged.
func TestKilledUnderLoadNothingAcknowledgedIsLost(t *testing.T) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret())
	url := clerkURL(t, ready)
	const senders, enough = 16, 400
	var mu sync.Mutex
	acknowledged := map[string]string{} // the user's row and the body, by message id
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	reached := make(chan struct{})
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d_%d", s, n)
				body := userEvent("user.created", "user_"+id, id+"@example.com", time.Now())
				status, _, err := tryPost(ctx, client, url, "msg_"+id, body)
				if err != nil {
					return // killed
				}
				if status != http.StatusOK {
					t.Errorf("status %d", status)
					return
				}
				mu.Lock()
				acknowledged["msg_"+id] = "user_" + id + " " + id + "@example.com " + body
				if len(acknowledged) == enough {
					close(reached)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-reached:
	case <-time.After(patient):
		t.Error("too few deliveries were acknowledged")
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	sending.Wait()

	_, again := startListening(t, dir, withSecret())
	if status, answer := post(t, http.DefaultClient, clerkURL(t, again), "msg_0_0", userEvent("user.created", "user_0_0", "0_0@example.com", time.Now())); answer["message"] != "Already processed" {
		t.Errorf("after the restart a retry is answered %d %v", status, answer)
	}
	// The row, its payload and the user that it made: the transaction was whole.
	kept := map[string]string{}
	for _, row := range queryRows(t, dir, `SELECT d.message_id || ' ' || u.id || ' ' || u.email || ' ' || CAST(p.body AS TEXT)
		FROM delivery AS d JOIN payload AS p ON p.delivery_id = d.id JOIN "User" AS u ON u.id = d.user_id
		WHERE d.verified = 1 AND d.outcome = 'created' AND d.status = 200`) {
		id, rest, _ := strings.Cut(row, " ")
		kept[id] = rest
	}
	for id, want := range acknowledged {
		if kept[id] != want {
			t.Errorf("%s was acknowledged, and what is kept of it is %q", id, kept[id])
		}
	}
	t.Logf("%d acknowledged, %d kept", len(acknowledged), len(kept))
}

// The answer and the line name the cause, found with what lies in the folder.
func TestTheCauseOfARejectionIsNamed(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		".env.local":      "CLERK_WEBHOOK_SECRET=" + otherSecret + "\n",
		".env.production": "CLERK_WEBHOOK_SECRET=" + secret + "\n",
		".env.example":    "CLERK_WEBHOOK_SECRET=whsec_xxx\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, ready := startListening(t, dir, nil)
	status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	if status != 400 || answer["code"] != "other-known-secret" {
		t.Errorf("got %d %v", status, answer)
	}
	if line := p.next("delivery"); line["code"] != "other-known-secret" || line["verdict"] != "rejected" {
		t.Errorf("got %v", line)
	}
	stdout, stderr, code := runHooktop(t, dir, nil, "show", "1")
	if code != exit.CodeDone || !strings.Contains(stdout, "CLERK_WEBHOOK_SECRET in .env.production") || strings.Contains(stdout, secret) {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
	if rows := userRows(t, dir); len(rows) != 0 {
		t.Errorf("an unverified delivery made %v", rows)
	}
}

// Windows editors begin a file with a byte order mark, which is no part of the
// first variable's name.
func TestAFileMayBeginWithAByteOrderMark(t *testing.T) {
	for _, name := range []string{".env.local", ".env"} {
		dir := t.TempDir()
		text := "\ufeffCLERK_WEBHOOK_SECRET=" + secret + "\r\nHOOKTOP_TUNNEL=off\r\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, ready := startListening(t, dir, nil)
		if status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
			t.Errorf("with a mark in %s it answers %d %v", name, status, answer)
		}
	}
}

// --tunnel pull needs no signing secret, but it is not used beside --public-url.
func TestPullBesideAPublicURLDoesNotReplaceTheSecret(t *testing.T) {
	_, stderr, code := runHooktop(t, t.TempDir(), nil, "listen", "--addr", "127.0.0.1:0", "--tunnel", "pull", "--public-url", "https://a.example")
	if code != exit.CodeUsage || !strings.Contains(stderr, "CLERK_WEBHOOK_SIGNING_SECRET") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}
