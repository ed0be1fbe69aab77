package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// hostile is what a terminal obeys or hides, and would break out of its line: a
// title (ESC), a colour (U+009B), text turned around (U+202E), and characters
// that show nothing. All of it can stand in JSON.
const hostile = "a\x1b]0;pwned\x07b\u009b31mc\u202ed\u2066e\x7ff\x00g\nforged h\u2028i\u200bj\U000e0041k\ufeffl"

// rudeHeader is what of it net/http lets through in a header's value.
const rudeHeader = "a\u009b31mb\u202ec\u200bd"

// rude posts what no client library would send, and waits for the answer.
func rude(t *testing.T, base, request string) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, u.Host)
	if _, err = fmt.Fprint(c, request); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}

// receiveHostility lets a hooktop receive hostile bytes wherever a sender or an
// app can put any, prints them live, as text and as JSON, and gives its folder.
func receiveHostility(t *testing.T) (dir string, text, ndjson *process) {
	t.Helper()
	dir = t.TempDir()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-App", rudeHeader)
		w.Header().Set("X-App-Raw", "\xff\x9b31m")
		_, _ = w.Write([]byte("<" + hostile + ">\xff"))
	}))
	t.Cleanup(app.Close)
	text = start(t, dir, withSecret(), "listen", "--addr", "127.0.0.1:0", "--forward-to", app.URL)
	text.says("receiving at ")
	base := queryRows(t, dir, `SELECT url FROM instance`)[0]
	ndjson, _ = startListening(t, dir, withSecret())

	send := func(messageID, body string) {
		t.Helper()
		req, err := signed(t.Context(), base+"/api/webhooks/clerk", messageID, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Sender", rudeHeader)
		req.Header.Set("X-Sender-Raw", "\xff\x9b31m")
		if _, _, err := do(http.DefaultClient, req); err != nil {
			t.Fatal(err)
		}
	}
	send("msg_1", fmt.Sprintf(`{"data":{"email_addresses":[{"email_address":%s,"id":"idn_1"}],"id":%s,"primary_email_address_id":"idn_1"},"timestamp":%d,"type":"user.created"}`,
		quoteJSON(hostile+"@example.com"), quoteJSON("user_"+hostile), time.Now().UnixMilli()))
	send("msg_2", fmt.Sprintf(`{"data":{},"timestamp":1716883200,"type":%s}`, quoteJSON(hostile)))
	send("msg_"+rudeHeader, `{"type":"`+"\xff\x9b"+`","data":{"id":"`+"\xff"+`"}}`)
	send("msg_4", `{"data":{"id":`+quoteJSON("user_"+hostile)+`,"deleted":true},"timestamp":`+fmt.Sprint(time.Now().UnixMilli())+`,"type":"user.deleted"}`)
	for _, request := range []string{
		"POST /api/%1b]0;pwned%07/%e2%80%ae%0a%7f?q=%9b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nsvix-id: msg_5\r\n\r\n",
		"POST /api/\u009b31m\u202e\xff?\u202e HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nsvix-id: msg_\u009b\xff\r\nsvix-signature: v1,\u202e\r\n\r\n",
		"PO$T|~ /api/webhooks/clerk HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nsvix-id: msg_7\r\nsvix-timestamp: \u009b\r\nsvix-signature: \u202e\r\n\r\n",
		"POST /api/webhooks/clerk HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nsvix-id: msg_8\r\nsvix-timestamp: \u009b31m\r\nsvix-signature: v9,\u202e\xff\r\n\r\n",
	} {
		rude(t, base, request)
	}
	const deliveries, forwards = 8, 4
	eventually(t, "all of it is printed", func() bool {
		out := ndjson.output()
		return strings.Count(out, `"kind":"delivery"`) == deliveries && strings.Count(out, `"kind":"forward"`) == forwards &&
			strings.Count(text.output(), "→ 200") == forwards && strings.Contains(text.output(), "#8 ")
	})
	return dir, text, ndjson
}

// quoteJSON writes text as JSON that holds nothing but ASCII: what arrives is
// harmless until it is decoded.
func quoteJSON(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r >= 0x20 && r < 0x7f && r != '"' && r != '\\':
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// wantPrintable wants lines of text that does nothing to a terminal but show.
func wantPrintable(t *testing.T, what, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s printed nothing", what)
	}
	for line := range strings.Lines(text) {
		for i, r := range strings.TrimSuffix(line, "\n") {
			if _, n := utf8.DecodeRuneInString(line[i:]); !unicode.IsPrint(r) || r == utf8.RuneError && n == 1 {
				t.Errorf("%s printed %U in %q", what, r, line)
			}
		}
		if strings.HasPrefix(line, "forged") {
			t.Errorf("%s: a sender made a line of its own: %q", what, line)
		}
	}
}

// wantEscaped wants JSON in which every character that does something to a
// terminal is escaped.
func wantEscaped(t *testing.T, what, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s printed nothing", what)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !utf8.ValidString(line) {
			t.Errorf("%s printed what is not UTF-8: %q", what, line)
		}
		for _, r := range line {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Errorf("%s printed a raw %U in %q", what, r, line)
			}
		}
	}
	objects(t, text) // it is JSON all the same
}

func TestHostileBytesReachNoTerminal(t *testing.T) {
	dir, text, _ := receiveHostility(t)
	wantPrintable(t, "listen", text.output())
	if said := text.complaints(); said != "" {
		wantPrintable(t, "listen, on stderr,", said)
	}
	for _, args := range [][]string{
		{"deliveries"},
		{"users"},
		{"users", "--deleted"},
		{"show", "1"},
		{"show", "2"},
		{"show", "3"},
		{"show", "4"},
		{"show", "5"},
		{"show", "6"},
		{"show", "7"},
		{"show", "8"},
		{"resend", "1"},
		{"trigger", "user.created", "--email", strings.ReplaceAll(hostile, "\x00", "") + "@example.com"},
	} {
		stdout, stderr, _ := runHooktop(t, dir, withSecret(), args...)
		wantPrintable(t, strings.Join(args, " "), stdout+stderr)
	}
}

func TestHostileBytesAreEscapedInJSON(t *testing.T) {
	dir, _, ndjson := receiveHostility(t)
	wantEscaped(t, "listen", ndjson.output())
	deliveries := mustRun(t, dir, nil, "deliveries", "--json")
	users := mustRun(t, dir, nil, "users", "--json", "--deleted")
	wantEscaped(t, "deliveries", deliveries)
	wantEscaped(t, "users", users)

	// It decodes to what was sent.
	rows := objects(t, deliveries)
	if first := rows[len(rows)-1]; first["email"] != hostile+"@example.com" || first["user_id"] != "user_"+hostile {
		t.Errorf("of the user came %q, %q", first["email"], first["user_id"])
	}
	if second := rows[len(rows)-2]; second["event"] != hostile {
		t.Errorf("of the type came %q", second["event"])
	}
	if u := objects(t, users)[0]; u["id"] != "user_"+hostile || u["email"] != hostile+"@example.com" {
		t.Errorf("of the user came %q", u)
	}
	for id := 1; id <= 8; id++ {
		stdout := mustRun(t, dir, nil, "show", fmt.Sprint(id), "--json")
		wantEscaped(t, fmt.Sprintf("show %d", id), stdout)
		whole := objects(t, stdout)[0]
		if id > 4 {
			continue
		}
		if got := list(t, object(t, whole["headers"])["X-Sender"])[0]; got != rudeHeader {
			t.Errorf("of the header came %q", got)
		}
		for _, f := range list(t, whole["forwards"]) {
			if got := list(t, object(t, object(t, f)["headers"])["X-App"])[0]; got != rudeHeader {
				t.Errorf("of the app's header came %q", got)
			}
			text, _ := object(t, f)["body_base64"].(string)
			if body, err := base64.StdEncoding.DecodeString(text); err != nil || string(body) != "<"+hostile+">\xff" {
				t.Errorf("of the app's body came %q", body)
			}
		}
	}
}

// What a user pastes, or a variable holds, comes back in an error.
func TestHostileBytesReachNoTerminalInErrors(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created")
	// No argument and no variable can hold a NUL.
	pasted := strings.ReplaceAll(hostile, "\x00", "") + "\xff"
	for _, c := range []struct {
		name string
		env  []string
		args []string
	}{
		{"a command", nil, []string{pasted}},
		{"a flag", nil, []string{"listen", "--" + pasted}},
		{"an argument too many", nil, []string{"listen", pasted}},
		{"an id", nil, []string{"show", pasted}},
		{"an id to resend", nil, []string{"resend", pasted}},
		{"a user id", nil, []string{"users", pasted}},
		{"an event", nil, []string{"trigger", pasted}},
		{"an assignment", nil, []string{"trigger", "user.created", "--set", pasted}},
		{"the path of an assignment", nil, []string{"trigger", "user.created", "--set", "data.email_addresses[9]." + pasted + "=1"}},
		{"a database", nil, []string{"deliveries", "--db", pasted}},
		{"an address", nil, []string{"listen", "--local", "--addr", pasted}},
		{"a host", nil, []string{"listen", "--local", "--addr", pasted + ":1"}},
		{"a target", nil, []string{"listen", "--local", "--forward-to", pasted}},
		{"a target that parses", nil, []string{"trigger", "user.created", "--forward-to", "http://127.0.0.1:1/\u009b31m\u202e"}},
		{"a path", nil, []string{"listen", "--local", "--clerk-path", pasted}},
		{"a file", nil, []string{"listen", "--env-file", pasted}},
		{"a request to verify", withSecret(), []string{"verify", pasted}},
		{"a secret", nil, []string{"listen", "--clerk-secret", pasted}},
		{"a public URL", nil, []string{"listen", "--local", "--public-url", pasted}},
		{"a variable", []string{"HOOKTOP_TUNNEL=" + pasted}, []string{"listen", "--local"}},
		{"a variable's size", []string{"HOOKTOP_MAX_BODY=" + pasted}, []string{"listen", "--local"}},
		{"a variable's secret", []string{"CLERK_WEBHOOK_SECRET=" + pasted}, []string{"listen"}},
		{"a variable's database", []string{"HOOKTOP_DB=" + filepath.Join(pasted, "x")}, []string{"deliveries"}},
	} {
		stdout, stderr, code := runHooktop(t, dir, c.env, c.args...)
		if code != exit.CodeFailed && code != exit.CodeUsage {
			t.Errorf("%s: exit code %d: %s%s", c.name, code, stdout, stderr)
		}
		wantPrintable(t, c.name, stdout+stderr)
		if lines := strings.Count(stderr, "\n"); lines > 2 {
			t.Errorf("%s: an error and its fix in %d lines: %q", c.name, lines, stderr)
		}
	}
}
