package command

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// printed is what a command prints, or why that is not known.
type printed struct {
	text []byte
	err  error
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
		var text string
		var err error
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			text, err = s.document(r)
		case syntax.WordHdoc:
			text, err = s.text(r.Word)
			text += "\n"
		case syntax.RdrIn:
			var name string
			if name, err = s.text(r.Word); err == nil {
				var b []byte
				b, err = s.arguments(in).File("standard input", name)
				text = string(b)
			}
		default:
			err = pasted.Unread("this redirection is not supported")
		}
		if err != nil {
			return nil, s.place(err, r)
		}
		in = &printed{text: []byte(text)}
	}
	return in, nil
}

// document returns the lines of a here-document.
func (s *shell) document(r *syntax.Redirect) (text string, err error) {
	if r.Hdoc == nil {
		return "", nil
	}
	literal := false
	for _, p := range r.Word.Parts {
		if l, ok := p.(*syntax.Lit); !ok || strings.Contains(l.Value, "\\") {
			literal = true
		}
	}
	if literal {
		for _, p := range r.Hdoc.Parts {
			if l, ok := p.(*syntax.Lit); ok {
				text += l.Value
			}
		}
	} else if err = s.expanded(r.Hdoc, func(c *expand.Config) (err error) {
		text, err = expand.Document(c, r.Hdoc)
		return err
	}); err != nil {
		return "", err
	}
	if r.Op == syntax.DashHdoc { // the parser may have kept the tabs
		text = tabs.ReplaceAllString(text, "")
	}
	return text, nil
}

var (
	tabs = lazyregexp.New(`(?m)^\t+`)
	// formats are what printf's words are printed with that are read.
	formats = lazyregexp.New(`%[sdib%]`)
)

// prints returns what a command prints that sends no request. An error matters only
// if somebody reads what it prints.
func (s *shell) prints(program string, args []string, in *printed) (*printed, error) {
	switch joined := strings.Join(args, " "); {
	case program == "echo":
		return s.echo(args), nil
	case program == "printf" && len(args) > 0:
		return s.printf(args), nil
	case program == "cat":
		return s.cat(args, in), nil
	case in != nil && in.err != nil:
		return in, nil //nolint:nilerr // it is the first that matters
	case in != nil && program == "base64" && (joined == "-d" || joined == "-D" || joined == "--decode"):
		text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(in.text)), ""))
		if err != nil {
			err = pasted.Unread("the text to decode is not valid: %v", err)
		}
		return &printed{text, err}, nil
	case in != nil && program == "tr" && (joined == `-d \n` || joined == `-d \r\n` || joined == "-d \n"):
		text := bytes.ReplaceAll(in.text, []byte("\n"), nil)
		if strings.Contains(joined, `\r`) {
			text = bytes.ReplaceAll(text, []byte("\r"), nil)
		}
		return &printed{text: text}, nil
	}
	if s.passed == "" {
		s.passed = program
	}
	return &printed{err: pasted.Unread("hooktop does not run %s: write what it prints", quote(program))}, nil
}

// echo prints words, and a backslash as bash does: as it is, unless -e is there.
func (s *shell) echo(args []string) *printed {
	newline, escapes := true, false
	for len(args) > 0 && (args[0] == "-n" || args[0] == "-e" || args[0] == "-E" || args[0] == "-ne" || args[0] == "-en") {
		newline = newline && !strings.Contains(args[0], "n")
		escapes = escapes || strings.Contains(args[0], "e")
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		if strings.Contains(text, `\0`) || strings.Contains(text, `\c`) {
			return &printed{err: pasted.Unread("an escape of echo is not supported: write what it prints")}
		}
		text, _, _ = expand.Format(nil, strings.NewReplacer(`\\`, `\\`, `\'`, `\\'`, `\"`, `\\"`, `\?`, `\\?`).Replace(text), nil) //nolint:dogsled // it has no formats
	}
	if newline {
		text += "\n"
	}
	return &printed{[]byte(text), s.Spend(len(text))}
}

// printf prints a format with words, as often as the words ask for.
func (s *shell) printf(args []string) *printed {
	if len(args) > 1 && args[0] == "--" {
		args = args[1:]
	}
	format, words := args[0], args[1:]
	if strings.Contains(formats.ReplaceAllString(format, ""), "%") {
		return &printed{err: pasted.Unread("printf's format %s is not supported: write what it prints", quote(format))}
	}
	var out []byte
	for {
		text, used, err := expand.Format(nil, format, append([]string{}, words...))
		if err == nil {
			err = s.Spend(len(format) + len(text))
		}
		if err != nil {
			return &printed{err: err}
		}
		out = append(out, text...)
		if words = words[used:]; len(words) == 0 || used == 0 {
			return &printed{text: out}
		}
	}
}

// cat prints files, or its input.
func (s *shell) cat(args []string, in *printed) *printed {
	if len(args) == 0 {
		args = []string{"-"}
	}
	var out []byte
	for _, name := range args {
		if strings.HasPrefix(name, "-") && name != "-" {
			return &printed{err: pasted.Unread("cat's option %s is not supported: write what it prints", quote(name))}
		}
		b, err := s.arguments(in).File("what cat prints", name)
		if err == nil {
			err = s.Spend(len(b))
		}
		if err != nil {
			return &printed{err: err}
		}
		out = append(out, b...)
	}
	return &printed{text: out}
}
