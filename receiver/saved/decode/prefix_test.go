package decode

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestWhatStandsBeforeEachLineIsRemoved(t *testing.T) {
	for _, prefix := range []string{
		"web-1  | ", "app | ", "[pod/web-7d9f/web] ", "web-7d9f web › ", "build\tRun tests\t2026-06-21T00:00:01.1234567Z ", "2026-06-21T00:00:01.1234567Z ",
		"2026-06-21 00:00:01,123 ", "2026-06-21T00:00:01.123456789Z stdout F ", "2026-06-21T00:00:01.123456+00:00 app[web.1]: ", "Jun  1 00:00:01 host app[12]: ", "> ",
	} {
		const want = "a: b\n\n  {\n web | x\n}\n"
		text := prefix + strings.ReplaceAll(strings.TrimSuffix(want, "\n"), "\n", "\n"+prefix) + "\n"
		for variant, text := range map[string]string{"whole": text, "without spaces at the end": strings.ReplaceAll(text, " \n", "\n"), "coloured": "\x1b[36m" + strings.ReplaceAll(text, "a:", "\x1b[0ma\x1b[1;31m:")} {
			r := bufio.NewReaderSize(strings.NewReader(text), 64)
			plain, ok := Unprefixed(r, []byte(text))
			if got, err := io.ReadAll(plain); !ok || err != nil || string(got) != want {
				t.Errorf("%q, %s: %q, %v", prefix, variant, got, err)
			}
		}
	}
}

func TestOtherTextsAreLeftAsTheyAre(t *testing.T) {
	for _, text := range []string{"", "a\nb\nc\nd\n", "a | b\nthat\nc | d\nthis\nmore\n", "| a | b |\n|---|---|\n| c | d |\n", "{\n    \"a\": 1,\n    \"b\": 2\n}\n"} {
		if _, ok := Unprefixed(bufio.NewReader(strings.NewReader(text)), []byte(text)); ok {
			t.Errorf("%q lost something", text)
		}
	}
}

func FuzzUnprefixed(f *testing.F) {
	for _, text := range []string{"web-1  | a\nweb-1  | b\nweb-1  |\n", "\x1b[1mx\x1b[0m\n", "> \n>\n> ", "\n\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, _ := Unprefixed(bufio.NewReaderSize(bytes.NewReader(text), 32), text)
		got, err := io.ReadAll(r)
		if err != nil || len(got) > len(text) || bytes.Count(got, []byte("\n")) != bytes.Count(text, []byte("\n")) {
			t.Errorf("%q of %q, %v", got, text, err)
		}
	})
}
