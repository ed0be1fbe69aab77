package rawhttp

import (
	"bytes"
	"slices"
	"testing"
)

func TestFilesOfRESTClientsAreRead(t *testing.T) {
	for _, c := range []struct {
		name, text, body string
		line             int
	}{
		{"the file's line break", "POST /a HTTP/1.1\nA: b\n\n{}\n", "{}", 1},
		{"CR LF at its end", "POST /a HTTP/1.1\r\nA: b\r\n\r\n{}\r\n", "{}", 1},
		{"several line breaks", "POST /a HTTP/1.1\nA: b\n\n{}\n\n\n", "{}", 1},
		{"one of two line breaks is the body's", "POST /a HTTP/1.1\nA: b\n\n{}\n\n", "{}\n", 1},
		{"a divider and a comment", "### created\n# @name x\nPOST https://x.example/a\nA: b\n\n{}", "{}", 3},
		{"slashes", "// created\nPOST https://x.example/a\nA: b\n\n{}", "{}", 2},
		{"variables", "@host = x.example\n@a.b=c\n\nPOST https://{{host}}/a\nA: b\n\n{}", "{}", 4},
		{"a variable for the host", "POST {{base}}/a\nA: b\n\n{}", "{}", 1},
		{"comments between headers", "POST /a\n# of Svix\n// x\nA: b\n\n{}", "{}", 1},
		{"a script before it", "###\n< {%\n  request.variables.set('a', 'b')\n%}\nPOST /a\nA: b\n\n{}", "{}", 5},
		{"a handler", "POST /a\nA: b\n\n{}\n\n> {%\nclient.log('x')\n%}\n", "{}", 1},
		{"a handler in a file", "POST /a\nA: b\n\n{}\n\n> ./check.js\n", "{}", 1},
		{"responses", "POST /a\nA: b\n\n{}\n\n<> 2026-06-21T000001.400.json\n", "{}", 1},
		{"where the response goes", "POST /a\nA: b\n\n{}\n\n>>! out.json\n", "{}", 1},
		{"a divider behind it", "POST /a\nA: b\n\n{\n}\n\n###\n", "{\n}", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !Looks([]byte(c.text)) {
				t.Fatal("it does not look like raw HTTP")
			}
			_, got := read(c.text)
			if len(got) == 0 || got[0].Line != c.line || got[0].Header.Get("A") != "b" {
				t.Fatalf("got %+v", got)
			}
			all := append([][]byte{got[0].Body}, got[0].Others...)
			if !slices.ContainsFunc(all, func(b []byte) bool { return bytes.Equal(b, []byte(c.body)) }) {
				t.Errorf("bodies are %q, want %q", all, c.body)
			}
		})
	}
}

func TestABodyInAFileIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"POST /a\nA: b\n\n< ./body.json\n": "./body.json", "POST /a\nA: b\n\n<@ my body.json": "my body.json", "POST /a\nA: b\n\n<@latin1 b.json": "b.json",
		"POST /a\nA: b\n\n<html>\n": "", "POST /a\nA: b\n\n< {% x %}": "", "POST /a\nA: b\n\n{\"a\":\"< b\"}": "",
	} {
		if _, got := read(text); len(got) != 1 || got[0].BodyFile != want {
			t.Errorf("%q: %+v, want %q", text, got, want)
		}
	}
}

// Content-Length says that the line break was sent.
func TestALengthDecidesAboutTheLastLineBreak(t *testing.T) {
	_, got := read("POST /a HTTP/1.1\nContent-Length: 3\n\n{}\n")
	if len(got) != 1 || string(got[0].Body) != "{}\n" || len(got[0].Others) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestCommentsBeforeOtherTextsAreLeftAlone(t *testing.T) {
	for _, text := range []string{"# a title\n\nSome text", "// a script\nconst a = 1", "# x\nPOST it to them\n", "@a = b\n", "# x\ncurl -X POST https://x.example\n"} {
		if Looks([]byte(text)) {
			t.Errorf("%q looks like raw HTTP", text)
		}
	}
}
