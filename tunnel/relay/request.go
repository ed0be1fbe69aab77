package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	maxHeaders = 500      // values
	maxHeader  = 64 << 10 // bytes of all names and values
)

// hopByHop headers are about one connection. The relay failed its senders on some of
// them in an answer.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// request returns the HTTP request that a sender made, or the status to refuse it
// with, and why.
func (e *event) request(ctx context.Context, host string) (req *http.Request, status int, problem string) {
	if !isToken(e.Method) || len(e.Method) > 20 {
		return nil, http.StatusBadRequest, "an event whose method is not one"
	}
	header, problem := e.header()
	if problem != "" {
		return nil, http.StatusRequestHeaderFieldsTooLarge, problem
	}
	if h := header.Get("Host"); h != "" {
		host = h
	}
	header.Del("Host")
	dropHopByHop(header)
	if length := header.Get("Content-Length"); length != strconv.Itoa(len(e.Body)) {
		header.Del("Content-Length") // it was about other bytes, such as compressed ones
	}
	return (&http.Request{
		Method: e.Method, URL: &url.URL{Path: "/"}, RequestURI: "/", Host: host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: int64(len(e.Body)), Body: io.NopCloser(bytes.NewReader(e.Body)),
	}).WithContext(ctx), 0, ""
}

// size returns about how many bytes the event takes in memory.
func (e *event) size() int64 {
	const perValue = 200 // beside its text
	size := int64(len(e.Body))
	for name, values := range e.Headers {
		for _, v := range values {
			size += perValue + int64(len(name)+len(v))
		}
	}
	return size
}

// header returns the request's headers. One that HTTP could not have carried is left
// out.
func (e *event) header() (http.Header, string) {
	header, values, size := http.Header{}, 0, 0
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		for _, value := range e.Headers[name] {
			values++
			size += len(name) + len(value)
			if values > maxHeaders || size > maxHeader {
				return nil, "an event with too many headers"
			}
			if value = strings.Trim(value, " \t"); isToken(name) && isFieldValue(value) {
				header.Add(name, value)
			}
		}
	}
	return header, ""
}

func dropHopByHop(h http.Header) {
	for _, value := range h.Values("Connection") {
		for name := range strings.SplitSeq(value, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		h.Del(name)
	}
}

// isToken reports whether text is a token of HTTP: a method or a header's name.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

func isFieldValue(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// maxAnswer bounds an answer's body. No sender reads that much.
const maxAnswer = 4 << 20

var errLongAnswer = errors.New("the answer is too long for the relay")

// answer is the http.ResponseWriter for a relayed request.
type answer struct {
	header http.Header
	status int         // 0 before WriteHeader
	sent   http.Header // the headers at that time
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	if a.body.Len()+len(p) > maxAnswer {
		return 0, errLongAnswer
	}
	return a.body.Write(p)
}

// frame returns the answer as the relay takes it: one value for each header, without
// the headers about a connection or about how the body was sent.
func (a *answer) frame(id []byte) []byte {
	a.WriteHeader(http.StatusOK)
	dropHopByHop(a.sent)
	for _, name := range []string{"Host", "Content-Length", "Content-Encoding"} {
		a.sent.Del(name)
	}
	headers := map[string]string{}
	for name, values := range a.sent {
		switch {
		case len(values) == 0 || !isToken(name):
		case name == "Set-Cookie": // its values cannot be joined
			headers[name] = values[0]
		default:
			headers[name] = strings.Join(values, ", ")
		}
	}
	return encode(frame{"event", frameVersion, answerData{id, a.status, headers, append([]byte{}, a.body.Bytes()...)}})
}

// refusal is an answer of the relay client's own.
func refusal(status int, why string) *answer {
	a := newAnswer()
	a.header.Set("Content-Type", "application/json")
	if status == http.StatusServiceUnavailable {
		a.header.Set("Retry-After", "1")
	}
	a.WriteHeader(status)
	_, _ = fmt.Fprintf(a, "{\"message\":%q}\n", why)
	return a
}
