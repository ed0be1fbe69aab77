// Package envfile writes a signing secret into the .env file that the app reads it
// from. What a line has to look like is up to dotenv; this package writes the file,
// whole or not at all, and says what would keep the secret from being used.
package envfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Default is the file that is written unless --env-file names another.
const Default = ".env.local"

// Target is where a secret belongs.
type Target struct{ File, Variable string }

// Saved is a secret that was written.
type Saved struct {
	Target
	// Same: the file had it already.
	Same bool
	// Notes say what the user should know: what overrides the file, or that git would
	// store it.
	Notes []string
}

// For returns where a provider's secret belongs: into the variable that is used
// already, else into the one that its library reads.
func For(s *config.Settings, p webhook.Provider) Target {
	t := Target{File: s.EnvFile, Variable: config.RecommendedVariable(p)}
	if t.File == "" {
		t.File = Default
	}
	here := map[string]bool{}
	for _, v := range config.VariablesOf(t.File) {
		here[v.Name] = true
	}
	for _, used := range []func(name string) bool{
		func(name string) bool { return here[name] },
		func(name string) bool { _, source := s.Current().Lookup(name); return source.File != "" },
	} {
		for _, name := range p.Signing().Variables {
			if used(name) {
				t.Variable = name
				return t
			}
		}
	}
	return t
}

// Save writes a provider's secret to where it belongs.
func Save(s *config.Settings, p webhook.Provider, secret webhook.Secret) (Saved, error) {
	saved := Saved{Target: For(s, p)}
	same, err := write(saved.File, saved.Variable, secret.Reveal())
	if err != nil {
		return saved, exit.Failure(
			fmt.Sprintf("cannot write %s to %s: %v", saved.Variable, saved.File, exit.Reason(err)),
			fmt.Sprintf("write %s=%s… there yourself: the secret is in the Clerk Dashboard → Webhooks → your endpoint → Signing Secret", saved.Variable, webhook.SecretPrefix),
		)
	}
	saved.Same = same
	saved.Notes = append(overrides(s, p, secret), Exposed(saved.File)...)
	return saved, nil
}

// overrides says which other places of a provider's secret hold another one than the
// file does now.
func overrides(s *config.Settings, p webhook.Provider, secret webhook.Secret) (notes []string) {
	if flag := s.Secrets.Flag(p.Name()); flag != "" && flag != secret.Reveal() {
		notes = append(notes, config.FlagSource(p).String()+" has another secret, and overrides the file")
	}
	env, _ := config.ReadEachFile(s.Current().Process, s.EnvFile) // what cannot be read overrides nothing
	for _, name := range p.Signing().Variables {
		value, source := env.Lookup(name)
		if value == "" || value == secret.Reveal() {
			continue
		}
		where := source.String()
		if source.File == "" {
			where += " in hooktop's own environment"
		}
		notes = append(notes, fmt.Sprintf("%s has another secret (%s): your app may use that one", where, webhook.NewSecret(value, source)))
	}
	return notes
}

// maxFile is the largest file that is edited, in bytes.
const maxFile = 1 << 20

var (
	errNotRegular = errors.New("it is not a regular file")
	errDangling   = errors.New("it is a link to a file that does not exist")
	errChanged    = errors.New("another program changed it just now")
)

// write sets a variable in a file, or makes the file. same reports that there was
// nothing to do.
func write(name, variable, value string) (same bool, err error) {
	path, text, mode, err := read(name)
	if err != nil {
		return false, err
	}
	edited, err := dotenv.Set(text, variable, value)
	if err != nil || bytes.Equal(edited, text) {
		return err == nil, err
	}
	return false, replace(path, edited, mode, text)
}

// read returns a file's text and mode, and the path behind its links. A file that is
// not there is empty, and for its user alone.
func read(name string) (path string, text []byte, mode fs.FileMode, err error) {
	path, err = filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(name); err == nil {
			return "", nil, 0, errDangling
		}
		return name, nil, 0o600, nil
	}
	if err != nil {
		return "", nil, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, 0, err
	}
	if !info.Mode().IsRegular() { // such as 1Password's pipe
		return "", nil, 0, errNotRegular
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0) // a file that is read-only stays as it is
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return "", nil, 0, err
	}
	text, err = userfile.Regular(path, maxFile)
	return path, text, info.Mode().Perm(), err
}

// replace puts a file with another text in the place of one, whole or not at all.
func replace(path string, text []byte, mode fs.FileMode, before []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".hooktop-env-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // it is gone once it has its name
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	if err := os.Chmod(temporary.Name(), mode); err != nil {
		return err
	}
	now, err := userfile.Regular(path, maxFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(now, before) {
		return errChanged
	}
	return os.Rename(temporary.Name(), path)
}

// Has reports whether the place of a provider's secret holds it already.
func Has(s *config.Settings, p webhook.Provider, secret webhook.Secret) bool {
	t := For(s, p)
	for _, v := range config.VariablesOf(t.File) {
		if v.Name == t.Variable {
			return v.Value == secret.Reveal()
		}
	}
	return false
}
