package main

import (
	"testing"
)

// Whatever a file holds, reading it ends, and a request that was read has
// headers to look at.
func FuzzSavedRequest(f *testing.F) {
	for _, text := range []string{
		"POST / HTTP/1.1\r\nA: b\r\n\r\nbody", "A: b\n\nbody", "curl -d 'x' http://a -H 'A: b'", "curl $(rm -rf /) `x` \"",
		`{"log":{"entries":[{"request":{"method":"POST","url":"%","headers":null,"postData":{"encoding":"base64","text":"?"}}}]}}`,
		`{"headers":{"A":["b"]},"body":null,"body_base64":"eA=="}`, `{"log":{}}`, "curl", "{", "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := readSavedRequest(text); err == nil && r.Header == nil {
			t.Errorf("no headers: %+v", r)
		}
	})
}
