package svixapi

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// Whatever a server answers, an error is one short printable line without the token,
// and nothing panics.
func FuzzAnswers(f *testing.F) {
	const token = "appsk_0123456789abcdefghij.eu"
	for _, body := range []string{
		`{"code":"not_found","detail":"Entity not found"}`, `{"detail":[{"loc":["body","url",3],"msg":"bad ` + token + `"}]}`, `{"detail":{"a":1}}`, `{"detail":null}`,
		`<html>` + token, strings.Repeat("x", 290) + token, `{"code":"` + strings.Repeat(`\u0000`, 50) + token + `"}`, "", "[]",
		`{"data":[{"id":"ep_1","url":"https://a/","filterTypes":["a"]}],"done":false,"iterator":"x"}`, `{"data":{}}`,
		`{"id":"msg_1","eventType":"a","payload":{"expired":true},"timestamp":"2026-11-30T12:00:00Z"}`,
		`{"id":"atmpt_1","msgId":"msg_1","status":9,"msg":null,"timestamp":"2026-11-30T12:00:00Z","responseDurationMs":9223372036854775807}`,
	} {
		f.Add(404, "7", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, after string, body []byte) {
		e := refusal(status, http.Header{"Retry-After": {after}}, body, time.Unix(1e9, 0))
		text := explain(t.Context(), e, "ask", token).Error()
		if strings.Contains(text, token) || len(text) > 1000 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q", text)
		}
		if e.Fix() == "" || e.Wait() < 0 {
			t.Errorf("fix %q, wait %s", e.Fix(), e.Wait())
		}
		_, _ = readEndpoint(body)
		_, _ = readMessage(body)
		_, _ = readAttempt(body)
		var endpoints list[Endpoint]
		if endpoints.read(readEndpoint)(body) == nil && endpoints.done != (endpoints.iterator == "") {
			t.Errorf("done %t, iterator %q", endpoints.done, endpoints.iterator)
		}
		var attempts list[Attempt]
		_ = attempts.read(readAttempt)(body)
	})
}
