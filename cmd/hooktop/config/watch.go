package config

import (
	"context"
	"slices"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
)

// Watch calls changed each time that the .env files have changed, until ctx ends;
// cmd/hooktop/envreload.go acts on it. It looks at each tick. A file counts once it
// is the same at two looks: one that is just being written would be read half.
func (s *Settings) Watch(ctx context.Context, tick <-chan time.Time, changed func()) {
	seen := s.Env.text
	pending := seen
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		text, ok := s.look(ctx)
		if !ok {
			return
		}
		settled := text == pending
		pending = text
		if settled && text != seen {
			seen = text
			changed()
		}
	}
}

// look reads the .env files; ok is false if ctx ended. While a disk does not answer, it
// waits with this one read and begins no other.
func (s *Settings) look(ctx context.Context) (text string, ok bool) {
	read := make(chan string, 1)
	go func() { read <- contents(s.EnvFile) }()
	select {
	case text = <-read:
		return text, true
	case <-ctx.Done():
		return "", false
	}
}

// contents returns the texts of the .env files as one. A file that is not there
// has none.
func contents(file string) (all string) {
	for _, name := range envFiles(file) {
		text, _ := userfile.RegularNow(name, maxEnvFile) // an error is reported when the file is read in earnest
		all += marked(name, text)
	}
	return all
}

// Current returns the environment as it was last read. It may be called while the
// .env files are watched.
func (s *Settings) Current() Environment {
	s.reading.RLock()
	defer s.reading.RUnlock()
	return s.Env
}

// Reload reads the .env files again and takes up the secrets in them. With an
// error, which is about the files, all stays as it was.
func (s *Settings) Reload() (Renewal, error) {
	env, err := readEnvironment(s.Env.Process, s.EnvFile)
	if err != nil {
		return Renewal{}, err
	}
	before := s.Env.FileWarnings()
	s.reading.Lock()
	s.Env = env
	s.reading.Unlock()
	r, err := s.Secrets.Reload(env)
	for _, w := range env.FileWarnings() {
		if err == nil && !slices.Contains(before, w) {
			r.Notes, r.Warning = append(r.Notes, w), true
		}
	}
	return r, err
}
