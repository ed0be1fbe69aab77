package advice

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// evidence is what an app's answer shows, with what is known of the delivery and
// the app.
type evidence struct {
	d   webhook.Delivery
	f   webhook.Forward
	app App
	// name is the framework, "" if unknown, and stack how things are done in it.
	name  Framework
	stack stack
	// text is what people can read of the answer.
	text string
	// message is the error that the answer gives, "" if it gives none or only the
	// status in words; typed is set if it is an error with a type, such as TypeError.
	message string
	typed   bool
}

func newEvidence(d webhook.Delivery, f webhook.Forward, app App) *evidence {
	e := &evidence{d: d, f: f, app: app, name: frameworkIn(f)}
	switch {
	case e.name == "":
		e.name = app.Framework
	case e.name == Express && app.Framework == NestJS, e.name == H3 && app.Framework == Nuxt:
		e.name = app.Framework // which runs on it
	}
	e.stack = stacks[e.name]
	e.text = readable(f.Body)
	e.message, e.typed = errorIn(e.text, f.Body)
	if e.message == "" && !isObject(f.Body) && !IsPage(f.Body) && !isPlain(e.text) {
		e.message = firstLine(e.text)
	}
	return e
}

// readable returns an answer's text as people read it: without a page's tags, and
// with the strings of a JSON object unescaped.
func readable(body []byte) string {
	body = body[:min(len(body), maxAnswer)]
	switch {
	case IsPage(body):
		return pageSays(body)
	case isObject(body):
		var b strings.Builder
		var o any
		if json.Unmarshal(body, &o) == nil {
			gather(&b, o)
			return strings.TrimSpace(b.String())
		}
	}
	return html.UnescapeString(string(body[:min(len(body), maxText)]))
}

// gather adds the strings of a JSON value, a line each.
func gather(b *strings.Builder, value any) {
	if b.Len() > maxText {
		return
	}
	switch v := value.(type) {
	case string:
		b.WriteString(v + "\n")
	case []any:
		for _, each := range v {
			gather(b, each)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			gather(b, v[name])
		}
	}
}

// verified reports whether the delivery's signature holds here.
func (e *evidence) verified() bool { return e.d.Verdict.Verified }

// here begins what is said about a refusal.
func (e *evidence) here() string {
	if e.verified() {
		return "The signature is valid. "
	}
	return ""
}

// sender returns who retries after a failure.
func (e *evidence) sender() string {
	if fromStripe(e.d) {
		return "Stripe"
	}
	return "Svix"
}

// path returns the path of the target.
func (e *evidence) path() string {
	if u, err := url.Parse(e.f.Target); err == nil && u.Path != "" {
		return u.Path
	}
	return "/api/webhooks/clerk"
}

// inStack returns a text of the framework, with the target's path in it.
func (e *evidence) inStack(text string) string {
	return strings.ReplaceAll(text, "{path}", quotable(e.path()))
}

// said quotes the error that the app gave.
func (e *evidence) said() string {
	if e.message == "" {
		return ""
	}
	return " " + saidIt(e.message)
}

func saidIt(text string) string { return `The app said "` + quotable(text) + `".` }

// maxQuote is how much of an app's text is quoted.
const maxQuote = 200

// keys are secrets of Clerk, Stripe and Svix.
var keys = lazyregexp.New(`\b(whsec|whsk|sk_live|sk_test|rk_live|rk_test)_[A-Za-z0-9+/=_-]{4,}`)

// terminalCodes are the colours that dev servers put into their error texts.
var terminalCodes = lazyregexp.New(`\x1b\[[0-9;:?]*[ -/]*[@-~]`)

// quotable returns a text in a form that can be quoted: one line, cut to a
// length, without secrets and quotation marks.
func quotable(text string) string {
	text = text[:min(len(text), 4*maxQuote)]
	text = terminalCodes.ReplaceAllString(text, "")
	text = keys.ReplaceAllString(text, "${1}_…")
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	text = strings.ReplaceAll(text, `"`, "'")
	if utf8.RuneCountInString(text) > maxQuote {
		text = string([]rune(text)[:maxQuote]) + " …"
	}
	return strings.TrimRight(text, ". ")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// thrownError is an error as JavaScript, Python, Ruby, PHP, Java and .NET print one.
var thrownError = lazyregexp.New(`(?m)^\W{0,4}(?:Unhandled |Uncaught |Webhook )?((?:[A-Za-z_]\w*(?:[.:\\]{1,2}))*[A-Z]\w*(?:Error|Exception|Violation|DoesNotExist|NotFound)(?: \[\w+\])?: \S.*|Error: \S.*|panic: \S.*)$`)

// errorIn returns the error that an answer gives, and whether it has a type.
func errorIn(text string, body []byte) (message string, typed bool) {
	if isObject(body) {
		message = objectError(body)
		return message, isTyped(message)
	}
	if IsPage(body) {
		if fault := pageFault(body[:min(len(body), maxAnswer)]); fault != "" {
			return headOf(fault), isTyped(fault)
		}
	}
	if m := thrownError.FindStringSubmatch(text); m != nil {
		return m[1], isTyped(m[1])
	}
	return "", false
}

// isTyped reports whether an error is more than an Error, which code throws for
// reasons of its own, such as a signature that does not match.
func isTyped(text string) bool {
	m := thrownError.FindStringSubmatch(text)
	return m != nil && !strings.HasPrefix(m[1], "Error: ")
}

// headOf returns an error's message without its stack, on one line.
func headOf(fault string) string {
	head, _, _ := strings.Cut(fault, "\n    at ")
	return strings.Join(strings.Fields(head), " ")
}

func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{"))
}

// said are the members of an error object that say what is wrong, best first.
var saidIn = []string{"message", "error", "detail", "errors", "error_description", "error_message", "reason", "title", "statusMessage", "msg"}

// objectError returns what an error object says.
func objectError(body []byte) string {
	var o map[string]json.RawMessage
	if json.Unmarshal(body, &o) != nil {
		return ""
	}
	for _, name := range saidIn {
		if text := textIn(o[name], 0); text != "" && !isPlain(text) {
			return text
		}
	}
	return ""
}

// textIn returns the text in a member: itself, of a list's items, or of an object.
func textIn(raw json.RawMessage, depth int) string {
	var text string
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case len(raw) == 0 || depth > 3:
	case json.Unmarshal(raw, &text) == nil:
		return strings.TrimSpace(text)
	case json.Unmarshal(raw, &list) == nil:
		var all []string
		for _, each := range list[:min(len(list), 4)] {
			if t := textIn(each, depth+1); t != "" {
				all = append(all, t)
			}
		}
		return strings.Join(all, "; ")
	case json.Unmarshal(raw, &object) == nil:
		for _, name := range saidIn {
			if t := textIn(object[name], depth+1); t != "" {
				return t
			}
		}
	}
	return ""
}

// plainWords are answers that say no more than their status.
var plainWords = []string{"error", "bad request", "unauthorized", "forbidden", "not found", "internal server error", "internal error", "server error", "unauthenticated", "access denied", "invalid request", "something went wrong", "method not allowed", "unprocessable entity", "unprocessable content", "failed", "fail"}

func isPlain(text string) bool {
	text = strings.ToLower(strings.Trim(text, " .!\n\r\t\"'0123456789-:"))
	return text == "" || slices.Contains(plainWords, text)
}

// plain reports whether the answer says no more than its status.
func (e *evidence) plain() bool { return e.message == "" && isPlain(e.text) }

// has reports whether the readable answer contains a text.
func (e *evidence) has(texts ...string) string {
	for _, text := range texts {
		if strings.Contains(e.text, text) {
			return text
		}
	}
	return ""
}

// size returns the number of bytes that arrived.
func (e *evidence) size() string { return strconv.Itoa(len(e.d.Body)) }

// lowerFirst lets a sentence follow a colon.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
