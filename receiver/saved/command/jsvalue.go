package command

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsSource reads JavaScript's values: literals, and what a few functions make of
// them. Values are Go's string, float64, bool, nil, undefined, []any, *object,
// *headers, []byte, or unknown.
type jsSource struct {
	text  string
	at    int
	depth int
	names map[string]any
	left  int // how many bytes may still be made
	// send is called for a function that sends a request, nil for none.
	send func(call string, args []any) error
}

// unknown is a value that is not computed, and why.
type unknown struct{ err error }

// headers are a Headers object: names and values in order.
type headers struct{ list [][2]string }

// errorAt returns an error at the place where the source is read.
func (s *jsSource) errorAt(at int, format string, args ...any) error {
	return &Error{What: fmt.Sprintf(format, args...), source: s.text, offset: at, first: 1}
}

// next skips blanks and comments, and returns the next character, 0 at the end.
func (s *jsSource) next() byte {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case strings.IndexByte(" \t\r\n\v\f", rest[0]) >= 0:
			s.at++
		case strings.HasPrefix(rest, "\u00a0"), strings.HasPrefix(rest, "\u2028"), strings.HasPrefix(rest, "\u2029"):
			_, n := utf8.DecodeRuneInString(rest)
			s.at += n
		case strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				s.at += end
			} else {
				s.at = len(s.text)
			}
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				s.at = len(s.text)
				return 0
			}
			s.at += end + 4
		default:
			return rest[0]
		}
	}
	return 0
}

// take skips a character if it is the next one.
func (s *jsSource) take(c byte) bool {
	if s.next() != c || c == 0 {
		return false
	}
	s.at++
	return true
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}

// word reads a name or a keyword, "" if there is none.
func (s *jsSource) word() string {
	s.next()
	from := s.at
	for s.at < len(s.text) && isNameByte(s.text[s.at]) {
		s.at++
	}
	return s.text[from:s.at]
}

// whole reads a text that is one value.
func (s *jsSource) whole() (any, error) {
	v, err := s.value()
	if err == nil && s.next() != 0 {
		err = s.errorAt(s.at, "more follows than a value")
	}
	return v, err
}

// value reads an expression: values that + joins.
func (s *jsSource) value() (any, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, s.errorAt(s.at, "values are nested too deeply")
	}
	defer func() { s.depth-- }()
	v, err := s.operand()
	for err == nil && s.next() == '+' && !strings.HasPrefix(s.text[s.at:], "++") && !strings.HasPrefix(s.text[s.at:], "+=") {
		at := s.at
		s.at++
		var right any
		if right, err = s.operand(); err == nil {
			v, err = s.joined(at, v, right)
		}
	}
	if err != nil {
		return nil, err
	}
	s.next()
	if as := typeForm.FindString(s.text[s.at:]); as != "" { // TypeScript
		s.at += len(as)
	}
	c, rest := s.next(), s.text[s.at:]
	if strings.IndexByte("?*%/<&|^-", c) >= 0 && c != 0 && !strings.HasPrefix(rest, "?.") {
		return nil, s.errorAt(s.at, "%q is not computed: write the value", c)
	}
	return v, nil
}

// typeForm is a type that TypeScript gives a value.
var typeForm = regexp.MustCompile(`^(?:as|satisfies)[ \t]+[\w.$]+(?:<[\w.$<>,| ]*>)?(?:\[\])?`)

// joined returns two values that + joins: texts, or numbers.
func (s *jsSource) joined(at int, left, right any) (any, error) {
	l, leftNumber := left.(float64)
	r, rightNumber := right.(float64)
	if leftNumber && rightNumber {
		return l + r, nil
	}
	a, err := s.asText(at, left)
	if err != nil {
		return nil, err
	}
	b, err := s.asText(at, right)
	if err != nil {
		return nil, err
	}
	return a + b, s.make(at, len(a)+len(b))
}

func (s *jsSource) make(at, n int) error {
	if s.left += n; s.left > maxMade {
		return s.errorAt(at, "it makes more than %d bytes", maxMade)
	}
	return nil
}

// asText returns a value as JavaScript makes a text of it.
func (s *jsSource) asText(at int, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		return number(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "null", nil
	case undefined:
		return "undefined", nil
	case unknown:
		return "", v.err
	case []byte:
		return string(v), nil
	}
	return "", s.errorAt(at, "an object stands where a text is needed")
}

// operand reads a value with what is called on it.
func (s *jsSource) operand() (any, error) {
	v, err := s.primary()
	for err == nil {
		switch s.next() {
		case '.':
			at := s.at
			s.at++
			name := s.word()
			if s.next() == '(' {
				v, err = s.method(at, v, name)
			} else {
				v, err = s.property(at, v, name)
			}
		case '[':
			at := s.at
			s.at++
			var key any
			if key, err = s.value(); err == nil && !s.take(']') {
				err = s.errorAt(s.at, "a ] is missing")
			}
			if err == nil {
				var name string
				if name, err = s.asText(at, key); err == nil {
					v, err = s.property(at, v, name)
				}
			}
		default:
			return v, nil
		}
	}
	return nil, err
}

func (s *jsSource) property(at int, v any, name string) (any, error) {
	switch o := v.(type) {
	case *object:
		if value, ok := o.values[name]; ok {
			return value, nil
		}
	case []any:
		if i, ok := index(name); ok && int(i) < len(o) {
			return o[i], nil
		}
	case unknown:
		return nil, o.err
	}
	return nil, s.errorAt(at, "the value of %s is not known: write it", quote(name))
}

// method calls one of the few methods that make a text of a value.
func (s *jsSource) method(at int, v any, name string) (any, error) {
	args, err := s.arguments()
	if err != nil {
		return nil, err
	}
	text, isText := v.(string)
	switch {
	case isText && name == "trim":
		return strings.TrimSpace(text), nil
	case name == "toString" && len(args) == 0:
		return s.asText(at, v)
	}
	if bytes, ok := v.([]byte); ok && name == "toString" && len(args) == 1 {
		switch args[0] {
		case "utf8", "utf-8":
			return string(bytes), nil
		case "base64":
			return base64.StdEncoding.EncodeToString(bytes), nil
		case "hex":
			return hex.EncodeToString(bytes), nil
		}
	}
	return nil, s.errorAt(at, "what %s returns is not computed: write the value", quote(name+"()"))
}

// arguments reads values in round brackets.
func (s *jsSource) arguments() ([]any, error) {
	if !s.take('(') {
		return nil, s.errorAt(s.at, "a ( is missing")
	}
	return s.list(')')
}

// list reads values up to a closing bracket. A value that is not computed is
// unknown.
func (s *jsSource) list(end byte) (all []any, err error) {
	for !s.take(end) {
		if s.next() == 0 {
			return nil, s.errorAt(s.at, "a %c is missing", end)
		}
		if strings.HasPrefix(s.text[s.at:], "...") {
			return nil, s.errorAt(s.at, "a list that is spread is not read")
		}
		v, err := s.maybe()
		if err != nil {
			return nil, err
		}
		all = append(all, v)
		if !s.take(',') && s.next() != end {
			return nil, s.errorAt(s.at, "a , or %c is missing", end)
		}
	}
	return all, nil
}

// maybe reads a value, unknown if it is not computed, such as a function.
func (s *jsSource) maybe() (any, error) {
	from, depth := s.at, s.depth
	v, err := s.value()
	if c := s.next(); err == nil && (c == ',' || c == ')' || c == '}' || c == ']') {
		return v, nil
	}
	if err == nil {
		err = s.errorAt(s.at, "this is not computed: write the value")
	}
	s.at, s.depth = from, depth
	if !s.skip() {
		return nil, err
	}
	return unknown{err}, nil
}

// skip passes over an expression, up to a comma or bracket that ends it.
func (s *jsSource) skip() bool {
	var open []byte
	for {
		c := s.next()
		switch {
		case c == 0:
			return false
		case len(open) == 0 && (c == ',' || c == ')' || c == ']' || c == '}'):
			return true
		case c == '"' || c == '\'' || c == '`':
			if _, err := s.quoted(); err != nil && !s.skipTemplate(c) {
				return false
			}
			continue
		case c == '(' || c == '[' || c == '{':
			open = append(open, c)
		case c == ')' || c == ']' || c == '}':
			open = open[:len(open)-1]
		}
		s.at++
	}
}

// skipTemplate passes over the rest of a template whose values are not known.
func (s *jsSource) skipTemplate(quote byte) bool {
	if quote != '`' {
		return false
	}
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch c {
		case '\\':
			s.at++
		case '`':
			return true
		}
	}
	return false
}

// primary reads a literal, a name, or the call of a function.
func (s *jsSource) primary() (any, error) {
	at := s.at
	switch c := s.next(); {
	case c == '"' || c == '\'' || c == '`':
		return s.quoted()
	case c == '{':
		s.at++
		return s.object()
	case c == '[':
		s.at++
		all, err := s.list(']')
		if all == nil {
			all = []any{}
		}
		return all, err
	case c == '(':
		s.at++
		v, err := s.value()
		if err == nil && !s.take(')') {
			err = s.errorAt(s.at, "a ) is missing")
		}
		return v, err
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return s.number()
	case isNameByte(c):
		return s.named()
	case c == 0:
		return nil, s.errorAt(s.at, "a value is missing")
	}
	return nil, s.errorAt(max(at, s.at), "%q does not begin a value that is read", s.text[s.at])
}

// number reads a number, with its sign.
func (s *jsSource) number() (any, error) {
	at, sign := s.at, 1.0
	if c := s.text[s.at]; c == '-' || c == '+' {
		if s.at++; c == '-' {
			sign = -1
		}
		s.next()
	}
	from := s.at
	for s.at < len(s.text) && (isNameByte(s.text[s.at]) || s.text[s.at] == '.' ||
		(s.text[s.at] == '-' || s.text[s.at] == '+') && (s.text[s.at-1] == 'e' || s.text[s.at-1] == 'E') && !strings.HasPrefix(s.text[from:], "0x")) {
		s.at++
	}
	text := strings.ReplaceAll(s.text[from:s.at], "_", "")
	if len(text) > 2 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1])) {
		n, err := strconv.ParseUint(text, 0, 53)
		if err != nil {
			return nil, s.errorAt(at, "%s is not a number that is read", quote(text))
		}
		return sign * float64(n), nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || text == "" || len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' || strings.Trim(text, "0123456789.eE+-") != "" {
		return nil, s.errorAt(at, "%s is not a number that is read", quote(text))
	}
	return sign * n, nil
}

// quoted reads a text in quotes or backticks.
func (s *jsSource) quoted() (any, error) {
	at, quote := s.at, s.text[s.at]
	s.at++
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == quote:
			s.at++
			return b.String(), s.make(at, b.Len())
		case c == '\\':
			if err := s.escape(&b); err != nil {
				return nil, err
			}
		case quote == '`' && strings.HasPrefix(s.text[s.at:], "${"):
			s.at += 2
			v, err := s.value()
			if err != nil {
				return nil, err
			}
			if !s.take('}') {
				return nil, s.errorAt(s.at, "a } is missing")
			}
			text, err := s.asText(at, v)
			if err != nil {
				return nil, err
			}
			if err := s.make(at, len(text)); err != nil {
				return nil, err
			}
			b.WriteString(text)
		case c == '\n' && quote != '`':
			return nil, s.errorAt(at, "this text does not end on its line")
		case c == '\r' && quote == '`': // line ends count as LF
			if s.at++; s.at >= len(s.text) || s.text[s.at] != '\n' {
				b.WriteByte('\n')
			}
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return nil, s.errorAt(at, "this text does not end")
}

// escape reads a backslash and what it stands for.
func (s *jsSource) escape(b *strings.Builder) error {
	at := s.at
	if s.at += 2; s.at > len(s.text) {
		s.at = len(s.text)
		return s.errorAt(at, "this text does not end")
	}
	switch c := s.text[s.at-1]; c {
	case 'u', 'x':
		char, ok := s.codePoint(c)
		if !ok {
			return s.errorAt(at, "this escape is not valid")
		}
		if utf16.IsSurrogate(char) && strings.HasPrefix(s.text[s.at:], `\u`) {
			was := s.at
			s.at += 2
			if low, ok := s.codePoint('u'); ok && utf16.DecodeRune(char, low) != utf8.RuneError {
				char = utf16.DecodeRune(char, low)
			} else {
				s.at = was
			}
		}
		b.WriteRune(char)
	case '\r':
		if s.at < len(s.text) && s.text[s.at] == '\n' {
			s.at++
		}
	case '\n':
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if c != '0' || s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
			return s.errorAt(at, "this escape is not valid")
		}
		b.WriteByte(0)
	default:
		if i := strings.IndexByte("bfnrtv", c); i >= 0 {
			b.WriteByte("\b\f\n\r\t\v"[i])
		} else {
			b.WriteByte(c)
		}
	}
	return nil
}

// codePoint reads the digits of \u0041, \u{41} or \x41.
func (s *jsSource) codePoint(kind byte) (rune, bool) {
	rest, most := s.text[s.at:], 4
	if kind == 'x' {
		most = 2
	}
	if kind == 'u' && strings.HasPrefix(rest, "{") {
		code, n := digits(rest[1:], 6, 16)
		if n == 0 || !strings.HasPrefix(rest[1+n:], "}") || code > utf8.MaxRune {
			return 0, false
		}
		s.at += n + 2
		return rune(code), true //nolint:gosec // it is bounded
	}
	code, n := digits(rest, most, 16)
	s.at += n
	return rune(code), n == most //nolint:gosec // at most four digits
}

// object reads the properties of an object after its bracket.
func (s *jsSource) object() (any, error) {
	o := newObject()
	for !s.take('}') {
		if strings.HasPrefix(s.text[s.at:], "...") {
			s.at += 3
			if err := s.spread(o); err != nil {
				return nil, err
			}
		} else if err := s.pair(o); err != nil {
			return nil, err
		}
		if !s.take(',') && s.next() != '}' {
			return nil, s.errorAt(s.at, "a , or } is missing")
		}
	}
	return o, nil
}

func (s *jsSource) spread(o *object) error {
	at := s.at
	v, err := s.value()
	if err != nil {
		return err
	}
	from, ok := v.(*object)
	if !ok {
		return s.errorAt(at, "this value is not known: write its properties")
	}
	for _, k := range from.keys {
		o.set(k, from.values[k])
	}
	return nil
}

// pair reads a name and its value, or the name of a variable that is both.
func (s *jsSource) pair(o *object) error {
	at := s.at
	var key string
	switch c := s.next(); {
	case c == '"' || c == '\'':
		v, err := s.quoted()
		if err != nil {
			return err
		}
		key, _ = v.(string)
	case c == '[':
		s.at++
		v, err := s.value()
		if err == nil && !s.take(']') {
			err = s.errorAt(s.at, "a ] is missing")
		}
		if err == nil {
			key, err = s.asText(at, v)
		}
		if err != nil {
			return err
		}
	case c >= '0' && c <= '9':
		v, err := s.number()
		if err != nil {
			return err
		}
		n, _ := v.(float64)
		key = number(n)
	default:
		if key = s.word(); key == "" {
			return s.errorAt(s.at, "%q does not begin a property that is read", s.text[s.at:min(s.at+1, len(s.text))])
		}
		if c := s.next(); c == ',' || c == '}' {
			v, ok := s.names[key]
			if !ok {
				v = unknown{s.errorAt(at, "the value of %s is not known: write it", quote(key))}
			}
			o.set(key, v)
			return nil
		}
	}
	if key == "__proto__" {
		return s.errorAt(at, "__proto__ is not read")
	}
	if !s.take(':') { // a function
		err := s.errorAt(at, "this is not computed: write the value")
		if !s.skip() {
			return err
		}
		o.set(key, unknown{err})
		return nil
	}
	s.next()
	v, err := s.maybe()
	if err == nil {
		o.set(key, v)
	}
	return err
}

// named reads a name: a constant, a variable, or a function with its arguments.
func (s *jsSource) named() (any, error) {
	s.next()
	at := s.at
	if call := s.call(); call != "" {
		return s.sent(at, call)
	}
	word := s.word()
	switch word {
	case "true", "false":
		return word == "true", nil
	case "null":
		return nil, nil
	case "undefined":
		return undefined{}, nil
	case "await":
		return s.operand()
	case "new":
		return s.made(at)
	case "JSON", "Buffer":
		if s.take('.') {
			return s.function(at, word+"."+s.word())
		}
	case "String", "atob", "btoa", "encodeURIComponent":
		if s.next() == '(' {
			return s.function(at, word)
		}
	}
	if v, ok := s.names[word]; ok {
		if u, ok := v.(unknown); ok {
			return nil, u.err
		}
		return v, nil
	}
	full := word
	for s.next() == '.' {
		s.at++
		full += "." + s.word()
	}
	return nil, s.errorAt(at, "the value of %s is not known: write it", quote(full))
}

// made makes an object of one of the few classes that matter.
func (s *jsSource) made(at int) (any, error) {
	class := s.word()
	if s.next() != '(' && class == "Headers" {
		return &headers{}, nil
	}
	args, err := s.arguments()
	if err != nil {
		return nil, err
	}
	switch {
	case class == "Headers" && len(args) == 0:
		return &headers{}, nil
	case class == "Headers" && len(args) == 1:
		list, err := s.headerList(at, args[0])
		return &headers{list}, err
	case class == "URL" && len(args) == 1, class == "String" && len(args) == 1:
		return s.asText(at, args[0])
	case class == "TextEncoder" && strings.HasPrefix(s.text[s.at:], ".encode("):
		s.at += len(".encode")
		if args, err = s.arguments(); err == nil && len(args) == 1 {
			text, err := s.asText(at, args[0])
			return []byte(text), err
		}
		return nil, err
	}
	return nil, s.errorAt(at, "what new %s makes is not computed: write the value", quote(class))
}

// function calls one of the few functions that are computed.
func (s *jsSource) function(at int, name string) (any, error) {
	args, err := s.arguments()
	if err != nil {
		return nil, err
	}
	for _, a := range args {
		if u, ok := a.(unknown); ok {
			return nil, u.err
		}
	}
	if len(args) == 0 {
		return nil, s.errorAt(at, "%s has no argument", name)
	}
	if name == "JSON.stringify" {
		return s.stringified(at, args)
	}
	text, err := s.asText(at, args[0])
	if err != nil {
		return nil, err
	}
	switch name {
	case "String":
		return text, nil
	case "JSON.parse":
		inner := &jsSource{text: text, names: map[string]any{}, left: s.left}
		v, err := inner.whole()
		if !json.Valid([]byte(text)) || err != nil {
			return nil, s.errorAt(at, "what JSON.parse gets is not valid JSON")
		}
		return v, nil
	case "Buffer.from":
		return s.buffer(at, text, args[1:])
	case "atob":
		if b, err := base64.StdEncoding.DecodeString(text); err == nil && utf8.Valid(b) {
			return string(b), nil
		}
	case "btoa":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	}
	return nil, s.errorAt(at, "what %s returns is not computed: write the value", quote(name+"()"))
}

func (s *jsSource) buffer(at int, text string, rest []any) (any, error) {
	var b []byte
	var err error
	switch encoding, _ := append(rest, "utf8")[0].(string); strings.ToLower(encoding) {
	case "utf8", "utf-8":
		b = []byte(text)
	case "base64":
		b, err = base64.StdEncoding.DecodeString(text)
	case "hex":
		b, err = hex.DecodeString(text)
	default:
		return nil, s.errorAt(at, "the encoding of Buffer.from is not read")
	}
	if err != nil {
		return nil, s.errorAt(at, "what Buffer.from gets is not valid: %v", err)
	}
	return b, nil
}

// stringified returns what JSON.stringify returns.
func (s *jsSource) stringified(at int, args []any) (any, error) {
	if err := s.plain(at, args[0], 0); err != nil {
		return nil, err
	}
	l := layout{}
	if len(args) > 1 {
		if _, ok := args[1].(undefined); args[1] != nil && !ok {
			return nil, s.errorAt(at, "what JSON.stringify's second argument leaves out is not computed: write the value")
		}
	}
	if len(args) > 2 {
		switch indent := args[2].(type) {
		case float64:
			l.indent = strings.Repeat(" ", int(min(max(indent, 0), 10)))
		case string:
			l.indent = string([]rune(indent)[:min(len([]rune(indent)), 10)])
		}
	}
	if _, ok := args[0].(undefined); ok {
		return undefined{}, nil
	}
	text := stringify(args[0], l)
	return text, s.make(at, len(text))
}

// plain reports a value that is not plain data all through. It counts what JSON
// of it may be long: a few variables can double it without end.
func (s *jsSource) plain(at int, v any, depth int) error {
	if depth > maxDepth {
		return s.errorAt(at, "the object is nested too deeply")
	}
	if err := s.make(at, 64); err != nil {
		return err
	}
	switch v := v.(type) {
	case unknown:
		return v.err
	case string:
		return s.make(at, 6*len(v))
	case []any:
		for _, e := range v {
			if err := s.plain(at, e, depth+1); err != nil {
				return err
			}
		}
	case *object:
		for _, k := range v.keys {
			if err := s.make(at, 6*len(k)); err != nil {
				return err
			}
			if err := s.plain(at, v.values[k], depth+1); err != nil {
				return err
			}
		}
	case *headers, []byte:
		return s.errorAt(at, "JSON of this object is not computed: write the value")
	}
	return nil
}
