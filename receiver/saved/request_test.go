package saved

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Whatever a file holds, reading it ends; a request that was read has headers
// to look at and no more body than the file has bytes; and judging it names a
// code, for nobody can sign by chance.
func FuzzReadSavedRequest(f *testing.F) {
	for _, text := range []string{
		"POST / HTTP/1.1\r\nA: b\r\n\r\nbody", "A: b\n\nbody", "curl -d 'x' http://a -H 'A: b'", "curl $(rm -rf /) `x` \"",
		"POST /x HTTP/1.1\nSvix-Id: msg_1\nSvix-Timestamp: 1\nSvix-Signature: v1,AAAA\nContent-Length: 2\n\n{}\n",
		"curl --json '{\"a\":1}' -H 'webhook-id: a' -H 'webhook-timestamp: 1' -H 'webhook-signature: v1a,x' 'http://[::1]:1/%zz'",
		`{"log":{"entries":[{"request":{"method":"POST","url":"%","headers":null,"postData":{"encoding":"base64","text":"?"}}}]}}`,
		`{"startedDateTime":"2026-11-22T10:00:00Z","request":{"method":"POST","url":"/a","headers":[{"name":"svix-id","value":"x"}]}}`,
		`{"headers":{"A":["b"]},"body":null,"body_base64":"eA=="}`, `{"log":{}}`, "curl", "{", "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(text))
	}
	for _, text := range formFiles(f) {
		f.Add([]byte(text))
	}
	ours := []webhook.Secret{webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "fuzz"})}
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text []byte) {
		given := bytes.Clone(text)
		if kept, sum, _, _ := importForm(t, string(text)); len(kept) > len(text) || sum.Total() > len(text) {
			t.Errorf("%d deliveries and %d entries out of %d bytes", len(kept), sum.Total(), len(text))
		}
		r, err := Choice{}.Read(bytes.NewReader(text))
		if !bytes.Equal(given, text) {
			t.Error("reading changed what was read")
		}
		if err != nil {
			if err.Error() == "" || len(err.Error()) > 1000 {
				t.Errorf("it says %d bytes", len(err.Error()))
			}
			return
		}
		if r.Header == nil || len(r.Body) > 3*len(text) { // what is not UTF-8 becomes U+FFFD in JSON
			t.Errorf("no headers, or a body of %d bytes: %+v", len(r.Body), r)
		}
		for name, values := range r.Header {
			if len(values) == 0 || http.CanonicalHeaderKey(name) != name && http.CanonicalHeaderKey(name) == "Svix-Id" {
				t.Errorf("%q cannot be looked up: %q", name, values)
			}
		}
		clerk := providers.Clerk{}
		if r.Settle(func(r webhook.Request) bool { return providers.Verify(clerk, r, at, ours).Verified }) && len(r.Others) > 0 {
			t.Error("a signature holds by chance")
		}
		if strings.Contains(string(text), "v1,") {
			return // the samples are signed
		}
		if v := providers.Verify(clerk, r.Request, at, ours); v.Verified || v.Code == "" || v.Title == "" || v.Fix == "" {
			t.Errorf("verdict %+v", v)
		}
	})
}
