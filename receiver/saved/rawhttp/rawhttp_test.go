package rawhttp

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// read returns the requests of a text as "METHOD url: body", and errors.
func read(text string) (all []string, messages []Message) {
	_ = Read([]byte(text), func(m Message, err error) error { // it returns none
		switch {
		case err != nil:
			all = append(all, fmt.Sprintf("line %d: %v", m.Line, err))
		case m.Response:
			all = append(all, "a response")
		default:
			all = append(all, fmt.Sprintf("%s %s: %s", m.Method, m.URL, m.Body))
			messages = append(messages, m)
		}
		return nil
	})
	return all, messages
}

func TestRequestsAreReadAsTheyWereSent(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"CR LF", "POST /a HTTP/1.1\r\nA: b\r\n\r\n{}\r\n", []string{"POST /a: {}\r\n"}},
		{"a length shows the editor's line break", "POST /a HTTP/1.1\nContent-Length: 2\n\n{}\n", []string{"POST /a: {}"}},
		{"an absolute target", "POST https://x.example/a?b=c HTTP/1.1\nA: b\n\n{}", []string{"POST /a?b=c: {}"}},
		{"without a version", "POST /a\nA: b\n\n{}", []string{"POST /a: {}"}},
		{"no request line", "svix-id: b\n\n{}", []string{"POST : {}"}},
		{"HTTP/2's own headers", ":method: PUT\n:path: /a\nA: b\n\n{}", []string{"PUT /a: {}"}},
		{"two after one another", "POST /a HTTP/1.1\nContent-Length: 2\n\n{}POST /b HTTP/1.1\nContent-Length: 2\n\n[]", []string{"POST /a: {}", "POST /b: []"}},
		{"two with an empty line between", "POST /a HTTP/1.1\nA: b\n\n{}\n\nPOST /b HTTP/1.1\nA: b\n\n[]", []string{"POST /a: {}", "POST /b: []"}},
		{"with dividers", "### one\nPOST /a HTTP/1.1\nA: b\n\n{}\n###\nPOST /b\nA: b\n\n[]", []string{"POST /a: {}", "POST /b: []"}},
		{"with responses", "POST /a HTTP/1.1\nContent-Length: 2\n\n{}\nHTTP/1.1 200 OK\n\nPOST /b HTTP/1.1\nA: b\n\n[]", []string{"POST /a: {}", "a response", "POST /b: []"}},
		{"chunks", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nT: r\r\n\r\nPOST /b HTTP/1.1\r\nA: b\r\n\r\n[]", []string{"POST /a: {}", "POST /b: []"}},
		{"chunks with LF", "POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n", []string{"POST /a: {}"}},
		{"chunks put together", "POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n{}", []string{"POST /a: {}"}},
		{"a header that goes on", "POST /a HTTP/1.1\nA: b\n  c\n\n{}", []string{"POST /a: {}"}},
		{"what nc says first", "Listening on 0.0.0.0 3000\nConnection received on localhost 51234\nPOST /a HTTP/1.1\nA: b\n\n{}", []string{"POST /a: {}"}},
		{"a fence of Markdown", "This came:\n\n```http\nPOST /a HTTP/1.1\nA: b\n\n{}\n```\nand no more", []string{"POST /a: {}"}},
		{"a Host alone", "GET / HTTP/1.1\nHost: x\n\n", []string{"GET /: "}},
		{"no headers", "POST /a HTTP/1.1\n\n{}", []string{"line 1: it has no headers"}},
		{"a line that is no header", "POST /a HTTP/1.1\nA: b\nnonsense\n\n{}", []string{`line 1: "nonsense" is neither a request line nor a header`}},
		{"one that cannot be read does not end it", "POST /a HTTP/1.1\nnonsense\n\n{}\nPOST /b HTTP/1.1\nA: b\n\n[]", []string{`line 1: "nonsense" is neither a request line nor a header`, "POST /b: []"}},
		{"a length below zero", "POST /a HTTP/1.1\nContent-Length: -5\n\n{}", []string{`line 1: its Content-Length "-5" is not a valid length`}},
		{"a length beyond counting", "POST /a HTTP/1.1\nContent-Length: 99999999999999999999\n\n{}", []string{`line 1: its Content-Length "99999999999999999999" is not a valid length`}},
		{"the largest length", "POST /a HTTP/1.1\nContent-Length: 9223372036854775807\n\n{}", []string{"POST /a: {}"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := read(c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Where the file may have changed the body, what it may have been is offered.
func TestABodyOfAnotherLengthIsDoubted(t *testing.T) {
	for _, c := range []struct {
		name, text, other string
	}{
		{"LF for CR LF", "POST /a HTTP/1.1\nContent-Length: 7\n\n{\n1\n}", "{\r\n1\r\n}"},
		{"CR LF for LF", "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n{\r\n1\r\n}", "{\n1\n}"},
		{"more than was sent", "POST /a HTTP/1.1\nContent-Length: 2\n\n{} and a note", "{}"},
		{"less than was sent", "POST /a HTTP/1.1\nContent-Length: 200\n\n{}", ""},
		{"a chunk that is cut off", "POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\nff\n{}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got := read(c.text)
			if len(got) != 1 || got[0].Doubt == "" {
				t.Fatalf("got %+v", got)
			}
			if c.other != "" && !slices.ContainsFunc(got[0].Others, func(b []byte) bool { return string(b) == c.other }) {
				t.Errorf("others are %q, want %q", got[0].Others, c.other)
			}
		})
	}
}

func TestLooks(t *testing.T) {
	for text, want := range map[string]bool{
		"POST /a HTTP/1.1\nA: b": true, "POST https://x.example/a": true, "HTTP/1.1 200 OK\r\n": true, "svix-id: a\n\n{}": true,
		"Content-Type: application/json\nA: b\n\n{}": true, ":method: POST\n:path: /": true, "### name\nPOST /a HTTP/2\n": true,
		"Note: this\n\nthat": false, "INFO: {\"headers\": {}}": false, "POST it to them": false, "GET going": false, "": false, "nc says\nPOST /a HTTP/1.1\nA: b\n\n": true, "{\nPOST /a HTTP/1.1\n": false, "curl -H 'Host: a' x": false, "a,b,c\n1,2,3": false,
	} {
		if Looks([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"POST / HTTP/1.1\r\nA: b\r\n\r\nbody", "POST / HTTP/1.1\nContent-Length: 3\n\nabcPOST / HTTP/1.1\nA: b\n\n", "A: b\n c\n\n",
		"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;a\nabc\n0\nT: r\n\nHTTP/1.1 200 OK\n\n", "### \n\n###", ":path: /\n:x", "POST / HTTP/1.1\nContent-Length: -1\n\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		given, bodies, n := bytes.Clone(text), 0, 0
		_ = Looks(text)
		_ = Read(text, func(m Message, err error) error { // it returns none
			if n++; n > len(text) {
				t.Fatalf("%d messages out of %d bytes", n, len(text))
			}
			if err != nil {
				if len(err.Error()) > 300 {
					t.Errorf("it says %d bytes", len(err.Error()))
				}
				return nil
			}
			bodies += len(m.Body)
			if m.Header == nil || m.Line < 1 || m.Line > 1+strings.Count(string(text), "\n") {
				t.Errorf("%+v", m)
			}
			return nil
		})
		if !bytes.Equal(given, text) {
			t.Error("reading changed what was read")
		}
		if bodies > len(text) {
			t.Errorf("bodies of %d bytes out of %d", bodies, len(text))
		}
	})
}
