package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// It covers every outcome, odd bytes, answers, forwards, and the users with their
// rows' own times.
func TestAnImportedExportIsExportedAsTheSameBytes(t *testing.T) {
	from, app := t.TempDir(), startApp(t, 500)
	p, ready := startListening(t, from, withSecret(), "--forward-to", app.URL, "--max-body", "400KiB")
	url, now := clerkURL(t, ready), time.Now()
	n := 0
	send := func(target, message, body string, change func(*http.Request)) {
		t.Helper()
		req, err := signed(t.Context(), target, message, body)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(req)
		}
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
		n++
	}
	send(url, "msg_1", userEvent("user.created", "user_1", "ada@example.com", now.Add(-time.Hour)), nil)
	send(url, "msg_1", userEvent("user.created", "user_1", "ada@example.com", now.Add(-time.Hour)), nil)                          // duplicate
	send(url, "msg_2", userEvent("user.updated", "user_1", "lovelace@example.com", now.Add(-time.Minute)), nil)                   // updated
	send(url, "msg_3", userEvent("user.updated", "user_1", "old@example.com", now.Add(-30*time.Minute)), nil)                     // stale
	send(url, "msg_4", userEvent("user.created", "user_2", "lovelace@example.com", now), nil)                                     // conflict
	send(url, "msg_5", userEvent("user.deleted", "user_1", "", now), nil)                                                         // deleted
	send(url, "msg_4", userEvent("user.created", "user_2", "lovelace@example.com", now), nil)                                     // created
	send(url, "msg_6", `{"data":`, nil)                                                                                           // malformed
	send(url, "msg_7", `{"data":{},"type":"session.created"}`, nil)                                                               // unhandled
	send(url, "msg_8", "{}", func(r *http.Request) { r.Header.Set("svix-id", "msg_other") })                                      // forged
	send(url+"/", "msg_9", "{}", nil)                                                                                             // wrong path
	send(url, "msg_10", strings.Repeat("x", 500<<10), nil)                                                                        // too large
	send(url, "msg_11", "{}", func(r *http.Request) { r.Header["X-Odd"] = []string{"\xff", "base64:", "é\u202e", "", "a", "b"} }) // odd
	send(url, "msg_13", "{}", func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{}\n")), 3 })     // a line break more
	for i, body := range odd() {
		send(url+"?q=1", fmt.Sprintf("msg_odd_%d", i), body, nil)
	}
	for range n - 4 { // all that verify go on to the app
		p.next("forward")
	}
	env := withSecret()
	runHooktop(t, from, env, "resend", "1", "--to", app.URL+"/again")
	mustRun(t, from, env, "resend", "3", "--as", "new")
	p.next("forward")

	first, to := mustRun(t, from, nil, "export", "--with-codes"), t.TempDir()
	file := filepath.Join(to, "all.jsonl")
	if err := os.WriteFile(file, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := runHooktop(t, to, env, "import", file)
	if code != exit.CodeDone || !strings.HasPrefix(stderr, fmt.Sprintf("imported %d: ", n+2)) {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	second := mustRun(t, to, nil, "export", "--with-codes")
	if first != second {
		a, b := strings.Split(first, "\n"), strings.Split(second, "\n")
		for i := range a {
			if i < len(b) && a[i] != b[i] {
				t.Errorf("line %d was\n%.3000s\nand is\n%.3000s", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines became %d", len(a), len(b))
	}
	users := `SELECT id || ' ' || email || ' ' || "createdAt" || ' ' || "updatedAt" FROM "User"`
	if was, is := queryRows(t, from, users), queryRows(t, to, users); len(was) != 2 || !slices.Equal(was, is) {
		t.Errorf("the users were %v, and are %v", was, is)
	}
	tally := `SELECT deliveries || ' ' || rejected || ' ' || failures FROM tally`
	if was, is := queryRows(t, from, tally), queryRows(t, to, tally); !slices.Equal(was, is) {
		t.Errorf("the totals were %v, and are %v", was, is)
	}

	// Again, and nothing changes.
	_, stderr, code = runHooktop(t, to, env, "import", file)
	if want := fmt.Sprintf("imported 0: 0 verified, 0 not; %d already there\n", n+2); code != exit.CodeDone || stderr != want {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if again := mustRun(t, to, nil, "export", "--with-codes"); again != first {
		t.Error("importing twice changed something")
	}
}

func TestOtherFormatsAreVerifiedAsOfTheTimeInTheFile(t *testing.T) {
	then := time.Now().Add(-24 * time.Hour).Truncate(time.Second)
	body := userEvent("user.created", "user_1", "ada@example.com", then)
	header := importSignedAt(t, "msg_1", body, then)
	names := func(format string) string {
		var parts []string
		for _, name := range []string{"svix-id", "svix-timestamp", "svix-signature"} {
			parts = append(parts, fmt.Sprintf(format, name, header.Get(name)))
		}
		return strings.Join(parts, ",")
	}
	flat, encoded := names(`%q:%q`), base64.StdEncoding.EncodeToString([]byte(body))
	for name, text := range map[string]string{
		"the frames of the Svix relay":       `{"type":"start","version":1,"data":{"token":"c_1"}}` + "\n" + `{"type":"event","version":1,"data":{"id":"1","method":"POST","headers":{` + flat + `},"body":"` + encoded + `"}}`,
		"headers and a text at the top":      `{"timestamp":"` + then.Format(time.RFC3339) + `","headers":{` + names(`%q:[%q]`) + `},"body":` + quotedJSON(body) + `}`,
		"a request in it, the body as it is": `{"event":"user.created","request":{"method":"POST","url":"https://x.example/hook","headers":{` + flat + `},"body":` + body + `}}`,
		"an event object":                    `{"event":{"headers":{` + flat + `},"body_base64":"` + encoded + `"}}`,
		"a HAR of a browser": "\ufeff \n" + `{ "log": {"version":"1.2","pages":[{"entries":[1]}],"entries":[
			{"startedDateTime":"` + then.Format(time.RFC3339) + `","request":{"method":"GET","url":"https://x.example/","headers":[]}},
			{"startedDateTime":"` + then.Format(time.RFC3339) + `","request":{"method":"POST","url":"https://x.example/hook?a=1","headers":[` + names(`{"name":%q,"value":%q}`) + `],"postData":{"mimeType":"x","text":` + quotedJSON(body) + `}},"response":{"status":500}}
			]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			got := objects(t, importText(t, dir, text, exit.CodeDone, "imported 1: 1 verified, 0 not"))
			if len(got) != 1 || got[0]["outcome"] != "created" || got[0]["origin"] != "local" || got[0]["at"] != then.UTC().Format(time.RFC3339) {
				t.Fatalf("got %v", got)
			}
			if rows := userRows(t, dir); !slices.Equal(rows, []string{"user_1 ada@example.com"}) {
				t.Errorf("the users are %v", rows)
			}
			importText(t, dir, text, exit.CodeDone, "imported 0: 0 verified, 0 not; 1 already there")
		})
	}
}

func TestALineWithoutATimeTakesTheTimeOfItsSignature(t *testing.T) {
	for _, c := range []struct{ name, header, value, at string }{
		{"Svix's", "svix-timestamp", "1731705121", "2024-11-15T21:12:01Z"},
		{"Stripe's", "stripe-signature", "t=1731705121,v1=ab", "2024-11-15T21:12:01Z"},
		{"in milliseconds", "svix-timestamp", "1731705121000", ""},
		{"none", "svix-timestamp", "soon", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := objects(t, importText(t, t.TempDir(), fmt.Sprintf(`{"headers":{%q:%q},"body":"{}"}`, c.header, c.value), exit.CodeDone, "imported 1: 0 verified, 1 not"))
			at, _ := got[0]["at"].(string)
			parsed, err := time.Parse(time.RFC3339, at)
			if c.at != "" && at != c.at || err != nil || c.at == "" && time.Since(parsed).Abs() > time.Hour {
				t.Errorf("received at %q (%v), want %q", at, err, c.at)
			}
		})
	}
}

// importText imports from standard input, requires an exit code and an output, and
// returns the deliveries.
func importText(t *testing.T, dir, text string, wantCode int, want string, args ...string) (stdout string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	cmd := command(ctx, t, dir, withSecret(), append([]string{"import", "-"}, args...)...)
	cmd.Stdin = strings.NewReader(text)
	var out, words strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &words
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != wantCode || !strings.Contains(words.String(), want) {
		t.Fatalf("exit code %d, %s%s", code, &out, &words)
	}
	return mustRun(t, dir, nil, "deliveries", "--json", "--limit", "0")
}

func TestABadLineIsReportedWithItsNumberAndTheOthersAreImported(t *testing.T) {
	now := time.Now()
	line := func(message string) string {
		body := userEvent("user.created", "user_"+message, message+"@example.com", now)
		h := importSignedAt(t, message, body, now)
		return fmt.Sprintf(`{"headers":{"svix-id":%q,"svix-timestamp":%q,"svix-signature":%q},"body":%s}`, message, h.Get("svix-timestamp"), h.Get("svix-signature"), quotedJSON(body))
	}
	for _, c := range []struct{ name, bad, says string }{
		{"not JSON", `{"headers":`, "error: line 2: it is not a JSON object\n"},
		{"not an object", `[1,2]`, "error: line 2: it is not a JSON object\n"},
		{"an object of another shape", `{"headers":7,"body":""}`, "error: line 2: it is not an object with headers and a body\n"},
		{"no body", `{"headers":{"svix-id":"msg_x"}}`, "error: line 2: it has headers, but no body\n"},
		{"without the request", `{"kind":"delivery","id":1}`, "error: line 2: it has no request: hooktop export writes whole deliveries, hooktop listen does not\n"},
		{"a body that is too large", strings.Replace(line("msg_x"), `"body":"`, `"body":"`+strings.Repeat("x", 9000), 1), "is larger than --max-body\n"},
		{"a terminal's escapes", `{"a":"` + "\x1b[31m", "error: line 2: it is not a JSON object\n"},
		{"not UTF-8", "{\xff\xfe", "error: line 2: it is not a JSON object\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := line("msg_1") + "\n" + c.bad + "\n\n" + `{"kind":"ready"}` + "\r\n" + line("msg_2")
			got := objects(t, importText(t, t.TempDir(), text, exit.CodeFailed, c.says, "--max-body", "8KiB"))
			if len(got) != 2 || got[0]["verdict"] != "verified" || got[1]["verdict"] != "verified" {
				t.Errorf("got %v", got)
			}
		})
	}
	importText(t, t.TempDir(), strings.Repeat(`{"x"`+"\n", 30), exit.CodeFailed, "error: line 20: it is not a JSON object\nimported 0: 0 verified, 0 not\nerror: 30 in standard input could not be imported\nfix: see the errors above")
	importText(t, t.TempDir(), `{"log":{"entries":[{"request":`, exit.CodeFailed, "error: cannot read the HAR: unexpected EOF\nfix: pass a complete HAR file\n")
	importText(t, t.TempDir(), "", exit.CodeUsage, "error: standard input: it is empty\n")
}

// Its signature cannot verify.
func TestAMaskedDeliveryIsImportedWithoutTouchingUsers(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	mustRun(t, from, withSecret(), "trigger", "user.created", "--email", "ada@example.com")
	for _, format := range []string{"jsonl", "har"} {
		text := mustRun(t, from, nil, "export", "--redact", "--format", format)
		importText(t, to, text, exit.CodeDone, "; 1 body was masked in the export")
	}
	shown := mustRun(t, to, nil, "show", "1")
	if !strings.Contains(shown, "masked in an export") || len(userRows(t, to)) != 0 {
		t.Errorf("got %s, users %v", shown, userRows(t, to))
	}
}

func TestAnImportDoesNotTrustTheVerdictInTheFile(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	mustRun(t, from, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}, "trigger", "user.created", "--email", "ada@example.com")
	text := mustRun(t, from, nil, "export")
	got := objects(t, importText(t, to, text, exit.CodeDone, "imported 1: 0 verified, 1 not"))
	if got[0]["verdict"] != "rejected" || got[0]["code"] != "wrong-secret" || got[0]["status"] != 200.0 || len(userRows(t, to)) != 0 {
		t.Errorf("got %v, users %v", got, userRows(t, to))
	}
	// With the right secret it is applied, as of its own time.
	mustRun(t, to, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}, "reverify", "1")
	if len(userRows(t, to)) != 1 {
		t.Errorf("the users are %v", userRows(t, to))
	}
}

// importSignedAt returns the headers that the official library makes at a time.
func importSignedAt(t *testing.T, messageID, body string, at time.Time) http.Header {
	t.Helper()
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := wh.Sign(messageID, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	h.Set("svix-id", messageID)
	h.Set("svix-timestamp", fmt.Sprint(at.Unix()))
	h.Set("svix-signature", signature)
	return h
}

func quotedJSON(text string) string {
	b, _ := json.Marshal(text) // a string always encodes
	return string(b)
}

func TestAnImportSkipsAndNamesWhatIsNotADelivery(t *testing.T) {
	dir, app := t.TempDir(), startApp(t, 204)
	for range 2 {
		mustRun(t, dir, withSecret(), "trigger", "user.created", "--forward-to", app.URL)
	}
	mustRun(t, dir, withSecret(), "export", "--format", "har", "-o", "all.har")
	get := filepath.Join(dir, "get.har")
	if err := os.WriteFile(get, []byte(`{"log":{"entries":[{"request":{"method":"GET","url":"http://localhost/"}}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, says string
		code       int
	}{
		{"all.har", "imported 2: 2 verified, 0 not; skipped 2 that are not deliveries: a forward ×2, first in entry 2\n", exit.CodeDone},
		{"get.har", "imported 0: 0 verified, 0 not; skipped 1 that are not deliveries: not a POST in entry 1\nerror: get.har has no delivery to import\n", exit.CodeFailed},
	} {
		_, stderr, code := runHooktop(t, dir, withSecret(), "import", c.file, "--db", c.file+".db")
		if !strings.HasPrefix(stderr, c.says) || code != c.code {
			t.Errorf("%s: exit code %d, %s", c.file, code, stderr)
		}
	}
}
