package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// tortured runs torture --json and gives its lines by case, and the sum.
func tortured(t *testing.T, dir string, wantCode int, args ...string) (cases map[string]map[string]any, sum map[string]any) {
	t.Helper()
	stdout, stderr, code := runHooktop(t, dir, withSecret(), append([]string{"torture", "--json", "--rate", "10000/s"}, args...)...)
	if code != wantCode {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	wantNoSecret(t, stdout+stderr)
	cases = map[string]map[string]any{}
	lines := objects(t, stdout)
	for _, line := range lines[:len(lines)-1] {
		if line["kind"] != "torture" {
			t.Errorf("a line has the kind %v", line["kind"])
		}
		cases[line["case"].(string)] = line
	}
	sum = lines[len(lines)-1]
	if sum["kind"] != "torture-summary" {
		t.Errorf("it ends with %v", sum)
	}
	return cases, sum
}

func wantNoSecret(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) {
		t.Errorf("it shows the secret: %s", text)
	}
}

func found(cases map[string]map[string]any) (names []string) {
	for name, line := range cases {
		if line["state"] == "finding" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// hooktop handles webhooks too, and must do it right: here it is the app. Its
// database shows what the answers do not.
func TestHooktopPassesItsOwnTorture(t *testing.T) {
	app := t.TempDir()
	_, ready := startListening(t, app, withSecret())
	dir := t.TempDir()
	cases, sum := tortured(t, dir, exit.CodeDone, "--to", clerkURL(t, ready), "--keep-users")
	if names := found(cases); len(names) > 0 || sum["findings"] != 0.0 || sum["stopped"] != nil || sum["target"] != clerkURL(t, ready) {
		t.Errorf("findings %v, %v", names, sum)
	}
	asks := regexp.MustCompile(`(SELECT \* FROM "User" WHERE id = '(\w+)') should return (no row|one row, with (\S+@example\.com))`)
	asked := 0
	for name, line := range cases {
		if line["state"] != "look" {
			continue
		}
		for _, m := range asks.FindAllStringSubmatch(line["detail"].(string), -1) {
			asked++
			var want []string
			if m[4] != "" {
				want = []string{m[4]}
			}
			if got := queryRows(t, app, strings.Replace(m[1], "*", "email", 1)); !slices.Equal(got, want) {
				t.Errorf("%s: the user %s has %v, want %v", name, m[2], got, want)
			}
		}
	}
	if asked != 8 {
		t.Errorf("%d users to check", asked)
	}
	if left, _ := sum["left"].([]any); len(left) < asked {
		t.Errorf("left: %v", left)
	}
	// A run that cleans up leaves none of its own users.
	before := queryRows(t, app, `SELECT id FROM "User" ORDER BY id`)
	_, sum = tortured(t, dir, exit.CodeDone, "--to", clerkURL(t, ready))
	if after := queryRows(t, app, `SELECT id FROM "User" ORDER BY id`); !slices.Equal(before, after) || fmt.Sprint(sum["left"]) != "[]" {
		t.Errorf("%d users became %d; left: %v", len(before), len(after), sum["left"])
	}
	if kept, stderr, code := runHooktop(t, dir, nil, "deliveries"); code != exit.CodeFailed || !strings.Contains(stderr, "there is no database") {
		t.Errorf("torture made a database: %s%s", kept, stderr)
	}
}

func TestTortureFindsThatAnAppVerifiesNothing(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(app.Close)
	cases, sum := tortured(t, t.TempDir(), exit.CodeFailed, "--to", app.URL, "--case", "forged", "--case", "get", "--case", "rotation")
	if names := found(cases); !slices.Equal(names, []string{"forged"}) || len(cases) != 4 || sum["findings"] != 1.0 || sum["ok"] != 2.0 || sum["looks"] != 1.0 {
		t.Errorf("findings %v, %v", names, sum)
	}
	line := cases["forged"]
	answers, _ := line["answers"].([]any)
	first, _ := answers[0].(map[string]any)
	if len(answers) != 2 || first["status"] != 200.0 || first["error"] != nil || line["fix"] == nil || line["expected"] != "400, 401 or 403: anyone can send such a request" {
		t.Errorf("got %v", line)
	}
	if line := cases["get"]; line["state"] != "look" || line["detail"] != "it answers 200 to a GET: check that this does nothing" || line["fix"] != nil {
		t.Errorf("got %v", line)
	}
	stdout, stderr, code := runHooktop(t, t.TempDir(), withSecret(), "torture", "--to", app.URL, "--case", "forged", "--case", "get")
	if code != exit.CodeFailed || stderr != "" {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	for _, says := range []string{
		"✓ plain                200 ",
		"✗ forged               200 ×2                   400, 401 or 403",
		"\n    sent: a signature ",
		"\n    request 1: 200 instead of 400, 401 or 403. ",
		"\n    fix: Verify the signature over the raw body before anything else",
		"\n· get                  200 ",
		"\n1 finding, 1 to check, 1 ok; 4 requests\n",
	} {
		if !strings.Contains(stdout, says) {
			t.Errorf("%q is missing from\n%s", says, stdout)
		}
	}
}

func TestTortureStopsIfTheAppRejectsAPlainEvent(t *testing.T) {
	app := startApp(t, 500)
	stdout, stderr, code := runHooktop(t, t.TempDir(), withSecret(), "torture", "--to", withPassword(app.URL))
	if code != exit.CodeFailed || len(app.got()) != 1 || strings.Count(stdout, "✗") != 1 ||
		!strings.HasPrefix(stderr, "error: the app does not accept a plain event: 500 instead of 2xx") || !strings.Contains(stderr, "\nfix: Read what the app logged") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	wantNoPassword(t, "torture", stdout+stderr)
	_, stderr, code = runHooktop(t, t.TempDir(), []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}, "torture", "--to", startApp(t, 200).URL)
	if code != exit.CodeFailed || !strings.Contains(stderr, "secret") || !strings.Contains(stderr, "\nfix: ") {
		t.Errorf("with another secret: exit code %d: %s", code, stderr)
	}
}

func TestTortureSendsCapturedDeliveriesByteForByteAsNewMessages(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 200)
	mustRun(t, dir, withSecret(), "trigger", "story:account", "--user-id", "user_1")
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_2")
	mustRun(t, dir, withSecret(), "trigger", "user.updated", "--user-id", "user_1")
	mustRun(t, dir, withSecret(), "resend", queryRows(t, dir, `SELECT min(id) FROM delivery WHERE type = 'user.created'`)[0]) // a message that is there twice
	change(t, dir, `UPDATE delivery SET verified = 0, code = 'wrong-secret' WHERE id = (SELECT max(id) - 1 FROM delivery)`)
	before := mustRun(t, dir, nil, "deliveries", "--json", "--limit", "0")
	cases, sum := tortured(t, dir, exit.CodeDone, "--to", app.URL, "--where", "user:user_1 type:user.*")
	if cases["backwards"]["state"] != "look" || cases["no-email"] != nil || fmt.Sprint(sum["left"]) != "[]" {
		t.Errorf("got %v, %v", cases, sum)
	}
	var bodies, ids []string
	for _, line := range objects(t, before) {
		if line["user_id"] == "user_1" && line["verdict"] == "verified" && line["origin"] == "trigger" && strings.HasPrefix(line["event"].(string), "user.") {
			bodies = append(bodies, queryRows(t, dir, `SELECT CAST(body AS TEXT) FROM payload WHERE delivery_id = ?`, line["id"])...)
			ids = append(ids, line["message_id"].(string))
		}
	}
	got := app.got()
	for _, r := range got {
		if !slices.Contains(bodies, r.body) && r.body != "" || slices.Contains(ids, r.header.Get("Svix-Id")) {
			t.Errorf("the app got %+v", r)
		}
	}
	n := len(bodies)
	var backwards []string // the requests before those of the signatures, and those at the end
	for _, r := range got[1+2+10:][:n] {
		backwards = append(backwards, r.body)
	}
	if n < 3 || !slices.Equal(backwards, bodies) {
		t.Errorf("the reversed deliveries are %q, want %q", backwards, bodies)
	}
	slices.Reverse(backwards)
	for i, r := range got[len(got)-n:] {
		if r.body != backwards[i] || !r.verified {
			t.Errorf("at the end the app got %+v", r)
		}
	}
	if after := mustRun(t, dir, nil, "deliveries", "--json", "--limit", "0"); after != before {
		t.Errorf("the deliveries are now %s", after)
	}
}

func TestAnExceptionsPageIsShownAsText(t *testing.T) {
	page := "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>Error</title></head>\n<body>\n<pre>TypeError: reading &#39;email&#39;<br> &nbsp; at a &lt;b&gt;</pre>\n</body></html>"
	if got := print.AnswerHead(webhook.Forward{Body: []byte(page)}); got != "Error TypeError: reading 'email' at a <b>" {
		t.Errorf("the text is %q", got)
	}
	if got := print.AnswerHead(webhook.Forward{Body: []byte(`{"a":"<b>"}`)}); got != `{"a":"<b>"}` {
		t.Errorf("JSON became %q", got)
	}
}

func TestTorturePrintsNoEscapeSequencesFromTheApp(t *testing.T) {
	hostile := "\x1b]0;taken\x07\x1b[2J\u202eevil"
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/\u202eevil")
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, hostile)
	}))
	t.Cleanup(app.Close)
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, hostile)
	}))
	t.Cleanup(failing.Close)
	for _, url := range []string{app.URL, failing.URL} {
		stdout, stderr, _ := runHooktop(t, t.TempDir(), withSecret(), "torture", "--no-color", "--to", url)
		if !strings.Contains(stdout, "evil") || strings.ContainsAny(stdout+stderr, "\x1b\x07\u202e") {
			t.Errorf("it printed %q %q", stdout, stderr)
		}
	}
}
