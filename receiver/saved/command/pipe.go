package command

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// printed is what a command prints. If unknown is not empty it is not known, and
// unknown says which command's it is; err is why it cannot be read.
type printed struct {
	text    []byte
	unknown string
	err     error
}

// brings reports whether a redirection changes what a command reads.
func brings(r *syntax.Redirect) bool {
	input := []syntax.RedirOperator{syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc}
	return slices.Contains(input, r.Op) && (r.N == nil || r.N.Value == "0")
}

// redirected returns what a command reads from its standard input. Where it
// writes to does not matter.
func (s *shell) redirected(stmt *syntax.Stmt, in *printed) (*printed, error) {
	for _, r := range stmt.Redirs {
		if !brings(r) {
			continue
		}
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			text, err := s.document(r)
			if err != nil {
				return nil, s.place(err, r)
			}
			in = &printed{text: []byte(text)}
		case syntax.WordHdoc:
			text, err := s.text(r.Word)
			if err != nil {
				return nil, s.place(err, r)
			}
			in = &printed{text: []byte(text + "\n")}
		case syntax.RdrIn:
			name, err := s.text(r.Word)
			if err != nil {
				return nil, s.place(err, r)
			}
			b, err := (&arguments{reader: s.reader, in: in, moved: s.moved}).file("standard input", name)
			if err != nil {
				return nil, s.place(err, r)
			}
			in = &printed{text: b}
		default:
			return nil, s.at(r.Pos(), "this redirection is not read")
		}
	}
	return in, nil
}

// document returns the lines of a here-document.
func (s *shell) document(r *syntax.Redirect) (string, error) {
	if r.Hdoc == nil {
		return "", nil
	}
	literal := false
	for _, p := range r.Word.Parts {
		if l, ok := p.(*syntax.Lit); !ok || strings.Contains(l.Value, "\\") {
			literal = true
		}
	}
	var b strings.Builder
	for _, p := range r.Hdoc.Parts {
		l, ok := p.(*syntax.Lit)
		switch {
		case ok && literal:
			b.WriteString(l.Value)
		case ok:
			b.WriteString(unescaped(strings.ReplaceAll(l.Value, "\\\n", ""), "\\$`"))
		default:
			text, err := s.part(p, true)
			if err != nil {
				return "", s.place(err, p)
			}
			if err := s.spend(len(text)); err != nil {
				return "", err
			}
			b.WriteString(text)
		}
	}
	if r.Op == syntax.DashHdoc { // the parser may have kept the tabs
		lines := strings.SplitAfter(b.String(), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimLeft(line, "\t")
		}
		return strings.Join(lines, ""), nil
	}
	return b.String(), nil
}

// prints returns what a command prints that sends no request.
func (s *shell) prints(program string, args []string, in *printed) (*printed, error) {
	a := &arguments{reader: s.reader, in: in, moved: s.moved}
	switch program {
	case "echo":
		return s.echo(args)
	case "printf":
		return s.printf(args)
	case "cat":
		out, err := a.cat(args)
		return &printed{text: out, err: err}, nil // it matters only if somebody reads it
	case "tee", "pv":
		if in != nil {
			return in, nil
		}
	case "base64":
		if len(args) == 1 && (args[0] == "-d" || args[0] == "-D" || args[0] == "--decode") {
			return a.decoded(func(text []byte) ([]byte, error) {
				return base64.StdEncoding.DecodeString(strings.Map(dropBlank, string(text)))
			})
		}
	case "xxd":
		if strings.Join(args, "") == "-r-p" || strings.Join(args, "") == "-p-r" {
			return a.decoded(func(text []byte) ([]byte, error) { return hex.DecodeString(strings.Map(dropBlank, string(text))) })
		}
	case "tr":
		if len(args) == 2 && args[0] == "-d" && !strings.ContainsAny(args[1], "-[") {
			set := ansiC(args[1])
			return a.decoded(func(text []byte) ([]byte, error) {
				return bytes.Map(func(r rune) rune {
					if strings.ContainsRune(set, r) {
						return -1
					}
					return r
				}, text), nil
			})
		}
	}
	if s.passed == "" {
		s.passed = program
	}
	if in != nil && in.unknown != "" {
		return in, nil // it is the first that matters
	}
	return &printed{unknown: quote(program)}, nil
}

func dropBlank(r rune) rune {
	if r == '\n' || r == '\r' || r == ' ' || r == '\t' {
		return -1
	}
	return r
}

// decoded returns what a change makes of standard input.
func (a *arguments) decoded(change func([]byte) ([]byte, error)) (*printed, error) {
	in, err := a.input("the text to decode")
	if err != nil {
		return &printed{err: err}, nil //nolint:nilerr // it matters only if somebody reads it
	}
	out, err := change(in)
	if err != nil {
		return &printed{err: unread("the text to decode is not valid: %v", err)}, nil //nolint:nilerr // likewise
	}
	return &printed{text: out}, nil
}

// echo prints words, and a backslash as bash does: as it is, unless -e is there.
func (s *shell) echo(args []string) (*printed, error) {
	newline, escapes := true, false
	for len(args) > 0 && (args[0] == "-n" || args[0] == "-e" || args[0] == "-E" || args[0] == "-ne" || args[0] == "-en") {
		newline = newline && !strings.Contains(args[0], "n")
		escapes = escapes || strings.Contains(args[0], "e")
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		text = ansiC(strings.ReplaceAll(strings.ReplaceAll(text, `\'`, `\\'`), `\"`, `\\"`))
	}
	if newline {
		text += "\n"
	}
	return &printed{text: []byte(text)}, s.spend(len(text))
}

// printf prints a format with words: %s, %b and %% only, as often as the words ask
// for.
func (s *shell) printf(args []string) (*printed, error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return &printed{}, nil
	}
	format, words := args[0], args[1:]
	var out []byte
	for {
		used := 0
		for i := 0; i < len(format); i++ {
			switch c := format[i]; {
			case c == '\\':
				n := escapeLength(format[i:])
				out = append(out, printfEscape(format[i:i+n])...)
				i += n - 1
			case c == '%' && i+1 < len(format):
				i++
				word := ""
				if format[i] != '%' && used < len(words) {
					word = words[used]
					used++
				}
				switch format[i] {
				case '%':
					word = "%"
				case 's', 'd', 'i':
				case 'b':
					word = string(printfEscapes(word))
				default:
					return nil, unread("printf's format %s is not read: write what it prints", quote(args[0]))
				}
				out = append(out, word...)
			default:
				out = append(out, c)
			}
			if err := s.spend(1); err != nil {
				return nil, err
			}
		}
		if words = words[used:]; len(words) == 0 || used == 0 {
			break
		}
	}
	return &printed{text: out}, s.spend(len(out))
}

// escapeLength returns how long the escape is that a text begins with.
func escapeLength(text string) int {
	if len(text) < 2 {
		return len(text)
	}
	most, base := 0, 16
	switch text[1] {
	case 'x':
		most = 2
	case 'u':
		most = 4
	case 'U':
		most = 8
	case '0', '1', '2', '3', '4', '5', '6', '7':
		_, n := digits(text[1:], 3, 8)
		return 1 + n
	default:
		return 2
	}
	_, n := digits(text[2:], most, base)
	return 2 + n
}

// printfEscape returns what an escape stands for. Unlike in $'…' it may be NUL.
func printfEscape(escape string) []byte {
	if len(escape) > 1 && (escape[1] >= '0' && escape[1] <= '7' || escape[1] == 'x' && len(escape) > 2) {
		from, base := 1, 8
		if escape[1] == 'x' {
			from, base = 2, 16
		}
		code, _ := digits(escape[from:], 3, base)
		return []byte{byte(code)}
	}
	return []byte(ansiC(escape))
}

func printfEscapes(text string) (out []byte) {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		n := escapeLength(text[i:])
		out = append(out, printfEscape(text[i:i+n])...)
		i += n - 1
	}
	return out
}

// cat prints files, or its input.
func (a *arguments) cat(args []string) (out []byte, err error) {
	names := args
	if len(args) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		if strings.HasPrefix(name, "-") && name != "-" {
			return nil, unread("cat's option %s is not read: write what it prints", quote(name))
		}
		b, err := a.file("what cat prints", name)
		if err != nil {
			return nil, err
		}
		if out = append(out, b...); len(out) > maxMade {
			return nil, unread("it makes more than %d bytes", maxMade)
		}
	}
	return out, nil
}
