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

// What hooktop has no word for is not stored: codes are looked up, filtered by
// and shown as they are.
func TestUnknownWordsAreRefusedWithoutEscapes(t *testing.T) {
	const good = `{"kind":"delivery","at":"2026-11-22T10:00:00Z","verdict":"rejected","code":"too-old","outcome":"rejected","origin":"relay",` +
		`"method":"POST","url":"/","headers":{},"forwards":[{"status":null,"failure":"timeout","error":"no whole answer within 15 s"}]}`
	read := func(line string) (fileEntry, error) {
		var p parser
		f, err := p.line([]byte(line))
		if err == nil {
			err = validate(&f)
		}
		return f, err
	}
	if f, err := read(good); err != nil || f.Forwards[0].Failure != "timeout" {
		t.Fatalf("%+v %v", f, err)
	}
	if f, err := read(strings.Replace(good, `"failure":"timeout",`, "", 1)); err != nil || f.Forwards[0].Failure != "timeout" {
		t.Errorf("without a failure code: %+v %v", f.Forwards, err)
	}
	for _, c := range [][2]string{
		{`"verdict":"rejected"`, "verdict"},
		{`"code":"too-old"`, "code"},
		{`"outcome":"rejected"`, "outcome"},
		{`"origin":"relay"`, "origin"},
		{`"failure":"timeout"`, "failure"},
	} {
		_, err := read(strings.Replace(good, c[0], `"`+c[1]+`":"\u001b]52;c;aGk=\u0007"`, 1))
		if err == nil || !strings.Contains(err.Error(), "unknown "+c[1]) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}
