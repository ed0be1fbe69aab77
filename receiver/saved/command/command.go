// Package command reads the HTTP requests that pasted commands would send: a
// curl, wget or HTTPie command for a POSIX shell, cmd.exe or PowerShell, a call
// of PowerShell's Invoke-WebRequest, or one of fetch, axios, got or ky in
// JavaScript. It reads what such a text says, byte for byte, or reports which
// part it cannot read; it never guesses. It runs nothing, asks no environment,
// and opens only the files beside the text that the command itself names.
//
// Where to look:
//
//   - detect.go tells the languages apart, prompt.go takes prompts away
//   - shell.go and shellword.go read POSIX shells, pipe.go what a pipe brings;
//     cmdexe.go reads cmd.exe, powershell.go and pstoken.go PowerShell
//   - curl.go and curloptions.go, wget.go and httpie.go read the arguments
//   - script.go and jsvalue.go read JavaScript, jsonify.go does as JSON.stringify
package command

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Request is what a command sends. URL is absolute, or empty if the command has
// none.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Files returns what a file holds that a command names.
type Files func(name string) ([]byte, error)

// Error is a part of a command that cannot be read.
type Error struct {
	// Line and Column are where it is, 0 if that is not known.
	Line, Column int
	What         string

	// source and offset are the place until somebody asks for the line; the first
	// line of source has the number first.
	source        string
	offset, first int
}

// locate finds the line and column.
func (e *Error) locate() {
	if e.source == "" {
		return
	}
	before := e.source[:min(e.offset, len(e.source))]
	e.Line, e.Column = e.first+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')
	e.source = ""
}

func (e *Error) Error() string {
	e.locate()
	switch what := printable(e.What); {
	case e.Line == 0:
		return what
	case e.Column == 0:
		return fmt.Sprintf("line %d: %s", e.Line, what)
	default:
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, what)
	}
}

// printable bounds an error, and replaces in it what no terminal should get: parts
// of it may be of the text.
func printable(s string) string {
	const most = 400
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// Fix says what is read.
func (e *Error) Fix() string {
	return "pass a whole curl, wget or HTTPie command with its values written out, a fetch call, a HAR, or the raw request"
}

// unread returns an Error without a place; whoever knows the place adds it.
func unread(format string, args ...any) *Error { return &Error{What: fmt.Sprintf(format, args...)} }

// placed adds a place to an error that has none.
func placed(err error, line, column int) error {
	var e *Error
	if errors.As(err, &e) && e.Line == 0 && e.source == "" {
		return &Error{Line: line, Column: column, What: e.What}
	}
	return err
}

const (
	// maxText is the longest text that is read, and maxMade how much its
	// variables, files and pipes may make of it.
	maxText = 64 << 20
	maxMade = 4 * maxText
	// maxRequests is how many requests one text may hold.
	maxRequests = 10_000
	// maxDepth is how deep commands, brackets and objects may be nested.
	maxDepth = 100
)

// Read returns the requests that the commands in a text send, in their order. It
// reads a file through files, which may be nil.
func Read(text []byte, files Files) ([]Request, error) {
	if len(text) > maxText {
		return nil, unread("it is longer than %d bytes", maxText)
	}
	r := &reader{files: files, left: maxMade}
	plain := plainText(text)
	var err error
	switch languageOf(plain) {
	case javaScript:
		err = r.script(plain)
	case powerShell:
		err = r.eachBlock(plain, r.powerShell)
	case cmdExe:
		err = r.eachBlock(plain, r.cmdExe)
	default:
		err = r.eachBlock(plain, r.shell)
	}
	switch {
	case err != nil || len(r.found) > 0:
	case r.passed != "":
		err = unread("it has no command that sends a request and is read: %s is not", quote(r.passed))
	default:
		err = unread("it has no command that sends a request")
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		e.locate()
	}
	return r.found, err
}

// reader collects the requests of one text.
type reader struct {
	files Files
	left  int // how many bytes may still be made
	found []Request
	// passed is the first command that is not known.
	passed string
}

// add adds a request.
func (r *reader) add(q Request) error {
	if len(r.found) == maxRequests {
		return unread("it holds more than %d requests", maxRequests)
	}
	if q.Header == nil {
		q.Header = http.Header{}
	}
	r.found = append(r.found, q)
	return nil
}

// spend counts bytes that a text makes: a few variables can double without end.
func (r *reader) spend(n int) error {
	if r.left -= n; r.left < 0 {
		return unread("it makes more than %d bytes", maxMade)
	}
	return nil
}

// file returns what a file holds that a command names. what says what for.
func (r *reader) file(what, name string) ([]byte, error) {
	if r.files == nil {
		return nil, unread("%s is in the file %s, which cannot be read here: put it into the command", what, quote(name))
	}
	b, err := r.files(name)
	if err != nil {
		return nil, unread("%s is in the file %s: %v", what, quote(name), err)
	}
	return b, r.spend(len(b))
}

// plainText returns a text without what an editor or a chat put around it.
func plainText(text []byte) string {
	return withoutRoot(withoutFence(unixLines(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))))
}

// unixLines ends lines with LF alone if all of them end with CR LF.
func unixLines(text []byte) string {
	if n := bytes.Count(text, []byte("\r\n")); n > 0 && n == bytes.Count(text, []byte("\n")) {
		return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	}
	return string(text)
}

// quote quotes a part of a text for an error, cut to a length that reads well.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return fmt.Sprintf("%q…", s[:cut])
	}
	return fmt.Sprintf("%q", s)
}

// absolute adds the scheme that clients add to a URL without one.
func absolute(url, scheme string) string {
	if url == "" || strings.Contains(url, "://") {
		return url
	}
	return scheme + "://" + url
}

// withQuery adds to the query of a URL, before its fragment.
func withQuery(url, query string) string {
	if query == "" {
		return url
	}
	url, fragment, has := strings.Cut(url, "#")
	switch {
	case !strings.Contains(url, "?"):
		url += "?"
	case !strings.HasSuffix(url, "?") && !strings.HasSuffix(url, "&"):
		url += "&"
	}
	if url += query; has {
		url += "#" + fragment
	}
	return url
}
