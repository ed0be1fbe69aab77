// Package edit has a delivery's body edited in the user's own editor: from the
// command line, or from the dashboard, which gives it the terminal. It stores
// nothing and sends nothing itself.
package edit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aymanbagabas/go-udiff"

	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// Format is how a body is shown in an editor. Raw shows the bytes unchanged
// and sends them so; otherwise JSON is indented there and sent compact, as senders do.
type Format struct{ Raw bool }

// ForEditor returns a body as the editor shows it.
func (f Format) ForEditor(body []byte) []byte {
	var pretty bytes.Buffer
	if f.Raw || json.Indent(&pretty, body, "", "  ") != nil {
		return body
	}
	pretty.WriteByte('\n')
	return pretty.Bytes()
}

// ForSending returns a body as it is sent.
func (f Format) ForSending(body []byte) []byte {
	var compact bytes.Buffer
	if f.Raw || json.Compact(&compact, body) != nil {
		return body
	}
	return compact.Bytes()
}

// Diff shows what was changed, a line each, as diff -u does.
func (f Format) Diff(before, after []byte) print.Text {
	return print.Lines(udiff.Unified("as it was", "as it is sent", string(f.ForEditor(before)), string(f.ForEditor(after))))
}

// NotJSON says why a text is not JSON, and at which line; "" if it is.
func NotJSON(body []byte) string {
	var value any
	err := json.Unmarshal(body, &value)
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "it is empty"
	case errors.As(err, &syntax):
		before := body[:min(max(syntax.Offset, 1), int64(len(body)))-1] // the offset is behind what is wrong
		return fmt.Sprintf("line %d: %s", 1+bytes.Count(before, []byte("\n")), syntax.Error())
	case !json.Valid(body):
		return "it has more than one value"
	}
	return ""
}
