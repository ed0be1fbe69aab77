package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/saved/decode"
	"github.com/hooktop/hooktop/receiver/saved/rawhttp"
)

// form is a format in which people have requests in files.
type form struct {
	name string
	// looks reports whether a text looks like it. It gets only the beginning, at
	// most 64 KiB, without empty lines before it.
	looks func(start []byte) bool
	// read passes its requests to visit.
	read func(p *parser, r *bufio.Reader, visit visitor) error
	// log is set if most of its lines may be text.
	log bool
}

// visitor gets each delivery of a file with its place in it, or what is wrong with
// it. An error that it returns ends the reading.
type visitor func(f fileEntry, place string, err error) error

// forms are the formats that are read. The first one that a file looks like is used.
func forms() []form {
	return []form{
		{name: "a HAR", looks: looksHAR, read: (*parser).harEntries},
		{name: "JSON", looks: looksJSON, read: (*parser).jsonLines},
		{name: "raw HTTP", looks: rawhttp.Looks, read: (*parser).rawRequests},
		{name: "a command", looks: command.Looks, read: (*parser).commands},
		{name: "CSV", looks: looksCSV, read: (*parser).csvRows},
	}
}

// formsRead is the fix for a file in none of the forms.
const formsRead = "pass raw HTTP, a curl, wget or HTTPie command, a fetch call, a HAR, JSON with headers and body, or what hooktop show --json prints"

// UnreadError reports a file from which no request could be read.
type UnreadError struct {
	Err error
	Do  string
}

func (e *UnreadError) Error() string { return e.Err.Error() }

func (e *UnreadError) Unwrap() error { return e.Err }

// Fix says what to do about it.
func (e *UnreadError) Fix() string { return e.Do }

// unread returns an UnreadError with the fix of err, or the usual one.
func unread(err error) *UnreadError {
	var path *fs.PathError
	if errors.As(err, &path) {
		return &UnreadError{path.Err, "name a file with the request, or pipe it in"}
	}
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return &UnreadError{err, fixer.Fix()}
	}
	return &UnreadError{err, formsRead}
}

// entries reads the deliveries of a file, in whatever form, and passes each to
// visit.
func (p *parser) entries(in io.Reader, visit visitor) error {
	r, err := decode.Text(in)
	if err != nil {
		return unread(err)
	}
	start, err := beginning(r)
	if err != nil {
		return unread(err)
	}
	if f, ok := formLike(start); ok {
		return p.read(f, r, start, visit)
	}
	if plain, ok := decode.Unprefixed(r, start); ok {
		if start, err = beginning(plain); err != nil {
			return unread(err)
		}
		if f, ok := formLike(start); ok {
			return p.read(f, plain, start, visit)
		}
		r = plain
	}
	return p.read(form{read: (*parser).jsonLines, log: true}, r, start, visit)
}

// formLike returns the form that a text looks like.
func formLike(start []byte) (form, bool) {
	for _, f := range forms() {
		if f.looks(start) {
			return f, true
		}
	}
	return form{}, false
}

// read reads a text in a form. If nothing is read of it, that it is a transcript says
// more than what is wrong with its lines.
func (p *parser) read(f form, r *bufio.Reader, start []byte, visit visitor) error {
	unlike := transcript(start)
	if unlike == nil && f.log {
		unlike = unread(unknownForm(start))
	}
	if unlike == nil {
		return f.read(p, r, p.checked(visit))
	}
	w := withheld{visit: p.checked(visit), only: !f.log || transcript(start) != nil, odd: holdsJSON(start)}
	if err := f.read(p, r, w.take); w.seen || err != nil && !w.only {
		return err
	}
	return unlike
}

// holdsJSON reports whether there is a JSON object somewhere.
func holdsJSON(start []byte) bool {
	return bytes.Contains(start, []byte(`{"`)) || bytes.Contains(start, []byte("{\n")) || bytes.Contains(start, []byte("{\r\n")) || bytes.Contains(start, []byte(`{ "`))
}

// beginning skips empty lines, and returns as much of the text as has arrived.
func beginning(r *bufio.Reader) ([]byte, error) {
	const (
		least     = 4 << 10 // a pipe is not waited for longer
		mostBlank = 16 << 20
	)
	for skipped := 0; ; {
		start, err := r.Peek(least)
		if len(start) == 0 {
			if errors.Is(err, io.EOF) {
				err = errors.New("it is empty")
			}
			return nil, err
		}
		blank := len(start) - len(bytes.TrimLeft(start, " \t\r\n\ufeff"))
		if blank == 0 {
			return r.Peek(max(len(start), r.Buffered()))
		}
		if skipped += blank; skipped > mostBlank {
			return nil, errors.New("it begins with 16 MiB of spaces and line breaks")
		}
		_, _ = r.Discard(blank) // it was peeked at
	}
}

// unknownForm describes the beginning of a text in an unknown format.
func unknownForm(start []byte) error {
	first, _, _ := bytes.Cut(start, []byte("\n"))
	first = bytes.TrimSpace(first)
	switch {
	case bytes.HasPrefix(first, []byte("<")):
		return fmt.Errorf("it is a web page or XML (%q), which hooktop does not read: export it as HAR", clipped(string(first)))
	case isNetstring(first):
		return errors.New("it is a mitmproxy flow file, which hooktop does not read: mitmdump -nr FILE --set hardump=out.har makes a HAR of it")
	}
	return fmt.Errorf("there is no request in it that hooktop can read; it begins %q", clipped(string(first)))
}

// isNetstring reports whether a text begins like mitmproxy's flows: 1234:9:websocket
func isNetstring(text []byte) bool {
	length, rest, ok := bytes.Cut(text, []byte(":"))
	if !ok || len(length) == 0 || len(bytes.Trim(length, "0123456789")) > 0 {
		return false
	}
	second, _, ok := bytes.Cut(rest, []byte(":"))
	return ok && len(second) > 0 && len(second) < 3 && len(bytes.Trim(second, "0123456789")) == 0
}

// looksJSON reports whether a text begins with a JSON object or a list of values.
func looksJSON(start []byte) bool {
	inner := bytes.TrimLeft(start[1:], " \t\r\n")
	switch start[0] {
	case '{':
		return len(inner) == 0 || inner[0] == '"' || inner[0] == '}'
	case '[':
		return len(inner) > 0 && bytes.IndexByte([]byte(`{[]"`), inner[0]) >= 0
	}
	return false
}

// looksHAR reports whether a text begins like an object that has a log, in
// whichever place.
func looksHAR(start []byte) bool {
	d := json.NewDecoder(bytes.NewReader(start))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false
		}
		if name == "log" {
			t, err := d.Token()
			return err == nil && t == json.Delim('{')
		}
		if skipValue(d) != nil {
			return false
		}
	}
	return false
}

// skipValue reads past a value.
func skipValue(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth <= 0 {
			return nil
		}
	}
}
