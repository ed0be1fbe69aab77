package providers_test

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// now is the time of every test that does not ask a library with a clock of
// its own.
var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// tb is what testing.T, testing.F and rapid.T have in common here.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func secretOf(p webhook.Provider) webhook.Secret {
	return webhook.NewSecret(providers.NewSecret(p), webhook.Source{Variable: "TEST_SECRET", File: "a test"})
}

// signed is a request that p signed at now.
func signed(t tb, p webhook.Provider, secret webhook.Secret, body []byte) webhook.Request {
	t.Helper()
	r := webhook.Request{Method: http.MethodPost, URL: p.Signing().Path, Header: http.Header{}, Body: body}
	if err := p.Signing().SignMessage(r.Header, secret, providers.NewMessageID(p), now, body); err != nil {
		t.Fatalf("sign: %v", err)
	}
	return r
}

func mustSample(t tb, p webhook.Provider, kind string) []byte {
	t.Helper()
	body, err := p.Sample(webhook.Sample{Type: kind, At: now})
	if err != nil {
		t.Fatalf("sample %s: %v", kind, err)
	}
	return body
}

// fixOf is what a person is told to do about an error, "" where nothing is.
func fixOf(err error) string {
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return fixer.Fix()
	}
	return ""
}

// checkRejected holds a verdict to what every rejection owes its reader.
func checkRejected(t tb, v webhook.Verdict) {
	t.Helper()
	if v.Verified || v.Code == "" || v.Title == "" || v.Detail == "" || v.Fix == "" {
		t.Errorf("a rejection lacks something: %+v", v)
	}
	failed := false
	for _, c := range v.Checks {
		failed = failed || !c.OK
		if c.Name == "" || c.Detail == "" {
			t.Errorf("%s has an empty check: %+v", v.Code, v.Checks)
		}
	}
	if !failed {
		t.Errorf("%s has no failed check: %+v", v.Code, v.Checks)
	}
	const most = 2000 // a sender of 32 KiB of headers must not fill the screen
	all := v.Title + v.Detail + v.Fix
	for _, c := range v.Checks {
		all += c.Detail
	}
	if len(all) > most {
		t.Errorf("%s says %d bytes", v.Code, len(all))
	}
	if !utf8.ValidString(all) || strings.ContainsFunc(all, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u202e' || r == '\u200b' }) {
		t.Errorf("%s lets the sender's text through raw: %q", v.Code, all)
	}
}

// checkEvent holds an event to its bounds, whatever it was read from.
func checkEvent(t tb, e webhook.Event) {
	t.Helper()
	if len(e.Type) > 128 || len(e.UserID) > 128 || len(e.InstanceID) > 128 || utf8.RuneCountInString(e.Email) > 320 || len(e.Note) > 300 {
		t.Errorf("unbounded: %+v", e)
	}
	if !utf8.ValidString(e.Type + e.UserID + e.Email + e.InstanceID + e.Note) {
		t.Errorf("not UTF-8: %+v", e)
	}
	if e.At.Year() < 1 || e.At.Year() > 9999 {
		t.Errorf("the time %v cannot be written down", e.At)
	}
	switch {
	case e.Outcome != "":
		if e.Action != webhook.NoAction || e.Outcome == webhook.Malformed && e.Note == "" {
			t.Errorf("settled, and still to be done, or without a reason: %+v", e)
		}
	case e.Action == webhook.Upsert:
		if e.Type == "" || e.UserID == "" || e.Email == "" {
			t.Errorf("upsert of nobody: %+v", e)
		}
	case e.Action == webhook.Remove:
		if e.Type == "" || e.UserID == "" {
			t.Errorf("removal of nobody: %+v", e)
		}
	case e.Action == webhook.NoAction:
		t.Errorf("it says nothing: %+v", e)
	default:
		checkSubscription(t, e)
	}
}

func checkSubscription(t tb, e webhook.Event) {
	t.Helper()
	s := e.Subscription
	if e.Type == "" || s == nil || s.CustomerID == "" {
		t.Fatalf("%s of no customer: %+v", e.Action, e)
	}
	if e.Action == webhook.SyncSubscription && (s.ID == "" || s.Status == "") || e.Action == webhook.EndSubscription && s.ID == "" {
		t.Errorf("%s of no subscription, or without its status: %+v", e.Action, s)
	}
	for _, id := range append([]string{e.MessageID, s.CustomerID, s.ID, s.PriceID}, s.Users...) {
		if len(id) > 128 || !utf8.ValidString(id) {
			t.Errorf("unbounded or not UTF-8: %+v", s)
		}
	}
	for text, most := range map[string]int{s.Status: 64, s.PlanKey: 128, s.LinkEmail: 320} {
		if utf8.RuneCountInString(text) > most || !utf8.ValidString(text) {
			t.Errorf("%q is longer than %d characters, or not UTF-8", text, most)
		}
	}
	if s.PeriodEnd.Year() > 9999 || s.Since.Year() > 9999 {
		t.Errorf("a time that cannot be written down: %+v", s)
	}
}

// mutated is other bytes than b, by one byte.
func mutated(t *rapid.T, b []byte) []byte {
	at := rapid.IntRange(0, len(b)).Draw(t, "at")
	out := append([]byte{}, b[:at]...)
	if at < len(b) {
		switch rapid.SampledFrom([]string{"replace", "remove", "insert"}).Draw(t, "how") {
		case "replace":
			return append(append(out, b[at]^rapid.ByteMin(1).Draw(t, "flip")), b[at+1:]...)
		case "remove":
			return append(out, b[at+1:]...)
		}
	}
	return append(append(out, rapid.Byte().Draw(t, "byte")), b[at:]...)
}

// mutatedText is another text than s by one printable byte. A change of case
// or a longer number is left out: hex and leading zeros mean the same.
func mutatedText(t *rapid.T, s string) string {
	at := rapid.IntRange(0, len(s)-1).Draw(t, "at")
	if rapid.Bool().Draw(t, "remove") {
		return s[:at] + s[at+1:]
	}
	c := rapid.ByteRange('!', '~').Filter(func(c byte) bool { return !strings.EqualFold(string(c), s[at:at+1]) }).Draw(t, "byte")
	return s[:at] + string(c) + s[at+1:]
}
