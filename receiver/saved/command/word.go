package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// words returns the words of a command as its program gets them.
func (s *shell) words(all []*syntax.Word) (words []string, err error) {
	for _, w := range all {
		copied := *w
		if syntax.SplitBraces(&copied); slices.ContainsFunc(copied.Parts, isBraces) {
			return nil, s.at(w.Pos(), "the shell would expand the braces: put them in quotes")
		}
		err := s.expanded(w, func(c *expand.Config) error {
			fields, err := expand.Fields(c, w)
			words = append(words, fields...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return words, nil
}

// isBraces reports whether the shell makes several words of a part: {a,b} or {1..3}.
func isBraces(part syntax.WordPart) bool {
	_, ok := part.(*syntax.BraceExp)
	return ok
}

// text returns a word that is not split, such as a variable's value.
func (s *shell) text(w *syntax.Word) (text string, err error) {
	err = s.expanded(w, func(c *expand.Config) (err error) {
		text, err = expand.Literal(c, w)
		return err
	})
	return text, err
}

// assign sets variables.
func (s *shell) assign(all []*syntax.Assign) error {
	for _, a := range all {
		if a.Naked || a.Name == nil {
			continue // export NAME
		}
		if a.Array != nil || a.Index != nil || a.Append {
			return s.at(a.Pos(), "the variable %s is an array or is appended to, which is not supported: write its value", quote(a.Name.Value))
		}
		value := ""
		if a.Value != nil {
			var err error
			if value, err = s.text(a.Value); err != nil {
				return err
			}
		}
		s.vars[a.Name.Value] = value
	}
	return nil
}

// expanded calls expand for a word of which the shell can be trusted to make the
// same as here, and turns what it reports into an Error.
func (s *shell) expanded(w *syntax.Word, call func(*expand.Config) error) error {
	if err := s.prepare(w); err != nil {
		return s.place(err, w)
	}
	err := call(&expand.Config{Env: s, NoUnset: true, ExtGlob: true, CmdSubst: func(to io.Writer, c *syntax.CmdSubst) error {
		text, err := s.substitute(c)
		if err == nil {
			_, err = to.Write(text)
		}
		return s.place(err, c)
	}})
	var unset expand.UnsetParameterError
	switch e := (*Error)(nil); {
	case s.spent != nil:
		return s.spent
	case err == nil || errors.As(err, &e):
		return err
	case errors.As(err, &unset):
		return s.at(unset.Node.Pos(), "the command does not set the variable $%s: write its value", unset.Node.Param.Value)
	}
	return s.at(w.Pos(), "the shell would evaluate this part: write its value")
}

// surrogates are a character as browsers write it for a shell, in UTF-16; other
// escapes are found so that they are passed over.
var surrogates = lazyregexp.New(`\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\.`)

// prepare reports a part of a word that is computed in a way that is not known here.
// It writes what expand would read in another way than a shell.
func (s *shell) prepare(w *syntax.Word) (err error) {
	if lit, ok := w.Parts[0].(*syntax.Lit); ok && strings.HasPrefix(lit.Value, "~") {
		lit.Value = `\` + lit.Value // whose folder it is does not matter
	}
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			return false
		case *syntax.ArithmExp, *syntax.ProcSubst:
			err = s.at(n.Pos(), "the shell would evaluate this part: write its value")
		case *syntax.SglQuoted:
			if n.Dollar {
				n.Value = surrogates.ReplaceAllStringFunc(n.Value, joinedSurrogates)
			}
		case *syntax.ParamExp:
			if n.Param == nil || !syntax.ValidName(n.Param.Value) || n.Excl || n.Length || n.Width || n.Index != nil || n.Slice != nil || n.Repl != nil || n.Names != 0 ||
				n.Exp != nil && n.Exp.Op != syntax.DefaultUnset && n.Exp.Op != syntax.DefaultUnsetOrNull && n.Exp.Op != syntax.ErrorUnset && n.Exp.Op != syntax.ErrorUnsetOrNull {
				err = s.at(n.Pos(), "hooktop does not evaluate this variable: write its value")
			}
		}
		return err == nil
	})
	return err
}

// joinedSurrogates writes an escape of two UTF-16 surrogates as one.
func joinedSurrogates(escape string) string {
	if len(escape) < 12 {
		return escape
	}
	var units [2]rune
	for i := range units {
		unit, err := strconv.ParseUint(escape[6*i+2:6*i+6], 16, 16)
		if err != nil {
			return escape
		}
		units[i] = rune(unit) //nolint:gosec // four digits
	}
	return fmt.Sprintf(`\U%08x`, utf16.DecodeRune(units[0], units[1]))
}

// Get returns a variable for expand. Each time makes a text longer.
func (s *shell) Get(name string) expand.Variable {
	value, ok := s.vars[name]
	if err := s.Spend(len(value)); err != nil {
		s.spent = err
		return expand.Variable{}
	}
	return expand.Variable{Set: ok, Kind: expand.String, Str: value}
}

// Each is what expand needs for programs that it runs. It runs none.
func (s *shell) Each(func(string, expand.Variable) bool) {}

// substitute returns what the commands in $(…) print.
func (s *shell) substitute(c *syntax.CmdSubst) ([]byte, error) {
	if s.depth++; s.depth > pasted.MaxDepth {
		return nil, pasted.Unread("commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	if len(c.Stmts) != 1 {
		return nil, pasted.Unread("only one command in $(…) is supported: write what it prints")
	}
	one := c.Stmts[0]
	if one.Cmd == nil { // $(< file)
		in, err := s.redirected(one, &printed{})
		if err != nil {
			return nil, err
		}
		return in.text, in.err
	}
	before := len(s.Found)
	out, err := s.pipe(one)
	if err != nil {
		return nil, err
	}
	s.Found = s.Found[:before]
	return out.text, out.err
}
