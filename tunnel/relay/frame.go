package relay

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// A frame is a WebSocket message, text or binary, that holds one JSON object:
//
//	{"type":"start","version":1,"data":{"token":"c_…"}}
//	{"type":"event","version":1,"data":{"id":"…","method":"POST","headers":{"k":"v"},"body":"<base64>"}}
//	{"type":"event","version":1,"data":{"id":"…","status":200,"headers":{"k":"v"},"body":"<base64>"}}
//
// Both sides send a start frame; the second event is our answer to the first. What
// comes in is read as liberally as it can be without guessing what a body was.
type frame struct {
	Type    string `json:"type"`
	Version int    `json:"version"`
	Data    any    `json:"data"`
}

const frameVersion = 1

type startData struct {
	Token string `json:"token"`
}

type answerData struct {
	ID      json.RawMessage   `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"` // JSON has it as base64
}

func startFrame(t Token) []byte { return encode(frame{"start", frameVersion, startData{string(t)}}) }

func encode(f frame) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
		panic(err) // only if the types above cannot be encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// event is a request that the relay passed on.
type event struct {
	ID      json.RawMessage // a string, or what the relay has in its place
	Method  string
	Headers map[string][]string
	Body    []byte
}

// incoming is a frame as it was read. Exactly one of start and event is set, none if
// problem says why it makes no sense. id is set if it can be answered anyway.
type incoming struct {
	start   *startData
	event   *event
	id      json.RawMessage
	problem string
	// odd says what is unusual about a frame that makes sense all the same.
	odd string
}

// The problems. They are also what is said, once each.
const (
	notJSON    = "a frame that is not JSON"
	noKind     = "a frame of an unknown type"
	noID       = "an event without an id, which cannot be answered"
	badEvent   = "an event whose fields have other types than documented"
	badBody    = "an event whose body is not base64"
	newVersion = "a frame of another version than 1"
	tooLong    = "an event that is too large"
)

// read reads a frame.
func read(text []byte) incoming {
	var f struct {
		Type    string
		Version json.RawMessage
		Data    json.RawMessage
	}
	if err := json.Unmarshal(text, &f); err != nil {
		if json.Valid(text) {
			return incoming{problem: noKind}
		}
		return incoming{problem: notJSON}
	}
	var in incoming
	switch f.Type {
	case "start":
		in.start = &startData{}
		_ = json.Unmarshal(f.Data, in.start) // without a token: it confirms the only one there is
	case "event":
		in = readEvent(f.Data)
	default:
		return incoming{problem: noKind}
	}
	if v := string(f.Version); v != "" && v != "1" && in.problem == "" {
		in.odd = newVersion
	}
	return in
}

func readEvent(data json.RawMessage) incoming {
	var d struct {
		ID      json.RawMessage
		Method  *string
		Headers map[string]headerValue
		Body    *string
	}
	err := json.Unmarshal(data, &d)
	if !answerable(d.ID) {
		return incoming{problem: noID}
	}
	if err != nil {
		return incoming{id: d.ID, problem: badEvent}
	}
	e := &event{ID: d.ID, Method: "POST", Headers: map[string][]string{}}
	if d.Method != nil && *d.Method != "" {
		e.Method = *d.Method
	}
	for name, values := range d.Headers {
		e.Headers[name] = values
	}
	if d.Body != nil {
		if e.Body, err = decodeBase64(*d.Body); err != nil {
			return incoming{id: d.ID, problem: badBody}
		}
	}
	return incoming{event: e, id: d.ID}
}

// answerable reports whether an answer can name the id: a string that is not empty,
// or a number.
func answerable(id json.RawMessage) bool {
	text := string(id)
	return text != "" && text != `""` && (text[0] == '"' || text[0] == '-' || text[0] >= '0' && text[0] <= '9')
}

// headerValue is a header's value: documented as a string, read as a list of them,
// too.
type headerValue []string

func (v *headerValue) UnmarshalJSON(text []byte) error {
	var one any
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}
	list, ok := one.([]any)
	if !ok {
		list = []any{one}
	}
	for _, value := range list {
		switch value := value.(type) {
		case nil:
		case string:
			*v = append(*v, value)
		case float64, bool:
			*v = append(*v, fmt.Sprint(value))
		default:
			return errors.New("a header is not a string")
		}
	}
	return nil
}

// decodeBase64 decodes any of the usual forms of base64.
func decodeBase64(text string) ([]byte, error) {
	if body, err := base64.StdEncoding.DecodeString(text); err == nil {
		return body, nil
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	return base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(text))
}

// idPattern finds an event's id without parsing all of it. Base64 has no quotes.
var idPattern = regexp.MustCompile(`"id"\s*:\s*("(?:[^"\\]|\\.){1,200}")`)

const idWithin = 4 << 10

// readBounded reads a frame of at most most bytes. It reads and drops the rest of a
// longer one, so that the connection lives on, and finds its id at either end.
func readBounded(from io.Reader, most int64) (text []byte, long *incoming, err error) {
	text, err = io.ReadAll(io.LimitReader(from, most+1))
	if err != nil || int64(len(text)) <= most {
		return text, nil, err
	}
	head, tail := text[:min(len(text), idWithin)], &lastBytes{}
	_, _ = tail.Write(text)
	if _, err := io.Copy(tail, from); err != nil {
		return nil, nil, err
	}
	long = &incoming{problem: tooLong}
	for _, part := range [][]byte{head, tail.kept} {
		if found := idPattern.FindSubmatch(part); found != nil && long.id == nil {
			long.id = bytes.Clone(found[1])
		}
	}
	return nil, long, nil
}

// lastBytes keeps the end of what is written to it.
type lastBytes struct{ kept []byte }

func (l *lastBytes) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p[max(0, len(p)-idWithin):]...)
	l.kept = append(l.kept[:0], l.kept[max(0, len(l.kept)-idWithin):]...)
	return len(p), nil
}
