package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxSecretFile is the largest file with a secret that is read, in bytes.
const maxSecretFile = 4 << 10

// UseLocalSecret goes into local mode: with a secret of hooktop's own, kept
// beside the database for its user alone, so that signed events can be sent and
// verified with no account. The database's folder has to be there.
func (s *Settings) UseLocalSecret() error {
	path := s.LocalSecretFile()
	value, err := userfile.Regular(path, maxSecretFile)
	if errors.Is(err, fs.ErrNotExist) {
		value = []byte(providers.NewSecret(providers.Clerk{}))
		err = writeNew(path, value)
		if errors.Is(err, fs.ErrExist) { // another hooktop was quicker
			value, err = userfile.Regular(path, maxSecretFile)
		}
	}
	if err != nil {
		return exit.Failure(fmt.Sprintf("local secret: %s: %v", path, exit.Reason(err)), "make the folder "+filepath.Dir(path)+" writable, or choose another with --db")
	}
	secret := strings.TrimSpace(string(value))
	if _, err := (providers.Clerk{}).CheckSecret(secret); err != nil {
		return exit.Failure(fmt.Sprintf("local secret in %s %v", path, err), "delete that file; hooktop creates a new one")
	}
	s.Secrets.useOwn(webhook.NewSecret(secret, webhook.Source{Origin: webhook.OwnSecret}))
	return nil
}

func (s *Settings) LocalSecretFile() string { return filepath.Join(filepath.Dir(s.DB), "local-secret") }

// writeNew writes a file that only its user can read, whole or not at all, and
// fails with fs.ErrExist where it is there already.
func writeNew(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".local-secret-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // a leftover is harmless
	_, err = temporary.Write(append(content, '\n'))
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	err = os.Link(temporary.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// A file system without hard links: whole or not at all is then not to be had.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(content, '\n'))
	return errors.Join(err, f.Close())
}
