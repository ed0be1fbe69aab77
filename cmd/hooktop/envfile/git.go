package envfile

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"
)

// Exposed says whether git stores a file, or would with the next "git add": a secret
// does not belong there. It says nothing outside a repository or without git.
func Exposed(file string) []string {
	dir, name := filepath.Split(file)
	git := func(args ...string) (code int) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		// Do not run a program that the repository's own configuration names.
		cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false"}, args...)...)
		cmd.Dir = filepath.Clean(dir)
		err := cmd.Run()
		var exited *exec.ExitError
		switch {
		case err == nil:
			return 0
		case errors.As(err, &exited):
			return exited.ExitCode()
		}
		return -1
	}
	switch {
	case git("rev-parse", "--is-inside-work-tree") != 0:
		return nil
	case git("ls-files", "--error-unmatch", "--", name) == 0:
		return []string{file + " is tracked by git: do not commit the secret (git rm --cached " + file + ", and add it to .gitignore)"}
	case git("check-ignore", "--quiet", "--", name) == 1:
		return []string{file + " is not ignored by git: add it to .gitignore"}
	}
	return nil
}
