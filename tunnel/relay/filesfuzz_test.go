package relay

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// relay.json may be a stranger's: it is what it was when it is written again, or one
// of a few sentences.
func FuzzTokens(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"tokens":{}}`, `{"version":2}`, `{"version":1,"consent":"agreed","consent_at":"2026-11-30T12:00:00Z","tokens":{"clerk":{"token":"c_0123456789"}}}`, `{"version":1,"tokens":null} {}`, `[`, `{"version":1,"x":1}`,
	} {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"version":1,"tokens":{"clerk":{"token":"` + string(NewToken()) + `","heard":"2026-11-30T12:00:00Z","history":"a","recent":[]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, problem := parseTokens(text)
		if problem != "" {
			if len(problem) > 100 || strings.ContainsRune(problem, 0x1b) {
				t.Errorf("it says %q", problem)
			}
			return
		}
		written, err := json.Marshal(first)
		if err != nil {
			return // a time after the year 9999 has no form
		}
		if len(written) > maxTokensFile {
			return
		}
		again, problem := parseTokens(written)
		if twice, err := json.Marshal(again); problem != "" || err != nil || !bytes.Equal(twice, written) {
			t.Errorf("%s\nwas written as %s: %s", text, written, problem)
		}
	})
}

// A page of the relay's history becomes requests with a method and bytes that were in
// it.
func FuzzHistory(f *testing.F) {
	for _, text := range []string{`{"data":[{"id":"a","method":"POST","headers":{"a":["b"]},"body":"e30=","createdAt":"2026-11-30T12:00:00Z"}]}`, `{"data":[{}]}`, `{"data":[null]}`, `{"data":[{"body":1}]}`, `{"data":{}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p page
		if json.Unmarshal(text, &p) != nil {
			return
		}
		for _, r := range p.past() {
			if r.what.Method == "" || len(r.what.Body) > len(text) || r.what.Headers == nil {
				t.Errorf("%+v", r)
			}
		}
	})
}
