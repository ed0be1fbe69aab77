package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/joho/godotenv"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Environment are the process's variables and, below them, those of .env
// files. A variable set to the empty string counts as not set.
type Environment struct {
	Process func(string) string
	files   []envFile
	// text is what was read, to tell when it is another.
	text string
}

type envFile struct {
	name string
	vars map[string]string
}

// readEnvironment reads file, or .env.local and .env where it is "". Those two
// need not be there.
func readEnvironment(process func(string) string, file string) (Environment, error) {
	env := Environment{Process: process}
	optional := file == ""
	for _, name := range envFiles(file) {
		text, err := os.ReadFile(name)
		env.text += marked(name, text)
		if optional && (errors.Is(err, fs.ErrNotExist) || isFolder(name)) {
			continue
		}
		if err != nil {
			return env, exit.Usage(fmt.Sprintf("cannot read %s: %v", name, exit.Reason(err)), "give --env-file a file that can be read")
		}
		text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		vars, err := godotenv.UnmarshalBytes(text)
		if err != nil { // its text may hold a part of a secret
			return env, exit.Usage(fmt.Sprintf("%s is not a file of NAME=value lines%s", name, firstBad(text)),
				"write NAME=value on each line and close all quotes; # starts a comment")
		}
		env.files = append(env.files, envFile{name, vars})
	}
	return env, nil
}

// envFiles are the files that are read: the one that was named, or the usual.
func envFiles(file string) []string {
	if file != "" {
		return []string{file}
	}
	return []string{".env.local", ".env"}
}

// marked are a file's name and text, so that those of several stay apart.
func marked(name string, text []byte) string { return name + "\x00" + string(text) + "\x00" }

// firstBad says at which line a file stops being one: the first after which it
// can no longer be read.
func firstBad(text []byte) string {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := range lines {
		if _, err := godotenv.UnmarshalBytes(bytes.Join(lines[:n+1], nil)); err != nil && !openQuote(lines[:n+1]) {
			return fmt.Sprintf(": see line %d", n+1)
		}
	}
	return ""
}

// openQuote says whether a value may go on in the next line.
func openQuote(lines [][]byte) bool {
	text := bytes.Join(lines, nil)
	return bytes.Count(text, []byte(`"`))%2 == 1 || bytes.Count(text, []byte("'"))%2 == 1
}

// Lookup gives a variable's value and where it was found.
func (e Environment) Lookup(name string) (value string, source webhook.Source) {
	if v := strings.TrimSpace(e.Process(name)); v != "" {
		return v, webhook.Source{Variable: name}
	}
	for _, f := range e.files {
		if v := strings.TrimSpace(f.vars[name]); v != "" {
			return v, webhook.Source{Variable: name, File: f.name}
		}
	}
	return "", webhook.Source{}
}

func (e Environment) Get(name string) string {
	value, _ := e.Lookup(name)
	return value
}

// toggle is a variable that is on or off; one that is not set is off.
func (e Environment) toggle(name string) (bool, error) {
	value, source := e.Lookup(name)
	switch strings.ToLower(value) {
	case "1", "t", "true", "y", "yes", "on":
		return true, nil
	case "", "0", "f", "false", "n", "no", "off":
		return false, nil
	}
	return false, exit.Usage(fmt.Sprintf("%s: %q is not true or false", source, value), "write true or false; 1/0, yes/no and on/off work, too")
}

// ReadEachFile reads what readEnvironment does, each file apart: one that is
// broken does not keep the others from being read.
func ReadEachFile(process func(string) string, file string) (env Environment, unread []error) {
	env = Environment{Process: process}
	for _, name := range envFiles(file) {
		if file == "" && (isFolder(name) || isMissing(name)) {
			continue
		}
		one, err := readEnvironment(process, name)
		if err != nil {
			unread = append(unread, err)
		}
		env.files = append(env.files, one.files...)
	}
	return env, unread
}

// Layers returns the variables of the process, and those of each file, apart:
// the ones that go before the others first.
func (e Environment) Layers() []Environment {
	none := func(string) string { return "" }
	all := []Environment{{Process: e.Process}}
	for _, f := range e.files {
		all = append(all, Environment{Process: none, files: []envFile{f}})
	}
	return all
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func isMissing(name string) bool {
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}
