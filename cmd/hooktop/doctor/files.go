package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// files looks at the .env files: whether they can be read, by whom, and whether
// what is secret in them may end up in git.
func (x *Checker) files(ctx context.Context) (all []Finding) {
	for _, err := range x.Unread {
		all = append(all, fault("files", Failed, err))
	}
	for _, w := range x.Env.FileWarnings() {
		all = append(all, Finding{Name: "files", Status: Warning, Text: w})
	}
	var sound []string
	names, _ := filepath.Glob(".env*") // the pattern is well-formed
	if x.Settings.EnvFile != "" {
		names = append(names, x.Settings.EnvFile)
	}
	for _, name := range names {
		if !slices.ContainsFunc(config.VariablesOf(name), holdsSecret) {
			continue
		}
		found := append(readers(name), inGit(ctx, name)...)
		if len(found) == 0 {
			sound = append(sound, name)
		}
		all = append(all, found...)
	}
	switch {
	case len(all) == 0 && len(sound) == 0:
		all = append(all, Finding{Name: "files", Status: OK, Text: "no .env file here contains a secret"})
	case len(sound) > 0:
		all = append(all, Finding{Name: "files", Status: OK, Text: strings.Join(sound, ", ") + ": only you can read them"})
	}
	return all
}

// holdsSecret reports whether nobody else should be able to read a variable's value:
// by its form, or by its name, for a secret that is malformed is one all the same.
func holdsSecret(v dotenv.Variable) bool {
	for _, prefix := range []string{"whsec_", "sk_test_", "sk_live_"} {
		if strings.HasPrefix(v.Value, prefix) && !isPlaceholder(strings.TrimPrefix(v.Value, prefix)) && !isPlaceholder(v.Value) {
			return true
		}
	}
	secret := v.Name == "NGROK_AUTHTOKEN" || slices.ContainsFunc(providers.All(), func(p webhook.Provider) bool {
		return slices.Contains(p.Signing().Variables, v.Name)
	})
	_, isReference := dotenv.FindReference(v.Value)
	return secret && v.Value != "" && !isPlaceholder(v.Value) && !isReference
}

// readers finds out whether other users of this machine can read a file. Any
// editor makes it so: it is a note, not a warning.
func readers(name string) []Finding {
	if runtime.GOOS == "windows" { // its modes say nothing of that
		return nil
	}
	info, err := os.Stat(name)
	path, absErr := filepath.Abs(name)
	if err != nil || absErr != nil || info.Mode().Perm()&0o004 == 0 {
		return nil
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) { // a home folder is often closed
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o001 == 0 {
			return nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return []Finding{{
		Name: "files", Status: Unknown, Text: fmt.Sprintf("%s contains a secret, and every user of this machine can read it", name),
		Fix: []string{"chmod 600 " + name},
	}}
}

// inGit finds out whether git has a file, or would take it at the next git add.
// Without git, or outside its folders, there is nothing to say.
func inGit(ctx context.Context, name string) []Finding {
	if code, ok := git(ctx, "ls-files", "--error-unmatch", "--", name); ok && code == 0 {
		return []Finding{{
			Name: "files", Status: Warning, Text: name + " contains a secret and is in git's index",
			Fix: []string{fmt.Sprintf("run git rm --cached %s, add it to .gitignore, and rotate the secret if it was pushed", name)},
		}}
	}
	if ignored, ok := isIgnored(ctx, name); ok && !ignored {
		return []Finding{{
			Name: "files", Status: Warning, Text: name + " contains a secret and is not in .gitignore",
			Fix: []string{fmt.Sprintf("echo %s >> .gitignore", name)},
		}}
	}
	return nil
}

// isIgnored says whether git leaves a path out; ok is false where there is no
// git to ask.
func isIgnored(ctx context.Context, path string) (ignored, ok bool) {
	code, ok := git(ctx, "check-ignore", "--quiet", "--", path)
	return code == 0, ok && code <= 1
}

// git runs git and gives its exit code.
func git(ctx context.Context, args ...string) (code int, ok bool) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0")
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, true
	case errors.As(err, &exit):
		return exit.ExitCode(), exit.ExitCode() >= 0
	}
	return 0, false
}
