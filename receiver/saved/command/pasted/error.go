package pasted

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is a part of a command that cannot be read.
type Error struct {
	// Line and Column are where it is, 0 if that is not known.
	Line, Column int
	What         string
	// after is the offset of the place, plus 1, until Block.Place finds the line:
	// that takes time, and few errors are ever shown.
	after int
}

func (e *Error) Error() string {
	switch what := printable(e.What); {
	case e.Line == 0:
		return what
	case e.Column == 0:
		return fmt.Sprintf("line %d: %s", e.Line, what)
	default:
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, what)
	}
}

// Fix says what is read.
func (e *Error) Fix() string {
	return "pass a whole curl, wget or HTTPie command with its values written out, a fetch call, a HAR, or the raw request"
}

// printable bounds an error, and replaces in it what no terminal should get: parts
// of it may be of the text.
func printable(s string) string {
	const most = 400
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// Unread returns an Error without a place; whoever knows the place adds it.
func Unread(format string, args ...any) *Error { return &Error{What: fmt.Sprintf(format, args...)} }

// UnreadAt returns an Error at an offset in a block.
func UnreadAt(offset int, format string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(format, args...), after: offset + 1}
}

// Placed adds a place to an error that has none.
func Placed(err error, line, column int) error {
	var e *Error
	if errors.As(err, &e) && e.Line == 0 {
		return &Error{Line: line, Column: column, What: e.What}
	}
	return err
}

// Place finds the line and column of an error in a block. Offset is where it is if
// it does not know that itself.
func (b Block) Place(err error, offset int) error {
	var e *Error
	if !errors.As(err, &e) || e.Line > 0 {
		return err
	}
	if e.after > 0 {
		offset = e.after - 1
	}
	before := b.Text[:max(0, min(offset, len(b.Text)))]
	return Placed(err, b.Line+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n'))
}
