package saved

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

type harEntry struct {
	StartedDateTime time.Time
	Request         *harRequest
}

type harRequest struct {
	Method   string
	URL      string
	Headers  []struct{ Name, Value string }
	PostData *struct {
		Text, Encoding string
		// Own is what a strict HAR has instead of Encoding: the format has no
		// encoding here.
		Own string `json:"_encoding"`
	}
}

func (e harEntry) read() (Request, error) {
	r := Request{At: e.StartedDateTime, Request: webhook.Request{Method: e.Request.Method, Header: http.Header{}}}
	r.setURL(e.Request.URL)
	for _, h := range e.Request.Headers {
		r.Header.Add(h.Name, h.Value)
	}
	if p := e.Request.PostData; p != nil {
		r.Body = []byte(p.Text)
		if p.Encoding == "base64" || p.Own == "base64" {
			body, err := base64.StdEncoding.DecodeString(p.Text)
			if err != nil {
				return r, errors.New("postData.text is not valid base64")
			}
			r.Body = body
		}
	}
	return r, nil
}

// HARError reports that a HAR cannot be read to its end.
type HARError struct{ Err error }

func (e *HARError) Error() string { return fmt.Sprintf("cannot read the HAR: %v", e.Err) }

func (e *HARError) Unwrap() error { return e.Err }

// Fix says what to do about it.
func (e *HARError) Fix() string { return "pass a complete HAR file" }

// limit ends a read that goes on for too long.
type limit struct {
	r    io.Reader
	left int64
}

var errTooLarge = errors.New("an entry is too large")

func (l *limit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// harEntries reads the entries of a HAR one by one; none may be larger than max.
// Invalid JSON ends it: nothing tells where the next entry begins.
func (p *parser) harEntries(in io.Reader, max int64, visit func(fileEntry, string, error) error) error {
	l := &limit{r: in, left: max}
	d := json.NewDecoder(l)
	if err := skipToEntries(d); err != nil {
		return &HARError{err}
	}
	for n := 1; d.More(); n++ {
		l.left = max
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return &HARError{err}
		}
		f, err := p.harEntry(raw)
		if err := visit(f, fmt.Sprintf("entry %d", n), err); err != nil {
			return err
		}
	}
	return nil
}

// skipToEntries reads to the first of log.entries.
func skipToEntries(d *json.Decoder) error {
	depth := 0
	for {
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
		if t == "entries" && depth == 2 {
			break
		}
		if depth == 0 {
			return errors.New("log.entries is missing")
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errors.New("log.entries is not an array")
	}
	return nil
}

func (p *parser) harEntry(raw []byte) (f fileEntry, err error) {
	var e struct {
		harEntry
		Own *harOwnEntry `json:"_hooktop"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return f, errors.New("it is not a HAR entry")
	}
	switch {
	case e.Own != nil && e.Own.Kind != "delivery":
		return f, &notDelivery{"a forward"}
	case e.Request == nil || !strings.EqualFold(e.Request.Method, http.MethodPost):
		return f, &notDelivery{"not a POST"}
	}
	r, err := e.read()
	if err != nil {
		return f, err
	}
	f.masked = e.Own != nil && e.Own.Masked
	p.take(&f, r)
	return f, nil
}
