package saved

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// object returns a signed request as a line of JSON.
func object(t testing.TB, s signedRequest) string {
	t.Helper()
	headers, err := inJSON(s.headers())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"url":"/api/webhooks/clerk","headers":%s,"body_b64":%q}`, headers, base64.StdEncoding.EncodeToString([]byte(s.Body)))
}

func TestTheSignedRequestOfManyIsTaken(t *testing.T) {
	one, two := object(t, newSigned(t, "msg_1", `{"n":1}`)), object(t, newSigned(t, "msg_2", `{"n":2}`))
	plain := `{"url":"/telemetry","headers":{"accept":"*/*"},"body":"{}"}`
	other := `{"url":"/api/webhooks/clerk","headers":{"accept":"*/*"},"body":"{}"}`
	broken := `{"headers":{"svix-id":"msg_3"}}`
	atWebhook := func(r webhook.Request) bool { return r.URL == "/api/webhooks/clerk" }
	for _, c := range []struct {
		name, text string
		number     int
		id         string
		notes      []string // parts of them
	}{
		{"alone", one, 0, "msg_1", nil},
		{"after others", plain + "\n" + plain + "\n" + one, 0, "msg_1", []string{"took line 3, the only signed one"}},
		{"twice, as a proxy lists it", one + "\n" + one, 0, "msg_1", []string{"took line 1"}},
		{"beside one that cannot be read", broken + "\n" + one, 0, "msg_1", []string{"took line 2", "skipped line 1: it has headers, but no body"}},
		{"the second", one + "\n" + two, 2, "msg_2", nil},
		{"the second, beside others", plain + "\n" + two, 2, "msg_2", nil},
		{"an unsigned one, by its number", plain + "\n" + two, 1, "", nil},
		{"unsigned and alone", plain, 0, "", nil},
		{"unsigned, to a webhook path", plain + "\n" + other, 0, "", []string{"took line 2, the only one to a webhook path"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Choice{Number: c.number, Webhook: atWebhook}.Read(strings.NewReader(c.text))
			if err != nil || r.Header.Get("Svix-Id") != c.id || len(r.Notes) != len(c.notes) {
				t.Fatalf("took %q with notes %q, %v", r.Header.Get("Svix-Id"), r.Notes, err)
			}
			for i, want := range c.notes {
				if !strings.Contains(r.Notes[i], want) {
					t.Errorf("note %q, want %q", r.Notes[i], want)
				}
			}
		})
	}
}

// verify must not say "not signed" of a file in which it sees no single request.
func TestAFileThatCannotTellIsAnErrorWithAFix(t *testing.T) {
	one, two := object(t, newSigned(t, "msg_1", `{"n":1}`)), object(t, newSigned(t, "msg_2", `{"n":2}`))
	plain := `{"headers":{"accept":"*/*"},"body":"{}"}`
	stripe := "{\n  \"id\": \"evt_1\",\n  \"object\": \"event\",\n  \"type\": \"invoice.paid\",\n  \"data\": {\"object\": {}},\n  \"request\": {\"id\": null, \"idempotency_key\": null}\n}"
	for _, c := range []struct{ name, text, says, fix string }{
		{"several signed ones", one + "\n" + two, "2 signed requests: 1 is line 1 (POST /api/webhooks/clerk msg_1), 2 is line 2", "--pick"},
		{"several unsigned ones", plain + "\n" + plain, "none of its 2 POST requests has signature headers", "--pick"},
		{"a number that is not there", one, "1 POST request, so there is no number 7", "--pick"},
		{"an event of stripe listen --print-json", "> Ready! Your webhook signing secret is set\n" + stripe + "\n" + stripe, "a Stripe event without the headers of its request (2 times)", "headers"},
		{"an event of Stripe's dashboard", stripe, "a Stripe event without", "headers"},
		{"an event of Stripe's API v2", `{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.error"}`, "a Stripe event without", "headers"},
		{"a list of Stripe's API", `{"object":"list","data":[` + stripe + `]}`, "a Stripe event without", "headers"},
		{"an event of Clerk", `{"data":{"id":"user_1"},"object":"event","type":"user.created"}`, "a Clerk event without", "headers"},
		{"clerk webhooks messages --json", `{"data":[{"id":"msg_1","event_type":"user.created","status":"success","created_at":"2026-01-13T15:41:11Z"}],"cursor":{}}`, "a message as Svix lists it", "headers"},
		{"an attempt as Svix lists it", `{"data":[{"id":"atmpt_1","msgId":"msg_1","response":"no","responseStatusCode":400,"status":2,"timestamp":"2026-01-13T15:41:11Z","url":"https://x.example"}]}`, "an attempt as Svix lists it", "headers"},
		{"a log of stripe listen", "2026-01-13 15:41:11   --> invoice.paid [evt_1]\n2026-01-13 15:41:11  <--  [400] POST http://localhost:3000/x [evt_1]\n", "it begins", "pass raw HTTP"},
		{"a listing of hooktop", `{"kind":"delivery","id":1,"verdict":"verified"}`, "it has no request", "pass"},
		{"a GET alone", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", "not a POST", "pass"},
		{"a response", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nok", "no webhook request", "pass"},
		{"a HAR without entries", `{"log":{"entries":[]}}`, "no webhook request", "pass"},
		{"a HAR that was cut off", `{"log":{"entries":[{"request":{"method":"POST"`, "unexpected EOF", "complete"},
		{"a signed request of a HAR without its body", `{"log":{"entries":[{"request":{"method":"POST","url":"/","headers":[{"name":"svix-id","value":"a"}]}}]}}`, "no body", "pass"},
		{"a base64 body that is none", `{"headers":{"svix-id":"a"},"body":"!","isBase64Encoded":true}`, "base64", "pass"},
		{"a length below zero", "POST / HTTP/1.1\r\nContent-Length: -5\r\nsvix-id: a\r\n\r\nbody", `Content-Length "-5" is not a valid length`, "pass"},
		{"words", "remember the milk", "remember the milk", "pass raw HTTP"},
		{"words with a colon", "Note: remember the milk\n\nbody", "Note: remember", "pass raw HTTP"},
		{"headers that are none of a request", "A: b\nHost: c\n\nbody", "without a request line", "pass"},
		{"a web page", "<!doctype html>\n<title>400</title>", "web page", "pass"},
		{"a zip archive", "PK\x03\x04\x14\x00", "zip archive", "unpack"},
		{"a packed zip archive", "PK\x05\x06" + strings.Repeat("\x00", 18), "zip archive", ""},
		{"a capture of tcpdump", "\xd4\xc3\xb2\xa1\x02\x00", "packet capture", "export"},
		{"a database", "SQLite format 3\x00", "SQLite", "--db"},
		{"flows of mitmproxy", "1234:9:websocket;0:~8:response;", "mitmproxy", "pass"},
		{"other bytes", "\x00\x01\x02\x03abc", "binary", "pass"},
		{"nothing", " \r\n\t\n", "empty", "pass"},
		{"packed nothing", zipped(t, ""), "empty", "pass"},
		{"gzip that was cut off", zipped(t, strings.Repeat(one, 100))[:60], "unexpected EOF", "pass"},
		{"Python's dict", "{'headers': {'svix-id': 'a'}, 'body': ''}", "it begins", "pass"},
		{"a list of numbers", "[1, 2, 3]", "it begins", "pass"},
		{"what curl -v prints", "* Connected to localhost\n> POST /api HTTP/1.1\n> svix-id: a\n> svix-signature: v1,x\n>\n* upload completely sent off: 300 bytes\n< HTTP/1.1 400 Bad Request\n<\n{\"message\":\"bad\"}\n", "curl -v", "curl command itself"},
		{"what curl -v prints below its notes", "Note: Unnecessary use of -X\n  % Total    % Received\n> POST /api HTTP/2\n> stripe-signature: t=1,v1=x\n", "curl -v", "curl command itself"},
		{"what curl --trace-ascii prints", "== Info: Connected\n=> Send header, 20 bytes (0x14)\n0000: POST /api HTTP/1.1\n0014: svix-signature: v1,x\n=> Send data, 2 bytes (0x2)\n0000: {}\n", "curl --trace", "curl command itself"},
		{"what tcpdump -A prints", "00:00:01.123456 IP localhost.54321 > localhost.3000: Flags [P.], length 899\nE..4..@.@...POST /api HTTP/1.1\nsvix-signature: v1,x\n\n{\"name\":\"Zo..\"}\n", "tcpdump", "Wireshark"},
		{"what ngrep prints", "interface: lo (127.0.0.0/8)\n####\nT 127.0.0.1:54321 -> 127.0.0.1:3000 [AP] #4\n  POST /api HTTP/1.1.\n", "ngrep", "HAR"},
		{"a hex dump", "00000000  50 4f 53 54 20 2f 61 70  69 20 48 54 54 50 2f 31  |POST /api HTTP/1|\n", "hex dump", "text"},
		{"the headers of a browser's tools", "Request URL\nhttp://localhost:3000/api\nRequest Method\nPOST\nsvix-signature\nv1,x\n", "Headers tab", "HAR"},
		{"a file of Bruno", "meta {\n  name: x\n  type: http\n}\n\nheaders {\n  svix-signature: v1,x\n}\n\nbody:json {\n  {\"a\":1}\n}\n", "Bruno", "curl"},
		{"Insomnia's YAML", "type: collection.insomnia.rest/5.0\nname: x\ncollection:\n  - url: /\n    headers:\n      - {\"name\":\"a\"}\n", "Insomnia", "HAR"},
		{"a dict of Python with a signature", `{'headers': {'svix-id': 'a', 'svix-signature': 'v1,x'}, 'body': '{"data":{},"object":"event","type":"user.created"}'}`, "signature headers", "pass"},
		{"what console.log prints of headers", "{\n  host: 'x',\n  'svix-signature': 'v1,x'\n}\n", "signature headers", "pass"},
		{"what PHP's print_r prints", "Array\n(\n    [svix-signature] => v1,x\n)\n{\"data\":{},\"object\":\"event\",\"type\":\"user.created\"}\n", "line 3 has signature headers", "pass"},
		{"a request in JSON that was cut off", `2026 INFO {"headers":{"svix-id":"a","svix-signature":"v1,x"},"body":"{`, "signature headers", "pass"},
		{"variables of an API client", `{"item":[{"request":{"method":"POST","header":[{"key":"svix-id","value":"{{id}}"},{"key":"svix-signature","value":"{{sig}}"}],"body":{"mode":"raw","raw":"{}"}}}]}`, "variables", "pass"},
		{"an access log", "1.2.3.4 - - [21/Jun/2026:00:00:01 +0000] \"POST /api HTTP/1.1\" 400 21 \"-\" \"Svix-Webhooks/1.75\"\n", "it begins", "pass"},
	} {
		t.Run(c.name, func(t *testing.T) {
			number := 0
			if strings.Contains(c.says, "no number 7") {
				number = 7
			}
			r, err := Choice{Number: number}.Read(strings.NewReader(c.text))
			var unread *UnreadError
			if !errors.As(err, &unread) || !strings.Contains(err.Error(), c.says) || !strings.Contains(unread.Fix(), c.fix) || unread.Fix() == "" {
				t.Errorf("%+v, %v, fix %+v", r, err, unread)
			}
			if number > 0 || strings.HasPrefix(c.name, "several") {
				return
			}
			// import discards it, too, and not in silence.
			if kept, sum, said, err := importForm(t, c.text); len(kept) > 0 || err == nil && len(said)+len(sum.Other) == 0 && !strings.Contains(c.name, "without entries") {
				t.Errorf("imported %v: %+v %q", kept, sum, said)
			}
		})
	}
}
