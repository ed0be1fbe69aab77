package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// brackets follows the nesting of a JSON text.
type brackets struct {
	depth             int
	inString, escaped bool
}

// step takes the next byte, and reports whether it closes the first bracket.
func (b *brackets) step(c byte) (closes bool) {
	switch {
	case b.escaped:
		b.escaped = false
	case b.inString:
		b.escaped, b.inString = c == '\\', c != '"'
	case c == '"':
		b.inString = true
	case c == '{', c == '[':
		b.depth++
	case c == '}', c == ']':
		b.depth--
		return b.depth <= 0
	}
	return false
}

// end returns how many bytes of text there are up to where the first bracket is
// closed, 0 if it is not closed in it.
func (b *brackets) end(text []byte) int {
	for i := 0; i < len(text); i++ {
		if b.inString && !b.escaped { // most of a text is in strings
			next := bytes.IndexAny(text[i:], `"\`)
			if next < 0 {
				return 0
			}
			i += next
		}
		if b.step(text[i]) {
			return i + 1
		}
	}
	return 0
}

// line is one line of a file.
type line struct {
	n       int
	text    []byte
	tooLong bool
}

// lineReader reads lines, and can read some again.
type lineReader struct {
	r     *bufio.Reader
	most  int64
	n     int
	again []line
	// followed is what unclosed values have cost so far.
	followed int
	// signed is set if the last of them, without the lines that are read again, had
	// signature headers.
	signed bool
}

// next returns the next line; io.EOF if there is none.
func (l *lineReader) next() (line, error) {
	if len(l.again) > 0 {
		first := l.again[0]
		l.again = l.again[1:]
		return first, nil
	}
	l.n++
	text, tooLong, err := readLine(l.r, l.most)
	if errors.Is(err, io.EOF) && (len(text) > 0 || tooLong) {
		err = nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("line %d: %w", l.n, err)
	}
	return line{l.n, text, tooLong}, err
}

// readLine reads to the end of a line; it keeps nothing of one that is too long.
func readLine(r *bufio.Reader, most int64) (text []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || int64(len(text)+len(part)) > most; tooLong {
			text = nil
		} else {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, tooLong, err
		}
	}
}

// The cost of an unclosed value: its end is searched for to the end of the file. After
// mostFollowed none is followed over several lines any more. lineCost is what a line
// costs besides its bytes, and mostLines how many one value may have.
const (
	mostFollowed = 256 << 20
	lineCost     = 64
	mostLines    = 1 << 20
)

// jsonLines reads JSON values from lines: one or several on a line, one over
// several lines, and what a log puts before them. A line that cannot be read ends
// nothing.
func (p *parser) jsonLines(r *bufio.Reader, visit visitor) error {
	lines := &lineReader{r: r, most: p.most()}
	for {
		l, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case l.tooLong:
			err = visit(fileEntry{}, place(l.n), fmt.Errorf("it is longer than %d bytes", lines.most))
		case len(bytes.TrimSpace(l.text)) > 0:
			err = p.oneLine(l, lines, visit)
		}
		if err != nil {
			return err
		}
	}
}

func place(n int) string { return fmt.Sprintf("line %d", n) }

// errNotJSON is what is wrong with a line that looks like JSON.
var errNotJSON = errors.New("it is not a JSON object")

// oneLine reads the values that are on a line, or begin on it.
func (p *parser) oneLine(l line, lines *lineReader, visit visitor) error {
	text, found, bad := l.text, false, false
	var outside []byte           // what is in no value
	left := 16<<20 + 4*len(text) // how much is looked through for ends, from bracket to bracket
	for left > 0 {
		start := bytes.IndexAny(text, "{[")
		if start < 0 {
			break
		}
		outside = append(outside, text[:start]...)
		text = text[start:]
		var b brackets
		end := b.end(text)
		if left -= end; end == 0 {
			left -= len(text)
		}
		if end > 0 {
			if value := text[:end]; json.Valid(value) && (value[0] == '{' || looksJSON(value)) {
				inside := visit
				if bad { // it may be a part of an object that is cut off
					inside = cutOff(visit)
				}
				if err := p.value(value, place(l.n), 0, inside); err != nil {
					return err
				}
				found, text = true, text[end:]
				continue
			}
			bad = bad || meantAsJSON(l.text, text)
			text = text[1:]
			continue
		}
		if !opens(l.text, text) || lines.followed >= mostFollowed {
			bad = bad || meantAsJSON(l.text, text)
			text = text[1:]
			continue
		}
		value, rest, err := overLines(text, b, lines)
		if err != nil {
			return err
		}
		if value == nil && lines.signed {
			return visit(fileEntry{}, place(l.n), errSignedNotJSON)
		}
		if value == nil {
			return visit(fileEntry{}, place(l.n), errNotJSON)
		}
		if len(bytes.TrimSpace(rest.text)) > 0 {
			lines.again = append([]line{rest}, lines.again...)
		}
		return p.value(value, place(l.n), 0, visit)
	}
	switch outside = append(outside, text...); {
	case bad && hasSignature(l.text):
		return visit(fileEntry{}, place(l.n), errSignedNotJSON)
	case hasSignature(outside):
		return visit(fileEntry{}, place(l.n), errSigned)
	case found:
		return nil
	case bad || bytes.TrimSpace(l.text)[0] == '[' && json.Valid(l.text):
		return visit(fileEntry{}, place(l.n), errNotJSON)
	}
	return visit(fileEntry{}, place(l.n), errText)
}

// errText is a line without JSON; errSigned one with signature headers that are
// written in another way than hooktop reads; errSignedNotJSON one in which they are in
// what should be JSON.
var (
	errText          = &notDelivery{"a line of text"}
	errSigned        = &notDelivery{"signature headers in a form that hooktop does not read"}
	errSignedNotJSON = errors.New("it has signature headers, but is not a JSON object")
)

// signatureHeader is a header with a signature, in any notation.
var signatureHeader = lazyregexp.New(`(?i)(?:svix|webhook|stripe)[-_]signature["'\]\\]*[ \t]*(?:=>|[:=,])[ \t]*["'\[\\]*(?:v1a?[,=]|t=\d)`)

// cutOff passes to visit that a request without a body is not the whole object.
func cutOff(visit visitor) visitor {
	return func(f fileEntry, place string, err error) error {
		if errors.Is(err, errNoBody) {
			err = errSignedNotJSON
		}
		return visit(f, place, err)
	}
}

// hasSignature reports whether a text has a header with a signature somewhere.
func hasSignature(text []byte) bool {
	return (bytes.Contains(text, []byte("ignature")) || bytes.Contains(text, []byte("IGNATURE"))) && signatureHeader.Match(text)
}

// meantAsJSON reports whether a bracket in a line begins an object that is broken,
// rather than a word of a log.
func meantAsJSON(whole, value []byte) bool {
	return value[0] == '{' && (looksJSON(value) || len(whole) == len(value))
}

// opens reports whether a value that does not end on its line may go on in the
// next: it begins the line, or nothing follows its bracket.
func opens(whole, value []byte) bool {
	return len(bytes.TrimSpace(whole[:len(whole)-len(value)])) == 0 || len(bytes.TrimSpace(value)) == 1
}

// overLines reads a value that begins with text to its end in a later line, and
// returns what follows it there. If it does not end, or is not JSON, the value is
// nil, and the lines are read again from the first that is not a part of it.
func overLines(text []byte, b brackets, lines *lineReader) (value []byte, rest line, err error) {
	value = bytes.Clone(text)
	var taken []line
	for {
		l, err := lines.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, rest, err
		}
		if err != nil || l.tooLong || int64(len(value)+len(l.text)) > lines.most || len(taken) == mostLines {
			break
		}
		taken = append(taken, l)
		if end := b.end(l.text); end > 0 {
			value = append(value, l.text[:end]...)
			if json.Valid(value) {
				return value, line{n: l.n, text: l.text[end:]}, nil
			}
			break
		}
		value = append(value, l.text...)
	}
	lines.followed += len(value) + lineCost*len(taken)
	part := len(text) // of the value that is not read again
	for i, l := range taken {
		if !bytes.ContainsRune([]byte(" \t\r\n}]\","), rune(l.text[0])) {
			lines.again = append(taken[i:], lines.again...)
			break
		}
		part += len(l.text)
	}
	lines.signed = hasSignature(value[:min(part, len(value))])
	return nil, rest, nil
}
