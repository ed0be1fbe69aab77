package javascript

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/tdewolff/parse/v2/js"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

func (s *script) addTo(n js.INode, h *headers, args []any, replace bool) error {
	name, err := s.asText(n, args[0])
	if err != nil {
		return err
	}
	value, err := s.asText(n, args[1])
	if err != nil {
		return err
	}
	if replace {
		kept := h.list[:0]
		for _, pair := range h.list {
			if !strings.EqualFold(pair[0], name) {
				kept = append(kept, pair)
			}
		}
		h.list = kept
	}
	h.list = append(h.list, [2]string{name, value})
	return nil
}

// headerList returns names and values of headers in any form that fetch takes.
func (s *script) headerList(n js.INode, v any) (list [][2]string, err error) {
	add := func(name string, v any) error {
		values := []any{v}
		if several, ok := v.([]any); ok {
			values = several
		}
		for _, one := range values {
			if _, ok := one.(undefined); ok {
				continue
			}
			value, err := s.asText(n, one)
			if err != nil {
				return err
			}
			list = append(list, [2]string{name, value})
		}
		return nil
	}
	switch v := v.(type) {
	case nil, undefined:
	case unknown:
		return nil, v.err
	case *headers:
		return v.list, nil
	case *Object:
		for _, k := range v.Keys {
			if err := add(k, v.Values[k]); err != nil {
				return nil, err
			}
		}
	case []any:
		for _, e := range v {
			pair, ok := e.([]any)
			if !ok || len(pair) != 2 {
				return nil, pasted.UnreadAt(s.at(n), "the headers are not pairs of a name and a value")
			}
			name, err := s.asText(n, pair[0])
			if err == nil {
				err = add(name, pair[1])
			}
			if err != nil {
				return nil, err
			}
		}
	default:
		return nil, pasted.UnreadAt(s.at(n), "the headers are not an object")
	}
	return list, nil
}

// request returns the request that a call sends.
func (s *script) request(n js.INode, function, method string, args []any) (q pasted.Request, err error) {
	options := NewObject()
	var at []any // the arguments that are not options
	for i, a := range args {
		switch o := a.(type) {
		case unknown:
			return q, o.err
		case *Object:
			if data := function == "axios" && hasData(method) && i == 1; i == len(args)-1 && !data {
				options = o
				continue
			}
		}
		at = append(at, a)
	}
	q = pasted.Request{Method: http.MethodGet, Header: http.Header{}}
	if len(at) > 0 {
		if q.URL, err = s.asText(n, at[0]); err != nil {
			return q, err
		}
	}
	if err := s.common(n, &q, options, method, function != "axios" && function != "got"); err != nil {
		return q, err
	}
	body, key := any(undefined{}), "body"
	switch {
	case function == "axios" && hasData(method):
		if len(at) > 1 {
			body = at[1]
		}
	case function == "axios":
		key = "data"
		fallthrough
	default:
		if v, ok := options.Values[key]; ok {
			body = v
		}
	}
	if v, ok := options.Values["json"]; ok && (function == "got" || function == "ky") {
		return q, s.jsonBody(n, &q, v)
	}
	return q, s.body(n, &q, function, body)
}

// hasData reports whether a method of axios takes the body before the options.
func hasData(method string) bool { return method == "post" || method == "put" || method == "patch" }

// common takes the options that all functions have; joins tells that one header
// holds all values of its name.
func (s *script) common(n js.INode, q *pasted.Request, options *Object, method string, joins bool) error {
	for _, key := range []string{"method", "url", "baseURL", "prefixUrl"} {
		v, ok := options.Values[key]
		if _, none := v.(undefined); !ok || none {
			continue
		}
		text, err := s.asText(n, v)
		if err != nil {
			return err
		}
		switch key {
		case "method":
			method = text
		case "url":
			q.URL = text
		default:
			if !strings.Contains(q.URL, "://") {
				q.URL = strings.TrimSuffix(text, "/") + "/" + strings.TrimPrefix(q.URL, "/")
			}
		}
	}
	if method != "" {
		q.Method = strings.ToUpper(method)
	}
	list, err := s.headerList(n, options.Values["headers"])
	if err != nil {
		return err
	}
	for _, pair := range list {
		if !pasted.IsToken(pair[0]) {
			return pasted.Unread("%s is not the name of a header", pasted.Quote(pair[0]))
		}
		value := strings.Trim(pair[1], " \t\r\n")
		if was := q.Header.Values(pair[0]); joins && len(was) > 0 {
			q.Header.Set(pair[0], was[0]+", "+value)
			continue
		}
		q.Header.Add(pair[0], value)
	}
	return nil
}

// body takes the body as a function sends it.
func (s *script) body(n js.INode, q *pasted.Request, function string, v any) error {
	kind := q.Header.Get("Content-Type")
	switch v := v.(type) {
	case nil, undefined:
		return nil
	case unknown:
		return v.err
	case []byte:
		q.Body = v
		return nil
	case string:
		q.Body = []byte(v)
		isJSON := strings.Contains(kind, "application/json")
		switch {
		case function == "axios" && isJSON && json.Valid([]byte(v)):
			q.Body = []byte(strings.TrimSpace(v)) // it does
		case function == "axios" && isJSON:
			return pasted.Unread("the body is not valid JSON, so axios encodes it once more: write what it sends")
		case kind == "" && function == "axios":
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		case kind == "" && function != "got":
			q.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		}
		return nil
	case *Object, []any:
		if function == "axios" && (kind == "" || strings.Contains(kind, "json")) || strings.HasSuffix(function, "fetch") && function != "fetch" {
			return s.jsonBody(n, q, v)
		}
	}
	return pasted.Unread("the body is an object, and hooktop does not know how %s serializes it: pass JSON.stringify(…)", function)
}

func (s *script) jsonBody(n js.INode, q *pasted.Request, v any) error {
	text, err := s.stringified(n, []any{v})
	if err != nil {
		return err
	}
	body, _ := text.(string)
	q.Body = []byte(body)
	if q.Header.Get("Content-Type") == "" {
		q.Header.Set("Content-Type", "application/json")
	}
	return nil
}
