package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// bodyReadMost is the longest body, in bytes, that is read as JSON for its
// fault: a stranger's bytes are to cost little.
const bodyReadMost = large

// bodyBroken says what is wrong with a body that no sender of webhooks sends,
// as a sentence, and what to do beside passing on the raw one; "" for JSON, of
// whatever kind but {} and null, and for what is too long to be read. With a
// body that is broken a signature that does not hold says nothing about the
// secret.
func bodyBroken(body []byte) (what, fix string) {
	text := bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return "0 bytes arrived: something read the body before it was passed on.", ""
	case len(text) == 0:
		return fmt.Sprintf("%s of blanks arrived and nothing else.", plural(len(body), "byte")), ""
	case string(text) == "{}", string(text) == "null", string(text) == "undefined":
		return short(string(text)) + " arrived: that is what a body parser leaves of a body that it did not read.", ""
	case len(text) < 40 && bytes.HasPrefix(text, []byte("[object ")) && bytes.HasSuffix(text, []byte("]")):
		return short(string(text)) + " arrived: the body was parsed and then made a text as String(body) does.", ""
	case bytes.HasPrefix(body, []byte("\x1f\x8b")):
		return "It arrived compressed (gzip).", ""
	case !utf8.Valid(body):
		return fmt.Sprintf("Bytes arrived that are no UTF-8, the first at byte %d: the body was read or written in another encoding.", notUTF8(body)), ""
	case len(body) > bodyReadMost || json.Valid(body):
		return "", ""
	}
	var raw json.RawMessage
	err := json.NewDecoder(bytes.NewReader(body)).Decode(&raw)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("It breaks off at byte %d, in the middle of its JSON.", len(body)),
			" A Content-Length that counts characters cuts it so: it has to count bytes."
	case errors.As(err, &syntax):
		return fmt.Sprintf("It is no JSON from byte %d on.", syntax.Offset), ""
	}
	return fmt.Sprintf("Something follows the JSON that ends at byte %d.", len(raw)), ""
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

// blameBody makes of the verdict on a signature that does not hold one on a
// body that is broken, where it is.
func (e *evidence) blameBody(v *Verdict) {
	what, more := bodyBroken(e.Body)
	if what == "" {
		return
	}
	v.Title, v.BodyBroken = "The body is not what was sent", true
	v.Detail = what + " " + e.scheme.title + " sends and signs a JSON object: by such a body no secret can be judged." + e.alsoUntimely()
	v.Fix = "Let what stands between " + e.scheme.title + " and here pass the body on as it came: " + rawInJavaScript + "." + more
}
