package command

import (
	"errors"
	"io"
	"maps"
	"runtime"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"

	"mvdan.cc/sh/v3/syntax"

	"github.com/hooktop/hooktop/receiver/saved/command/client"
	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// shell is a POSIX shell of which only the part is known that makes requests:
// variables, quotes, pipes and files. It runs nothing.
type shell struct {
	*reader
	pasted.Block
	vars  map[string]string
	depth int
	// moved is set after a cd: files are not where they seem to be.
	moved bool
	// spent is set when variables make too much.
	spent error
}

// shell reads the commands of a block.
func (r *reader) shell(b pasted.Block) error {
	s := &shell{reader: r, Block: b, vars: map[string]string{}}
	stmts, failed := statements(lostNewline.ReplaceAllString(b.Text, "\\\n$1"))
	last := uint(0)
	for _, stmt := range joinedOptions(stmts) {
		if b.Prompted && last > 0 && stmt.Pos().Line() > last {
			return nil // what the command printed
		}
		if err := s.stmt(stmt); err != nil {
			return s.place(err, stmt)
		}
		last = stmt.End().Line()
	}
	return s.unparsed(failed, last)
}

// lostNewline is a backslash that spaces keep from joining a line with the next.
var lostNewline = lazyregexp.New(`\\[ \t]+\n([ \t]*-)`)

// joinedOptions makes one command of those that begin with an option: a line break
// before it was meant to be escaped.
func joinedOptions(all []*syntax.Stmt) (joined []*syntax.Stmt) {
	var last *syntax.CallExpr
	for _, stmt := range all {
		c, ok := stmt.Cmd.(*syntax.CallExpr)
		if ok && last != nil && len(c.Args) > 0 && len(c.Assigns) == 0 && strings.HasPrefix(c.Args[0].Lit(), "-") {
			before := joined[len(joined)-1]
			last.Args, before.Redirs = append(last.Args, c.Args...), append(before.Redirs, stmt.Redirs...)
			continue
		}
		if last = nil; ok && len(c.Args) > 0 && client.Sends(client.Name(c.Args[0].Lit())) {
			last = c
		}
		joined = append(joined, stmt)
	}
	return joined
}

// unparsed says why a text is not that of a shell. last is the last line of what
// could be read: after it stands what the command printed.
func (s *shell) unparsed(err error, last uint) error {
	var p syntax.ParseError
	var l syntax.LangError
	switch e := (*Error)(nil); {
	case err == nil || errors.As(err, &e):
		return err
	case errors.As(err, &p):
		if s.Prompted && last > 0 && p.Pos.Line() > last {
			return nil
		}
		return s.at(p.Pos, "cannot read the command: %s", p.Text)
	case errors.As(err, &l):
		return s.at(l.Pos, "cannot read the command: %s is not in bash", l.Feature)
	}
	return pasted.Unread("cannot read the command: %v", err)
}

// statements parses a text as bash does, as far as it can.
func statements(text string) (all []*syntax.Stmt, err error) {
	for stmt, failed := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(&shallow{strings.NewReader(text)}) {
		if failed != nil {
			err = failed
			continue // the parser does not take an early end well
		}
		all = append(all, stmt)
	}
	return all, err
}

// shallow ends the reading of a text whose brackets are nested so deeply that the
// parser would need too much stack.
type shallow struct{ io.Reader }

func (s *shallow) Read(p []byte) (int, error) {
	var callers [4 << 10]uintptr
	if runtime.Callers(0, callers[:]) == len(callers) {
		return 0, pasted.Unread("commands are nested too deeply")
	}
	return s.Reader.Read(p)
}

// at returns an error at a place in the block.
func (s *shell) at(pos syntax.Pos, format string, args ...any) error {
	return pasted.Placed(pasted.Unread(format, args...), s.Line+int(pos.Line())-1, int(pos.Col()))
}

// place adds where a node is to an error that has no place.
func (s *shell) place(err error, node syntax.Node) error {
	return pasted.Placed(err, s.Line+int(node.Pos().Line())-1, int(node.Pos().Col()))
}

// stmt reads a statement that stands alone or in a list.
func (s *shell) stmt(stmt *syntax.Stmt) error {
	if s.depth++; s.depth > pasted.MaxDepth {
		return s.at(stmt.Pos(), "commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	switch c := stmt.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			break
		}
		before := len(s.Found)
		if err := s.stmt(c.X); err != nil {
			return err
		}
		if c.Op == syntax.OrStmt && len(s.Found) > before {
			return nil // it comes after a failure alone
		}
		return s.stmt(c.Y)
	case *syntax.Subshell:
		vars, moved := maps.Clone(s.vars), s.moved
		err := s.inside(stmt, c.Stmts)
		s.vars, s.moved = vars, moved
		return err
	case *syntax.Block:
		return s.inside(stmt, c.Stmts)
	case *syntax.DeclClause:
		return s.assign(c.Args)
	case nil:
		return nil
	}
	_, err := s.pipe(stmt)
	return err
}

// inside reads what stands in brackets.
func (s *shell) inside(stmt *syntax.Stmt, all []*syntax.Stmt) error {
	for _, r := range stmt.Redirs {
		if brings(r) {
			return s.at(r.Pos(), "input for several commands is not supported: pass the one command")
		}
	}
	for _, one := range all {
		if err := s.stmt(one); err != nil {
			return s.place(err, one)
		}
	}
	return nil
}

// pipe reads commands of which each gets what the one before prints, and returns what
// the last one prints. What stands after a command that sends a request gets the
// answer, and is not looked at.
func (s *shell) pipe(stmt *syntax.Stmt) (out *printed, err error) {
	var parts []*syntax.Stmt
	for {
		c, ok := stmt.Cmd.(*syntax.BinaryCmd)
		if !ok || c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
			break
		}
		if parts = append(parts, c.Y); len(parts) > pasted.MaxDepth {
			return nil, s.at(stmt.Pos(), "the pipe has more than %d parts", pasted.MaxDepth)
		}
		stmt = c.X
	}
	parts = append(parts, stmt)
	for i := len(parts) - 1; i >= 0; i-- {
		one := parts[i]
		if t, ok := one.Cmd.(*syntax.TimeClause); ok && t.Stmt != nil {
			one = t.Stmt
		}
		c, ok := one.Cmd.(*syntax.CallExpr)
		if !ok {
			return nil, s.at(one.Pos(), "only plain commands are supported, not loops, conditions or functions: pass the command that they run")
		}
		before := len(s.Found)
		if out, err = s.run(c, one, out); err != nil {
			return nil, s.place(err, one)
		}
		if len(s.Found) > before {
			return out, s.onlyPrints(parts[:i])
		}
	}
	return out, nil
}

// onlyPrints reports an error if a command that gets an answer sends a request:
// the answer is not known.
func (s *shell) onlyPrints(parts []*syntax.Stmt) error {
	for _, one := range parts {
		c, ok := one.Cmd.(*syntax.CallExpr)
		if ok && len(c.Args) > 0 && (client.Sends(client.Name(c.Args[0].Lit())) || c.Args[0].Lit() == "xargs") {
			return s.at(one.Pos(), "this request depends on the answer to the one before it")
		}
	}
	return nil
}

// run reads one command. in is what a pipe brings it, nil for nothing known, and
// out what it prints.
func (s *shell) run(c *syntax.CallExpr, stmt *syntax.Stmt, in *printed) (out *printed, err error) {
	if len(c.Args) == 0 {
		return &printed{}, s.assign(c.Assigns)
	}
	words, err := s.words(c.Args)
	if err != nil {
		return nil, err
	}
	vars := s.vars
	s.vars = maps.Clone(vars) // what it sets is the command's alone, and not seen by its words
	err = s.assign(c.Assigns)
	s.vars = vars
	if err != nil {
		return nil, err
	}
	if in, err = s.redirected(stmt, in); err != nil {
		return nil, err
	}
	if words = unwrapped(words); len(words) == 0 {
		return &printed{}, nil
	}
	return s.command(c, words, in)
}

// command reads a command by its words.
func (s *shell) command(c *syntax.CallExpr, words []string, in *printed) (*printed, error) {
	program := client.Name(words[0])
	if client.Sends(program) {
		return &printed{err: pasted.Unread("the answer to a request is not known: write its value")}, s.arguments(in).Read(program, words[1:])
	}
	switch program {
	case "sh", "bash", "zsh", "dash":
		if len(words) == 3 && words[1] == "-c" {
			return &printed{err: pasted.Unread("hooktop does not run %s: write what it prints", quote(program))}, s.inner(c, words[2])
		}
	case "cd", "pushd", "popd":
		s.moved = true
		return &printed{}, nil
	case "unset":
		for _, name := range words[1:] {
			delete(s.vars, name)
		}
		return &printed{}, nil
	case "set", "setopt", "unsetopt", "shopt", "true", ":", "sleep", "clear", "exit", "wait":
		return &printed{}, nil
	}
	if strings.HasPrefix(program, "-") {
		return nil, pasted.Unread("a line begins with the option %s: the line before needs a backslash at its end", quote(words[0]))
	}
	return s.prints(program, words[1:], in)
}

// arguments are what a program gets besides its words.
func (s *shell) arguments(in *printed) *client.Arguments {
	a := &client.Arguments{Reader: s.Reader, Moved: s.moved}
	if in != nil {
		a.Stdin = func(string) ([]byte, error) { return in.text, in.err }
	}
	return a
}

// inner reads the command that a shell is given as a text.
func (s *shell) inner(c *syntax.CallExpr, text string) error {
	if s.depth++; s.depth > pasted.MaxDepth {
		return s.at(c.Pos(), "commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	inner := &shell{reader: s.reader, Block: pasted.Block{Text: text, Line: s.Line + int(c.Pos().Line()) - 1}, vars: map[string]string{}, depth: s.depth, moved: s.moved}
	stmts, err := statements(text)
	if err != nil {
		return s.at(c.Pos(), "cannot read the command that %s gets", quote(client.Name(c.Args[0].Lit())))
	}
	for _, stmt := range stmts {
		if err := inner.stmt(stmt); err != nil {
			return pasted.Placed(err, inner.Line, int(c.Pos().Col()))
		}
	}
	return nil
}
