// Package saved reads and writes deliveries as files: hooktop's own lines
// (jsonl), HAR, commands, raw HTTP, and what other listeners print. It masks
// what must not leave this machine, and checks what a file claims before the
// store gets it. It opens no file but those that a command names, and verifies only
// through what it is given.
//
// Where to look:
//
//   - export.go: writes deliveries in any format; jsonl.go, harwrite.go,
//     curlwrite.go and clerkwrite.go are the formats, mask.go hides secrets and
//     personal data
//   - forms.go: the table of the forms that are read, and how each is recognised;
//     harread.go, jsonlines.go, csvread.go and wholetext.go read them, entries.go
//     is what all of them come to, validate.go checks each
//   - withheld.go: keeps what is wrong with a text until something is read of it;
//     transcript.go names what programs print that is no whole request
//   - jsonvalue.go: finds the requests in a JSON value, nested.go anywhere inside one;
//     otherformat.go reads one, otherbody.go its body
//   - importer.go: reads a file into a store; choice.go takes one request of a file
package saved

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Request is an HTTP request from a file.
type Request struct {
	webhook.Request
	// At is when it was received, zero if the file does not say. Undated is what the
	// file says instead of a time, "" for nothing.
	At      time.Time
	Undated string
	// Others are other bodies that it may have had where it was received: a file can
	// change line breaks, or how JSON is written.
	Others [][]byte
	// Doubt says why Body may not be the bytes that were sent, "" for no reason to
	// doubt it. Parsed is set if the file certainly holds something else: values in
	// place of bytes.
	Doubt  string
	Parsed bool
	// Notes say what was passed over in it.
	Notes []string
}

// Settle takes the body for which holds returns true, and reports whether there is
// one. If there is none, Body stays.
func (r *Request) Settle(holds func(webhook.Request) bool) bool {
	if len(r.Others) == 0 {
		return true
	}
	request := r.Request
	for i := -1; i < len(r.Others); i++ {
		if i >= 0 {
			request.Body = r.Others[i]
		}
		if holds(request) {
			r.Body, r.Others = request.Body, nil
			r.Doubt, r.Parsed = "", false
			return true
		}
	}
	return false
}

// setURL takes the path and the host of a URL.
func (r *Request) setURL(text string) {
	if u, err := url.Parse(text); err == nil && text != "" {
		r.URL = u.RequestURI()
		if u.Host != "" {
			r.Host = u.Host
		}
	}
}

// addHeader takes a header: HTTP/2's own are parts of the request, and what CGI
// calls HTTP_SVIX_ID is svix-id. A header that is there already with that value is
// one: some programs list both.
func (r *Request) addHeader(h loosejson.Header) {
	name, value := strings.TrimSpace(h.Name), strings.TrimSpace(h.Value)
	if cgi, ok := strings.CutPrefix(name, "HTTP_"); ok {
		name = strings.ReplaceAll(cgi, "_", "-")
	} else if !strings.Contains(name, "-") && isSigning(strings.ReplaceAll(name, "_", "-")) {
		name = strings.ReplaceAll(name, "_", "-")
	}
	switch strings.ToLower(name) {
	case "":
	case ":method":
		r.Method = value
	case ":path":
		r.setURL(value)
	case ":authority", "host":
		r.Host = value
	case ":scheme", ":status", ":protocol":
	default:
		for _, was := range r.Header.Values(name) {
			if was == value {
				return
			}
		}
		r.Header.Add(name, value)
	}
}

// isSigning reports whether a name is that of a header with a signature in it, or
// of one that is signed.
func isSigning(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "svix-") || strings.HasPrefix(name, "webhook-") || name == "stripe-signature"
}

// checkLength compares the body with its Content-Length, and tries how line breaks
// may have been.
func (r *Request) checkLength() {
	length, err := strconv.ParseUint(r.Header.Get("Content-Length"), 10, 40)
	if err != nil || int(length) == len(r.Body) || r.Header.Get("Content-Encoding") != "" {
		return
	}
	for _, other := range [][]byte{
		bytes.ReplaceAll(r.Body, []byte("\n"), []byte("\r\n")), bytes.ReplaceAll(r.Body, []byte("\r\n"), []byte("\n")), bytes.TrimRight(r.Body, "\r\n"),
	} {
		if len(other) == int(length) {
			r.Others = append(r.Others, other)
		}
	}
	if r.Doubt == "" {
		r.Doubt = fmt.Sprintf("its body has %d bytes, but Content-Length says %d", len(r.Body), length)
	}
}

// newRequest returns a POST without headers.
func newRequest() Request {
	return Request{Request: webhook.Request{Method: http.MethodPost, Header: http.Header{}}}
}

// clipped bounds what an error quotes of a file.
func clipped(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
