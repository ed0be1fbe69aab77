package clerkapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"
)

// Error is an answer of Clerk's API that is not the one that was asked for.
type Error struct {
	// Status is of the answer, 0 where there was none.
	Status int
	// Code and Message are Clerk's own, "" where it gave none. They are text of
	// another machine.
	Code, Message string
	// TraceID names the request to Clerk's support, "" where it gave none.
	TraceID string

	// fix is what to do, where it is not for the status to say.
	fix string
	// wait is how long Clerk asks to wait.
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

// Fix says what to do.
func (e *Error) Fix() string {
	switch {
	case e.fix != "":
		return e.fix
	case e.KeyRefused():
		return "check CLERK_SECRET_KEY: Clerk Dashboard → Configure → API keys, of the instance whose webhooks arrive here"
	case e.Status == http.StatusTooManyRequests:
		return "wait a little: Clerk's limit is for all who use this key's instance"
	case e.Status >= 500:
		return "try again; https://status.clerk.com says whether Clerk has trouble"
	case e.Status == 0:
		return "check the network, and HTTPS_PROXY where it goes through a proxy"
	}
	return "check CLERK_API_URL, if it is set; else try a newer hooktop"
}

// KeyRefused says that it is the key that Clerk does not take.
func (e *Error) KeyRefused() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// passing says whether the same request may be answered in a while.
func (e *Error) temporary() bool {
	return e.Status == 0 && e.fix == "" || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// refusal reads an answer that is no success: Clerk's envelope of errors, or
// whatever stands before Clerk.
func readRefusal(res *http.Response, now time.Time) *Error {
	e := &Error{Status: res.StatusCode, TraceID: truncate(res.Header.Get("Clerk-Trace-Id"))}
	e.wait = retryAfter(res.Header.Get("Retry-After"), now)
	if res.StatusCode < 400 {
		e.Message, e.fix = "a redirect, which is not followed", "set CLERK_API_URL to the URL that answers by itself, or unset it"
		return e
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	var said clerk.APIErrorResponse
	if err != nil || json.Unmarshal(body, &said) != nil || len(said.Errors) == 0 {
		return e
	}
	first := said.Errors[0]
	e.Code, e.Message = truncate(first.Code), truncate(first.LongMessage)
	if e.Message == "" {
		e.Message = truncate(first.Message)
	}
	if e.TraceID == "" {
		e.TraceID = truncate(said.TraceID)
	}
	return e
}

// retryAfter reads seconds or a date; 0 for none.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// short bounds what another machine wrote.
func truncate(s string) string {
	const most = 300
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + " …"
	}
	return s
}

// mistake is wrong set-up, with its fix.
type setupError struct{ what, fix string }

func (e *setupError) Error() string { return e.what }
func (e *setupError) Fix() string   { return e.fix }
