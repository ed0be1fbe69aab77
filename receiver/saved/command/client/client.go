// Package client reads the arguments of curl, wget, HTTPie and xh as the requests
// that these programs send.
package client

import (
	"path"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// Arguments are what a program gets besides its words.
type Arguments struct {
	*pasted.Reader
	// Stdin returns what standard input brings, and is nil if the command says
	// nothing of it. what says what for.
	Stdin func(what string) ([]byte, error)
	// Moved is set if files are not where they seem to be.
	Moved bool
}

// File returns what a file holds, or standard input if it is "-".
func (a *Arguments) File(what, name string) ([]byte, error) {
	switch {
	case name != "-" && name != "/dev/stdin" && a.Moved:
		return nil, pasted.Unread("%s is in the file %s of another folder: put it into the command", what, pasted.Quote(name))
	case name != "-" && name != "/dev/stdin":
		return a.Reader.File(what, name)
	case a.Stdin == nil:
		return nil, pasted.Unread("%s comes from standard input, which is not in the command: put it into the command", what)
	}
	return a.Stdin(what)
}

// Name returns the name of a program without its folder.
func Name(word string) string {
	return strings.TrimSuffix(path.Base(strings.ReplaceAll(strings.TrimPrefix(word, "\\"), "\\", "/")), ".exe")
}

// Sends reports whether a program sends a request.
func Sends(program string) bool {
	switch program {
	case "curl", "wget", "http", "https", "xh", "xhs":
		return true
	}
	return false
}

// Read adds the requests that a program sends with these words after its name.
func (a *Arguments) Read(program string, words []string) error {
	read := a.curl
	switch program {
	case "curl":
	case "wget":
		read = a.wget
	default:
		read = func(words []string) ([]pasted.Request, error) { return a.httpie(program, words) }
	}
	found, err := read(words)
	if err != nil {
		return err
	}
	return a.Add(found...)
}

// absolute adds the scheme that clients add to a URL without one.
func absolute(url, scheme string) string {
	if url == "" || strings.Contains(url, "://") {
		return url
	}
	return scheme + "://" + url
}

// withQuery adds to the query of a URL, before its fragment.
func withQuery(url, query string) string {
	if query == "" {
		return url
	}
	url, fragment, has := strings.Cut(url, "#")
	switch {
	case !strings.Contains(url, "?"):
		url += "?"
	case !strings.HasSuffix(url, "?") && !strings.HasSuffix(url, "&"):
		url += "&"
	}
	if url += query; has {
		url += "#" + fragment
	}
	return url
}
