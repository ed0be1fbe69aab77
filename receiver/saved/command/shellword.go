package command

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// words returns the words of a command as its program gets them.
func (s *shell) words(all []*syntax.Word) ([]string, error) {
	var words []string
	for _, w := range all {
		fields, err := s.fields(w)
		if err != nil {
			return nil, s.place(err, w)
		}
		words = append(words, fields...)
	}
	return words, nil
}

// fields returns what becomes of a word: one, none if it is an empty variable, or
// several if a variable outside quotes has spaces.
func (s *shell) fields(w *syntax.Word) ([]string, error) {
	if hasBraces(w) {
		return nil, unread("the shell expands the braces: put them into quotes")
	}
	f := &splitting{}
	for _, part := range w.Parts {
		text, err := s.part(part, false)
		if err != nil {
			return nil, s.place(err, part)
		}
		if err := s.spend(len(text)); err != nil {
			return nil, err
		}
		switch part.(type) {
		case *syntax.ParamExp, *syntax.CmdSubst:
			f.split(text)
		default:
			f.add(text)
		}
	}
	f.end()
	return f.fields, nil
}

// hasBraces reports whether a shell makes several words of a word with braces:
// {a,b} or {1..3}.
func hasBraces(w *syntax.Word) bool {
	var several []bool // of each brace that is open
	before := byte(0)
	for _, part := range w.Parts {
		l, ok := part.(*syntax.Lit)
		if !ok {
			before = 0
			continue
		}
		for i := 0; i < len(l.Value); i++ {
			c := l.Value[i]
			switch last := len(several) - 1; {
			case c == '\\':
				i++
				c = 0
			case c == '{':
				several = append(several, false)
			case last >= 0 && (c == ',' || c == '.' && before == '.'):
				several[last] = true
			case last >= 0 && c == '}':
				if several[last] {
					return true
				}
				several = several[:last]
			}
			before = c
		}
	}
	return false
}

// splitting collects the fields of a word.
type splitting struct {
	fields []string
	field  strings.Builder
	begun  bool
}

func (f *splitting) add(text string) {
	f.field.WriteString(text)
	f.begun = true
}

func (f *splitting) split(text string) {
	for i, part := range strings.FieldsFunc(text, isBlank) {
		if i > 0 || isBlank(rune(text[0])) {
			f.end()
		}
		f.add(part)
	}
	if text != "" && isBlank(rune(text[len(text)-1])) {
		f.end()
	}
}

func (f *splitting) end() {
	if f.begun {
		f.fields = append(f.fields, f.field.String())
	}
	f.field.Reset()
	f.begun = false
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// text returns a word that is not split, such as a variable's value.
func (s *shell) text(w *syntax.Word) (string, error) {
	var b strings.Builder
	for _, part := range w.Parts {
		text, err := s.part(part, false)
		if err != nil {
			return "", s.place(err, part)
		}
		if err := s.spend(len(text)); err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// part returns a part of a word; quoted tells that it is in double quotes.
func (s *shell) part(part syntax.WordPart, quoted bool) (string, error) {
	switch p := part.(type) {
	case *syntax.Lit:
		if quoted {
			return unescaped(p.Value, "\\$`\""), nil
		}
		return unescaped(p.Value, ""), nil
	case *syntax.SglQuoted:
		if p.Dollar {
			return ansiC(p.Value), nil
		}
		return p.Value, nil
	case *syntax.DblQuoted:
		var b strings.Builder
		for _, inner := range p.Parts {
			text, err := s.part(inner, true)
			if err != nil {
				return "", s.place(err, inner)
			}
			if err := s.spend(len(text)); err != nil {
				return "", err
			}
			b.WriteString(text)
		}
		return b.String(), nil
	case *syntax.ParamExp:
		return s.variable(p)
	case *syntax.CmdSubst:
		return s.substitute(p)
	case *syntax.ExtGlob:
		return p.Op.String() + p.Pattern.Value + ")", nil
	}
	return "", unread("the shell computes this part: write its value")
}

// unescaped takes the backslashes away before the characters in special, or before
// any if special is empty.
func unescaped(text, special string) string {
	if !strings.Contains(text, "\\") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (special == "" || strings.IndexByte(special, text[i+1]) >= 0) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// variable returns the value of a variable that the command sets.
func (s *shell) variable(p *syntax.ParamExp) (string, error) {
	if p.Param == nil {
		return "", unread("the shell computes this part: write its value")
	}
	name := p.Param.Value
	value, ok := s.vars[name]
	switch {
	case p.Excl || p.Length || p.Width || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0:
		return "", unread("what becomes of $%s is not computed: write its value", name)
	case p.Exp != nil && (p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull):
		if ok && (value != "" || p.Exp.Op == syntax.DefaultUnset) {
			return value, nil
		}
		if p.Exp.Word == nil {
			return "", nil
		}
		return s.text(p.Exp.Word)
	case p.Exp != nil && p.Exp.Op != syntax.ErrorUnset && p.Exp.Op != syntax.ErrorUnsetOrNull:
		return "", unread("what becomes of $%s is not computed: write its value", name)
	case !ok:
		return "", unread("the command does not set the variable $%s: write its value", name)
	}
	return value, nil
}

// substitute returns what the commands in $(…) print.
func (s *shell) substitute(c *syntax.CmdSubst) (string, error) {
	if s.depth++; s.depth > maxDepth {
		return "", unread("commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	if len(c.Stmts) != 1 {
		return "", unread("only one command in $(…) is read: write what it prints")
	}
	one := c.Stmts[0]
	if one.Cmd == nil { // $(< file)
		in, err := s.redirected(one, nil)
		if err != nil {
			return "", err
		}
		if in == nil {
			return "", nil
		}
		return strings.TrimRight(string(in.text), "\n"), nil
	}
	out, err := s.output(one)
	if err != nil {
		return "", err
	}
	if out.err != nil {
		return "", out.err
	}
	if out.unknown != "" {
		return "", unread("%s is not run: write what it prints", out.unknown)
	}
	return strings.TrimRight(strings.ReplaceAll(string(out.text), "\x00", ""), "\n"), nil
}

// output returns what a command or a pipe prints.
func (s *shell) output(stmt *syntax.Stmt) (*printed, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, unread("commands are nested too deeply")
	}
	defer func() { s.depth-- }()
	var in *printed
	if c, ok := stmt.Cmd.(*syntax.BinaryCmd); ok {
		if c.Op != syntax.Pipe {
			return nil, s.at(c.OpPos, "only one command in $(…) is read: write what it prints")
		}
		var err error
		if in, err = s.output(c.X); err != nil {
			return nil, err
		}
		stmt = c.Y
	}
	before := len(s.found)
	out, err := s.run(stmt, in)
	if err == nil && len(s.found) > before {
		s.found = s.found[:before]
		return nil, s.at(stmt.Pos(), "the answer to a request is not known: write its value")
	}
	if err == nil && out == nil {
		out = &printed{unknown: "a command"}
	}
	return out, err
}

// ansiC returns the text in $'…'. UTF-16 surrogates, which browsers write, make
// one character.
func ansiC(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case 'u', 'U', 'x':
			code, n := digits(text[i+1:], map[byte]int{'x': 2, 'u': 4, 'U': 8}[c], 16)
			if n == 0 {
				b.WriteString(text[i-1 : i+1])
				continue
			}
			i += n
			if c == 'x' {
				b.WriteByte(byte(code))
				continue
			}
			char := rune(min(code, utf8.MaxRune+1)) //nolint:gosec // it is bounded
			if next := text[i+1:]; utf16.IsSurrogate(char) && strings.HasPrefix(next, `\u`) {
				if low, n := digits(next[2:], 4, 16); n == 4 && utf16.DecodeRune(char, rune(low)) != utf8.RuneError { //nolint:gosec // 4 digits
					char = utf16.DecodeRune(char, rune(low)) //nolint:gosec // 4 digits
					i += 6
				}
			}
			b.WriteRune(char)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			code, n := digits(text[i:], 3, 8)
			i += n - 1
			b.WriteByte(byte(code))
		case 'c':
			if i+1 < len(text) {
				i++
				b.WriteByte(text[i] & 0x1f)
			}
		default:
			if at := strings.IndexByte("abeEfnrtv\\'\"?", c); at >= 0 {
				b.WriteByte("\a\b\x1b\x1b\f\n\r\t\v\\'\"?"[at])
			} else {
				b.WriteByte('\\')
				b.WriteByte(c)
			}
		}
	}
	made, _, _ := strings.Cut(b.String(), "\x00") // no word holds more
	return made
}

// digits reads up to most digits, and how many there are.
func digits(text string, most, base int) (value uint64, n int) {
	for n < most && n < len(text) {
		if _, err := strconv.ParseUint(text[n:n+1], base, 8); err != nil {
			break
		}
		n++
	}
	value, _ = strconv.ParseUint(text[:n], base, 64)
	return value, n
}
