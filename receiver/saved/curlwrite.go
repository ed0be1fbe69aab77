package saved

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/safeurl"
)

// CurlScript writes a POSIX shell script, a curl command for each delivery.
type CurlScript struct {
	To io.Writer
	// Header returns the headers to send, signed as Mode says, and Target the URL.
	// An error of Header leaves the delivery out.
	Header func(webhook.Delivery) (http.Header, error)
	Target func(webhook.Delivery) string
	Mode   webhook.Mode
	Now    time.Time
}

// Begin implements Writer.
func (c *CurlScript) Begin() error {
	valid := fmt.Sprintf("signed at %s: run it before %s, or export again", c.Now.Format(time.RFC3339), c.Now.Add(shortestTolerance()).Format(time.TimeOnly))
	if c.Mode == webhook.Verbatim {
		valid = "with their original signatures: receivers reject those older than five minutes"
	}
	_, err := fmt.Fprintf(c.To, "#!/bin/sh\n# Deliveries that hooktop exported, %s.\n", valid)
	return err
}

// End implements Writer.
func (c *CurlScript) End() error { return nil }

// Add implements Writer.
func (c *CurlScript) Add(d webhook.Delivery, masked bool) error {
	head := fmt.Sprintf("\n# #%d %s %s", d.ID, d.At.UTC().Format(time.RFC3339), comment(d.Type))
	if masked {
		head += ", masked"
	}
	header, err := c.Header(d)
	if err != nil {
		left := &LeftOut{err}
		if _, err := fmt.Fprintf(c.To, "%s\n# left out: %s\n", head, comment(left.Error())); err != nil {
			return err
		}
		return left
	}
	_, err = fmt.Fprintf(c.To, "%s\n%s\n", head, CurlCommand(c.Target(d), header, d.Body))
	return err
}

// shortestTolerance returns how long every receiver accepts a signature, whoever
// it is for.
func shortestTolerance() time.Duration {
	shortest := time.Duration(math.MaxInt64)
	for _, p := range providers.All() {
		if t := p.Signing().Tolerance; t > 0 {
			shortest = min(shortest, t)
		}
	}
	return shortest
}

// comment returns a text as one line that no terminal obeys.
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, strings.Join(strings.Fields(text), " "))
}

// CurlCommand returns a POSIX shell command that sends a request, byte for byte.
// The body comes through a pipe: an argument has a maximum length, and curl reads
// a file if it begins with @. The headers that curl would add are removed.
func CurlCommand(target string, header http.Header, body []byte) string {
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
	b.WriteString(urlWord(target))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			if v == "" {
				b.WriteString(" \\\n  -H " + ShellWord(name+";"))
				continue
			}
			b.WriteString(" \\\n  -H " + ShellWord(name+": "+v))
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

// urlWord returns a URL as one word for a POSIX shell. What is secret in it comes from a
// variable that the user sets: a command is pasted and sent around.
func urlWord(target string) string {
	if safeurl.Mask(target) == target && !safeurl.HasMasked(target) {
		return ShellWord(target)
	}
	var b strings.Builder
	for _, p := range safeurl.Parts(target) {
		switch {
		case p.Secret:
			name := variable(p.Name)
			b.WriteString(`"${` + name + `:?set ` + name + ` to the secret in the URL of your app}"`)
		case p.Text != "":
			b.WriteString(ShellWord(p.Text))
		}
	}
	return b.String()
}

// variable returns the variable for a secret: APP_PASSWORD, APP_TOKEN.
func variable(name string) string {
	return "APP_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// readable reports whether a terminal shows a body as it is.
func readable(body []byte) bool {
	return printable(strings.NewReplacer("\n", " ", "\t", " ").Replace(string(body)))
}

// printable reports whether a terminal shows a text as it is, on one line.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// ShellWord returns a text as one word for a POSIX shell, in characters that no
// terminal obeys.
func ShellWord(text string) string {
	if printable(text) {
		return quoted(text)
	}
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		option := i == 0 && c == '-' // printf would read it as an option
		if c < ' ' || c > '~' || c == '\\' || c == '\'' || c == '%' || option {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return `"$(printf '` + b.String() + `')"`
}

// quoted returns any text as one word for a POSIX shell.
func quoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
