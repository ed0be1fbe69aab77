package clerkapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// Whatever Clerk's API or a proxy before it answers: a refusal has a fix, and a page's users have the bytes that came.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"errors":[{"message":"m","long_message":"l","code":"authentication_invalid"}],"clerk_trace_id":"t"}`, `{"errors":[null]}`, `{"errors":{}}`, "<html>", "", "[[[[",
		`[{"id":"user_1","created_at":1,"updated_at":2,"email_addresses":[{"id":"a","email_address":"ada@example.com"}],"primary_email_address_id":"a"}]`,
		`[{"id":"user_1","created_at":1e99}]`, `[{"id":"","created_at":-1}]`, `[null]`, `[{"id":"u","ID":"v","created_at":9223372036854775807,"updated_at":"x"}]`,
	} {
		f.Add(401, "7", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, after string, body []byte) {
		res := &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {after}}, Body: io.NopCloser(bytes.NewReader(body))}
		if e := readRefusal(res, time.Unix(1e9, 0)); e.Fix() == "" || e.Wait() < 0 {
			t.Errorf("fix %q, wait %s", e.Fix(), e.Wait())
		}
		var p page
		if json.Unmarshal(body, &p) != nil {
			return
		}
		for _, u := range p.users {
			if u.ID == "" || !json.Valid(u.JSON) || !bytes.Contains(body, u.JSON) {
				t.Errorf("%q is not from %q", u.JSON, body)
			}
		}
	})
}
