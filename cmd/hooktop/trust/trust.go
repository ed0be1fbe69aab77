// Package trust remembers what the user said yes to of a folder that may have come from
// a stranger: where its files send deliveries, users or requests. The answers are kept
// in the user's own folder for state, where no cloned repository and no unpacked
// archive gets to. It asks nobody; that is up to the commands.
package trust

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Value is what a file of the folder says, and needs a yes.
type Value struct {
	// Name tells it from others: HOOKTOP_FORWARD_TO.
	Name string
	// Source says where it was found: HOOKTOP_FORWARD_TO in .env.
	Source string
	// Text is the value. Only a hash of it is stored.
	Text string
	// Does is what comes of it, in words that follow Source: "sends deliveries to …".
	// It holds no password.
	Does string
	// Instead is how the user gives the value without a file: --forward-to URL.
	Instead string
}

// Book holds the answers for one folder.
type Book struct {
	file, folder string
}

// Open returns the answers for a folder. Nothing is read or written yet. state is the
// user's own folder for state; without one nothing is remembered.
func Open(state, folder string) Book {
	if absolute, err := filepath.Abs(folder); err == nil {
		folder = absolute
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	if state == "" {
		return Book{folder: folder}
	}
	return Book{filepath.Join(state, "hooktop", "answers.json"), folder}
}

// StateFolder returns the user's own folder for state, "" if there is none:
// XDG_STATE_HOME, else where the system keeps settings.
func StateFolder(getenv func(string) string) string {
	if folder := getenv("XDG_STATE_HOME"); filepath.IsAbs(folder) {
		return folder
	}
	folder, err := os.UserConfigDir()
	if err != nil || !filepath.IsAbs(folder) {
		return ""
	}
	return folder
}

// answers are the file's content.
type answers struct {
	// Salt keeps a hash from giving away a password that is easy to guess.
	Salt string `json:"salt"`
	Yes  []yes  `json:"yes"`
}

type yes struct {
	Folder string `json:"folder"`
	Name   string `json:"name"`
	Hash   string `json:"hash"`
}

const (
	// maxFile is the longest file that is read, in bytes.
	maxFile = 1 << 20
	// maxAnswers is how many answers are kept, the newest.
	maxAnswers = 2000
)

// Unanswered returns those of the values that the user has not said yes to.
func (b Book) Unanswered(values []Value) []Value {
	if len(values) == 0 {
		return nil
	}
	all, err := b.read()
	return slices.DeleteFunc(slices.Clone(values), func(v Value) bool {
		return err == nil && slices.Contains(all.Yes, b.answer(all, v))
	})
}

// Remember keeps a yes to each of the values.
func (b Book) Remember(values ...Value) error {
	all, err := b.read()
	if err != nil {
		return err
	}
	if all.Salt == "" {
		all.Salt = rand.Text()
	}
	for _, v := range values {
		if a := b.answer(all, v); !slices.Contains(all.Yes, a) {
			all.Yes = append(all.Yes, a)
		}
	}
	all.Yes = all.Yes[max(0, len(all.Yes)-maxAnswers):]
	return b.write(all)
}

func (b Book) answer(all answers, v Value) yes {
	mac := hmac.New(sha256.New, []byte(all.Salt))
	_, _ = fmt.Fprintf(mac, "%q%q%q", b.folder, v.Name, v.Text) // never fails
	return yes{b.folder, v.Name, hex.EncodeToString(mac.Sum(nil))}
}

// read returns no answers where there is no file yet, or none that is the user's.
func (b Book) read() (all answers, err error) {
	if b.file == "" {
		return all, errors.New("there is no folder for state: set HOME or XDG_STATE_HOME")
	}
	f, err := os.Open(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	defer f.Close() //nolint:errcheck // it was only read from
	info, err := f.Stat()
	if err != nil {
		return all, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return all, fmt.Errorf("%s is not a file of hooktop's", b.file)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return all, err
	}
	if json.Unmarshal(text, &all) != nil {
		return answers{}, nil // it is asked again, and written anew
	}
	return all, nil
}

// write replaces the file whole.
func (b Book) write(all answers) error {
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	dir := filepath.Dir(b.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".answers-*") // made 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it was renamed, or is a leftover that harms nobody
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), b.file)
}
