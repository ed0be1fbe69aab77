package command

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// powerShell reads the commands of a block for PowerShell.
func (r *reader) powerShell(b block) error {
	s := &psSource{reader: r, block: b, vars: map[string]any{}}
	for s.blank(true); s.at < len(s.text); s.blank(true) {
		at := s.at
		if err := s.statement(); err != nil {
			return s.locate(err, at)
		}
		if b.prompted && len(r.found) > 0 && s.peek() == '\n' && !strings.HasPrefix(strings.TrimSpace(s.text[s.at:]), "$") {
			return nil // the rest is what it printed
		}
		if s.at == at {
			s.at++
		}
	}
	return nil
}

// locate adds a place to an error that has none.
func (s *psSource) locate(err error, at int) error {
	if e, ok := err.(*Error); ok && e.Line == 0 && e.source == "" { //nolint:errorlint // it is made here
		return s.errorAt(at, "%s", e.What)
	}
	return err
}

// statement reads a statement.
func (s *psSource) statement() error {
	at := s.at
	switch s.peek() {
	case '$':
		s.at++
		return s.assignment(at, s.variable())
	case '}', '{', ')':
		s.at++
		return nil
	case '[':
		s.skip()
		return nil
	case '&', '.':
		s.at++
		s.blank(false)
	}
	word, err := s.word()
	if err != nil {
		return err
	}
	switch name := strings.ToLower(word); name {
	case "try", "then":
		return nil
	case "catch", "finally":
		s.blank(true)
		s.skip()
		return nil
	default:
		return s.command(at, name)
	}
}

// command reads a command after its name.
func (s *psSource) command(at int, name string) error {
	program := programName(name)
	invokes := slices.Contains([]string{"invoke-webrequest", "invoke-restmethod", "iwr", "irm"}, name)
	if alias := name == "curl" || name == "wget"; invokes || alias && forInvoke.MatchString(s.rest()) {
		return s.invoke(at)
	}
	if sends(program) {
		return s.native(at, program)
	}
	switch name {
	case "write-host", "write-output", "echo", "set-location", "cd", "clear-host", "cls", "start-sleep", "set-strictmode", "import-module", "add-type", "exit", "return":
		s.skip()
		return nil
	}
	return s.errorAt(at, "the command %s is not read", quote(name))
}

// forInvoke tells PowerShell's own curl, which is Invoke-WebRequest, from curl.
var forInvoke = regexp.MustCompile(`(?i)[ \t` + "`" + `\n]-(?:uri|method|headers|body|contenttype|usebasicparsing)\b|@\{`)

// rest returns what follows in the statement, roughly.
func (s *psSource) rest() string {
	from := s.at
	s.skip()
	rest := s.text[from:s.at]
	s.at = from
	return rest
}

// skip passes over the rest of a statement.
func (s *psSource) skip() {
	depth := 0
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"' || c == '\'' || c == '@' && s.at+1 < len(s.text) && (s.text[s.at+1] == '"' || s.text[s.at+1] == '\''):
			from := s.at
			if _, err := s.skipText(c); err != nil || s.at == from {
				s.at = from + 1
			}
			continue
		case c == '`' && s.at+1 < len(s.text):
			s.at++
			if s.text[s.at] == '\r' {
				s.at++
			}
		case c == '(' || c == '{' || c == '[':
			depth++
		case c == ')' || c == '}' || c == ']':
			if depth--; depth <= 0 && c == '}' {
				s.at++
				return
			}
		case (c == '\n' || c == ';') && depth <= 0:
			return
		}
		s.at++
	}
	s.at = min(s.at, len(s.text))
}

// skipText passes over a text, whatever its variables are.
func (s *psSource) skipText(c byte) (any, error) {
	if c == '@' {
		return s.hereText()
	}
	for s.at++; s.at < len(s.text); s.at++ {
		switch {
		case s.text[s.at] == '`' && c == '"':
			s.at++
		case s.text[s.at] == c:
			s.at++
			return nil, nil //nolint:nilnil // nothing is made of it
		}
	}
	return nil, s.errorAt(s.at, "this text does not end")
}

// assignment reads what is done to a variable.
func (s *psSource) assignment(at int, name string) error {
	member := ""
	for s.blank(false); s.peek() == '.'; s.blank(false) {
		s.at++
		member += "." + strings.ToLower(s.name())
	}
	key := ""
	if s.peek() == '[' && member == "" {
		s.at++
		v, err := s.value()
		if err != nil {
			return err
		}
		key, _ = v.(string)
		if s.blank(false); s.peek() == ']' {
			s.at++
			s.blank(false)
		}
		member = "[]"
	}
	switch {
	case s.peek() == '=':
		s.at++
		s.blank(true)
		return s.set(name, member, key)
	case strings.HasPrefix(s.text[s.at:], "+="):
		s.vars[name] = unknown{s.errorAt(at, "$%s is added to, which is not computed: write its value", name)}
		s.skip()
		return nil
	case s.peek() == '(':
		return s.call(at, name, member)
	}
	s.skip() // it is printed
	return nil
}

// set sets a variable, or a part of it.
func (s *psSource) set(name, member, key string) error {
	at := s.at
	word := strings.ToLower(s.name())
	switch {
	case word == "new-object":
		s.vars[name] = newObject()
		s.skip()
		return nil
	case slices.Contains(reads, word) && member == "":
		v, err := s.content(at)
		if err != nil {
			v = unknown{err}
		}
		s.vars[name] = v
		return nil
	case word != "":
		s.at = at
		word, err := s.word()
		if err != nil {
			return err
		}
		before := len(s.found)
		err = s.command(at, strings.ToLower(word))
		s.vars[name] = unknown{s.errorAt(at, "what %s returns is not computed: write its value", quote(word))}
		if len(s.found) > before || err == nil {
			return err
		}
		s.skip()
		if slices.Contains([]string{"invoke-webrequest", "invoke-restmethod", "iwr", "irm"}, strings.ToLower(word)) || sends(programName(strings.ToLower(word))) {
			return err
		}
		return nil
	}
	v, err := s.value()
	if err == nil && s.ends() {
		err = s.errorAt(s.at, "this is not computed: write the value")
	}
	if err != nil {
		v = unknown{err}
		s.skip()
	}
	switch o, isObject := s.vars[name].(*object); {
	case member == "":
		s.vars[name] = v
	case isObject && member == "[]":
		o.set(key, v)
	case isObject:
		o.set(strings.TrimPrefix(member, "."), v)
	default:
		s.vars[name] = unknown{s.errorAt(at, "$%s is changed, which is not computed: write its value", name)}
	}
	return nil
}

// ends reports whether something follows a value on its line.
func (s *psSource) ends() bool {
	s.blank(false)
	c := s.peek()
	return c != 0 && c != '\n' && c != ';' && c != '}'
}

// call reads a method of a variable: $headers.Add(name, value), or a cookie for a
// session.
func (s *psSource) call(at int, name, member string) error {
	o, ok := s.vars[name].(*object)
	if !ok || member != ".add" && member != ".headers.add" && member != ".cookies.add" {
		if s.vars[name] = (unknown{s.errorAt(at, "$%s is changed, which is not computed: write its value", name)}); ok {
			s.vars[name] = o
		}
		s.skip()
		return nil
	}
	if member == ".cookies.add" {
		s.skip() // cookies are not signed
		return nil
	}
	s.at++
	s.blank(true)
	first, err := s.value()
	if err != nil {
		return err
	}
	if s.blank(true); s.peek() != ',' {
		return s.errorAt(s.at, "a , is missing")
	}
	s.at++
	s.blank(true)
	second, err := s.value()
	if err != nil {
		return err
	}
	key, isText := first.(string)
	if s.blank(true); s.peek() != ')' || !isText {
		return s.errorAt(s.at, "a ) is missing")
	}
	s.at++
	if member == ".headers.add" {
		key = "headers." + key
	}
	o.set(key, second)
	return nil
}

// The parameters of Invoke-WebRequest and Invoke-RestMethod, with a value and
// without.
const (
	invokeValued = `uri method custommethod headers body contenttype useragent websession sessionvariable infile outfile credential authentication
		token timeoutsec connectiontimeoutseconds operationtimeoutseconds maximumredirection maximumretrycount retryintervalsec proxy proxycredential
		transferencoding certificatethumbprint certificate sslprotocol form maximumfollowrellink httpversion unixsocket statuscodevariable
		responseheadersvariable erroraction errorvariable warningaction warningvariable informationaction outvariable outbuffer pipelinevariable`
	invokePlain = `usebasicparsing disablekeepalive skipcertificatecheck skipheadervalidation skiphttperrorcheck usedefaultcredentials passthru resume
		allowunencryptedauthentication noproxy preserveauthorizationonredirect proxyusedefaultcredentials allowinsecureredirect
		preservehttpmethodonredirect followrellink verbose debug`
)

// invoke reads the parameters of Invoke-WebRequest or Invoke-RestMethod.
func (s *psSource) invoke(at int) error {
	given := map[string]any{}
	for s.blank(false); s.peek() != 0 && strings.IndexByte("\n;|)}", s.peek()) < 0; s.blank(false) {
		if err := s.parameter(given); err != nil {
			return err
		}
	}
	if s.peek() == '|' {
		s.skip() // what becomes of the answer
	}
	q, err := s.invoked(given)
	if err != nil {
		return s.locate(err, at)
	}
	return s.add(q)
}

// parameter reads a parameter and its value, or the URL without its name.
func (s *psSource) parameter(given map[string]any) error {
	at := s.at
	switch c := s.peek(); {
	case c == '-':
		s.at++
		name := strings.ToLower(s.name())
		found, err := parameterNamed(name)
		if err != nil {
			return s.locate(err, at)
		}
		joined := s.peek() == ':'
		if joined {
			s.at++
		}
		if slices.Contains(strings.Fields(invokePlain), found) {
			if joined {
				_, err := s.argument()
				return err
			}
			return nil
		}
		s.blank(false)
		given[found], err = s.argument()
		return err
	case c == '@' && s.at+1 < len(s.text) && isNameByte(s.text[s.at+1]):
		s.at++
		v, err := s.of(at, s.variable())
		if err != nil {
			return err
		}
		o, ok := v.(*object)
		if !ok {
			return s.errorAt(at, "this is not a hash table of parameters")
		}
		for _, k := range o.keys {
			found, err := parameterNamed(strings.ToLower(k))
			if err != nil {
				return s.locate(err, at)
			}
			given[found] = o.values[k]
		}
		return nil
	}
	v, err := s.argument()
	if err != nil {
		return err
	}
	if _, ok := given["uri"]; ok {
		return s.errorAt(at, "this is neither a parameter nor its value: quotes may be missing")
	}
	given["uri"] = v
	return nil
}

// parameterNamed finds a parameter by its name, or as much of it as tells it apart.
func parameterNamed(name string) (string, error) {
	all := append(strings.Fields(invokeValued), strings.Fields(invokePlain)...)
	if name == "h" { // as it was before there was -HttpVersion
		name = "headers"
	}
	if slices.Contains(all, name) {
		return name, nil
	}
	found := ""
	for _, p := range all {
		if name != "" && strings.HasPrefix(p, name) {
			if found != "" {
				return "", unread("the parameter -%s is not one that is known, and begins several", name)
			}
			found = p
		}
	}
	if found == "" {
		return "", unread("the parameter %s is not one that is known", quote("-"+name))
	}
	return found, nil
}

// argument reads the value of a parameter: an expression without +, or a bare word.
func (s *psSource) argument() (any, error) {
	switch s.peek() {
	case 0, '\n':
		return nil, s.errorAt(s.at, "a parameter has no value")
	case '"', '\'', '(', '@', '$', '[':
		v, err := s.single()
		if err == nil && s.peek() == '.' {
			err = s.errorAt(s.at, "this is not computed: write the value")
		}
		return v, err
	}
	return s.word()
}

// invoked returns the request that the parameters make.
func (s *psSource) invoked(given map[string]any) (q Request, err error) {
	q = Request{Method: http.MethodGet, Header: http.Header{}}
	text := func(name string) (string, bool, error) {
		v, ok := given[name]
		if !ok {
			return "", false, nil
		}
		switch v := v.(type) {
		case string:
			return v, true, nil
		case unknown:
			return "", true, v.err
		}
		return "", true, unread("the parameter -%s is not a text", name)
	}
	set := func(name string, to func(string)) {
		if err == nil {
			var value string
			var ok bool
			if value, ok, err = text(name); ok && err == nil {
				to(value)
			}
		}
	}
	set("uri", func(v string) { q.URL = absolute(v, "http") })
	set("method", func(v string) { q.Method = strings.ToUpper(v) })
	set("custommethod", func(v string) { q.Method = v })
	if err == nil {
		err = s.headersOf(&q, given)
	}
	set("contenttype", func(v string) { q.Header.Set("Content-Type", v) })
	set("useragent", func(v string) { q.Header.Set("User-Agent", v) })
	if err != nil {
		return q, err
	}
	if _, ok := given["form"]; ok {
		return q, unread("the parameter -Form sends a form with a separator that is made up: the body is not known")
	}
	return q, s.bodyOf(&q, given)
}

// headersOf takes the headers, and those of the session.
func (s *psSource) headersOf(q *Request, given map[string]any) error {
	if session, ok := given["websession"].(*object); ok {
		for _, k := range session.keys {
			value, isText := session.values[k].(string)
			name, isHeader := strings.CutPrefix(k, "headers.")
			switch {
			case k == "useragent" && isText:
				q.Header.Set("User-Agent", value)
			case isHeader && isText:
				q.Header.Set(name, value)
			}
		}
	}
	v, ok := given["headers"]
	if !ok {
		return nil
	}
	all, ok := v.(*object)
	if u, is := v.(unknown); is {
		return u.err
	}
	if !ok {
		return unread("the headers are not a hash table")
	}
	for _, name := range all.keys {
		switch value := all.values[name].(type) {
		case string:
			if !isToken(name) {
				return unread("%s is not the name of a header", quote(name))
			}
			q.Header.Set(name, strings.Trim(value, " \t"))
		case unknown:
			return value.err
		default:
			return unread("the header %s is not a text", quote(name))
		}
	}
	return nil
}

// bodyOf takes the body: a text, bytes, or a file.
func (s *psSource) bodyOf(q *Request, given map[string]any) error {
	switch v := given["body"].(type) {
	case nil:
	case string:
		q.Body = []byte(v)
	case []byte:
		q.Body = v
	case unknown:
		return v.err
	default:
		return unread("the body is a hash table, which PowerShell makes a form of: pass it as text")
	}
	if name, ok := given["infile"].(string); ok {
		b, err := s.file("the body", strings.ReplaceAll(name, `\`, "/"))
		if err != nil {
			return err
		}
		q.Body = b
	}
	return nil
}

// native reads the arguments of a program that is not PowerShell's own.
func (s *psSource) native(at int, program string) error {
	var words []string
	for s.blank(false); s.peek() != 0 && strings.IndexByte("\n;|)}", s.peek()) < 0; s.blank(false) {
		from := s.at
		word, err := s.word()
		if err != nil {
			return err
		}
		if s.at == from {
			return s.errorAt(from, "this is not read")
		}
		words = append(words, asProgramGets(word))
	}
	if s.peek() == '|' {
		s.skip()
	}
	sh := &shell{reader: s.reader}
	found, err := sh.requests(program, words, nil)
	if err != nil {
		return s.locate(err, at)
	}
	for _, q := range found {
		if err := s.add(q); err != nil {
			return err
		}
	}
	return nil
}

// asProgramGets returns a word as a program gets it. Before PowerShell 7.3 quotes
// get lost unless they have a backslash; people who know write \" for all of them.
func asProgramGets(word string) string {
	quotes := strings.Count(word, `"`)
	if quotes == 0 || quotes != strings.Count(word, `\"`) {
		return word
	}
	w := &windows{quoted: true}
	w.read(word)
	return strings.Join(w.words, "")
}
