// Package powershell reads the commands that send requests in PowerShell: those of
// Invoke-WebRequest and Invoke-RestMethod, and of curl.exe and its like, with the
// variables, hash tables and texts that they are given.
package powershell

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// source is a text that is read from front to back.
type source struct {
	*pasted.Reader
	pasted.Block
	at, depth int
	vars      map[string]any // by their names in small letters
	program   Program
}

// Program reads the arguments of a program outside PowerShell, and reports whether
// it knows the program.
type Program func(name string, words []string) (known bool, err error)

// Read adds the requests that the commands of a block send.
func Read(r *pasted.Reader, b pasted.Block, program Program) error {
	s := &source{Reader: r, Block: b, vars: map[string]any{}, program: program}
	for s.take(anyBlank); s.at < len(s.Text); s.take(anyBlank) {
		at := s.at
		if err := s.statement(); err != nil {
			return s.Place(err, at)
		}
		if b.Prompted && len(r.Found) > 0 && s.peek() == '\n' && !strings.HasPrefix(strings.TrimSpace(s.Text[s.at:]), "$") {
			return nil // the rest is what it printed
		}
		if s.at == at {
			s.at++
		}
	}
	return nil
}

const blanks = "(?:[ \t\r]|`[ \t\r]*\n|<#(?s:.*?)#>|#[^\n]*"

// What is skipped between words, and between statements; and how statements begin.
var (
	blank    = lazyregexp.New("^" + blanks + ")*")
	anyBlank = lazyregexp.New("^" + blanks + "|[\n;])*")
	// target is a variable, a part of it, and what is done to it.
	target  = lazyregexp.New(`^(?:\[[\w.]+\])?\$(?:\{([^}\n]+)\}|([\w:]+))((?:\.\w+)*)(?:\[\s*(?:"([^"\n$]+)"|'([^'\n]+)')\s*\])?[ \t]*(\+=|=|\()?`)
	bracket = lazyregexp.New(`^(?i:try|finally)?[ \t]*[{})]`)
	handler = lazyregexp.New(`^(?i:catch\b|param\b|\[)`)
	named   = lazyregexp.New(`^(?:&[ \t]*)?["']?([\w.:\\/-]+)["']?`)
	invokes = lazyregexp.New(`^(?i:invoke-webrequest|invoke-restmethod|iwr|irm)$`)
	reads   = lazyregexp.New(`^(?i:get-content|gc|cat|type)[ \t]`)
	created = lazyregexp.New(`^(?i:new-object\b|\[[\w.]+\]::new\b)`)
	// harmless are commands that change no request.
	harmless = lazyregexp.New(`^(?i:write-(?:host|output)|echo|set-location|cd|clear-host|cls|start-sleep|set-strictmode|import-module|add-type|exit|return)$`)
	// forInvoke tells PowerShell's own curl, which is Invoke-WebRequest, from curl.
	forInvoke = lazyregexp.New("(?i)[ \t`\n]-(?:uri|method|headers|body|contenttype|usebasicparsing)\\b|@\\{")
)

// take passes over what a form matches here, and returns it with its groups.
func (s *source) take(form *lazyregexp.Regexp) []string {
	found := form.FindStringSubmatch(s.Text[s.at:])
	if found != nil {
		s.at += len(found[0])
	}
	return found
}

// peek returns the next character, 0 at the end.
func (s *source) peek() byte {
	if s.at < len(s.Text) {
		return s.Text[s.at]
	}
	return 0
}

// ends reports whether a command ends here.
func (s *source) ends() bool {
	s.take(blank)
	return s.at >= len(s.Text) || strings.IndexByte("\n;|)}", s.peek()) >= 0
}

// skip passes over the rest of a statement and returns it.
func (s *source) skip() string {
	from, depth := s.at, 0
	for s.at < len(s.Text) {
		switch c := s.Text[s.at]; {
		case c == '"' || c == '\'' || here.MatchString(s.Text[s.at:]):
			if s.take(texts) == nil { // it does not end
				s.at = len(s.Text)
			}
			continue
		case c == '`':
			s.at++
		case c == '(' || c == '{' || c == '[':
			depth++
		case c == ')' || c == '}' || c == ']':
			if depth--; depth <= 0 && c == '}' {
				s.at++
				return s.Text[from:s.at]
			}
		case (c == '\n' || c == ';') && depth <= 0:
			return s.Text[from:s.at]
		}
		s.at++
	}
	s.at = min(s.at, len(s.Text))
	return s.Text[from:]
}

// statement reads a statement.
func (s *source) statement() error {
	at := s.at
	if m := s.take(target); m != nil {
		return s.change(at, strings.ToLower(m[1]+m[2]), strings.ToLower(m[3]), m[4]+m[5], m[6])
	}
	if s.take(bracket) != nil {
		return nil
	}
	if s.take(handler) != nil {
		s.skip()
		return nil
	}
	m := s.take(named)
	if m == nil {
		return pasted.UnreadAt(at, "this is not supported")
	}
	return s.command(at, strings.ToLower(m[1]))
}

// command reads a command after its name.
func (s *source) command(at int, name string) error {
	from := s.at
	rest := s.skip()
	s.at = from
	switch {
	case invokes.MatchString(name), (name == "curl" || name == "wget") && forInvoke.MatchString(rest):
		return s.invoke(at)
	case harmless.MatchString(name):
		s.skip()
		return nil
	}
	if known, _ := s.program(name, nil); !known {
		return pasted.UnreadAt(at, "the command %s is not supported", pasted.Quote(name))
	}
	var words []string
	for !s.ends() {
		from := s.at
		word, err := s.word()
		switch {
		case err != nil:
			return err
		case s.at == from:
			return pasted.UnreadAt(from, "this is not supported")
		}
		words = append(words, word)
	}
	if s.peek() == '|' {
		s.skip() // what becomes of the answer
	}
	_, err := s.program(name, words)
	return s.Place(err, at)
}

// change reads what is done to a variable, to a member or to an entry of it.
func (s *source) change(at int, name, member, key, how string) error {
	changed := unknown{pasted.UnreadAt(at, "hooktop does not evaluate the change to $%s: write its value", name)}
	table, isTable := s.vars[name].(map[string]any)
	switch {
	case how == "=":
		s.take(anyBlank)
		v, err := s.assigned(at)
		if err != nil {
			return err
		}
		if key == "" {
			key = strings.TrimPrefix(member, ".")
		}
		switch {
		case key == "":
			s.vars[name] = v
		case isTable:
			table[key] = v
		default:
			s.vars[name] = changed
		}
		return nil
	case how == "(" && isTable && (member == ".add" || member == ".headers.add"):
		return s.add(table, strings.TrimSuffix(strings.TrimPrefix(member, "."), "add"))
	case how == "+=", how == "(" && !isTable:
		s.vars[name] = changed
	}
	s.skip() // it is printed, or gets a cookie, which nobody signs
	return nil
}

// assigned reads what a variable is set to.
func (s *source) assigned(at int) (any, error) {
	start := s.at
	if created.MatchString(s.Text[s.at:]) {
		s.skip()
		return map[string]any{}, nil
	}
	if m := s.take(named); m != nil && !reads.MatchString(s.Text[start:]) && strings.Trim(m[0], "0123456789") != "" && strings.IndexByte(`"'`, s.Text[start]) < 0 {
		found := len(s.Found)
		err := s.command(start, strings.ToLower(m[1]))
		known, _ := s.program(strings.ToLower(m[1]), nil)
		if err != nil && (known || invokes.MatchString(m[1]) || len(s.Found) > found) {
			return nil, err
		}
		if err != nil {
			s.skip()
		}
		return unknown{pasted.UnreadAt(at, "hooktop does not evaluate %s: write what it returns", pasted.Quote(m[1]))}, nil
	}
	s.at = start
	v, err := s.valueOrContent()
	if err == nil && !s.ends() || err == nil && s.peek() == '|' {
		err = pasted.UnreadAt(s.at, "hooktop does not evaluate this: write the value")
	}
	if err != nil {
		s.at = start
		s.skip()
		return unknown{err}, nil //nolint:nilerr // it matters only if somebody uses the variable
	}
	return v, nil
}

// add reads the arguments of $headers.Add(name, value).
func (s *source) add(table map[string]any, prefix string) error {
	var pair [2]any
	for i, end := range []byte{',', ')'} {
		s.take(anyBlank)
		v, err := s.value()
		if err != nil {
			return err
		}
		if s.take(anyBlank); s.peek() != end {
			return pasted.UnreadAt(s.at, "a %c is missing", end)
		}
		s.at++
		pair[i] = v
	}
	key, ok := pair[0].(string)
	if !ok {
		return pasted.UnreadAt(s.at, "the name of a header is not a string")
	}
	table[prefix+key] = pair[1]
	return nil
}
