package command

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
)

// script reads the calls in JavaScript that send a request. Of everything else it
// reads only what gives variables their values.
func (r *reader) script(text string) error {
	s := &jsSource{text: text, names: map[string]any{}}
	s.send = func(call string, args []any) error {
		q, err := s.request(call, args)
		if err != nil {
			return err
		}
		return r.add(q)
	}
	member := false
	for c := s.next(); c != 0; c = s.next() {
		var err error
		switch {
		case c == '"' || c == '\'' || c == '`':
			if _, failed := s.quoted(); failed != nil && !s.skipTemplate(c) {
				s.at++
			}
			member = false
		case isNameByte(c) && !member:
			err = s.statement()
		case isNameByte(c):
			s.word()
			member = false
		default:
			member = c == '.'
			s.at++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// callForm is a call at the place where the source is read.
var callForm = regexp.MustCompile(`^` + calls)

// call returns the function that is called here, if it is one that sends a request.
func (s *jsSource) call() string {
	found := callForm.FindString(s.text[s.at:])
	if found == "" || s.send == nil {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSuffix(found, "("), "<")
	name = strings.Join(strings.Fields(name), "")
	for _, owner := range []string{"window.", "globalThis.", "self.", "undici."} {
		name = strings.TrimPrefix(name, owner)
	}
	switch _, method, _ := strings.Cut(name, "."); method {
	case "", "request", "get", "post", "put", "patch", "delete", "head", "options":
		s.at += len(found) - 1
		return name
	}
	return ""
}

// sent reads the arguments of a call that sends a request.
func (s *jsSource) sent(at int, call string) (any, error) {
	args, err := s.arguments()
	if err == nil {
		err = s.send(call, args)
	}
	if e := (*Error)(nil); errors.As(err, &e) && e.Line == 0 && e.source == "" {
		return nil, s.errorAt(at, "%s", e.What)
	}
	if err != nil {
		return nil, err
	}
	return unknown{s.errorAt(at, "the answer to a request is not known: write its value")}, nil
}

// statement reads a name that may begin a statement that matters.
func (s *jsSource) statement() error {
	at := s.at
	if call := s.call(); call != "" {
		_, err := s.sent(at, call)
		return err
	}
	word := s.word()
	switch word {
	case "const", "let", "var":
		return s.binding()
	case "function":
		s.word()
		return nil
	}
	if _, known := s.names[word]; !known {
		return nil
	}
	return s.change(at, word)
}

// binding reads the name and the value of a variable.
func (s *jsSource) binding() error {
	name := s.word()
	if name == "" {
		return nil // parts of a value
	}
	if s.take(':') { // a type
		for c := s.next(); c != 0 && c != '=' && c != ';' && c != '\n'; c = s.next() {
			s.at++
		}
	}
	if s.next() != '=' {
		s.names[name] = undefined{}
		return nil
	}
	s.at++
	return s.assign(name)
}

// assign reads the value of a variable. If it is not computed, what is in it is
// read as statements.
func (s *jsSource) assign(name string) error {
	s.next()
	from, depth := s.at, s.depth
	if word := s.text[from:]; strings.HasPrefix(word, "await") || callForm.MatchString(word) {
		s.names[name] = unknown{s.errorAt(from, "the answer to a request is not known: write its value")}
		return nil
	}
	send := s.send
	s.send = nil // what is read twice must not be sent twice
	v, err := s.value()
	s.send = send
	if err != nil {
		s.at, s.depth = from, depth
		v = unknown{err}
	}
	s.names[name] = v
	if err == nil && s.take(',') { // another variable
		return s.binding()
	}
	return nil
}

// change reads what is done to a variable: a method of Headers, or a new value. Its
// value is not known any more after anything else.
func (s *jsSource) change(at int, name string) error {
	switch c := s.next(); {
	case c == '=' && !strings.HasPrefix(s.text[s.at:], "==") && !strings.HasPrefix(s.text[s.at:], "=>"):
		s.at++
		return s.assign(name)
	case strings.HasPrefix(s.text[s.at:], "+="):
		s.names[name] = unknown{s.errorAt(at, "%s is changed, which is not computed: write its value", quote(name))}
		return nil
	case c != '.' && c != '[':
		return nil
	}
	key, err := s.key()
	if err != nil {
		s.names[name] = unknown{err}
		return nil //nolint:nilerr // it matters only if somebody uses the variable
	}
	switch c := s.next(); {
	case c == '=' && !strings.HasPrefix(s.text[s.at:], "=="):
		s.at++
		v, err := s.value()
		if err != nil {
			v = unknown{err}
		}
		if o, ok := s.names[name].(*object); ok {
			o.set(key, v)
			return nil
		}
		s.names[name] = unknown{s.errorAt(at, "%s is changed, which is not computed: write its value", quote(name))}
	case c == '(' && (key == "append" || key == "set"):
		h, ok := s.names[name].(*headers)
		args, err := s.arguments()
		if err != nil || !ok || len(args) != 2 {
			s.names[name] = unknown{s.errorAt(at, "%s is changed, which is not computed: write its value", quote(name))}
			return nil //nolint:nilerr // likewise
		}
		return s.addTo(at, h, args, key == "set")
	case c == '(' && (key == "push" || key == "delete" || key == "splice" || key == "assign"):
		s.names[name] = unknown{s.errorAt(at, "%s is changed, which is not computed: write its value", quote(name))}
	}
	return nil
}

// key reads .name or [name].
func (s *jsSource) key() (string, error) {
	at := s.at
	s.at++
	if s.text[at] == '.' {
		return s.word(), nil
	}
	v, err := s.value()
	if err == nil && !s.take(']') {
		err = s.errorAt(s.at, "a ] is missing")
	}
	if err != nil {
		return "", err
	}
	return s.asText(at, v)
}

func (s *jsSource) addTo(at int, h *headers, args []any, replace bool) error {
	name, err := s.asText(at, args[0])
	if err != nil {
		return err
	}
	value, err := s.asText(at, args[1])
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
func (s *jsSource) headerList(at int, v any) (list [][2]string, err error) {
	add := func(name string, v any) error {
		values := []any{v}
		if several, ok := v.([]any); ok {
			values = several
		}
		for _, one := range values {
			if _, ok := one.(undefined); ok {
				continue
			}
			value, err := s.asText(at, one)
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
	case *object:
		for _, k := range v.keys {
			if err := add(k, v.values[k]); err != nil {
				return nil, err
			}
		}
	case []any:
		for _, e := range v {
			pair, ok := e.([]any)
			if !ok || len(pair) != 2 {
				return nil, s.errorAt(at, "the headers are not pairs of a name and a value")
			}
			name, err := s.asText(at, pair[0])
			if err == nil {
				err = add(name, pair[1])
			}
			if err != nil {
				return nil, err
			}
		}
	default:
		return nil, s.errorAt(at, "the headers are not an object")
	}
	return list, nil
}

// request returns the request that a call sends.
func (s *jsSource) request(call string, args []any) (q Request, err error) {
	function, method, _ := strings.Cut(call, ".")
	if method == "request" {
		method = ""
	}
	options := newObject()
	var at []any // the arguments that are not options
	for i, a := range args {
		switch o := a.(type) {
		case unknown:
			return q, o.err
		case *object:
			if data := function == "axios" && hasData(method) && i == 1; i == len(args)-1 && !data {
				options = o
				continue
			}
		}
		at = append(at, a)
	}
	q = Request{Method: http.MethodGet, Header: http.Header{}}
	if len(at) > 0 {
		if q.URL, err = s.asText(s.at, at[0]); err != nil {
			return q, err
		}
	}
	if err := s.common(&q, options, method, function != "axios" && function != "got"); err != nil {
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
		if v, ok := options.values[key]; ok {
			body = v
		}
	}
	if v, ok := options.values["json"]; ok && (function == "got" || function == "ky") {
		return q, s.jsonBody(&q, v)
	}
	return q, s.body(&q, function, body)
}

// hasData reports whether a method of axios takes the body before the options.
func hasData(method string) bool { return method == "post" || method == "put" || method == "patch" }

// common takes the options that all functions have; joins tells that one header
// holds all values of its name.
func (s *jsSource) common(q *Request, options *object, method string, joins bool) error {
	for _, key := range []string{"method", "url", "baseURL", "prefixUrl"} {
		v, ok := options.values[key]
		if _, none := v.(undefined); !ok || none {
			continue
		}
		text, err := s.asText(s.at, v)
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
	list, err := s.headerList(s.at, options.values["headers"])
	if err != nil {
		return err
	}
	for _, pair := range list {
		if !isToken(pair[0]) {
			return unread("%s is not the name of a header", quote(pair[0]))
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
func (s *jsSource) body(q *Request, function string, v any) error {
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
			return unread("axios makes JSON of a body that is not valid JSON")
		case kind == "" && function == "axios":
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		case kind == "" && function != "got":
			q.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		}
		return nil
	case *object, []any:
		if function == "axios" && (kind == "" || strings.Contains(kind, "json")) || strings.HasSuffix(function, "fetch") && function != "fetch" {
			return s.jsonBody(q, v)
		}
	}
	return unread("the body is an object, and what %s makes of it is not computed: pass JSON.stringify of it", function)
}

func (s *jsSource) jsonBody(q *Request, v any) error {
	text, err := s.stringified(s.at, []any{v})
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
