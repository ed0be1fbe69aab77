package saved

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"testing"
)

// However long a line or an entry is, little of it is held at once.
func TestATooLongLineIsSkipped(t *testing.T) {
	text := strings.Repeat("x", 100_000) + "\n" + `{"kind":"ready"}` + "\n"
	var p parser
	var said []string
	err := p.lines(bufio.NewReader(strings.NewReader(text)), 1000, func(_ fileEntry, place string, err error) error {
		said = append(said, place+": "+err.Error())
		return nil
	})
	if want := []string{"line 1: it is longer than 1000 bytes", "line 2: it is a line of kind ready"}; err != nil || !slices.Equal(said, want) {
		t.Errorf("got %q, %v", said, err)
	}
}

func TestATooLongHAREntryEndsTheImport(t *testing.T) {
	har := `{"log":{"entries":[{"request":{"method":"GET"}},{"request":"` + strings.Repeat("x", 100_000) + `"}]}}`
	var p parser
	entries := 0
	err := p.harEntries(strings.NewReader(har), 10_000, func(fileEntry, string, error) error { entries++; return nil })
	var broken *HARError
	if entries != 1 || !errors.As(err, &broken) || !errors.Is(err, errTooLarge) {
		t.Errorf("%d entries, %v", entries, err)
	}
}
