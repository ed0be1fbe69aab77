package main

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

// The keys of each object, which scripts rely on: absent values are null, so
// none of them is ever left out.
const (
	readyKeys    = "kind local_url webhook_urls public_url tunnel"
	tunnelKeys   = "kind state public_url latency_ms error fix tunnel code attempt next_try_at self_test unproven proven_at last_heard_at webhook_urls previous_urls lost"
	deliveryKeys = "kind id at provider event message_id attempt standing verdict code outcome user_id email status duration_ms bytes origin parent_id note resolved_by vouched_by acknowledged_at truncated"
	forwardKeys  = "kind id delivery_id at target status duration_ms error failure cause certain alternatives says fix"
	userRowKeys  = "id email stripeCustomerId stripeSubscriptionId stripePriceId subscriptionStatus subscriptionCurrentPeriodEnd " +
		"cancelAtPeriodEnd planKey createdAt updatedAt"
	userKeys = "kind deleted deletedAt delivery_id " + userRowKeys
	showKeys = deliveryKeys + " method url host remote_addr headers body body_base64 response diagnosis change forwards resends"
)

// wantKeys wants exactly these keys, in any order.
func wantKeys(t *testing.T, what string, object any, keys string) {
	t.Helper()
	m, ok := object.(map[string]any)
	if !ok {
		t.Errorf("%s is no object: %v", what, object)
		return
	}
	var got []string
	for key := range m {
		got = append(got, key)
	}
	want := strings.Fields(keys)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s has the keys %q, want %q", what, got, want)
	}
}

// wantTime wants RFC 3339 in UTC, of this test's time.
func wantTime(t *testing.T, value any) {
	t.Helper()
	text, _ := value.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if age := time.Since(at); err != nil || !strings.HasSuffix(text, "Z") || age < -time.Minute || age > time.Hour {
		t.Errorf("%v is not a time of today in UTC: %v", value, err)
	}
}

func wantNull(t *testing.T, what string, object map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if value, there := object[key]; !there || value != nil {
			t.Errorf("%s of %s is %v (there: %t), want null", key, what, value, there)
		}
	}
}

func TestReadyAndTunnelHaveTheirKeys(t *testing.T) {
	_, dir := startStandin(t, standin.Options{})
	p, ready := startListening(t, dir, withSecret())
	wantKeys(t, "ready", ready, readyKeys)
	wantKeys(t, "ready's webhook_urls", ready["webhook_urls"], "clerk stripe")
	live := p.tunnelIs("live")
	wantKeys(t, "a live tunnel", live, tunnelKeys)
	wantNull(t, "a live tunnel", live, "error", "fix")

	p, ready = startListening(t, t.TempDir(), withSecret(), "--tunnel", "off")
	wantKeys(t, "ready", ready, readyKeys)
	wantNull(t, "ready without a tunnel", ready, "public_url")
	if ready["tunnel"] != "off" {
		t.Errorf("tunnel is %v", ready["tunnel"])
	}
	// The kinds come in their order: ready is the first line of all.
	if first := objects(t, p.output())[0]; first["kind"] != "ready" {
		t.Errorf("the first line is %v", first)
	}

	_, dir = startStandin(t, standin.Options{OnAuth: func(standin.Auth) string { return standin.Refuse(107, "not valid") }})
	p, _ = startListening(t, dir, withSecret())
	broken := p.tunnelIs("failed")
	wantKeys(t, "a failed tunnel", broken, tunnelKeys)
	wantNull(t, "a failed tunnel", broken, "public_url", "latency_ms")
}

func TestDeliveriesAndUsersHaveTheirKeys(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	p, ready := startListening(t, dir, withSecret(), "--forward-to", app.URL)
	url := clerkURL(t, ready)
	post(t, http.DefaultClient, url, "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now().Add(-time.Minute)))
	post(t, http.DefaultClient, url, "msg_2", userEvent("user.updated", "user_1", "lovelace@example.com", time.Now()))
	// The deletion of a user that was never seen.
	post(t, http.DefaultClient, url, "msg_3", userEvent("user.deleted", "user_unseen", "", time.Now()))
	// Neither signed nor text.
	junk, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("\xff\xfe\x00"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := do(http.DefaultClient, junk); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		p.next("forward")
	}

	for _, line := range objects(t, p.output()) {
		switch line["kind"] {
		case "delivery":
			wantKeys(t, "a delivery", line, deliveryKeys)
			wantTime(t, line["at"])
		case "forward":
			wantKeys(t, "a forward", line, forwardKeys)
		}
	}
	listed := objects(t, mustRun(t, dir, nil, "deliveries", "--json"))
	if len(listed) != 4 || listed[0]["id"] != 4.0 {
		t.Fatalf("deliveries: %v", listed)
	}
	for _, line := range listed {
		wantKeys(t, "a listed delivery", line, deliveryKeys)
	}
	wantNull(t, "junk", listed[0], "event", "message_id", "user_id", "email", "parent_id")
	if listed[0]["code"] != "unsigned" || listed[0]["verdict"] != "rejected" || listed[0]["provider"] != "clerk" {
		t.Errorf("junk is %v", listed[0])
	}
	wantNull(t, "a verified delivery", listed[3], "code", "parent_id")

	users := objects(t, mustRun(t, dir, nil, "users", "--json", "--deleted"))
	if len(users) != 2 {
		t.Fatalf("users: %v", users)
	}
	for _, u := range users {
		wantKeys(t, "a user", u, userKeys)
	}
	slices.SortFunc(users, func(a, b map[string]any) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
	wantNull(t, "a living user", users[0], "deletedAt", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
		"subscriptionStatus", "subscriptionCurrentPeriodEnd", "planKey")
	wantTime(t, users[0]["createdAt"])
	wantTime(t, users[0]["updatedAt"])
	if users[0]["deleted"] != false || users[0]["cancelAtPeriodEnd"] != false || users[0]["delivery_id"] != 2.0 {
		t.Errorf("the living user is %v", users[0])
	}
	unseen := users[1]
	wantNull(t, "a user that was never seen", unseen, "email", "createdAt", "updatedAt")
	if unseen["id"] != "user_unseen" || unseen["deleted"] != true || unseen["delivery_id"] != 3.0 {
		t.Errorf("the user that was never seen is %v", unseen)
	}
	wantTime(t, unseen["deletedAt"])

	// A user and the deliveries that made it are the same objects, the latter with what they changed.
	lines := objects(t, mustRun(t, dir, nil, "users", "user_1", "--json"))
	if len(lines) != 3 {
		t.Fatalf("users user_1: %v", lines)
	}
	wantKeys(t, "the user", lines[0], userKeys)
	wantKeys(t, "its delivery", lines[1], deliveryKeys+" change")
}

func TestShowHasItsKeys(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	p, ready := startListening(t, dir, withSecret(), "--forward-to", app.URL, "--max-body", "2KiB")
	url := clerkURL(t, ready)
	send := func(signature, body string) {
		t.Helper()
		req, err := signed(t.Context(), url, "msg_"+signature, body)
		if err != nil {
			t.Fatal(err)
		}
		if signature == "forged" {
			req.Header.Set("svix-id", "msg_other")
		}
		req.Header["X-Twice"] = []string{"a", "b"}
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
	}
	send("1", userEvent("user.created", "user_1", "ada@example.com", time.Now().Add(-time.Hour)))
	send("2", userEvent("user.updated", "user_1", "lovelace@example.com", time.Now().Add(-time.Minute)))
	send("forged", "\xff\x00 not text")
	send("large", strings.Repeat("x", 4<<10))
	send("5", userEvent("user.deleted", "user_1", "", time.Now()))
	send("6", userEvent("user.deleted", "user_unseen", "", time.Now()))
	for range 4 {
		p.next("forward")
	}
	mustRun(t, dir, withSecret(), "resend", "1", "--to", app.URL+"/again", "--json")

	shown := make([]map[string]any, 8)
	for id := 1; id <= 7; id++ {
		lines := objects(t, mustRun(t, dir, nil, "show", string(rune('0'+id)), "--json"))
		if len(lines) != 1 {
			t.Fatalf("show %d: %v", id, lines)
		}
		d := lines[0]
		shown[id] = d
		wantKeys(t, "show", d, showKeys)
		wantKeys(t, "diagnosis", d["diagnosis"], "title detail fix secret checks difference certain alternatives")
		for _, check := range list(t, object(t, d["diagnosis"])["checks"]) {
			wantKeys(t, "a check", check, "name ok detail hint")
		}
		if d["response"] != nil {
			wantKeys(t, "response", d["response"], "status body")
			wantKeys(t, "our answer", object(t, d["response"])["body"], answerKeys(d))
		}
		if d["change"] != nil {
			wantKeys(t, "change", d["change"], "user_id before after")
		}
		for _, f := range list(t, d["forwards"]) {
			wantKeys(t, "show's forward", f, forwardKeys+" headers body body_base64 truncated")
		}
	}

	created, updated, deleted := object(t, shown[1]["change"]), object(t, shown[2]["change"]), object(t, shown[5]["change"])
	wantNull(t, "the change that made the row", created, "before")
	wantKeys(t, "the row that was made", created["after"], userRowKeys)
	wantKeys(t, "the row before", updated["before"], userRowKeys)
	wantKeys(t, "the row after", updated["after"], userRowKeys)
	if was, is := object(t, updated["before"])["email"], object(t, updated["after"])["email"]; was != "ada@example.com" || is != "lovelace@example.com" {
		t.Errorf("the change is from %v to %v", was, is)
	}
	wantNull(t, "the change that removed the row", deleted, "after")
	wantKeys(t, "the row that was removed", deleted["before"], userRowKeys)
	if shown[6]["change"] != nil {
		for side, row := range object(t, shown[6]["change"]) {
			if side != "user_id" && row != nil {
				t.Errorf("%s of a user that was never seen is %v", side, row)
			}
		}
	}

	if body, ok := shown[1]["body"].(string); !ok || !strings.Contains(body, "ada@example.com") {
		t.Errorf("body is %v", shown[1]["body"])
	}
	wantNull(t, "a delivery of text", shown[1], "body_base64", "note", "code")
	if got := object(t, shown[1]["headers"])["X-Twice"]; len(list(t, got)) != 2 {
		t.Errorf("a header that came twice is %v", got)
	}
	if len(list(t, shown[1]["forwards"])) != 1 || len(list(t, shown[3]["forwards"])) != 0 {
		t.Errorf("forwards: %v, %v", shown[1]["forwards"], shown[3]["forwards"])
	}

	wantNull(t, "a forgery", shown[3], "body", "change", "event", "user_id", "email")
	text, _ := shown[3]["body_base64"].(string)
	if raw, err := base64.StdEncoding.DecodeString(text); err != nil || string(raw) != "\xff\x00 not text" {
		t.Errorf("body_base64 is %q", shown[3]["body_base64"])
	}
	wantNull(t, "one that was too large", shown[4], "body", "body_base64", "change")
	if shown[4]["code"] != "too-large" || shown[4]["status"] != 413.0 {
		t.Errorf("one that was too large is %v", shown[4])
	}
	for id, standing := range map[int]string{1: "applied", 3: "rejected", 4: "rejected", 7: "resent"} {
		if shown[id]["standing"] != standing {
			t.Errorf("#%d stands as %v, want %s", id, shown[id]["standing"], standing)
		}
	}
	wantNull(t, "a resend to an app", shown[7], "response", "outcome", "status", "change")
	if shown[7]["origin"] != "resend" || shown[7]["parent_id"] != 1.0 {
		t.Errorf("the resend is %v", shown[7])
	}
}

// answerKeys are the keys of our answer's JSON body.
func answerKeys(d map[string]any) string {
	if d["verdict"] == "rejected" {
		return "message code delivery"
	}
	return "message"
}

func object(t *testing.T, value any) map[string]any {
	t.Helper()
	m, ok := value.(map[string]any)
	if !ok {
		t.Fatalf("no object: %v", value)
	}
	return m
}

func list(t *testing.T, value any) []any {
	t.Helper()
	l, ok := value.([]any)
	if !ok {
		t.Fatalf("no list: %v", value)
	}
	return l
}
