package javascript

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tdewolff/parse/v2/js"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// literal computes a text in quotes, a number or a constant.
func (s *script) literal(n *js.LiteralExpr) (any, error) {
	text := string(n.Data)
	switch {
	case n.TokenType == js.StringToken:
		made, err := unescaped(text[1:len(text)-1], false)
		if err != nil {
			return nil, pasted.UnreadAt(s.at(n), "%v", err)
		}
		return made, s.Spend(len(made))
	case n.TokenType == js.TrueToken || n.TokenType == js.FalseToken:
		return n.TokenType == js.TrueToken, nil
	case n.TokenType == js.NullToken:
		return nil, nil //nolint:nilnil // it is JavaScript's null
	case js.IsNumeric(n.TokenType):
		if v, ok := numberOf(strings.ReplaceAll(text, "_", "")); ok {
			return v, nil
		}
		return nil, pasted.UnreadAt(s.at(n), "%s is not a supported number", pasted.Quote(text))
	}
	return nil, pasted.UnreadAt(s.at(n), "hooktop does not evaluate %s: write the value", pasted.Quote(text))
}

func numberOf(text string) (float64, bool) {
	if len(text) > 1 && text[0] == '0' && strings.Trim(text[1:2], ".eE") != "" { // another base; 010 is of old
		if text[1] >= '0' && text[1] <= '9' {
			return 0, false
		}
		n, err := strconv.ParseUint(text, 0, 53)
		return float64(n), err == nil
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

var errEscape = errors.New("this text has an escape that is not valid")

// unescaped returns what a text stands for whose quotes are taken away. In a
// template every line end counts as LF.
func unescaped(text string, template bool) (string, error) {
	if template {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, `\`)
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		n, err := escape(&b, after)
		if err != nil {
			return "", err
		}
		text = after[n:]
	}
}

// escape writes what follows a backslash, and returns how long that is.
func escape(b *strings.Builder, text string) (n int, err error) {
	if text == "" {
		return 0, errEscape
	}
	switch c := text[0]; c {
	case 'u', 'x':
		char, n := codePoint(text)
		if n == 0 {
			return 0, errEscape
		}
		if rest := text[n:]; utf16.IsSurrogate(char) && strings.HasPrefix(rest, `\u`) {
			if low, more := codePoint(rest[1:]); utf16.DecodeRune(char, low) != utf8.RuneError {
				char, n = utf16.DecodeRune(char, low), n+1+more
			}
		}
		b.WriteRune(char)
		return n, nil
	case '\r':
		return len(text) - len(strings.TrimPrefix(text[1:], "\n")), nil
	case '\n':
		return 1, nil
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if c != '0' || len(text) > 1 && text[1] >= '0' && text[1] <= '9' {
			return 0, errEscape
		}
		b.WriteByte(0)
		return 1, nil
	default:
		if i := strings.IndexByte("bfnrtv", c); i >= 0 {
			b.WriteByte("\b\f\n\r\t\v"[i])
			return 1, nil
		}
		char, n := utf8.DecodeRuneInString(text)
		if char != '\u2028' && char != '\u2029' { // they end a line
			b.WriteString(text[:n])
		}
		return n, nil
	}
}

// codePoint reads u0041, u{41} or x41, and returns how long it is, 0 if it is not
// valid.
func codePoint(text string) (char rune, n int) {
	from, to := 1, 5
	switch {
	case text[0] == 'x':
		to = 3
	case strings.HasPrefix(text, "u{"):
		from, to = 2, strings.IndexByte(text, '}')
	}
	if to < from || to > len(text) {
		return 0, 0
	}
	code, err := strconv.ParseUint(text[from:to], 16, 32)
	if err != nil || code > utf8.MaxRune {
		return 0, 0
	}
	if from == 2 {
		to++
	}
	return rune(code), to //nolint:gosec // it is bounded
}
