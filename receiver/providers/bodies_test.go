package providers

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// What happens to a body on its way: what was signed, by Svix's own library,
// and what arrived.
func TestEveryChangeToABodyIsNamed(t *testing.T) {
	text := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	std := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	goes := `{"data":{"bio":"café \u003cb\u003e 😀\u2028","n":1},"type":"user.created"}`
	for _, c := range []struct {
		name, signed, arrived string
		code                  webhook.Code
		says                  []string
	}{
		// express.json and its like.
		{"express.json and JSON.stringify", goes, `{"data":{"bio":"café <b> 😀` + "\u2028" + `","n":1},"type":"user.created"}`, webhook.BodyReserialized, []string{"(as Go does)", "It arrived as JSON.stringify writes it: express.json", "NextApiRequest", "@clerk/fastify", "express.raw", "First difference at byte 22", `\\u003cb`}},
		{"JSON.stringify with an indent of 2", goes, "{\n  \"data\": {\n    \"bio\": \"café <b> 😀\u2028\",\n    \"n\": 1\n  },\n  \"type\": \"user.created\"\n}", webhook.BodyReserialized, []string{"indented by 2"}},
		{"a formatter that indents by 4", `{"a":1,"b":[{}]}`, "{\n    \"a\": 1,\n    \"b\": [\n        {}\n    ]\n}", webhook.BodyReserialized, []string{"indented by 4"}},
		{"a formatter that indents with tabs", `{"a":1,"b":[]}`, "{\n\t\"a\": 1,\n\t\"b\": []\n}\n", webhook.BodyReserialized, []string{"indented with tabs"}},
		{"a formatter that read nothing: a lone surrogate, a long number", `{"a":"\ud800","b":1e400}`, `{ "a" : "\ud800", "b" : 1e400 }`, webhook.BodyReserialized, []string{"without spaces"}},

		// Other languages.
		{"Python's json.dumps", goes, `{"data": {"bio": "caf\u00e9 <b> \ud83d\ude00\u2028", "n": 1}, "type": "user.created"}`, webhook.BodyReserialized, []string{"as Python's json.dumps writes it", "request.get_data()", "await request.body()"}},
		{"Python's json.dumps(ensure_ascii=False)", `{"a":"é","b":[1,2]}`, `{"a": "é", "b": [1, 2]}`, webhook.BodyReserialized, []string{"ensure_ascii=False"}},
		{"PHP's json_encode", `{"bio":"é","url":"https://a.b/c"}`, `{"bio":"\u00e9","url":"https:\/\/a.b\/c"}`, webhook.BodyReserialized, []string{"PHP's json_encode", "php://input"}},
		{"PHP's json_encode with JSON_UNESCAPED_UNICODE", `{"bio":"é","url":"https://a.b/c"}`, `{"bio":"é","url":"https:\/\/a.b\/c"}`, webhook.BodyReserialized, []string{"JSON_UNESCAPED_UNICODE"}},
		{"Go's json.Marshal of a map, the signed one sorted", `{"a":"<","b":"&"}`, `{"b":"\u0026","a":"\u003c"}`, webhook.BodyReserialized, []string{"with sorted keys", "json.Marshal writes it", "io.ReadAll(r.Body)"}},
		{".NET's System.Text.Json", `{"bio":"é <b> it's 1+1"}`, `{"bio":"\u00E9 \u003Cb\u003E it\u0027s 1\u002B1"}`, webhook.BodyReserialized, []string{"System.Text.Json"}},
		{"Gson", `{"bio":"é <b> it's a=b"}`, `{"bio":"é \u003cb\u003e it\u0027s a\u003db"}`, webhook.BodyReserialized, []string{"Gson"}},
		{"Jackson with ESCAPE_NON_ASCII", `{"bio":"é😀"}`, `{"bio":"\u00E9\uD83D\uDE00"}`, webhook.BodyReserialized, []string{"Jackson"}},

		// The sender signed what such a one wrote.
		{"signed by .NET", `{"bio":"\u00E9 \u0022 \u003Cb\u003E it\u0027s"}`, `{"bio":"é \" <b> it's"}`, webhook.BodyReserialized, []string{"(as .NET does)"}},
		{"signed by Gson", `{"bio":"é \u003cb\u003e it\u0027s a\u003db"}`, `{"bio":"é <b> it's a=b"}`, webhook.BodyReserialized, []string{"(as Gson does)"}},
		{"signed by Jackson", `{"bio":"\u00E9"}`, `{"bio":"é"}`, webhook.BodyReserialized, []string{"(as Jackson does)"}},
		{"signed with upper-case digits in a control character", `{"bio":"\u001B"}`, `{"bio":"\u001b"}`, webhook.BodyReserialized, nil},
		{"signed by Go without HTML escaping", `{"bio":"<\u2028"}`, "{\"bio\":\"<\u2028\"}", webhook.BodyReserialized, []string{`U+2028`}},
		{"signed with an indent and a line break at the end", "{\n  \"a\": 1\n}\n", `{"a":1}`, webhook.BodyReserialized, []string{"indented by 2"}},
		{"a key that stands twice, on both sides", `{"a":1,"a":2,"b":"<"}`, `{"a": 1, "a": 2, "b": "<"}`, webhook.BodyReserialized, nil},
		{"a key that stands twice, signed after it was read", `{"a":2,"b":1}`, `{"a":1,"b":1,"a":2}`, webhook.BodyReserialized, nil},

		// Numbers.
		{"1.0 became 1", `{"a":1.0,"b":2}`, `{"a":1,"b":2}`, webhook.BodyReserialized, []string{`"1" was "1.0"`}},
		{"1e3 became 1000", `{"a":1e3,"b":2}`, `{"a":1000,"b":2}`, webhook.BodyReserialized, []string{`"1000" was "1e3"`}},
		{"1000 became 1e3", `{"a":1000}`, `{"a":1e3}`, webhook.BodyReserialized, []string{"as JavaScript writes them"}},
		{"1.50 became 1.5", `{"a":1.50}`, `{"a":1.5}`, webhook.BodyReserialized, []string{`"1.5" was "1.50"`}},
		{"-0 became 0", `{"a":-0,"b":5}`, `{"a":0,"b":5}`, webhook.BodyReserialized, []string{`"0" was "-0"`}},
		{"the last digits of a long id were lost", `{"discord":1188482349238472735,"b":"\u003c"}`, `{"discord":1188482349238472700,"b":"<"}`, webhook.BodyReserialized, []string{`"1188482349238472700" was "1188482349238472735"`, "53 bits", "as a string"}},
		{"the last digit of a negative one was lost", `{"n":-9007199254740993}`, `{"n":-9007199254740992}`, webhook.BodyReserialized, []string{"53 bits"}},

		// Wrappings.
		{"base64 around it", clerkBody, std(clerkBody), webhook.BodyReserialized, []string{"base64-encoded", "isBase64Encoded"}},
		{"base64 with a line break", clerkBody, std(clerkBody) + "\n", webhook.BodyReserialized, []string{"base64-encoded"}},
		{"a JSON string around it", clerkBody, text(clerkBody), webhook.BodyReserialized, []string{"JSON string", "stringified twice"}},
		{"base64 in a JSON string", clerkBody, text(std(clerkBody)), webhook.BodyReserialized, []string{"as base64 in a JSON string"}},
		{"a function gateway's event, in base64", clerkBody, `{"headers":{},"body":"` + std(clerkBody) + `","isBase64Encoded":true}`, webhook.BodyReserialized, []string{"function gateway's event"}},
		{"a function gateway's event, as text", clerkBody, `{"body":` + text(clerkBody) + `,"isBase64Encoded":false}`, webhook.BodyReserialized, []string{"function gateway's event"}},
		{"a form", clerkBody, "payload=" + url.QueryEscape(clerkBody), webhook.BodyReserialized, []string{"URL-encoded"}},
		{"a form without a name", clerkBody, url.QueryEscape(clerkBody), webhook.BodyReserialized, []string{"URL-encoded"}},

		{"a Buffer as JSON", clerkBody, bufferJSON(clerkBody), webhook.BodyReserialized, []string{"JSON of a Buffer", "toString('utf8')"}},
		{"a Buffer as JSON with spaces", clerkBody, strings.ReplaceAll(bufferJSON(clerkBody), ",", ", "), webhook.BodyReserialized, []string{"JSON of a Buffer"}},
		{"a Buffer as a member", clerkBody, `{"event":"x","raw":` + bufferJSON(clerkBody) + `}`, webhook.BodyReserialized, []string{"JSON of a Buffer"}},
		{"a Uint8Array as JSON", clerkBody, uint8ArrayJSON(clerkBody), webhook.BodyReserialized, []string{"JSON of its bytes", "TextDecoder"}},
		{"an array of bytes", clerkBody, strings.TrimSuffix(strings.TrimPrefix(bufferJSON(clerkBody), `{"type":"Buffer","data":`), "}"), webhook.BodyReserialized, []string{"JSON of its bytes"}},
		{"a member of other JSON", clerkBody, `{"method":"POST","payload":` + clerkBody + `,"at":1}`, webhook.BodyReserialized, []string{"inside other JSON"}},
		{"a string two members deep", clerkBody, `{"Records":[{"Sns":{"Message":` + text(clerkBody) + `}}]}`, webhook.BodyReserialized, []string{"inside other JSON"}},
		{"base64 in a member, as Pub/Sub pushes it", clerkBody, `{"message":{"data":"` + std(clerkBody) + `","messageId":"1"}}`, webhook.BodyReserialized, []string{"inside other JSON"}},
		{"a body in other JSON", clerkBody, `{"url":"/","body":` + text(clerkBody) + `}`, webhook.BodyReserialized, []string{"inside other JSON"}},
		{"a list of one", clerkBody, "[" + clerkBody + "]", webhook.BodyReserialized, []string{"inside a JSON array"}},
		{"a string in a string", clerkBody, text(text(clerkBody)), webhook.BodyReserialized, []string{"JSON string"}},
		{"unpadded url-safe base64", clerkBody, base64.RawURLEncoding.EncodeToString([]byte(clerkBody)), webhook.BodyReserialized, []string{"base64-encoded"}},
		{"chunked HTTP", clerkBody, fmt.Sprintf("%x\r\n%s\r\n%X;x=y\r\n%s\r\n0\r\n\r\n", 60, clerkBody[:60], len(clerkBody)-60, clerkBody[60:]), webhook.BodyReserialized, []string{"chunked"}},
		{"one chunk without the last", clerkBody, fmt.Sprintf("%x\r\n%s\r\n", len(clerkBody), clerkBody), webhook.BodyReserialized, []string{"chunked"}},
		{"a whole request", clerkBody, "POST / HTTP/1.1\r\nHost: a\r\n\r\n" + clerkBody, webhook.BodyReserialized, []string{"headers before it"}},
		{"multipart", clerkBody, "--x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x1\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n" + clerkBody + "\r\n--x1--\r\n", webhook.BodyReserialized, []string{"multipart", "not -F"}},
		{"gzip", clerkBody, gzipped(t, clerkBody), webhook.BodyReserialized, []string{"arrived compressed", "Content-Encoding"}},
		{"zlib", clerkBody, deflated(t, clerkBody, true), webhook.BodyReserialized, []string{"arrived compressed"}},
		{"deflate", clerkBody, deflated(t, clerkBody, false), webhook.BodyReserialized, []string{"arrived compressed"}},
		{"a form that was not encoded", clerkBody, "payload=" + clerkBody, webhook.BodyReserialized, []string{"URL-encoded"}},
		{"a form with several values", clerkBody, "token=1&payload=" + url.QueryEscape(clerkBody) + "&x=%7B", webhook.BodyReserialized, []string{"URL-encoded"}},
		{"base64 in a form", clerkBody, "payload=" + url.QueryEscape(std(clerkBody)), webhook.BodyReserialized, []string{"URL-encoded"}},
		{"a shell's quotes", clerkBody, "'" + clerkBody + "'", webhook.BodyReserialized, []string{"in quotes"}},
		{"a shell's backslashes", `{"a":"b c"}`, `{\"a\":\"b c\"}`, webhook.BodyReserialized, []string{"in quotes"}},
		{"Python's bytes", `{"a":"it's é\n"}`, `b"{\"a\":\"it's \xc3\xa9\\n\"}"`, webhook.BodyReserialized, []string{"as Python's str()"}},
		{"Python's dict", `{"a":"it's \"é\"\n","b":[true,false,null],"c":{"d":1.50}}`, `{'a': 'it\'s "é"\n', 'b': [True, False, None], 'c': {'d': 1.50}}`, webhook.BodyReserialized, []string{"str() writes a dict"}},
		{"Python's dict with quotes of both kinds", `{"a":"it's","type":"user.created"}`, `{'a': "it's", 'type': 'user.created'}`, webhook.BodyReserialized, []string{"str() writes a dict"}},
		{"a form's parser took it for a name", `{"a":1,"b":"x"}`, `{"{\"a\":1,\"b\":\"x\"}":""}`, webhook.BodyReserialized, []string{"URL-encoded"}},
		{"HTML entities", clerkBody, html.EscapeString(clerkBody), webhook.BodyReserialized, []string{"HTML entities", "htmlspecialchars"}},
		{"HTML entities for & alone", `{"a":"x&y","b":"<"}`, `{"a":"x&amp;y","b":"&lt;"}`, webhook.BodyReserialized, []string{"HTML entities"}},

		// Encodings.
		{"UTF-8 read as Windows-1252", `{"a":"it’s €5"}`, `{"a":"itâ€™s â‚¬5"}`, webhook.BodyReserialized, []string{"Windows-1252"}},
		{"UTF-8 written as Windows-1252", `{"a":"it’s"}`, "{\"a\":\"it\x92s\"}", webhook.BodyReserialized, []string{"Windows-1252"}},
		{"read as Latin-1 twice", clerkBody, string(latin1Text(latin1Text([]byte(clerkBody)))), webhook.BodyReserialized, []string{"twice read as Latin-1"}},
		{"UTF-16", clerkBody, utf16LE(clerkBody), webhook.BodyReserialized, []string{"UTF-16"}},
		{"+ decoded in an address", `{"n":"Ada L","email":"ada+1@example.com"}`, `{"n":"Ada L","email":"ada 1@example.com"}`, webhook.BodyReserialized, []string{"+ became a space"}},
		{"+ decoded in a time zone", `{"n":"Ada L","at":"2026-11-30T10:00:00+01:00"}`, `{"n":"Ada L","at":"2026-11-30T10:00:00 01:00"}`, webhook.BodyReserialized, []string{"+ became a space"}},
		{"UTF-8 read as Latin-1", clerkBody, string(latin1Text([]byte(clerkBody))), webhook.BodyReserialized, []string{"encoded again", "read as Latin-1"}},
		{"UTF-8 written as Latin-1", `{"a":"é"}`, "{\"a\":\"\xe9\"}", webhook.BodyReserialized, []string{"written as Latin-1"}},

		// The ends.
		{"a line break too many", clerkBody, clerkBody + "\n", webhook.BodyNewline, []string{"a line break was added", "--data-binary", "(its end)"}},
		{"CR LF too many", clerkBody, clerkBody + "\r\n", webhook.BodyNewline, []string{"CR LF"}},
		{"a line break too few", clerkBody + "\n", clerkBody, webhook.BodyNewline, []string{"the line break at the end was lost"}},
		{"CR LF too few", clerkBody + "\r\n", clerkBody, webhook.BodyNewline, []string{"(CR LF) at the end was lost"}},
		{"a byte order mark too many", clerkBody, bom + clerkBody, webhook.BodyNewline, []string{"byte order mark was added"}},
		{"a byte order mark too few", bom + clerkBody, clerkBody, webhook.BodyNewline, []string{"byte order mark at the start was lost"}},
		{"a byte order mark and a line break too many", clerkBody, bom + clerkBody + "\n", webhook.BodyNewline, []string{"byte order mark"}},
		{"blanks around it", clerkBody, "  " + clerkBody + " \t\n", webhook.BodyNewline, []string{"at the ends"}},
		{"NUL bytes after it", clerkBody, clerkBody + "\x00\x00", webhook.BodyNewline, []string{"NUL"}},
		{"CR LF became LF", "{\r\n}", "{\n}", webhook.BodyNewline, []string{"changed from CR LF to LF"}},
		{"LF became CR LF", "{\n}", "{\r\n}", webhook.BodyNewline, []string{"changed from LF to CR LF"}},
		{"CR LF became LF and the last was lost", "{\r\n}\r\n", "{\n}", webhook.BodyNewline, []string{"the last was lost"}},
		{"LF became CR LF and one was added", "{\n}", "{\r\n}\r\n", webhook.BodyNewline, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, by := range keysHere() {
				v := autopsyOf(officially(t, by, c.signed), c.arrived, autopsyKeys)
				if v.Code != c.code || v.Verified {
					t.Fatalf("%s: %s\n%+v", v.Code, v.Detail, v.Checks)
				}
				for _, says := range c.says {
					if !strings.Contains(v.Title+"\n"+v.Detail+"\n"+v.Fix, says) {
						t.Errorf("it does not say %q: %s\n%s", says, v.Detail, v.Fix)
					}
				}
				checkClaim(t, v, []byte(c.signed), []byte(c.arrived), by)
				if !strings.HasSuffix(v.Detail, ".") || !strings.HasSuffix(v.Fix, ".") || strings.Contains(v.Detail+v.Fix, "..") {
					t.Errorf("not in sentences: %s\n%s", v.Detail, v.Fix)
				}
			}
		})
	}
}

// A change that loses what was signed cannot be undone, and is not guessed.
func TestWhatIsLostIsNotGuessed(t *testing.T) {
	for _, c := range []struct{ name, signed, arrived string }{
		{"two numbers in other spellings", `{"a":1.0,"b":2.0}`, `{"a":1,"b":2}`},
		{"a key that stood twice", `{"a":1,"a":2}`, `{"a":2}`},
		{"keys that were sorted", `{"b":1,"a":2}`, `{"a":2,"b":1}`},
		{"a value that was changed", `{"a":"x"}`, `{"a":"y"}`},
		{"half of it", `{"a":"x"}`, `{"a":`},
		{"all of it but for what could be empty", ` `, `x`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := autopsyOf(officially(t, autopsyOurs, c.signed), c.arrived, autopsyKeys); v.Code != webhook.WrongSecret {
				t.Errorf("%s: %s", v.Code, v.Detail)
			}
		})
	}
}

// bufferJSON is JSON.stringify(Buffer.from(body)).
func bufferJSON(body string) string {
	var b strings.Builder
	for i := range len(body) {
		fmt.Fprintf(&b, ",%d", body[i])
	}
	return `{"type":"Buffer","data":[` + b.String()[1:] + `]}`
}

// uint8ArrayJSON is JSON.stringify(new Uint8Array(…)).
func uint8ArrayJSON(body string) string {
	var b strings.Builder
	for i := range len(body) {
		fmt.Fprintf(&b, `,"%d":%d`, i, body[i])
	}
	return "{" + b.String()[1:] + "}"
}

func gzipped(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	return written(t, &b, gzip.NewWriter(&b), body)
}

func deflated(t *testing.T, body string, framed bool) string {
	t.Helper()
	var b bytes.Buffer
	if framed {
		return written(t, &b, zlib.NewWriter(&b), body)
	}
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, &b, w, body)
}

func written(t *testing.T, b *bytes.Buffer, w io.WriteCloser, body string) string {
	t.Helper()
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func utf16LE(text string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}
