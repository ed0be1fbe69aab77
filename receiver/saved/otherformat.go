package saved

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// otherLine reads an object with headers and a body at the top, or in request,
// event or data, where the Svix relay has them.
func (p *parser) otherLine(line []byte) (f fileEntry, err error) {
	var o otherFormat
	if err := json.Unmarshal(line, &o); err != nil {
		return f, errors.New("it is not an object with headers and a body")
	}
	for _, inner := range []*otherFormat{o.Request, otherIn(o.Event), otherIn(o.Data)} {
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
		return f, &notDelivery{"not a POST"}
	}
	r := Request{At: o.time(), Request: webhook.Request{URL: o.URL, Header: http.Header{}}}
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
	p.take(&f, r)
	return f, nil
}

// otherFormat is a request as other listeners print it.
type otherFormat struct {
	Method, URL string
	Headers     map[string]texts
	Body        json.RawMessage
	Base64      []byte `json:"body_base64"`
	At          *time.Time
	Timestamp   json.RawMessage
	CreatedAt   *time.Time `json:"created_at"`
	ReceivedAt  *time.Time `json:"received_at"`
	Request     *otherFormat
	// Event and Data may also be something else, such as a name.
	Event, Data json.RawMessage
}

// otherIn returns the object in a field, nil if it is something else.
func otherIn(field json.RawMessage) *otherFormat {
	var o otherFormat
	if len(field) == 0 || json.Unmarshal(field, &o) != nil {
		return nil
	}
	return &o
}

// texts is one value of a header, or several.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

func (o otherFormat) time() time.Time {
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

// body returns the bytes of a text, or those that it is the base64 of; an object
// is taken as it is written, which may be how it was signed.
func (o otherFormat) body() ([]byte, error) {
	switch {
	case o.Base64 != nil:
		return o.Base64, nil
	case len(o.Body) == 0:
		return nil, errors.New("it has headers, but no body")
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
