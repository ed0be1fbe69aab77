package javascript

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2/js"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// Values are Go's string, float64, bool, nil, undefined, []any, *Object, *headers,
// []byte, or unknown.

// undefined is JavaScript's.
type undefined struct{}

// unknown is a value that is not computed, and why.
type unknown struct{ err error }

// headers are a Headers object: names and values in order.
type headers struct{ list [][2]string }

// maybe returns a value, unknown if it is not computed, such as a function.
func (s *script) maybe(n js.IExpr) any {
	v, err := s.value(n)
	if err != nil {
		return unknown{err}
	}
	return v
}

// value computes an expression.
func (s *script) value(n js.IExpr) (any, error) {
	switch n := n.(type) {
	case *js.GroupExpr:
		return s.value(n.X)
	case *js.LiteralExpr:
		return s.literal(n)
	case *js.TemplateExpr:
		if n.Tag == nil {
			return s.template(n)
		}
	case *js.Var:
		return s.variable(n)
	case *js.ObjectExpr:
		return s.object(n)
	case *js.ArrayExpr:
		all := make([]any, 0, len(n.List))
		for _, e := range n.List {
			if e.Spread || e.Value == nil {
				return nil, pasted.UnreadAt(s.at(n), "a spread list is not supported")
			}
			all = append(all, s.maybe(e.Value))
		}
		return all, nil
	case *js.UnaryExpr:
		return s.unary(n)
	case *js.BinaryExpr:
		if n.Op == js.AddToken {
			return s.joined(n)
		}
		return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %q: write the value", n.Op.String())
	case *js.DotExpr:
		if name := path(n); name != "" {
			if _, known := s.values[rootOf(n)]; !known {
				return nil, pasted.UnreadAt(s.at(n), "the value of %s is not known: write it", pasted.Quote(name))
			}
		}
		return s.property(n, n.X, string(data(n.Y)))
	case *js.IndexExpr:
		name, err := s.textOf(n.Y)
		if err != nil {
			return nil, err
		}
		return s.property(n, n.X, name)
	case *js.CallExpr:
		return s.returned(n)
	case *js.NewExpr:
		return s.made(n)
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate this: write the value")
}

func (s *script) variable(n *js.Var) (any, error) {
	name := linked(n)
	v, ok := s.values[name]
	switch u, lost := v.(unknown); {
	case ok && s.changed[name] && s.levels[name] < s.level:
		return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate the change to %s: write its value", pasted.Quote(string(n.Data)))
	case lost:
		return nil, u.err
	case ok:
		return v, nil
	case string(n.Data) == "undefined":
		return undefined{}, nil
	}
	return nil, pasted.UnreadAt(s.at(n), "the value of %s is not known: write it", pasted.Quote(string(n.Data)))
}

func (s *script) unary(n *js.UnaryExpr) (any, error) {
	v, err := s.value(n.X)
	number, ok := v.(float64)
	switch {
	case err != nil || n.Op == js.AwaitToken:
		return v, err
	case ok && n.Op == js.NegToken:
		return -number, nil
	case ok && n.Op == js.PosToken:
		return number, nil
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %q: write the value", n.Op.String())
}

// joined returns two values that + joins: texts, or numbers.
func (s *script) joined(n *js.BinaryExpr) (any, error) {
	left, err := s.value(n.X)
	if err != nil {
		return nil, err
	}
	right, err := s.value(n.Y)
	if err != nil {
		return nil, err
	}
	l, leftNumber := left.(float64)
	r, rightNumber := right.(float64)
	if leftNumber && rightNumber {
		return l + r, nil
	}
	_, leftText := left.(string)
	if _, rightText := right.(string); !leftText && !rightText {
		return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %q: write the value", "+")
	}
	a, err := s.asText(n, left)
	if err != nil {
		return nil, err
	}
	b, err := s.asText(n, right)
	if err != nil {
		return nil, err
	}
	return a + b, s.Spend(len(a) + len(b))
}

// textOf computes an expression as a text.
func (s *script) textOf(n js.IExpr) (string, error) {
	v, err := s.value(n)
	if err != nil {
		return "", err
	}
	return s.asText(n, v)
}

// asText returns a value as JavaScript makes a text of it.
func (s *script) asText(n js.INode, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		return number(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "null", nil
	case undefined:
		return "undefined", nil
	case unknown:
		return "", v.err
	case []byte:
		return string(v), nil
	}
	return "", pasted.UnreadAt(s.at(n), "an object where a string is needed")
}

func (s *script) property(n js.INode, of js.IExpr, name string) (any, error) {
	v, err := s.value(of)
	if err != nil {
		return nil, err
	}
	var value any = unknown{pasted.UnreadAt(s.at(n), "the value of %s is not known: write it", pasted.Quote(name))}
	switch o := v.(type) {
	case *Object:
		if found, ok := o.Values[name]; ok {
			value = found
		}
	case []any:
		if i, ok := index(name); ok && int(i) < len(o) {
			value = o[i]
		}
	}
	if u, ok := value.(unknown); ok {
		return nil, u.err
	}
	return value, nil
}

// object computes an object. Properties that are not computed are unknown.
func (s *script) object(n *js.ObjectExpr) (any, error) {
	o := NewObject()
	for _, p := range n.List {
		if p.Spread {
			v, err := s.value(p.Value)
			from, ok := v.(*Object)
			switch {
			case err != nil:
				return nil, err
			case !ok:
				return nil, pasted.UnreadAt(s.at(p.Value), "this value is not known: write its properties")
			}
			for _, k := range from.Keys {
				o.Set(k, from.Values[k])
			}
			continue
		}
		if method, ok := p.Value.(*js.MethodDecl); ok {
			o.Set(string(method.Name.Literal.Data), unknown{pasted.UnreadAt(s.at(n), "hooktop does not evaluate this: write the value")})
			continue
		}
		key, err := s.key(p.Name)
		if err != nil {
			return nil, err
		}
		if key == "__proto__" {
			return nil, pasted.UnreadAt(s.at(n), "__proto__ is not supported")
		}
		o.Set(key, s.maybe(p.Value))
		if err := s.Spend(len(key)); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// key returns the name of a property.
func (s *script) key(name *js.PropertyName) (string, error) {
	switch {
	case name.IsComputed():
		return s.textOf(name.Computed)
	case name.Literal.TokenType == js.IdentifierToken || js.IsIdentifierName(name.Literal.TokenType):
		return string(name.Literal.Data), nil
	}
	return s.textOf(&name.Literal)
}

// list computes arguments. Those that are not computed are unknown.
func (s *script) list(args js.Args) (all []any) {
	for _, a := range args.List {
		v := s.maybe(a.Value)
		if a.Rest {
			v = unknown{pasted.UnreadAt(s.at(a.Value), "a spread list is not supported")}
		}
		all = append(all, v)
	}
	return all
}

// at returns where a node begins, -1 if that is not known: the parser keeps places
// only as parts of the text.
func (s *script) at(n js.INode) int {
	if part := data(n); len(part) > 0 {
		return max(-1, int(reflect.ValueOf(part).Pointer())-int(s.start)) //nolint:gosec // they are in one slice
	}
	return -1
}

// data returns the part of the text that a name or a literal is, or that an
// expression begins with.
func data(n js.INode) []byte {
	switch n := n.(type) {
	case *js.Var:
		return n.Data
	case *js.LiteralExpr:
		return n.Data
	case js.LiteralExpr:
		return n.Data
	case *js.DotExpr:
		return data(n.X)
	case *js.CallExpr:
		return data(n.X)
	case *js.BinaryExpr:
		return data(n.X)
	}
	return nil
}

// template computes a text in backticks.
func (s *script) template(n *js.TemplateExpr) (any, error) {
	var b strings.Builder
	add := func(part []byte, end string) error {
		text, err := unescaped(strings.TrimSuffix(string(part[1:]), end), true)
		if err != nil {
			return pasted.UnreadAt(s.at(n), "%v", err)
		}
		b.WriteString(text)
		return s.Spend(len(text))
	}
	for _, p := range n.List {
		if err := add(p.Value, "${"); err != nil {
			return nil, err
		}
		text, err := s.textOf(p.Expr)
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
		if err := s.Spend(len(text)); err != nil {
			return nil, err
		}
	}
	err := add(n.Tail, "`")
	return b.String(), err
}
