package javascript

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// typed finds texts and comments, which stay as they are, and what TypeScript adds to
// JavaScript before a call: the type of a variable, of a value, or of a function.
var typed = lazyregexp.New("\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\(?s:.))*`|//[^\n]*|/\\*(?s:.*?)\\*/" +
	`|(\b(?:const|let|var)\s+[\w$]+)(\s*:[^=;\n]+)` + // const h: Record<string, string> = …
	`|()(\b(?:as|satisfies)[ \t]+[\w.$]+(?:<[\w.$<>,| ]*>)?(?:\[\])?)` + // … as RequestInit
	`|(\b(?:fetch|axios|got|ky)(?:\.\w+)?)(<[\w<>\[\], .|]*>)` + // axios.post<User>(…)
	`|(\))(\s*:\s*[\w.]+(?:<[\w.<>,| \[\]]*>)?)\s*\{` + // function f(): Promise<void> {
	`|(\(\s*[\w$]+)(\s*:\s*[\w.]+(?:<[\w.<>,| ]*>)?(?:\[\])?)`) // function f(body: string

// withoutTypes puts spaces in place of types, so that everything else stays where
// it is.
func withoutTypes(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range typed.FindAllStringSubmatchIndex(text, -1) {
		for group := 4; group+1 < len(at); group += 4 {
			if from, to := at[group], at[group+1]; from >= 0 {
				b.WriteString(text[last:from])
				b.WriteString(strings.Map(blank, text[from:to]))
				last = to
			}
		}
	}
	return b.String() + text[last:]
}

// blank returns a space, or the line end that a rune is.
func blank(r rune) rune {
	if r == '\n' {
		return r
	}
	return ' '
}
