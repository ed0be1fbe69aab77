package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// psSource reads PowerShell's values. They are Go's string, []byte, []any, *object
// (a hash table) or unknown.
type psSource struct {
	*reader
	block
	at    int
	depth int
	vars  map[string]any // by their names in small letters
}

func (s *psSource) errorAt(at int, format string, args ...any) error {
	return &Error{What: fmt.Sprintf(format, args...), source: s.text, offset: at, first: s.line}
}

// blank skips spaces, comments and continued lines, and line ends if lines is set.
func (s *psSource) blank(lines bool) {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r', lines && (rest[0] == '\n' || rest[0] == ';'):
			s.at++
		case strings.HasPrefix(rest, "`\n"):
			s.at += 2
		case strings.HasPrefix(rest, "`\r\n"):
			s.at += 3
		case rest[0] == '`' && strings.TrimLeft(untilLine(rest[1:]), " \t\r") == "":
			s.at += 1 + len(untilLine(rest[1:]))
			if s.at < len(s.text) {
				s.at++
			}
		case strings.HasPrefix(rest, "<#"):
			end := strings.Index(rest, "#>")
			if end < 0 {
				end = len(rest) - 2
			}
			s.at += end + 2
		case rest[0] == '#':
			s.at += len(untilLine(rest))
		default:
			return
		}
	}
}

func untilLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// peek returns the next character, 0 at the end.
func (s *psSource) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// name reads a name, such as that of a variable or a command.
func (s *psSource) name() string {
	from := s.at
	for s.at < len(s.text) && (isNameByte(s.text[s.at]) && s.text[s.at] != '$' || s.text[s.at] == '-' && s.at > from) {
		s.at++
	}
	return s.text[from:s.at]
}

// variable reads a variable after its $ and returns its name.
func (s *psSource) variable() string {
	if strings.HasPrefix(s.text[s.at:], "{") {
		if end := strings.IndexByte(s.text[s.at:], '}'); end > 0 {
			name := s.text[s.at+1 : s.at+end]
			s.at += end + 1
			return strings.ToLower(name)
		}
	}
	from := s.at
	for s.at < len(s.text) && (isNameByte(s.text[s.at]) && s.text[s.at] != '$' || s.text[s.at] == ':' && s.at+1 < len(s.text) && isNameByte(s.text[s.at+1])) {
		s.at++
	}
	return strings.ToLower(s.text[from:s.at])
}

// of returns the value of a variable.
func (s *psSource) of(at int, name string) (any, error) {
	switch name {
	case "true", "false":
		return name, nil
	case "null":
		return "", nil
	}
	v, ok := s.vars[name]
	if !ok {
		return nil, s.errorAt(at, "the command does not set the variable $%s: write its value", name)
	}
	if u, ok := v.(unknown); ok {
		return nil, u.err
	}
	return v, nil
}

// value reads an expression: values that + joins.
func (s *psSource) value() (any, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, s.errorAt(s.at, "values are nested too deeply")
	}
	defer func() { s.depth-- }()
	v, err := s.single()
	for err == nil {
		s.blank(false)
		if s.peek() != '+' {
			break
		}
		at := s.at
		s.at++
		s.blank(true)
		var right any
		if right, err = s.single(); err != nil {
			break
		}
		a, ok := v.(string)
		b, also := right.(string)
		if !ok || !also {
			return nil, s.errorAt(at, "only texts are joined: write the value")
		}
		v, err = a+b, s.spend(len(a)+len(b))
	}
	return v, err
}

// single reads one value.
func (s *psSource) single() (any, error) {
	at := s.at
	rest := s.text[s.at:]
	switch {
	case strings.HasPrefix(rest, "@\"") || strings.HasPrefix(rest, "@'"):
		return s.hereText()
	case strings.HasPrefix(rest, "@{"):
		s.at += 2
		return s.hash()
	case strings.HasPrefix(rest, "\"") || strings.HasPrefix(rest, "'"):
		return s.quoted()
	case strings.HasPrefix(rest, "$("), strings.HasPrefix(rest, "("):
		s.at += 1 + len(rest) - len(strings.TrimPrefix(rest, "$"))
		return s.bracket()
	case strings.HasPrefix(rest, "$"):
		s.at++
		return s.of(at, s.variable())
	case strings.HasPrefix(rest, "["):
		return s.static()
	case rest != "" && rest[0] >= '0' && rest[0] <= '9':
		return s.name(), nil
	}
	return nil, s.errorAt(at, "this value is not computed: write it")
}

// bracket reads a value or a command in round brackets.
func (s *psSource) bracket() (v any, err error) {
	s.blank(true)
	at := s.at
	if name := strings.ToLower(s.name()); slices.Contains(reads, name) {
		v, err = s.content(at)
	} else {
		s.at = at
		v, err = s.value()
	}
	if err != nil {
		return nil, err
	}
	if s.blank(true); s.peek() != ')' {
		return nil, s.errorAt(s.at, "this is not computed: write the value")
	}
	s.at++
	return v, nil
}

// reads are the names of Get-Content.
var reads = []string{"get-content", "gc", "cat", "type"}

// content reads what Get-Content -Raw reads.
func (s *psSource) content(at int) (any, error) {
	name, raw := "", false
	for s.blank(false); s.peek() != 0 && strings.IndexByte(")|;\n", s.peek()) < 0; s.blank(false) {
		word, err := s.word()
		switch {
		case err != nil:
			return nil, err
		case strings.EqualFold(word, "-Raw"):
			raw = true
		case strings.EqualFold(word, "-Path"), strings.EqualFold(word, "-LiteralPath"):
		case strings.HasPrefix(word, "-"):
			return nil, s.errorAt(at, "the option %s is not read: write what it reads", quote(word))
		default:
			name = word
		}
	}
	if !raw {
		return nil, s.errorAt(at, "Get-Content without -Raw makes lines of a file, and not the body that it holds")
	}
	b, err := s.file("the value", strings.ReplaceAll(name, `\`, "/"))
	if err != nil {
		return nil, s.errorAt(at, "%v", err)
	}
	return strings.TrimPrefix(string(b), "\ufeff"), nil
}

// static reads a member of a class: [System.Text.Encoding]::UTF8.GetBytes(…), or a
// value with its type: [char]65.
func (s *psSource) static() (any, error) {
	at := s.at
	end := strings.IndexByte(s.text[s.at:], ']')
	if end < 0 {
		return nil, s.errorAt(at, "a ] is missing")
	}
	class := strings.TrimPrefix(strings.ToLower(s.text[s.at+1:s.at+end]), "system.")
	s.at += end + 1
	s.blank(false)
	if !strings.HasPrefix(s.text[s.at:], "::") {
		v, err := s.single()
		text, ok := v.(string)
		switch {
		case err != nil:
			return nil, err
		case class == "char" && ok:
			code, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), base(text), 16)
			if err != nil {
				return nil, s.errorAt(at, "%s is not a character", quote(text))
			}
			return string(rune(code)), nil
		case class == "string" || class == "uri" || class == "byte[]":
			return v, nil
		}
		return nil, s.errorAt(at, "the type [%s] is not read: write the value", class)
	}
	s.at += 2
	member := strings.ToLower(s.name())
	if class == "text.encoding" && strings.HasPrefix(s.text[s.at:], ".") {
		s.at++
		encoding := member
		if member = strings.ToLower(s.name()); member == "getbytes" && (encoding == "utf8" || encoding == "ascii") && s.peek() == '(' {
			s.at++
			v, err := s.bracket()
			text, ok := v.(string)
			if err == nil && !ok {
				err = s.errorAt(at, "GetBytes gets something else than a text")
			}
			if err != nil {
				return nil, err
			}
			return []byte(text), nil
		}
	}
	return nil, s.errorAt(at, "what [%s] returns is not computed: write the value", class)
}

// base returns the base in which a number is written.
func base(text string) int {
	if strings.HasPrefix(text, "0x") {
		return 16
	}
	return 10
}

// hash reads a hash table after its bracket.
func (s *psSource) hash() (any, error) {
	o := newObject()
	for {
		if s.blank(true); s.peek() == '}' {
			s.at++
			return o, nil
		}
		at := s.at
		key := s.name()
		if key == "" {
			v, err := s.single()
			if err != nil {
				return nil, err
			}
			var ok bool
			if key, ok = v.(string); !ok {
				return nil, s.errorAt(at, "this is not the name of an entry")
			}
		}
		if s.blank(false); s.peek() != '=' {
			return nil, s.errorAt(s.at, "an = is missing")
		}
		s.at++
		s.blank(true)
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		o.set(key, v)
	}
}

// hereText reads a here-string: @" to "@, or @' to '@.
func (s *psSource) hereText() (any, error) {
	at, quote := s.at, s.text[s.at+1:s.at+2]
	start := strings.IndexByte(s.text[s.at:], '\n')
	if start < 0 {
		return nil, s.errorAt(at, "this text does not end")
	}
	start += s.at + 1
	end := strings.Index(s.text[start-1:], "\n"+quote+"@")
	if end < 0 {
		return nil, s.errorAt(at, "this text does not end")
	}
	inner := s.text[start:max(start, start-1+end)]
	s.at = start - 1 + end + 3
	if quote == "'" {
		return inner, s.spend(len(inner))
	}
	in := &psSource{reader: s.reader, block: block{text: inner, line: s.line + strings.Count(s.text[:start], "\n")}, vars: s.vars, depth: s.depth}
	return in.expand(0)
}

// quoted reads a text in quotes.
func (s *psSource) quoted() (any, error) {
	at, quote := s.at, s.text[s.at]
	s.at++
	if quote == '"' {
		return s.expand('"')
	}
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		if c == '\'' {
			if s.peek() != '\'' {
				return b.String(), s.spend(b.Len())
			}
			s.at++
		}
		b.WriteByte(c)
	}
	return nil, s.errorAt(at, "this text does not end")
}

// expand reads a text with variables and escapes up to a quote, or to the end of the
// source if end is 0.
func (s *psSource) expand(end byte) (any, error) {
	at := s.at
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == end && end != 0 && strings.HasPrefix(s.text[s.at+1:], `"`):
			b.WriteByte('"')
			s.at += 2
		case c == end && end != 0:
			s.at++
			return joinSurrogates(b.String()), s.spend(b.Len())
		case c == '`' && s.at+1 < len(s.text):
			s.escape(&b)
		case c == '$' && s.at+1 < len(s.text) && (s.text[s.at+1] == '(' || s.text[s.at+1] == '{' || isNameByte(s.text[s.at+1]) && s.text[s.at+1] != '$'):
			text, err := s.inText()
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			if err := s.spend(len(text)); err != nil {
				return nil, err
			}
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	if end != 0 {
		return nil, s.errorAt(at, "this text does not end")
	}
	return joinSurrogates(b.String()), s.spend(b.Len())
}

// inText reads a variable or $(…) in a text.
func (s *psSource) inText() (string, error) {
	at := s.at
	if s.depth++; s.depth > maxDepth {
		return "", s.errorAt(at, "values are nested too deeply")
	}
	defer func() { s.depth-- }()
	var v any
	var err error
	if s.at++; s.text[s.at] == '(' {
		s.at++
		if code, n := char(s.text[s.at:]); n > 0 { // half a character, maybe
			s.at += n
			return string([]byte{0xff, byte(code >> 8), byte(code)}), nil //nolint:gosec // UTF-16
		}
		v, err = s.bracket()
	} else {
		v, err = s.of(at, s.variable())
	}
	if err != nil {
		return "", err
	}
	text, ok := v.(string)
	if !ok {
		return "", s.errorAt(at, "an object stands where a text is needed")
	}
	return text, nil
}

// char reads [char]233), as Chrome writes what is not ASCII, and returns how long it
// is.
func char(text string) (code uint64, n int) {
	rest, ok := strings.CutPrefix(text, "[char]")
	if !ok {
		return 0, 0
	}
	code, n = digits(rest, 5, 10)
	if n == 0 || code > 0xffff || !strings.HasPrefix(rest[n:], ")") {
		return 0, 0
	}
	return code, len("[char]") + n + 1
}

// joinSurrogates turns the marks that inText makes of UTF-16 into characters.
func joinSurrogates(text string) string {
	if strings.IndexByte(text, 0xff) < 0 {
		return text
	}
	var b strings.Builder
	unit := func(i int) (rune, bool) {
		if i+2 < len(text) && text[i] == 0xff {
			return rune(text[i+1])<<8 | rune(text[i+2]), true
		}
		return 0, false
	}
	for i := 0; i < len(text); {
		first, ok := unit(i)
		if !ok {
			b.WriteByte(text[i])
			i++
			continue
		}
		i += 3
		if second, ok := unit(i); ok && utf16.DecodeRune(first, second) != utf8.RuneError {
			first = utf16.DecodeRune(first, second)
			i += 3
		}
		b.WriteRune(first)
	}
	return b.String()
}

// escape reads a backtick and what it stands for.
func (s *psSource) escape(b *strings.Builder) {
	c := s.text[s.at+1]
	s.at += 2
	switch i := strings.IndexByte("0abefnrtv", c); {
	case i >= 0:
		b.WriteByte("\x00\a\b\x1b\f\n\r\t\v"[i])
	case c == 'u' && s.peek() == '{':
		code, n := digits(s.text[s.at+1:], 6, 16)
		s.at += 1 + n
		if s.peek() == '}' {
			s.at++
		}
		b.WriteRune(rune(min(code, utf8.MaxRune+1))) //nolint:gosec // it is bounded
	default:
		b.WriteByte(c)
	}
}

// word reads a word as a program gets it: text and quotes that stand together.
func (s *psSource) word() (string, error) {
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case strings.IndexByte(" \t\r\n;|)", c) >= 0:
			return b.String(), nil
		case c == '"' || c == '\'' || c == '$' || c == '(' || c == '@' && s.at+1 < len(s.text) && strings.IndexByte(`"'`, s.text[s.at+1]) >= 0:
			at := s.at
			v, err := s.single()
			if err != nil {
				return "", err
			}
			text, ok := v.(string)
			if !ok {
				return "", s.errorAt(at, "an object stands where a text is needed")
			}
			b.WriteString(text)
		case c == '`' && s.at+1 < len(s.text):
			if s.text[s.at+1] == '\n' || s.text[s.at+1] == '\r' {
				return b.String(), nil
			}
			s.escape(&b)
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return b.String(), nil
}
