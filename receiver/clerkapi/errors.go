package clerkapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/hooktop/hooktop/receiver/retry"
)

// unexpectedFix is the fix for answers that Clerk's API should not give.
const unexpectedFix = "check CLERK_API_URL, if it is set; otherwise update hooktop"

// Error says why a request to Clerk's API failed.
type Error struct {
	// Status is the HTTP status, 0 without an answer.
	Status int
	// Code and Message come from Clerk, "" if it gave none. They are untrusted text.
	Code, Message string
	// TraceID identifies the request to Clerk's support, "" if Clerk gave none.
	TraceID string

	// fix says what to do if the status does not.
	fix string
	// wait is how long Clerk asks to wait, 0 if it did not say.
	wait  time.Duration
	cause error
}

func (e *Error) Error() string {
	text := "Clerk's API"
	if e.Status != 0 {
		text += fmt.Sprintf(" answered %d", e.Status)
	}
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.TraceID != "" {
		text += " (trace " + e.TraceID + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.cause }

// Fix returns what to do about the error.
func (e *Error) Fix() string {
	switch {
	case e.fix != "":
		return e.fix
	case e.KeyRefused():
		return "check CLERK_SECRET_KEY: Clerk Dashboard → Configure → API keys, in the instance that sends the webhooks"
	case e.Status == http.StatusTooManyRequests:
		return "wait a little and try again: everyone who uses this instance shares Clerk's rate limit"
	case e.Status >= 500:
		return "try again; https://status.clerk.com shows whether Clerk has problems"
	case e.Status == 0:
		return "check the network, and HTTPS_PROXY if you use a proxy"
	}
	return unexpectedFix
}

// KeyRefused reports whether Clerk refused the key.
func (e *Error) KeyRefused() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// Wait returns how long Clerk asks to wait before the next request, 0 if it did not say.
func (e *Error) Wait() time.Duration { return e.wait }

// Answered reports whether there was an answer.
func (e *Error) Answered() bool { return e.Status != 0 }

// Temporary reports whether the same request may succeed later.
func (e *Error) Temporary() bool {
	return e.Status == 0 && e.fix == "" || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// readRefusal reads an answer that is not 200, from Clerk or from a proxy in front
// of it.
func readRefusal(res *http.Response, now time.Time) *Error {
	e := &Error{Status: res.StatusCode, TraceID: res.Header.Get("Clerk-Trace-Id")}
	e.wait = retry.After(res.Header.Get("Retry-After"), now)
	if res.StatusCode < 400 {
		e.Message, e.fix = "redirects are not followed", "set CLERK_API_URL to the final URL, or unset it"
		return e
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	var said clerk.APIErrorResponse
	if err != nil || json.Unmarshal(body, &said) != nil || len(said.Errors) == 0 {
		return e
	}
	first := said.Errors[0]
	e.Code, e.Message = first.Code, first.LongMessage
	if e.Message == "" {
		e.Message = first.Message
	}
	if e.TraceID == "" {
		e.TraceID = said.TraceID
	}
	return e
}

// truncate limits the length of untrusted text.
func truncate(s string) string {
	const maxLength = 300 // bytes
	if len(s) > maxLength {
		s = strings.ToValidUTF8(s[:maxLength], "") + " …"
	}
	return s
}

// setupError is an invalid setting, with its fix.
type setupError struct{ what, fix string }

func (e *setupError) Error() string { return e.what }
func (e *setupError) Fix() string   { return e.fix }
