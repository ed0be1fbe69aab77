package providers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// jsonTrouble says why a body could not be read, without the sender's text.
func jsonTrouble(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && syntax.Offset == 0:
		return "there is nothing in it"
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return kind.Field + " is " + kindOf(kind)
	case errors.As(err, &kind):
		return "it is " + kindOf(kind)
	}
	return "it is not the expected JSON"
}

// bodyTrouble is jsonTrouble for a whole body, which may begin with a byte order mark:
// that makes it invalid JSON, although it was signed with the rest.
func bodyTrouble(body []byte, err error) string {
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		return "it begins with a byte order mark, so it is not valid JSON"
	}
	return jsonTrouble(err)
}

// kindOf names what was found. Of a number encoding/json tells the digits too,
// and they may be a million.
func kindOf(err *json.UnmarshalTypeError) string {
	kind, _, _ := strings.Cut(err.Value, " ")
	if kind == "object" || kind == "array" {
		return "an " + kind
	}
	return "a " + kind
}
