// Package saved reads and writes deliveries as files: hooktop's own lines
// (jsonl), HAR, curl commands, raw HTTP, and what other listeners print. It masks
// what must not leave this machine, and checks what a file claims before the
// store gets it. It opens no file, and verifies only through what it is given.
//
// Where to look:
//
//   - export.go: writes deliveries in any format; jsonl.go, harwrite.go and
//     curlwrite.go are the formats, mask.go hides secrets and personal data
//   - importer.go: reads a file into a store; entries.go finds the deliveries in
//     it, otherformat.go reads what other listeners print, harread.go a HAR,
//     validate.go checks each
//   - request.go: reads a single request: raw HTTP, JSON, HAR, or a curl command
//     (curlread.go)
package saved

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Request is an HTTP request out of a file. At is when it was received, zero if
// the file does not say.
type Request struct {
	webhook.Request
	At time.Time
}

// ReadRequest reads one request in any form in which people keep them: raw HTTP,
// a curl command, a HAR (its first POST) or one of its entries, or what hooktop
// show --json prints.
func ReadRequest(text []byte) (Request, error) {
	start := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(start) == 0:
		return Request{}, errors.New("it is empty")
	case start[0] == '{':
		return readJSON(start)
	case bytes.HasPrefix(start, []byte("curl")):
		return readCurl(string(start))
	}
	return readRaw(start)
}

// readJSON reads a HAR, one entry of it, or what show --json prints.
func readJSON(text []byte) (Request, error) {
	var file struct {
		Log *struct{ Entries []harEntry }
		harEntry
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return Request{}, errors.New("it begins like JSON, but is not valid JSON")
	}
	entries := []harEntry{file.harEntry}
	if file.Log != nil {
		entries = file.Log.Entries
	}
	for _, e := range entries {
		if e.Request != nil && strings.EqualFold(e.Request.Method, http.MethodPost) {
			return e.read()
		}
	}
	if file.Log != nil || file.Request != nil {
		return Request{}, errors.New("the HAR has no POST request")
	}
	var own ndjson.Whole
	if err := json.Unmarshal(text, &own); err != nil || own.Headers == nil {
		return Request{}, errors.New("it is neither a HAR nor the output of hooktop show --json")
	}
	d, err := ndjson.Restore(own)
	return Request{Request: d.Request, At: d.At}, err
}

// requestLine is the first line of a request; a file may leave it out.
var requestLine = regexp.MustCompile(`^([A-Z]+) (/\S*|https?://\S+)( HTTP/[0-9.]+)?$`)

// readRaw reads a request as it goes over the wire, with CR LF or LF. The body is
// all that follows the empty line, except for the newline with which an editor
// ends a file, if Content-Length shows it.
func readRaw(text []byte) (Request, error) {
	head, body, ok := bytes.Cut(text, []byte("\r\n\r\n"))
	if h, b, lf := bytes.Cut(text, []byte("\n\n")); lf && (!ok || len(h) < len(head)) {
		head, body, ok = h, b, true
	}
	if !ok {
		head = text
	}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	r := Request{Request: webhook.Request{Method: http.MethodPost, Header: http.Header{}, Body: body}}
	if line := requestLine.FindStringSubmatch(lines[0]); line != nil {
		r.Method, r.URL = line[1], line[2]
		lines = lines[1:]
	}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
		case !found:
			return r, fmt.Errorf("%q is neither a request line nor a header", clipped(line))
		case strings.EqualFold(name, "host"):
			r.Host = strings.TrimSpace(value)
		default:
			r.Header.Add(textproto.TrimString(name), textproto.TrimString(value))
		}
	}
	if len(r.Header) == 0 {
		return r, errors.New("it has no headers")
	}
	length, err := strconv.Atoi(r.Header.Get("Content-Length"))
	if err == nil && length < len(r.Body) && len(bytes.Trim(r.Body[length:], "\r\n")) == 0 {
		r.Body = r.Body[:length]
	}
	return r, nil
}

// setURL takes the path and the host of a URL.
func (r *Request) setURL(text string) {
	if u, err := url.Parse(text); err == nil {
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
