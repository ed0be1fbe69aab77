package main

import (
	"bytes"
	"encoding/base64"
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

	"mvdan.cc/sh/v3/shell"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// savedRequest is an HTTP request out of a file. At is when it was received,
// zero where the file does not say.
type savedRequest struct {
	webhook.Request
	At time.Time
}

// readSavedRequest reads a request in any of the forms in which people keep
// them: raw HTTP, a curl command, a HAR (its first POST), hooktop show --json.
func readSavedRequest(text []byte) (savedRequest, error) {
	start := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(start) == 0:
		return savedRequest{}, errors.New("there is nothing in it")
	case start[0] == '{':
		return readJSONRequest(start)
	case bytes.HasPrefix(start, []byte("curl")):
		return readCurl(string(start))
	}
	return readRawRequest(start)
}

// requestLine is the first line of a request; a file may leave it out.
var requestLine = regexp.MustCompile(`^([A-Z]+) (/\S*|https?://\S+)( HTTP/[0-9.]+)?$`)

// readRawRequest reads what goes over the wire, with CR LF or LF. The body is
// what follows the blank line, all of it: but for the line break with which an
// editor ends a file, where Content-Length says so.
func readRawRequest(text []byte) (savedRequest, error) {
	head, body, ok := bytes.Cut(text, []byte("\r\n\r\n"))
	if h, b, lf := bytes.Cut(text, []byte("\n\n")); lf && (!ok || len(h) < len(head)) {
		head, body, ok = h, b, true
	}
	if !ok {
		head = text
	}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	r := savedRequest{Request: webhook.Request{Method: http.MethodPost, Header: http.Header{}, Body: body}}
	if line := requestLine.FindStringSubmatch(lines[0]); line != nil {
		r.Method, r.URL = line[1], line[2]
		lines = lines[1:]
	}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
		case !found:
			return r, fmt.Errorf("%q is neither a request line nor a header", cutText(line))
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

// readCurl reads a command line as a POSIX shell would, and of curl's options
// those that make up a request.
func readCurl(text string) (savedRequest, error) {
	words, err := shell.Fields(text, func(string) string { return "" })
	if err != nil {
		return savedRequest{}, fmt.Errorf("the curl command cannot be read: %w", err)
	}
	r := savedRequest{Request: webhook.Request{Method: http.MethodPost, Header: http.Header{}}}
	for i := 1; i < len(words); i++ {
		option, value := words[i], ""
		if name, joined, ok := strings.Cut(option, "="); ok && strings.HasPrefix(option, "--") {
			option, value = name, joined
		} else if takesValue(option) && i+1 < len(words) {
			i++
			value = words[i]
		}
		if err := r.curlOption(option, value); err != nil {
			return r, err
		}
	}
	return r, nil
}

func takesValue(option string) bool {
	switch option {
	case "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "-X", "--request", "--url",
		"-A", "--user-agent", "-o", "--output", "-u", "--user", "-b", "--cookie", "-m", "--max-time", "-e", "--referer":
		return true
	}
	return false
}

func (r *savedRequest) curlOption(option, value string) error {
	switch option {
	case "-H", "--header":
		name, v, _ := strings.Cut(value, ":")
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(v))
	case "-A", "--user-agent":
		r.Header.Set("User-Agent", value)
	case "-X", "--request":
		r.Method = value
	case "-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--json":
		if strings.HasPrefix(value, "@") && option != "--data-raw" {
			return fmt.Errorf("the body is in %q, which is not read: put it into the command", cutText(value[1:]))
		}
		r.Body = append(r.Body, value...)
	case "--url":
		r.setURL(value)
	default:
		if !strings.HasPrefix(option, "-") {
			r.setURL(option)
		}
	}
	return nil
}

func (r *savedRequest) setURL(text string) {
	if u, err := url.Parse(text); err == nil {
		r.URL, r.Host = u.RequestURI(), u.Host
	}
}

type harHeader struct{ Name, Value string }

type harRequest struct {
	Method   string
	URL      string
	Headers  []harHeader
	PostData *struct {
		Text, Encoding string
		// Own is how a strict HAR says it: the format has no encoding here.
		Own string `json:"_encoding"`
	}
}

type harEntry struct {
	StartedDateTime time.Time
	Request         *harRequest
}

// readJSONRequest reads a HAR, one entry of it, or what show --json prints.
func readJSONRequest(text []byte) (savedRequest, error) {
	var file struct {
		Log *struct{ Entries []harEntry }
		harEntry
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return savedRequest{}, errors.New("it is not JSON, though it begins so")
	}
	entries := []harEntry{file.harEntry}
	if file.Log != nil {
		entries = file.Log.Entries
	}
	for _, e := range entries {
		if e.Request != nil && strings.EqualFold(e.Request.Method, http.MethodPost) {
			return e.saved()
		}
	}
	if file.Log != nil || file.Request != nil {
		return savedRequest{}, errors.New("there is no POST request in the HAR")
	}
	return readOwn(text)
}

func (e harEntry) saved() (savedRequest, error) {
	r := savedRequest{At: e.StartedDateTime, Request: webhook.Request{Method: e.Request.Method, Header: http.Header{}}}
	r.setURL(e.Request.URL)
	for _, h := range e.Request.Headers {
		r.Header.Add(h.Name, h.Value)
	}
	if p := e.Request.PostData; p != nil {
		r.Body = []byte(p.Text)
		if p.Encoding == "base64" || p.Own == "base64" {
			body, err := base64.StdEncoding.DecodeString(p.Text)
			if err != nil {
				return r, errors.New("the HAR's postData is not the base64 that it says")
			}
			r.Body = body
		}
	}
	return r, nil
}

func readOwn(text []byte) (savedRequest, error) {
	var own ndjson.Whole
	if err := json.Unmarshal(text, &own); err != nil || own.Headers == nil {
		return savedRequest{}, errors.New("it is neither a HAR nor what hooktop show --json prints")
	}
	d, err := ndjson.Restore(own)
	return savedRequest{Request: d.Request, At: d.At}, err
}

func cutText(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
