package svixapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/svix/svix-webhooks/go/models"

	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

// shapes are Svix's models of each route's request and answer; nil for none.
var shapes = map[string]struct{ in, out any }{
	standin.ListEndpoints:  {nil, models.ListResponseEndpointOut{}},
	standin.CreateEndpoint: {models.EndpointIn{}, models.EndpointOut{}},
	standin.PatchEndpoint:  {models.EndpointPatch{}, models.EndpointOut{}},
	standin.DeleteEndpoint: {nil, nil},
	standin.Secret:         {nil, models.EndpointSecretOut{}},
	standin.Recover:        {models.RecoverIn{}, models.RecoverOut{}},
	standin.SendExample:    {models.EventExampleIn{}, models.MessageOut{}},
	standin.ListMessages:   {nil, models.ListResponseMessageOut{}},
	standin.GetMessage:     {nil, models.MessageOut{}},
	standin.Resend:         {nil, models.EmptyResponse{}},
	standin.ListAttempts:   {nil, models.ListResponseMessageAttemptOut{}},
}

// strict decodes JSON as a model, and refuses fields that the model does not have and
// the lack of those that it always has.
func strict(text []byte, model any) error {
	value := reflect.New(reflect.TypeOf(model))
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(value.Interface()); err != nil {
		return err
	}
	var raw any
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	return lacks(raw, reflect.TypeOf(model), "")
}

// lacks returns an error for a field that a model always has and the value has not.
func lacks(raw any, model reflect.Type, at string) error {
	switch model.Kind() { //nolint:exhaustive // others hold nothing
	case reflect.Pointer:
		return lacks(raw, model.Elem(), at)
	case reflect.Slice:
		items, _ := raw.([]any)
		for i, item := range items {
			if err := lacks(item, model.Elem(), fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		fields, ok := raw.(map[string]any)
		if !ok || strings.HasSuffix(model.Name(), "Patch") || strings.HasPrefix(model.Name(), "Nullable") { // every field is optional, or it is a value
			return nil
		}
		for i := range model.NumField() {
			name, options, _ := strings.Cut(model.Field(i).Tag.Get("json"), ",")
			value, there := fields[name]
			if !there && options != "omitempty" {
				return fmt.Errorf("%s.%s is missing", at, name)
			}
			if there && value != nil {
				if err := lacks(value, model.Field(i).Type, at+"."+name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tap keeps the body of every answer.
type tap struct {
	mu      sync.Mutex
	answers map[string][][]byte // by method and path
}

func (p *tap) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	p.mu.Lock()
	defer p.mu.Unlock()
	name := req.Method + " " + req.URL.Path
	p.answers[name] = append(p.answers[name], body)
	return res, err
}

func TestRequestsAndTheStandInsAnswersHaveSvixsShapes(t *testing.T) {
	r := start(t, standin.Config{})
	p := &tap{answers: map[string][][]byte{}}
	config := r.config()
	config.Transport = p
	c, err := Open(t.Context(), r.links, config)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	receiver := startApp(t)
	e, err := c.CreateEndpoint(ctx, NewEndpoint{URL: receiver.URL, UID: "hooktop-mine", Description: "d", EventTypes: []string{"user.created"}})
	if err != nil {
		t.Fatal(err)
	}
	message, _ := r.Send("user.created", []byte(`{"a":1}`))
	all := calls(ctx, c, e.ID, message)
	last := all[standin.DeleteEndpoint]
	delete(all, standin.DeleteEndpoint)
	for route, call := range all {
		if err := call(); err != nil {
			t.Errorf("%s: %v", route, err)
		}
		r.Wait()
	}
	if err := last(); err != nil {
		t.Error(err)
	}

	seen := map[string]bool{}
	for _, q := range r.Requests() {
		shape, ok := shapes[q.Route]
		if !ok {
			if strings.HasPrefix(q.Path, "/api/") && q.Route != standin.Exchange {
				t.Errorf("an unknown request: %s", q.Route)
			}
			continue
		}
		seen[q.Route] = true
		if shape.in == nil {
			if len(q.Body) > 0 {
				t.Errorf("%s was sent %s", q.Route, q.Body)
			}
		} else if err := strict(q.Body, shape.in); err != nil {
			t.Errorf("%s was sent %s: %v", q.Route, q.Body, err)
		}
		if bytes.Contains(q.Body, []byte("filterTypes")) && bytes.Contains(q.Body, []byte("eventTypes")) {
			t.Errorf("%s names the types twice: %s", q.Route, q.Body)
		}
		method, _, _ := strings.Cut(q.Route, " ")
		for _, answer := range p.answers[method+" "+q.Path] {
			if shape.out == nil {
				if len(answer) > 0 {
					t.Errorf("%s answered %s", q.Route, answer)
				}
				continue
			}
			if err := strict(answer, shape.out); err != nil {
				t.Errorf("%s answered %s: %v", q.Route, answer, err)
			}
		}
	}
	for route := range shapes {
		if !seen[route] {
			t.Errorf("%s was not asked", route)
		}
	}
	if !slices.ContainsFunc(r.Requests(), func(q standin.Request) bool {
		return q.Route == standin.Exchange && q.Header.Get("Authorization") == "Bearer unused" && strings.HasPrefix(string(q.Body), `{"oneTimeToken":"ott_`)
	}) {
		t.Error("the token was not exchanged as Svix specifies")
	}
}

// The oracle itself must be able to refuse.
func TestStrictRefuses(t *testing.T) {
	for text, model := range map[string]any{
		`{"key":"a","more":1}`:                  models.EndpointSecretOut{},
		`{}`:                                    models.EndpointSecretOut{},
		`{"data":[{"id":"msg_1"}],"done":true}`: models.ListResponseMessageOut{},
		`{"data":[]}`:                           models.ListResponseMessageOut{},
		`{"url":"https://a/","eventTypes":["user.created"]}`: models.EndpointIn{},
	} {
		if err := strict([]byte(text), model); err == nil {
			t.Errorf("%s passes as %T", text, model)
		}
	}
	if err := strict([]byte(`{"since":"`+time.Now().Format(time.RFC3339Nano)+`"}`), models.RecoverIn{}); err != nil {
		t.Error(err)
	}
}
