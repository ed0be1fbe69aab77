package config

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/owner"
	"github.com/hooktop/hooktop/cmd/hooktop/project"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
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
	dotenv.File
	vars map[string]dotenv.Variable
}

// readEnvironment reads file, or the usual ones where it is "". Those need not be
// there. With an error, the environment is what the other files give.
func readEnvironment(process func(string) string, file string) (Environment, error) {
	env, unread := ReadEachFile(process, file)
	if len(unread) > 0 {
		return env, unread[0]
	}
	return env, nil
}

// ReadEachFile reads what readEnvironment does: a file that cannot be read does
// not keep the others from being read.
func ReadEachFile(process func(string) string, file string) (env Environment, unread []error) {
	ctx, stop := userfile.Patient(context.Background()) // for all of them
	defer stop()
	return readEach(process, file, func(name string) (userfile.Content, error) { return userfile.Any(ctx, name, maxEnvFile) })
}

func readEach(process func(string) string, file string, read func(name string) (userfile.Content, error)) (env Environment, unread []error) {
	env = Environment{Process: process}
	expands := project.Read(".").Has("next")
	for _, name := range envFiles(file) {
		c, err := read(name)
		if c.Regular {
			env.text += marked(name, c.Text)
		} else {
			env.text += marked(name, nil)
		}
		if file == "" && userfile.IsMissing(err) {
			continue
		}
		if err != nil {
			unread = append(unread, exit.Usage(fmt.Sprintf("cannot read %s: %v", name, exit.Reason(err)), cmp.Or(exit.FixOf(err), "give --env-file a file that can be read")))
			continue
		}
		if who, other := owner.IsOther(name); other && file == "" {
			unread = append(unread, exit.Usage(fmt.Sprintf("%s belongs to %s, not to you", name, who), "move it away, or make it yours with chown; --env-file "+name+" reads it anyway"))
			continue
		}
		f := dotenv.Parse(c.Text)
		if expands {
			f.Expand(env.Get)
		}
		env.files = append(env.files, newEnvFile(name, f))
	}
	return env, unread
}

func newEnvFile(name string, f dotenv.File) envFile {
	e := envFile{name, f, map[string]dotenv.Variable{}}
	for _, v := range f.Variables {
		e.vars[v.Name] = v
	}
	return e
}

// maxEnvFile is the largest .env file that is read, in bytes.
const maxEnvFile = 1 << 20

// envFiles are the files that are read: the one that was named, or those that
// Next.js reads in development, the ones that go before the others first.
func envFiles(file string) []string {
	if file != "" {
		return []string{file}
	}
	return []string{".env.development.local", ".env.local", ".env.development", ".env"}
}

// marked returns a file's name and text in a form that keeps several files apart.
func marked(name string, text []byte) string { return name + "\x00" + string(text) + "\x00" }

// Lookup gives a variable's value and where it was found.
func (e Environment) Lookup(name string) (value string, source webhook.Source) {
	if v := strings.TrimSpace(e.Process(name)); v != "" {
		return v, webhook.Source{Variable: name}
	}
	for _, f := range e.files {
		if v := strings.TrimSpace(f.vars[name].Value); v != "" {
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

func isMissing(name string) bool {
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}
