package command

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/client"
	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// cmdExe reads the commands of a block as cmd.exe does, and splits them as Windows
// programs do. What browsers write for it is read as they mean it, for they do not
// follow all of its rules.
func (r *reader) cmdExe(b pasted.Block) error {
	text := b.Text
	firefox := firefoxStart.MatchString(text)
	if firefox {
		text = firefoxNewline.ReplaceAllString(text, "^\n\n")
	}
	browser := strings.Contains(text, `^\^\`) || doubledQuote.MatchString(text)
	c := &caret{text: strings.ReplaceAll(text, "\r\n", "\n"), Block: b, always: caretInQuotes.MatchString(text)}
	for c.at < len(c.text) {
		start := c.at
		chars, err := c.command()
		if err != nil {
			return err
		}
		words, open := windowsWords(chars, firefox, browser)
		if open {
			return pasted.Placed(pasted.Unread("a quoted string is not closed: after \\\" cmd.exe interprets characters such as & and >"), c.Line+strings.Count(c.text[:start], "\n"), 0)
		}
		if len(words) == 0 {
			continue
		}
		if err := r.windowsCommand(words); err != nil {
			return pasted.Placed(err, c.Line+strings.Count(c.text[:start], "\n"), 0)
		}
		if b.Prompted && c.at > 0 && c.at <= len(c.text) && c.text[c.at-1] == '\n' { // the rest is what it printed
			return nil
		}
	}
	return nil
}

var (
	firefoxStart   = lazyregexp.New(`^\s*curl\.exe[ \t]+\^"`)
	firefoxNewline = lazyregexp.New(`"\^\r?\n\r?\n"`)
	// caretInQuotes is how Chrome wrote a quote for some years in words that began
	// with a bare quote, where cmd.exe does not know the caret.
	caretInQuotes = lazyregexp.New(`(?:^|\s)"[^"\n]*\^\\\^"`)
)

// windowsCommand reads a command by its words.
func (r *reader) windowsCommand(words []string) error {
	if words = unwrapped(words); len(words) == 0 {
		return nil
	}
	program := strings.ToLower(client.Name(strings.TrimPrefix(words[0], "@")))
	switch {
	case client.Sends(program):
	case program == "rem" || program == "echo" || program == "setlocal" || program == "pause" || program == "cls" || strings.HasPrefix(program, ":"):
		return nil
	default:
		return pasted.Unread("the command %s is not supported", quote(words[0]))
	}
	for _, word := range words[1:] {
		if strings.HasPrefix(word, "'") {
			return pasted.Unread("%s begins with a single quote, which cmd.exe does not take for a quote: write double quotes", quote(word))
		}
	}
	return (&client.Arguments{Reader: r.Reader}).Read(program, words[1:])
}

// caret reads commands as cmd.exe does: a caret takes the meaning away from the
// next character.
type caret struct {
	pasted.Block
	text   string
	at     int
	always bool // the caret has its meaning inside quotes, too
}

// variable is one of cmd.exe's, unlike a byte that is encoded in a URL.
var variable = lazyregexp.New(`^%([A-Za-z_][A-Za-z0-9_]*)%`)

// encoded begins like a byte that is encoded in a URL.
var encoded = lazyregexp.New(`^[0-9A-Fa-f]{2}`)

// command returns the characters of the next command.
func (c *caret) command() (string, error) {
	var b strings.Builder
	quoted := false
	for c.at < len(c.text) {
		char := c.text[c.at]
		switch {
		case char == '^' && (!quoted || c.always):
			c.at++
			if c.at < len(c.text) && c.text[c.at] == '\n' {
				c.at++ // the line goes on; its first character has no meaning, either
			}
			if c.at < len(c.text) {
				b.WriteByte(c.text[c.at])
			}
		case char == '"':
			quoted = !quoted
			b.WriteByte(char)
		case char == '\n':
			c.at++
			return b.String(), nil
		case quoted:
			if err := c.noVariable(); err != nil {
				return "", err
			}
			b.WriteByte(char)
		case char == '&':
			c.at++
			return b.String(), nil
		case char == '|' || char == '<':
			return "", c.error("hooktop does not follow %q: put the body into the command", char)
		case char == '>':
			if err := c.skipTarget(); err != nil {
				return "", err
			}
			continue
		default:
			if err := c.noVariable(); err != nil {
				return "", err
			}
			b.WriteByte(char)
		}
		c.at++
	}
	return b.String(), nil
}

// skipTarget passes over where a command writes to, which ends it.
func (c *caret) skipTarget() error {
	for c.at < len(c.text) && c.text[c.at] == '>' {
		c.at++
	}
	for c.at < len(c.text) && c.text[c.at] == ' ' {
		c.at++
	}
	for c.at < len(c.text) && strings.IndexByte(" \t\n", c.text[c.at]) < 0 {
		c.at++
	}
	rest := strings.TrimLeft(c.text[c.at:], " \t")
	for _, end := range []string{"\n", "&", "2>", ">"} {
		if strings.HasPrefix(rest, end) {
			return nil
		}
	}
	if rest != "" {
		return c.error("something follows a > and its file: quotes may be missing")
	}
	return nil
}

// noVariable reports an error if a variable stands here. Two hexadecimal digits
// between percent signs are part of a URL.
func (c *caret) noVariable() error {
	found := variable.FindStringSubmatch(c.text[c.at:])
	if found == nil {
		return nil
	}
	if encoded.MatchString(found[1]) {
		return nil
	}
	return c.error("the command does not set the variable %s: write its value", found[0])
}

func (c *caret) error(format string, args ...any) error {
	return pasted.Block{Text: c.text, Line: c.Line}.Place(pasted.UnreadAt(c.at, format, args...), 0)
}

// windowsWords splits a command into the words that a Windows program gets.
// Browsers double every backslash, although it only matters before a quote; where
// one wrote the command and all are doubled, it means half of them. Firefox doubles
// none at all. open tells that a quote does not end.
func windowsWords(text string, firefox, browser bool) (words []string, open bool) {
	w := &windows{firefox: firefox}
	if w.read(text); browser && !w.odd && !firefox {
		w = &windows{halve: true}
		w.read(text)
	}
	return w.words, w.quoted
}

// windows collects words. odd is set by a number of backslashes that no browser
// writes; halve takes half of them.
type windows struct {
	words               []string
	word                strings.Builder
	quoted, begun       bool
	firefox, halve, odd bool
}

func (w *windows) read(text string) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\\':
			i += w.backslashes(text[i:])
		case c == '"' && w.quoted && i+1 < len(text) && text[i+1] == '"':
			w.put('"') // doubled inside quotes
			i += 2
		case c == '"':
			w.quoted, w.begun = !w.quoted, true
			i++
		case (c == ' ' || c == '\t' || c == '\n') && !w.quoted:
			w.end()
			i++
		default:
			w.put(c)
			i++
		}
	}
	w.end()
}

func (w *windows) put(c byte) {
	w.word.WriteByte(c)
	w.begun = true
}

func (w *windows) end() {
	if w.begun {
		w.words = append(w.words, w.word.String())
	}
	w.word.Reset()
	w.begun = false
}

// backslashes reads the backslashes that a text begins with, and the quote after
// them. It returns how long both are.
func (w *windows) backslashes(text string) int {
	n := len(text) - len(strings.TrimLeft(text, `\`))
	w.begun = true
	switch {
	case n == len(text) || text[n] != '"':
		bracket := n < len(text) && strings.IndexByte("[]{}", text[n]) >= 0 // of a URL
		w.odd = w.odd || n%2 == 1 && !bracket
		if w.halve {
			w.word.WriteString(text[:n/2+n%2])
		} else {
			w.word.WriteString(text[:n])
		}
		return n
	case w.firefox: // the last one is the quote's, the others are as they were
		w.word.WriteString(text[:n-1])
	default:
		w.word.WriteString(text[:n/2])
		if n%2 == 0 {
			return n
		}
	}
	w.put('"')
	return n + 1
}

// nativeOfPowerShell reads the words that PowerShell gives a program.
func (r *reader) nativeOfPowerShell(name string, words []string) (known bool, err error) {
	program := client.Name(name)
	if !client.Sends(program) || words == nil {
		return client.Sends(program), nil
	}
	for i, word := range words {
		words[i] = asProgramGets(word)
	}
	return true, (&client.Arguments{Reader: r.Reader}).Read(program, words)
}

// asProgramGets returns a word as a program gets it. Before PowerShell 7.3 quotes
// get lost unless they have a backslash; people who know write \" for all of them.
func asProgramGets(word string) string {
	quotes := strings.Count(word, `"`)
	if quotes == 0 || quotes != strings.Count(word, `\"`) {
		return word
	}
	w := &windows{quoted: true}
	w.read(word)
	return strings.Join(w.words, "")
}
