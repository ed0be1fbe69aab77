package scheme

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Message is a request as a scheme reads it. The texts are the sender's.
type Message struct {
	// Prefix is the one under which the headers were found; Borne says that
	// there are any.
	Prefix string
	Borne  bool
	// ID and Timestamp are "" where the message has none.
	ID, Timestamp string
	// Signatures is the signature header.
	Signatures string

	// URL is the one that the sender sent to, for a scheme that signs it.
	URL  string
	Body []byte
}

// Read reads the headers of a request, and the body where the scheme looks for
// a value there.
func (s *Scheme) Read(h http.Header, url string, body []byte) Message {
	m := Message{URL: url, Body: body}
	m.Prefix, m.Borne = s.bearer(h)
	if !m.Borne {
		return m
	}
	m.Signatures = value(h, m.Prefix+s.Signature)
	m.ID = s.find(s.ID, h, &m)
	m.Timestamp = s.find(s.Timestamp, h, &m)
	return m
}

// Bears reports whether a request has any of the scheme's headers. An empty
// header counts where it is the only one that there could be.
func (s *Scheme) Bears(h http.Header) bool {
	_, ok := s.bearer(h)
	return ok
}

func (s *Scheme) bearer(h http.Header) (prefix string, ok bool) {
	if len(s.Prefixes) == 0 {
		return "", s.bearsUnder(h, "")
	}
	for _, prefix := range s.Prefixes {
		if s.bearsUnder(h, prefix) {
			return prefix, true
		}
	}
	return "", false
}

func (s *Scheme) bearsUnder(h http.Header, prefix string) bool {
	if s.ID.Header == "" && s.Timestamp.Header == "" {
		return len(h.Values(prefix+s.Signature)) > 0
	}
	for _, name := range [...]string{s.Signature, s.ID.Header, s.Timestamp.Header} {
		if name != "" && value(h, prefix+name) != "" {
			return true
		}
	}
	return false
}

// value returns a header's text. Several lines of one name are one value, joined as
// Node and the Fetch standard join them, because the senders' libraries see that.
func value(h http.Header, name string) string {
	return strings.TrimSpace(strings.Join(h.Values(name), ", "))
}

func (s *Scheme) find(from Source, h http.Header, m *Message) string {
	switch {
	case from.Header != "":
		return value(h, m.Prefix+from.Header)
	case from.Field != "":
		for field, value := range s.Items(m.Signatures) {
			if field == from.Field {
				return value
			}
		}
	case from.Body != "":
		return inBody(m.Body, from.Body)
	}
	return ""
}

// inBody is a text or a number in a JSON body, "" for anything else.
func inBody(body []byte, path string) string {
	value := json.RawMessage(body)
	for name := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if json.Unmarshal(value, &object) != nil {
			return ""
		}
		value = object[name]
	}
	var text string
	switch value = bytes.TrimSpace(value); {
	case len(value) == 0:
	case value[0] == '"':
		_ = json.Unmarshal(value, &text) // what is no text stays ""
	case value[0] == '-', value[0] >= '0' && value[0] <= '9':
		text = string(value)
	}
	return text
}

// Items are the items of a signature header: their fields, "" for one without,
// and their values.
func (s *Scheme) Items(header string) iter.Seq2[string, string] {
	return func(yield func(field, value string) bool) {
		for rest, more := header, true; more; {
			item := rest
			if more = s.ItemSeparator != ""; more {
				item, rest, more = strings.Cut(rest, s.ItemSeparator)
			}
			if s.ItemSeparator != " " {
				item = strings.TrimSpace(item)
			}
			field, value, ok := "", item, false
			if s.FieldSeparator != "" {
				field, value, ok = strings.Cut(item, s.FieldSeparator)
			}
			if s.FieldSeparator == "," { // lines that were joined leave one behind the value
				value, _, _ = strings.Cut(value, ",")
			}
			if !ok {
				field, value = "", item
			}
			if item != "" && !yield(field, value) {
				return
			}
		}
	}
}

// Headers are the names of the headers that a message has to have, in lower
// case: those that it lacks, or has with nothing in them, and those it has.
func (s *Scheme) Headers(m Message) (missing, there []string) {
	for _, h := range [...]struct{ name, value string }{{s.ID.Header, m.ID}, {s.Timestamp.Header, m.Timestamp}, {s.Signature, m.Signatures}} {
		name := strings.ToLower(m.Prefix + h.name)
		switch {
		case h.name == "":
		case h.value == "":
			missing = append(missing, name)
		default:
			there = append(there, name)
		}
	}
	return missing, there
}

// ErrTimestamp is the error of a timestamp that is not a whole number.
var ErrTimestamp = errors.New("the timestamp is not a whole number")

// Sent returns the time that a message's timestamp gives: the zero time where
// the scheme has none.
func (s *Scheme) Sent(m Message) (time.Time, error) {
	if s.Timestamp == (Source{}) {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(m.Timestamp, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, ErrTimestamp
	case s.Unit == Milliseconds:
		return time.UnixMilli(n), nil
	}
	return time.Unix(n, 0), nil
}

// Age returns how old a message was on receipt, in whole seconds as senders'
// libraries count, negative for one from the future. A sender may claim any
// time: an age that a Duration cannot hold twice is cut, so that two of them can
// be subtracted.
func Age(sent, at time.Time) time.Duration {
	const most = int64(math.MaxInt64 / 2 / time.Second)
	n := sent.Unix()
	if n > -most && n < most {
		n = n - at.Unix()
	}
	return time.Duration(-max(-most, min(most, n))) * time.Second
}

// Timely reports whether a message of that age is within the tolerance.
func (s *Scheme) Timely(age time.Duration) bool {
	return s.Tolerance == 0 || age >= -s.Tolerance && age <= s.Tolerance
}
