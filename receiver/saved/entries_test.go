package saved

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// However long a line or an entry is, little of it is held at once.
func TestATooLongLineIsSkipped(t *testing.T) {
	text := strings.Repeat("x", 100_000) + "\n" + `{"kind":"ready"}` + "\n"
	p := parser{longest: 1000}
	var said []string
	err := p.jsonLines(bufio.NewReader(strings.NewReader(text)), func(_ fileEntry, place string, err error) error {
		said = append(said, place+": "+err.Error())
		return nil
	})
	if want := []string{"line 1: it is longer than 1000 bytes", "line 2: it is a line of kind ready"}; err != nil || !slices.Equal(said, want) {
		t.Errorf("got %q, %v", said, err)
	}
}

// A HAR's entries hold answers, which can be of any size.
func TestATooLongHAREntryIsSkipped(t *testing.T) {
	har := `{"log":{"entries":[{"request":{"method":"GET"}},{"request":"` + strings.Repeat("x", 100_000) + `"},{"request":{"method":"POST"}}]}}`
	p := parser{longest: 10_000, now: time.Now}
	var said []string
	err := p.harEntries(bufio.NewReader(strings.NewReader(har)), func(_ fileEntry, place string, err error) error {
		said = append(said, fmt.Sprintf("%s: %v", place, err))
		return nil
	})
	want := []string{"entry 1: it is not a POST", "entry 2: it is longer than 10000 bytes", "entry 3: <nil>"}
	if err != nil || !slices.Equal(said, want) {
		t.Errorf("got %q, %v", said, err)
	}
}

// end skips what is in strings; byte by byte it comes to the same, wherever the text
// is cut.
func TestABracketEndsWhereItIsClosed(t *testing.T) {
	for _, text := range []string{`{"a":"}\\\"}","b":[1,{}]} rest`, `[{"x":"\\"}]`, `{"a`, `"{"`, `}`, `{"\`, ``} {
		for cut := range len(text) + 1 {
			var whole, parts brackets
			want := 0
			for i := range len(text) {
				if whole.step(text[i]) {
					want = i + 1
					break
				}
			}
			got := parts.end([]byte(text[:cut]))
			if got == 0 {
				if got = parts.end([]byte(text[cut:])); got > 0 {
					got += cut
				}
			}
			if got != want {
				t.Errorf("%q cut at %d ends at %d, want %d", text, cut, got, want)
			}
		}
	}
}

// What hooktop has no word for is not stored: codes are looked up, filtered by
// and shown as they are.
func TestUnknownWordsAreRefusedWithoutEscapes(t *testing.T) {
	const good = `{"kind":"delivery","at":"2026-11-22T10:00:00Z","verdict":"rejected","code":"too-old","outcome":"rejected","origin":"relay",` +
		`"method":"POST","url":"/","headers":{},"forwards":[{"status":null,"failure":"timeout","error":"no whole answer within 15 s"}]}`
	read := func(line string) (fileEntry, error) {
		p := parser{maxBody: 1 << 20, now: time.Now}
		var f fileEntry
		var bad error
		err := p.entries(strings.NewReader(line), func(got fileEntry, _ string, err error) error {
			f, bad = got, err
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return f, bad
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
