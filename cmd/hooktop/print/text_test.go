package print

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const escapes = "a\x1b]52;c;UFdO\x07\x1b[2J\x1b[8m\u009b8m\u202eb\nc"

type stringer struct{}

func (stringer) String() string { return escapes }

type word string

func TestAnArgumentIsPrintableWhateverItsType(t *testing.T) {
	for _, format := range []string{"%s", "%v", "%q", "%+v", "%-30s"} {
		for _, value := range []any{escapes, word(escapes), errors.New(escapes), stringer{}, []string{escapes}, map[string]string{escapes: escapes}, []byte(escapes), struct{ S string }{escapes}, fmt.Errorf("x: %w", errors.New(escapes))} {
			if got := Sprintf(format, value).String(); strings.ContainsAny(got, "\x1b\x07\n\u009b\u202e") {
				t.Errorf("%s of %T: %q", format, value, got)
			}
		}
	}
	if got := Sprintf(escapes).String(); strings.ContainsAny(got, "\x1b\x07\u009b\u202e") { //nolint:govet // a format that is not a constant
		t.Errorf("a format: %q", got)
	}
	if got := Sprintf("%d %5.1f %v %s|%-4s|%6s", 42, 1.25, true, 3*time.Second, "ab", word("cd")).String(); got != "42   1.2 true 3s|ab  |    cd" {
		t.Errorf("got %q", got)
	}
}

func TestOnlyStylesPassUntouched(t *testing.T) {
	styled := Bad(escapes)
	if got := styled.String(); !strings.HasPrefix(got, "\x1b[") || strings.Contains(got, "\x1b]") || strings.Contains(got, "[8m\u009b") {
		t.Errorf("styled: %q", got)
	}
	if got := Sprintf("%s|%v", styled, Faint(styled)).String(); strings.Count(got, "␛]52") != 2 || strings.Contains(got, "\x1b]") {
		t.Errorf("nested: %q", got)
	}
}

func TestDataForATerminalIsPrintableInAnyPieces(t *testing.T) {
	for size := 1; size < 8; size++ {
		var out strings.Builder
		w := &terminalData{w: &out}
		for rest := []byte("ü€" + escapes + "\n"); len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if got := out.String(); !strings.HasPrefix(got, "ü€a␛]52") || strings.ContainsAny(got, "\x1b\x07\u009b\u202e") || strings.Count(got, "\n") != 2 {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
	var file strings.Builder
	if _, err := io.WriteString(NewOutput(&file).Data(), escapes); err != nil || file.String() != escapes {
		t.Errorf("a file gets %q, %v", file.String(), err)
	}
}
