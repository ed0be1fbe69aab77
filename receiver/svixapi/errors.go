package svixapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/hooktop/hooktop/receiver/retry"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// Error says why a call to Svix's API failed. It never holds a token or a secret.
type Error struct {
	// Asked is what was asked of Svix: "list the endpoints".
	Asked string
	// Status is the HTTP status, 0 without an answer.
	Status int
	// Code and Message come from Svix, "" if it gave none. They are untrusted text,
	// made printable.
	Code, Message string
	// Foreign reports whether the answer is not in Svix's format: another server's,
	// such as a proxy's, or Svix's after a change.
	Foreign bool

	// fix says what to do if the status does not.
	fix string
	// wait is how long Svix asks to wait, 0 if it did not say.
	wait  time.Duration
	cause error
}

func (e *Error) Error() string {
	text := e.Asked + ": Svix's API"
	if e.Status != 0 {
		text += fmt.Sprintf(" answered %d", e.Status)
	}
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

func (e *Error) Unwrap() error { return e.cause }

// Dashboard is the page about webhooks in Clerk's dashboard.
const Dashboard = "https://dashboard.clerk.com/last-active?path=webhooks"

// Fix returns what to do about the error.
func (e *Error) Fix() string {
	const dashboard = "do it in the Clerk Dashboard: " + Dashboard
	switch {
	case e.fix != "":
		return e.fix
	case e.Status == http.StatusUnauthorized && !e.Foreign:
		return "try again, which gets a new token from Clerk; if that fails, " + dashboard
	case e.Status == http.StatusTooManyRequests:
		return "wait a little and try again: everyone who uses this instance shares Svix's rate limit"
	case e.Status >= 500:
		return "try again; https://status.svix.com shows whether Svix has problems"
	case e.Status == 0 && !e.Foreign:
		return "check the network, and HTTPS_PROXY if you use a proxy"
	case e.Foreign:
		return "check HOOKTOP_SVIX_URL, if it is set; otherwise " + dashboard
	}
	return dashboard
}

// Denied reports whether Svix refused the token, or refused it for this.
func (e *Error) Denied() bool {
	return !e.Foreign && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// NotFound reports whether Svix itself says that what was asked for does not exist.
func (e *Error) NotFound() bool { return e.Status == http.StatusNotFound && !e.Foreign }

// Conflict reports whether the uid is taken.
func (e *Error) Conflict() bool { return e.Status == http.StatusConflict }

// Answered reports whether there was an answer.
func (e *Error) Answered() bool { return e.Status != 0 }

// Temporary reports whether the same call may succeed later.
func (e *Error) Temporary() bool {
	return e.Status == 0 && e.fix == "" && !e.Foreign ||
		e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// Wait returns how long Svix asks to wait before the next call, 0 if it did not say.
func (e *Error) Wait() time.Duration { return e.wait }

// maxRefusal is how much of a refusal is read, in bytes.
const maxRefusal = 64 << 10

// refusal reads an answer that is not a success: Svix's, or another server's.
func refusal(status int, header http.Header, body []byte, now time.Time) *Error {
	e := &Error{Status: status, wait: retry.After(header.Get("Retry-After"), now)}
	if status < 400 {
		e.Foreign, e.Message, e.fix = true, "redirects are not followed", "set HOOKTOP_SVIX_URL to the final URL, or unset it"
		return e
	}
	var said struct {
		Code   string          `json:"code"`
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &said) != nil || said.Code == "" && len(said.Detail) == 0 {
		e.Foreign, e.Message = true, notSvix
		return e
	}
	e.Code, e.Message = said.Code, detail(said.Detail)
	return e
}

const notSvix = "the answer is not in Svix's format"

// detail reads the text of a refusal: a sentence, or a list of the fields that are
// wrong, each with its place and a sentence.
func detail(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var fields []struct {
		Loc []any  `json:"loc"`
		Msg string `json:"msg"`
	}
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	var said []string
	for _, f := range fields {
		var place []string
		for _, l := range f.Loc {
			place = append(place, fmt.Sprint(l))
		}
		said = append(said, strings.Join(place, ".")+" "+f.Msg)
	}
	return strings.Join(said, "; ")
}

// looksSecret matches what must not be shown even where a server repeats it: signing
// secrets, and tokens of Svix and Clerk.
var looksSecret = lazyregexp.New(`\b(whsec|whsk|appsk|sk|testsk|ott)_[A-Za-z0-9+/=_.-]{8,}`)

// clean returns a server's text without the tokens, printable and short.
func clean(text string, tokens ...string) string {
	for _, token := range tokens {
		if token != "" {
			text = strings.ReplaceAll(text, token, "…")
		}
	}
	text = looksSecret.ReplaceAllString(text, "${1}_…")
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)), " ")
	const maxLength = 300 // bytes
	if len(text) > maxLength {
		text = strings.ToValidUTF8(text[:maxLength], "") + " …"
	}
	return text
}

// setupError is an invalid setting or argument, with its fix.
type setupError struct{ what, fix string }

func (e *setupError) Error() string { return e.what }
func (e *setupError) Fix() string   { return e.fix }
