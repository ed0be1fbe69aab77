package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// hold takes an address; whether this test or another program has it, it is
// taken.
func hold(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		return nil
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestWithTheDefaultPortTakenTheNextFreeOneIsUsed(t *testing.T) {
	const usual = 4747
	hold(t, fmt.Sprintf("127.0.0.1:%d", usual))
	hold(t, fmt.Sprintf("127.0.0.1:%d", usual+1))
	p := start(t, t.TempDir(), withSecret(), "listen", "--json")
	ready := p.next("ready")
	port := portOf(t, localURL(t, ready))
	if port <= usual+1 || port > usual+50 {
		t.Errorf("it listens at port %d", port)
	}
	p.complains(fmt.Sprintf("note: port %d is in use; listening at %d instead\n", usual, port))
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("it answers %d there", status)
	}
	// What it said of the port is no part of what a script reads.
	objects(t, p.output())
}

func TestAGivenPortThatIsTakenIsAMistake(t *testing.T) {
	taken := hold(t, "127.0.0.1:0").Addr().String()
	hold(t, "127.0.0.1:4747")
	for _, c := range []struct {
		name, address string
		env, args     []string
	}{
		{"by a flag", taken, nil, []string{"--addr", taken}},
		{"by a variable", taken, []string{"HOOKTOP_ADDR=" + taken}, nil},
		{"where it is the usual one", "127.0.0.1:4747", nil, []string{"--addr", "127.0.0.1:4747"}},
	} {
		stdout, stderr, code := runHooktop(t, t.TempDir(), c.env, append([]string{"listen", "--local"}, c.args...)...)
		want := "error: cannot listen at " + c.address + ": another program is listening there\nfix: choose another address with --addr"
		if code != exit.CodeUsage || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("given %s: exit code %d, %s%s", c.name, code, stdout, stderr)
		}
	}
}

// Two terminals in one folder: each receives, each prints everything, and
// trigger takes one of the two.
func TestTwoHooktopsShareAFolder(t *testing.T) {
	dir := t.TempDir()
	one, first := startListening(t, dir, withSecret())
	two, second := startListening(t, dir, withSecret())
	if localURL(t, first) == localURL(t, second) {
		t.Fatal("both are at the same address")
	}
	for n, url := range []string{clerkURL(t, first), clerkURL(t, second)} {
		id := fmt.Sprint(n + 1)
		status, answer := post(t, http.DefaultClient, url, "msg_"+id, userEvent("user.created", "user_"+id, id+"@example.com", time.Now()))
		if status != 200 || answer["message"] != "User created" {
			t.Errorf("%s answers %d %v", url, status, answer)
		}
	}
	// The same message at the other door: what the first applied counts there.
	if _, answer := post(t, http.DefaultClient, clerkURL(t, second), "msg_1", userEvent("user.created", "user_1", "1@example.com", time.Now())); answer["message"] != "Already processed" {
		t.Errorf("a message of the other's is answered %v", answer)
	}
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	for _, p := range []*process{one, two} {
		for id := 1.0; id <= 4; id++ {
			if line := p.next("delivery"); line["id"] != id {
				t.Errorf("in place of #%v came %v", id, line)
			}
		}
	}
	if rows := queryRows(t, dir, `SELECT url FROM instance`); len(rows) != 2 {
		t.Errorf("the database has the addresses %v", rows)
	}
}

func TestMaxBodyTakesEffect(t *testing.T) {
	dir := t.TempDir()
	p, ready := startListening(t, dir, withSecret(), "--max-body", "1KiB")
	large := userEvent("user.created", "user_1", strings.Repeat("a", 1024)+"@example.com", time.Now())
	status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", large)
	if status != http.StatusRequestEntityTooLarge || answer["code"] != "too-large" {
		t.Errorf("got %d %v", status, answer)
	}
	if line := p.next("delivery"); line["code"] != "too-large" || line["bytes"] != float64(len(large)) || line["message_id"] != "msg_1" {
		t.Errorf("got %v", line)
	}
	shown := objects(t, mustRun(t, dir, nil, "show", "1", "--json"))[0]
	wantNull(t, "a body that was not kept", shown, "body", "body_base64")
	if kept := queryRows(t, dir, `SELECT length(body) FROM payload`); !slices.Equal(kept, []string{"0"}) {
		t.Errorf("of the body %v bytes were kept", kept)
	}
	if status, _ := post(t, http.DefaultClient, clerkURL(t, ready), "msg_2", userEvent("user.created", "user_2", "ada@example.com", time.Now())); status != 200 {
		t.Errorf("a small one is answered %d", status)
	}
}

func TestKeepTakesEffect(t *testing.T) {
	const keep, sent = 5, 12
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret(), "--keep", fmt.Sprint(keep))
	for n := range sent {
		id := fmt.Sprint(n)
		post(t, http.DefaultClient, clerkURL(t, ready), "msg_"+id, userEvent("user.created", "user_"+id, id+"@example.com", time.Now()))
	}
	eventually(t, "only the newest are kept", func() bool {
		rows := queryRows(t, dir, `SELECT id FROM delivery ORDER BY id`)
		return len(rows) == keep && rows[0] == fmt.Sprint(sent-keep+1)
	})
	if rows := userRows(t, dir); len(rows) != sent {
		t.Errorf("with the deliveries went users: %v", rows)
	}
}

// Only who receives lets deliveries go. A command that looks in, or sends one,
// does not know how many the one that receives was told to keep.
func TestOtherCommandsLetNoDeliveryGo(t *testing.T) {
	const more = 100_100 // than the usual --keep
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_1")
	insertDeliveries(t, dir, 2, more, "")
	for _, args := range [][]string{
		{"deliveries", "--limit", "1"},
		{"show", "1"},
		{"users"},
		{"users", "user_1"},
		{"resend", "1"},
		{"trigger", "user.updated"},
	} {
		mustRun(t, dir, withSecret(), args...)
		if oldest := queryRows(t, dir, `SELECT min(id) FROM delivery`); oldest[0] != "1" {
			t.Fatalf("%v let deliveries go: the oldest is #%s", args, oldest[0])
		}
	}
}

// A hooktop that was killed leaves its address behind, and anything may have
// its port since: also a program that takes the connection and says nothing,
// which may as well be a hooktop that is busy, so that address stays.
func TestADeadAddressStopsNoTrigger(t *testing.T) {
	t.Parallel()                     // it waits for one that never answers
	silent := hold(t, "127.0.0.1:0") // the system takes connections, and nobody reads them
	stranger := startApp(t, 200)     // answers everything, as another program
	for _, c := range []struct {
		name, address string
		stays         int
	}{
		{"held by a program that never answers", "http://" + silent.Addr().String(), 1},
		{"held by another web server", stranger.URL, 0},
		{"free", nowhere(t), 0},
	} {
		t.Run("its port is "+c.name, func(t *testing.T) {
			dir := t.TempDir()
			mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_1")
			change(t, dir, `INSERT INTO instance VALUES ('DEAD', ?, 'TOKEN', 1, ?)`, c.address, time.Now().Add(time.Hour).UnixNano())
			lines := objects(t, mustRun(t, dir, withSecret(), "trigger", "user.updated", "--json"))
			if lines[0]["origin"] != "trigger" || lines[0]["user_id"] != "user_1" || lines[0]["status"] != 200.0 {
				t.Errorf("it printed %v", lines)
			}
			if rows := queryRows(t, dir, `SELECT url FROM instance`); len(rows) != c.stays {
				t.Errorf("the addresses left are %v, want %d", rows, c.stays)
			}
			mustRun(t, dir, withSecret(), "resend", "1")
		})
	}
	if got := stranger.got(); slices.ContainsFunc(got, func(r received) bool { return r.body != "" || r.header.Get("Svix-Id") != "" }) {
		t.Errorf("the stranger got a delivery: %+v", got)
	}
}

// The one that lives is found behind a dead one.
func TestTriggerFindsTheRunningHooktopBehindADeadOne(t *testing.T) {
	dir := t.TempDir()
	p, _ := startListening(t, dir, withSecret())
	change(t, dir, `INSERT INTO instance VALUES ('DEAD', ?, 'TOKEN', 1, ?)`, nowhere(t), time.Now().Add(time.Hour).UnixNano())
	// Sent with another secret: only the running one refuses it.
	_, stderr, code := runHooktop(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}, "trigger", "user.created")
	if code != exit.CodeFailed || !strings.HasPrefix(stderr, "error: ") || !strings.Contains(stderr, "\nfix: ") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if line := p.next("delivery"); line["verdict"] != "rejected" || line["origin"] != "trigger" {
		t.Errorf("got %v", line)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, queryRows(t, dir, `SELECT url FROM instance`)[0]+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the address that is left answers %d", res.StatusCode)
	}
}
