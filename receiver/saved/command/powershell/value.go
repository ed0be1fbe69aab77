package powershell

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// Values are Go's string, []byte, map[string]any (a hash table) or unknown.

// unknown is a value that is not computed, and why.
type unknown struct{ err error }

var (
	here     = lazyregexp.New("^@[\"'][ \t\r]*\n")
	hereText = lazyregexp.New("^@(?:\"[ \t\r]*\n(?:((?s:.*?))\r?\n)?\"@|'[ \t\r]*\n(?:((?s:.*?))\r?\n)?'@)")
	literal  = lazyregexp.New(`^'((?:[^']|'')*)'`)
	// texts are all texts in quotes.
	texts    = lazyregexp.New(hereText.String() + "|" + literal.String() + "|^\"(?:[^\"`]|`(?s:.))*\"")
	variable = lazyregexp.New(`^\$(?:\{([^}\n]+)\}|(\w+(?::\w+)?))`)
	digits   = lazyregexp.New(`^\d+\b`)
	entry    = lazyregexp.New(`^[A-Za-z_][\w-]*`)
	getBytes = lazyregexp.New(`^\[(?i:(?:system\.)?text\.encoding\]::(?:utf8|ascii)\.getbytes)\(`)
	typed    = lazyregexp.New(`^\[(?i:string|uri|byte\[\])\]`)
	// chars is how Chrome writes what is not ASCII, in UTF-16.
	chars = lazyregexp.New(`^(?:\$\(\[char\]\d{1,5}\))+`)
	char  = lazyregexp.New(`\d+`)
	point = lazyregexp.New(`^u\{([0-9a-fA-F]{1,6})\}`)
	plain = lazyregexp.New("^[^\"`$]+")
)

// value reads an expression: texts that + joins.
func (s *source) value() (any, error) {
	v, err := s.single()
	for s.take(blank); err == nil && s.peek() == '+'; s.take(blank) {
		s.at++
		s.take(anyBlank)
		at := s.at
		right, failed := s.single()
		if failed != nil {
			return nil, failed
		}
		a, ok := v.(string)
		b, also := right.(string)
		if !ok || !also {
			return nil, pasted.UnreadAt(at, "hooktop joins only strings: write the value")
		}
		v, err = a+b, s.Spend(len(a)+len(b))
	}
	return v, err
}

// single reads one value.
func (s *source) single() (any, error) {
	if s.depth++; s.depth > pasted.MaxDepth {
		return nil, pasted.UnreadAt(s.at, "values are nested too deeply")
	}
	defer func() { s.depth-- }()
	at, rest := s.at, s.Text[s.at:]
	switch {
	case here.MatchString(rest):
		return s.here()
	case strings.HasPrefix(rest, "@{"):
		s.at += 2
		return s.table()
	case strings.HasPrefix(rest, `"`):
		s.at++
		return s.expanded(at)
	case strings.HasPrefix(rest, "'"):
		m := s.take(literal)
		if m == nil {
			return nil, pasted.UnreadAt(at, "this string is not closed")
		}
		return strings.ReplaceAll(m[1], "''", "'"), s.Spend(len(m[1]))
	case strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "$("):
		s.at += strings.IndexByte(rest, '(') + 1
		return s.inBrackets()
	case getBytes.MatchString(rest):
		s.take(getBytes)
		v, err := s.inBrackets()
		if text, ok := v.(string); ok {
			return []byte(text), err
		}
		return nil, s.orUnread(err, at)
	case typed.MatchString(rest):
		s.take(typed)
		return s.single()
	}
	if m := s.take(variable); m != nil {
		return s.valueOf(at, strings.ToLower(m[1]+m[2]))
	}
	if m := s.take(digits); m != nil {
		return m[0], nil
	}
	return nil, s.orUnread(nil, at)
}

// orUnread returns an error, or one that says that a value is not computed.
func (s *source) orUnread(err error, at int) error {
	if err != nil {
		return err
	}
	return pasted.UnreadAt(at, "hooktop does not evaluate this value: write it")
}

// valueOf returns the value of a variable.
func (s *source) valueOf(at int, name string) (any, error) {
	switch name {
	case "true", "false":
		return name, nil
	case "null":
		return "", nil
	}
	v, ok := s.vars[name]
	if u, lost := v.(unknown); lost {
		return nil, u.err
	}
	if !ok {
		return nil, pasted.UnreadAt(at, "the command does not set the variable $%s: write its value", name)
	}
	return v, nil
}

// textOf returns a value that must be a text.
func (s *source) textOf(v any, err error) (string, error) {
	text, ok := v.(string)
	if err == nil && !ok {
		err = pasted.UnreadAt(s.at, "an object where a string is needed")
	}
	return text, err
}

// inBrackets reads a value, or the content of a file, up to a round bracket.
func (s *source) inBrackets() (any, error) {
	s.take(anyBlank)
	v, err := s.valueOrContent()
	if err != nil {
		return nil, err
	}
	if s.take(anyBlank); s.peek() != ')' {
		return nil, pasted.UnreadAt(s.at, "hooktop does not evaluate this: write the value")
	}
	s.at++
	return v, nil
}

// valueOrContent reads a value, or Get-Content with -Raw.
func (s *source) valueOrContent() (any, error) {
	at := s.at
	if s.take(reads) == nil {
		return s.value()
	}
	name, raw := "", false
	for !s.ends() {
		word, err := s.word()
		switch {
		case err != nil:
			return nil, err
		case strings.EqualFold(word, "-Raw"):
			raw = true
		case strings.EqualFold(word, "-Path"), strings.EqualFold(word, "-LiteralPath"):
		case strings.HasPrefix(word, "-") || word == "":
			return nil, pasted.UnreadAt(at, "the option %s is not supported: write the value that it reads", pasted.Quote(word))
		default:
			name = word
		}
	}
	if !raw {
		return nil, pasted.UnreadAt(at, "Get-Content without -Raw splits the file into lines: add -Raw")
	}
	b, err := s.File("the value", strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimPrefix(string(b), "\ufeff"), s.Place(err, at)
}

// table reads a hash table after its bracket.
func (s *source) table() (any, error) {
	made := map[string]any{}
	for s.take(anyBlank); s.peek() != '}'; s.take(anyBlank) {
		key := ""
		if m := s.take(entry); m != nil {
			key = m[0]
		} else {
			var err error
			if key, err = s.textOf(s.single()); err != nil {
				return nil, err
			}
		}
		if s.take(blank); s.peek() != '=' {
			return nil, pasted.UnreadAt(s.at, "an = is missing")
		}
		s.at++
		s.take(anyBlank)
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		made[key] = v
	}
	s.at++
	return made, nil
}

// here reads a here-string: @" to "@, or @' to '@.
func (s *source) here() (any, error) {
	at := s.at
	m := s.take(hereText)
	if m == nil {
		return nil, pasted.UnreadAt(at, "this string is not closed")
	}
	if strings.HasPrefix(m[0], "@'") {
		return m[2], s.Spend(len(m[2]))
	}
	in := *s
	in.Block, in.at = pasted.Block{Text: m[1], Line: s.Line + strings.Count(s.Text[:at], "\n") + 1}, 0
	v, err := in.expanded(-1)
	return v, in.Place(err, 0)
}

// expanded reads a text with variables and escapes after its quote, or to the end of
// the source if at, where the quote is, is negative.
func (s *source) expanded(at int) (any, error) {
	var b strings.Builder
	for s.at < len(s.Text) {
		rest := s.Text[s.at:]
		switch {
		case rest[0] == '"' && at >= 0 && !strings.HasPrefix(rest, `""`):
			s.at++
			return b.String(), s.Spend(b.Len())
		case rest[0] == '"':
			b.WriteByte('"')
			if s.at++; at >= 0 {
				s.at++
			}
		case rest[0] == '`' && len(rest) > 1:
			s.escape(&b)
		case chars.MatchString(rest):
			var units []uint16
			for _, n := range char.FindAllString(s.take(chars)[0], -1) {
				code, err := strconv.ParseUint(n, 10, 16)
				if err != nil {
					return nil, s.orUnread(nil, s.at)
				}
				units = append(units, uint16(code))
			}
			b.WriteString(string(utf16.Decode(units)))
		case strings.HasPrefix(rest, "$(") || variable.MatchString(rest):
			text, err := s.textOf(s.single())
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			if err := s.Spend(len(text)); err != nil {
				return nil, err
			}
		default:
			n := max(1, len(plain.FindString(rest)))
			b.WriteString(rest[:n])
			s.at += n
		}
	}
	if at >= 0 {
		return nil, pasted.UnreadAt(at, "this string is not closed")
	}
	return b.String(), s.Spend(b.Len())
}

// escape reads a backtick and what it stands for.
func (s *source) escape(b *strings.Builder) {
	s.at++
	if m := s.take(point); m != nil {
		code, err := strconv.ParseUint(m[1], 16, 32)
		if err != nil {
			code = utf8.RuneError
		}
		b.WriteRune(rune(code)) //nolint:gosec // six digits
		return
	}
	if i := strings.IndexByte("0abefnrtv", s.peek()); i >= 0 {
		b.WriteByte("\x00\a\b\x1b\f\n\r\t\v"[i])
	} else {
		b.WriteByte(s.peek())
	}
	s.at++
}

// word reads a word as a program gets it: text and quotes that stand together.
func (s *source) word() (string, error) {
	var b strings.Builder
	for s.at < len(s.Text) {
		switch c := s.Text[s.at]; {
		case strings.IndexByte(" \t\r\n;|)}", c) >= 0:
			return b.String(), nil
		case strings.IndexByte(`"'$(`, c) >= 0 || here.MatchString(s.Text[s.at:]):
			text, err := s.textOf(s.single())
			if err != nil {
				return "", err
			}
			b.WriteString(text)
		case c == '`' && s.at+1 < len(s.Text):
			if s.Text[s.at+1] == '\n' || s.Text[s.at+1] == '\r' {
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
