package advice

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/pagetext"
)

// The bounds of what is read of an answer.
const (
	maxAnswer = 1 << 20
	maxText   = 16 << 10
)

// pageSays returns the text of a web page: the error that Next.js or Bun put into it,
// else what a person sees.
func pageSays(page []byte) string {
	if fault := pageFault(page); fault != "" {
		return fault
	}
	return strings.Join(pagetext.Lines(page), "\n")
}

// pageFault returns the error in a script of Next.js' or Bun's error page, with its
// stack, "" if there is none.
func pageFault(page []byte) string {
	var next struct {
		Err struct{ Name, Message, Stack string }
	}
	var bun struct {
		Problems struct {
			Exceptions []struct{ Name, Message string }
		}
	}
	switch {
	case json.Unmarshal(script(page, "__NEXT_DATA__"), &next) == nil && next.Err.Message != "":
		return withStack(next.Err.Name, next.Err.Message, next.Err.Stack)
	case json.Unmarshal(script(page, "__bunfallback"), &bun) == nil && len(bun.Problems.Exceptions) > 0:
		e := bun.Problems.Exceptions[0]
		return withStack(e.Name, e.Message, "")
	}
	return ""
}

// script returns what stands in the script with an id.
func script(page []byte, id string) []byte {
	_, after, _ := bytes.Cut(page, []byte(`id="`+id+`"`))
	_, after, _ = bytes.Cut(after, []byte(">"))
	text, _, _ := bytes.Cut(after, []byte("</script"))
	return text
}

// withStack joins an error's name, message and stack, which often repeats them.
func withStack(name, message, stack string) string {
	text := message
	if name != "" && !strings.HasPrefix(message, name) && name != "Error" {
		text = name + ": " + message
	}
	if _, calls, ok := strings.Cut(stack, "\n    at "); ok {
		text += "\n    at " + calls
	}
	return text[:min(len(text), maxText)]
}
