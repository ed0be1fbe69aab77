// Package javascript reads the calls of fetch, axios, got and ky in JavaScript as
// the requests that they send. It computes literals, variables, and what a few
// functions make of them, and runs nothing.
//
//   - script.go parses a text and walks through its statements
//   - value.go computes values, function.go what functions return
//   - literal.go reads texts and numbers, json.go does as JSON.stringify
//   - request.go makes a request of a call's arguments
package javascript

import (
	"errors"
	"reflect"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// maxScript is the longest script that is read: its tree takes far more memory.
const maxScript = 16 << 20

// script is a script whose variables are followed in the order of its text.
type script struct {
	*pasted.Reader
	text  pasted.Block
	start uintptr // where the parser's copy of the text is in memory
	// values are those of the variables; a variable that has none is not known.
	values map[*js.Var]any
	// branches counts the branches and loops around the node that is read.
	branches int
	// level counts the functions around the node that is read, and levels those
	// around the place where a variable got its value.
	level  int
	levels map[*js.Var]int
	// changed are the variables that get another value somewhere: a function may
	// run before that or after.
	changed map[*js.Var]bool
	err     error
}

// Read adds the requests that a script sends.
func Read(r *pasted.Reader, text string) (err error) {
	defer guard(&err)
	if len(text) > maxScript {
		return pasted.Unread("the script is longer than %d bytes", maxScript)
	}
	s, tree, err := parsed(r, text, js.Options{})
	for _, again := range []struct {
		text    string
		options js.Options
	}{{text, js.Options{Inline: true}}, {withoutTypes(text), js.Options{}}} {
		if err != nil {
			if other, otherTree, failed := parsed(r, again.text, again.options); failed == nil {
				s, tree, err = other, otherTree, nil
			}
		}
	}
	if err != nil {
		return err
	}
	js.Walk(changes(s.changed), tree)
	js.Walk(s, tree)
	return s.text.Place(s.err, 0)
}

// guard turns a panic, which the parser of others may have, into an error.
func guard(err *error) {
	if recover() != nil {
		*err = pasted.Unread("cannot read the script")
	}
}

// parsed parses a text. The parser bounds how deeply it is nested.
func parsed(r *pasted.Reader, text string, options js.Options) (s *script, tree *js.AST, err error) {
	defer guard(&err)
	input := parse.NewInputString(text)
	s = &script{Reader: r, text: pasted.Block{Text: text, Line: 1}, start: reflect.ValueOf(input.Bytes()).Pointer(), values: map[*js.Var]any{}, levels: map[*js.Var]int{}, changed: map[*js.Var]bool{}}
	tree, err = js.Parse(input, options)
	if e := (*parse.Error)(nil); errors.As(err, &e) {
		err = pasted.Placed(pasted.Unread("cannot read the script: %s", e.Message), e.Line, e.Column)
	} else if err != nil {
		err = pasted.Unread("cannot read the script: %v", err)
	}
	return s, tree, err
}

// Enter reads a node of the tree.
func (s *script) Enter(n js.INode) js.IVisitor {
	if s.err != nil {
		return nil
	}
	switch n := n.(type) {
	case *js.VarDecl:
		for _, b := range n.List {
			js.Walk(s, b.Default)
			s.declare(b, n.InForInOf)
		}
		return nil
	case *js.CallExpr:
		js.Walk(s, n.X) // it comes before the arguments
		if s.call(n); s.err == nil {
			js.Walk(s, &n.Args)
		}
		return nil
	case *js.BinaryExpr:
		if assigns(n.Op) {
			js.Walk(s, n.Y)
			s.assign(n)
			return nil
		}
	case *js.UnaryExpr:
		if counts := n.Op == js.PreIncrToken || n.Op == js.PreDecrToken || n.Op == js.PostIncrToken || n.Op == js.PostDecrToken; counts {
			s.forget(n.X)
		}
	default:
		s.surround(n, 1)
	}
	return s
}

// Exit ends a node of the tree.
func (s *script) Exit(n js.INode) { s.surround(n, -1) }

// surround counts a node around others that may run never, several times or later.
func (s *script) surround(n js.INode, by int) {
	switch n.(type) {
	case *js.IfStmt, *js.SwitchStmt, *js.CondExpr, *js.ForStmt, *js.ForInStmt, *js.ForOfStmt, *js.WhileStmt, *js.DoWhileStmt:
		s.branches += by
	case *js.FuncDecl, *js.ArrowFunc, *js.MethodDecl:
		s.level += by
	}
}

// changes collects the variables that something assigns to.
type changes map[*js.Var]bool

// Enter reads a node of the tree.
func (c changes) Enter(n js.INode) js.IVisitor {
	if b, ok := n.(*js.BinaryExpr); ok && assigns(b.Op) {
		if v, ok := b.X.(*js.Var); ok {
			c[linked(v)] = true
		}
	}
	return c
}

// Exit ends a node of the tree.
func (changes) Exit(js.INode) {}

// assigns reports whether an operator gives a variable a value.
func assigns(op js.TokenType) bool {
	switch text := op.String(); text {
	case "==", "===", "!=", "!==", "<=", ">=":
		return false
	default:
		return strings.HasSuffix(text, "=")
	}
}

// declare gives a variable its value.
func (s *script) declare(b js.BindingElement, loops bool) {
	v, ok := b.Binding.(*js.Var)
	switch {
	case !ok || loops: // parts of a value, or one of several
	case b.Default == nil:
		s.set(v, undefined{})
	default:
		s.set(v, s.maybe(b.Default))
	}
}

func (s *script) set(v *js.Var, value any) { s.values[v], s.levels[v] = value, s.level }

// assign reads a new value for a variable or a property.
func (s *script) assign(n *js.BinaryExpr) {
	if n.Op != js.EqToken || s.branches > 0 {
		s.forget(n.X)
		return
	}
	var on js.IExpr
	var key string
	var err error
	switch to := n.X.(type) {
	case *js.Var:
		s.set(linked(to), s.maybe(n.Y))
		return
	case *js.DotExpr:
		on, key = to.X, string(data(to.Y))
	case *js.IndexExpr:
		on = to.X
		key, err = s.textOf(to.Y)
	default:
		return
	}
	var v any
	if err == nil {
		v, err = s.value(on)
	}
	switch o, ok := v.(*Object); {
	case ok && key != "__proto__":
		o.Set(key, s.maybe(n.Y))
	case err != nil:
		s.lose(on, err)
	default:
		s.forget(on)
	}
}

// forget records that the value of a variable is changed in a way that is not
// computed.
func (s *script) forget(n js.IExpr) {
	if root := rootOf(n); root != nil {
		s.lose(n, pasted.UnreadAt(s.at(n), "hooktop does not evaluate the change to %s: write its value", pasted.Quote(string(root.Data))))
	}
}

// lose records why the value of a variable is not known. A variable that has no
// value has a reason of its own.
func (s *script) lose(n js.IExpr, err error) {
	if root := rootOf(n); root != nil {
		if _, known := s.values[root]; known {
			s.values[root] = unknown{err}
		}
	}
}

// rootOf returns the variable that an expression is a part of, nil for none.
func rootOf(n js.IExpr) *js.Var {
	for {
		switch part := n.(type) {
		case *js.Var:
			return linked(part)
		case *js.DotExpr:
			n = part.X
		case *js.IndexExpr:
			n = part.X
		case *js.GroupExpr:
			n = part.X
		default:
			return nil
		}
	}
}

// linked returns the variable that a name stands for.
func linked(v *js.Var) *js.Var {
	for v.Link != nil {
		v = v.Link
	}
	return v
}

// mutates are the methods that change a list or an object.
var mutates = map[string]bool{"append": true, "set": true, "push": true, "pop": true, "shift": true, "unshift": true, "splice": true, "delete": true, "reverse": true, "sort": true}

// call reads a call that stands anywhere in the script: one that sends a request,
// or changes a variable.
func (s *script) call(n *js.CallExpr) {
	name := path(n.X)
	if function, method, ok := sender(name); ok {
		q, err := s.request(n, function, method, s.list(n.Args))
		if err == nil {
			err = s.Add(q)
		}
		if err != nil {
			s.err = s.text.Place(err, s.at(n))
		}
		return
	}
	if name == "Object.assign" && len(n.Args.List) > 0 {
		s.forget(n.Args.List[0].Value)
		return
	}
	dot, ok := n.X.(*js.DotExpr)
	if !ok || !mutates[string(data(dot.Y))] {
		return
	}
	v, err := s.value(dot.X)
	method, args := string(data(dot.Y)), s.list(n.Args)
	if h, ok := v.(*headers); err == nil && ok && s.branches == 0 && len(args) == 2 && (method == "append" || method == "set") {
		s.err = s.addTo(n, h, args, method == "set")
		return
	}
	s.forget(dot.X)
}

// sender returns the function and the method of a name that sends a request.
func sender(name string) (function, method string, ok bool) {
	for _, owner := range []string{"window.", "globalThis.", "self.", "undici."} {
		name = strings.TrimPrefix(name, owner)
	}
	function, method, _ = strings.Cut(name, ".")
	switch function {
	case "fetch", "$fetch", "ofetch", "axios", "got", "ky":
	default:
		return "", "", false
	}
	switch method {
	case "request":
		return function, "", true
	case "", "get", "post", "put", "patch", "delete", "head", "options":
		return function, method, true
	}
	return "", "", false
}

// path returns a name with dots, "" for any other expression.
func path(n js.IExpr) string {
	switch n := n.(type) {
	case *js.Var:
		return string(n.Data)
	case *js.DotExpr:
		if of := path(n.X); of != "" {
			return of + "." + string(data(n.Y))
		}
	}
	return ""
}
