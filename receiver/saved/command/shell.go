package command

import (
	"errors"
	"io"
	"maps"
	"path"
	"regexp"
	"runtime"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shell is a POSIX shell of which only the part is known that makes requests:
// variables, quotes, pipes and files. It runs nothing.
type shell struct {
	*reader
	block
	vars  map[string]string
	depth int
	// moved is set after a cd: files are not where they seem to be.
	moved bool
}

// shell reads the commands of a block.
func (r *reader) shell(b block) error {
	s := &shell{reader: r, block: b, vars: map[string]string{}}
	stmts, failed := statements(lostNewline.ReplaceAllString(b.text, "\\\n$1"))
	last := uint(0)
	stmts = joinedOptions(stmts)
	for _, stmt := range stmts {
		if b.prompted && last > 0 && stmt.Pos().Line() > last {
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
var lostNewline = regexp.MustCompile(`\\[ \t]+\n([ \t]*-)`)

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
		if last = nil; ok && len(c.Args) > 0 && sends(programName(c.Args[0].Lit())) {
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
		if s.prompted && last > 0 && p.Pos.Line() > last {
			return nil
		}
		return s.at(p.Pos, "cannot read the command: %s", p.Text)
	case errors.As(err, &l):
		return s.at(l.Pos, "cannot read the command: %s is not in bash", l.Feature)
	}
	return unread("cannot read the command: %v", err)
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
		return 0, unread("commands are nested too deeply")
	}
	return s.Reader.Read(p)
}

// at returns an error at a place in the block.
func (s *shell) at(pos syntax.Pos, format string, args ...any) error {
	e := unread(format, args...)
	e.Line, e.Column = s.line+int(pos.Line())-1, int(pos.Col())
	return e
}

// place adds where a node is to an error that has no place.
func (s *shell) place(err error, node syntax.Node) error {
	return placed(err, s.line+int(node.Pos().Line())-1, int(node.Pos().Col()))
}

// stmt reads a statement that stands alone or in a list.
func (s *shell) stmt(stmt *syntax.Stmt) error {
	if s.depth++; s.depth > maxDepth {
		return s.at(stmt.Pos(), "commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	switch c := stmt.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
			before := len(s.found)
			if err := s.stmt(c.X); err != nil {
				return err
			}
			if c.Op == syntax.OrStmt && len(s.found) > before {
				return nil // it comes after a failure alone
			}
			return s.stmt(c.Y)
		}
		return s.pipe(stmt)
	case *syntax.Subshell:
		return s.inside(stmt, c.Stmts, true)
	case *syntax.Block:
		return s.inside(stmt, c.Stmts, false)
	case *syntax.TimeClause:
		if c.Stmt == nil {
			return nil
		}
		return s.stmt(c.Stmt)
	case *syntax.DeclClause:
		return s.assign(c.Args)
	case *syntax.CallExpr:
		_, err := s.run(stmt, nil)
		return err
	case nil:
		return nil
	}
	return s.at(stmt.Pos(), "only plain commands are read, not loops, conditions or functions: pass the command that they run")
}

// inside reads what stands in brackets; a subshell keeps its variables.
func (s *shell) inside(stmt *syntax.Stmt, all []*syntax.Stmt, sub bool) error {
	for _, r := range stmt.Redirs {
		if brings(r) {
			return s.at(r.Pos(), "input for several commands is not read: pass the one command")
		}
	}
	vars, moved := maps.Clone(s.vars), s.moved
	for _, one := range all {
		if err := s.stmt(one); err != nil {
			return s.place(err, one)
		}
	}
	if sub {
		s.vars, s.moved = vars, moved
	}
	return nil
}

// assign sets variables.
func (s *shell) assign(all []*syntax.Assign) error {
	for _, a := range all {
		if a.Naked || a.Name == nil {
			continue // export NAME
		}
		if a.Array != nil || a.Index != nil || a.Append {
			return s.at(a.Pos(), "the variable %s is an array or is added to, which is not read: write its value", quote(a.Name.Value))
		}
		value := ""
		if a.Value != nil {
			var err error
			if value, err = s.text(a.Value); err != nil {
				return s.place(err, a.Value)
			}
		}
		s.vars[a.Name.Value] = value
	}
	return nil
}

// pipe reads commands of which each gets what the one before prints. What stands
// after a command that sends a request gets the answer, and is not looked at.
func (s *shell) pipe(stmt *syntax.Stmt) error {
	var parts []*syntax.Stmt
	rest := stmt
	for {
		c, ok := rest.Cmd.(*syntax.BinaryCmd)
		if !ok || c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
			break
		}
		if parts = append(parts, c.Y); len(parts) > maxDepth {
			return s.at(stmt.Pos(), "the pipe has more than %d parts", maxDepth)
		}
		rest = c.X
	}
	parts = append(parts, rest)
	var in *printed
	for i := len(parts) - 1; i >= 0; i-- {
		one := parts[i]
		if t, ok := one.Cmd.(*syntax.TimeClause); ok && t.Stmt != nil {
			one = t.Stmt
		}
		if _, ok := one.Cmd.(*syntax.CallExpr); !ok {
			return s.at(one.Pos(), "in a pipe, only plain commands are read")
		}
		before := len(s.found)
		out, err := s.run(one, in)
		if err != nil {
			return s.place(err, one)
		}
		if len(s.found) > before {
			return s.onlyPrints(parts[:i])
		}
		in = out
	}
	return nil
}

// onlyPrints reports an error if a command that gets an answer sends a request:
// the answer is not known.
func (s *shell) onlyPrints(parts []*syntax.Stmt) error {
	for _, one := range parts {
		c, ok := one.Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 || !sends(programName(c.Args[0].Lit())) && c.Args[0].Lit() != "xargs" {
			continue
		}
		return s.at(one.Pos(), "this request depends on the answer to the one before it")
	}
	return nil
}

// programName returns the name of a program without its folder.
func programName(word string) string {
	return strings.TrimSuffix(path.Base(strings.ReplaceAll(strings.TrimPrefix(word, "\\"), "\\", "/")), ".exe")
}

// sends reports whether a program sends a request.
func sends(program string) bool {
	switch program {
	case "curl", "wget", "http", "https", "xh", "xhs":
		return true
	}
	return false
}

// run reads one command. in is what a pipe brings it, nil for nothing known, and
// out what it prints.
func (s *shell) run(stmt *syntax.Stmt, in *printed) (out *printed, err error) {
	c, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok {
		return nil, s.at(stmt.Pos(), "only plain commands are read here")
	}
	if len(c.Args) == 0 {
		return &printed{}, s.assign(c.Assigns)
	}
	vars := s.vars
	if len(c.Assigns) > 0 { // they are the command's alone, and not seen by its words
		s.vars = maps.Clone(vars)
	}
	words, err := s.words(c.Args)
	if err != nil {
		return nil, err
	}
	if err := s.assign(c.Assigns); err != nil {
		return nil, err
	}
	s.vars = vars
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
	program := programName(words[0])
	if sends(program) {
		found, err := s.requests(program, words[1:], in)
		if err != nil {
			return nil, err
		}
		for _, q := range found {
			if err := s.add(q); err != nil {
				return nil, err
			}
		}
		return &printed{unknown: "the answer to a request"}, nil
	}
	switch program {
	case "sh", "bash", "zsh", "dash":
		if len(words) == 3 && words[1] == "-c" {
			return nil, s.inner(c, words[2])
		}
	case "cd", "pushd", "popd":
		s.moved = true
		return &printed{}, nil
	case "set", "setopt", "unsetopt", "shopt", "true", ":", "sleep", "clear", "exit", "unset", "ulimit", "umask", "trap", "wait":
		if program == "unset" {
			for _, name := range words[1:] {
				delete(s.vars, name)
			}
		}
		return &printed{}, nil
	}
	if strings.HasPrefix(program, "-") {
		return nil, unread("the option %s begins a line: a backslash is missing at the end of the one before", quote(words[0]))
	}
	return s.prints(program, words[1:], in)
}

// inner reads the command that a shell is given as a text.
func (s *shell) inner(c *syntax.CallExpr, text string) error {
	if s.depth++; s.depth > maxDepth {
		return s.at(c.Pos(), "commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	inner := &shell{reader: s.reader, block: block{text: text, line: s.line + int(c.Pos().Line()) - 1}, vars: map[string]string{}, depth: s.depth, moved: s.moved}
	stmts, err := statements(text)
	if err != nil {
		return s.at(c.Pos(), "cannot read the command that %s gets", quote(programName(c.Args[0].Lit())))
	}
	for _, stmt := range stmts {
		if err := inner.stmt(stmt); err != nil {
			return placed(err, inner.line, int(c.Pos().Col()))
		}
	}
	return nil
}

// unwrapped takes programs away that run another one.
func unwrapped(words []string) []string {
	for len(words) > 0 {
		switch program := programName(words[0]); program {
		case "sudo", "command", "exec", "nohup", "noglob", "builtin", "env", "nice", "stdbuf", "time", "doas", "winpty", "watch":
			words = words[1:]
			for len(words) > 0 && (strings.HasPrefix(words[0], "-") || program == "env" && strings.Contains(words[0], "=")) {
				switch {
				case words[0] == "--":
				case strings.HasPrefix(words[0], "-") && len(words) > 1 && !sends(programName(words[1])) && takesWord(program, words[0]):
					words = words[1:]
				}
				words = words[1:]
			}
		case "timeout", "gtimeout":
			words = words[1:]
			for len(words) > 0 && strings.HasPrefix(words[0], "-") {
				words = words[1:]
			}
			if len(words) > 0 {
				words = words[1:]
			}
		default:
			return words
		}
	}
	return words
}

// takesWord reports whether an option of a program that runs another takes a word.
func takesWord(program, option string) bool {
	switch program {
	case "sudo", "doas":
		return option == "-u" || option == "-g" || option == "-C" || option == "-h" || option == "-p"
	case "env":
		return option == "-u" || option == "-C"
	case "nice", "watch":
		return option == "-n"
	case "stdbuf":
		return option == "-i" || option == "-o" || option == "-e"
	}
	return false
}

// requests reads the arguments of a program that sends requests.
func (s *shell) requests(program string, args []string, in *printed) ([]Request, error) {
	a := &arguments{reader: s.reader, in: in, moved: s.moved}
	switch program {
	case "curl":
		return a.curl(args)
	case "wget":
		return a.wget(args)
	}
	return a.httpie(program, args)
}

// arguments are what a program gets besides its words.
type arguments struct {
	*reader
	in    *printed
	moved bool
}

// file returns what a file holds, or standard input if it is "-".
func (a *arguments) file(what, name string) ([]byte, error) {
	if name == "-" || name == "/dev/stdin" {
		return a.input(what)
	}
	if a.moved {
		return nil, unread("%s is in the file %s of another folder: put it into the command", what, quote(name))
	}
	return a.reader.file(what, name)
}

// input returns what is on standard input.
func (a *arguments) input(what string) ([]byte, error) {
	switch {
	case a.in == nil:
		return nil, unread("%s comes from standard input, which is not in the command: put it into the command", what)
	case a.in.err != nil:
		return nil, a.in.err
	case a.in.unknown != "":
		return nil, unread("%s comes from %s, which is not run: put it into the command", what, a.in.unknown)
	}
	return a.in.text, nil
}
