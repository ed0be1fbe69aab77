package print

import (
	"io"
	"os"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"github.com/hooktop/hooktop/receiver/ndjson"
)

// Output is the program's standard output or standard error. What is written
// through it cannot move a terminal's cursor, retitle it or hide text: arguments
// are made printable, objects escape what is not, and only a Text keeps its
// colours.
type Output struct {
	stream io.Writer
	writer *patient // to the stream
	styled *colorprofile.Writer
}

// NewOutput returns the output to a stream. It prints colour where the stream
// is a terminal that shows it, or where the environment asks for it.
func NewOutput(stream io.Writer) *Output {
	writer := &patient{to: stream}
	styled := colorprofile.NewWriter(stream, os.Environ())
	styled.Forward = writer
	return &Output{stream, writer, styled}
}

// WithoutColor returns the output without colours.
func (o *Output) WithoutColor() *Output {
	plain := *o.styled
	plain.Profile = min(plain.Profile, colorprofile.ASCII)
	return &Output{o.stream, o.writer, &plain}
}

// Plain returns the output without colours or any other style.
func (o *Output) Plain() *Output {
	plain := *o.styled
	plain.Profile = colorprofile.NoTTY
	return &Output{o.stream, o.writer, &plain}
}

// Columns returns how wide the terminal is, 80 if the stream is none.
func (o *Output) Columns() int {
	if f, ok := o.stream.(*os.File); ok {
		if columns, _, err := term.GetSize(f.Fd()); err == nil && columns > 0 {
			return columns
		}
	}
	return 80
}

// IsTerminal reports whether the stream is a terminal.
func (o *Output) IsTerminal() bool { return IsTerminal(o.stream) }

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// Line prints a line: format and args are as in Sprintf.
func (o *Output) Line(format string, args ...any) error {
	return o.write(cutLines(Sprintf(format, args...).safe) + "\n")
}

// Say prints a line aside from the output, such as a note. Nothing is left to do
// if that fails.
func (o *Output) Say(format string, args ...any) { _ = o.Line(format, args...) }

// Ask prints a question, and leaves the cursor behind it.
func (o *Output) Ask(format string, args ...any) { _ = o.write(Sprintf(format, args...).safe) }

// Object prints a value as a line of JSON.
func (o *Output) Object(value any) error { return ndjson.Write(o.writer, value) }

// Objects prints values as lines of JSON, with one write.
func (o *Output) Objects(values []any) error { return ndjson.WriteAll(o.stream, values) }

func (o *Output) write(safe string) error {
	_, err := io.WriteString(o.styled, safe)
	return err
}

// Data returns a writer for the bytes of a file: a file or a pipe gets them as
// they are, a terminal gets them printable.
func (o *Output) Data() io.Writer {
	if o.IsTerminal() {
		return &terminalData{w: o.writer}
	}
	return o.writer
}

// Stream returns the stream itself, for a program that takes the terminal over:
// an editor, a command beside hooktop. Nothing else may write to
// it.
func (o *Output) Stream() io.Writer { return o.stream }

// Progress returns a bar in the last line of the terminal; nil, which shows
// nothing, if it is none.
func (o *Output) Progress() *Progress {
	if !o.IsTerminal() {
		return nil
	}
	return &Progress{w: o.writer, now: time.Now}
}

// terminalData makes bytes printable, line by line.
type terminalData struct {
	w    io.Writer
	rest []byte // the beginning of a character that is not complete yet
}

func (t *terminalData) Write(p []byte) (int, error) {
	all := append(t.rest, p...)
	end := len(all)
	for i := end - 1; i >= 0 && i > end-utf8.UTFMax; i-- {
		if utf8.RuneStart(all[i]) {
			if !utf8.FullRune(all[i:]) {
				end = i
			}
			break
		}
	}
	t.rest = append([]byte(nil), all[end:]...)
	_, err := io.WriteString(t.w, printableLines(string(all[:end])))
	return len(p), err
}
