package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// ada sends a user.created of a user of its own.
func ada(t *testing.T, url, n string) {
	t.Helper()
	body := userEvent("user.created", "user_"+n, "ada"+n+"@example.com", time.Now())
	if status, answer := post(t, http.DefaultClient, url, "msg_"+n, body); status != 200 {
		t.Fatalf("got %d %v", status, answer)
	}
}

// Whatever came since hooktop was started counts, whenever the wait begins:
// a script need not be faster than what it waits for.
func TestAWaitSinceTheStartSeesWhatCameBeforeIt(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada0@example.com") // before the start
	_, ready := startListening(t, dir, withSecret())
	ada(t, clerkURL(t, ready), "1")
	got := objects(t, mustRun(t, dir, nil, "wait", "email:ada", "--since-start", "--json"))
	if len(got) != 1 || got[0]["id"] != 2.0 {
		t.Errorf("it waited for %v", got)
	}
	wantKeys(t, "a delivery that was waited for", got[0], deliveryKeys)

	// And the one that comes later.
	p := start(t, dir, nil, "wait", "email:ada", "--since-start", "--count", "2", "--json", "--timeout", "0")
	p.next("delivery")
	ada(t, clerkURL(t, ready), "2")
	if line := p.next("delivery"); line["id"] != 3.0 || p.ends() != exit.CodeDone {
		t.Errorf("it waited for %v, exit code %d", line, p.ends())
	}
}

// Where no hooktop runs yet its start is still to come: what is there is not
// counted, what it receives is.
func TestAWaitSinceTheStartOfAHooktopThatIsYetToStart(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--email", "ada0@example.com")
	p := start(t, dir, nil, "wait", "email:ada", "--since-start", "--json", "--timeout", "0")
	_, ready := startListening(t, dir, withSecret())
	n := 0
	eventually(t, "the wait is over", func() bool { // it may not have looked yet
		n++
		ada(t, clerkURL(t, ready), fmt.Sprint(n))
		select {
		case <-p.ended:
			return true
		default:
			return false
		}
	})
	if line := p.next("delivery"); line["id"] == 1.0 || p.ends() != exit.CodeDone {
		t.Errorf("it waited for %v, exit code %d", line, p.ends())
	}
}

// The app's answer comes after the delivery, and may be long in coming.
func TestAWaitForTheAppWaitsForItsAnswer(t *testing.T) {
	dir := t.TempDir()
	asked, answer := make(chan struct{}), make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-answer
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(app.Close)
	p, ready := startListening(t, dir, withSecret(), "--forward-to", app.URL)
	ada(t, clerkURL(t, ready), "1")
	<-asked
	late, stderr, code := runHooktop(t, dir, nil, "wait", "email:ada", "--since", "0", "--forwarded", "--timeout", "1ms")
	if code != exit.CodeTimedOut || late != "" || !strings.Contains(stderr, "it was not forwarded") {
		t.Errorf("before the answer: exit code %d, %s%s", code, late, stderr)
	}
	waiting := start(t, dir, nil, "wait", "email:ada", "--since", "0", "--forwarded", "--json", "--timeout", "0")
	close(answer)
	p.next("forward")
	if d := waiting.next("delivery"); d["id"] != 1.0 {
		t.Errorf("it waited for %v", d)
	}
	if f := waiting.next("forward"); f["status"] != 204.0 || waiting.ends() != exit.CodeDone {
		t.Errorf("the answer is %v", f)
	}
}

// A delivery that came to match after it had come is found, too.
func TestAWaitSeesWhatComesToMatchLater(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret})
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 400 {
		t.Fatalf("got %d", status)
	}
	p := start(t, dir, nil, "wait", "is:verified", "--since", "0", "--json", "--timeout", "0")
	mustRun(t, dir, withSecret(), "reverify", "1")
	if d := p.next("delivery"); d["id"] != 1.0 || d["outcome"] != "created" || p.ends() != exit.CodeDone {
		t.Errorf("it waited for %v", d)
	}
}

func TestAWaitForADatabaseCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(exit.ErrInterrupted)
	var out, complaints strings.Builder
	args := []string{"wait", "--db", filepath.Join(t.TempDir(), "none.db"), "--timeout", "0"}
	if code := run(ctx, args, nil, &out, &complaints, func(string) string { return "" }); code != exit.CodeInterrupted || out.Len()+complaints.Len() > 0 {
		t.Errorf("exit code %d, %s%s", code, &out, &complaints)
	}
}
