package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/joho/godotenv"
)

// environment are the process's variables and, below them, those of .env
// files. A variable set to the empty string counts as not set.
type environment struct {
	process func(string) string
	files   []envFile
}

type envFile struct {
	name string
	vars map[string]string
}

// readEnvironment reads file, or .env.local and .env where it is "". Those two
// need not be there.
func readEnvironment(process func(string) string, file string) (environment, error) {
	env := environment{process: process}
	names, optional := []string{".env.local", ".env"}, true
	if file != "" {
		names, optional = []string{file}, false
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if optional && (errors.Is(err, fs.ErrNotExist) || isFolder(name)) {
			continue
		}
		if err != nil {
			return env, usage(fmt.Sprintf("cannot read %s: %v", name, reason(err)), "give --env-file a file that can be read")
		}
		vars, err := godotenv.UnmarshalBytes(text)
		if err != nil { // its text may hold a part of a secret
			return env, usage(name+" is not a file of NAME=value lines", "each line is NAME=value, # begins a comment; quotes have to be closed")
		}
		env.files = append(env.files, envFile{name, vars})
	}
	return env, nil
}

// lookup gives a variable's value and where it was found, for people:
// "NAME", or "NAME in .env.local".
func (e environment) lookup(name string) (value, source string) {
	if v := strings.TrimSpace(e.process(name)); v != "" {
		return v, name
	}
	for _, f := range e.files {
		if v := strings.TrimSpace(f.vars[name]); v != "" {
			return v, name + " in " + f.name
		}
	}
	return "", ""
}

func (e environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// reason is an error without the path, which its message names already.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
