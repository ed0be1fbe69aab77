// Package dotenv reads the text of .env files as the app's own loader does, with
// the same values: dotenv, and @next/env for references between variables. It
// opens no file, and knows no variable by name. What it cannot read it skips,
// as they do, and says which lines those are.
package dotenv

import (
	"strings"
	"unicode/utf8"
)

// File is what a .env file says.
type File struct {
	// Variables stand in the order in which they first appear, each once, with
	// the value that its last line gives it.
	Variables []Variable
	// Skipped are the lines that set nothing, without comments and blank lines.
	Skipped []Skipped
	// UTF16 reports that the file is UTF-16: apps read nothing of it.
	UTF16 bool
}

// Variable is one variable of a file.
type Variable struct {
	Name, Value string
	// Line is where it stands, counted from 1.
	Line int
	// Unset are the variables that its value refers to and that are not set.
	// Only Expand fills it.
	Unset []string
	// Endless reports that its value refers to itself; it is then empty.
	Endless bool

	// from and to are where its value stands in the decoded text, with its quotes.
	from, to int
}

// Skipped is a line that sets nothing.
type Skipped struct {
	Line int
	// Word is what it begins with, where a name would stand. It may be part of a
	// secret: show it only if it is a name that you know.
	Word string
}

// maxSkipped is how many skipped lines are named: a file with more is something else.
const maxSkipped = 1000

// Parse reads the text of a .env file. It follows the regular expression of
// dotenv, which @next/env has too, to the letter:
//
//	/^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/mg
//
// A space is therefore a line break, too, and a value may begin on a later line
// if it is in quotes.
func Parse(text []byte) File {
	var f File
	s := scanner{line: 1}
	s.text, f.UTF16 = decode(text)
	place := map[string]int{}
	for s.skipSpaces(); s.at < len(s.text); s.skipSpaces() {
		if s.text[s.at] == '#' {
			s.skipLine()
			continue
		}
		v, ok := s.variable()
		if !ok {
			if len(f.Skipped) < maxSkipped {
				f.Skipped = append(f.Skipped, Skipped{s.line, s.word()})
			}
			s.skipLine()
			continue
		}
		if i, again := place[v.Name]; again {
			f.Variables[i] = v
		} else if v.Name != "__proto__" { // no variable in JavaScript
			place[v.Name] = len(f.Variables)
			f.Variables = append(f.Variables, v)
		}
	}
	return f
}

// Values returns the variables by name.
func (f File) Values() map[string]string {
	values := make(map[string]string, len(f.Variables))
	for _, v := range f.Variables {
		values[v.Name] = v.Value
	}
	return values
}

// scanner stands somewhere in a text without carriage returns.
type scanner struct {
	text string
	at   int
	line int // counted from 1, of at
	// begin is where that line begins.
	begin int
}

// moveTo goes forward to a place.
func (s *scanner) moveTo(at int) {
	if last := strings.LastIndexByte(s.text[s.at:at], '\n'); last >= 0 {
		s.line += strings.Count(s.text[s.at:at], "\n")
		s.begin = s.at + last + 1
	}
	s.at = at
}

func (s *scanner) skipSpaces() { s.moveTo(s.afterSpaces(s.at)) }
func (s *scanner) skipLine()   { s.moveTo(s.endOfLine(s.at)) }

// variable reads the variable that begins here. If there is none it returns
// false and goes to where the search for the next one begins.
func (s *scanner) variable() (v Variable, ok bool) {
	begin, afterExport := s.at, -1
	if rest := begin + len("export"); strings.HasPrefix(s.text[begin:], "export") && s.spaceAt(rest) > 0 {
		if name := s.afterSpaces(rest); s.afterName(name) > name {
			begin, afterExport = name, rest
		}
	}
	end := s.afterName(begin)
	value, ok := s.afterEquals(end)
	if begin == end || !ok {
		if afterExport >= 0 { // a later line may begin with a name
			end = afterExport
		}
		s.moveTo(end)
		return Variable{}, false
	}
	s.moveTo(begin)
	v = Variable{Name: s.text[begin:end], Line: s.line}
	text, next, quoted := s.quoted(value)
	if !quoted {
		text, next = s.unquoted(value)
	}
	v.from, v.to = s.trimmed(value, next)
	if first := s.afterSpaces(value); first < len(s.text) && s.text[first] == '"' && (quoted || first < next) {
		text = strings.ReplaceAll(strings.ReplaceAll(text, `\n`, "\n"), `\r`, "\r")
	}
	v.Value = text
	s.moveTo(next)
	return v, true
}

// afterName returns where a name ends that begins at a place.
func (s *scanner) afterName(at int) int {
	for at < len(s.text) && isNameByte(s.text[at]) {
		at++
	}
	return at
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-'
}

// afterEquals returns where the value begins behind a name that ended at a
// place: after "=", or after ": ".
func (s *scanner) afterEquals(at int) (int, bool) {
	if i := s.afterSpaces(at); i < len(s.text) && s.text[i] == '=' {
		return i + 1, true
	}
	if at < len(s.text) && s.text[at] == ':' && s.spaceAt(at+1) > 0 {
		return at + 1 + s.spaceAt(at+1), true
	}
	return 0, false
}

// quoted reads a value in quotes, and returns where the line goes on behind it.
// A quote with a backslash ends the value only if no other can.
func (s *scanner) quoted(at int) (text string, next int, ok bool) {
	at = s.afterSpaces(at)
	if at >= len(s.text) || !strings.ContainsRune("'\"`", rune(s.text[at])) {
		return "", 0, false
	}
	quote, end := s.text[at], -1
	for i := at + 1; ; i++ {
		found := strings.IndexByte(s.text[i:], quote)
		if found < 0 {
			break
		}
		i += found
		rest := i + 1
		for rest < len(s.text) && !s.breakAt(rest) && s.spaceAt(rest) > 0 {
			rest += s.spaceAt(rest)
		}
		if rest == len(s.text) || s.breakAt(rest) || s.text[rest] == '#' {
			end, next = i, rest
		}
		if s.text[i-1] != '\\' {
			break
		}
	}
	if end < 0 {
		return "", 0, false
	}
	return s.text[at+1 : end], next, true
}

// unquoted reads a value up to a # or the end of the line.
func (s *scanner) unquoted(at int) (text string, next int) {
	next = len(s.text)
	if n := strings.IndexAny(s.text[at:], "#\n"); n >= 0 {
		next = at + n
	}
	return withoutQuotes(strings.TrimFunc(s.text[at:next], isSpace)), next
}

// trimmed returns a range without the spaces around it; only the beginning of it if it
// has nothing else.
func (s *scanner) trimmed(from, to int) (int, int) {
	text := s.text[from:to]
	if strings.TrimFunc(text, isSpace) == "" {
		return from, from
	}
	from += len(text) - len(strings.TrimLeftFunc(text, isSpace))
	return from, from + len(strings.TrimFunc(text, isSpace))
}

// withoutQuotes removes quotes around a text, as the replacement of
// /^(['"`])([\s\S]*)\1$/gm does: U+2028 and U+2029 begin a line, too.
func withoutQuotes(text string) string {
	var b strings.Builder
	kept, last := 0, map[byte]int{}
	for at := 0; at < len(text); {
		quote := text[at]
		end, known := last[quote]
		if !known { // it is the same for all of them
			end = lastQuote(text, quote)
			last[quote] = end
		}
		if end > at {
			b.WriteString(text[kept:at])
			b.WriteString(text[at+1 : end])
			kept, at = end+1, end+1
		}
		next := strings.IndexAny(text[at:], lineSeparators)
		if next < 0 {
			break
		}
		at += next + len("\u2028")
	}
	return b.String() + text[kept:]
}

const lineSeparators = "\u2028\u2029"

// lastQuote returns the last place of a quote at which it ends a line, -1 if there is
// none, or it is not a quote.
func lastQuote(text string, quote byte) int {
	if !strings.ContainsRune("'\"`", rune(quote)) {
		return -1
	}
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == quote && (i+1 == len(text) || strings.IndexAny(text[i+1:], lineSeparators) == 0) {
			return i
		}
	}
	return -1
}

// word returns what stands at the beginning of the scanner's line, if it could
// be a name.
func (s *scanner) word() string {
	line := strings.TrimLeftFunc(s.text[s.begin:], isSpace)
	line = strings.TrimLeft(strings.TrimPrefix(line, "export "), " \t")
	end := 0
	for end < len(line) && isNameByte(line[end]) {
		end++
	}
	return line[:end]
}

// afterSpaces returns the first place from at on that is not a space.
func (s *scanner) afterSpaces(at int) int {
	for {
		n := s.spaceAt(at)
		if n == 0 {
			return at
		}
		at += n
	}
}

// spaceAt returns the length of the space at a place, 0 if there is none.
func (s *scanner) spaceAt(at int) int {
	if at >= len(s.text) {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s.text[at:])
	if !isSpace(r) {
		return 0
	}
	return n
}

func (s *scanner) breakAt(at int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[at:])
	return isBreak(r)
}

// endOfLine returns the next line break from at on.
func (s *scanner) endOfLine(at int) int {
	if n := strings.IndexFunc(s.text[at:], isBreak); n >= 0 {
		return at + n
	}
	return len(s.text)
}

// isBreak reports whether a line ends here in a regular expression of JavaScript.
func isBreak(r rune) bool { return r == '\n' || r == '\u2028' || r == '\u2029' }

// isSpace reports whether \s of a regular expression of JavaScript matches.
func isSpace(r rune) bool {
	switch {
	case r <= ' ':
		return r == ' ' || r >= '\t' && r <= '\r'
	case r < 0xa0:
		return false
	}
	return r == 0xa0 || r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 ||
		r == 0x202f || r == 0x205f || r == 0x3000 || r == 0xfeff
}
