package tunnel

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/hooktop/hooktop/tunnel/standin"
)

type returnedError struct{ error }

func (returnedError) Code() string { return "ERR_NGROK_1" }

type eventError struct{ error }

func (eventError) ErrorCode() string { return "ERR_NGROK_2" }

func TestTheCodeIsFoundWhereverTheSDKPutsIt(t *testing.T) {
	text := errors.New("no\r\n\r\nERR_NGROK_3\r\n")
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"returned":   {fmt.Errorf("connect: %w", returnedError{text}), "ERR_NGROK_1"},
		"in events":  {fmt.Errorf("connect: %w", eventError{text}), "ERR_NGROK_2"},
		"text alone": {fmt.Errorf("connect: %w", text), "ERR_NGROK_3"},
		"none":       {errors.New("read EOF from remote peer"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := codeOf(test.err); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestEveryCodeHasAFix(t *testing.T) {
	tun := &Tunnel{config: Config{Token: token}}
	for code, h := range codeHints {
		e := tun.explain(errors.New(standin.Refuse(code, "Your authtoken: "+token)))
		if e.Title != h.title || e.Fix() == "" || e.Code != fmt.Sprintf("ERR_NGROK_%d", code) || e.Detail != "" {
			t.Errorf("%d: %+v", code, e)
		}
		if line := e.Error() + e.Fix(); strings.ContainsFunc(line, unicode.IsControl) || strings.Contains(line, token) {
			t.Errorf("%d: %q", code, line)
		}
	}
	// The codes that people are most likely to see.
	for _, code := range []int{105, 106, 107, 300, 4018, 108, 102, 103, 337, 338, 115, 116, 118, 122, 127, 119, 120, 121, 123, 124, 111, 112, 313, 314, 316, 318, 319, 320, 324, 326, 331, 334, 8013, 9037, 9038, 15002, 15013, 2200, 2201, 7030, 9016} {
		if _, known := codeHints[code]; !known {
			t.Errorf("no hint for %d", code)
		}
	}
}

func TestForeignTextBecomesOneCleanLine(t *testing.T) {
	for name, test := range map[string]struct{ token, text, want string }{
		"line breaks, code and link": {token, "a\r\n\r\nb\thttps://ngrok.com/docs/errors/err_ngrok_1\nERR_NGROK_1\r\n", "a b"},
		"escape sequences":           {token, "a\x1b[2Jb\x00c\u009bd", "a[2Jbcd"},
		"bidi and zero width":        {token, "a\u202eb\u200bc", "abc"},
		"the token":                  {token, "your token " + token + ".", "your token [token]."},
		"the token in quotes":        {"ab\"cdé", `your token "ab\"cdé"`, `your token "[token]"`},
		"the token in pieces":        {token, "your token " + token[:9] + "\u200b" + token[9:], "your token [token]"},
		"a token too short":          {"a", "that is a token", "that is a token"},
		"a long text":                {token, strings.Repeat("é", 400), strings.Repeat("é", 299) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := oneLine(test.text, test.token); got != test.want {
				t.Errorf("%q\nwant %q", got, test.want)
			}
		})
	}
}

// syncBuffer is a log that several goroutines may write while a test reads it.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *syncBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *syncBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestTheLogHasTheErrorWithoutTheToken(t *testing.T) {
	var log syncBuffer
	s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
		return standin.Refuse(107, "Your authtoken: "+token)
	}})
	c := config(s)
	c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	until(t, listen(t, c), "failed", in(Failed))
	if got := log.String(); strings.Contains(got, token) || !strings.Contains(got, "ERR_NGROK_107") {
		t.Errorf("log:\n%s", got)
	}
}

func TestClientVersionIsASemanticVersion(t *testing.T) {
	for v, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3": "1.2.3", "v0.3.0-rc.1": "0.3.0-rc.1",
		"v0.0.0-20261122101112-abcdef012345+dirty": "0.0.0-20261122101112-abcdef012345+dirty",
		"": "0.0.0", "dev": "0.0.0", "(devel)": "0.0.0", "1.2": "0.0.0", "01.2.3": "0.0.0",
	} {
		if got := clientVersion(v); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

func TestConnectAddrAcceptsWhatPeopleWrite(t *testing.T) {
	for in, want := range map[string][2]string{
		"connect.example.com:443":      {"connect.example.com", "443"},
		"connect.example.com":          {"connect.example.com", "443"},
		"https://connect.example.com/": {"connect.example.com", "443"},
		"[::1]:8443":                   {"::1", "8443"},
		"[::1]":                        {"::1", "443"},
	} {
		if host, port := connectAddr(in); host != want[0] || port != want[1] {
			t.Errorf("%s: %s %s, want %v", in, host, port, want)
		}
	}
}
