// Package print writes deliveries, users and findings as text for a terminal,
// and makes untrusted text printable first: everything printed goes through Output. It reads no database and sends nothing.
package print

import (
	"fmt"
	"reflect"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hooktop/hooktop/tui/text"
)

// Text is text that is safe to write to a terminal: everything in it was made
// printable, and only the styles of this package put escape sequences into it.
// There is no way to turn a string into a Text but through Sprintf and the
// styles.
type Text struct{ safe string }

func (t Text) String() string { return t.safe }

// IsEmpty reports whether there is no text.
func (t Text) IsEmpty() bool { return t.safe == "" }

// Sprintf formats as fmt.Sprintf does. Every argument is made printable, unless
// it is a Text; of the format only line breaks are kept.
func Sprintf(format string, args ...any) Text {
	safe := make([]any, len(args))
	for i, a := range args {
		safe[i] = printable(a)
	}
	return Text{fmt.Sprintf(printableLines(format), safe...)}
}

// Join puts texts in a row, with a separator between them.
func Join(separator string, texts ...Text) Text {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = t.safe
	}
	return Text{strings.Join(all, printableLines(separator))}
}

// Lines returns each line of s made printable, one below the other.
func Lines(s string) Text {
	return Text{printableLines(strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n"))}
}

// printableLines makes all of s printable but its line breaks.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = text.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// OneLine returns s as one printable line, each run of white space as a space.
func OneLine(s string) Text { return Text{text.OneLine(s)} }

// Style colours a value, which is made printable unless it is a Text.
type Style func(value any) Text

// The styles of plain lines: the dashboard's colours, by name, so that they fit
// any terminal's palette.

// Good styles what went well.
func Good(value any) Text { return render(lipgloss.NewStyle().Foreground(lipgloss.Blue), value) }

// Bad styles what went wrong.
func Bad(value any) Text {
	return render(lipgloss.NewStyle().Foreground(lipgloss.Yellow).Bold(true), value)
}

// Strong styles a heading.
func Strong(value any) Text { return render(lipgloss.NewStyle().Bold(true), value) }

// Faint styles what matters less.
func Faint(value any) Text { return render(lipgloss.NewStyle().Faint(true), value) }

func render(style lipgloss.Style, value any) Text {
	return Text{style.Render(Sprintf("%v", value).safe)}
}

// printable returns an argument that prints as a does, made printable.
func printable(a any) any {
	switch v := a.(type) {
	case Text:
		return v.safe
	case nil, bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
		return v
	}
	return untrusted{a}
}

// untrusted prints a value as fmt does, and then makes that printable.
type untrusted struct{ value any }

// Format implements fmt.Formatter.
func (u untrusted) Format(f fmt.State, verb rune) {
	value := u.value
	if verb == 's' || verb == 'v' { // made printable before it is padded
		switch v := value.(type) {
		case error:
			value = text.Printable(v.Error())
		case fmt.Stringer:
			value = text.Printable(v.String())
		default:
			if r := reflect.ValueOf(value); r.Kind() == reflect.String {
				value = text.Printable(r.String())
			}
		}
	}
	_, _ = f.Write([]byte(text.Printable(fmt.Sprintf(fmt.FormatString(f, verb), value)))) // fmt's buffer takes it
}
