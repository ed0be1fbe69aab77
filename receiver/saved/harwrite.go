package saved

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// The objects of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as
// far as hooktop fills them. Fields that are not in the format begin with _.
type (
	harOut struct {
		Started time.Time   `json:"startedDateTime"`
		Time    float64     `json:"time"`
		Request harAsked    `json:"request"`
		Answer  harAnswer   `json:"response"`
		Cache   struct{}    `json:"cache"`
		Timings harTimings  `json:"timings"`
		Comment string      `json:"comment,omitempty"`
		Own     harOwnEntry `json:"_hooktop"`
	}
	harOwnEntry struct {
		Kind       string  `json:"kind"` // delivery or forward
		ID         int64   `json:"id"`
		DeliveryID *int64  `json:"delivery_id"`
		Verdict    *string `json:"verdict"`
		Code       *string `json:"code"`
		Outcome    *string `json:"outcome"`
		Error      *string `json:"error"`
		Masked     bool    `json:"masked"`
	}
	harAsked struct {
		Method      string       `json:"method"`
		URL         string       `json:"url"`
		Version     string       `json:"httpVersion"`
		Cookies     []harPair    `json:"cookies"`
		Headers     []harPair    `json:"headers"`
		Query       []harPair    `json:"queryString"`
		Body        *harPostData `json:"postData,omitempty"`
		HeadersSize int          `json:"headersSize"`
		BodySize    int64        `json:"bodySize"`
	}
	harPostData struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"_encoding,omitempty"`
	}
	harAnswer struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		Version     string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		Redirect    string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// HAR writes a HAR, an entry for each delivery and for each forward.
type HAR struct {
	To io.Writer
	// Version is hooktop's.
	Version string

	some bool
}

// Begin implements Writer.
func (h *HAR) Begin() error {
	creator, err := json.Marshal(map[string]string{"name": "hooktop", "version": h.Version})
	if err != nil {
		return err
	}
	_, err = io.WriteString(h.To, `{"log":{"version":"1.2","creator":`+string(creator)+`,"entries":[`)
	return err
}

// End implements Writer.
func (h *HAR) End() error {
	_, err := io.WriteString(h.To, "\n]}}\n")
	return err
}

// Add implements Writer.
func (h *HAR) Add(d webhook.Delivery, masked bool) error {
	asked := harAsked{
		Method: d.Method, URL: wholeURL(d), Version: "HTTP/1.1", Cookies: []harPair{}, Headers: harHeaders(d.Header),
		HeadersSize: -1, BodySize: d.Bytes,
	}
	asked.Query = harQuery(asked.URL)
	if len(d.Body) > 0 {
		asked.Body = &harPostData{MimeType: d.Header.Get("Content-Type")}
		asked.Body.Text, asked.Body.Encoding = harText(d.Body)
	}
	if d.Answer.Status != 0 || len(d.Forwards) == 0 {
		answer := http.Header{"Content-Type": {"application/json"}}
		if d.Answer.Status == 0 {
			answer = nil
		}
		own := harOwnEntry{
			Kind: "delivery", ID: d.ID, Verdict: ndjson.Null(string(d.Verdict.State())), Code: ndjson.Null(string(d.Verdict.Code)),
			Outcome: ndjson.Null(string(d.Outcome)), Masked: masked,
		}
		if err := h.entry(d.At, d.Duration, asked, harAnswered(d.Answer.Status, answer, d.Answer.Body), "received by hooktop", own); err != nil {
			return err
		}
	}
	for _, f := range d.Forwards {
		sent := asked
		sent.URL = f.Target
		sent.Query = harQuery(f.Target)
		own := harOwnEntry{Kind: "forward", ID: f.ID, DeliveryID: &d.ID, Error: ndjson.Null(f.Error), Masked: masked}
		if err := h.entry(f.At, f.Duration, sent, harAnswered(f.Status, f.Header, f.Body), strings.TrimSuffix("sent on by hooktop: "+f.Error, ": "), own); err != nil {
			return err
		}
	}
	return nil
}

func (h *HAR) entry(at time.Time, took time.Duration, asked harAsked, answer harAnswer, comment string, own harOwnEntry) error {
	before := "\n"
	if h.some {
		before = ",\n"
	}
	h.some = true
	var line bytes.Buffer
	err := ndjson.Write(&line, harOut{
		Started: at.UTC(), Time: ndjson.Milliseconds(took), Request: asked, Answer: answer,
		Timings: harTimings{Wait: ndjson.Milliseconds(took)}, Comment: comment, Own: own,
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(h.To, before+strings.TrimSuffix(line.String(), "\n"))
	return err
}

// wholeURL returns the URL that a request went to; the tunnel is https.
func wholeURL(d webhook.Delivery) string {
	if u, err := url.Parse(d.URL); err == nil && u.IsAbs() {
		return d.URL
	}
	u := url.URL{Scheme: "http", Host: cmp.Or(d.Host, "localhost")}
	if d.Origin == webhook.Tunnel {
		u.Scheme = "https"
	}
	if asked, err := url.ParseRequestURI(d.URL); err == nil {
		u.Path, u.RawPath, u.RawQuery = asked.Path, asked.RawPath, asked.RawQuery
	}
	return u.String()
}

func harQuery(target string) []harPair {
	pairs := []harPair{}
	u, err := url.Parse(target)
	if err != nil {
		return pairs
	}
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part != "" {
			pairs = append(pairs, harPair{unquery(name), unquery(value)})
		}
	}
	return pairs
}

// unquery decodes a part of a query, or returns it unchanged.
func unquery(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func harHeaders(h http.Header) []harPair {
	pairs := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			pairs = append(pairs, harPair{name, v})
		}
	}
	return pairs
}

func harAnswered(status int, h http.Header, body []byte) harAnswer {
	a := harAnswer{
		Status: status, StatusText: http.StatusText(status), Version: "HTTP/1.1", Cookies: []harPair{}, Headers: harHeaders(h),
		Redirect: h.Get("Location"), HeadersSize: -1, BodySize: len(body),
		Content: harContent{Size: len(body), MimeType: h.Get("Content-Type")},
	}
	a.Content.Text, a.Content.Encoding = harText(body)
	return a
}

// harText returns a body as text, or as base64 if it is not UTF-8.
func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}
