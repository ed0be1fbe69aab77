package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

var update = flag.Bool("update", false, "write the golden files of the texts anew")

// notTexts are literals that look like texts and are none, each with the
// reason. They are those that no rule of scanTexts tells apart.
var notTexts = map[string]string{
	"New York":                  "a made-up user's city",
	"Ångström & Söhne":          "a made-up user's company",
	"O'Żółkiewska <née Müller>": "a made-up user's name",
	"Chrome, macOS":             "a made-up user's browser",
	"Küche & Co":                "a made-up organization",
	"Analytical Engines":        "a made-up organization",
	"Ångström <Labs>":           "a made-up organization",
	"Smith, Müller & Ōta":       "a made-up organization",
	"lorem ipsum":               "fills a body",
	"Application Support":       "a folder of macOS",
	"printf %s {}":              "a shell's command",
	"printf %s {} | base64 -d":  "a shell's command",
	`"$(printf '{}')"`:          "a shell's command",
}

// programTexts returns all texts of hooktop.
func programTexts(t *testing.T) []sourceTexts {
	t.Helper()
	found, err := scanTexts(filepath.Join("..", ".."), "github.com/hooktop/hooktop", "cmd/hooktop")
	if err != nil {
		t.Fatal(err)
	}
	unused := maps.Clone(notTexts)
	for i := range found {
		found[i].texts = slices.DeleteFunc(found[i].texts, func(text string) bool {
			delete(unused, text)
			return notTexts[text] != ""
		})
	}
	for text := range unused {
		t.Errorf("%q is in notTexts, and no longer in the source", text)
	}
	return slices.DeleteFunc(found, func(f sourceTexts) bool { return len(f.texts) == 0 })
}

// Every text in the source that reaches a person is in one file, so that a
// rewording is a diff that can be read, and no text goes unread.
func TestTexts(t *testing.T) {
	found := programTexts(t)
	var b strings.Builder
	b.WriteString("Every text in the source that reaches a person, by package and file. {} and %s stand for\n" +
		"what is known only at run time. Written by: go test ./cmd/hooktop -run TestTexts -update\n")
	for i, f := range found {
		if i == 0 || f.pkg != found[i-1].pkg {
			fmt.Fprintf(&b, "\n# %s\n", f.pkg)
		}
		fmt.Fprintf(&b, "\n## %s\n", f.file)
		for _, text := range f.texts {
			fmt.Fprintln(&b, onOneLine.Replace(text))
		}
	}
	requireGolden(t, "texts.golden", b.String())
}

// onOneLine shows a text in a file of lines: a further line of it is marked.
var onOneLine = strings.NewReplacer("\n", "\n  | ", "\t", `\t`, "\r", `\r`, "\x1b", `\e`)

// requireGolden compares a text with a file in testdata, or writes that file.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := udiff.Unified(name, "now", strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("texts changed. Read the difference aloud; if each line is what a colleague would say, write it down with\n\n"+
			"\tgo test ./cmd/hooktop -run TestTexts -update\n\n%s", diff)
	}
}

// heavy are phrases that have to be read twice, each with how many lines of
// texts may still have it. Lower the number with each rewording, down to 0.
var heavy = []struct {
	phrase *regexp.Regexp
	most   int
}{
	{regexp.MustCompile(`\b(is|are) no\b`), 1},
	{regexp.MustCompile(`\b(is|are) to (be|have)\b`), 0},
	{regexp.MustCompile(`\bwhat (is|are)\b`), 10},
	{regexp.MustCompile(`\bin vain\b`), 0},
	{regexp.MustCompile(`\bas (it|they) came\b`), 0},
	{regexp.MustCompile(`\b(by itself|by themselves)\b`), 0},
	{regexp.MustCompile(`\bsay two things\b`), 0},
	{regexp.MustCompile(`(?i)\bblanks?\b`), 0},
	{regexp.MustCompile(`(?i)\bjudg`), 0},
	{regexp.MustCompile(`\bdoor\b`), 0},
	{regexp.MustCompile(`(^|[.!?] )(Of|Where|For) `), 4},
}

// light is what heavy matches and everybody says.
var light = regexp.MustCompile(`\bthere (is|are) no\b|\bis no longer\b`)

func TestTextsArePlain(t *testing.T) {
	found := programTexts(t)
	for _, h := range heavy {
		count, list := 0, ""
		for _, f := range found {
			for _, text := range f.texts {
				for line := range strings.SplitSeq(text, "\n") {
					if h.phrase.MatchString(light.ReplaceAllString(line, "")) {
						count++
						list += fmt.Sprintf("\n%s/%s: %s", f.pkg, f.file, line)
					}
				}
			}
		}
		switch {
		case count > h.most:
			t.Errorf("%d texts match %s, and %d may:%s", count, h.phrase, h.most, list)
		case count < h.most:
			t.Logf("%d texts match %s, and %d may: lower that number", count, h.phrase, h.most)
		}
	}
}
