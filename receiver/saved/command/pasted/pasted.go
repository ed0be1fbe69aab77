// Package pasted holds what the readers of pasted commands share: the requests
// that they find, how much a text may make, and errors that name a part of it.
package pasted

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Request is what a command sends. URL is absolute, or empty if the command has
// none.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Files returns what a file holds that a command names.
type Files func(name string) ([]byte, error)

const (
	// MaxText is the longest text that is read, and maxMade how much its
	// variables, files and pipes may make of it.
	MaxText = 64 << 20
	maxMade = 4 * MaxText
	// maxRequests is how many requests one text may hold.
	maxRequests = 10_000
	// MaxDepth is how deep commands, brackets and objects may be nested.
	MaxDepth = 100
)

// Reader collects the requests of one text.
type Reader struct {
	Found []Request
	files Files
	left  int // how many bytes may still be made
}

// NewReader returns a Reader that reads files through files, which may be nil.
func NewReader(files Files) *Reader { return &Reader{files: files, left: maxMade} }

// Add adds requests.
func (r *Reader) Add(all ...Request) error {
	if len(r.Found)+len(all) > maxRequests {
		return Unread("it holds more than %d requests", maxRequests)
	}
	r.Found = append(r.Found, all...)
	return nil
}

// Spend counts bytes that a text makes: a few variables can double without end.
func (r *Reader) Spend(n int) error {
	if r.left -= n; r.left < 0 {
		return Unread("it expands to more than %d bytes", maxMade)
	}
	return nil
}

// File returns what a file holds that a command names. what says what for.
func (r *Reader) File(what, name string) ([]byte, error) {
	if r.files == nil {
		return nil, Unread("%s is in the file %s, which hooktop cannot read here: put it into the command", what, Quote(name))
	}
	b, err := r.files(name)
	if err != nil {
		return nil, Unread("%s is in the file %s: %v", what, Quote(name), err)
	}
	return b, r.Spend(len(b))
}

// Block is a part of a text: what was typed at one prompt and what it printed,
// or all of it where there are no prompts.
type Block struct {
	Text     string
	Line     int // the number of its first line
	Prompted bool
}

// Quote quotes a part of a text for an error, cut to a length that reads well.
func Quote(s string) string {
	const most = 40
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return fmt.Sprintf("%q…", s[:cut])
	}
	return fmt.Sprintf("%q", s)
}

// IsToken reports whether a text can be the name of a header.
func IsToken(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return true
}
