package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/tui/text"
)

// shellCommand pipes the body in: an argument has an end, and curl reads a file
// where it begins with @. The headers that curl would add are taken out.
func shellCommand(target string, header http.Header, body []byte) string {
	var b strings.Builder
	if readable(body) {
		b.WriteString("printf %s " + quoted(string(body)))
	} else { // shells lose zero bytes, and terminals obey others
		b.WriteString("printf %s " + quoted(base64.StdEncoding.EncodeToString(body)) + " | base64 -d")
	}
	b.WriteString(" | curl -sS -X POST ")
	if strings.ContainsAny(target, "{}[]") { // or curl makes several requests of one
		b.WriteString("--globoff ")
	}
	b.WriteString(shellWord(target))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			if v == "" {
				b.WriteString(" \\\n  -H " + shellWord(name+";"))
				continue
			}
			b.WriteString(" \\\n  -H " + shellWord(name+": "+v))
		}
	}
	for _, name := range []string{"Content-Type", "Accept", "User-Agent", "Expect"} {
		if len(header.Values(name)) == 0 {
			b.WriteString(" \\\n  -H '" + name + ":'")
		}
	}
	b.WriteString(" \\\n  --data-binary @- -w '\\n'")
	return b.String()
}

// readable says that text shows on a terminal as what it is.
func readable(s []byte) bool {
	for line := range strings.Lines(string(s)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", " ")
		if text.Printable(line) != line {
			return false
		}
	}
	return true
}

// shellWord is one word for a POSIX shell, in letters that no terminal obeys.
func shellWord(s string) string {
	if text.Printable(s) == s {
		return quoted(s)
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		option := i == 0 && c == '-' // of printf's own
		if c < ' ' || c > '~' || c == '\\' || c == '\'' || c == '%' || option {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return `"$(printf '` + b.String() + `')"`
}

// quoted makes one word of text for a POSIX shell, whatever is in it.
func quoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
