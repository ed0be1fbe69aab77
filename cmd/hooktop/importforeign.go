package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// readForeign reads an object with headers and a body, wherever they stand in
// it: at the top, or in data, event or request as the Svix relay has them.
func readForeign(line []byte) (f filed, err error) {
	var o foreign
	if err := json.Unmarshal(line, &o); err != nil {
		return f, errors.New("it is not an object with headers and a body")
	}
	for _, inner := range []*foreign{o.Request, foreignIn(o.Event), foreignIn(o.Data)} {
		if o.Headers == nil && inner != nil && inner.Headers != nil {
			at := o.time()
			if o = *inner; o.time().IsZero() {
				o.At = &at
			}
		}
	}
	if o.Headers == nil {
		return f, &notDelivery{"a line without headers"}
	}
	if o.Method != "" && !strings.EqualFold(o.Method, http.MethodPost) {
		return f, &notDelivery{"no POST"}
	}
	r := savedRequest{At: o.time(), Request: webhook.Request{URL: o.URL, Header: http.Header{}}}
	if o.URL != "" {
		r.setURL(o.URL)
	}
	for name, v := range o.Headers {
		for _, s := range v {
			r.Header.Add(name, s)
		}
	}
	if r.Body, err = o.body(); err != nil {
		return f, err
	}
	f.from(r)
	return f, nil
}

type foreign struct {
	Method, URL string
	Headers     map[string]texts
	Body        json.RawMessage
	Base64      []byte `json:"body_base64"`
	At          *time.Time
	Timestamp   json.RawMessage
	CreatedAt   *time.Time `json:"created_at"`
	ReceivedAt  *time.Time `json:"received_at"`
	Request     *foreign
	// Event and Data may also be something else, such as a name.
	Event, Data json.RawMessage
}

// foreignIn is what stands in a place, nil where that is no such object.
func foreignIn(place json.RawMessage) *foreign {
	var f foreign
	if len(place) == 0 || json.Unmarshal(place, &f) != nil {
		return nil
	}
	return &f
}

// texts is a header's value, or several.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

func (o foreign) time() time.Time {
	for _, at := range []*time.Time{o.At, o.ReceivedAt, o.CreatedAt} {
		if at != nil && !at.IsZero() {
			return at.UTC()
		}
	}
	var at time.Time
	if json.Unmarshal(o.Timestamp, &at) == nil {
		return at.UTC()
	}
	return time.Time{}
}

// body gives the bytes: of a text that is JSON, or the base64 of it; of an
// object as it stands there, which may be how it was signed.
func (o foreign) body() ([]byte, error) {
	switch {
	case o.Base64 != nil:
		return o.Base64, nil
	case len(o.Body) == 0:
		return nil, errors.New("it has headers and no body")
	case o.Body[0] != '"':
		return o.Body, nil
	}
	var text string
	if err := json.Unmarshal(o.Body, &text); err != nil {
		return nil, err
	}
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && !json.Valid([]byte(text)) {
		return raw, nil
	}
	return []byte(text), nil
}
