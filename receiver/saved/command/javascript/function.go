package javascript

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2/js"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// returned computes what one of a few functions returns.
func (s *script) returned(n *js.CallExpr) (any, error) {
	name := path(n.X)
	if _, _, ok := sender(name); ok {
		return nil, pasted.UnreadAt(s.at(n), "the answer to a request is not known: write its value")
	}
	args := s.list(n.Args)
	for _, a := range args {
		if u, ok := a.(unknown); ok {
			return nil, u.err
		}
	}
	switch name {
	case "JSON.stringify", "JSON.parse", "Buffer.from", "String", "atob", "btoa":
		if len(args) == 0 {
			return nil, pasted.UnreadAt(s.at(n), "%s has no argument", name)
		}
		return s.function(n, name, args)
	}
	if dot, ok := n.X.(*js.DotExpr); ok {
		return s.method(n, dot, args)
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %s: write what it returns", pasted.Quote(name))
}

func (s *script) function(n js.INode, name string, args []any) (any, error) {
	if name == "JSON.stringify" {
		return s.stringified(n, args)
	}
	text, err := s.asText(n, args[0])
	if err != nil {
		return nil, err
	}
	switch name {
	case "String":
		return text, nil
	case "JSON.parse":
		v, err := JSON(s.Reader, text)
		if err != nil {
			return nil, pasted.UnreadAt(s.at(n), "JSON.parse's argument is not valid JSON")
		}
		return v, nil
	case "Buffer.from":
		return s.buffer(n, text, args[1:])
	case "atob":
		if b, err := base64.StdEncoding.DecodeString(text); err == nil && utf8.Valid(b) {
			return string(b), nil
		}
	case "btoa":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %s: write what it returns", pasted.Quote(name))
}

// JSON returns the value of a JSON text, with the names in their order.
func JSON(r *pasted.Reader, text string) (any, error) {
	if !json.Valid([]byte(text)) || len(text) > maxScript {
		return nil, pasted.Unread("it is not valid JSON")
	}
	s, tree, err := parsed(r, "("+text+")", js.Options{})
	if err != nil {
		return nil, err
	}
	if len(tree.List) == 1 {
		if one, ok := tree.List[0].(*js.ExprStmt); ok {
			return s.value(one.Value)
		}
	}
	return nil, pasted.Unread("it is not valid JSON")
}

// method calls one of the few methods that make a text or bytes of a value.
func (s *script) method(n *js.CallExpr, dot *js.DotExpr, args []any) (any, error) {
	name := string(data(dot.Y))
	if class, ok := dot.X.(*js.NewExpr); ok && path(class.X) == "TextEncoder" && name == "encode" && len(args) == 1 {
		text, err := s.asText(n, args[0])
		return []byte(text), err
	}
	if full := path(dot); full != "" {
		if _, known := s.values[rootOf(dot)]; !known {
			return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %s: write what it returns", pasted.Quote(full))
		}
	}
	v, err := s.value(dot.X)
	if err != nil {
		return nil, err
	}
	text, isText := v.(string)
	switch {
	case isText && name == "trim" && len(args) == 0:
		return strings.TrimSpace(text), nil
	case name == "toString" && (len(args) == 0 || args[0] == "utf8" || args[0] == "utf-8"):
		return s.asText(n, v)
	}
	if raw, ok := v.([]byte); ok && name == "toString" && args[0] == "base64" {
		return base64.StdEncoding.EncodeToString(raw), nil
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %s: write what it returns", pasted.Quote(name+"()"))
}

// made makes an object of one of the few classes that matter.
func (s *script) made(n *js.NewExpr) (any, error) {
	var args []any
	if n.Args != nil {
		args = s.list(*n.Args)
	}
	switch class := path(n.X); {
	case class == "Headers" && len(args) == 0:
		return &headers{}, nil
	case class == "Headers" && len(args) == 1:
		list, err := s.headerList(n, args[0])
		return &headers{list}, err
	case (class == "URL" || class == "String") && len(args) == 1:
		return s.asText(n, args[0])
	default:
		return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate new %s: write the value", pasted.Quote(class))
	}
}

func (s *script) buffer(n js.INode, text string, rest []any) (any, error) {
	var b []byte
	var err error
	switch encoding, _ := append(rest, "utf8")[0].(string); strings.ToLower(encoding) {
	case "utf8", "utf-8":
		b = []byte(text)
	case "base64":
		b, err = base64.StdEncoding.DecodeString(text)
	case "hex":
		b, err = hex.DecodeString(text)
	default:
		return nil, pasted.UnreadAt(s.at(n), "Buffer.from's encoding is not supported")
	}
	if err != nil {
		return nil, pasted.UnreadAt(s.at(n), "Buffer.from's argument is not valid: %v", err)
	}
	return b, nil
}

// stringified returns what JSON.stringify returns.
func (s *script) stringified(n js.INode, args []any) (any, error) {
	if err := s.plain(n, args[0], 0); err != nil {
		return nil, err
	}
	if len(args) > 1 {
		if _, ok := args[1].(undefined); args[1] != nil && !ok {
			return nil, pasted.UnreadAt(s.at(n), "JSON.stringify's second argument is not supported: write the value")
		}
	}
	if _, ok := args[0].(undefined); ok {
		return undefined{}, nil
	}
	text := Stringify(args[0])
	indent := ""
	if len(args) > 2 {
		switch by := args[2].(type) {
		case float64:
			indent = strings.Repeat(" ", int(min(max(by, 0), 10)))
		case string:
			indent = string([]rune(by)[:min(len([]rune(by)), 10)])
		}
	}
	if indent != "" {
		var lines bytes.Buffer
		if err := json.Indent(&lines, []byte(text), "", indent); err != nil {
			return nil, pasted.UnreadAt(s.at(n), "hooktop cannot serialize this object: write the value")
		}
		text = lines.String()
	}
	return text, s.Spend(len(text))
}

// plain reports a value that is not plain data all through. It counts what JSON
// of it may be long: a few variables can double it without end.
func (s *script) plain(n js.INode, v any, depth int) error {
	if depth > pasted.MaxDepth {
		return pasted.UnreadAt(s.at(n), "the object is nested too deeply")
	}
	if err := s.Spend(64); err != nil {
		return err
	}
	switch v := v.(type) {
	case unknown:
		return v.err
	case string:
		return s.Spend(6 * len(v))
	case []any:
		for _, e := range v {
			if err := s.plain(n, e, depth+1); err != nil {
				return err
			}
		}
	case *Object:
		for _, k := range v.Keys {
			if err := s.Spend(6 * len(k)); err != nil {
				return err
			}
			if err := s.plain(n, v.Values[k], depth+1); err != nil {
				return err
			}
		}
	case *headers, []byte:
		return pasted.UnreadAt(s.at(n), "hooktop cannot serialize this object: write the value")
	}
	return nil
}
