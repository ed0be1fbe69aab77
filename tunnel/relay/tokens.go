package relay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Tokens is the file that keeps the relay's tokens, one for each provider, and
// whether the user agreed to use the relay. It is read again at each call, so
// several hooktops on one database have the same tokens. A file that cannot be read
// is an error and stays as it is: a new token would change the public URL.
type Tokens struct{ path string }

// Consent says whether the user agreed to use the relay.
type Consent string

// The answers.
const (
	Unasked  Consent = ""
	Agreed   Consent = "agreed"
	Declined Consent = "declined"
)

// TokensBeside returns the tokens file of a database: relay.json in its folder.
func TokensBeside(database string) *Tokens {
	return &Tokens{filepath.Join(filepath.Dir(database), "relay.json")}
}

// Path returns where the file is, or will be.
func (t *Tokens) Path() string { return t.path }

// Token returns a provider's token. The first call makes and stores it; it then
// stays the same for as long as the file does.
func (t *Tokens) Token(provider string) (Token, error) {
	f, err := t.read()
	if err != nil {
		return "", err
	}
	if kept, ok := f.Tokens[provider]; ok {
		return kept.Token, nil
	}
	err = t.update(func(f *tokensFile) {
		if _, ok := f.Tokens[provider]; !ok { // another hooktop may have been first
			f.Tokens[provider] = keptToken{Token: NewToken()}
		}
	}, &f)
	return f.Tokens[provider].Token, err
}

// Consent returns whether the user agreed, and when the answer was given: zero if
// nobody was asked.
func (t *Tokens) Consent() (Consent, time.Time, error) {
	f, err := t.read()
	if err != nil || f.Consent == Unasked || f.ConsentAt == nil {
		return f.Consent, time.Time{}, err
	}
	return f.Consent, *f.ConsentAt, nil
}

// SetConsent remembers the user's answer.
func (t *Tokens) SetConsent(c Consent, at time.Time) error {
	return t.update(func(f *tokensFile) {
		at = at.UTC().Round(time.Second)
		f.Consent, f.ConsentAt = c, &at
		if c == Unasked {
			f.ConsentAt = nil
		}
	}, nil)
}

// tokensFile is the file's content.
type tokensFile struct {
	Version   int                  `json:"version"`
	Consent   Consent              `json:"consent,omitempty"`
	ConsentAt *time.Time           `json:"consent_at,omitempty"`
	Tokens    map[string]keptToken `json:"tokens"`
}

type keptToken struct {
	Token Token `json:"token"`
	heard
}

// heard is where an earlier run ended.
type heard struct {
	// At is when the relay was last heard: what came later may have been missed.
	At *time.Time `json:"heard,omitempty"`
	// History is the id of the last request that is known from the inbox's history.
	History string `json:"history,omitempty"`
	// Recent identifies the last requests that arrived.
	Recent []digest `json:"recent,omitempty"`
}

const (
	tokensVersion = 1
	maxTokensFile = 64 << 10
)

var providerName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// lastHeard returns where an earlier run with a provider's token ended, the zero
// value if that is unknown.
func (t *Tokens) lastHeard(provider string, token Token) heard {
	f, err := t.read()
	if kept := f.Tokens[provider]; err == nil && kept.Token == token && kept.At != nil {
		return kept.heard
	}
	return heard{}
}

// setHeard remembers where a run ended, or has come to. It is a note for the next
// start: losing it makes hooktop say less, so errors are dropped.
func (t *Tokens) setHeard(provider string, token Token, now heard) {
	at := now.At.UTC().Truncate(time.Second)
	now.At = &at
	f, err := t.read()
	kept := f.Tokens[provider]
	same := kept.At != nil && !kept.At.Before(at) && kept.History == now.History && slices.Equal(kept.Recent, now.Recent)
	if err != nil || kept.Token != token || same {
		return // also if the file went away: it is not made again for a note
	}
	_ = t.update(func(f *tokensFile) {
		if f.Tokens[provider].Token == token {
			f.Tokens[provider] = keptToken{token, now}
		}
	}, nil)
}

// read returns what the file holds: nothing if there is none yet.
func (t *Tokens) read() (tokensFile, error) {
	empty := tokensFile{Version: tokensVersion, Tokens: map[string]keptToken{}}
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		return empty, t.unusable("is not a regular file")
	}
	if err != nil {
		return empty, t.unusable("cannot be read: " + withoutPath(err))
	}
	file, err := os.Open(t.path)
	if err != nil {
		return empty, t.unusable("cannot be read: " + withoutPath(err))
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxTokensFile+1))
	if err != nil {
		return empty, t.unusable("cannot be read: " + withoutPath(err))
	}
	f, problem := parseTokens(text)
	if problem != "" {
		return empty, t.unusable(problem)
	}
	if info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(t.path, 0o600) // no error if it cannot be: the file's owner decided
	}
	return f, nil
}

// parseTokens reads the file's text, or says what is wrong with it.
func parseTokens(text []byte) (tokensFile, string) {
	var f tokensFile
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // they would be lost when the file is written again
	switch err := d.Decode(&f); {
	case len(text) > maxTokensFile:
		return f, "is too large to be the relay's tokens file"
	case err != nil || d.More():
		return f, "does not hold the relay's tokens"
	case f.Version > tokensVersion:
		return f, fmt.Sprintf("was written by a newer hooktop (version %d)", f.Version)
	case f.Version != tokensVersion:
		return f, "does not hold the relay's tokens"
	case f.Consent != Unasked && f.Consent != Agreed && f.Consent != Declined:
		return f, "has a consent that is neither agreed nor declined"
	}
	if f.Tokens == nil {
		f.Tokens = map[string]keptToken{}
	}
	for provider, kept := range f.Tokens {
		if !kept.Token.Valid() || !providerName.MatchString(provider) {
			return f, "has an entry that is not a relay token"
		}
	}
	return f, ""
}

// update changes the file in one step, and returns in result what it then holds.
// Other processes wait meanwhile.
func (t *Tokens) update(change func(*tokensFile), result *tokensFile) error {
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return t.unwritable(err)
	}
	unlock, err := lockedfile.MutexAt(t.path + ".lock").Lock()
	if err != nil {
		return t.unwritable(err)
	}
	defer unlock()
	f, err := t.read()
	if err != nil {
		return err
	}
	f.Tokens = maps.Clone(f.Tokens)
	change(&f)
	if err := t.write(f); err != nil {
		return t.unwritable(err)
	}
	if result != nil {
		*result = f
	}
	return nil
}

// write replaces the file whole: a crash leaves the old one or the new one.
func (t *Tokens) write(f tokensFile) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(t.path), ".relay-*.json") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // fails once it was renamed
	_, err = temp.Write(append(text, '\n'))
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), t.path)
}

func (t *Tokens) unusable(what string) error {
	return &Error{
		Code:  CodeTokensFile,
		Title: t.path + " " + what,
		fix:   "restore the file, or move it away: hooktop then makes a new token, which changes the relay's URL",
	}
}

func (t *Tokens) unwritable(err error) error {
	return &Error{
		Code:  CodeTokensFile,
		Title: t.path + " cannot be written: " + withoutPath(err),
		fix:   "make its folder writable, or choose another database with --db",
	}
}

// withoutPath returns the text of err without the path, which the sentence already
// names.
func withoutPath(err error) string {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	} else if at := (*os.LinkError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	return err.Error()
}
