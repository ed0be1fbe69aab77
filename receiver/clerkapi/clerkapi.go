// Package clerkapi reads a Clerk account over HTTP, with Clerk's own client: its
// users, as the webhooks tell of them.
//
// It writes nothing to the account, and keeps nothing of it.
package clerkapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"
)

// Config says which account, and how to reach it.
type Config struct {
	Key Key
	// URL is the base, "" for Clerk's own. A version is added where it has no
	// path: https://api.clerk.com is https://api.clerk.com/v1.
	URL string
	// Transport carries the requests, nil for the system's.
	Transport http.RoundTripper
	// Now and Wait are the clock, nil for the system's. Wait ends early, with
	// an error, where ctx does.
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error
}

// Client is an account.
type Client struct {
	backend clerk.Backend
	key     Key
	wait    func(context.Context, time.Duration) error
}

const (
	// maxAttempts is how often a request is made at most, maxUnanswered where
	// nothing answers: that is mostly this machine's network.
	maxAttempts   = 6
	maxUnanswered = 3
	// firstWait doubles with each attempt that Clerk names no time for.
	firstWait = 500 * time.Millisecond
	// maxWait is the longest that Clerk may ask to wait: beyond it, who started
	// this should know.
	maxWait = time.Minute
	// maxAnswer is the size of an answer in bytes: 500 users with all the
	// metadata that Clerk allows are some 20 MB.
	maxAnswer = 64 << 20
	// attemptTimeout bounds one attempt, the reading of the answer included.
	attemptTimeout = 30 * time.Second
)

// New checks the configuration; it reaches for nothing. The error has a Fix.
func New(c Config) (*Client, error) {
	base, err := baseURL(c.URL)
	if err != nil {
		return nil, err
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = wait
	}
	return &Client{key: c.Key, wait: c.Wait, backend: clerk.NewBackend(&clerk.BackendConfig{
		URL: &base, Key: &c.Key.value,
		HTTPClient: &http.Client{
			Transport: statusChecker{c.Transport, c.Now},
			Timeout:   attemptTimeout,
			// The key goes to the one address that was named.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	})}, nil
}

// baseURL is where the API is. The key must not cross a network unencrypted.
func baseURL(text string) (string, error) {
	if text == "" {
		return clerk.APIURL, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &setupError{"CLERK_API_URL is not the URL of an API", "unset it, or write one such as " + clerk.APIURL}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return "", &setupError{"CLERK_API_URL would send the secret key unencrypted", "write https://"}
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/v1"
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}

// call makes a request until it is answered: what may pass is tried again, after
// the time that Clerk asks for.
func (c *Client) call(ctx context.Context, path string, params clerk.Params, answer clerk.ResponseReader) error {
	pause := firstWait
	for n := 1; ; n++ {
		req := clerk.NewAPIRequest(http.MethodGet, path)
		req.SetParams(params)
		err := c.explain(ctx, c.backend.Call(ctx, req, answer))
		var e *Error
		if err == nil || !errors.As(err, &e) || !e.temporary() || n == maxAttempts || n == maxUnanswered && e.Status == 0 {
			return err
		}
		if e.wait > maxWait {
			e.fix = fmt.Sprintf("Clerk asks to wait %s: try again then", e.wait.Round(time.Second))
			return err
		}
		if e.wait > 0 {
			err = c.wait(ctx, e.wait)
		} else {
			err = c.wait(ctx, pause)
			pause *= 2
		}
		if err != nil {
			return err
		}
	}
}

// trouble makes an *Error of what the client gives, without the key in it.
func (c *Client) explain(ctx context.Context, err error) error {
	var e *Error
	var transport *url.Error
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e):
	case errors.As(err, &large):
		e = &Error{Message: "its answer is larger than 64 MiB", fix: "check CLERK_API_URL, if it is set"}
	case errors.As(err, &transport):
		e = &Error{Message: truncate(transport.Err.Error()), cause: transport.Err}
	case isNetworkError(err):
		e = &Error{Message: "the answer broke off", cause: err}
	default: // JSON that is not what was asked for, or none
		e = &Error{Message: "what answered is not Clerk's API", cause: err, fix: "check CLERK_API_URL, if it is set; else try a newer hooktop"}
	}
	e.Code, e.Message = c.withoutKey(e.Code), c.withoutKey(e.Message)
	e.TraceID = c.withoutKey(e.TraceID)
	return e
}

// without takes the key out of what a server wrote.
func (c *Client) withoutKey(s string) string {
	return strings.ReplaceAll(s, c.key.value, c.key.String())
}

func isNetworkError(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.ErrUnexpectedEOF)
}

// statusChecker makes an error of each answer that is no success, for Clerk's client
// loses the status of those that it cannot read, and bounds the others.
type statusChecker struct {
	base http.RoundTripper
	now  func() time.Time
}

func (s statusChecker) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := s.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, readRefusal(res, s.now())
	}
	res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	return res, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
