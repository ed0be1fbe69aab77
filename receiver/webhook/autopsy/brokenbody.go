package autopsy

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// bodyReadMost is the longest body, in bytes, that is read as JSON for its
// fault: a stranger's bytes are to cost little.
const bodyReadMost = large

// Fault is what is wrong with a body that no sender of webhooks sends.
type Fault int

// The faults.
const (
	// Sound is for JSON, of whatever kind but {} and null, and for what is too
	// long to be read.
	Sound Fault = iota
	// Empty: there is nothing in it.
	Empty
	// Spaces: there are spaces and line breaks alone.
	Spaces
	// Leftover: it is what a body parser leaves of a body that it did not read: {}.
	Leftover
	// Stringified: it is what String makes of an object: [object Object].
	Stringified
	// Compressed: it is compressed with gzip.
	Compressed
	// NotUTF8: it has bytes that are no UTF-8, the first at the place.
	NotUTF8
	// CutOff: it ends in the middle of its JSON.
	CutOff
	// NotJSON: it is no JSON from the place on.
	NotJSON
	// Trailing: something follows the JSON that ends at the place.
	Trailing
)

// FaultOf returns what is wrong with a body, and at which byte, counted from 1.
// With a body that is broken a signature that does not hold says nothing about
// the secret.
func FaultOf(body []byte) (fault Fault, at int) {
	text := bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return Empty, 0
	case len(text) == 0:
		return Spaces, len(body)
	case string(text) == "{}", string(text) == "null", string(text) == "undefined":
		return Leftover, 0
	case len(text) < 40 && bytes.HasPrefix(text, []byte("[object ")) && bytes.HasSuffix(text, []byte("]")):
		return Stringified, 0
	case bytes.HasPrefix(body, []byte("\x1f\x8b")):
		return Compressed, 0
	case !utf8.Valid(body):
		return NotUTF8, notUTF8(body)
	case len(body) > bodyReadMost || json.Valid(body):
		return Sound, 0
	}
	var raw json.RawMessage
	err := json.NewDecoder(bytes.NewReader(body)).Decode(&raw)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return CutOff, len(body)
	case errors.As(err, &syntax):
		return NotJSON, int(syntax.Offset)
	}
	return Trailing, len(raw)
}

// notUTF8 is where the first byte stands that is no UTF-8, counted from 1.
func notUTF8(b []byte) int {
	at := 0
	for at < len(b) {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at + 1
}
