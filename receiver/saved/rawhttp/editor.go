package rawhttp

import (
	"bytes"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// What the files of the REST clients in VS Code and JetBrains' editors (.http,
// .rest) have besides requests.
var (
	// note is a line before a request line: a comment, or a variable.
	note = lazyregexp.New(`^(?:#|//|@[\w.-]+[ \t]*=)[^\n]*`)
	// script is what runs before a request. It may have several lines.
	script = lazyregexp.New(`^<[ \t]*\{%(?s:.*?)%\}`)
	// comment is a line between headers.
	comment = lazyregexp.New(`^(?:#|//)`)
	// afterBody is a line behind a body: a script that gets the response, a file
	// with a response, or where to write it.
	afterBody = lazyregexp.New(`(?m)^(?:>[ \t]*(?:\{%|[\w./\\-]+\.js[ \t\r]*$)|<>[ \t]|>>!?[ \t])`)
	// bodyFile is in place of a body.
	bodyFile = lazyregexp.New(`^<(?:@[\w-]*)?[ \t]+([^\s{<][^\r\n]*)$`)
	// named is a line with a request line further down, past the notes.
	named = lazyregexp.New(`^[A-Z]{3,20} \S+`)
)

// skipNotes passes over comments, variables and scripts if a request line follows
// them.
func skipNotes(text []byte) []byte {
	rest := text
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		n := len(note.Find(rest))
		if n == 0 {
			n = len(script.Find(rest))
		}
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	if line := named.Find(rest); line == nil || !isRequestLine(rest) {
		return text
	}
	return rest
}

// isRequestLine reports whether a text begins with a request line.
func isRequestLine(text []byte) bool {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	line := requestLine.FindSubmatch(bytes.TrimRight(first, "\r"))
	return line != nil && (wireLine.Match(first) || isTarget(string(line[2])))
}

// trimEdited offers other bodies than all that is there up to the next request: a
// text editor ends a file with a line break, and its REST client has lines of its
// own behind the body.
func (m *Message) trimEdited() {
	body := m.Body
	if at := afterBody.FindIndex(body); at != nil && at[0] > 0 {
		m.Others = append(m.Others, body)
		body = bytes.TrimRight(body[:at[0]], " \t\r\n")
		m.Body = body
	}
	if file := bodyFile.FindSubmatch(bytes.TrimSpace(body)); file != nil {
		m.BodyFile = string(bytes.TrimSpace(file[1]))
	}
	for len(body) > 0 && (body[len(body)-1] == '\n' || body[len(body)-1] == '\r') {
		body = bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r"))
		if len(m.Others) < mostTrimmed {
			m.Others = append(m.Others, body)
		}
	}
}

// mostTrimmed is how many line ends of a body are tried one by one.
const mostTrimmed = 4

// dedented returns a text without the indentation that all its lines but the first
// have, as code in Markdown has it: the first begins where the text does.
func dedented(text []byte) []byte {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	for _, indent := range []string{"    ", "\t", "  "} {
		lines, all := 0, true
		for line := range bytes.Lines(rest) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
				all = all && bytes.HasPrefix(line, []byte(indent))
			}
		}
		if lines >= 2 && all {
			rest = bytes.ReplaceAll(append([]byte("\n"), rest...), []byte("\n"+indent), []byte("\n"))
			return append(bytes.TrimPrefix(bytes.Clone(first), []byte(indent)), rest...)
		}
	}
	return text
}
