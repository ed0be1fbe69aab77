// Package command reads the HTTP requests that pasted commands would send: a
// curl, wget or HTTPie command for a POSIX shell, cmd.exe or PowerShell, a call
// of PowerShell's Invoke-WebRequest, or one of fetch, axios, got or ky in
// JavaScript. It reads what such a text says, byte for byte, or reports which
// part it cannot read; it never guesses. It runs nothing, asks no environment,
// and opens only the files beside the text that the command itself names.
//
// Where to look:
//
//   - detect.go tells the languages apart, prompt.go takes prompts away
//   - shell.go, word.go and wrappers.go read POSIX shells, pipe.go what a pipe
//     brings; cmdexe.go reads cmd.exe
//   - packages client, javascript and powershell read the rest
package command

import (
	"bytes"

	"github.com/hooktop/hooktop/receiver/saved/command/javascript"
	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/saved/command/powershell"
)

// What the readers of all languages share.
type (
	Request = pasted.Request
	Files   = pasted.Files
	Error   = pasted.Error
)

var quote = pasted.Quote

// Read returns the requests that the commands in a text send, in their order. It
// reads a file through files, which may be nil.
func Read(text []byte, files Files) ([]Request, error) {
	if len(text) > pasted.MaxText {
		return nil, pasted.Unread("it is longer than %d bytes", pasted.MaxText)
	}
	r := &reader{Reader: pasted.NewReader(files)}
	plain := plainText(text)
	var err error
	switch languageOf(plain) {
	case javaScript:
		err = javascript.Read(r.Reader, plain)
	case powerShell:
		err = eachBlock(plain, func(b pasted.Block) error { return powershell.Read(r.Reader, b, r.nativeOfPowerShell) })
	case cmdExe:
		err = eachBlock(plain, r.cmdExe)
	default:
		err = eachBlock(plain, r.shell)
	}
	switch {
	case err != nil || len(r.Found) > 0:
	case r.passed != "":
		err = pasted.Unread("it has no supported command that sends a request: %s is not one", quote(r.passed))
	default:
		err = pasted.Unread("it has no command that sends a request")
	}
	return r.Found, err
}

// reader collects the requests of one text.
type reader struct {
	*pasted.Reader
	// passed is the first command that is not known.
	passed string
}

// plainText returns a text without what an editor or a chat put around it.
func plainText(text []byte) string {
	return withoutRoot(withoutFence(unixLines(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))))
}

// unixLines ends lines with LF alone if all of them end with CR LF.
func unixLines(text []byte) string {
	if n := bytes.Count(text, []byte("\r\n")); n > 0 && n == bytes.Count(text, []byte("\n")) {
		return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	}
	return string(text)
}
