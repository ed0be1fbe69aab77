package command

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

type language int

const (
	posixShell language = iota
	cmdExe
	powerShell
	javaScript
)

// programs are the commands that send a request, as a regular expression.
const programs = `(?:curl|wget|https?|xhs?)(?:\.exe)?`

var (
	// startsCommand is how a line begins that runs such a program, or makes
	// ready for it.
	startsCommand = lazyregexp.New(`^[ \t]*(?:&[ \t]+)?(?:(?:(?:sudo|time|env|command|exec|nohup|noglob|nice|timeout|stdbuf|watch)(?:[ \t]+[^\s'"|;&]+){0,6}?|[A-Za-z_]\w*=(?:"[^"\n]*"|'[^'\n]*'|[^\s'"]*))[ \t]+)*` +
		`(?:["']?[\w.~:/\\$-]*[/\\])?` + programs + `["']?(?:[ \t\r\n]|$)`)
	// preparesCommand is how a script begins: it counts only if a program follows.
	preparesCommand = lazyregexp.New(`^[ \t]*(?:(?:export[ \t]+|set[ \t]+)?[A-Za-z_]\w*=|(?:set|cd|echo|printf|cat|base64|openssl|source|sh|bash|zsh|if|for|while|docker|kubectl|ssh|timeout|nice)[ \t]|\(|\{[ \t\n]|@?echo[ \t]|\\?` + programs + `)`)
	// runsLater is a line with a program after another command.
	runsLater  = lazyregexp.New(`(?:&&|[|;(])[ \t]*` + programs + `[ \t]`)
	hasProgram = lazyregexp.New(`(?m)(?:^|[\s;|&({/\\"'])` + programs + `["']?[ \t\\^` + "`" + `]`)

	startsPS = lazyregexp.New(`(?i)^[ \t]*(?:\$[a-z_][\w:]*(?:\.\w+(?:\.add)?)?[ \t]*[=(.]|\[[\w.]+\]\$?|(?:invoke-webrequest|invoke-restmethod|iwr|irm)(?:[ \t` + "`" + `]|$)|try[ \t]*\{)`)
	hasPS    = lazyregexp.New(`(?i)(?:^|[\s;|&({=])(?:invoke-webrequest|invoke-restmethod|iwr|irm)[ \t` + "`" + `]`)
	psLine   = lazyregexp.New("[ \t]`[ \t]*\n")

	startsJS = lazyregexp.New(`^[ \t]*(?:(?:import|const|let|var|async|await|return|export|function|try|void|new)\b|\(?\(async\b|["']use strict["']|//|/\*|` + calls + `)`)
	// calls are the JavaScript functions that send a request.
	hasCall = lazyregexp.New(`(?:^|[\s;=(){}!,:])` + calls)

	caretEnd   = lazyregexp.New(`\^[ \t]*\r?\n`)
	caretQuote = lazyregexp.New(`(?:^|[ \t])\^"`)
	// doubledQuote is how cmd.exe's users write a quote inside quotes.
	doubledQuote = lazyregexp.New(`[^\s"=]""|""[^\s"]`)
)

const calls = `(?:(?:window|globalThis|self|undici)\.)?(?:fetch|\$fetch|ofetch|axios|got|ky)[ \t]*(?:\.[ \t]*\w+[ \t]*)?(?:<[\w<>\[\], ]*>)?\(`

// Looks reports whether a text is a command rather than a request itself or
// JSON. It may be one that Read cannot read.
func Looks(text []byte) bool {
	plain := plainText(text)
	line, n := commandLine(plain)
	if n > 0 {
		return true
	}
	switch {
	case startsCommand.MatchString(line):
		return true
	case startsPS.MatchString(line):
		return hasPS.MatchString(plain) || hasProgram.MatchString(plain)
	case startsJS.MatchString(line) && hasCall.MatchString(plain):
		return true
	}
	script := strings.HasPrefix(strings.TrimSpace(plain), "#")
	return (script || preparesCommand.MatchString(line) || runsLater.MatchString(line)) && hasProgram.MatchString(plain)
}

// commandLine returns the line that a command begins on, and how long the prompt on
// it is: the first line that is not empty and not a shell's comment, or, as some
// prompts take several lines, one of the next two.
func commandLine(text string) (line string, prompt int) {
	first, n := "", 0
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) == "" {
			continue
		}
		if prompt := promptLength(line); prompt > 0 {
			return line, prompt
		}
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if n++; n == 1 {
			first = line
		}
		if n == 3 || hasProgram.MatchString(line) {
			break
		}
	}
	return first, 0
}

// languageOf tells which shell or language a command is for.
func languageOf(text string) language {
	line, n := commandLine(text)
	switch rest := line[n:]; {
	case psPrompt.MatchString(line):
		return powerShell
	case cmdPrompt.MatchString(line):
		return cmdExe
	case startsPS.MatchString(rest) && (hasPS.MatchString(text) || hasProgram.MatchString(text)):
		return powerShell
	case n == 0 && startsJS.MatchString(rest) && hasCall.MatchString(text):
		return javaScript
	case startsCommand.MatchString(rest) && psLine.MatchString(text):
		return powerShell
	}
	if hasProgram.MatchString(text) && (caretEnd.MatchString(text) || caretQuote.MatchString(text) ||
		doubledQuote.MatchString(text) && !strings.Contains(text, "'")) {
		return cmdExe
	}
	return posixShell
}
