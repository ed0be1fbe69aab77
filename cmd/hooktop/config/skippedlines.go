package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// FileWarnings says what in the .env files sets nothing, or something else in the
// app than in hooktop. It names files and lines, and never shows what they hold.
func (e Environment) FileWarnings() (all []string) {
	for _, f := range e.files {
		if f.UTF16 {
			all = append(all, f.name+" is UTF-16; hooktop reads it, but dotenv and Next.js do not: save it as UTF-8")
		}
		all = append(all, f.skipped()...)
		endless := 0
		for _, v := range f.Variables {
			if v.Endless {
				endless++
			}
			switch {
			case v.Endless && endless > mostEndless: // one more is no news
			case v.Endless:
				all = append(all, fmt.Sprintf("%s: line %d refers to itself; Next.js cannot load this file", f.name, v.Line))
			case isSecretVariable(v.Name) && v.Value != strings.TrimSpace(v.Value):
				all = append(all, fmt.Sprintf("%s: line %d: %s has spaces or line breaks inside its quotes; hooktop ignores them, your app may not", f.name, v.Line, v.Name))
			}
		}
	}
	return all
}

// mostEndless is how many lines of a file are named that refer to themselves.
const mostEndless = 5

// skipped says which lines of a file set nothing, first those that were meant to
// set something that hooktop reads.
func (f envFile) skipped() (all []string) {
	var rest []int
	for _, s := range f.Skipped {
		switch {
		case strings.HasPrefix(s.Word, webhook.SecretPrefix):
			all = append(all, fmt.Sprintf("%s: line %d is a signing secret without a name; write NAME=%s… on one line", f.name, s.Line, webhook.SecretPrefix))
		case isRead(s.Word):
			all = append(all, fmt.Sprintf("%s: line %d does not set %s; write %s=… on one line", f.name, s.Line, s.Word, s.Word))
		default:
			rest = append(rest, s.Line)
		}
	}
	if len(rest) > 0 {
		all = append(all, fmt.Sprintf("%s: skipped %s, not NAME=value", f.name, lineNumbers(rest)))
	}
	return all
}

// isRead reports whether hooktop reads a variable of this name.
func isRead(name string) bool {
	return name == "NGROK_AUTHTOKEN" || name == "CLERK_SECRET_KEY" || isSecretVariable(name) ||
		name != "" && slices.ContainsFunc(options(), func(o option) bool { return o.variable == name })
}

// isSecretVariable reports whether hooktop reads a signing secret from a variable.
func isSecretVariable(name string) bool {
	return slices.ContainsFunc(providers.All(), func(p webhook.Provider) bool { return slices.Contains(p.Signing().Variables, name) })
}

// lineNumbers lists lines: "line 3", "lines 3–29, 31 and 40", "lines 1, 3, 5 and
// more".
func lineNumbers(lines []int) string {
	const most = 4
	var spans []string
	for i := 0; i < len(lines); {
		end := i
		for end+1 < len(lines) && lines[end+1] == lines[end]+1 {
			end++
		}
		span := fmt.Sprint(lines[i])
		if end > i {
			span += fmt.Sprintf("–%d", lines[end])
		}
		spans = append(spans, span)
		i = end + 1
	}
	word := "lines "
	if len(lines) == 1 {
		word = "line "
	}
	switch {
	case len(spans) > most:
		return word + strings.Join(spans[:most-1], ", ") + " and more"
	case len(spans) > 1:
		return word + strings.Join(spans[:len(spans)-1], ", ") + " and " + spans[len(spans)-1]
	}
	return word + spans[0]
}

// unset returns the variables that a variable of a .env file refers to and that
// are not set, and the file; none if the variable has a value all the same.
func (e Environment) unset(name string) (references []string, source webhook.Source) {
	if e.Get(name) != "" {
		return nil, webhook.Source{}
	}
	for _, f := range e.files {
		if v := f.vars[name]; len(v.Unset) > 0 {
			return v.Unset, webhook.Source{Variable: name, File: f.name}
		}
	}
	return nil, webhook.Source{}
}

// Emptied finds a variable that one file leaves empty and a later one sets:
// hooktop uses the value, and most loaders keep it empty.
func (e Environment) Emptied(name string) (empty, used webhook.Source, ok bool) {
	_, used = e.Lookup(name)
	for _, f := range e.files {
		switch v, set := f.vars[name]; {
		case used.File == "" || f.name == used.File:
			return empty, used, false
		case set && len(v.Unset) == 0:
			return webhook.Source{Variable: name, File: f.name}, used, true
		}
	}
	return empty, used, false
}

// VariablesOf returns the variables of a .env file in any folder, for a look at
// what it holds; none if it cannot be read.
func VariablesOf(file string) []dotenv.Variable {
	text, err := userfile.Regular(file, maxEnvFile)
	if err != nil {
		return nil
	}
	return dotenv.Parse(text).Variables
}
