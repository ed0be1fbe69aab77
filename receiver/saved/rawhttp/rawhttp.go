// Package rawhttp reads HTTP messages out of text files: requests as they go over
// the wire, or as editors and proxies save them, with CR LF or LF, in chunks or
// not, one or several in a file. It says where a body may not be the bytes that
// were sent. It verifies nothing.
package rawhttp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// Message is a request from a file.
type Message struct {
	webhook.Request
	// Line is the line in the text on which it begins, from 1.
	Line int
	// Named is set if it has a request line: its method and its URL are known.
	Named bool
	// Response is set if it is an answer, which has headers and a body alone.
	Response bool
	// Others are other bodies that it may have been sent with: a file loses or
	// gains line breaks.
	Others [][]byte
	// Doubt says why Body may not be what was sent, "" for no reason to doubt it.
	Doubt string
	// BodyFile is the file that has the body, as REST clients of editors write it.
	BodyFile string
}

var (
	requestLine = lazyregexp.New(`^([A-Z]{3,20}) (\S+)(?: HTTP/[0-9.]+)?\s*$`)
	// wireLine is a request line with its version, which no body has at the start
	// of a line.
	wireLine   = lazyregexp.New(`(?m)^[A-Z]{3,20} \S+ HTTP/[0-9.]+\r?$`)
	statusLine = lazyregexp.New(`^HTTP/[0-9.]+ [0-9]{3}( |\r?$)`)
	headerLine = lazyregexp.New("^:?[-!#$%&'*+.^_`|~0-9A-Za-z]+:")
	// divider separates the requests of a file in many editors (.http, .rest).
	divider = lazyregexp.New(`(?m)^###.*$`)
	// signing are headers that make a block of headers a request.
	signing = lazyregexp.New(`(?im)^(svix-|webhook-|stripe-signature|content-type|content-length|user-agent|host|:method|:path)[a-z-]*:`)
)

// Looks reports whether a text looks like an HTTP message: it begins with a request line, a
// status line, or headers; or has a request line soon, below what nc says or a
// fence of Markdown.
func Looks(text []byte) bool { return begins(text) || preface(text) > 0 }

// preface returns how much stands before the first request line, 0 for nothing or no
// such line.
func preface(text []byte) int {
	const most = 2 << 10
	at := wireLine.FindIndex(text[:min(len(text), most)])
	if at == nil || bytes.ContainsAny(text[:at[0]], "{<") {
		return 0
	}
	return at[0]
}

// withoutFence cuts a text before the line that ends a Markdown fence, if one begins
// right before the text.
func withoutFence(before, text []byte) []byte {
	before = bytes.TrimSpace(before)
	if last := bytes.LastIndexByte(before, '\n'); !bytes.HasPrefix(before[last+1:], []byte("```")) {
		return text
	}
	if end := bytes.Index(text, []byte("\n```")); end >= 0 {
		return bytes.TrimSuffix(text[:end], []byte("\r"))
	}
	return text
}

// begins reports whether a text begins like an HTTP message.
func begins(text []byte) bool {
	head, _ := cutHead(skipDividers(text))
	first, _, _ := bytes.Cut(head, []byte("\n"))
	first = bytes.TrimRight(first, "\r")
	return isRequestLine(first) || statusLine.Match(first) || headerLine.Match(first) && signing.Match(head)
}

// beginsWithLine reports whether a text begins with a request line or a status line,
// not with headers alone.
func beginsWithLine(text []byte) bool {
	text = skipDividers(text)
	return isRequestLine(text) || statusLine.Match(text)
}

// isTarget reports whether a word is what a request goes to.
func isTarget(s string) bool {
	return s[0] == '/' || strings.HasPrefix(s, "{{") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// Read passes each message of a text to visit, or what is wrong with it, until
// visit returns an error.
func Read(text []byte, visit func(m Message, err error) error) error {
	at := 1
	text = dedented(text)
	if n := preface(text); n > 0 && !beginsWithLine(text) {
		at += bytes.Count(text[:n], []byte("\n"))
		text = withoutFence(text[:n], text[n:])
	}
	for {
		rest := skipDividers(text)
		at += bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
		if text = rest; len(text) == 0 {
			return nil
		}
		m, rest, err := readOne(text)
		m.Line = at
		if err := visit(m, err); err != nil {
			return err
		}
		if len(rest) >= len(text) { // each round makes progress
			return nil
		}
		at += bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
		text = rest
	}
}

// skipDividers passes over empty lines, ### lines, and the notes before a request.
func skipDividers(text []byte) []byte {
	for {
		text = skipNotes(bytes.TrimLeft(text, " \t\r\n"))
		if !bytes.HasPrefix(text, []byte("###")) {
			return text
		}
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
}

// cutHead cuts a message after its first empty line.
func cutHead(text []byte) (head, body []byte) {
	head, body, ok := bytes.Cut(text, []byte("\r\n\r\n"))
	if h, b, lf := bytes.Cut(text, []byte("\n\n")); lf && (!ok || len(h) < len(head)) {
		return h, b
	}
	if !ok {
		return text, nil
	}
	return head, body
}

// readOne reads the message that a text begins with, and returns what follows it.
func readOne(text []byte) (m Message, rest []byte, err error) {
	head, body := cutHead(text)
	m.Request = webhook.Request{Method: http.MethodPost, Header: http.Header{}}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	m.Response = statusLine.MatchString(lines[0])
	if line := requestLine.FindStringSubmatch(lines[0]); line != nil {
		m.Named, m.Method = true, line[1]
		setURL(&m.Request, line[2])
	}
	if m.Named || m.Response {
		lines = lines[1:]
	}
	if err := m.readHead(lines); err != nil {
		return m, after(body), err
	}
	rest, err = m.readBody(body)
	return m, rest, err
}

// after returns the text from the next request on.
func after(body []byte) []byte {
	if next := nextStart(body); next >= 0 {
		return body[next:]
	}
	return nil
}

// nextStart returns where the next message begins, -1 for nowhere.
func nextStart(body []byte) int {
	next := -1
	for _, r := range []*lazyregexp.Regexp{wireLine, divider} {
		if at := r.FindIndex(body); at != nil && (next < 0 || at[0] < next) {
			next = at[0]
		}
	}
	return next
}

func (m *Message) readHead(lines []string) error {
	last := ""
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		name, value = textproto.TrimString(name), textproto.TrimString(value)
		switch {
		case strings.TrimSpace(line) == "", m.Named && comment.MatchString(line):
		case (line[0] == ' ' || line[0] == '\t') && last != "": // a folded line
			values := m.Header[last]
			values[len(values)-1] += " " + textproto.TrimString(line)
		case strings.HasPrefix(line, ":"):
			m.pseudo(line)
		case !found || name == "":
			return fmt.Errorf("%q is neither a request line nor a header", clipped(line))
		case strings.EqualFold(name, "host"):
			m.Host = value
		default:
			m.Header.Add(name, value)
			last = http.CanonicalHeaderKey(name)
		}
	}
	if len(m.Header) == 0 && m.Host == "" && !m.Response {
		return fmt.Errorf("it has no headers")
	}
	return nil
}

// pseudo takes what HTTP/2 has in place of a request line.
func (m *Message) pseudo(line string) {
	name, value, _ := strings.Cut(line[1:], ":")
	value = textproto.TrimString(value)
	switch name {
	case "method":
		m.Method, m.Named = value, true
	case "path":
		m.URL, m.Named = value, true
	case "authority":
		m.Host = value
	}
}

// readBody takes the body, as long as the headers say, and returns what follows.
func (m *Message) readBody(body []byte) (rest []byte, err error) {
	if strings.EqualFold(strings.TrimSpace(m.Header.Get("Transfer-Encoding")), "chunked") {
		whole, rest, whyNot := dechunk(body)
		switch {
		case whyNot == nil:
			m.Body = whole
			return rest, nil
		case len(whole) > 0:
			m.Body, m.Doubt = whole, "its chunked body is cut off: "+whyNot.Error()
			return nil, nil
		}
		// Proxies show the body put together, beside the header.
	}
	text := m.Header.Get("Content-Length")
	if text == "" {
		return m.untilNext(body), nil
	}
	length, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return after(body), fmt.Errorf("its Content-Length %q is not a valid length", clipped(text))
	}
	if length <= uint64(len(body)) {
		if rest := body[length:]; endsHere(rest) {
			m.Body = body[:length]
			return rest, nil
		}
	}
	rest = m.untilNext(body)
	if uint64(len(m.Body)) != length {
		m.fit(int(min(length, uint64(1<<40))))
	}
	return rest, nil
}

// endsHere reports whether a body may end before rest.
func endsHere(rest []byte) bool {
	rest = skipDividers(rest)
	if len(rest) == 0 {
		return true
	}
	first, _, _ := bytes.Cut(rest, []byte("\n"))
	return wireLine.Match(first) || statusLine.Match(first)
}

// untilNext takes everything before the next request, and leaves the empty lines
// between the two.
func (m *Message) untilNext(body []byte) (rest []byte) {
	if next := nextStart(body); next >= 0 {
		body, rest = bytes.TrimRight(body[:next], "\r\n"), body[next:]
	}
	m.Body = body
	if !m.hasLength() {
		m.trimEdited()
	}
	return rest
}

// hasLength reports whether the headers say how long the body was.
func (m *Message) hasLength() bool { return m.Header.Get("Content-Length") != "" }

// fit looks for a body of the length that Content-Length says.
func (m *Message) fit(length int) {
	m.Doubt = fmt.Sprintf("its body has %d bytes, but Content-Length says %d", len(m.Body), length)
	for _, b := range [][]byte{
		bytes.ReplaceAll(m.Body, []byte("\n"), []byte("\r\n")), bytes.ReplaceAll(m.Body, []byte("\r\n"), []byte("\n")),
	} {
		if len(b) == length || len(bytes.TrimRight(b, "\r\n")) == length {
			m.Others = append(m.Others, b[:length])
		}
	}
	if length < len(m.Body) {
		m.Others = append(m.Others, m.Body[:length])
	}
	var compact bytes.Buffer // programs indent JSON to show it
	if json.Compact(&compact, m.Body) == nil && compact.Len() == length {
		m.Others = append(m.Others, compact.Bytes())
	}
}

// dechunk joins the chunks of a body and returns what follows them. net/http
// reads chunks with CR LF alone; editors leave LF.
func dechunk(text []byte) (body, rest []byte, err error) {
	for {
		line, after, ok := bytes.Cut(text, []byte("\n"))
		if !ok && len(line) == 0 {
			return body, nil, fmt.Errorf("the last chunk is missing")
		}
		size, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
		n, bad := strconv.ParseUint(strings.TrimSpace(size), 16, 62)
		switch {
		case bad != nil:
			return body, nil, fmt.Errorf("%q is not the size of a chunk", clipped(size))
		case n == 0:
			return body, trailers(after), nil
		case n > uint64(len(after)):
			return append(body, after...), nil, fmt.Errorf("a chunk should have %d bytes, but has %d", n, len(after))
		}
		body, text = append(body, after[:n]...), after[n:]
		text = bytes.TrimPrefix(bytes.TrimPrefix(text, []byte("\r")), []byte("\n"))
	}
}

// trailers skips the lines up to the next empty one.
func trailers(text []byte) []byte {
	for {
		line, rest, ok := bytes.Cut(text, []byte("\n"))
		if !ok || len(bytes.TrimSpace(line)) == 0 {
			return rest
		}
		if wireLine.Match(line) || statusLine.Match(line) {
			return text
		}
		text = rest
	}
}

func setURL(r *webhook.Request, text string) {
	r.URL = text
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		r.URL, r.Host = u.RequestURI(), u.Host
	}
}

// clipped bounds what an error quotes of a file.
func clipped(s string) string {
	const max = 40
	if len(s) > max {
		return s[:max] + "…"
	}
	return s
}
