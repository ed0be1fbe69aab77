package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/saved"
)

// odd returns bodies that quoting, encodings and terminals trip over.
func odd() []string {
	event := userEvent("user.created", "user_odd", "odd@example.com", time.Now())
	return []string{
		event,
		strings.Replace(event, `"object":"event"`, `"object":"event","bio":"it's 100% $HOME `+"`id`"+` \\ \u0041 !!"`, 1),
		"@/etc/hostname",
		"-n -e \\n\\0101\\c",
		"a\x00b\xff\xfe\r\n\n",
		"\n\n  \n",
		"\x1b[31mred\u202e",
		"",
		strings.Repeat("0123456789abcdef", 20_000), // longer than one argument may be
	}
}

func TestACurlScriptSendsTheSameBytesWithValidSignatures(t *testing.T) {
	for _, tool := range []string{"sh", "curl", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret())
	bodies := odd()
	for i, body := range bodies {
		req, err := signed(t.Context(), clerkURL(t, ready), "msg_"+string(rune('a'+i)), body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Odd", "it's \"100%\" \\ é $HOME")
		req.Header["X-Empty"] = []string{""}
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
	}
	// What is signed again has the sender's headers alone; see package onward.
	script := mustRun(t, dir, withSecret(), "export", "--format", "curl") + mustRun(t, dir, withSecret(), "export", "--format", "curl", "--as", "verbatim")
	for line := range strings.Lines(script) {
		for _, r := range line {
			if r < ' ' && r != '\n' && r != '\t' || r == '\u202e' || r == 0x7f {
				t.Fatalf("the script contains %q", r)
			}
		}
	}
	sh := exec.CommandContext(t.Context(), "sh")
	sh.Stdin = strings.NewReader(script)
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, body := range bodies {
		again := objects(t, mustRun(t, dir, nil, "show", strconv.Itoa(len(bodies)+i+1), "--json"))[0]
		verbatim := objects(t, mustRun(t, dir, nil, "show", strconv.Itoa(2*len(bodies)+i+1), "--json"))[0]
		first := objects(t, mustRun(t, dir, nil, "show", strconv.Itoa(i+1), "--json"))[0]
		if again["verdict"] != "verified" || again["message_id"] != first["message_id"] || again["body"] != first["body"] || again["body_base64"] != first["body_base64"] {
			t.Errorf("%.60q arrived as %v %.60v %.60v", body, again["verdict"], again["body"], again["body_base64"])
		}
		if sent := object(t, again["headers"]); sent["X-Odd"] != nil || sent["User-Agent"] == nil {
			t.Errorf("it was signed again with %v", sent)
		}
		headers := object(t, verbatim["headers"])
		for _, name := range []string{"X-Odd", "X-Empty", "User-Agent", "Content-Type", "Accept-Encoding"} {
			got, _ := json.Marshal(headers[name])
			want, _ := json.Marshal(object(t, first["headers"])[name])
			if name == "Accept-Encoding" { // Go's client adds it, curl does not
				continue
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s arrived as %s, want %s", name, got, want)
			}
		}
	}
}

// Signing them would make a stranger's bytes genuine.
func TestACurlScriptToHooktopDoesNotSignUnverifiedDeliveries(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret})
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	env := []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}
	if script := mustRun(t, dir, env, "export", "--format", "curl"); strings.Contains(script, "printf") || !strings.Contains(script, "# left out: resend #1: ") {
		t.Errorf("got %s", script)
	}
	// Not for an app either, unless that is asked for.
	if script := mustRun(t, dir, env, "export", "--format", "curl", "--to", "http://127.0.0.1:1/"); strings.Contains(script, "printf") || !strings.Contains(script, "never verified") {
		t.Errorf("the script to an app signs it: %s", script)
	}
	if script := mustRun(t, dir, env, "export", "--format", "curl", "--to", "http://127.0.0.1:1/", "--sign-rejected"); !strings.Contains(script, "printf") {
		t.Errorf("the script to an app leaves it out: %s", script)
	}
}

func TestAnExportCountsWhatItLeftOut(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret})
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.created", "user_1", "ada@example.com", time.Now()))
	_, stderr, code := runHooktop(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}, "export", "--format", "curl", "-o", "script.sh")
	if !strings.HasPrefix(stderr, "exported 0, left out 1: resend #1: ") || code != exit.CodeDone {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// A delivery is an entry, and so is each forward.
func TestAHARHoldsAllFieldsOfTheFormatAndTheBytes(t *testing.T) {
	dir := t.TempDir()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte{0xff, 0x00})
	}))
	t.Cleanup(app.Close)
	p, ready := startListening(t, dir, withSecret(), "--forward-to", app.URL+"/hook?a=b%20c&d")
	bodies := odd()
	for i, body := range bodies {
		post(t, http.DefaultClient, clerkURL(t, ready)+"?x=1&y=%C3%A9", "msg_"+string(rune('a'+i)), body)
		p.next("forward")
	}
	name := filepath.Join(dir, "all.har")
	mustRun(t, dir, nil, "export", "--format", "har", "--with-codes", "-o", name)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	log := object(t, file["log"])
	entries := list(t, log["entries"])
	if log["version"] != "1.2" || object(t, log["creator"])["version"] == "" || len(entries) != 2*len(bodies) {
		t.Fatalf("version %v, %d entries", log["version"], len(entries))
	}
	for i, e := range entries {
		entry := object(t, e)
		wantKeys(t, "an entry", e, "startedDateTime time request response cache timings comment _hooktop")
		request, response := object(t, entry["request"]), object(t, entry["response"])
		keys := "method url httpVersion cookies headers queryString headersSize bodySize"
		body := bodies[i/2]
		if body != "" {
			keys += " postData"
		}
		wantKeys(t, "a request", request, keys)
		wantKeys(t, "a response", response, "status statusText httpVersion cookies headers content redirectURL headersSize bodySize")
		wantTime(t, entry["startedDateTime"])
		if _, err := url.ParseRequestURI(request["url"].(string)); err != nil {
			t.Error(err)
		}
		if request["headersSize"] != -1.0 || request["bodySize"] != float64(len(body)) || len(list(t, request["queryString"])) != 2 {
			t.Errorf("the request is %v", request)
		}
		timings := object(t, entry["timings"])
		if timings["send"].(float64)+timings["wait"].(float64)+timings["receive"].(float64) != entry["time"] {
			t.Errorf("the timings %v are not %v", timings, entry["time"])
		}
		kind := object(t, entry["_hooktop"])["kind"]
		if want := []string{"delivery", "forward"}[i%2]; kind != want {
			t.Errorf("entry %d is a %v", i, kind)
		}
		// Our own reader gives the bytes back.
		one, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		r, err := saved.Choice{}.Read(bytes.NewReader(one))
		if err != nil || string(r.Body) != body {
			t.Errorf("read back: %v %.60q", err, r.Body)
		}
		if kind == "forward" && (response["status"] != 202.0 || object(t, response["content"])["text"] != "/wA=" || object(t, response["content"])["encoding"] != "base64") {
			t.Errorf("the app's answer is %v", response)
		}
	}
}

// A diagnosis quotes the bytes at which two bodies part: a code may be among
// them, or a piece of an address.
func TestADiagnosisDoesNotQuoteWhatIsMasked(t *testing.T) {
	dir := t.TempDir()
	_, ready := startListening(t, dir, withSecret())
	for id, body := range map[string]string{
		"msg_code":    `{"otp_code":"424242","type":"email.created"}`,
		"msg_address": `{"email":"ada.lovelace.of.london@example.com","type":"email.created"}`,
	} {
		req, err := signed(t.Context(), clerkURL(t, ready), id, body)
		if err != nil {
			t.Fatal(err)
		}
		rewritten := strings.ReplaceAll(body, ":", ": ")
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(rewritten)), int64(len(rewritten))
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
	}
	quoted := mustRun(t, dir, withSecret(), "export", "--with-codes")
	if strings.Count(quoted, "424242") < 2 || strings.Count(quoted, "ada.lovelace") < 2 {
		t.Fatalf("the diagnoses do not quote the body: %s", quoted)
	}
	if masked := mustRun(t, dir, withSecret(), "export"); strings.Contains(masked, "424242") || !strings.Contains(masked, "First difference at byte") {
		t.Errorf("the code is left, or the quote of what is not masked gone: %s", masked)
	}
	if masked := mustRun(t, dir, withSecret(), "export", "--redact"); strings.Contains(masked, "424242") || strings.Contains(masked, "lovelace") {
		t.Errorf("it is left in %s", masked)
	}
}
